import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import { parseFilter, parsePath } from "../../src/scim/filter.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { anyFilter } from "../support/filter-arbitrary.ts";
import { printFilter } from "../support/print-filter.ts";
import { refusal } from "../support/scim-error.ts";

describe("refuses as invalidFilter", () => {
  it.each([
    "",
    " ",
    "a",
    "a ",
    "a eq",
    'eq "x"',
    'a eq "x',
    'a eq "x\\"',
    'a eq "\\x"',
    'a eq "\\u12"',
    'a eq "\n"',
    'a eq "\\u0000"',
    'a eq "\0"',
    'a eq "\\ud800"',
    'a eq "\ud800"',
    "a eq 'x'",
    "a eq x",
    "a eq truex",
    "a eq undefined",
    "a eq NaN",
    "a eq 01",
    "a eq 1.",
    "a eq .5",
    "a eq +1",
    "a eq 0x10",
    "a eq 1e999",
    "a eq -",
    'a eq "x""y"',
    'a eq "x" b eq "y"',
    'a eq "x"and b pr',
    "a eq 1and b pr",
    "a pr and",
    "a pr or",
    "and a pr",
    "a pr and or b pr",
    "a pr xor b pr",
    "a prand b pr",
    "a zz 1",
    "a = 1",
    "a == 1",
    "a eq 1;",
    "not a pr",
    "not",
    "not ()",
    "()",
    "(",
    ")",
    "(a pr",
    "a pr)",
    "(a pr))",
    "e[a pr",
    "e[a pr)",
    "(a pr]",
    "e[]",
    "[a pr]",
    "e a pr]",
    "e[f[a pr]]",
    "e[(f[a pr])]",
    "e.x[a pr]",
    "e[a pr].",
    "e[a pr].value",
    'e[a pr].value.x eq "x"',
    'e[a pr] .value eq "x"',
    'e[a pr]value eq "x"',
    "e[a pr].1 pr",
    "e[a pr][b pr]",
    ".a pr",
    "a. pr",
    "a..b pr",
    "a.b.c pr",
    "1a pr",
    "-a pr",
    "é pr",
    "a:b pr",
    "urn: pr",
    "urn:x pr",
    "urn:x: pr",
    "http://x:y pr",
    "a pr -- b",
    "a pr /* */",
    "a eq 1 OR 1=1",
    'a eq "x"; DROP TABLE users',
    "a eq ${x}",
    'a eq "x" # y',
    "*",
    "a co *",
    "\u00a0a pr",
    "a\u2003pr",
    "\ufeffa pr",
  ])("%j", (text) => {
    const error = refusal(() => parseFilter(text));
    expect(error.reason).toBe("invalidFilter");
  });
});

it("names the place of what does not fit, and never the text", () => {
  expect(refusal(() => parseFilter('userName is "secret"')).message).toBe(
    "The filter is not valid: an operator is expected at character 10",
  );
  expect(refusal(() => parsePath("name.first name")).message).toBe(
    "The path is not valid: the end is expected at character 12",
  );
});

describe("limits", () => {
  const repeat = (count: number, part: string, glue: string) => Array(count).fill(part).join(glue);
  const nested = (depth: number) => `${"(".repeat(depth)}a pr${")".repeat(depth)}`;
  const ofLength = (length: number) => `a eq "${"x".repeat(length - 7)}"`;

  it.each([
    ["characters", ofLength, LIMITS.filterLength],
    ["comparisons", (n: number) => repeat(n, "a pr", " or "), LIMITS.filterComparisons],
    ["parentheses", nested, LIMITS.filterDepth],
    ["negations", (n: number) => `${"not(".repeat(n)}a pr${")".repeat(n)}`, LIMITS.filterDepth],
    ["brackets in brackets", (n: number) => `e[${nested(n - 1)}]`, LIMITS.filterDepth],
    [
      "brackets in groups",
      (n: number) => `${"(".repeat(n - 1)}e[a pr]${")".repeat(n - 1)}`,
      LIMITS.filterDepth,
    ],
    [
      "comparisons in brackets",
      (n: number) => `e[${repeat(n - 1, "a pr", " and ")}].b pr`,
      LIMITS.filterComparisons,
    ],
  ])("takes as many %s as allowed, and not one more", (_, build, limit) => {
    expect(parseFilter(build(limit))).toBeDefined();
    expect(refusal(() => parseFilter(build(limit + 1))).reason).toBe("invalidFilter");
  });

  it("hold for paths too", () => {
    expect(parsePath("a".repeat(LIMITS.filterLength))).toBeDefined();
    const long = refusal(() => parsePath("a".repeat(LIMITS.filterLength + 1)));
    expect(long.reason).toBe("invalidPath");
    expect(parsePath(`e[${nested(LIMITS.filterDepth - 1)}]`)).toBeDefined();
    expect(refusal(() => parsePath(`e[${nested(LIMITS.filterDepth)}]`)).reason).toBe("invalidPath");
  });

  it("count open brackets, not all brackets", () => {
    expect(parseFilter(repeat(LIMITS.filterComparisons, "(a pr)", " and "))).toBeDefined();
  });
});

describe("refuses as invalidPath", () => {
  it.each([
    "",
    "a b",
    "a.b.c",
    "a pr",
    "/name/givenName",
    "emails[",
    "emails[]",
    "emails[0]",
    'emails[type eq "work"',
    'emails[type eq "work"]]',
    'emails[type eq "work"].',
    'emails[type eq "work"] .value',
    'emails[type eq "work"].value.x',
    'emails[type eq "work"].value eq "x"',
    'emails[type eq "work"][value pr]',
    'emails.value[type eq "work"]',
    "emails[e[a pr]]",
    "urn:x:",
    "urn:x:2.0:",
    "(a)",
  ])("%j", (text) => {
    expect(refusal(() => parsePath(text)).reason).toBe("invalidPath");
  });
});

/** Either an answer or a short ScimError. */
function settles(parse: (text: string) => unknown, text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ScimError) || error.message.length > 200) throw error;
  }
}

/** Cuts, doubles or replaces a part of a text. */
const mutated = fc
  .tuple(
    anyFilter.map(printFilter),
    fc.nat(),
    fc.nat(6),
    fc.oneof(
      fc.constantFrom("(", ")", "[", "]", '"', "\\", ".", ":", " ", " and ", " not (", "\0"),
      fc.string({ unit: "binary" }),
    ),
  )
  .map(([text, start, length, insert]) => {
    const from = start % (text.length + 1);
    return text.slice(0, from) + insert + text.slice(from + length);
  });

const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        "a",
        "not",
        "and",
        "or",
        "pr",
        "eq",
        "(",
        ")",
        "[",
        "]",
        '"',
        '"x"',
        "1",
        "true",
        ".",
        " ",
        "\\",
        "urn:a:b:c",
        "emails",
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join("")),
);

it("settles every text with an answer or a short ScimError", () => {
  fc.assert(
    fc.property(fc.oneof(noise, mutated), (text) => {
      settles(parseFilter, text);
      settles(parsePath, text);
    }),
    { numRuns: 25_000 },
  );
}, 60_000);

it("settles the worst texts of full length at once", () => {
  const parts = [
    "(",
    "not(",
    "e[",
    "a.",
    "a:",
    "urn:",
    '"',
    "\\",
    'a eq "\\\\',
    "1",
    "e1",
    " ",
    "-",
    "a pr and ",
    "a pr or(",
  ];
  const start = performance.now();
  for (const part of parts) {
    const text = part.repeat(LIMITS.filterLength / part.length);
    settles(parseFilter, text);
    settles(parseFilter, `a eq ${text}`.slice(0, LIMITS.filterLength));
    settles(parsePath, `e[${text}`.slice(0, LIMITS.filterLength));
  }
  // Backtracking on any of them alone would take longer.
  expect(performance.now() - start).toBeLessThan(1000);
});
