/** Ending a run because an admin says so. */
import type { Statement } from "../directory/database.ts";
import { auditStatements, HEAD, parseHead, sealed } from "../sources/audit.ts";
import type { Holder } from "../sources/group-commit.ts";
import type { RunAnswer, RunCall } from "../sources/operation.ts";
import { endRun, goingOf, type Carrier } from "./carrier.ts";
import { entryOf } from "./run-start.ts";

/** Refuses with `conflict` where the run is over, `unavailable` where it can't be ended now. */
export async function cancelRun(
  carrier: Carrier,
  { runId, ...call }: RunCall & { readonly runId: string },
): Promise<RunAnswer> {
  const { holder, memory } = carrier;
  memory.going = undefined;
  const going = await goingOf(carrier);
  if (going?.id !== runId) {
    return { ok: false, refusal: { reason: "conflict", detail: "The run is over" } };
  }
  const next = await endRun(carrier, going, CANCELLED, () => auditOf(holder, call, runId));
  return next.kind === "done" ? { ok: true } : { ok: false, refusal: BUSY };
}

/** Aborts where the run has ended meanwhile: then nobody cancelled it. */
async function auditOf(holder: Holder, call: RunCall, runId: string): Promise<Statement[]> {
  const [heads = []] = await holder.db.batch([
    { sql: HEAD.replaceAll(":row", "?1"), params: [holder.object] },
  ]);
  const diff = { status: { to: CANCELLED.status } };
  const action = "run.cancelled";
  const entries = entryOf(call, { at: holder.now(), action, targetId: runId, diff });
  const rows = await sealed(holder.peppers(), holder.object, parseHead(heads[0]), entries);
  return [{ sql: ASSERT_UNFINISHED, params: [runId] }, ...auditStatements(rows)];
}

const ASSERT_UNFINISHED = `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
  SELECT 1 FROM runs WHERE id = ?1 AND status IN ('queued', 'running'))`;

const CANCELLED = {
  status: "cancelled",
  reason: null,
  detail: "An admin cancelled it: what it had applied stays",
} as const;

const BUSY = {
  reason: "unavailable",
  detail: "The run could not be ended at this moment",
  retryAfterSeconds: 1,
} as const;
