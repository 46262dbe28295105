/** As much of JSON Schema as the OpenAPI document uses: judging values, and making ones that don't fit. */
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";

const KNOWN = new Set([
  "$ref",
  "additionalProperties",
  "anyOf",
  "const",
  "default",
  "description",
  "enum",
  "format",
  "items",
  "maximum",
  "maxItems",
  "maxLength",
  "minimum",
  "minItems",
  "minLength",
  "pattern",
  "properties",
  "required",
  "type",
]);

/** Throws for a keyword that nobody here judges: it must not pass unseen. */
export function checkKeywords(schema: JsonObject): void {
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new Error(`Unknown keyword ${keyword}`);
  }
}

/** As `checkKeywords`, for all that stands in it. */
export function checkAllKeywords(schema: JsonObject): void {
  checkKeywords(schema);
  const { properties, items, anyOf, additionalProperties } = schema;
  const inner = isObject(properties) ? Object.values(properties) : [];
  for (const one of [...inner, items, additionalProperties, ...(Array.isArray(anyOf) ? anyOf : [])])
    if (isObject(one)) checkAllKeywords(one);
}

/** What is behind the `$ref`, or the schema itself. Throws when there is nothing. */
export function resolved(schema: JsonObject, document: JsonObject): JsonObject {
  const { $ref } = schema;
  if (typeof $ref !== "string") return schema;
  const found = $ref
    .replace("#/", "")
    .split("/")
    .reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), document);
  if (!isObject(found)) throw new Error(`${$ref} points nowhere`);
  return found;
}

/** Each fault in a line of its own; a property that the schema doesn't name is one. */
export function faultsOf(
  value: Json | undefined,
  given: JsonObject,
  document: JsonObject,
  at = "",
): string[] {
  checkKeywords(given);
  const schema = resolved(given, document);
  checkKeywords(schema);
  const { anyOf, const: constant, enum: allowed, type } = schema;
  if (Array.isArray(anyOf)) {
    const fits = anyOf.some((one) => isObject(one) && faultsOf(value, one, document).length === 0);
    return fits ? [] : [`${at} fits none`];
  }
  if (constant !== undefined) return constant === value ? [] : [`${at} is another constant`];
  if (Array.isArray(allowed) && !allowed.includes(value ?? null))
    return [`${at} isn't in the enum`];
  if (type === undefined) return [];
  if (![type].flat().includes(typeOf(value, [type].flat()))) return [`${at} has another type`];
  if (typeof value === "string") return textFaults(value, schema, at);
  if (typeof value === "number") return numberFaults(value, schema, at);
  if (Array.isArray(value)) {
    const { items, minItems, maxItems } = schema;
    const fits =
      value.length >= Number(minItems ?? 0) && value.length <= Number(maxItems ?? Infinity);
    if (!fits) return [`${at} is too long or too short`];
    return value.flatMap((one, index) =>
      isObject(items) ? faultsOf(one, items, document, `${at}/${index}`) : [],
    );
  }
  return isObject(value) ? objectFaults(value, schema, document, at) : [];
}

function typeOf(value: Json | undefined, wanted: readonly unknown[]): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value) && wanted.includes("integer")) return "integer";
  return typeof value;
}

function textFaults(value: string, schema: JsonObject, at: string): string[] {
  const { minLength, maxLength, pattern, format } = schema;
  const fits =
    value.length >= Number(minLength ?? 0) &&
    value.length <= Number(maxLength ?? Infinity) &&
    (typeof pattern !== "string" || new RegExp(pattern).test(value)) &&
    (format !== "date-time" || /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value)) &&
    (format !== "uri" || URL.canParse(value));
  return fits ? [] : [`${at} is no such text`];
}

function numberFaults(value: number, { minimum, maximum }: JsonObject, at: string): string[] {
  const fits = value >= Number(minimum ?? -Infinity) && value <= Number(maximum ?? Infinity);
  return fits ? [] : [`${at} is out of range`];
}

function objectFaults(
  value: JsonObject,
  schema: JsonObject,
  document: JsonObject,
  at: string,
): string[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const others = schema["additionalProperties"];
  return [
    ...required
      .filter((name) => typeof name === "string")
      .filter((name) => value[name] === undefined)
      .map((name) => `${at}/${name} is missing`),
    ...Object.entries(value).flatMap(([name, one]) => {
      const inner = Object.hasOwn(properties, name) ? properties[name] : others;
      if (!isObject(inner)) return [`${at}/${name} isn't declared`];
      return faultsOf(one, inner, document, `${at}/${name}`);
    }),
  ];
}

/** Neither a text nor a list, but with a length that can't be compared. */
const NO_LENGTH: Json = { length: { toString: 1, valueOf: 1 } };

/** Values that break the schema in one place each, made from one that fits. */
export function mutantsOf(valid: Json, given: JsonObject, document: JsonObject): Json[] {
  const schema = resolved(given, document);
  const candidates: Json[] = [null, true, 12.5, "x".repeat(5_000), [], [valid], NO_LENGTH, ""];
  const bounds = ["minimum", "maximum"].flatMap((name) => Number(schema[name] ?? []));
  const near = bounds.flatMap((bound) => [bound - 1, bound + 1]);
  const tooMany =
    Array.isArray(valid) && schema["maxItems"] !== undefined
      ? [Array.from({ length: Number(schema["maxItems"]) + 1 }, () => valid[0] ?? "x")]
      : [];
  const inner = isObject(valid) ? objectMutants(valid, schema, document) : [];
  return [...candidates, ...near, ...tooMany, ...inner].filter(
    (mutant) => faultsOf(mutant, given, document).length > 0,
  );
}

/** Every declared property is broken in turn, also one that `valid` leaves out. */
function objectMutants(valid: JsonObject, schema: JsonObject, document: JsonObject): Json[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return [
    { ...valid, undeclared: 1 },
    ...Object.keys(valid).map((name) => without(valid, name)),
    ...Object.entries(properties).flatMap(([name, property]) =>
      isObject(property)
        ? mutantsOf(valid[name] ?? "x", property, document).map((mutant) => ({
            ...valid,
            [name]: mutant,
          }))
        : [],
    ),
  ];
}

function without(value: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
