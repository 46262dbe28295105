/** Strict JSON: what a body may be beyond what JSON.parse refuses. RFC 8259 §4, §8; RFC 7493 §2. */
import { ScimError } from "./error.ts";
import type { Json } from "./json.ts";
import { LIMITS } from "./messages.ts";

const PLAIN = /[^"{}[\],:0-9-]+/y;
const NUMBER = /[-+.0-9eE]+/y;

/**
 * Throws `invalidSyntax` also for a name given twice in one object in any letter case (SCIM's
 * names are not case-sensitive), nesting beyond the limit, NUL, half surrogate pairs, numbers out
 * of range and a byte order mark.
 */
export function parseJson(text: string): Json {
  if (!text.isWellFormed()) throw refusal("has half a surrogate pair");
  scan(text);
  return parse(text);
}

/** An open object or array. `names` is what the object has so far; an array has none to add to. */
interface Open {
  readonly names?: Set<string>;
  expectsName: boolean;
}

/** Reads once from left to right. Whether it is JSON at all is left to JSON.parse. */
function scan(text: string): void {
  const stack: Open[] = [];
  for (let i = 0; i < text.length;) {
    const open = stack.at(-1);
    const character = text.charAt(i);
    if (character === '"') {
      const end = endOfString(text, i);
      const value = checkString(text.slice(i, end));
      if (open?.expectsName === true) addName(open, value);
      i = end;
    } else if (character === "-" || (character >= "0" && character <= "9")) {
      i = checkNumber(text, i);
    } else {
      track(character, stack, open);
      i = Math.max(i + 1, endOf(PLAIN, text, i));
    }
  }
}

function track(character: string, stack: Open[], open: Open | undefined): void {
  if (character === "{") stack.push({ names: new Set(), expectsName: true });
  else if (character === "[") stack.push({ expectsName: false });
  else if (character === "}" || character === "]") stack.pop();
  else if (character === "," && open !== undefined) open.expectsName = true;
  else if (character === ":" && open !== undefined) open.expectsName = false;
  if (stack.length > LIMITS.jsonDepth) {
    throw refusal(`is nested more than ${LIMITS.jsonDepth} levels deep`);
  }
}

function addName(open: Open, name: string): void {
  const key = name.toLowerCase();
  if (open.names?.has(key)) throw refusal("has a name twice in one object");
  open.names?.add(key);
}

/** The position after the closing quotation mark. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') return i + 1;
    if (character === "\\") i++;
  }
  throw refusal("has a string without its end");
}

function checkString(token: string): string {
  if (!token.includes("\\")) return token.slice(1, -1);
  const value = parse(token);
  if (typeof value !== "string" || !value.isWellFormed() || value.includes("\0")) {
    throw refusal("has NUL or half a surrogate pair");
  }
  return value;
}

function checkNumber(text: string, start: number): number {
  const end = endOf(NUMBER, text, start);
  if (Math.abs(Number(text.slice(start, end))) === Infinity) {
    throw refusal("has a number out of range");
  }
  return end;
}

function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return start + (pattern.exec(text)?.[0].length ?? 0);
}

function parse(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (cause) {
    // V8's message quotes the text, so it stays inside.
    throw refusal("is not JSON", cause);
  }
}

function refusal(problem: string, cause?: unknown): ScimError {
  return new ScimError("invalidSyntax", `The body ${problem}`, { cause });
}
