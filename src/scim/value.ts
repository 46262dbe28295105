/**
 * How the value of an attribute is checked, coerced and put into canonical form. POST, PUT and
 * PATCH all come here. RFC 7643 §2.3-§2.5, §7.
 */
import { findAttribute } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import { parseDateTime } from "./date-time.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { isPresent } from "./match.ts";
import { LIMITS } from "./messages.ts";
import { inOrder, isUnassigned } from "./object.ts";
import type { Profile } from "./profile.ts";
import { invalidValue, refuseRepeatedNames, refuseUnknown } from "./refusals.ts";
import { toBoolean } from "./resolve.ts";
import { addValues, checkContacts, keepOnePrimary } from "./values.ts";

/**
 * The canonical value, or undefined when it is unassigned (RFC 7643 §2.5: null and [] are, and so
 * is a complex value without content). `path` is the attribute's name for error messages, with its
 * URN in an extension. Throws `invalidValue`, or `invalidSyntax` for names no schema knows.
 */
export function parseValue(
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): Json | undefined {
  if (isUnassigned(value)) return undefined;
  if (attribute.multiValued) return parseValues(attribute, value, path, profile);
  if (attribute.type !== "complex") return parseSimple(attribute, value, path, profile);
  const object = toObject(attribute, value, profile);
  return object === null ? undefined : parseComplex(attribute, object, path, profile);
}

/** The values of a multi-valued attribute, or undefined when there are none. */
export function parseValues(
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): Json[] | undefined {
  // OneLogin sends one object where a list belongs.
  const given = isObject(value) && profile.lenientSchemas ? [value] : value;
  if (!Array.isArray(given)) throw invalidValue(path, "is not a list");
  if (given.length > LIMITS.values) {
    throw invalidValue(path, `has more than ${LIMITS.values} values`);
  }
  const parsed = given.flatMap((item) => parseElement(attribute, item, path, profile) ?? []);
  const values = keepOnePrimary(addValues([], parsed), path, profile);
  return values.length === 0 ? undefined : checkContacts(values, attribute, path, profile);
}

/** One value of a multi-valued attribute; a label without anything labelled is no value. */
export function parseElement(
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): Json | undefined {
  if (value === null) return undefined;
  if (attribute.type !== "complex") return parseSimple(attribute, value, path, profile);
  const element = parseComplex(attribute, value, path, profile);
  if (element === undefined) return undefined;
  const { type: _type, primary: _primary, ...content } = element;
  return isPresent(content) ? element : undefined;
}

function parseComplex(
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): JsonObject | undefined {
  const object = mergeComplex({}, attribute, value, path, profile);
  if (!isPresent(object)) return undefined;
  for (const { name, required } of attribute.subAttributes ?? []) {
    if (required && !isPresent(object[name])) throw invalidValue(`${path}.${name}`, "is required");
  }
  return object;
}

/**
 * A copy of `existing` with the sub-attributes of `value` in their places, in the schema's order.
 * What `value` leaves out stays; null removes; readOnly sub-attributes are passed over.
 */
export function mergeComplex(
  existing: JsonObject,
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): JsonObject {
  if (!isObject(value)) throw invalidValue(path, "is not an object");
  refuseRepeatedNames(value, path);
  const subAttributes = attribute.subAttributes ?? [];
  const merged: JsonObject = { ...existing };
  for (const [name, given] of Object.entries(value)) {
    const sub = findAttribute(subAttributes, name);
    if (sub === undefined) refuseUnknown(`${path}.${name}`, profile);
    if (sub === undefined || sub.mutability === "readOnly") continue;
    const parsed = parseValue(sub, given, `${path}.${sub.name}`, profile);
    if (parsed === undefined) delete merged[sub.name];
    else merged[sub.name] = parsed;
  }
  return inOrder(merged, subAttributes);
}

/**
 * The same for a single complex value, in any of the forms a `manager` comes in. A new `value`
 * names another thing, so nothing said about the old one (its `$ref`) stays.
 */
export function mergeSingle(
  existing: JsonObject,
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): JsonObject | undefined {
  const object = toObject(attribute, value, profile);
  if (object === null) return undefined;
  const merged = mergeComplex(existing, attribute, object, path, profile);
  const sameThing = merged["value"] === existing["value"];
  return sameThing ? merged : mergeComplex({}, attribute, object, path, profile);
}

/**
 * With `managerAsString`, the shapes in which clients send a manager: Entra a bare string or a
 * list of one object, and "" to clear it. Null means unassigned.
 */
function toObject(attribute: Attribute, value: Json, profile: Profile): Json {
  const referring = findAttribute(attribute.subAttributes, "value") !== undefined;
  if (!referring || !profile.managerAsString) return value;
  const [only = null] = Array.isArray(value) && value.length < 2 ? value : [value];
  const object = typeof only === "string" ? { value: only } : only;
  const cleared =
    isObject(object) &&
    Object.entries(object).some(([name, text]) => name.toLowerCase() === "value" && text === "");
  return cleared ? null : object;
}

function parseSimple(
  attribute: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): Json | undefined {
  switch (attribute.type) {
    case "boolean":
      return parseBoolean(value, path, profile);
    case "integer":
    case "decimal":
      return parseNumber(value, attribute.type, path);
    case "dateTime":
      if (typeof value === "string" && parseDateTime(value) !== undefined) return value;
      throw invalidValue(path, "is not a date and time");
    case "binary":
      if (typeof value === "string" && BASE64.test(value)) return value;
      throw invalidValue(path, "is not base64");
    default:
      return attribute.namespace === undefined
        ? parseString(value, path, profile)
        : parseField(attribute, value, path, profile);
  }
}

function parseBoolean(value: Json, path: string, profile: Profile): boolean {
  const parsed = profile.coerceBooleans ? toBoolean(value) : value;
  if (typeof parsed === "boolean") return parsed;
  throw invalidValue(path, "is not a boolean");
}

function parseNumber(value: Json, type: "integer" | "decimal", path: string): number {
  const fits = type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (typeof value !== "number" || !fits) throw invalidValue(path, `is not of type ${type}`);
  // Minus zero equals zero and prints like it.
  return value === 0 ? 0 : value;
}

// RFC 7643 §2.3.6: base64 or base64url. Its length is bounded by that of the resource.
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

// RFC 7643 §2.3.7 and no more: relative references are sent, so a URI is not parsed.
function parseString(value: Json, path: string, profile: Profile): string | undefined {
  if (typeof value !== "string") throw invalidValue(path, "is not a string");
  // An empty label labels nothing, and as a key it would make strangers the same person.
  if (path === "externalId" && value === "") return undefined;
  const longest = LONGEST.get(path) ?? LIMITS.stringLength;
  if (value.length > longest) throw invalidValue(path, `has more than ${longest} characters`);
  if (path === "password" && value === "") throw invalidValue(path, "is empty");
  if (path === "userName" && !USER_NAME[profile.userNameCharset].test(value)) {
    throw invalidValue(path, "is empty or has characters that are not accepted");
  }
  return value;
}

const LONGEST = new Map([
  ["userName", LIMITS.identifierLength],
  ["externalId", LIMITS.identifierLength],
  ["password", LIMITS.identifierLength],
  ["description", LIMITS.descriptionLength],
]);
/** An empty text fills no custom field: two people without a badge don't share one. */
function parseField(
  { canonicalValues = [], restricted }: Attribute,
  value: Json,
  path: string,
  profile: Profile,
): string | undefined {
  if (value === "") return undefined;
  const text = parseString(value, path, profile);
  if (text === undefined || !restricted || canonicalValues.includes(text)) return text;
  throw invalidValue(path, "is not one of the values that the field has");
}

const USER_NAME: Record<Profile["userNameCharset"], RegExp> = {
  ascii: /^[A-Za-z0-9_.@-]+$/,
  // Printable: no controls, line separators or half surrogate pairs, and not only blanks.
  printable: /^(?!\s+$)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u,
};
