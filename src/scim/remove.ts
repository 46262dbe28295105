/** Takes values away where paths point, on a draft of a resource. RFC 7644 §3.5.2.2. */
import { extensionKept, keyOf, type Attribute, type ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { fold } from "./fold.ts";
import { equalJson, isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { LIMITS } from "./messages.ts";
import type { ResolvedPath } from "./path.ts";
import { nameOf, valueAt, withoutName, withValue } from "./place.ts";
import type { AttributePlace, Rules } from "./place.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";
import { assignToEach, removeSelected } from "./selection.ts";
import { mergeComplex, mergeSingle, parseElement } from "./value.ts";

/**
 * Removes what the path names. `value` narrows the removal to values of a multi-valued attribute
 * (profile switch `removeByValue`). Returns a new draft; throws `mutability` for what is required.
 */
export function remove(
  draft: JsonObject,
  path: ResolvedPath,
  value: Json | undefined,
  rules: Rules,
): JsonObject {
  const { extension, attribute } = path;
  if (attribute === undefined) return removeWhole(draft, extension, rules.type);
  const place = { ...path, attribute };
  refuseRequired(place);
  const current = valueAt(draft, place);
  const rest = attribute.multiValued
    ? withoutValues(Array.isArray(current) ? current : [], place, value ?? null, rules)
    : withoutSub(current, place, rules.profile);
  return withValue(draft, place, rest);
}

function withoutSub(
  current: Json | undefined,
  place: AttributePlace,
  profile: Profile,
): Json | undefined {
  const { attribute, sub } = place;
  if (sub === undefined || !isObject(current)) return undefined;
  return mergeSingle(current, attribute, { [sub.name]: null }, nameOf(place), profile);
}

function withoutValues(
  current: Json[],
  place: AttributePlace,
  value: Json,
  rules: Rules,
): Json[] | undefined {
  const { sub, filter } = place;
  if (filter !== undefined) return removeSelected(current, { ...place, filter }, rules.profile);
  if (sub !== undefined) {
    return assignToEach(current, { ...place, sub }, null, { ...rules, op: "replace" });
  }
  return value === null ? undefined : withoutGiven(current, place, value, rules.profile);
}

/** RFC 7644 §3.5.2.2 knows no value here; clients that send one mean these values and no others. */
function withoutGiven(
  current: Json[],
  place: AttributePlace,
  value: Json,
  profile: Profile,
): Json[] {
  const path = nameOf(place);
  if (!profile.removeByValue) {
    throw new ScimError("invalidSyntax", `"${path}" is removed by a filter, not by a value`);
  }
  const given = Array.isArray(value) ? value : [value];
  if (given.length > LIMITS.values) throw invalidValue(path, `has ${LIMITS.values} values at most`);
  const unwanted = given.flatMap((item) => toWanted(item, place, profile) ?? []);
  return current.filter((element) => !unwanted.some((item) => isLike(element, item, place)));
}

/** What to look for; what says nothing is no reason to remove everything. */
function toWanted(item: Json, place: AttributePlace, profile: Profile): Json | undefined {
  const { attribute } = place;
  if (item === null) return undefined;
  if (attribute.type !== "complex") return parseElement(attribute, item, nameOf(place), profile);
  const object = typeof item === "string" ? { value: item } : item;
  const wanted = mergeComplex({}, attribute, object, nameOf(place), profile);
  return Object.keys(wanted).length === 0 ? undefined : wanted;
}

/** Whether the element has all that the item has. */
function isLike(element: Json, item: Json, { attribute }: AttributePlace): boolean {
  if (!isObject(item)) return equalAs(attribute, element, item);
  if (!isObject(element)) return false;
  return (attribute.subAttributes ?? []).every(
    (sub) => !Object.hasOwn(item, sub.name) || equalAs(sub, element[sub.name], item[sub.name]),
  );
}

function equalAs({ caseExact }: Attribute, a: Json | undefined, b: Json | undefined): boolean {
  if (caseExact || typeof a !== "string" || typeof b !== "string") return equalJson(a, b);
  return fold(a) === fold(b);
}

function removeWhole(
  draft: JsonObject,
  extension: string | undefined,
  type: ResourceType,
): JsonObject {
  const optional = type.extensions.some(
    ({ schema, required }) => keyOf(schema) === extension && !required,
  );
  if (extension === undefined || !optional) {
    const whole = extension === undefined ? undefined : extensionKept(type, extension);
    throw new ScimError("mutability", `"${(whole ?? type.schema).id}" cannot be removed`);
  }
  return withoutName(draft, extension);
}

/** RFC 7644 §3.5.2.2: removing a required attribute is a matter of mutability. */
function refuseRequired(place: AttributePlace): void {
  const { attribute, sub, filter } = place;
  if (filter === undefined && sub === undefined && attribute.required) {
    throw new ScimError("mutability", `"${nameOf(place)}" is required`);
  }
  if (sub?.required) {
    throw new ScimError("mutability", `"${nameOf(place)}.${sub.name}" is required`);
  }
}
