/**
 * A step of a run as one batch: what its records come to and where the run has got to, together or
 * not at all. What a lost batch came to is told by the run's own row, which is read again.
 */
import { ConstraintViolation, type Statement } from "../directory/database.ts";
import { userNameKey } from "../directory/user.ts";
import { toRefusal, type Refusal } from "../scim/error.ts";
import { decideTogether, type Decision } from "./decide.ts";
import { snapshotFor, type Holder } from "./group-commit.ts";
import { keysOfOperation, NO_KEYS, unionOf } from "./keys.ts";
import { asProposed, type Proposal } from "./proposal.ts";
import type { ResourceRequest } from "./operation.ts";
import { withPlanned, type PlannedBefore } from "./planned-before.ts";
import { NO_PAST } from "./references.ts";
import type { Snapshot } from "./snapshot.ts";
import { admitRun } from "./gate.ts";
import { asScimError } from "./decide.ts";
import type { WorkingSet } from "./working-set.ts";
import { assertion, batchOf } from "./write-batch.ts";

export interface StepDecided {
  readonly set: WorkingSet;
  readonly decision: Decision;
}

export interface RunStep {
  /** Each with the run's id, in the order in which they are carried out. */
  readonly requests: readonly ResourceRequest[];
  /** Users of the source who are about to get other names: theirs are free. */
  readonly freed: readonly string[];
  /** Only says what would be done. */
  readonly dryRun: boolean;
  /** Of a dry run: it is decided as if these were the settings. */
  readonly proposal?: Proposal | undefined;
  readonly planned?: PlannedBefore;
  /** Of the records of new people, by the ids that they get. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** The checkpoint, and what is told of the records. */
  readonly statements: (decided: StepDecided) => readonly Statement[];
}

export type StepResult =
  | ({ readonly ok: true } & StepDecided)
  /** Nothing was written, or nobody knows: the run's row tells. */
  | { readonly ok: false; readonly refusal: Refusal };

const READS = 8;
const CONFLICTS = 3;

/** Throws `Superseded`. */
export async function commitRun(holder: Holder, step: RunStep): Promise<StepResult> {
  const known = holder.known?.source;
  const source = known && asProposed(known, step.proposal);
  let keys = unionOf(step.requests.map(({ operation }) => keysOfOperation(operation, source)));
  let freed = new Set(step.freed);
  for (let reads = 0, conflicts = 0; reads < READS && conflicts < CONFLICTS; reads++) {
    const snapshot = await tried(() => snapshotFor(holder, step.requests, keys));
    if (snapshot === undefined) continue;
    if ("reason" in snapshot) return { ok: false, refusal: snapshot };
    const stopped = whyNot(snapshot, step);
    if (stopped !== undefined) return { ok: false, refusal: stopped };
    const seen = withPlanned(withProposal(snapshot, step), step.planned);
    const decided = decideTogether(seen, step.requests, holder.now(), NO_PAST, freed);
    if (decided.decision.missing !== NO_KEYS) {
      keys = unionOf([keys, decided.decision.missing]);
      continue;
    }
    const stuck = stillHeld(decided.set);
    if (stuck.length > 0) {
      freed = new Set([...freed].filter((id) => !stuck.includes(id)));
      continue;
    }
    const failure = await write(holder, batchFor(holder, step, decided));
    if (failure === undefined) return { ok: true, ...decided };
    if (failure !== "conflict") return { ok: false, refusal: failure };
    conflicts++;
  }
  return { ok: false, refusal: CONTENTION };
}

/** The checkpoint alone, for a page of which every record is as it was. */
export async function commitCheckpoint(
  holder: Holder,
  statements: readonly Statement[],
): Promise<Refusal | undefined> {
  const { epoch, known } = holder;
  if (epoch === undefined || known === undefined) {
    const result = await commitRun(holder, {
      requests: [],
      freed: [],
      dryRun: false,
      statements: () => statements,
    });
    return result.ok ? undefined : result.refusal;
  }
  const snapshot = { epoch, source: known.source };
  const failure = await write(holder, [assertion({ snapshot }, holder.object), ...statements]);
  if (failure !== "conflict") return failure;
  // What this instance takes for the state of things is not what it is.
  holder.known = undefined;
  return CONTENTION;
}

function batchFor(holder: Holder, step: RunStep, decided: StepDecided): Statement[] {
  const { set, decision } = decided;
  const { object } = holder;
  const writing = { object, now: holder.now(), audit: [], hashes: step.hashes };
  const batch = step.dryRun ? [] : batchOf(set, decision, writing);
  const checked = batch.length > 0 ? batch : [assertion(set, object)];
  return [...checked, ...step.statements(decided)];
}

function withProposal(snapshot: Snapshot, { proposal }: RunStep): Snapshot {
  const { source } = snapshot;
  return source === undefined ? snapshot : { ...snapshot, source: asProposed(source, proposal) };
}

/** Why the run must stop here. */
function whyNot({ source }: Snapshot, { requests: [first] }: RunStep): Refusal | undefined {
  try {
    const { configVersion } = admitRun(source);
    return first === undefined || first.configVersion === configVersion ? undefined : CONTENTION;
  } catch (error) {
    return toRefusal(asScimError(error));
  }
}

/**
 * Those whose names were taken for free, and who keep them: beside somebody who has got theirs, or
 * who won't get the name of such a one. All of them at once, since each costs a decision anew.
 */
function stillHeld({ users, freed, snapshot }: WorkingSet): string[] {
  if (freed.size === 0) return [];
  const before = new Map(snapshot.users.map((user) => [user.id, userNameKey(user.attributes)]));
  const live = [...users.values()].filter(({ deletedAt }) => deletedAt === null);
  const named = live.map(({ id, attributes }) => ({ id, key: userNameKey(attributes) }));
  const keeps = ({ id, key }: { id: string; key: string }) => before.get(id) === key;
  const takers = Map.groupBy(
    named.filter((one) => !keeps(one)),
    ({ key }) => key,
  );
  const stuck = new Set(
    named.flatMap((one) =>
      freed.has(one.id) && keeps(one) && takers.has(one.key) ? [one.id] : [],
    ),
  );
  // A set that grows while it is gone through is gone through to its end.
  for (const id of stuck) {
    for (const taker of takers.get(before.get(id) ?? "") ?? []) stuck.add(taker.id);
  }
  return [...stuck];
}

async function tried<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "Superseded") throw error;
    return toRefusal(asScimError(error));
  }
}

async function write(
  holder: Holder,
  batch: readonly Statement[],
): Promise<Refusal | "conflict" | undefined> {
  try {
    await holder.db.batch(batch);
    return undefined;
  } catch (error) {
    if (error instanceof ConstraintViolation) return "conflict";
    // Whether it was written is not known: the next read claims an epoch, and the run's row tells.
    holder.epoch = undefined;
    return toRefusal(asScimError(error));
  }
}

const CONTENTION: Refusal = {
  reason: "unavailable",
  detail: "Others change the same records at this moment",
  retryAfterSeconds: 1,
};
