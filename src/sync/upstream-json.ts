/** What upstreams send, read with indulgence: any case of names, numbers as text. */
import { parseDateTime } from "../scim/date-time.ts";
import { toDateTime } from "../scim/dialect-values.ts";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";

/** The member of that name; RFC 7643 §2.1 has names in any case. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(object).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : object[found];
}

/** The members of a record by their names in lower case. */
export type Members = ReadonlyMap<string, Json>;

/** Says what is wrong where; of several the first counts. */
export type Report = (path: string, problem: string) => undefined;

/** A number that is not negative, also where it is a text. */
export function numberOf(value: Json | undefined): number | undefined {
  const isNumeric = typeof value === "string" && /^\d{1,15}(\.\d{1,6})?$/.test(value.trim());
  const number = isNumeric ? Number(value) : value;
  return typeof number === "number" && number >= 0 && Number.isFinite(number) ? number : undefined;
}

const TRUE = ["true", "1", "yes"];
const FALSE = ["false", "0", "no"];

/** A boolean, also where it is a text or a number. */
export function truthOf(value: Json | undefined): boolean | undefined {
  if (value === undefined || isObject(value) || Array.isArray(value)) return undefined;
  const text = String(value).toLowerCase();
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}

/** A text that says something, also where it is a number. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Epoch milliseconds of a time with `Z`, `+08:00` or `+0800`; undefined for what is none. */
export function timeOf(text: string): number | undefined {
  return parseDateTime(toDateTime(text));
}

/**
 * What a record is known by: its id upstream, which is what others name it by and what it is asked
 * for by. An upstream may give the same `externalId` to several people, one for each of its clients.
 */
export function labelOf(members: Members): string | undefined {
  return textOf(members.get("id"));
}

/** The time of the last change as it was sent, so that it can be asked by; undefined where it is none. */
export function lastModifiedOf(members: Members): string | undefined {
  const meta = members.get("meta");
  const told = isObject(meta) ? memberOf(meta, "lastModified") : members.get("lastmodified");
  return typeof told === "string" && timeOf(told) !== undefined ? told : undefined;
}

/** An id, also where it stands in an object as SCIM's references do. */
export function idOf(value: Json): string | undefined {
  if (!isObject(value)) return textOf(value);
  return textOf(memberOf(value, "value")) ?? textOf(memberOf(value, "id"));
}
