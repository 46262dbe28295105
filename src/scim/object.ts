/** Objects whose members are attributes. */
import type { Attribute } from "./attribute.ts";
import type { Json, JsonObject } from "./json.ts";

/** The object with its members in the order of the schema, and nothing else. */
export function inOrder(object: JsonObject, attributes: readonly Attribute[]): JsonObject {
  const ordered: JsonObject = {};
  for (const { name } of attributes) {
    const value = ownValue(object, name);
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}

export function ownValue(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** RFC 7643 §2.5: null and the empty list mean that an attribute has no value. */
export function isUnassigned(value: Json): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
