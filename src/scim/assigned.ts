/** Which attributes a PATCH gives a value. RFC 7644 §3.5.2.1, §3.5.2.3. */
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { findKey } from "./key.ts";
import type { PatchOperation } from "./messages.ts";
import { resolvePath } from "./path.ts";
import type { ResolvedPath } from "./path.ts";
import type { Rules } from "./place.ts";

/** The names of the core attributes that the operations add or replace, whole or in part. */
export function assignedNames(
  operations: readonly PatchOperation[],
  rules: Rules,
): ReadonlySet<string> {
  const assigned = operations.flatMap((operation) => assignmentsOf(operation, rules));
  return new Set(assigned.flatMap(([name, value]) => (value === null ? [] : [name])));
}

/**
 * The password that the operations set, where it is text. Whether it may be is for `applyPatch` to
 * say, and so is what is wrong with an operation: then nothing is set.
 */
export function assignedPassword(
  operations: readonly PatchOperation[],
  rules: Rules,
): string | undefined {
  // Most have none, and their paths are resolved once only.
  if (!operations.some(mentionsPassword)) return undefined;
  try {
    const assigned = operations.flatMap((operation) => assignmentsOf(operation, rules));
    const value = assigned.findLast(([name]) => name === "password")?.[1];
    return typeof value === "string" ? value : undefined;
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

function mentionsPassword({ path, value }: PatchOperation): boolean {
  const names = path ?? (isObject(value) ? JSON.stringify(value) : "");
  return /password/i.test(names);
}

/** Null takes a value away. */
type Assignment = readonly [name: string, value: Json];

function assignmentsOf({ op, path, value }: PatchOperation, rules: Rules): Assignment[] {
  if (path === undefined) return isObject(value) ? assignmentsIn(value, rules) : [];
  const given = op === "remove" || value === undefined ? null : value;
  return assignment(resolvePath(path, rules.type, rules.profile), given, rules);
}

function assignmentsIn(object: JsonObject, rules: Rules): Assignment[] {
  return Object.entries(object).flatMap(([name, value]) =>
    assignment(findKey(name, rules), value, rules),
  );
}

function assignment(place: ResolvedPath | undefined, value: Json, rules: Rules): Assignment[] {
  if (place === undefined || place.extension !== undefined) return [];
  if (place.attribute !== undefined) return [[place.attribute.name, value]];
  return isObject(value) ? assignmentsIn(value, rules) : [];
}
