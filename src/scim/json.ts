/** JSON values as TypeScript sees them. Resources travel through this layer as plain JSON. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

/** Narrows an unknown value (a parsed body, an attribute's value) to a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Structural equality of JSON; the order of names does not count, the order of elements does. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => equalJson(value, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalJson(a[name], b[name]))
  );
}

/** Whether the text has so many bytes at most as UTF-8. */
export function hasBytesAtMost(text: string, most: number): boolean {
  // So short a text has few bytes enough, whatever its letters are.
  return text.length * 3 <= most || new TextEncoder().encode(text).length <= most;
}
