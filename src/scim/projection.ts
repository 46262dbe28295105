/** Which attributes of a resource are returned. RFC 7644 §3.4.2.5, §3.9; RFC 7643 §7, "returned". */
import { extensionKept, keyOf } from "./attribute.ts";
import type { Attribute, ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { LIMITS } from "./messages.ts";
import { ownValue } from "./object.ts";
import { resolvePath } from "./path.ts";
import type { ResolvedPath } from "./path.ts";
import type { AttributePlace } from "./place.ts";
import { PROFILES } from "./profile.ts";
import { invalidValue } from "./refusals.ts";
import { COMMON_ATTRIBUTES } from "./schemas.ts";

/** Attributes by name (in an extension, the name it is kept under before it), each as a whole or by sub-attributes. */
type Selection = ReadonlyMap<string, "whole" | ReadonlySet<string>>;

/** One of the two, or neither. */
export interface Projection {
  readonly attributes?: Selection;
  readonly excludedAttributes?: Selection;
}

type Names = string | readonly string[];

/**
 * Reads the two parameters, of which a request has one at most. Without names in it a parameter
 * counts as absent; names that no schema knows are passed over. Throws `invalidValue`.
 */
export function parseProjection(
  given: { attributes?: Names | undefined; excludedAttributes?: Names | undefined },
  type: ResourceType,
): Projection {
  const attributes = toNames(given.attributes);
  const excludedAttributes = toNames(given.excludedAttributes);
  if (attributes.length > 0 && excludedAttributes.length > 0) {
    throw invalidValue("excludedAttributes", 'cannot be given together with "attributes"');
  }
  if (attributes.length > 0) return { attributes: select(attributes, "attributes", type) };
  if (excludedAttributes.length === 0) return {};
  return { excludedAttributes: select(excludedAttributes, "excludedAttributes", type) };
}

function toNames(given: Names = []): string[] {
  const list = typeof given === "string" ? [given] : given;
  return list
    .flatMap((names) => names.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function select(names: readonly string[], parameter: string, type: ResourceType): Selection {
  if (names.length > LIMITS.projectionNames) {
    throw invalidValue(parameter, `has more than ${LIMITS.projectionNames} names`);
  }
  const selection = new Map<string, "whole" | Set<string>>();
  for (const place of names.flatMap((name) => toPlaces(name, type))) {
    const key = toKey(place.extension, place.attribute);
    const chosen = selection.get(key);
    if (place.sub === undefined) selection.set(key, "whole");
    else if (chosen === undefined) selection.set(key, new Set([place.sub.name]));
    else if (chosen !== "whole") chosen.add(place.sub.name);
  }
  return selection;
}

/** The attributes that a name stands for; a schema's URN stands for all of it. */
function toPlaces(name: string, type: ResourceType): AttributePlace[] {
  const path = findPath(name, type);
  if (path === undefined) return [];
  const { extension, attribute } = path;
  if (attribute !== undefined) return [{ ...path, attribute }];
  if (extension === undefined) return type.schema.attributes.map((each) => ({ attribute: each }));
  const attributes = extensionKept(type, extension)?.attributes ?? [];
  return attributes.map((each) => ({ extension, attribute: each }));
}

function findPath(name: string, type: ResourceType): ResolvedPath | undefined {
  // A filter selects values, not attributes.
  if (name.includes("[")) return undefined;
  try {
    return resolvePath(name, type, PROFILES.rfc);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

function toKey(extension: string | undefined, { name }: Attribute): string {
  return extension === undefined ? name : `${extension}:${name}`;
}

/** Whether an attribute of the core schema, returned by default, is to be returned. */
export function wants({ attributes, excludedAttributes }: Projection, name: string): boolean {
  if (attributes !== undefined) return attributes.has(name);
  return excludedAttributes?.get(name) !== "whole";
}

/** Whether the request names the attribute, which it must for one that is not read by default. */
export function asksFor({ attributes }: Projection, name: string): boolean {
  return attributes?.has(name) ?? false;
}

/** The part of a full representation that the projection and the schemas let through. */
export function project(
  resource: JsonObject,
  projection: Projection,
  type: ResourceType,
): JsonObject {
  if (isWhole(resource, projection, type)) return resource;
  const core = [...COMMON_ATTRIBUTES, ...type.schema.attributes];
  const projected = projectPart(resource, core, undefined, projection);
  for (const { schema } of type.extensions) {
    const extension = ownValue(resource, schema.id);
    if (!isObject(extension)) continue;
    const part = projectPart(extension, schema.attributes, keyOf(schema), projection);
    if (Object.keys(part).length > 0) projected[schema.id] = part;
  }
  return inOrderOf(resource, projected);
}

/** Nothing was asked for, and nothing in the resource waits for that: most answers are. */
function isWhole(resource: JsonObject, projection: Projection, type: ResourceType): boolean {
  if (projection.attributes !== undefined || projection.excludedAttributes !== undefined) {
    return false;
  }
  const { schema, extensions } = type;
  if (hasWithheld(resource, COMMON_ATTRIBUTES) || hasWithheld(resource, schema.attributes)) {
    return false;
  }
  return extensions.every(({ schema: { id, attributes } }) => {
    const part = ownValue(resource, id);
    return !isObject(part) || !hasWithheld(part, attributes);
  });
}

/** Whether something in it is never returned, or not without being named. */
function hasWithheld(part: JsonObject, attributes: readonly Attribute[]): boolean {
  return withheldAmong(attributes).some((attribute) => {
    const value = ownValue(part, attribute.name);
    if (value === undefined) return false;
    const { subAttributes } = attribute;
    if (subAttributes === undefined || isWithheld(attribute)) return true;
    const items = Array.isArray(value) ? value : [value];
    return items.some((item) => isObject(item) && hasWithheld(item, subAttributes));
  });
}

const withheld = new WeakMap<readonly Attribute[], readonly Attribute[]>();

/** Those that are withheld, or have a sub-attribute that is. */
function withheldAmong(attributes: readonly Attribute[]): readonly Attribute[] {
  const known = withheld.get(attributes);
  if (known !== undefined) return known;
  const found = attributes.filter(
    (one) => isWithheld(one) || (one.subAttributes ?? []).some(isWithheld),
  );
  withheld.set(attributes, found);
  return found;
}

function isWithheld({ returned }: Attribute): boolean {
  return returned === "never" || returned === "request";
}

/** The members of an object, in the order in which the other one has them. */
function inOrderOf(original: JsonObject, object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(original).flatMap((name) => {
      const value = ownValue(object, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function projectPart(
  part: JsonObject,
  attributes: readonly Attribute[],
  extension: string | undefined,
  projection: Projection,
): JsonObject {
  const result: JsonObject = {};
  for (const attribute of attributes) {
    const value = ownValue(part, attribute.name);
    if (value === undefined) continue;
    const key = toKey(extension, attribute);
    const projected = projectAttribute(attribute, value, {
      asked: projection.attributes?.get(key),
      excluded: projection.excludedAttributes?.get(key),
      limited: projection.attributes !== undefined,
    });
    if (projected !== undefined) result[attribute.name] = projected;
  }
  return result;
}

/** What the request says about one attribute. */
interface Wish {
  readonly asked: "whole" | ReadonlySet<string> | undefined;
  readonly excluded: "whole" | ReadonlySet<string> | undefined;
  /** The request names what it wants, this attribute or others. */
  readonly limited: boolean;
}

function projectAttribute(attribute: Attribute, value: Json, wish: Wish): Json | undefined {
  if (!isReturned(attribute, wish)) return undefined;
  const { subAttributes } = attribute;
  if (subAttributes === undefined) return value;
  const returned = subAttributes.filter((sub) => isReturned(sub, toSubWish(sub, wish)));
  if (returned.length === subAttributes.length) return value;
  const values = (Array.isArray(value) ? value : [value]).flatMap((item) => {
    const rest = isObject(item) ? pick(item, returned) : item;
    return isObject(rest) && Object.keys(rest).length === 0 ? [] : [rest];
  });
  if (values.length === 0) return undefined;
  return Array.isArray(value) ? values : values[0];
}

function pick(value: JsonObject, subAttributes: readonly Attribute[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => subAttributes.some((sub) => sub.name === name)),
  );
}

/** RFC 7643 §7: "always" and "never" leave the request no say, "request" waits for its name. */
function isReturned({ returned }: Attribute, { asked, excluded, limited }: Wish): boolean {
  switch (returned) {
    case "always":
      return true;
    case "never":
      return false;
    case "request":
      return asked !== undefined;
    default:
      return limited ? asked !== undefined : excluded !== "whole";
  }
}

/** An attribute asked for as a whole comes with the sub-attributes it has by default. */
function toSubWish(sub: Attribute, wish: Wish): Wish {
  const named = wish.asked instanceof Set && wish.asked.has(sub.name);
  const cut = wish.excluded instanceof Set && wish.excluded.has(sub.name);
  return {
    asked: named ? "whole" : undefined,
    excluded: cut ? "whole" : undefined,
    limited: wish.asked instanceof Set,
  };
}
