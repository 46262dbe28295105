/** README.md's table of what is supported, held against the suites of the RFCs. */
import { expect, it } from "vitest";
import { README } from "./readme.ts";
import { readSections } from "./suites.ts";

const ROW = /^(?:### (RFC \d{4})|\| (§[^|]+?) +\| (\w+) +\|(?: (.*?))? *\|$)/gm;

/** The rows below "SCIM support", one line each; they are spaced by prettier. */
function rowsOfReadme(): string[] {
  const [, after = ""] = README.split(/^## SCIM support$/m);
  const [table = ""] = after.split(/^## /m);
  let rfc = "";
  return [...table.matchAll(ROW)].flatMap(([, heading, title = "", supported, missing = ""]) => {
    rfc = heading ?? rfc;
    return heading === undefined ? [[rfc, title, supported, missing].join(" | ")] : [];
  });
}

it("says of every section what its suite says", () => {
  const sections = readSections();
  expect(sections.length).toBeGreaterThan(70);
  expect(rowsOfReadme()).toEqual(
    sections.map(({ rfc, title, supported, missing }) =>
      [rfc, title, supported, missing.join("; ")].join(" | "),
    ),
  );
});
