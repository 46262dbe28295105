/** The hashes of passwords, where a directory keeps them. Never read but to be compared with. */
import type { Database, Statement } from "./database.ts";
import { rowStatements } from "./write-rows.ts";

/** Which hash becomes whose. */
export type NewPasswords = ReadonlyMap<string, string>;

/** Writes nothing in a directory that has come to discard passwords meanwhile. */
export function passwordStatements(
  passwords: NewPasswords,
  directoryId: string,
  now: number,
): Statement[] {
  return rowStatements(SET, [...passwords], directoryId, now);
}

const SET = `INSERT INTO passwords (user_id, phc, changed_at)
  SELECT j.value ->> 0, j.value ->> 1, ?3 FROM :rows
  WHERE EXISTS (SELECT 1 FROM password_policies WHERE directory_id = ?2 AND mode = 'hash')
  ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at`;

export function forgetStatements(userIds: readonly string[]): Statement[] {
  return rowStatements(FORGET, userIds);
}

const FORGET = {
  one: "DELETE FROM passwords WHERE user_id = :row",
  many: "DELETE FROM passwords WHERE user_id IN (SELECT :row :from)",
};

export interface KeptPassword {
  /** Whether the user may sign in at all. */
  readonly active: boolean;
  readonly phc: string | null;
}

/** Of a live user of the directory; undefined where there is none. */
export async function findPassword(
  db: Database,
  directoryId: string,
  userId: string,
): Promise<KeptPassword | undefined> {
  const [rows] = await db.batch([{ sql: FIND, params: [directoryId, userId] }]);
  const row = rows?.[0];
  if (row === undefined) return undefined;
  const { active, phc } = row;
  return { active: active === 1, phc: typeof phc === "string" ? phc : null };
}

const FIND = `SELECT u.active, p.phc FROM users u LEFT JOIN passwords p ON p.user_id = u.id
  WHERE u.id = ?2 AND u.directory_id = ?1 AND u.deleted_at IS NULL`;
