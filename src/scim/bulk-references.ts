/** Operations of a Bulk that name resources which others of it create: `bulkId:…`. RFC 7644 §3.7.1, §3.7.2. */
import type { BulkOperation } from "./bulk.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json } from "./json.ts";

/** Gives the id behind a bulkId; may throw. */
type Resolve = (bulkId: string) => string;

/** An operation, with the positions of those whose new resources it names. */
export interface Step {
  readonly operation: BulkOperation;
  readonly needs: readonly number[];
}

/**
 * What each operation needs, or why it can't be performed: what could not be read, a bulkId given
 * twice, a reference to a bulkId that no POST has.
 */
export function stepsOf(
  operations: readonly (BulkOperation | ScimError)[],
): readonly (Step | ScimError)[] {
  const given = operations.flatMap((one) => (isError(one) ? [] : [one.bulkId ?? []].flat()));
  const twice = new Set(given.filter((bulkId, index) => given.indexOf(bulkId) !== index));
  const positions = new Map<string, number>();
  for (const [index, one] of operations.entries()) {
    const { bulkId, method } = isError(one) ? {} : one;
    if (bulkId !== undefined && method === "POST") positions.set(bulkId, index);
  }
  return operations.map((operation) => {
    if (isError(operation)) return operation;
    if (operation.bulkId !== undefined && twice.has(operation.bulkId)) {
      return new ScimError("invalidValue", '"bulkId" is given to more than one operation');
    }
    const needs = referencesIn(operation).map((bulkId) => positions.get(bulkId));
    if (needs.includes(undefined)) {
      return new ScimError("invalidValue", "A bulkId is referenced that no POST has");
    }
    return { operation, needs: needs.filter((index) => index !== undefined) };
  });
}

/**
 * The positions in the order to perform them: the client's, but what names a new resource waits
 * for the POST that makes it. Those that name each other in a circle stand side by side, users
 * before groups: a group takes nobody who is not there yet.
 */
export function orderOf(steps: readonly (Step | ScimError)[]): number[] {
  const needs = steps.map((step) => (isError(step) ? [] : step.needs));
  const closures = needs.map((_, index) => closureOf(index, needs));
  const circles = closures.map((closure, index) =>
    [...closure].filter((other) => closures[other]?.has(index)).sort((a, b) => a - b),
  );
  const isGroup = (index: number): boolean => {
    const step = steps[index];
    return step !== undefined && !isError(step) && step.operation.type.name === "Group";
  };
  const order = new Set<number>();
  const isReady = (index: number, last: number): boolean => {
    const circle = circles[index] ?? [];
    if (order.has(index) || circle.some((other) => other > last)) return false;
    return [...(closures[index] ?? [])].every((one) => order.has(one) || circle.includes(one));
  };
  for (const last of steps.keys()) {
    const isNext = (_: unknown, index: number): boolean => index <= last && isReady(index, last);
    for (let at = steps.findIndex(isNext); at !== -1; at = steps.findIndex(isNext)) {
      const circle = circles[at] ?? [];
      for (const index of circle) if (!isGroup(index)) order.add(index);
      for (const index of circle) order.add(index);
    }
  }
  return [...order];
}

/** Itself, and all that has to be there for it. */
function closureOf(start: number, needs: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set([start]);
  // A set hands out also what is added while it is walked.
  for (const index of found) for (const needed of needs[index] ?? []) found.add(needed);
  return found;
}

function referencesIn({ id, data }: BulkOperation): string[] {
  const found = new Set<string>();
  const note: Resolve = (bulkId) => {
    found.add(bulkId);
    return bulkId;
  };
  if (id !== undefined) resolveText(id, "", note);
  resolveReferences(data, note);
  return [...found];
}

/** The operation with ids in place of references. */
export function resolved(operation: BulkOperation, resolve: Resolve): BulkOperation {
  const { id, data } = operation;
  return {
    ...operation,
    ...(id !== undefined && { id: resolveText(id, "", resolve) }),
    data: resolveReferences(data, resolve),
  };
}

/** A reference may stand wherever an id may: which attributes hold ids is the client's to know. */
function resolveReferences(value: Json, resolve: Resolve, name = ""): Json {
  if (typeof value === "string") return resolveText(value, name.toLowerCase(), resolve);
  if (Array.isArray(value)) return value.map((one) => resolveReferences(one, resolve, name));
  if (!isObject(value)) return value;
  // From entries, so that a name like "__proto__" stays a name.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolveReferences(inner, resolve, key)]),
  );
}

/** In the path of a PATCH a reference is compared with: `members[value eq "bulkId:x"]`. */
function resolveText(text: string, name: string, resolve: Resolve): string {
  const [, bulkId] = /^bulkId:(.+)$/s.exec(text) ?? [];
  if (bulkId !== undefined) return resolve(bulkId);
  if (name === "path") {
    return text.replaceAll(/"bulkId:([^"\\]+)"/g, (_, inner: string) => `"${resolve(inner)}"`);
  }
  if (name !== "$ref") return text;
  return text.replace(/(?<=\/)bulkId:([^/]+)$/, (_, inner: string) => resolve(inner));
}

function isError(one: unknown): one is ScimError {
  return one instanceof ScimError;
}
