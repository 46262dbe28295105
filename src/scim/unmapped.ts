/** Which names of a request stand for nothing that is kept. */
import { extensionKept, findAttribute, type ResourceType } from "./attribute.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { findKey } from "./key.ts";
import type { PatchOperation } from "./messages.ts";
import { resolvePath } from "./path.ts";
import { PROFILES } from "./profile.ts";
import { brief } from "./refusals.ts";
import { ScimError } from "./error.ts";

/** What is no name of an attribute is nothing to map. */
const SHOWN = /^[A-Za-z$_][A-Za-z0-9$_.:-]*$/;
const PATHS_MAX = 20;

/**
 * Paths of a body's attributes that no schema of the type knows: an attribute, `URN:attribute`, or
 * a URN alone where nothing is under it. Never a value, and no more than twenty.
 */
export function unmappedIn(body: unknown, type: ResourceType): string[] {
  if (!isObject(body)) return [];
  return shown(Object.entries(body).flatMap(([name, value]) => inMember(name, value, type)));
}

/** The same of PATCH operations. */
export function unmappedInPatch(
  operations: readonly PatchOperation[],
  type: ResourceType,
): string[] {
  const paths = operations.flatMap(({ path, value }) => {
    if (path !== undefined)
      return isKnownPath(path, type) ? inValue(path, value, type) : [brief(path)];
    return isObject(value) ? unmappedIn(value, type) : [];
  });
  return shown(paths);
}

/** The URN that a path begins with. */
export function schemaOf(path: string): string | undefined {
  if (!/^urn:/i.test(path)) return undefined;
  const colon = path.lastIndexOf(":");
  // As in filters (filter.ts): a URN whose last part but one is a version is whole.
  return /:\d[^:]*:[^:]*$/.test(path) ? path : path.slice(0, colon);
}

function inMember(name: string, value: Json, type: ResourceType): string[] {
  const known = findKey(name, { type, profile: PROFILES.okta });
  if (known === undefined) return isObject(value) ? membersOf(name, value) : [name];
  if (known.attribute !== undefined || known.extension === undefined) return [];
  return inExtension(known.extension, value, type);
}

function inExtension(key: string, value: Json, type: ResourceType): string[] {
  const schema = extensionKept(type, key);
  if (schema === undefined || !isObject(value)) return [];
  return Object.keys(value)
    .filter((name) => findAttribute(schema.attributes, name) === undefined)
    .map((name) => `${schema.id}:${name}`);
}

/** What is inside of an unknown attribute is told by its name; of an unknown URN, name by name. */
function membersOf(name: string, value: JsonObject): string[] {
  const names = Object.keys(value);
  if (!/^urn:/i.test(name) || names.length === 0) return [name];
  return names.map((inner) => `${name}:${inner}`);
}

/** A PATCH path may be a URN as a whole. */
function inValue(path: string, value: Json | undefined, type: ResourceType): string[] {
  return isObject(value) && /^urn:/i.test(path) ? inMember(path, value, type) : [];
}

function isKnownPath(path: string, type: ResourceType): boolean {
  try {
    return resolvePath(path, type, PROFILES.okta) !== undefined;
  } catch (error) {
    // A malformed path is refused, which tells more.
    if (error instanceof ScimError) return true;
    throw error;
  }
}

function shown(paths: readonly string[]): string[] {
  const named = paths.filter((path) => path.length <= 300 && SHOWN.test(path));
  return [...new Set(named)].slice(0, PATHS_MAX);
}
