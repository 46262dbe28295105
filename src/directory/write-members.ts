/** Memberships are rows: adding one to a hundred thousand costs what adding one to ten does. */
import type { Statement } from "./database.ts";
import { assertVersions, rowStatements } from "./write-rows.ts";

/** A membership; `seq` is undefined for a group or user that is created in the same batch. */
export interface Membership {
  readonly group: { readonly id: string; readonly seq: number | undefined };
  readonly user: { readonly id: string; readonly seq: number | undefined };
}

/**
 * The statements that add and remove memberships. Groups count their members themselves and are
 * asserted by their version; that an added user still lives is asserted here, but for the users
 * that the batch itself changes and asserts.
 */
export function memberStatements(
  added: readonly Membership[],
  removed: readonly Membership[],
  changedUsers: ReadonlySet<string>,
): Statement[] {
  const stored = added.filter(({ user }) => user.seq !== undefined && !changedUsers.has(user.id));
  const users = [...new Set(stored.map(({ user }) => user.id))];
  return [
    ...assertVersions(
      "users",
      users.map((id) => [id, null]),
    ),
    ...rowStatements(DELETE, removed.map(rowOf)),
    ...rowStatements(INSERT, added.map(rowOf)),
  ];
}

/**
 * The statements that take a deleted user out of all groups, whoever owns them: also out of those
 * that the batch of a user's creation put it into.
 */
export function leaveAllGroups({ seq, id }: Membership["user"], now: number): Statement[] {
  const user = seq === undefined ? "(SELECT seq FROM users WHERE id = ?1)" : "?1";
  return [
    { sql: uncount(user), params: [seq ?? id, now] },
    { sql: `DELETE FROM members WHERE user_seq = ${user}`, params: [seq ?? id] },
  ];
}

const GROUP_SEQ = "coalesce(:row ->> 0, (SELECT seq FROM groups WHERE id = :row ->> 1))";
const USER_SEQ = "coalesce(:row ->> 2, (SELECT seq FROM users WHERE id = :row ->> 3))";

const DELETE = `DELETE FROM members
  WHERE (group_seq, user_seq) IN (SELECT ${GROUP_SEQ}, ${USER_SEQ} :from)`;

const INSERT = `INSERT INTO members (group_seq, user_seq) SELECT ${GROUP_SEQ}, ${USER_SEQ} :from`;

// An UPDATE reads five rows for each group here, this two. The row to be inserted is always there
// already; if it weren't, a tombstone of nothing would come to be, which is purged.
const uncount = (
  user: string,
) => `INSERT INTO groups (seq, id, directory_id, name_key, attributes, member_count,
    version, created_at, updated_at, deleted_at)
  SELECT group_seq, '', '', '', '{}', 0, 0, 0, ?2, 0 FROM members WHERE user_seq = ${user}
  ON CONFLICT (seq) DO UPDATE SET member_count = member_count - 1, version = version + 1,
    updated_at = excluded.updated_at`;

function rowOf({ group, user }: Membership): (string | number | null)[] {
  return [group.seq ?? null, group.id, user.seq ?? null, user.id];
}
