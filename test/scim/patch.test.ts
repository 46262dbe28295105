import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { assignedPassword } from "../../src/scim/assigned.ts";
import { applyPatch } from "../../src/scim/patch.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { USER } from "../../src/scim/schemas.ts";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";
import { refusalOf } from "../support/refusal.ts";

const ANN = { userName: "ann", active: true };
const A = { value: "a@example.com", type: "work" };
const B = { value: "b@example.com", type: "home" };

describe("paths", () => {
  const unknown = [
    "__proto__",
    "constructor",
    "toString.x",
    "name.constructor",
    "shoeSize",
    "emails.nick",
    "prototype",
    "urn:x:2.0:User:a",
    "urn:x:2.0:User",
    `${SCHEMA_ENTERPRISE}:__proto__`,
    "",
    " ",
    "emails[",
    "emails[]",
    'emails[type eq "work"',
    "name.",
    ".name",
    "a b",
    "name.givenName.x",
  ];
  testRows(
    unknown.flatMap((path) => [
      {
        name: `refuses to add ${JSON.stringify(path)}`,
        before: ANN,
        operations: [add(path, "x")],
        after: "invalidPath" as const,
      },
      {
        name: `refuses to remove ${JSON.stringify(path)}`,
        before: ANN,
        operations: [remove(path)],
        after: "invalidPath" as const,
      },
    ]),
  );
  testRows([
    {
      name: "takes names in any case",
      before: ANN,
      operations: [add("NAME.GIVENNAME", "A"), add("displayname", "B")],
      after: { ...ANN, displayName: "B", name: { givenName: "A" } },
    },
    {
      name: "takes the core URN in any case",
      before: ANN,
      operations: [add(`${SCHEMA_USER.toUpperCase()}:Title`, "Dr")],
      after: { ...ANN, title: "Dr" },
    },
    {
      name: "takes an extension's URN in any case",
      before: ANN,
      operations: [add(`${SCHEMA_ENTERPRISE.toLowerCase()}:DEPARTMENT`, "Eng")],
      after: { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    },
    {
      name: "takes the core URN alone",
      before: ANN,
      operations: [add(SCHEMA_USER, { title: "Dr" })],
      after: { ...ANN, title: "Dr" },
    },
    {
      name: "refuses a filter on what has no values",
      before: ANN,
      operations: [add('name[givenName eq "a"].familyName', "x")],
      after: "invalidFilter",
    },
    {
      name: "refuses an unknown attribute in a filter",
      before: ANN,
      operations: [add('emails[nick eq "a"].value', "x")],
      after: "invalidFilter",
    },
  ]);

  it("says which operation is refused, and no value", () => {
    const run = () =>
      applyPatch(ANN, [add("title", "a"), replace("locale", 77)], USER, PROFILES.rfc);
    expect(refusalOf(run).message).toBe('Operations[1]: "locale" is not a string');
    const long = () => applyPatch(ANN, [add("x".repeat(4000), "a")], USER, PROFILES.rfc);
    expect(refusalOf(long).message.length).toBeLessThan(200);
  });

  it("keeps the operation's number where others were taken out before it", () => {
    const run = () => applyPatch(ANN, [{ ...add("locale", 1), index: 4 }], USER, PROFILES.rfc);
    expect(refusalOf(run).message).toMatch(/^Operations\[4\]: /);
  });

  it("leaves Object.prototype alone", () => {
    const evil = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1}}}',
    );
    for (const profile of [PROFILES.entra, PROFILES.standard]) {
      expect(applyPatch(ANN, [merge(evil)], USER, profile)).toBe(ANN);
    }
    expect(refusalOf(() => applyPatch(ANN, [merge(evil)], USER, PROFILES.rfc)).reason).toBe(
      "invalidSyntax",
    );
    expect("polluted" in {}).toBe(false);
  });
});

describe("the rest of the resource", () => {
  it("stays as it is where a later rule would refuse it", () => {
    const before = { ...ANN, emails: [A, B], phoneNumbers: [{ value: "0086-1" }] };
    const after = applyPatch(before, [replace("active", false)], USER, PROFILES.standard);
    expect(after).toStrictEqual({ ...before, active: false });
    expect(
      refusalOf(() =>
        applyPatch(before, [add("emails", [{ value: "c" }])], USER, PROFILES.standard),
      ).reason,
    ).toBe("email_type_not_work");
  });

  it("stays where no schema of the type knows it", () => {
    const before: JsonObject = {
      ...ANN,
      [SCHEMA_ENTERPRISE]: { division: "d", gone: 1 },
      "urn:gone": { a: 1 },
    };
    const after = applyPatch(
      before,
      [remove(`${SCHEMA_ENTERPRISE}:division`)],
      USER,
      PROFILES.entra,
    );
    expect(after).toStrictEqual({ ...ANN, [SCHEMA_ENTERPRISE]: { gone: 1 }, "urn:gone": { a: 1 } });
    expect(applyPatch(before, [add("active", true)], USER, PROFILES.entra)).toBe(before);
  });

  it("comes out in the order of the schema", () => {
    const operations = [
      add("title", "Dr"),
      add("externalId", "x"),
      add("emails", [{ type: "work", value: "a" }]),
    ];
    const after = applyPatch(ANN, operations, USER, PROFILES.entra);
    expect(JSON.stringify(after)).toBe(
      '{"externalId":"x","userName":"ann","title":"Dr","active":true,"emails":[{"value":"a","type":"work"}]}',
    );
  });

  it("has its limits", () => {
    const roles = Array.from({ length: LIMITS.values }, (_, i) => ({ value: `${i}` }));
    const full = { ...ANN, roles };
    const run = () =>
      applyPatch(full, [add("roles", [{ value: "one more" }])], USER, PROFILES.entra);
    expect(refusalOf(run).reason).toBe("invalidValue");
    const photos = Array.from({ length: 40 }, (_, i) => ({ value: `${i}${"é".repeat(1000)}` }));
    const large = () => applyPatch(ANN, [add("photos", photos)], USER, PROFILES.entra);
    expect(refusalOf(large).reason).toBe("payload_too_large");
  });
});

it("finds the password that the operations set", () => {
  const find = (...operations: Parameters<typeof applyPatch>[1]) =>
    assignedPassword(operations, { type: USER, profile: PROFILES.entra });
  expect(find(replace("password", "one"), merge({ PASSWORD: "two" }))).toBe("two");
  expect(find(replace(`${SCHEMA_USER}:password`, "one"), remove("password"))).toBeUndefined();
  expect(find(replace("title", "x"))).toBeUndefined();
});
