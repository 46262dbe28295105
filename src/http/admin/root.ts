/** Where people and organizations are put of which nobody says where. */
import type { Writer } from "./write-directory.ts";

/** The application's first organization, or the root of the directory. */
export async function rootOf({ db, directoryId, application }: Writer): Promise<string> {
  if (application?.targetId !== undefined) return application.targetId;
  const sql = "SELECT root_id FROM directories WHERE id = ?1";
  const [rows] = await db.batch([{ sql, params: [directoryId] }]);
  return String(rows?.[0]?.["root_id"]);
}
