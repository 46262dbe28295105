/**
 * The second dialect's values, put as SCIM has them. Its requests name attributes one by one; what
 * they leave out is kept, and null takes away.
 */
import type { ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import type { PatchOperation } from "./messages.ts";
import { invalidValue } from "./refusals.ts";

/** What a request says of one attribute of a schema. */
export interface Assignment {
  /** The URN of an extension; the core schema's attributes have none. */
  readonly extension?: string;
  readonly name: string;
  readonly value: Json;
}

export function requireObject(body: unknown): JsonObject {
  if (isObject(body)) return body;
  throw new ScimError("invalidSyntax", "The body is not a JSON object");
}

/** The attributes of these names that the body has, as they are. */
export function assignments(body: JsonObject, names: readonly string[]): Assignment[] {
  return names.flatMap((name) => {
    const value = body[name];
    return value === undefined || !Object.hasOwn(body, name) ? [] : [{ name, value }];
  });
}

/** The body of a SCIM resource. */
export function bodyWith(given: readonly Assignment[], type: ResourceType): JsonObject {
  const body: JsonObject = {};
  const extensions: Record<string, JsonObject> = {};
  for (const { extension, name, value } of given) {
    if (extension === undefined) body[name] = value;
    else extensions[extension] = { ...extensions[extension], [name]: value };
  }
  return { schemas: [type.schema.id, ...Object.keys(extensions)], ...body, ...extensions };
}

export function operationsOf(given: readonly Assignment[]): PatchOperation[] {
  return given.map(({ extension, name, value }) => {
    const path = extension === undefined ? name : `${extension}:${name}`;
    return value === null ? { op: "remove", path } : { op: "replace", path, value };
  });
}

/** A list of ids, each once; undefined where the body has none. Throws `invalidValue`. */
export function idsIn(body: JsonObject, name: string, most: number): string[] | undefined {
  const { [name]: list } = body;
  if (list === undefined || list === null) return undefined;
  const isIds = (value: Json): value is string => typeof value === "string" && value !== "";
  if (!Array.isArray(list) || !list.every(isIds)) throw invalidValue(name, "is not a list of ids");
  const ids = [...new Set(list)];
  if (ids.length > most) throw invalidValue(name, `has more than ${most} ids`);
  return ids;
}

/** A time as SCIM has it: here an offset may be without its colon. */
export function toDateTime(text: string): string {
  return text.replace(/(T.+[+-]\d{2})(\d{2})$/, "$1:$2");
}

/** In Coordinated Universal Time, to the second, as users have it. */
export function utcTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const EAST = 8 * 3_600_000;

/** The same in the time zone of the documents, as organizations have it. */
export function offsetTime(time: number): string {
  return `${new Date(time + EAST).toISOString().slice(0, 19)}+0800`;
}
