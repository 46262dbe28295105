/** Starting a run by hand: what stands against it is said before the source's object is asked, which decides. */
import type { Context } from "hono";
import { prefixedId, randomBytes, uuidv7 } from "../../directory/ids.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import { askRuns } from "../../sources/object.ts";
import type { DataSourceCalls, RunAnswer, RunCall } from "../../sources/operation.ts";
import { asProposed, type Proposal } from "../../sources/proposal.ts";
import { notPulled } from "../../sources/settings-upstream.ts";
import { findSource } from "../../sources/source-reads.ts";
import type { Source } from "../../sources/source.ts";
import { unfinishedRun } from "../../sync/run-reads.ts";
import { NO_TALLIES, type Run, type RunKind } from "../../sync/run.ts";
import type { Keep } from "./once.ts";
import { openSourceDatabase, refuseUnknownSource, sourceShard } from "./place.ts";
import { representRun } from "./represent-run.ts";
import type { AdminEnv } from "./router.ts";
import { upstreamChangeOf } from "./upstream-input.ts";

/** A run of this kind, as it begins. Throws ScimError `not_a_pull_source`, `data_source_disabled`, `run_in_progress`. */
export async function startRun(
  c: Context<AdminEnv>,
  sourceId: string,
  asked: {
    readonly kind: RunKind;
    readonly dryRun: boolean;
    readonly settings?: Proposal | undefined;
  },
  keep: Keep,
): Promise<ReturnType<typeof representRun>> {
  const source = await requireIdle(c, sourceId);
  const { kind, dryRun, settings: proposal } = asked;
  await requireProposable(c.env, source, proposal);
  const now = Date.now();
  const shard = await sourceShard(c.env, sourceId);
  const runId = prefixedId("run", shard, uuidv7(now, randomBytes(10)));
  const call = callOf(c);
  const shown = representRun(
    newRun({ id: runId, sourceId, kind, dryRun, proposal }, call.actor, now),
  );
  const kept = await keep(shown);
  const start = { ...call, runId, trigger: "manual", kind, dryRun, proposal, kept } as const;
  try {
    await askAbout(c, sourceId, (object) => object.startRun(start));
  } catch (error) {
    // Another one may have been quicker: then it is named.
    if (error instanceof ScimError && error.reason === "run_in_progress") {
      await requireIdle(c, sourceId);
    }
    throw error;
  }
  return shown;
}

/** Asks the source's object, and throws what it refuses. */
export async function askAbout(
  c: Context<AdminEnv>,
  sourceId: string,
  ask: (
    object: Pick<DataSourceCalls, "startRun" | "cancelRun" | "decideHold">,
  ) => Promise<RunAnswer>,
): Promise<void> {
  const answer = await askRuns(c.env, sourceId, ask);
  if (!answer.ok) throw fromRefusal(answer.refusal);
}

/** Who asks. */
export function callOf(c: Context<AdminEnv>): RunCall {
  const { id: actor, role } = c.get("admin");
  return { actor, role, requestId: c.get("requestId") };
}

/** Throws unless the source can be read now: `Location` leads to the run that is going on. */
async function requireIdle(c: Context<AdminEnv>, sourceId: string): Promise<Source> {
  const db = await openSourceDatabase(c.env, sourceId);
  const [found, run] = await Promise.all([findSource(db, sourceId), unfinishedRun(db, sourceId)]);
  const source = found ?? refuseUnknownSource();
  requireOn(source);
  if (run === undefined) return source;
  c.header("location", `/api/v1/sync-runs/${run.id}`);
  throw new ScimError("run_in_progress", `The run ${run.id} is ${run.status}`);
}

/** Throws what changing the settings so would throw. */
async function requireProposable(
  env: Env,
  source: Source,
  proposal: Proposal | undefined,
): Promise<void> {
  if (proposal === undefined) return;
  await upstreamChangeOf(env, source, { upstream: proposal.upstream });
  asProposed(source, proposal);
}

function requireOn({ mode, status, provisioning }: Source): void {
  if (mode === "push") throw notPulled();
  if (status !== "enabled") {
    throw new ScimError("data_source_disabled", "The data source is disabled");
  }
  if (!provisioning) {
    throw new ScimError("data_source_disabled", "The data source's provisioning is disabled");
  }
}

function newRun(
  run: Pick<Run, "id" | "sourceId" | "kind" | "dryRun" | "proposal">,
  actor: string,
  createdAt: number,
): Run {
  return {
    ...run,
    trigger: "manual",
    actor,
    status: "queued",
    counts: NO_TALLIES,
    phase: "organizations",
    total: undefined,
    reason: null,
    detail: null,
    createdAt,
    startedAt: null,
    endedAt: null,
  };
}
