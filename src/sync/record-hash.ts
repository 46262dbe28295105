/** What tells one state of an upstream record from another. */
import { isObject } from "../scim/json.ts";
import type { UpstreamRecord } from "./upstream-page.ts";

const BYTES = 16;

/** Of the record and the settings it is applied under: after a change of them all are applied again. */
export async function recordHash(record: UpstreamRecord, settings: string): Promise<string> {
  const { lastModified: _, ...content } = record;
  return sha256(`${settings} ${canonicalText({ ...content })}`);
}

/** The first half of SHA-256, in hexadecimal digits. */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes, 0, BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The order of names says nothing. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(",")}}`;
}
