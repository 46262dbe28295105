/** How large a record of an upstream may be, and what may be in it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { unfitnessOf } from "../../src/sync/upstream-fitness.ts";
import { scaled } from "../support/scale.ts";

const bytesOf = (raw: JsonObject) => new TextEncoder().encode(JSON.stringify(raw)).byteLength;

/** As many of the value as bring the record to so many bytes less than the limit, or a little more. */
function nearLimit(value: Json, beside: number): JsonObject {
  const each = bytesOf({ a: [value, value] }) - bytesOf({ a: [value] });
  const count = Math.floor((LIMITS.resourceBytes - bytesOf({ a: [], pad: "" }) - beside) / each);
  const raw = { a: Array.from({ length: count }, () => value), pad: "" };
  const rest = Math.max(0, LIMITS.resourceBytes - beside - bytesOf(raw));
  return { ...raw, pad: "x".repeat(rest) };
}

describe("a record of as many bytes as are allowed", () => {
  const values: Json[] = [
    ["plain", "é", "漢字", "🙂", "\u0001\u0002", '"\\', ""],
    [-1.7976931348623157e308, 0, true, false, null, [], {}, { "\u0001": [""] }],
  ].flat();

  it.each(values)("is fit, and one of a byte more is not: %j", (value) => {
    for (const beside of [0, 1, 2, 3_000, 60_000]) {
      const raw = nearLimit(value, beside);
      expect(bytesOf(raw)).toBe(LIMITS.resourceBytes - beside);
      expect(unfitnessOf(raw)).toBeUndefined();
    }
    const over = nearLimit(value, -1);
    expect(bytesOf(over)).toBe(LIMITS.resourceBytes + 1);
    expect(unfitnessOf(over)).toMatchObject({ code: "record_too_large", path: "" });
  });
});

describe("what can't be kept", () => {
  const unfit: [string, Json, string][] = [
    ["NUL", "a\0b", "NUL"],
    ["half a pair", "\ud83d", "half a surrogate pair"],
    ["a number out of range", Infinity, "out of range"],
  ];

  it.each(unfit)("%s is found wherever it stands", (_, bad, problem) => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("list", "name"), { maxLength: 8 }), (steps) => {
        const inner = steps.reduce<Json>((value, step) => {
          return step === "list" ? ["first", value] : { first: 1, other: value };
        }, bad);
        const said = unfitnessOf({ id: "1", here: inner });
        const path = steps.toReversed().map((step) => (step === "list" ? "[1]" : ".other"));
        expect(said).toMatchObject({ code: "record_invalid", path: `here${path.join("")}` });
        expect(said?.problem).toContain(problem);
      }),
      { numRuns: scaled(50) },
    );
  });

  it("is more depth than is allowed, and not a level less", () => {
    const nested = (levels: number) =>
      Array.from({ length: levels }).reduce<JsonObject>((inner) => ({ inner }), {});
    expect(unfitnessOf(nested(LIMITS.jsonDepth - 1))).toBeUndefined();
    expect(unfitnessOf(nested(LIMITS.jsonDepth))).toMatchObject({ code: "record_invalid" });
  });
});
