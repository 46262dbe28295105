/**
 * What the two source documents demand is a list of numbered statements. Each is a test whose name
 * begins with its number, or a line of README's "Known differences".
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const LAST = 128;

/**
 * The literals that begin with numbers are names of tests: those of `it`, or of the rows that its
 * `each` goes through. A describe says of many tests what none of them has to prove.
 */
const NAMED = /(?<!\bdescribe)(?:[([,:]|=>)\s*["'`]((?:A\d+(?:, | )?)+)/g;

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `A${first + index}`);
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(NAMED)].flatMap(([, numbers = ""]) => numbers.match(/A\d+/g) ?? []);
}

/** Rows of tests stand beside them, too; the planted faults only name them. */
const files = globSync(["test/**/*.test.ts", "test/support/*.ts"]).filter(
  (file) => !file.endsWith("statements.test.ts"),
);
const tested = new Set(files.flatMap((file) => numbersIn(readFileSync(file, "utf8"))));

const readme = readFileSync("README.md", "utf8");
const knownDifferences = readme.slice(readme.indexOf("\n## Known differences"));
const [differences = ""] = knownDifferences.slice(1).split("\n## ");
const excused = new Set(differences.match(/\bA\d+\b/g) ?? []);

describe("the statements of the source documents", () => {
  it("are tested, or told among the known differences", () => {
    const missing = range(1, LAST).filter((name) => !tested.has(name) && !excused.has(name));
    expect(missing).toEqual([]);
  });

  it("are those that there are", () => {
    expect([...tested, ...excused].filter((name) => !range(1, LAST).includes(name))).toEqual([]);
  });

  it("are found by the names of tests, not by those of describes", () => {
    expect(numbersIn('it("A1 A2 x"); it.each(X)(`A3, A4 y`); it(\n  "A5 z"); [["A6", 1]]')).toEqual(
      ["A1", "A2", "A3", "A4", "A5", "A6"],
    );
    expect(numbersIn('describe("A7 x"); it("x A8")')).toEqual([]);
  });
});
