/** What tells one state of an upstream record from another. */
import { isObject } from "../scim/json.ts";
import type { UpstreamRecord } from "./upstream-page.ts";

const BYTES = 16;

/**
 * Of the record, the settings it is applied under, and what of it is `open` here: after a change of
 * any of them it is applied again.
 */
export function recordHash(
  record: UpstreamRecord,
  settings: string,
  open: readonly string[],
): Promise<string> {
  const { lastModified: _, ...content } = record;
  const rest = open.length === 0 ? "" : ` ${JSON.stringify(open)}`;
  return sha256(`${settings} ${canonicalJson(content)}${rest}`);
}

/** The first half of SHA-256, in hexadecimal digits. */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", ENCODER.encode(text));
  let digits = "";
  for (const byte of new Uint8Array(bytes, 0, BYTES)) digits += DIGITS[byte] ?? "";
  return digits;
}

const ENCODER = new TextEncoder();

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** JSON without white space, the names of each object in their order: the order they come in says nothing. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value));
}

/** A copy, because the platform writes JSON many times as fast as code here could. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  // Built from entries, so that the name stays a name; for all others that takes twice as long.
  if (names.includes("__proto__")) {
    return Object.fromEntries(names.map((name) => [name, inOrder(value[name])]));
  }
  const ordered: Record<string, unknown> = {};
  for (const name of names) ordered[name] = inOrder(value[name]);
  return ordered;
}
