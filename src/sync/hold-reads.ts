/** What waits for an admin, as admins read it. */
import { z } from "zod";
import type { Database } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { REMOVAL_ACTIONS } from "../sources/guard.ts";
import { parseHold, type Hold } from "../sources/holds.ts";
import type { Page } from "./run-reads.ts";
import { partsOf } from "./spared-members.ts";

/** The hold of the source that waits; undefined where none does. */
export async function waitingHold(db: Database, sourceId: string): Promise<Hold | undefined> {
  const sql = "SELECT * FROM holds WHERE source_id = ?1 AND status = 'waiting'";
  const [rows] = await db.batch([{ sql, params: [sourceId] }]);
  return rows?.[0] && parseHold(rows[0]);
}

/** The hold that a run came to, which an earlier one may have made, whatever was decided since. */
export async function holdOfRun(
  db: Database,
  sourceId: string,
  runId: string,
): Promise<Hold | undefined> {
  const sql = `SELECT * FROM holds WHERE source_id = ?1 AND (run_id = ?2
      OR id = (SELECT state ->> '$.hold' FROM runs WHERE id = ?2))
    ORDER BY created_at DESC LIMIT 1`;
  const [rows] = await db.batch([{ sql, params: [sourceId, runId] }]);
  return rows?.[0] && parseHold(rows[0]);
}

const heldRow = z.object({
  resource_type: z.enum(["Organization", "User", "Group"]),
  resource_id: z.string(),
  action: z.enum(REMOVAL_ACTIONS),
  name: z.string().nullable(),
  member_name: z.string().nullable(),
  done: z
    .number()
    .nullable()
    .transform((done) => (done === null ? null : done === 1)),
});

export interface ShownHeld {
  readonly resourceType: "Organization" | "User" | "Group";
  readonly resourceId: string;
  /** Who is taken out of the group, where that is held one by one. */
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly action: (typeof REMOVAL_ACTIONS)[number];
  /** As it is called now; null where it is gone. */
  readonly name: string | null;
  /** Whether what was agreed to is carried out; null where that is for the client to do. */
  readonly done: boolean | null;
}

export type HeldPosition = readonly [resourceType: string, resourceId: string];

/** What the hold is about, in the order of types and ids. */
export async function heldPage(
  db: Database,
  holdId: string,
  after: HeldPosition | undefined,
  limit: number,
): Promise<Page<ShownHeld, HeldPosition>> {
  const [type = "", id = ""] = after ?? [];
  const [found = []] = await db.batch([{ sql: HELD, params: [holdId, type, id, limit + 1] }]);
  const rows = found.slice(0, limit).map((row) => {
    const { resource_type, resource_id, member_name, ...same } = heldRow.parse(row);
    const [resourceId, memberId = null] = partsOf(resource_id);
    return { ...same, resourceType: resource_type, resourceId, memberId, memberName: member_name };
  });
  const last = found.length > limit ? found[limit - 1] : undefined;
  const next = last && ([textIn(last, "resource_type"), textIn(last, "resource_id")] as const);
  return { rows, next };
}

const HELD = `SELECT h.resource_type, h.resource_id, h.action,
    coalesce(u.attributes ->> 'userName', g.attributes ->> 'displayName', o.display_name) AS name,
    p.attributes ->> 'userName' AS member_name,
    iif((SELECT run_id FROM holds WHERE id = ?1) IS NULL, NULL, h.done) AS done
  FROM held h
  LEFT JOIN users u ON h.resource_type = 'User' AND u.id = h.resource_id
  LEFT JOIN groups g ON h.resource_type = 'Group' AND g.id = iif(instr(h.resource_id, ' ') = 0,
    h.resource_id, substr(h.resource_id, 1, instr(h.resource_id, ' ') - 1))
  LEFT JOIN users p ON h.resource_type = 'Group' AND instr(h.resource_id, ' ') > 0
    AND p.id = substr(h.resource_id, instr(h.resource_id, ' ') + 1)
  LEFT JOIN organizations o ON h.resource_type = 'Organization' AND o.id = h.resource_id
  WHERE h.hold_id = ?1 AND (h.resource_type, h.resource_id) > (?2, ?3)
  ORDER BY h.resource_type, h.resource_id LIMIT ?4`;
