import fc from "fast-check";
import { expect, it } from "vitest";
import { formatVersion, parseVersions } from "../../src/scim/version.ts";

it.each([
  [undefined, undefined],
  ["*", "*"],
  [" * ", "*"],
  ['W/"3"', [3]],
  ['"3"', [3]],
  ['  W/"3"  ', [3]],
  ['W/"1", "2",W/"3"', [1, 2, 3]],
  ['"a,b", W/"2"', [2]],
  ["", []],
  ["3", []],
  ["W/3", []],
  ['"03"', []],
  ['"-1"', []],
  ['"1.0"', []],
  ['"1e3"', []],
  ['" 1"', []],
  ['"9999999999999999"', []],
  ['w/"3"', []],
  ['"3', []],
  ['"3" "4"', []],
  ['*, "3"', []],
])("reads %s as %j", (header, versions) => {
  expect(parseVersions(header)).toEqual(versions);
});

it("reads what it has written", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (versions) => {
      expect(parseVersions(versions.map(formatVersion).join(", "))).toEqual(versions);
    }),
  );
});
