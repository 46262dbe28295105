/** Filters looked up in the schemas. RFC 7644 §3.4.2.2. */
import { findAttribute, findExtension, keyOf, sameName } from "./attribute.ts";
import type { Attribute, AttributeType, ResourceType } from "./attribute.ts";
import { parseDateTime } from "./date-time.ts";
import { ScimError } from "./error.ts";
import type { AttributePath, CompareOperator, Filter, FilterValue } from "./filter.ts";
import type { Profile } from "./profile.ts";
import { COMMON_ATTRIBUTES } from "./schemas.ts";

/** What a path names. Inside `some`, `attribute` is a sub-attribute of the attribute outside. */
export interface Target {
  /** The name the extension is kept under. */
  extension?: string;
  attribute: Attribute;
  sub?: Attribute;
}

export type ResolvedFilter =
  | { kind: "compare"; target: Target; operator: CompareOperator; value: FilterValue }
  | { kind: "present"; target: Target }
  | { kind: "not"; filter: ResolvedFilter }
  | { kind: "and" | "or"; filters: ResolvedFilter[] }
  | { kind: "some"; target: Target; filter: ResolvedFilter };

type Find = (path: AttributePath) => Target;

interface Context {
  readonly find: Find;
  readonly profile: Profile;
}

/**
 * Throws `invalidFilter` for what cannot be answered: an unknown or unreadable attribute, an
 * operator or a value that does not fit its type. A dateTime's value comes out as epoch
 * milliseconds.
 */
export function resolveFilter(
  filter: Filter,
  type: ResourceType,
  profile: Profile,
): ResolvedFilter {
  return resolve(filter, { find: (path) => getTarget(path, type), profile });
}

/** Resolves what stands in the brackets after `attribute`. Throws `invalidFilter`. */
export function resolveValueFilter(
  filter: Filter,
  attribute: Attribute,
  profile: Profile,
): ResolvedFilter {
  if (attribute.type !== "complex" || !attribute.multiValued) {
    throw invalid(`"${attribute.name}" has no values to select by their sub-attributes`);
  }
  return resolve(filter, { find: (path) => getSubAttribute(path, attribute), profile });
}

/** The depth of a filter is bounded by its parser. */
function resolve(filter: Filter, context: Context): ResolvedFilter {
  switch (filter.kind) {
    case "compare":
      return resolveComparison(filter, context);
    case "present":
      return { kind: "present", target: context.find(filter.path) };
    case "not":
      return { kind: "not", filter: resolve(filter.filter, context) };
    case "some": {
      const target = context.find(filter.path);
      const inner = resolveValueFilter(filter.filter, target.attribute, context.profile);
      return { kind: "some", target, filter: inner };
    }
    default:
      return { kind: filter.kind, filters: filter.filters.map((part) => resolve(part, context)) };
  }
}

/** What a path names among a type's attributes; undefined when no schema knows it. */
export function findTarget(path: AttributePath, type: ResourceType): Target | undefined {
  const { schema, attribute: name, subAttribute } = respell(path, type);
  const place = findPlace(schema, type);
  const attribute = place && findAttribute(place.attributes, name);
  if (attribute === undefined) return undefined;
  const extension = place?.extension === undefined ? {} : { extension: place.extension };
  if (subAttribute === undefined) return { ...extension, attribute };
  const sub = findAttribute(attribute.subAttributes, subAttribute);
  return sub && { ...extension, attribute, sub };
}

interface Place {
  readonly extension?: string;
  readonly attributes: readonly Attribute[];
}

/** The attributes that a URN, or its absence, stands for. The core URN may be left out. */
function findPlace(schema: string | undefined, type: ResourceType): Place | undefined {
  if (schema === undefined || sameName(schema, type.schema.id)) {
    return { attributes: [...COMMON_ATTRIBUTES, ...type.schema.attributes] };
  }
  const extension = findExtension(type, schema);
  return extension && { extension: keyOf(extension), attributes: extension.attributes };
}

/**
 * Text alone does not tell a URN that ends in a name from a URN with an attribute after it: the
 * parser goes by the version. Where that finds no schema, the other reading is taken.
 */
export function respell(path: AttributePath, type: ResourceType): AttributePath {
  const { schema, attribute, subAttribute } = path;
  if (schema === undefined || findPlace(schema, type) !== undefined) return path;
  if (attribute !== "") {
    const whole = `${schema}:${attribute}`;
    return subAttribute === undefined && findPlace(whole, type)
      ? { schema: whole, attribute: "" }
      : path;
  }
  const colon = schema.lastIndexOf(":");
  return { schema: schema.slice(0, colon), attribute: schema.slice(colon + 1) };
}

function getTarget(path: AttributePath, type: ResourceType): Target {
  const target = findTarget(path, type);
  if (target === undefined) throw invalid(`a ${type.name} has no attribute "${brief(path)}"`);
  if (target.attribute.returned === "never" || target.sub?.returned === "never") {
    throw invalid(`"${target.attribute.name}" cannot be read`);
  }
  return target;
}

function getSubAttribute(path: AttributePath, attribute: Attribute): Target {
  const plain = path.schema === undefined && path.subAttribute === undefined;
  const found = plain ? findAttribute(attribute.subAttributes, path.attribute) : undefined;
  if (found === undefined) {
    throw invalid(`"${attribute.name}" has no sub-attribute "${brief(path)}"`);
  }
  return { attribute: found };
}

function resolveComparison(
  { path, operator, value }: Extract<Filter, { kind: "compare" }>,
  { find, profile }: Context,
): ResolvedFilter {
  const target = toValue(find(path));
  const { type, name } = target.sub ?? target.attribute;
  const operators: readonly CompareOperator[] = value === null ? EQUALITY : OPERATORS[type];
  if (!operators.includes(operator)) {
    throw invalid(`"${operator}" does not apply to "${name}" and this value`);
  }
  const typed = value === null ? null : toType(value, type, profile);
  if (typed === undefined) throw invalid(`the value compared with "${name}" is not a ${type}`);
  return { kind: "compare", target, operator, value: typed };
}

/** RFC 7643 §2.4: a multi-valued complex attribute is compared by its `value`. */
function toValue(target: Target): Target {
  const { attribute, sub } = target;
  if (attribute.type !== "complex" || sub !== undefined) return target;
  const value = attribute.multiValued ? findAttribute(attribute.subAttributes, "value") : undefined;
  if (value === undefined) throw invalid(`"${attribute.name}" is compared by a sub-attribute`);
  return { ...target, sub: value };
}

const EQUALITY = ["eq", "ne"] as const;
const SUBSTRING = ["co", "sw", "ew"] as const;
const ORDER = ["gt", "ge", "lt", "le"] as const;

/** RFC 7644 §3.4.2.2, table 3: boolean and binary have no order. */
const OPERATORS: Record<AttributeType, readonly CompareOperator[]> = {
  string: [...EQUALITY, ...SUBSTRING, ...ORDER],
  reference: [...EQUALITY, ...SUBSTRING],
  binary: EQUALITY,
  boolean: EQUALITY,
  integer: [...EQUALITY, ...ORDER],
  decimal: [...EQUALITY, ...ORDER],
  dateTime: [...EQUALITY, ...ORDER],
  complex: [],
};

/** The value as its attribute's type has it; undefined when it is of another. */
function toType(
  value: string | number | boolean,
  type: AttributeType,
  profile: Profile,
): string | number | boolean | undefined {
  switch (type) {
    case "boolean":
      return profile.coerceBooleans ? toBoolean(value) : only("boolean", value);
    case "integer":
    case "decimal":
      return only("number", value);
    case "dateTime":
      return typeof value === "string" ? parseDateTime(value) : undefined;
    default:
      return only("string", value);
  }
}

function only<T>(type: "boolean" | "number" | "string", value: T): T | undefined {
  return typeof value === type ? value : undefined;
}

/** Entra sends "True" and "False" (profile switch `coerceBooleans`). */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 0 || value === 1) return value === 1;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  if (word === "true") return true;
  return word === "false" ? false : undefined;
}

function invalid(problem: string): ScimError {
  return new ScimError("invalidFilter", `The filter cannot be answered: ${problem}`);
}

/** A path for an error message, cut to a length that no client can abuse. */
function brief({ schema, attribute, subAttribute }: AttributePath): string {
  const name = subAttribute === undefined ? attribute : `${attribute}.${subAttribute}`;
  return (schema === undefined ? name : `${schema}:${name}`).slice(0, 100);
}
