import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { applyPatch, findPassword } from "../../src/scim/patch.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { CUSTOM_USER, FIELDS } from "../support/custom-user.ts";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";
import { refusalOf } from "../support/refusal.ts";

const ANN = { userName: "ann", active: true };
const A = { value: "a@example.com", type: "work" };
const B = { value: "b@example.com", type: "home" };

describe("simple attributes", () => {
  const before = { externalId: "1", ...ANN, displayName: "Ann" };
  testRows([
    { name: "adds", before: ANN, operations: [add("title", "Dr")], after: { ...ANN, title: "Dr" } },
    {
      name: "replaces by add",
      before,
      operations: [add("displayName", "B")],
      after: { ...before, displayName: "B" },
    },
    {
      name: "replaces",
      before,
      operations: [replace("userName", "bob")],
      after: { ...before, userName: "bob" },
    },
    {
      name: "replaces what is absent",
      before: ANN,
      operations: [replace("title", "Dr")],
      after: { ...ANN, title: "Dr" },
    },
    {
      name: "removes",
      before,
      operations: [remove("displayName")],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes with a value beside it",
      before,
      operations: [remove("displayName", "Ann")],
      after: { externalId: "1", ...ANN },
    },
    { name: "removes what is absent", before, operations: [remove("title")], after: "same" },
    {
      name: "removes by null",
      before,
      operations: [replace("displayName", null)],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes by add of null",
      before,
      operations: [add("displayName", null)],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes by null without a path",
      before,
      operations: [merge({ displayName: null })],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "replaces externalId",
      before,
      operations: [replace("externalId", "2")],
      after: { ...before, externalId: "2" },
    },
    {
      name: "removes externalId",
      before,
      operations: [remove("externalId")],
      after: { ...ANN, displayName: "Ann" },
    },
    {
      name: "deactivates",
      before,
      operations: [replace("active", false)],
      after: { ...before, active: false },
    },
    {
      name: "keeps active when it is removed",
      before: { ...before, active: false },
      operations: [remove("active")],
      after: "same",
    },
    {
      name: "keeps the same object for equal content",
      before,
      operations: [replace("displayName", "Ann"), add("active", true)],
      after: "same",
    },
    {
      name: "keeps the same object for a change undone",
      before,
      operations: [remove("displayName"), add("displayName", "Ann")],
      after: "same",
    },
    { name: "keeps the same object for nothing", before, operations: [], after: "same" },
    {
      name: "keeps the same object for an empty value",
      before,
      operations: [merge({})],
      after: "same",
    },
    {
      name: "drops a password",
      before,
      operations: [replace("password", "secret")],
      after: "same",
    },
    { name: "removes a password", before, operations: [remove("password")], after: "same" },
    {
      name: "refuses a password of no string",
      before,
      operations: [replace("password", 1)],
      after: "invalidValue",
    },
    {
      name: "refuses another type",
      before,
      operations: [replace("displayName", { a: 1 })],
      after: "invalidValue",
    },
    {
      name: "refuses add without a value",
      before,
      operations: [{ op: "add", path: "title" }],
      after: "invalidValue",
    },
    {
      name: "refuses replace without a value",
      before,
      operations: [{ op: "replace" }],
      after: "invalidValue",
    },
    {
      name: "refuses remove without a path",
      before,
      operations: [{ op: "remove" }],
      after: "noTarget",
    },
    {
      name: "refuses remove without a path, but with a value",
      before,
      operations: [{ op: "remove", value: { title: "x" } }],
      after: "noTarget",
    },
    {
      name: "refuses a value that is no object without a path",
      before,
      operations: [merge("x")],
      after: "invalidValue",
    },
    {
      name: "applies operations in order",
      before,
      operations: [add("title", "a"), replace("title", "b"), remove("displayName")],
      after: { externalId: "1", ...ANN, title: "b" },
    },
    {
      name: "applies all or nothing",
      before,
      operations: [
        add("title", "a"),
        add("nickName", "n"),
        replace("locale", 1),
        remove("displayName"),
        remove("title"),
      ],
      after: "invalidValue",
    },
  ]);
});

describe("required, read-only and immutable", () => {
  const fields = { ...ANN, [FIELDS]: { badge: "7", desk: { floor: 1, room: "a" } } };
  testRows([
    {
      name: "refuses to remove userName",
      before: ANN,
      operations: [remove("userName")],
      after: "mutability",
    },
    {
      name: "refuses to remove userName by null",
      before: ANN,
      operations: [replace("userName", null)],
      after: "mutability",
    },
    {
      name: "lets userName be removed and set",
      before: ANN,
      operations: [replace("userName", null), add("userName", "bob")],
      after: { ...ANN, userName: "bob" },
    },
    {
      name: "refuses an empty userName",
      before: ANN,
      operations: [replace("userName", "")],
      after: "invalidValue",
    },
    {
      name: "refuses to remove a group's displayName",
      type: GROUP,
      before: { displayName: "g" },
      operations: [remove("displayName")],
      after: "mutability",
    },
    {
      name: "refuses an empty displayName of a group",
      type: GROUP,
      before: { displayName: "g" },
      operations: [replace("displayName", "")],
      after: "invalidValue",
    },
    {
      name: "refuses members, which are kept apart",
      type: GROUP,
      before: { displayName: "g" },
      operations: [add("members", [{ value: "u" }])],
      after: "mutability",
    },
    { name: "refuses id", before: ANN, operations: [replace("id", "x")], after: "mutability" },
    {
      name: "refuses meta",
      before: ANN,
      operations: [replace("meta.created", "x")],
      after: "mutability",
    },
    {
      name: "refuses schemas",
      before: ANN,
      operations: [add("schemas", ["urn:x"])],
      after: "mutability",
    },
    {
      name: "refuses groups",
      before: ANN,
      operations: [add("groups", [{ value: "g" }])],
      after: "mutability",
    },
    {
      name: "refuses to remove groups",
      before: ANN,
      operations: [remove("groups")],
      after: "mutability",
    },
    {
      name: "refuses a value of groups",
      before: ANN,
      operations: [remove('groups[value eq "g"]')],
      after: "mutability",
    },
    {
      name: "refuses a manager's displayName",
      before: ANN,
      operations: [replace(`${SCHEMA_ENTERPRISE}:manager.displayName`, "M")],
      after: "mutability",
    },
    {
      name: "refuses the core schema as a whole",
      before: ANN,
      operations: [remove(SCHEMA_USER)],
      after: "mutability",
    },
    {
      name: "sets an immutable attribute once",
      type: CUSTOM_USER,
      before: ANN,
      operations: [add(`${FIELDS}:badge`, "7")],
      after: { ...ANN, [FIELDS]: { badge: "7" } },
    },
    {
      name: "takes its value again",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:badge`, "7")],
      after: "same",
    },
    {
      name: "refuses another value",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:badge`, "8")],
      after: "mutability",
    },
    {
      name: "refuses its removal",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:badge`)],
      after: "mutability",
    },
    {
      name: "refuses its removal with the extension",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(FIELDS)],
      after: "mutability",
    },
    {
      name: "refuses another value of a sub-attribute",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:desk.room`, "b")],
      after: "mutability",
    },
    {
      name: "removes a complex value with an immutable part",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:desk`)],
      after: { ...ANN, [FIELDS]: { badge: "7" } },
    },
    {
      name: "refuses to remove a required sub-attribute",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:desk.floor`)],
      after: "mutability",
    },
    {
      name: "wants a required sub-attribute",
      type: CUSTOM_USER,
      before: ANN,
      operations: [add(`${FIELDS}:desk.room`, "a")],
      after: "invalidValue",
    },
  ]);
});

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
    const before = { ...ANN, emails: [A, B] };
    const after = applyPatch(before, [replace("active", false)], USER, PROFILES.standard);
    expect(after).toStrictEqual({ ...before, active: false });
    expect(
      refusalOf(() =>
        applyPatch(before, [add("emails", [{ value: "c" }])], USER, PROFILES.standard),
      ).reason,
    ).toBe("invalidValue");
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
    findPassword(ANN, operations, USER, PROFILES.entra);
  expect(find(replace("password", "one"), merge({ PASSWORD: "two" }))).toBe("two");
  expect(find(replace(`${SCHEMA_USER}:password`, "one"), remove("password"))).toBeUndefined();
  expect(find(replace("title", "x"))).toBeUndefined();
});
