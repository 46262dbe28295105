/** Does a resource satisfy a filter? The SQL compiler answers the same. RFC 7644 §3.4.2.2. */
import type { Attribute } from "./attribute.ts";
import { parseDateTime } from "./date-time.ts";
import type { CompareOperator } from "./filter.ts";
import { fold } from "./fold.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ResolvedFilter, Target } from "./resolve.ts";

/**
 * `resource` is the full representation, its extensions under the names they are kept under; inside
 * value brackets, one value of the attribute. Only `ne` and `eq null` are true of an absent attribute.
 */
export function matches(filter: ResolvedFilter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case "and":
      return filter.filters.every((part) => matches(part, resource));
    case "or":
      return filter.filters.some((part) => matches(part, resource));
    case "not":
      return !matches(filter.filter, resource);
    case "present":
      return findValues(filter.target, resource).some(isPresent);
    case "some":
      return findValues(filter.target, resource).some(
        (value) => isObject(value) && matches(filter.filter, value),
      );
    default:
      return compares(filter, resource);
  }
}

/** RFC 7644 §3.4.2.2, `pr`: neither empty nor, if complex, made of empty values only. */
export function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (typeof value !== "object") return true;
  return Object.values(value).some(isPresent);
}

/** What stands at the target: any number of values when the attribute is multi-valued. */
function findValues({ extension, attribute, sub }: Target, resource: JsonObject): Json[] {
  const holder = extension === undefined ? resource : ownValue(resource, extension);
  const values = toList(ownValue(holder, attribute.name));
  return sub === undefined ? values : values.flatMap((value) => toList(ownValue(value, sub.name)));
}

function ownValue(holder: Json | undefined, name: string): Json | undefined {
  return isObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function toList(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function compares(
  { target, operator, value }: Extract<ResolvedFilter, { kind: "compare" }>,
  resource: JsonObject,
): boolean {
  if (operator === "ne")
    return !compares({ kind: "compare", target, operator: "eq", value }, resource);
  const values = findValues(target, resource);
  if (value === null) return !values.some(isPresent);
  const attribute = target.sub ?? target.attribute;
  const wanted = comparable(value, attribute);
  return values.some((found) => {
    const actual = comparable(attribute.type === "dateTime" ? toTime(found) : found, attribute);
    return COMPARISONS[operator](actual, wanted);
  });
}

/** Stored times are text; a filter's time is epoch milliseconds already. */
function toTime(value: Json): Json {
  return typeof value === "string" ? (parseDateTime(value) ?? null) : null;
}

/** The form in which two values of the attribute are compared. */
function comparable(value: Json, { caseExact }: Attribute): Json {
  return typeof value === "string" && !caseExact ? fold(value) : value;
}

type Comparison = (actual: Json, wanted: Json) => boolean;

const COMPARISONS: Record<Exclude<CompareOperator, "ne">, Comparison> = {
  eq: (actual, wanted) => actual === wanted,
  // An empty string is not a present value, so nothing is part of it.
  co: onStrings((actual, wanted) => actual !== "" && actual.includes(wanted)),
  sw: onStrings((actual, wanted) => actual !== "" && actual.startsWith(wanted)),
  ew: onStrings((actual, wanted) => actual !== "" && actual.endsWith(wanted)),
  gt: inOrder((order) => order > 0),
  ge: inOrder((order) => order >= 0),
  lt: inOrder((order) => order < 0),
  le: inOrder((order) => order <= 0),
};

function onStrings(compare: (actual: string, wanted: string) => boolean): Comparison {
  return (actual, wanted) =>
    typeof actual === "string" && typeof wanted === "string" && compare(actual, wanted);
}

/** False where the two have no order: absent, or of different types. */
function inOrder(holds: (order: number) => boolean): Comparison {
  return (actual, wanted) => {
    if (typeof actual === "string" && typeof wanted === "string") {
      return holds(compareCodePoints(actual, wanted));
    }
    return typeof actual === "number" && typeof wanted === "number" && holds(actual - wanted);
  };
}

/** Orders text as SQLite orders UTF-8, by code point, where JavaScript goes by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they come after every other unit. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
