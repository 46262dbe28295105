/**
 * The canonical form in which a resource's attributes are kept: names as the schemas spell them and
 * in their order, nothing unassigned, read-only, write-only or held elsewhere. RFC 7643 §2.
 */
import { extensionKept, findAttribute, keyOf } from "./attribute.ts";
import type { Attribute, ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { equalJson, hasBytesAtMost, isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { isPresent } from "./match.ts";
import { LIMITS } from "./messages.ts";
import { isWritable, nameOf, valueAt, withValue } from "./place.ts";
import type { AttributePlace } from "./place.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";
import { COMMON_ATTRIBUTES } from "./schemas.ts";
import { parseValue } from "./value.ts";

/**
 * The canonical form of a draft. What equals `before` is taken as it is: a rule that came later
 * must not stand in the way of a change elsewhere. Names of `draft` that the type's schemas do not
 * know (a field since deleted) stay.
 */
export function canonicalize(
  draft: JsonObject,
  before: JsonObject,
  type: ResourceType,
  profile: Profile,
): JsonObject {
  const known: JsonObject = {};
  for (const place of keptPlaces(type)) {
    const value = valueAt(draft, place);
    if (value === undefined) continue;
    const isSame = equalJson(value, valueAt(before, place));
    const parsed = isSame ? value : parseValue(place.attribute, value, nameOf(place), profile);
    if (parsed !== undefined) setValue(known, place, parsed);
  }
  const result = withUnknown(known, draft, type);
  checkSize(result);
  return result;
}

/** Of an object in the making, which nobody else has yet. */
function setValue(object: JsonObject, place: AttributePlace, value: Json): void {
  const { extension, attribute } = place;
  const holder = extension === undefined ? object : (object[extension] ??= {});
  if (isObject(holder)) holder[attribute.name] = value;
}

const places = new WeakMap<ResourceType, readonly AttributePlace[]>();

/** The attributes a canonical resource can have, in their order. */
function keptPlaces(type: ResourceType): readonly AttributePlace[] {
  const known = places.get(type);
  if (known !== undefined) return known;
  const core = [...COMMON_ATTRIBUTES, ...type.schema.attributes].map((attribute) => ({
    attribute,
  }));
  const extensions = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ extension: keyOf(schema), attribute })),
  );
  const kept = [...core, ...extensions].filter(
    (place) => isWritable(place, type) && place.attribute.returned !== "never",
  );
  places.set(type, kept);
  return kept;
}

/** `resource` with those names of `source` that the type's schemas do not know. */
export function withUnknown(
  resource: JsonObject,
  source: JsonObject,
  type: ResourceType,
): JsonObject {
  const unknown = Object.entries(source).filter(([name]) => !isKnown(name, type));
  const extensions = type.extensions.flatMap(({ schema }) => {
    const key = keyOf(schema);
    const part = findUnknown(objectAt(source, key), schema.attributes);
    return part.length === 0
      ? []
      : [[key, { ...objectAt(resource, key), ...toObject(part) }] as const];
  });
  if (unknown.length === 0 && extensions.length === 0) return resource;
  return { ...resource, ...Object.fromEntries(extensions), ...toObject(unknown) };
}

function isKnown(name: string, type: ResourceType): boolean {
  return (
    findAttribute(type.schema.attributes, name) !== undefined ||
    findAttribute(COMMON_ATTRIBUTES, name) !== undefined ||
    extensionKept(type, name) !== undefined
  );
}

/** Canonical attributes as a body of the type would have them: extensions under their URNs. */
export function toBody(attributes: JsonObject, type: ResourceType): JsonObject {
  const entries = Object.entries(attributes);
  return toObject(entries.map(([name, value]) => [extensionKept(type, name)?.id ?? name, value]));
}

function findUnknown(object: JsonObject, attributes: readonly Attribute[]): [string, Json][] {
  return Object.entries(object).filter(([name]) => findAttribute(attributes, name) === undefined);
}

/** Built from entries, so that a name like "__proto__" stays a name. */
function toObject(entries: [string, Json][]): JsonObject {
  return Object.fromEntries(entries);
}

function objectAt(resource: JsonObject, name: string): JsonObject {
  const value = resource[name];
  return isObject(value) ? value : {};
}

function checkSize(resource: JsonObject): void {
  if (hasBytesAtMost(JSON.stringify(resource), LIMITS.resourceBytes)) return;
  throw new ScimError(
    "payload_too_large",
    `The resource has more than ${LIMITS.resourceBytes} bytes`,
  );
}

/** RFC 7643 §7: what must be there is there. Throws `invalidValue`. */
export function requireAttributes(resource: JsonObject, type: ResourceType): void {
  for (const place of requiredPlaces(resource, type)) {
    if (!isPresent(valueAt(resource, place))) throw invalidValue(nameOf(place), "is required");
  }
}

/**
 * The same after a PATCH, which may leave open what was open before. Throws `mutability` for a
 * required attribute taken away (RFC 7644 §3.5.2.2).
 */
export function keepRequired(resource: JsonObject, before: JsonObject, type: ResourceType): void {
  for (const place of requiredPlaces(resource, type)) {
    const value = valueAt(resource, place);
    if (isPresent(value) || equalJson(value, valueAt(before, place))) continue;
    if (value !== undefined) throw invalidValue(nameOf(place), "is required");
    throw new ScimError("mutability", `"${nameOf(place)}" is required`);
  }
}

/** An extension's required attributes count where the extension is present or required itself. */
function requiredPlaces(resource: JsonObject, type: ResourceType): AttributePlace[] {
  const needed = new Set(
    type.extensions
      .filter(({ schema, required }) => required || keyOf(schema) in resource)
      .map(({ schema }) => keyOf(schema)),
  );
  return keptPlaces(type).filter(
    ({ extension, attribute }) =>
      attribute.required && (extension === undefined || needed.has(extension)),
  );
}

const immutables = new WeakMap<ResourceType, readonly AttributePlace[]>();

/** Those that are immutable, or have a sub-attribute that is. */
function immutablePlaces(type: ResourceType): readonly AttributePlace[] {
  const known = immutables.get(type);
  if (known !== undefined) return known;
  const isImmutable = ({ mutability }: Attribute) => mutability === "immutable";
  const found = keptPlaces(type).filter(
    ({ attribute }) =>
      isImmutable(attribute) || (attribute.subAttributes ?? []).some((sub) => isImmutable(sub)),
  );
  immutables.set(type, found);
  return found;
}

/**
 * RFC 7643 §7, "immutable": set once, then never another value. Throws `mutability`. A complex
 * value may come and go as a whole, and so may the values of a multi-valued attribute.
 */
export function keepImmutable(resource: JsonObject, before: JsonObject, type: ResourceType): void {
  for (const place of immutablePlaces(type)) {
    const { attribute } = place;
    const old = valueAt(before, place);
    const now = valueAt(resource, place);
    if (attribute.mutability === "immutable") refuseChange(nameOf(place), old, now);
    if (attribute.multiValued || !isObject(old) || !isObject(now)) continue;
    for (const sub of attribute.subAttributes ?? []) {
      if (sub.mutability !== "immutable") continue;
      refuseChange(`${nameOf(place)}.${sub.name}`, old[sub.name], now[sub.name]);
    }
  }
}

function refuseChange(path: string, old: Json | undefined, now: Json | undefined): void {
  if (old === undefined || equalJson(old, now)) return;
  throw new ScimError("mutability", `"${path}" cannot be changed once it is set`);
}

/** What a PUT that says nothing of it leaves in place: immutable attributes, RFC 7644 §3.5.1. */
export function withImmutable(
  draft: JsonObject,
  existing: JsonObject,
  type: ResourceType,
): JsonObject {
  let result = draft;
  for (const place of immutablePlaces(type)) {
    const old = valueAt(existing, place);
    if (place.attribute.mutability !== "immutable" || old === undefined) continue;
    if (valueAt(result, place) === undefined) result = withValue(result, place, old);
  }
  return result;
}
