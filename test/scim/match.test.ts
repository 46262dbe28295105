import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter } from "../../src/scim/filter.ts";
import type { Filter } from "../../src/scim/filter.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { compareCodePoints, isPresent, matches } from "../../src/scim/match.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { resolveFilter } from "../../src/scim/resolve.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { join, userComparison, userFilter, userResource } from "../support/filter-arbitrary.ts";

function answers(filter: Filter, resource: JsonObject): boolean {
  return matches(resolveFilter(filter, USER, PROFILES.standard), resource);
}

const babs: JsonObject = {
  schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE],
  id: "0190-Babs",
  externalId: "Ext-1",
  userName: "BJensen",
  name: { familyName: "O'Malley", givenName: "Bábs" },
  displayName: "",
  title: "a\u{1f600}",
  active: false,
  emails: [
    { value: "babs@Example.com", type: "work", primary: true },
    { value: "home@example.org", type: "home", primary: false },
  ],
  photos: [{ value: "https://example.com/A.png", type: "photo" }],
  [SCHEMA_ENTERPRISE]: { department: "Tour Operations", manager: { value: "Mgr-1" } },
  groups: [{ value: "G-1", display: "Guides" }],
  meta: {
    resourceType: "User",
    created: "2024-01-01T00:00:00.000Z",
    lastModified: "2024-06-01T12:00:00.000Z",
    version: 'W/"3"',
  },
};

describe("a user", () => {
  it.each([
    // Letter case, as the attribute has it.
    ['userName eq "bjensen"', true],
    ['userName eq "ｂｊｅｎｓｅｎ"', true],
    ['userName eq "bjense"', false],
    ['id eq "0190-Babs"', true],
    ['id eq "0190-babs"', false],
    ['externalId eq "ext-1"', false],
    ['name.givenName eq "BÁBS"', true],
    // Substrings.
    ['userName sw "bj"', true],
    ['userName ew "SEN"', true],
    ['userName co "JEN"', true],
    ['userName sw "jen"', false],
    ['userName ew "jen"', false],
    ['userName co "x"', false],
    ['userName co ""', true],
    ['userName sw ""', true],
    ['userName ew ""', true],
    ['nickName co ""', false],
    ['displayName co ""', false],
    ['externalId sw "ext"', false],
    ['externalId sw "Ext"', true],
    ['photos.value co "a.png"', false],
    ['photos.value co "A.png"', true],
    // Presence.
    ["title pr", true],
    ["nickName pr", false],
    ["displayName pr", false],
    ["active pr", true],
    ["name pr", true],
    ["emails pr", true],
    ["ims pr", false],
    ["emails.display pr", false],
    ["title eq null", false],
    ["nickName eq null", true],
    ["displayName eq null", true],
    ["nickName ne null", false],
    ["title ne null", true],
    // Absence.
    ['nickName eq "x"', false],
    ['nickName ne "x"', true],
    ['nickName gt ""', false],
    ['nickName le "zz"', false],
    ['ims.value ne "x"', true],
    // Many values: any of them.
    ['emails.value eq "HOME@example.org"', true],
    ['emails eq "babs@example.com"', true],
    ['emails ne "babs@example.com"', false],
    ['emails.type eq "work" and emails.value sw "home"', true],
    ['emails[type eq "work" and value sw "home"]', false],
    ['emails[type eq "home" and value sw "home"]', true],
    ['emails[type eq "WORK"].value co "@example.com"', true],
    ['emails[type eq "other"].value pr', false],
    ['emails[not (type eq "work")]', true],
    ['not (emails[type eq "work"])', false],
    ["emails[primary eq true].display pr", false],
    ["emails[display eq null]", true],
    ['ims[value ne "x"]', false],
    // Booleans.
    ["active eq false", true],
    ["active eq true", false],
    ["active ne true", true],
    ['emails[primary eq false].value eq "home@example.org"', true],
    // Order.
    ['userName gt "BJA"', true],
    ['userName ge "bjensen"', true],
    ['userName le "BJENSEN"', true],
    ['userName lt "bjensen"', false],
    ['userName lt "bjensena"', true],
    ['title gt "a\uffee"', true],
    // Times.
    ['meta.lastModified gt "2024-06-01T11:59:59Z"', true],
    ['meta.lastModified eq "2024-06-01T14:00:00+02:00"', true],
    ['meta.lastModified lt "2024-06-01T12:00:00Z"', false],
    ['meta.lastModified le "2024-06-01T12:00:00Z"', true],
    ['meta.created ne "2024-01-01T00:00:00Z"', false],
    ["meta.created pr", true],
    // Elsewhere.
    [`${SCHEMA_ENTERPRISE}:department eq "tour operations"`, true],
    [`${SCHEMA_ENTERPRISE}:division eq "x"`, false],
    [`${SCHEMA_ENTERPRISE}:manager.value eq "Mgr-1"`, true],
    [`${SCHEMA_ENTERPRISE}:manager.value eq "mgr-1"`, false],
    [`${SCHEMA_USER}:userName eq "bjensen"`, true],
    [`schemas eq "${SCHEMA_ENTERPRISE}"`, true],
    ['groups.value eq "G-1"', true],
    ['meta.version eq "W/\\"3\\""', true],
    ['meta.resourceType eq "User"', true],
    // Logic.
    ['userName eq "x" or title pr', true],
    ['userName eq "x" and title pr', false],
    ['not (userName eq "x")', true],
    ['userName eq "x" and title pr or active eq false', true],
    ['userName eq "x" and (title pr or active eq false)', false],
  ])("%s: %s", (text, expected) => {
    expect(answers(parseFilter(text), babs)).toBe(expected);
  });
});

it("matches a group by its members", () => {
  const group: JsonObject = { id: "g", displayName: "Guides", members: [{ value: "u-1" }] };
  const answer = (text: string) =>
    matches(resolveFilter(parseFilter(text), GROUP, PROFILES.standard), group);
  expect(answer('members eq "u-1"')).toBe(true);
  expect(answer('members[value eq "u-1"]')).toBe(true);
  expect(answer('members.value eq "u-2"')).toBe(false);
  expect(answer('displayName eq "guides"')).toBe(true);
});

it("finds nothing in what a resource inherits", () => {
  const inherited: JsonObject = Object.create({ userName: "x", active: true });
  expect(answers(parseFilter("userName pr or active pr"), inherited)).toBe(false);
});

it.each([
  [undefined, false],
  [null, false],
  ["", false],
  [[], false],
  [{}, false],
  [{ a: "" }, false],
  [[{ a: [] }, {}], false],
  [false, true],
  [0, true],
  [" ", true],
  [{ a: "", b: 0 }, true],
  [["", "x"], true],
])("tells whether %j is present: %s", (value, expected) => {
  expect(isPresent(value)).toBe(expected);
});

it("orders text by code point", () => {
  const encoder = new TextEncoder();
  const byBytes = (x: string, y: string) => {
    const [p, q] = [encoder.encode(x), encoder.encode(y)];
    const at = p.findIndex((byte, i) => byte !== q[i]);
    return at === -1 ? Math.sign(p.length - q.length) : Math.sign((p[at] ?? 0) - (q[at] ?? -1));
  };
  // Short units around the surrogates, so that texts differ late and there.
  const text = fc.string({
    unit: fc.constantFrom("a", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"),
    maxLength: 4,
  });
  fc.assert(
    fc.property(text, text, (x, y) => {
      expect(Math.sign(compareCodePoints(x, y))).toBe(byBytes(x, y));
    }),
    { numRuns: 5_000 },
  );
});

describe("laws", { timeout: 60_000 }, () => {
  const cases = { numRuns: 6_000 };

  it("ne is not eq", () => {
    fc.assert(
      fc.property(userComparison, userResource, (filter, resource) => {
        if (filter.kind !== "compare") return;
        const eq = answers({ ...filter, operator: "eq" }, resource);
        expect(answers({ ...filter, operator: "ne" }, resource)).toBe(!eq);
      }),
      { numRuns: 8_000 },
    );
  });

  it("not turns every answer around, twice back", () => {
    fc.assert(
      fc.property(userFilter, userResource, (filter, resource) => {
        const answer = answers(filter, resource);
        const not: Filter = { kind: "not", filter };
        expect(answers(not, resource)).toBe(!answer);
        expect(answers({ kind: "not", filter: not }, resource)).toBe(answer);
      }),
      cases,
    );
  });

  it("and and or answer as JavaScript does", () => {
    fc.assert(
      fc.property(userFilter, userFilter, userResource, (x, y, resource) => {
        const [p, q] = [answers(x, resource), answers(y, resource)];
        expect(answers(join("and", [x, y]), resource)).toBe(p && q);
        expect(answers(join("or", [x, y]), resource)).toBe(p || q);
      }),
      cases,
    );
  });

  it("order is total where there is a value", () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "A", "b", "\u{1f600}", "\uff01"),
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(word, word, (stored, wanted) => {
        const holds = (operator: "lt" | "le" | "eq" | "ge" | "gt") =>
          answers(
            { kind: "compare", path: { attribute: "title" }, operator, value: wanted },
            { title: stored },
          );
        expect(Number(holds("lt")) + Number(holds("eq")) + Number(holds("gt"))).toBe(1);
        expect(holds("le")).toBe(!holds("gt"));
        expect(holds("ge")).toBe(!holds("lt"));
      }),
      cases,
    );
  });
});
