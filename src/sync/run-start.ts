/** Starting a run: one at a time for each source. */
import { ConstraintViolation, type Statement } from "../directory/database.ts";
import type { Diff } from "../directory/diff.ts";
import type { Json } from "../scim/json.ts";
import { ScimError, toRefusal, type Refusal } from "../scim/error.ts";
import { auditStatements, HEAD, parseHead, sealed, type AuditEntry } from "../sources/audit.ts";
import { admitRun } from "../sources/gate.ts";
import { keepStatements } from "../sources/idempotency.ts";
import { snapshotFor, type Holder } from "../sources/group-commit.ts";
import { NO_KEYS } from "../sources/keys.ts";
import type { RunAnswer, RunCall, RunStart } from "../sources/operation.ts";
import { asProposed, type Proposal } from "../sources/proposal.ts";
import { nextRunAt } from "../sources/schedule-times.ts";
import { isStopped, readsSame } from "../sources/settings-upstream.ts";
import type { Source } from "../sources/source.ts";
import { assertion } from "../sources/write-batch.ts";
import { connectionKey, settingsOf } from "./carrier.ts";
import { NO_TALLIES } from "./run.ts";
import { startStatement } from "./run-rows.ts";
import { firstState, type RunState } from "./run-state.ts";

/** Of the upstream's own clock: what was changed while it was read is read once more. */
const OVERLAP_MS = 60_000;

/** To be called while nothing else of the object writes. Throws `Superseded`. */
export async function startRun(holder: Holder, start: RunStart): Promise<RunAnswer> {
  try {
    return await started(holder, start);
  } catch (error) {
    if (error instanceof ScimError) return { ok: false, refusal: toRefusal(error) };
    throw error;
  }
}

async function started(holder: Holder, start: RunStart): Promise<RunAnswer> {
  const snapshot =
    (await snapshotFor(holder, [], NO_KEYS)) ?? (await snapshotFor(holder, [], NO_KEYS));
  const admitted = admitRun(snapshot?.source);
  const source = asProposed(admitted, start.proposal);
  const [found = [], facts = [], heads = []] = await holder.db.batch([
    {
      sql: `SELECT id FROM runs WHERE id = ?1
        OR (source_id = ?2 AND status IN ('queued', 'running')) ORDER BY id = ?1 DESC`,
      params: [start.runId, source.id],
    },
    { sql: FACTS, params: [source.id] },
    { sql: HEAD.replaceAll(":row", "?1"), params: [source.id] },
  ]);
  const [known] = found;
  if (known?.["id"] === start.runId) return { ok: true };
  if (known !== undefined) return { ok: false, refusal: inProgress(String(known["id"])) };
  const [fact] = facts;
  const now = holder.now();
  const watermark = readsSame(admitted, source) ? fact?.["watermark"] : undefined;
  const since =
    start.kind === "incremental" && typeof watermark === "string" ? watermark : undefined;
  const maxSeq = {
    User: Number(fact?.["users"]),
    Group: Number(fact?.["groups"]),
    Organization: Number(fact?.["organizations"]),
  };
  const entries = startEntries(start, now);
  const audit = await sealed(holder.peppers(), source.id, parseHead(heads[0]), entries);
  return begun(holder, [
    assertion({ snapshot: { epoch: holder.epoch ?? 0, source } }, holder.object),
    await rowOf(start, source, { since, maxSeq, now }),
    ...scheduleStatements(source, start, now),
    ...auditStatements(audit),
    ...(start.kept === undefined ? [] : keepStatements(start.kept)),
  ]);
}

interface Beginning {
  /** Undefined without a time to ask from: everything has to be read. */
  readonly since: string | undefined;
  readonly maxSeq: RunState["maxSeq"];
  readonly now: number;
}

async function rowOf(
  { runId: id, trigger, actor, dryRun, proposal }: RunStart,
  source: Source,
  { since, maxSeq, now }: Beginning,
): Promise<Statement> {
  return startStatement({
    id,
    sourceId: source.id,
    trigger,
    actor,
    kind: since === undefined ? "full" : "incremental",
    dryRun,
    counts: NO_TALLIES,
    state: {
      ...firstState(await settingsOf(source), maxSeq, since && earlier(since)),
      connection: await connectionKey(source),
      proposal,
    },
    now,
  });
}

async function begun(holder: Holder, statements: readonly Statement[]): Promise<RunAnswer> {
  try {
    await holder.db.batch(statements);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ConstraintViolation)) {
      // Whether it was written is not known: whoever asks again with the same id finds out.
      holder.epoch = undefined;
      throw error;
    }
    holder.known = undefined;
    return { ok: false, refusal: CONTENTION };
  }
}

const FACTS = `SELECT
  (SELECT watermark FROM data_sources WHERE id = ?1) AS watermark,
  (SELECT coalesce(max(seq), 0) FROM users) AS users,
  (SELECT coalesce(max(seq), 0) FROM groups) AS groups,
  (SELECT coalesce(max(seq), 0) FROM organizations) AS organizations`;

/** A missed window is one run: the next one is counted from now. One by hand starts it anew where it was stopped. */
function scheduleStatements(
  source: Source,
  { trigger, dryRun }: RunStart,
  now: number,
): Statement[] {
  const isDue = trigger === "schedule" || (!dryRun && isStopped(source));
  if (!isDue || source.upstream === null) return [];
  const next = nextRunAt(source.upstream, now)?.at ?? null;
  return [
    { sql: "UPDATE data_sources SET next_run_at = ?2 WHERE id = ?1", params: [source.id, next] },
  ];
}

function earlier(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : new Date(at - OVERLAP_MS).toISOString();
}

/** What nobody thought of has no name in it. */
function jsonOf(proposal: Proposal): Json {
  const json: Json = JSON.parse(JSON.stringify(proposal));
  return json;
}

function startEntries(
  { runId, kind, dryRun, proposal, ...call }: RunStart,
  at: number,
): AuditEntry[] {
  const settings: Diff = proposal === undefined ? {} : { settings: { to: jsonOf(proposal) } };
  return entryOf(call, {
    at,
    action: "run.started",
    targetId: runId,
    diff: { kind: { to: kind }, dryRun: { to: dryRun }, ...settings },
  });
}

/** What the schedule does is not an admin's doing. */
export function entryOf(
  { actor, role, requestId }: RunCall,
  entry: Pick<AuditEntry, "at" | "action" | "targetId" | "diff">,
): AuditEntry[] {
  return role === undefined ? [] : [{ ...entry, actor, role, requestId, targetType: "Run" }];
}

function inProgress(id: string): Refusal {
  return { reason: "run_in_progress", detail: `The run ${id} isn't finished` };
}

const CONTENTION: Refusal = {
  reason: "unavailable",
  detail: "The data source is being changed at this moment",
  retryAfterSeconds: 1,
};
