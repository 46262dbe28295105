/** What the values of a multi-valued attribute owe one another. RFC 7643 §2.4. */
import type { Attribute } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { equalJson, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import { inOrder } from "./object.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";

/**
 * The list with the additions behind it. A value that is there already is not added again: it only
 * takes over the addition's `primary`, if that has one.
 */
export function addValues(values: readonly Json[], additions: readonly Json[]): Json[] {
  const result = [...values];
  for (const addition of additions) {
    const place = result.findIndex((value) => sameContent(value, addition));
    if (place === -1) result.push(addition);
    else if (isObject(addition) && "primary" in addition) result[place] = addition;
  }
  return result;
}

function sameContent(a: Json, b: Json): boolean {
  return equalJson(withoutPrimary(a), withoutPrimary(b));
}

function withoutPrimary(value: Json): Json {
  if (!isObject(value)) return value;
  const { primary: _primary, ...content } = value;
  return content;
}

export function isPrimary(value: Json): boolean {
  return isObject(value) && value["primary"] === true;
}

/** RFC 7644 §3.5.2: where one of `written` is primary, every other value stops being so. */
export function demoteOthers(values: readonly Json[], written: readonly Json[]): Json[] {
  if (!written.some(isPrimary)) return [...values];
  return values.map((value) => (written.includes(value) ? value : demote(value)));
}

function demote(value: Json): Json {
  return isObject(value) && isPrimary(value) ? { ...value, primary: false } : value;
}

/** RFC 7643 §2.4: "primary" is true at most once. The last one wins where the profile says so. */
export function keepOnePrimary(values: readonly Json[], path: string, profile: Profile): Json[] {
  const last = values.findLastIndex(isPrimary);
  if (values.findIndex(isPrimary) === last) return [...values];
  if (!profile.lastPrimaryWins) {
    throw invalidValue(path, "has more than one primary value");
  }
  return values.map((value, i) => (i === last ? value : demote(value)));
}

/**
 * With `contactTypes: "work"` there is one e-mail and one phone number, the work one; without a
 * type it is taken to be that.
 */
export function checkContacts(
  values: Json[],
  attribute: Attribute,
  path: string,
  profile: Profile,
): Json[] {
  if (profile.contactTypes === "any" || !CONTACTS.has(path)) return values;
  const typed = values.map((value) => toWork(value, attribute, path));
  if (typed.length > 1) throw invalidValue(path, "takes one value only");
  return typed;
}

function toWork(value: Json, attribute: Attribute, path: string): Json {
  if (!isObject(value)) return value;
  const { type = "work" } = value;
  if (typeof type !== "string" || type.toLowerCase() !== "work") {
    const reason = path === "emails" ? "email_type_not_work" : "phone_type_not_work";
    throw new ScimError(reason, `"${path}" takes values of type "work" only`);
  }
  return inOrder({ ...value, type: "work" }, attribute.subAttributes ?? []);
}

const CONTACTS = new Set(["emails", "phoneNumbers"]);
