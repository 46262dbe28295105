/** Deciding a group of requests in their order on one snapshot. Pure: the same input decides the same. */
import { ScimError, toRefusal } from "../scim/error.ts";
import { claimsOf } from "./claims.ts";
import { checkVersion, type Decided, type Deciding } from "./deciding.ts";
import { applyFieldOperation, FIELD_EVENTS, type FieldOperation } from "./field-operations.ts";
import { outcomeOf } from "./answered.ts";
import { admit, admitRun } from "./gate.ts";
import { decideGroup } from "./group-operations.ts";
import { guarded } from "./guarded.ts";
import { decideHold, isHoldOperation } from "./hold-operations.ts";
import { NO_KEYS, MissingKeys, unionOf, type Keys } from "./keys.ts";
import {
  isDirectoryRequest,
  isGroupOperation,
  isHandOperation,
  isResourceRequest,
  isUserOperation,
  type DirectoryRequest,
  type Outcome,
  type ResourceOperation,
  type ResourceRequest,
  type SettingRequest,
  type WriteRequest,
} from "./operation.ts";
import { asMeant, Names, NO_PAST, type Ids, type Past } from "./references.ts";
import { applySetting, checkConfigVersion, type SettingOperation } from "./settings.ts";
import { movedIn } from "./settings-scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { profileOf, type Permission, type Source } from "./source.ts";
import type { Profile } from "../scim/profile.ts";
import { decideOrganization } from "./organization-operations.ts";
import { decideByHand } from "./hand.ts";
import { decideUser } from "./user-operations.ts";
import { traceOf, type Trace } from "./trace.ts";
import { isUnhashed } from "./user-password.ts";
import { WorkingSet, type Effect } from "./working-set.ts";

/** An effect of a request: what the operation log and the event of it are made from. */
export interface Done {
  readonly request: WriteRequest;
  readonly outcome: Extract<Outcome, { ok: true }>;
  readonly effect: Effect;
  readonly trace: Trace;
  /** Sources that lose sight of organizations by it. */
  readonly losers?: readonly string[] | undefined;
}

export interface Decision {
  /** One for each request, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly done: readonly Done[];
  /** Rows that have to be read before everything can be decided. */
  readonly missing: Keys;
  /** Mistakes of ours, with the request each met: for the log. */
  readonly mistakes: readonly { readonly requestId: string; readonly error: unknown }[];
  /** What the operations of a Bulk came to. */
  readonly names: Names;
}

/** How often operations that name each other in a circle are decided anew. */
const PASSES = 8;

/**
 * Decides the requests on the snapshot. Those of a Bulk that name each other in a circle are
 * decided again with what the others came to; if that never settles, what names something later
 * is refused (RFC 7644 §3.7.1).
 */
export function decideTogether(
  snapshot: Snapshot,
  requests: readonly WriteRequest[],
  now: number,
  past: Past,
  freed?: ReadonlySet<string>,
): { set: WorkingSet; decision: Decision } {
  let assumed = asMeant(requests);
  for (let pass = 0; ; pass++) {
    const set = new WorkingSet(snapshot, freed);
    const decision = decideAll(set, requests, { now, past, assumed });
    if (decision.missing !== NO_KEYS || decision.names.areAsAssumed()) return { set, decision };
    assumed = pass < PASSES ? decision.names.past.ids : NO_PAST.ids;
  }
}

interface Circumstances {
  readonly now: number;
  /** What operations of the same Bulk in earlier groups came to. */
  readonly past: Past;
  /** What creates that come later in the group are taken to come to. */
  readonly assumed: Ids;
}

/** Applies the requests to the set one after another; a refused one leaves it as it was. */
function decideAll(
  set: WorkingSet,
  requests: readonly WriteRequest[],
  { now, past: before, assumed }: Circumstances,
): Decision {
  const done: Done[] = [];
  const missing: Keys[] = [];
  const mistakes: { requestId: string; error: unknown }[] = [];
  const decided = new Map<string, Outcome>();
  const names = new Names(before, assumed);
  for (const request of requests) {
    // A request that was sent again while it waited stands in the group twice, and is done once.
    if (decided.has(request.opId)) continue;
    try {
      const one = guarded(set, request, decideOne(set, request, names, now), now);
      const { outcome, removals, spared } = one;
      decided.set(request.opId, outcome);
      if (removals !== undefined) set.guard.note(removals, request, outcome);
      if (spared !== undefined) set.guard.spared.set(request.opId, spared);
      names.note(request, outcome);
      if (!set.snapshot.done.has(request.opId)) names.keep(request, outcome);
      if (outcome.ok) done.push(...apply(set, request, { ...one, outcome }));
    } catch (error) {
      decided.set(request.opId, { ok: false, refusal: toRefusal(asScimError(error)) });
      if (error instanceof MissingKeys) missing.push(error.keys);
      else noteRefusal(names, request, error);
      if (isMistake(error)) mistakes.push({ requestId: request.requestId, error });
    }
  }
  return {
    outcomes: requests.flatMap(({ opId }) => decided.get(opId) ?? []),
    done,
    missing: missing.length === 0 ? NO_KEYS : unionOf(missing),
    mistakes,
    names,
  };
}

/** What was changed is traced before the next part of it is applied. */
function apply(
  set: WorkingSet,
  request: WriteRequest,
  { outcome, change, steps = [], also = [] }: Decided & { readonly outcome: Done["outcome"] },
): Done[] {
  return [...steps, ...(change === undefined ? [] : [change]), ...also].map((part) => {
    const { effect, tree } = part;
    const trace = traceOf(set, part);
    set.apply(part);
    return { request, outcome, effect, trace, losers: tree?.losers };
  });
}

function noteRefusal(names: Names, request: WriteRequest, error: unknown): void {
  const outcome: Outcome = { ok: false, refusal: toRefusal(asScimError(error)) };
  names.note(request, outcome);
  names.keep(request, outcome);
}

function isMistake(error: unknown): boolean {
  return !(error instanceof MissingKeys) && !(error instanceof ScimError);
}

function decideOne(set: WorkingSet, request: WriteRequest, names: Names, now: number): Decided {
  const logged = set.snapshot.done.get(request.opId);
  if (logged !== undefined) return { outcome: outcomeOf(set, request, logged) };
  if (isResourceRequest(request)) return decideResource(set, request, names, now);
  if (isDirectoryRequest(request)) {
    const { operation } = request;
    return isHandOperation(operation)
      ? decideByHand(set, request, operation)
      : decideField(set, request, operation, now);
  }
  const { operation } = request;
  return isHoldOperation(operation)
    ? decideHold(set, request.actor, operation, now)
    : decideSetting(set, request, operation, now);
}

function decideResource(
  set: WorkingSet,
  request: ResourceRequest,
  names: Names,
  now: number,
): Decided {
  if (names.past.errors >= (request.ties?.errorsAllowed ?? Infinity)) {
    return { outcome: { ok: false, refusal: "not_performed" } };
  }
  const { source, tokens } = set.snapshot;
  const token = tokens.find(({ id }) => id === request.actor);
  const admitted =
    request.runId === undefined
      ? admit(source, token, permissionOf(request.operation), now)
      : admitRun(source);
  if (admitted.configVersion !== request.configVersion) {
    return { outcome: { ok: false, refusal: "stale_config" } };
  }
  if (isUnhashed(request.operation, set.snapshot.passwords)) {
    return { outcome: { ok: false, refusal: "stale_config" } };
  }
  refuseEmptyScope(admitted, request.operation);
  const operation = names.resolve(request);
  const dialect = profileOf(admitted);
  const profile = request.runId === undefined ? dialect : { ...dialect, ...AS_PULLED };
  const by: Deciding = {
    source: admitted,
    profile,
    claims: claimsOf(admitted, profile),
    passwords: set.snapshot.passwords,
    now,
    ifMatch: request.ifMatch,
    isPulled: request.runId !== undefined,
  };
  if (isUserOperation(operation)) return decideUser(set, operation, by);
  return isGroupOperation(operation)
    ? decideGroup(set, operation, by)
    : decideOrganization(set, operation, by);
}

/** Reading a record again is no conflict, whatever the source's dialect says of a POST. */
const AS_PULLED: Partial<Profile> = { onDuplicate: "update", restoreDeleted: true, adopt: false };

function decideSetting(
  set: WorkingSet,
  request: SettingRequest,
  operation: SettingOperation,
  now: number,
): Decided {
  const before = set.state === "deleted" ? undefined : set.state;
  checkConfigVersion(before, request.ifMatch);
  const { state, event, changes, scope } = applySetting(before, operation, now, set.snapshot.scope);
  const status = operation.kind === "source.create" ? 201 : state === undefined ? 204 : 200;
  const outcome: Outcome = { ok: true, status, ...(state === undefined ? {} : { state }) };
  if (state === before) return { outcome };
  const resourceId = (state ?? before)?.source.id ?? "";
  const effect: Effect = {
    type: event,
    resourceType: "DataSource",
    resourceId,
    changes: { attributes: changes, ...(scope && movedIn(scope)) },
  };
  return { outcome, change: { state: state ?? "deleted", scope, effect } };
}

function decideField(
  set: WorkingSet,
  request: DirectoryRequest,
  operation: FieldOperation,
  now: number,
): Decided {
  const before = operation.kind === "field.create" ? undefined : set.fields.get(operation.id);
  if (before !== undefined) checkVersion(request.ifMatch, before.version);
  const field = applyFieldOperation([...set.fields.values()], operation, now);
  const status = { "field.create": 201, "field.update": 200, "field.delete": 204 } as const;
  const outcome: Outcome = { ok: true, status: status[operation.kind], field };
  if (field === before) return { outcome };
  const names = operation.kind === "field.update" ? Object.keys(operation.changes) : [];
  const effect: Effect = {
    type: FIELD_EVENTS[operation.kind],
    resourceType: "Field",
    resourceId: field.id,
    changes: { attributes: names },
  };
  return { outcome, change: { field, effect } };
}

/** Nobody can be placed, and nothing reached, in a scope that was set empty. */
function refuseEmptyScope(source: Source, operation: ResourceOperation): void {
  if (source.scopeHasOrganizations) return;
  if (source.scopeHasGroups && !isUserOperation(operation)) return;
  throw new ScimError(
    "scope_empty",
    "The scope of the data source was set empty: it may not write",
  );
}

function permissionOf(operation: ResourceOperation): Permission {
  if (isUserOperation(operation)) return "user:write";
  return isGroupOperation(operation) ? "group:write" : "organization:write";
}

/** A mistake of ours in one operation must not take its neighbours along. */
export function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  return new ScimError("internal", "Internal error", { cause: error });
}
