/** Whether an answer is what a fixture expects. */
import { isObject, type Json } from "../scim/json.ts";

/** Stands for any value that is there. */
const ANY = "*";

/**
 * What of `expected` is missing from or different in `actual`, a sentence each. Objects may have
 * more names than expected; lists have as many elements, in the same order.
 */
export function differences(expected: Json, actual: Json | undefined, at: string): string[] {
  if (expected === ANY) return isPresent(actual) ? [] : [`${at} is missing`];
  if (Array.isArray(expected)) return listDifferences(expected, actual, at);
  if (isObject(expected)) return objectDifferences(expected, actual, at);
  return expected === actual ? [] : [`${at} is ${show(actual)}, not ${show(expected)}`];
}

function listDifferences(expected: Json[], actual: Json | undefined, at: string): string[] {
  if (!Array.isArray(actual)) return [`${at} is ${show(actual)}, not a list`];
  if (actual.length !== expected.length) {
    return [`${at} has ${actual.length} elements, not ${expected.length}`];
  }
  return expected.flatMap((value, i) => differences(value, actual[i], `${at}[${i}]`));
}

function objectDifferences(
  expected: { [name: string]: Json },
  actual: Json | undefined,
  at: string,
): string[] {
  if (!isObject(actual)) return [`${at} is ${show(actual)}, not an object`];
  return Object.entries(expected).flatMap(([name, value]) =>
    differences(value, Object.hasOwn(actual, name) ? actual[name] : undefined, `${at}.${name}`),
  );
}

/**
 * The value at a dotted path ("Resources.0.id"), or undefined. A name may hold dots itself, as the
 * enterprise extension's URN does: the longest name that is there is taken.
 */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (Array.isArray(value)) {
    const [index = "", ...rest] = path.split(".");
    const element = value[Number(index)];
    return rest.length === 0 ? element : valueAt(element, rest.join("."));
  }
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const names = Object.keys(value).filter((name) => path.startsWith(`${name}.`));
  const longest = names.reduce((a, b) => (b.length > a.length ? b : a), "");
  return longest === "" ? undefined : valueAt(value[longest], path.slice(longest.length + 1));
}

export function isPresent(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

function show(value: Json | undefined): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
