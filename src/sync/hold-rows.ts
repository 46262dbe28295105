/** The set that a complete run found missing and may not remove by itself. */
import type { Database, Statement } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Source } from "../sources/source.ts";
import { eventStatements, SYSTEM } from "../directory/events.ts";
import { prefixedId, shardOf } from "../directory/ids.ts";
import { holdCreated, replacedStatements, setHashOf, type Held } from "../sources/holds.ts";
import type { HoldReason } from "../sources/guard.ts";
import { FIRST_SHARD } from "../directory/directory.ts";

export interface NewHold {
  readonly source: Source;
  readonly runId: string;
  readonly reason: HoldReason;
  readonly lines: readonly Held[];
  readonly now: number;
  readonly id: string;
}

/** A new hold, in place of what waited. */
export async function holdStatements(hold: NewHold): Promise<Statement[]> {
  const { source, runId, reason, lines, now, id } = hold;
  const setHash = await setHashOf(lines);
  const params = [id, source.id, runId, reason, setHash, lines.length, now];
  const { directoryId, id: sourceId } = source;
  const made = { id, sourceId, reason, n: lines.length, createdAt: now };
  return [
    ...replacedStatements(sourceId, now),
    {
      sql: `INSERT INTO holds (id, source_id, run_id, status, reason, set_hash, n, created_at, updated_at)
        VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?6, ?7, ?7)`,
      params,
    },
    ...rowStatements(
      `INSERT INTO held (hold_id, resource_type, resource_id, action)
        SELECT ?2, :row ->> 'resourceType', :row ->> 'resourceId', :row ->> 'action' :from`,
      lines,
      id,
    ),
    ...eventStatements([holdCreated(made, { directoryId, actor: SYSTEM, requestId: runId })]),
  ];
}

export function newHoldId(source: Source, uuid: string): string {
  return prefixedId("hold", shardOf(source.id) ?? FIRST_SHARD, uuid);
}

/** What was said of exactly this set last: the same again waits on, and isn't asked about twice. */
export async function standingOf(
  db: Database,
  { id }: Source,
  lines: readonly Held[],
): Promise<{ readonly id: string; readonly status: "waiting" | "rejected" } | undefined> {
  const [rows = []] = await db.batch([
    {
      sql: `SELECT id, status FROM holds WHERE source_id = ?1 AND set_hash = ?2
        ORDER BY created_at DESC, id DESC LIMIT 1`,
      params: [id, await setHashOf(lines)],
    },
  ]);
  const [row] = rows;
  const status = row?.["status"];
  if (row === undefined || (status !== "waiting" && status !== "rejected")) return undefined;
  return { id: textIn(row, "id"), status };
}
