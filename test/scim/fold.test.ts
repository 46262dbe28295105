import { expect, it } from "vitest";
import { fold } from "../../src/scim/fold.ts";

it("is idempotent over all code points", () => {
  for (let point = 0; point <= 0x10ffff; point++) {
    const once = fold(String.fromCodePoint(point));
    if (fold(once) !== once) expect.fail(`U+${point.toString(16)}`);
  }
});

it.each([
  ["BJensen", "bjensen", true],
  ["ÉA", "éa", true],
  ["ｂｊｅｎｓｅｎ", "bjensen", true],
  ["K", "k", true],
  ["ß", "ss", false],
  ["ς", "σ", false],
])("compares %s and %s: %s", (a, b, same) => {
  expect(fold(a) === fold(b)).toBe(same);
});
