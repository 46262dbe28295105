/** Members whom an upstream's list would take out of their groups, and more of them than go without an admin. */
import type { Database, Statement } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Held } from "../sources/holds.ts";
import type { Going } from "./run-rows.ts";

export interface Spared {
  /** Ours, as those of the members. */
  readonly groupId: string;
  readonly members: readonly string[];
}

/** They wait in the run until it is over. */
export function sparedStatements(runId: string, spared: readonly Spared[]): Statement[] {
  return rowStatements(
    `INSERT INTO run_deferred (run_id, resource_type, external_id, record)
      SELECT ?2, 'Members', :row ->> 0, :row ->> 1 :from WHERE true
      ON CONFLICT (run_id, resource_type, external_id) DO UPDATE SET record = excluded.record`,
    spared.map(({ groupId, members }) => [groupId, JSON.stringify(members)]),
    runId,
  );
}

export interface SparedMember {
  readonly groupId: string;
  readonly userId: string;
  /** Whether they were held before, and have not been in the list since. */
  readonly before: boolean;
}

export async function readSpared(
  db: Database,
  { id, sourceId, counts }: Pick<Going, "id" | "sourceId" | "counts">,
): Promise<readonly SparedMember[]> {
  if (counts.Group.held === 0) return [];
  const [rows = []] = await db.batch([{ sql: SPARED, params: [id, sourceId] }]);
  return rows.map((row) => ({
    groupId: textIn(row, "group_id"),
    userId: textIn(row, "user_id"),
    before: row["before"] === 1,
  }));
}

const SPARED = `SELECT d.external_id AS group_id, j.value AS user_id, EXISTS (
      SELECT 1 FROM missing m WHERE m.source_id = ?2 AND m.resource_type = 'Member'
        AND m.resource_id = d.external_id || ' ' || j.value
    ) AS before
  FROM run_deferred d CROSS JOIN json_each(d.record) j
  WHERE d.run_id = ?1 AND d.resource_type = 'Members' ORDER BY 1, 2`;

/** One member of a group as a line of a hold: what is agreed to are these, whoever else leaves later. */
export function memberLine({ groupId, userId }: Omit<SparedMember, "before">): Held {
  return {
    resourceType: "Group",
    resourceId: `${groupId} ${userId}`,
    action: "remove_members",
  };
}

/** The group, and the member where the line is about one. */
export function partsOf(resourceId: string): readonly [groupId: string, userId?: string] {
  const [groupId = "", userId] = resourceId.split(" ");
  return userId === undefined ? [groupId] : [groupId, userId];
}

/** Remembers them, beside those who are missing. */
export function noteStatements(
  sourceId: string,
  runId: string,
  members: readonly SparedMember[],
  now: number,
): Statement[] {
  return rowStatements(
    `INSERT OR REPLACE INTO missing (source_id, resource_type, resource_id, run_id, since)
      SELECT ?2, 'Member', :row, ?3, ?4 :from`,
    members.map((one) => memberLine(one).resourceId),
    sourceId,
    runId,
    now,
  );
}
