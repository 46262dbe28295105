/** What the cron starts: runs whose time has come, and those that stand still. */
import type { Database } from "../directory/database.ts";
import { prefixedId, randomBytes, uuidv7 } from "../directory/ids.ts";
import { textIn, numberIn } from "../directory/row.ts";
import { SYSTEM } from "../directory/events.ts";
import { dueKind } from "../sources/schedule-times.ts";
import { upstream } from "../sources/upstream.ts";

/** One tick stays short; the next one goes on. */
const AT_ONCE = 100;
/**
 * A run shows that it lives at every page; the longest wait it is asked for is shorter than that. One
 * that has shown it in the future did so by a clock that was put back since.
 */
const STILL_MS = 16 * 60_000;

/** `now` in epoch milliseconds. A source that can't be reached is due again in the next tick. */
export async function startDueRuns(
  env: Pick<Env, "SOURCE">,
  db: Database,
  shard: string,
  now: number,
): Promise<void> {
  const [due = [], still = []] = await db.batch([
    {
      sql: `SELECT id, upstream, next_run_at FROM data_sources
        WHERE next_run_at <= ?1 AND deleted_at IS NULL AND status = 'enabled' AND upstream IS NOT NULL
        ORDER BY next_run_at LIMIT ${AT_ONCE}`,
      params: [now],
    },
    {
      sql: `SELECT source_id FROM runs WHERE status IN ('queued', 'running') 
        AND (heartbeat_at < ?1 OR heartbeat_at > ?2) LIMIT ${AT_ONCE}`,
      params: [now - STILL_MS, now + STILL_MS],
    },
  ]);
  await Promise.allSettled([
    ...due.map(async (row) => {
      const id = textIn(row, "id");
      const settings = upstream.parse(JSON.parse(textIn(row, "upstream")));
      const uuid = uuidv7(now, randomBytes(10));
      await env.SOURCE.getByName(id).startRun({
        runId: prefixedId("run", shard, uuid),
        trigger: "schedule",
        kind: dueKind(settings, numberIn(row, "next_run_at"), now),
        dryRun: false,
        actor: SYSTEM,
        role: undefined,
        requestId: uuid,
      });
    }),
    ...still.map((row) => env.SOURCE.getByName(textIn(row, "source_id")).tick()),
  ]);
}
