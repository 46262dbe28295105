import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/scim/body.ts";
import { ScimError } from "../../src/scim/error.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { refusal } from "../support/scim-error.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

it.each([
  "{}",
  "[]",
  "null",
  "true",
  '"x"',
  "-0.5e-3",
  ' \t\r\n{ "a" : [ 1 , { "b" : null } ] } ',
  '{"a":{"a":{"A":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a","b":"a"}',
  '{"a":["b","b"]}',
  '{"a":"{\\"b\\":1,\\"b\\":[[[[[[[[[[[[[[[[[["}',
  '{"\\ud83d\\ude00":"\\ud83d\\ude00","é":"\u{1f600}"}',
  '{"":1," ":2}',
  nested(LIMITS.jsonDepth),
  `[${"[],".repeat(100)}{}]`,
])("parses %s", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

describe("refuses as invalidSyntax", () => {
  it.each([
    "",
    " ",
    "{",
    '{"a":1',
    '{"a":1}}',
    '{"a":1,}',
    "[1,]",
    "{'a':1}",
    "{a:1}",
    '"x',
    '"\\x"',
    '"\n"',
    "01",
    "+1",
    "1.",
    "NaN",
    "Infinity",
    "1e999",
    "-1e999",
    '{"a":[1e400]}',
    "// x\n1",
    "1 2",
    "\ufeff{}",
    '{"a":1,"a":2}',
    '{"a":1,"A":2}',
    '{"userName":1,"b":{},"USERNAME":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":[{"b":1,"b":2}]}',
    '[{"a":{"c":1},"a":1}]',
    '{"__proto__":1,"__PROTO__":2}',
    '"\\u0000"',
    '{"a\\u0000":1}',
    '"\0"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\ud800"',
    '{"\\ud800":1}',
    '"\ud83d\\ude00"',
    nested(LIMITS.jsonDepth + 1),
    '{"a":'.repeat(LIMITS.jsonDepth + 1) + "1" + "}".repeat(LIMITS.jsonDepth + 1),
    "[".repeat(100_000),
  ])("%.60j", (text) => {
    expect(refusal(() => parseJson(text)).reason).toBe("invalidSyntax");
  });
});

it("quotes nothing of the body in its errors", () => {
  expect(refusal(() => parseJson('{"password": "hunter2" x}')).message).not.toContain("hunter2");
});

it("leaves __proto__ an ordinary name", () => {
  const value = parseJson('{"__proto__":{"admin":true},"constructor":1}');
  expect(Object.keys(value ?? {})).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect("admin" in Object(value)).toBe(false);
});

function depth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

function isPlain(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  const names = Object.keys(value);
  const distinct = new Set(names.map((name) => name.toLowerCase())).size === names.length;
  const unique = Array.isArray(value) || (distinct && names.every(isPlain));
  return unique && Object.values(value).every(isPlain);
}

it("takes a text exactly when JSON.parse does and the rules hold", () => {
  const unit = fc.constantFrom("a", "A", "\\", '"', "\0", "é", "\ud800", "\udc00", "{", ",", ":");
  const name = fc.string({ unit, maxLength: 3 });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 20, depthSize: "max" },
      fc.oneof(name, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 2 }),
      fc.dictionary(name, tie("tree"), { maxKeys: 2 }),
    ),
  }));
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 2), (value, space) => {
      const text = JSON.stringify(value, null, space);
      if (isPlain(value) && depth(value) <= LIMITS.jsonDepth) {
        taken++;
        expect(parseJson(text)).toEqual(JSON.parse(text));
      } else {
        refused++;
        expect(refusal(() => parseJson(text)).reason).toBe("invalidSyntax");
      }
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
}, 60_000);

it("settles every text with an answer or a ScimError", () => {
  const parts = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    '"a"',
    "1",
    "-",
    "e",
    "null",
    " ",
    "\\u",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), (tokens) => {
      const text = tokens.join("");
      try {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
      }
    }),
    { numRuns: 20_000 },
  );
}, 60_000);
