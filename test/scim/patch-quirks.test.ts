/** What identity providers send, and both answers to it: lenient profiles first, then rfc. */
import { describe } from "vitest";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { GROUP } from "../../src/scim/schemas.ts";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };
const WORK = { value: "a@example.com", type: "work" };
const MANAGER = `${SCHEMA_ENTERPRISE}:manager`;
const managed = (value: string, rest = {}) => ({
  ...ANN,
  [SCHEMA_ENTERPRISE]: { manager: { value, ...rest } },
});

describe("booleans", () => {
  const off = { ...ANN, active: false };
  testRows([
    ...["False", "false", 0].map((value) => ({
      name: `active ${JSON.stringify(value)} by path`,
      before: ANN,
      operations: [replace("active", value)],
      after: { lenient: off, rfc: "invalidValue" } as const,
    })),
    {
      name: 'active "False" without a path',
      before: ANN,
      operations: [merge({ active: "False" })],
      after: { lenient: off, rfc: "invalidValue" },
    },
    {
      name: 'active "True"',
      before: off,
      operations: [replace("Active", "True")],
      after: { lenient: ANN, rfc: "invalidValue" },
    },
    {
      name: "active 1",
      before: off,
      operations: [replace("active", 1)],
      after: { lenient: ANN, rfc: "invalidValue" },
    },
    { name: "active 2", before: ANN, operations: [replace("active", 2)], after: "invalidValue" },
    { name: "active false", before: ANN, operations: [merge({ active: false })], after: off },
    {
      name: 'roles[primary eq "True"].value',
      before: { ...ANN, roles: [{ value: "a", primary: true }, { value: "b" }] },
      operations: [replace('roles[primary eq "True"].value', "c")],
      after: {
        lenient: { ...ANN, roles: [{ value: "c", primary: true }, { value: "b" }] },
        rfc: "invalidFilter",
      },
    },
    {
      name: 'roles[primary eq "True"].value of nothing',
      before: ANN,
      operations: [add('roles[primary eq "True"].value', "c")],
      after: { lenient: { ...ANN, roles: [{ value: "c", primary: true }] }, rfc: "invalidFilter" },
    },
  ]);
});

describe("keys of a value without a path", () => {
  testRows([
    {
      name: "dotted",
      before: { ...ANN, name: { familyName: "F" } },
      operations: [merge({ "name.givenName": "G" })],
      after: {
        lenient: { ...ANN, name: { familyName: "F", givenName: "G" } },
        rfc: "invalidSyntax",
      },
    },
    {
      name: "dotted with null",
      before: { ...ANN, name: { familyName: "F", givenName: "G" } },
      operations: [merge({ "name.givenName": null })],
      after: { lenient: { ...ANN, name: { familyName: "F" } }, rfc: "invalidSyntax" },
    },
    {
      name: "with a filter",
      before: ANN,
      operations: [merge({ 'emails[type eq "work"].value': "n" })],
      after: { lenient: { ...ANN, emails: [{ value: "n", type: "work" }] }, rfc: "invalidSyntax" },
    },
    {
      name: "with a filter and a match",
      before: { ...ANN, emails: [WORK] },
      operations: [merge({ 'emails[type eq "work"].value': "n" })],
      after: { lenient: { ...ANN, emails: [{ value: "n", type: "work" }] }, rfc: "invalidSyntax" },
    },
    {
      name: "with a broken filter",
      before: ANN,
      operations: [merge({ 'emails[type eq "work': "n" })],
      after: { lenient: "invalidPath", rfc: "invalidSyntax" },
    },
    {
      name: "URN and attribute",
      before: ANN,
      operations: [merge({ [`${SCHEMA_ENTERPRISE}:department`]: "Eng" })],
      after: {
        lenient: { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
        rfc: "invalidSyntax",
      },
    },
    {
      name: "core URN and attribute",
      before: ANN,
      operations: [merge({ [`${SCHEMA_USER}:title`]: "Dr" })],
      after: { lenient: { ...ANN, title: "Dr" }, rfc: "invalidSyntax" },
    },
    {
      name: "URN with an object",
      before: ANN,
      operations: [merge({ [SCHEMA_ENTERPRISE]: { department: "Eng" } })],
      after: {
        lenient: { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
        rfc: "invalidSyntax",
      },
    },
    {
      name: "core URN with an object",
      before: ANN,
      operations: [merge({ [SCHEMA_USER]: { title: "Dr" } })],
      after: { lenient: { ...ANN, title: "Dr" }, rfc: "invalidSyntax" },
    },
    {
      name: "URN with null",
      before: { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
      operations: [merge({ [SCHEMA_ENTERPRISE]: null })],
      after: { lenient: ANN, rfc: "invalidSyntax" },
    },
    {
      name: "capitalised",
      before: ANN,
      operations: [merge({ DisplayName: "A" })],
      after: { ...ANN, displayName: "A" },
    },
    {
      name: "unknown",
      before: ANN,
      operations: [merge({ shoeSize: 43, title: "Dr" })],
      after: { lenient: { ...ANN, title: "Dr" }, rfc: "invalidSyntax" },
    },
    {
      name: "unknown and dotted",
      before: ANN,
      operations: [merge({ "shoe.size": 43 })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
    {
      name: "unknown URN",
      before: ANN,
      operations: [merge({ "urn:x:2.0:User:a": 1 })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
    {
      name: "twice in two spellings",
      before: ANN,
      operations: [merge({ title: "a", Title: "b" })],
      after: "invalidSyntax",
    },
    {
      name: "many at once",
      before: ANN,
      operations: [
        add("title", "x"),
        { op: "add", value: { displayName: "A", emails: [WORK], nickName: "n" } },
      ],
      after: { ...ANN, displayName: "A", nickName: "n", title: "x", emails: [WORK] },
    },
  ]);
});

describe("read-only attributes beside others", () => {
  testRows([
    {
      name: "Okta's rename of a group",
      type: GROUP,
      before: { displayName: "old" },
      operations: [merge({ id: "g1", displayName: "new" })],
      after: { lenient: { displayName: "new" }, rfc: "mutability" },
    },
    {
      name: "authentik's replace of a group",
      type: GROUP,
      before: { displayName: "old" },
      operations: [merge({ id: "g1", schemas: [], externalId: "e", displayName: "old" })],
      after: { lenient: { externalId: "e", displayName: "old" }, rfc: "mutability" },
    },
    {
      name: "groups and meta of a user",
      before: ANN,
      operations: [merge({ groups: [], meta: {}, title: "Dr" })],
      after: { lenient: { ...ANN, title: "Dr" }, rfc: "mutability" },
    },
  ]);
});

describe("manager", () => {
  const before = managed("m", { $ref: "../Users/m" });
  testRows([
    {
      name: "an object",
      before: ANN,
      operations: [add(MANAGER, { value: "m" })],
      after: managed("m"),
    },
    {
      name: "a string",
      before: ANN,
      operations: [add(MANAGER, "m")],
      after: { lenient: managed("m"), rfc: "invalidValue" },
    },
    {
      name: "a list of one",
      before: ANN,
      operations: [add(MANAGER, [{ $ref: "../Users/m", value: "m" }])],
      after: { lenient: before, rfc: "invalidValue" },
    },
    {
      name: "a string replacing another",
      before,
      operations: [replace(MANAGER, "n")],
      after: { lenient: managed("n"), rfc: "invalidValue" },
    },
    {
      name: "the same string",
      before,
      operations: [replace(MANAGER, "m")],
      after: { lenient: "same", rfc: "invalidValue" },
    },
    {
      name: "an object replacing another",
      before,
      operations: [replace(MANAGER, { value: "n" })],
      after: managed("n"),
    },
    {
      name: "a sub-attribute",
      before,
      operations: [replace(`${MANAGER}.value`, "n")],
      after: managed("n"),
    },
    {
      name: "the same sub-attribute",
      before,
      operations: [replace(`${MANAGER}.value`, "m")],
      after: "same",
    },
    {
      name: '""',
      before,
      operations: [replace(MANAGER, "")],
      after: { lenient: ANN, rfc: "invalidValue" },
    },
    { name: 'the value ""', before, operations: [replace(MANAGER, { value: "" })], after: ANN },
    { name: "null", before, operations: [replace(MANAGER, null)], after: ANN },
    { name: "[]", before, operations: [replace(MANAGER, [])], after: ANN },
    { name: "removed", before, operations: [remove(MANAGER)], after: ANN },
    { name: "removed by value", before, operations: [remove(`${MANAGER}.value`)], after: ANN },
    {
      name: "without a path",
      before: ANN,
      operations: [merge({ [MANAGER]: "m" })],
      after: { lenient: managed("m"), rfc: "invalidSyntax" },
    },
  ]);
});
