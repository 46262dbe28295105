/** POST of many writes at once: read, ask the source's object once, answer each. RFC 7644 §3.7. */
import {
  bulkResponse,
  parseBulkOperation,
  parseBulkRequest,
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
} from "../scim/bulk.ts";
import { orderOf, resolved, stepsOf } from "../scim/bulk-references.ts";
import { fromRefusal, ScimError, type Reason } from "../scim/error.ts";
import { LIMITS } from "../scim/messages.ts";
import type { Profile } from "../scim/profile.ts";
import { formatVersion, parseVersions } from "../scim/version.ts";
import { askObjectAll } from "../sources/object.ts";
import type { Outcome, ResourceOperation, ResourceRequest } from "../sources/operation.ts";
import { unresolved } from "../sources/references.ts";
import { profileOf, type Source } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { noteOperation } from "./activity.ts";
import { callerOf, newUuid, reloadSource, type SourceKeyed } from "./authenticate.ts";
import { beingConfigured, CONFIG_CHANGES } from "./configuration.ts";
import type { AppContext } from "./context.ts";
import { observe, unmappedBy } from "./observed.ts";
import { forgetMode, withHash, type InDirectory } from "./password.ts";
import { spend } from "./rate.ts";
import { readBody } from "./request.ts";
import { resourceOperation } from "./resource-operation.ts";
import { baseOf, respondJson } from "./respond.ts";

type Done = Extract<Outcome, { ok: true }>;

/** An operation of the request, and what it came to so far. */
interface Item {
  /** Undefined where it could not be read. */
  readonly operation: BulkOperation | undefined;
  /** Positions of those whose new resources it names. */
  readonly needs: readonly number[];
  readonly opId: string;
  /** The id that a new resource of it is meant to get. */
  readonly newId: string;
  /** Undefined as long as it was not performed. */
  result: Done | ScimError | undefined;
}

/** What is to be done for a request. */
interface Job {
  readonly items: readonly Item[];
  /** The same in the order in which they are performed. */
  readonly inOrder: readonly Item[];
  readonly failOnErrors: number;
  readonly profile: Profile;
}

export async function answerBulk(c: AppContext): Promise<Response> {
  const caller = await callerOf(c);
  const body = await readBody(c, LIMITS.bulkBytes);
  // An operation that is refused is not asked about again, so that has to be under what is in force.
  const source = await reloadSource(c, caller);
  const profile = profileOf(source);
  const bulk = parseBulkRequest(body, profile);
  spend(caller.sourceId, bulk.operations.length - 1);
  const job = jobOf(bulk, profile);
  await perform(c, caller, source, job);
  const stop = stopOf(job);
  if (stop?.retryAfterSeconds !== undefined) {
    c.header("retry-after", String(stop.retryAfterSeconds));
  }
  for (const { operation, result } of job.items) noteOperation(c, operation, result);
  const results = resultsOf(job, baseOf(c));
  return respondJson(c, 200, bulkResponse(bulk.operations, results));
}

function jobOf({ operations, failOnErrors }: BulkRequest, profile: Profile): Job {
  const steps = stepsOf(
    operations.map((given) => attempt(() => parseBulkOperation(given, profile))),
  );
  const items = steps.map((step): Item => {
    const ids = { opId: newUuid(), newId: newUuid() };
    return step instanceof ScimError
      ? { ...ids, operation: undefined, needs: [], result: step }
      : { ...ids, ...step, result: undefined };
  });
  const inOrder = orderOf(steps).flatMap((index) => items[index] ?? []);
  return { items, inOrder, failOnErrors, profile };
}

/** Performs what can be; what was read under a configuration that is no longer in force is read anew. */
async function perform(
  c: AppContext,
  caller: SourceKeyed,
  current: Source,
  job: Job,
): Promise<void> {
  let source = current;
  let stale: readonly Item[] = [];
  for (let changes = 0; changes < CONFIG_CHANGES; changes++) {
    const requests = requestsOf(c, caller, source, job);
    if (requests.size === 0) return;
    const place = { directoryId: source.directoryId, shard: caller.shard };
    const hashed = await withHashes(c, place, [...requests.values()]);
    const outcomes = await askObjectAll(c.env, caller.sourceId, hashed);
    stale = noteOutcomes([...requests.keys()], outcomes);
    if (stale.length === 0) return;
    forgetMode(source.directoryId);
    source = await reloadSource(c, caller);
  }
  for (const item of stale) {
    item.result = beingConfigured();
  }
}

/** One after the other: each hash takes memory that an isolate has little of. */
async function withHashes(
  c: AppContext,
  directory: InDirectory,
  requests: readonly ResourceRequest[],
): Promise<ResourceRequest[]> {
  const hashed: ResourceRequest[] = [];
  for (const request of requests) {
    hashed.push({ ...request, operation: await withHash(c.env, directory, request.operation) });
  }
  return hashed;
}

/** What the object is asked for, in order, up to where too many have failed already. */
function requestsOf(
  c: AppContext,
  { tokenId: actor }: SourceKeyed,
  source: Source,
  { items, inOrder, failOnErrors }: Job,
): Map<Item, ResourceRequest> {
  const { directoryId, configVersion } = source;
  const read = readOperations(items, source);
  const requests = new Map<Item, ResourceRequest>();
  let errors = 0;
  for (const item of inOrder) {
    if (item.result instanceof ScimError) errors++;
    if (errors >= failOnErrors) break;
    const operation = read.get(item);
    if (operation === undefined || item.result !== undefined) continue;
    if (item.operation !== undefined) {
      const { data, type } = item.operation;
      observe(c, unmappedBy(operation, data, typeFor(source, type)));
    }
    const { opId } = item;
    const errorsAllowed = failOnErrors - errors;
    const request = { opId, directoryId, actor, requestId: c.get("requestId"), configVersion };
    const ifMatch = parseVersions(item.operation?.version);
    requests.set(item, {
      ...request,
      operation,
      ...(ifMatch !== undefined && { ifMatch }),
      ties: { refersTo: namedBy(item, items), errorsAllowed },
    });
  }
  return requests;
}

/** Of what is still to be done, what can be read; what can't is refused, and so is what needs it. */
function readOperations(
  items: readonly Item[],
  source: Source,
): ReadonlyMap<Item, ResourceOperation> {
  const read = new Map<Item, ResourceOperation>();
  const open = items.filter(({ result }) => result === undefined);
  const attempts = open.map((item) => attempt(() => readOperation(item, items, source)));
  // What is wrong with itself is told rather than what is wrong with those it names.
  for (const [index, item] of open.entries()) {
    const operation = attempts[index];
    if (operation instanceof ScimError) item.result = operation;
    else if (operation !== undefined) read.set(item, operation);
  }
  const isLost = ({ needs, result }: Item): boolean =>
    result === undefined && needs.some((index) => items[index]?.result instanceof ScimError);
  for (let lost = items.filter(isLost); lost.length > 0; lost = items.filter(isLost)) {
    for (const item of lost) item.result = unresolved();
  }
  return read;
}

function readOperation(
  { operation, newId }: Item,
  items: readonly Item[],
  source: Source,
): ResourceOperation {
  if (operation === undefined) throw unresolved();
  const { method, type, id, data } = resolved(operation, (bulkId) => idOf(makerOf(bulkId, items)));
  const request = { method, type: typeFor(source, type), id: id ?? newId, body: data };
  return resourceOperation(request, profileOf(source));
}

function makerOf(bulkId: string, items: readonly Item[]): Item {
  const maker = items.find(
    ({ operation }) => operation?.bulkId === bulkId && operation.method === "POST",
  );
  if (maker === undefined) throw unresolved();
  return maker;
}

/** The id of what it creates, or is meant to create. Throws ScimError `conflict` when it failed. */
function idOf({ result, newId }: Item): string {
  if (result === undefined) return newId;
  const id = result instanceof ScimError ? undefined : result.resource?.id;
  if (id === undefined) throw unresolved();
  return id;
}

function namedBy({ needs }: Item, items: readonly Item[]): string[] {
  return needs.flatMap((index) => {
    const item = items[index];
    return item === undefined || item.result !== undefined ? [] : [item.newId];
  });
}

/** Keeps what each came to, and gives those that have to be read anew. */
function noteOutcomes(asked: readonly Item[], outcomes: readonly Outcome[]): Item[] {
  return asked.filter((item, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) return false;
    if (outcome.ok) item.result = outcome;
    else if (typeof outcome.refusal === "object") item.result = fromRefusal(outcome.refusal);
    else return outcome.refusal === "stale_config";
    return false;
  });
}

/** Refusals that are about the source, not about an operation. */
const STOPS: ReadonlySet<Reason> = new Set([
  "unauthorized",
  "api_closed",
  "data_source_disabled",
  "rate_limited",
  "unavailable",
]);

/**
 * The refusal that put some of it off. Where nothing was done it is the answer to the whole, so
 * that a client which looks at the status alone comes again.
 */
function stopOf({ items }: Job): ScimError | undefined {
  const errors = items.flatMap(({ result }) => (result instanceof ScimError ? [result] : []));
  const stop = errors.find(({ reason }) => STOPS.has(reason));
  const isAnyDone = items.some(({ result }) => result !== undefined && "ok" in result);
  if (stop !== undefined && !isAnyDone) throw stop;
  return stop;
}

/** By position in the request; undefined for what comes after too many errors. */
function resultsOf(job: Job, base: string): (BulkResult | undefined)[] {
  const { items, inOrder, failOnErrors } = job;
  const shown = new Set<Item>();
  let errors = 0;
  for (const item of inOrder) {
    if (errors >= failOnErrors) break;
    if (item.result instanceof ScimError) errors++;
    shown.add(item);
  }
  return items.map((item) => (shown.has(item) ? resultOf(item, job, base) : undefined));
}

function resultOf(item: Item, { items, profile }: Job, base: string): BulkResult | undefined {
  const { result } = item;
  if (result === undefined) return undefined;
  const location = locationOf(item, items, base);
  if (result instanceof ScimError) return { error: result, location };
  const { resource } = result;
  const version = resource === undefined ? undefined : formatVersion(resource.version);
  const isCreated = profile.updateAsCreated && item.operation?.method === "POST";
  return { status: isCreated ? 201 : result.status, location, version };
}

/** RFC 7644 §3.7.3: everything has a location but a POST that failed. */
function locationOf(item: Item, items: readonly Item[], base: string): string | undefined {
  const { operation } = item;
  if (operation === undefined) return undefined;
  const id = attempt(() =>
    operation.method === "POST"
      ? idOf(item)
      : resolved({ ...operation, data: null }, (bulkId) => idOf(makerOf(bulkId, items))).id,
  );
  const shown = id instanceof ScimError ? operation.id : id;
  if (shown === undefined) return undefined;
  return `${base}${operation.type.endpoint}/${encodeURIComponent(shown)}`;
}

function attempt<T>(work: () => T): T | ScimError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}
