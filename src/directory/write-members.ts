/** Memberships are rows: adding one to a hundred thousand costs what adding one to ten does. */
import type { Statement } from "./database.ts";
import { assertVersions, jsonStatements } from "./write-rows.ts";

type Pair = readonly [groupId: string, userId: string];

/**
 * The statements that add and remove memberships. Groups count their members themselves and are
 * asserted by their version; that an added user still lives is asserted here.
 */
export function memberStatements(added: readonly Pair[], removed: readonly Pair[]): Statement[] {
  const users = [...new Set(added.map(([, userId]) => userId))];
  return [
    ...assertVersions("users", users.map((id) => [id, null])),
    ...jsonStatements(DELETE, removed),
    ...jsonStatements(INSERT, added),
  ];
}

/** The statements that take a deleted user out of all groups, whoever owns them. */
export function leaveAllGroups(userId: string): Statement[] {
  return [
    { sql: UNCOUNT, params: [userId] },
    { sql: LEAVE, params: [userId] },
  ];
}

const DELETE = `DELETE FROM members WHERE (group_seq, user_seq) IN (
    SELECT g.seq, u.seq FROM json_each(?1) j
    CROSS JOIN groups g ON g.id = j.value ->> 0
    CROSS JOIN users u ON u.id = j.value ->> 1)`;

const INSERT = `INSERT INTO members (group_seq, user_seq)
  SELECT g.seq, u.seq FROM json_each(?1) j
  CROSS JOIN groups g ON g.id = j.value ->> 0
  CROSS JOIN users u ON u.id = j.value ->> 1`;

const UNCOUNT = `UPDATE groups SET member_count = member_count - 1, version = version + 1
  WHERE seq IN (
    SELECT m.group_seq FROM users u CROSS JOIN members m ON m.user_seq = u.seq WHERE u.id = ?1)`;

const LEAVE = "DELETE FROM members WHERE user_seq = (SELECT seq FROM users WHERE id = ?1)";
