/**
 * Group commit: one read, decisions in memory, one batch. What a batch came to is settled, never
 * guessed: after a lost reply a new epoch is claimed, so that the batch can't land any more, in
 * the same transaction that reads which operations are done.
 */
import { ConstraintViolation, type Database, type Statement } from "../directory/database.ts";
import { logError } from "../directory/log.ts";
import { ScimError, toRefusal, type Refusal } from "../scim/error.ts";
import { decideTogether, type Decision } from "./decide.ts";
import { removerOf } from "./guarded.ts";
import { isHoldOperation } from "./hold-operations.ts";
import { keysByHand, keysOf, keysOfOperation, NO_KEYS, unionOf, type Keys } from "./keys.ts";
import {
  directoryOf,
  isDirectoryRequest,
  isHandOperation,
  isOfRun,
  isResourceRequest,
  type Outcome,
  type WriteRequest,
} from "./operation.ts";
import { cutBefore, isOfBulk, isStop, NO_PAST, pastWith, type Past } from "./references.ts";
import { scopeQuestionOf } from "./settings.ts";
import type { ScopeQuestion } from "./settings-scope.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { sealed, type AuditEntry, type AuditRow } from "./audit.ts";
import type { Pepper } from "./secret.ts";
import type { Source, SourceState } from "./source.ts";
import { areNew, assertNobodyGone, unreadSnapshot } from "./unread.ts";
import type { WorkingSet } from "./working-set.ts";
import { auditEntries, batchOf } from "./write-batch.ts";
import { grownHold } from "./write-guard.ts";
import { passwordIn } from "./user-password.ts";

/** What outlives a group: who we are to the database. */
export interface Holder {
  readonly object: string;
  readonly db: Database;
  /** The epoch this instance holds; undefined when it has to claim one first. */
  epoch: number | undefined;
  /** The highest epoch the object ever held, which a restored older database may lack. */
  highestEpoch: number;
  /** The source and its tokens as last seen: a guess at what will have to be read. */
  known: SourceState | undefined;
  /** Whether the last group with creations created all of them. */
  expectsNew: boolean;
  readonly now: () => number;
  /** What the audit is sealed with; asked for when there is something to seal. */
  readonly peppers: () => readonly Pepper[];
  /** Called after each claim, to remember it across instances. */
  readonly remember: (epoch: number) => void;
}

/** Thrown when another instance has taken over: this one has to stop. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** How often a group is decided anew before it is halved, and how often rows may turn out missing. */
const CONFLICTS = 3;
const READS = 8;
/** How often the database may be in trouble over a group: smaller groups would only add to it. */
const OUTAGES = 2;

export interface Committed {
  /** One for each request, in their order. */
  readonly outcomes: readonly Outcome[];
  /** What goes before the operations of the same Bulk that follow. */
  readonly past: Past;
}

/**
 * Carries out the requests in their order. `past` is of the Bulk whose operations they are. Throws
 * `Superseded`.
 */
export async function commitGroup(
  holder: Holder,
  requests: readonly WriteRequest[],
  past: Past = NO_PAST,
): Promise<Committed> {
  const { epoch } = holder;
  const unread = await commitUnread(holder, requests, past);
  if (unread !== undefined) return unread;
  let keys = unionOf(requests.map((request) => firstKeys(request, holder.known?.source)));
  let refusal: Refusal = CONTENTION;
  // A write of which nobody knows whether it was carried out ends the epoch.
  let outages = holder.epoch === epoch ? 0 : 1;
  for (let reads = 0, conflicts = 0; reads < READS && conflicts < CONFLICTS; reads++) {
    const snapshot = await settled(() => snapshotFor(holder, requests, keys));
    if (snapshot instanceof ScimError) return refuseAll(requests, toRefusal(snapshot), past);
    if (snapshot === undefined) continue;
    const { set, decision } = decideTogether(snapshot, requests, holder.now(), past);
    if (decision.missing !== NO_KEYS) {
      keys = unionOf([keys, decision.missing]);
      continue;
    }
    for (const { requestId, error } of decision.mistakes) logError(requestId, error);
    const batch = await batchFor(holder, requests, { set, decision });
    const failure = await write(holder, batch);
    if (failure === undefined) {
      holder.expectsNew = areNew(requests, decision) ?? holder.expectsNew;
      return committed(decision, batch);
    }
    if (isOutage(failure) && ++outages === OUTAGES) return refuseAll(requests, failure, past);
    refusal = failure;
    conflicts++;
  }
  // Those that name each other in a circle stand or fall together.
  const last = requests.length - 1;
  const middle = cutBefore(requests, (last + 1) >> 1) ?? cutBefore(requests, last);
  if (middle === undefined) return refuseAll(requests, refusal, past);
  return commitHalves(holder, [requests.slice(0, middle), requests.slice(middle)], past);
}

async function batchFor(
  holder: Holder,
  requests: readonly WriteRequest[],
  { set, decision }: { readonly set: WorkingSet; readonly decision: Decision },
): Promise<Statement[]> {
  const { object } = holder;
  const now = holder.now();
  const entries = auditEntries(decision.done, now);
  const audit = entries.length === 0 ? [] : await sealedAfter(holder, set.snapshot, entries);
  const removerId = removerOf(object, requests, set.snapshot.source)?.id;
  const hold = await grownHold(set, removerId, now);
  return batchOf(set, decision, { object, now, audit, removerId, hold });
}

/** Without a read before, where there is hope of it; undefined when nothing was written. */
async function commitUnread(
  holder: Holder,
  requests: readonly WriteRequest[],
  past: Past,
): Promise<Committed | undefined> {
  const { epoch, known: state } = holder;
  if (!holder.expectsNew || epoch === undefined || state === undefined) return undefined;
  const snapshot = unreadSnapshot({ epoch, state }, requests);
  if (snapshot === undefined) return undefined;
  const { set, decision } = decideTogether(snapshot, requests, holder.now(), past);
  if (!areNew(requests, decision)) return undefined;
  const batch = [
    ...batchOf(set, decision, { object: holder.object, now: holder.now(), audit: [] }),
    ...assertNobodyGone(state.source.id, decision),
  ];
  holder.expectsNew = (await write(holder, batch)) === undefined;
  return holder.expectsNew ? committed(decision, batch) : undefined;
}

async function commitHalves(
  holder: Holder,
  [before, after]: readonly [readonly WriteRequest[], readonly WriteRequest[]],
  past: Past,
): Promise<Committed> {
  const first = await commitGroup(holder, before, past);
  const stop = before.some(isOfBulk) ? first.outcomes.find(isStop) : undefined;
  // What comes later in a Bulk must not be done before what was put off.
  const second =
    stop === undefined
      ? await commitGroup(holder, after, first.past)
      : { outcomes: after.map(() => stop), past: first.past };
  return { outcomes: [...first.outcomes, ...second.outcomes], past: second.past };
}

function committed({ outcomes, names }: Decision, batch: readonly Statement[]): Committed {
  const { past } = names;
  return { outcomes, past: batch.length === 0 ? past : { ...past, unlogged: [] } };
}

function sealedAfter(
  { object, peppers }: Holder,
  { auditHead }: Snapshot,
  entries: readonly AuditEntry[],
): Promise<AuditRow[]> {
  return sealed(peppers(), object, auditHead, entries);
}

/** The batch is written: undefined. It is not: why, for the operation that fails alone with it. */
async function write(holder: Holder, batch: readonly Statement[]): Promise<Refusal | undefined> {
  if (batch.length === 0) return undefined;
  try {
    await holder.db.batch(batch);
    return undefined;
  } catch (error) {
    if (error instanceof ConstraintViolation) return refusalOf(error);
    // Whether it was written is not known: the next read claims an epoch and finds out.
    holder.epoch = undefined;
    return toRefusal(error instanceof ScimError ? error : internal(error));
  }
}

/** Reads the snapshot; undefined when the epoch turned out to be stale and must be claimed anew. */
export async function snapshotFor(
  holder: Holder,
  requests: readonly WriteRequest[],
  keys: Keys,
): Promise<Snapshot | undefined> {
  const claims = holder.epoch === undefined;
  const snapshot = await readSnapshot(holder.db, {
    object: holder.object,
    directoryId: requests.map(directoryOf).find((id) => id !== undefined) ?? "",
    opIds: requests.filter((one) => !isOfRun(one)).map(({ opId }) => opId),
    keys,
    seer: seerOf(holder, requests),
    byHand: requests.some(isDirectoryRequest),
    withAudit: requests.some(({ role }) => role !== undefined),
    withPasswords: requests.some(({ operation }) => passwordIn(operation) !== undefined),
    withFields: requests.some(isDirectoryRequest),
    scope: requests.map(questionOf).find((question) => question !== undefined),
    actors: requests.every(isResourceRequest) ? requests.map(({ actor }) => actor) : undefined,
    claimAbove: claims ? holder.highestEpoch : undefined,
    remover: removerOf(holder.object, requests, holder.known?.source),
    now: holder.now(),
  });
  const { source, tokens } = snapshot;
  holder.known = source === undefined ? undefined : { source, tokens };
  if (claims) {
    holder.epoch = snapshot.epoch;
    holder.highestEpoch = snapshot.epoch;
    holder.remember(snapshot.epoch);
    return snapshot;
  }
  if (snapshot.epoch === holder.epoch) return snapshot;
  if (snapshot.epoch > holder.highestEpoch) throw new Superseded();
  // An older database was restored below us: claim above what it and we know.
  holder.epoch = undefined;
  return undefined;
}

async function settled<T>(work: () => Promise<T>): Promise<T | ScimError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Superseded) throw error;
    return error instanceof ScimError ? error : internal(error);
  }
}

/** What is done by hand stands alone in its group. */
function seerOf({ object }: Holder, [request]: readonly WriteRequest[]): string | null {
  if (request === undefined || !isDirectoryRequest(request)) return object;
  const { application } = request;
  return application === undefined || application.isWhole ? null : application.id;
}

function firstKeys(request: WriteRequest, source: Source | undefined): Keys {
  if (isDirectoryRequest(request) && isHandOperation(request.operation)) {
    return keysByHand(request.operation);
  }
  if (isResourceRequest(request)) return keysOfOperation(request.operation, source);
  const { operation } = request;
  return isHoldOperation(operation) ? keysOf({ holdIds: [operation.holdId] }) : NO_KEYS;
}

function questionOf(request: WriteRequest): ScopeQuestion | undefined {
  if (isResourceRequest(request) || isDirectoryRequest(request)) return undefined;
  const { operation } = request;
  return isHoldOperation(operation) ? undefined : scopeQuestionOf(operation);
}

const CONTENTION: Refusal = {
  reason: "unavailable",
  detail: "Others change the same records at this moment",
  retryAfterSeconds: 1,
};

function isOutage(failure: Refusal): boolean {
  return failure.reason === "unavailable" && failure !== CONTENTION;
}

function refusalOf({ unique }: ConstraintViolation): Refusal {
  if (unique === null) return CONTENTION;
  if (unique.startsWith("data_sources")) {
    return { reason: "conflict", detail: "A data source of this name exists" };
  }
  if (unique.startsWith("custom_fields")) {
    return { reason: "conflict", detail: "A field of this name exists" };
  }
  return { reason: "uniqueness", detail: `${attributeOf(unique)} is already taken` };
}

/** The SCIM attribute behind the columns of a UNIQUE index. */
function attributeOf(columns: string): string {
  if (columns.includes("code_key")) return "code";
  if (columns.includes("user_name_key")) return "userName";
  if (columns.includes("external_id")) return "externalId";
  if (columns.includes("name_key")) return "displayName";
  return columns.startsWith("unique_values") ? "A value that has to be unique" : "A value";
}

function refuseAll(requests: readonly WriteRequest[], refusal: Refusal, past: Past): Committed {
  const outcomes = requests.map((): Outcome => ({ ok: false, refusal }));
  return { outcomes, past: pastWith(past, requests, outcomes) };
}

function internal(cause: unknown): ScimError {
  logError("group-commit", cause);
  return new ScimError("internal", "Internal error", { cause });
}
