/** What a change was: by path, the value before and the value after. */
import { equalJson, hasBytesAtMost, isObject, type Json, type JsonObject } from "../scim/json.ts";

export interface Changed {
  /** Absent where there was nothing. */
  readonly from?: Json;
  /** Absent where there is nothing any more. */
  readonly to?: Json;
}

export type Diff = Readonly<Record<string, Changed>>;

/** A diff as it is kept: too large a one has its paths only. */
export interface KeptDiff {
  readonly diff: Diff;
  readonly truncated?: true;
}

const DIFF_BYTES = 8 * 1024;
/** So many paths at most, where their names alone are kept. */
const TRUNCATED_PATHS = 64;
/** Never kept, under whatever name of these it comes. */
const SECRET = /^(password|secret|hash)$/i;

/**
 * The differences of two resources. Parts of a complex attribute and of an extension stand by
 * themselves (`name.givenName`); lists as a whole.
 */
export function diffOf(before: JsonObject, after: JsonObject): Diff {
  return Object.fromEntries(changesBetween(before, after, ""));
}

function changesBetween(
  before: JsonObject,
  after: JsonObject,
  prefix: string,
): [string, Changed][] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !SECRET.test(name))
    .flatMap((name): [string, Changed][] => {
      const [from, to] = [own(before, name), own(after, name)];
      if (equalJson(from, to)) return [];
      // A URN has dots of its own, so what is in an extension follows a colon.
      const path = `${prefix}${name}`;
      if (isObject(from ?? {}) && isObject(to ?? {})) {
        const separator = path.includes(":") ? ":" : ".";
        return changesBetween(asObject(from), asObject(to), `${path}${separator}`);
      }
      return [[path, changed(from, to)]];
    });
}

/** What is written: `diff`, or its paths alone where it is larger than 8 KiB. */
export function boundedDiff(diff: Diff): KeptDiff {
  const whole: KeptDiff = { diff };
  if (hasBytesAtMost(JSON.stringify(whole), DIFF_BYTES)) return whole;
  const paths = Object.keys(diff).slice(0, TRUNCATED_PATHS);
  return {
    diff: Object.fromEntries(paths.map((path) => [path.slice(0, 100), {}])),
    truncated: true,
  };
}

/** For those who may see that something changed, not what: texts and numbers are hidden. */
export function maskedDiff(diff: Diff): Diff {
  return Object.fromEntries(
    Object.entries(diff).map(([path, { from, to }]) => [path, changed(masked(from), masked(to))]),
  );
}

function changed(from: Json | undefined, to: Json | undefined): Changed {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function masked(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((one) => masked(one) ?? null);
  if (!isObject(value)) return "***";
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, masked(inner) ?? null]),
  );
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
