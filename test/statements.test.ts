/**
 * What the two source documents demand is a list of numbered statements. Each is a test whose name
 * begins with its number, or an entry of README's "Known differences" that does.
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const LAST = 128;

/** As prettier leaves them: each at the beginning of a line. */
const CALL = /^ *(it|describe)((?:\.\w+)*)(?=[(<])/gm;
const TITLE = /^\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1,/s;
const NUMBERS = /^(?:A\d+(?:, | |:|$))+/;

interface Call {
  readonly kind: string;
  /** What is called of it, e.g. `.each`. */
  readonly way: string;
  /** From its arguments to the next call. */
  readonly text: string;
}

function callsIn(text: string): Call[] {
  const found = [...text.matchAll(CALL)];
  return found.map((match, index) => {
    const [all, kind = "", way = ""] = match;
    return { kind, way, text: text.slice(match.index + all.length, found[index + 1]?.index) };
  });
}

function numbersIn(title: string | undefined): string[] {
  return NUMBERS.exec(title ?? "")?.[0].match(/A\d+/g) ?? [];
}

/** The names under which a call runs tests; none for what is skipped, to be done, or no test. */
function titlesOf({ kind, way, text }: Call, rowsOf: (table: string) => string[]): string[] {
  if (kind !== "it") return [];
  if (way === "") return TITLE.exec(text)?.slice(2) ?? [];
  if (way !== ".each") return [];
  const [rows = "", ...rest] = text.split(/(?<=\))(?=\(\s*["'`])/);
  const title = TITLE.exec(rest.join(""))?.[2];
  if (title === undefined) return [];
  if (title.startsWith("%s")) return firstsOf(rows);
  if (title.startsWith("$name")) return rowsOf(/\((\w+)/.exec(rows)?.[1] ?? "");
  return [title];
}

function firstsOf(rows: string): string[] {
  return [...rows.matchAll(/\[\s*"([^"]*)"/g)].flatMap(([, first = ""]) => first);
}

const files = globSync("test/**/*.test.ts").filter((file) => !file.endsWith("statements.test.ts"));
const calls = files.flatMap((file) => callsIn(readFileSync(file, "utf8")));

/** The names in a table of cases that stands in a file of its own. */
function namesIn(table: string): string[] {
  const text = globSync("test/support/*.ts")
    .map((file) => readFileSync(file, "utf8"))
    .find((one) => one.includes(`export const ${table}:`));
  return [...(text ?? "").matchAll(/^ *name: "([^"]*)"/gm)].flatMap(([, name = ""]) => name);
}

function testedBy(some: readonly Call[], rowsOf = namesIn): string[] {
  return some.flatMap((call) => titlesOf(call, rowsOf)).flatMap(numbersIn);
}

function excusedBy(readme: string): string[] {
  const from = readme.slice(readme.indexOf("\n## Known differences") + 1);
  const [section = ""] = from.split("\n## ");
  return [...section.matchAll(/^- (.*)$/gm)].flatMap(([, entry]) => numbersIn(entry));
}

const all = Array.from({ length: LAST }, (_, index) => `A${index + 1}`);
const tested = new Set(testedBy(calls));
const excused = new Set(excusedBy(readFileSync("README.md", "utf8")));

describe("the statements of the source documents", () => {
  it("are tested, or told among the known differences", () => {
    expect(all.filter((name) => !tested.has(name) && !excused.has(name))).toEqual([]);
  });

  it("are those that there are", () => {
    expect([...tested, ...excused].filter((name) => !all.includes(name))).toEqual([]);
  });

  it("are tested under nothing that doesn't run", () => {
    const idle = calls.filter(({ kind, way }) => kind === "describe" && !/^(\.each)?$/.test(way));
    expect(idle).toEqual([]);
    const hidden = calls.filter(
      ({ way, text }) => !/^(\.each)?$/.test(way) && /^\(\s*.A\d/.test(text),
    );
    expect(hidden).toEqual([]);
  });
});

describe("what counts as tested", () => {
  const found = (text: string) => testedBy(callsIn(text), (table) => [`A90 of ${table}`]);

  it.each<[text: string, numbers: string[]]>([
    ['it("A1 A2 x", f)', ["A1", "A2"]],
    ["it(\n  `A3, A4 y`,\n  f,\n)", ["A3", "A4"]],
    ['it.each(ROWS)("A5 of %s", f)', ["A5"]],
    ['it.each([["(", 1]])(\n  "A6 %s", f)', ["A6"]],
    ['it.each([["A7", 1], ["A8 x", 2]])("%s y", f)', ["A7", "A8"]],
    ['it.each<[string, number]>([["x)", 1]])("A6 %s", f)', ["A6"]],
    ['it.each(ROWS)("$name", f)', ["A90"]],
    ['describe("z", () => {\n  it("A9 x", f)\n})', ["A9"]],
  ])("the name of a test: %s", (text, numbers) => {
    expect(found(text)).toEqual(numbers);
  });

  it.each([
    'it("x A1", f)',
    'it.skip("A1 x", f)',
    'it.skipIf(true)("A1 x", f)',
    'it.todo("A1 x")',
    'it("A1 x")',
    'it.skip.each(ROWS)("A1 %s", f)',
    'describe("A1 x", f)',
    'describe.each(ROWS)("A1 %s", f)',
    '// it("A1 x", f)',
    'const name = "A1 x"',
    'expect(x).toEqual(["A1", y])',
    'it("x", () => {\n  expect(["A1 x"]).toBe(\n    "A1")("A1 x", f)\n})',
    'it.each([["A1", 1]])("x %s", f)',
  ])("nothing else: %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("an entry of the known differences that begins with the number, and no mention", () => {
    const readme =
      "\n## A\n- A1: x\n\n## Known differences\n\n- A2, A3: x (A4).\n- x (A5)\n\n## B\n- A6: x";
    expect(excusedBy(readme)).toEqual(["A2", "A3"]);
  });
});
