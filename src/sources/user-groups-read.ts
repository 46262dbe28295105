/** The groups of a user that a source sees, as a write is decided on them. */
import { GROUP_COLUMNS } from "../directory/group.ts";

/** A user who is in more groups can't have all of them replaced in one operation. */
export const USER_GROUPS_LIMIT = 1_000;

/** Rows of groups, each with its pair; :rows is one user, ?2 the source. */
export const GROUPS_OF = `SELECT g.seq, ${GROUP_COLUMNS}, g.id AS group_id, u.id AS user_id, EXISTS (
    SELECT 1 FROM scope_groups s WHERE s.source_id = ?2 AND s.group_seq = g.seq
  ) AS listed
  FROM :rows
  CROSS JOIN users u ON u.id = j.value
  CROSS JOIN members m ON m.user_seq = u.seq
  CROSS JOIN groups g ON g.seq = m.group_seq
  WHERE g.deleted_at IS NULL AND (g.source_id = ?2 OR EXISTS (
    SELECT 1 FROM scope_groups s WHERE s.source_id = ?2 AND s.group_seq = g.seq))
  LIMIT ${USER_GROUPS_LIMIT + 1}`;
