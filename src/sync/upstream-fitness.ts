/** What a record may not be whatever it is about, as scim/body.ts says of bodies that are pushed. */
import { hasBytesAtMost, isObject, type Json, type JsonObject } from "../scim/json.ts";
import { LIMITS } from "../scim/messages.ts";

export interface Unfitness {
  readonly code: "record_invalid" | "record_too_large";
  readonly path: string;
  readonly problem: string;
}

interface Place {
  readonly value: Json;
  readonly path: string;
  readonly depth: number;
}

const TOO_LARGE: Unfitness = {
  code: "record_too_large",
  path: "",
  problem: `has more than ${LIMITS.resourceBytes} bytes`,
};
/** A path is for people. */
const PATH_LENGTH_MAX = 200;

/** Undefined for what is fit. Neither depth nor breadth of the record costs more than the limits. */
export function unfitnessOf(raw: JsonObject): Unfitness | undefined {
  // Nearly all records are fit and small: only where one isn't does it cost something to say why.
  if (mostBytes(raw, 1) <= LIMITS.resourceBytes) return undefined;
  return firstUnfit(raw) ?? (isTooLarge(raw) ? TOO_LARGE : undefined);
}

/** No less than it has as JSON; more than any number where something in it isn't fit. */
function mostBytes(value: Json, depth: number): number {
  if (problemOf(value, depth) !== undefined) return Infinity;
  if (typeof value === "string") return textBytes(value);
  let bytes = SCALAR_BYTES;
  if (Array.isArray(value)) {
    for (const item of value) bytes += mostBytes(item, depth + 1);
  } else if (isObject(value)) {
    for (const name in value) bytes += textBytes(name) + mostBytes(value[name] ?? null, depth + 1);
  }
  return bytes;
}

const SCALAR_BYTES = 32;
/** An escaped character, which is the longest. */
const CHARACTER_BYTES = 6;

/** With quotation marks, and a colon or comma. */
function textBytes(text: string): number {
  return (text.length + 1) * CHARACTER_BYTES;
}

function firstUnfit(raw: JsonObject): Unfitness | undefined {
  const open: Place[] = [{ value: raw, path: "", depth: 1 }];
  // No record of the size that is allowed has more values.
  let left = LIMITS.resourceBytes;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const problem = problemOf(place.value, place.depth);
    const path = place.path.slice(0, PATH_LENGTH_MAX);
    if (problem !== undefined) return { code: "record_invalid", path, problem };
    left -= countIn(place.value);
    if (left < 0) return TOO_LARGE;
    for (const inner of placesIn(place)) open.push(inner);
  }
  return undefined;
}

function isTooLarge(raw: JsonObject): boolean {
  return !hasBytesAtMost(JSON.stringify(raw), LIMITS.resourceBytes);
}

function problemOf(value: Json, depth: number): string | undefined {
  if (depth > LIMITS.jsonDepth) return `is nested more than ${LIMITS.jsonDepth} levels deep`;
  if (typeof value === "number" && !Number.isFinite(value)) return "is a number out of range";
  if (typeof value !== "string") return undefined;
  const isFit = value.isWellFormed() && !value.includes("\0");
  return isFit ? undefined : "has NUL or half a surrogate pair";
}

function countIn(value: Json): number {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function placesIn({ value, path, depth }: Place): Place[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({
      value: item,
      path: `${path}[${index}]`,
      depth: depth + 1,
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, item]) => ({
    value: item,
    path: path === "" ? name : `${path}.${name}`,
    depth: depth + 1,
  }));
}
