/** What tells two contents apart, whatever order their names come in. */
import { isObject, type Json } from "../scim/json.ts";

/** What is nested deeper is no resource: it isn't compared, and can't exhaust the stack. */
const DEPTH_MAX = 64;

/** SHA-256 of the canonical JSON, in hex. */
export async function hashOf(value: Json): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON without white space, the names of each object in their order. */
export function canonicalJson(value: Json, depth = 0): string {
  if (typeof value === "string") return quoted(value);
  if (depth > DEPTH_MAX) return "null";
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  let members = "";
  for (const name of Object.keys(value).sort()) {
    members += `,${quoted(name)}:${canonicalJson(value[name] ?? null, depth + 1)}`;
  }
  return `{${members.slice(1)}}`;
}

/** All that JSON never escapes: no quotation mark, backslash, control character or surrogate. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Pages have thousands of texts, of which next to none has anything to escape. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
