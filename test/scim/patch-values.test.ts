import { describe } from "vitest";
import { SCHEMA_ENTERPRISE } from "../../src/scim/messages.ts";
import { CUSTOM_USER, FIELDS } from "../support/custom-user.ts";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };
const A = { value: "a@example.com", type: "work" };
const B = { value: "b@example.com", type: "home" };
const C = { value: "c@example.com", type: "other" };
const BOTH = { ...ANN, emails: [A, B] };
const emails = (...values: { [name: string]: string | boolean }[]) => ({ ...ANN, emails: values });

/** Profiles that take any contact. */
const ANY = ["entra", "okta", "rfc"] as const;

describe("complex attributes", () => {
  const before = { ...ANN, name: { familyName: "F", givenName: "G" } };
  testRows([
    {
      name: "adds the whole",
      before: ANN,
      operations: [add("name", { givenName: "G", familyName: "F" })],
      after: before,
    },
    {
      name: "adds a sub-attribute",
      before: ANN,
      operations: [add("name.givenName", "G")],
      after: { ...ANN, name: { givenName: "G" } },
    },
    {
      name: "merges an add",
      before,
      operations: [add("name", { givenName: "X" })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "merges a replace",
      before,
      operations: [replace("name", { givenName: "X" })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "merges without a path",
      before,
      operations: [merge({ name: { givenName: "X" } })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "removes a sub-attribute",
      before,
      operations: [remove("name.givenName")],
      after: { ...ANN, name: { familyName: "F" } },
    },
    {
      name: "removes a sub-attribute by null",
      before,
      operations: [replace("name.givenName", null)],
      after: { ...ANN, name: { familyName: "F" } },
    },
    {
      name: "removes a sub-attribute by null in the object",
      before,
      operations: [replace("name", { givenName: null })],
      after: { ...ANN, name: { familyName: "F" } },
    },
    { name: "removes the whole", before, operations: [remove("name")], after: ANN },
    { name: "removes the whole by null", before, operations: [replace("name", null)], after: ANN },
    {
      name: "removes the whole with its last sub-attribute",
      before,
      operations: [remove("name.givenName"), remove("name.familyName")],
      after: ANN,
    },
    {
      name: "removes a sub-attribute of nothing",
      before: ANN,
      operations: [remove("name.givenName")],
      after: "same",
    },
    { name: "changes nothing for {}", before, operations: [replace("name", {})], after: "same" },
    {
      name: "refuses a string",
      before,
      operations: [replace("name", "Ann")],
      after: "invalidValue",
    },
    {
      name: "refuses an unknown sub-attribute or passes over it",
      before,
      operations: [replace("name", { nick: "N" })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
  ]);
});

describe("multi-valued attributes", () => {
  testRows([
    {
      name: "appends",
      profiles: ANY,
      before: emails(A),
      operations: [add("emails", [B, C])],
      after: emails(A, B, C),
    },
    {
      name: "appends one object",
      profiles: ANY,
      before: emails(A),
      operations: [add("emails", B)],
      after: BOTH,
    },
    { name: "creates the list", before: ANN, operations: [add("emails", A)], after: emails(A) },
    {
      name: "adds an equal value once",
      before: emails(A),
      operations: [add("emails", [A])],
      after: "same",
    },
    {
      name: "takes over primary of an equal value",
      before: emails(A),
      operations: [add("emails", [{ ...A, primary: true }])],
      after: emails({ ...A, primary: true }),
    },
    {
      name: "keeps primary of an equal value",
      before: emails({ ...A, primary: true }),
      operations: [add("emails", [A])],
      after: "same",
    },
    {
      name: "changes nothing for []",
      before: emails(A),
      operations: [add("emails", [])],
      after: "same",
    },
    {
      name: "changes nothing for null",
      before: emails(A),
      operations: [add("emails", null)],
      after: "same",
    },
    {
      name: "replaces the list",
      profiles: ANY,
      before: BOTH,
      operations: [replace("emails", [C])],
      after: emails(C),
    },
    {
      name: "replaces the list without a path",
      profiles: ANY,
      before: BOTH,
      operations: [merge({ emails: [C] })],
      after: emails(C),
    },
    { name: "empties by []", before: emails(A), operations: [replace("emails", [])], after: ANN },
    {
      name: "empties by null",
      before: emails(A),
      operations: [replace("emails", null)],
      after: ANN,
    },
    { name: "removes the list", before: emails(A), operations: [remove("emails")], after: ANN },
    {
      name: "replaces the list by one object",
      profiles: ANY,
      before: BOTH,
      operations: [replace("emails", C)],
      after: { lenient: emails(C), rfc: "invalidValue" },
    },
    {
      name: "removes the values given",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", [{ value: "A@example.com" }])],
      after: { lenient: emails(B), rfc: "invalidSyntax" },
    },
    {
      name: "removes one value given as a string",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", B.value)],
      after: { lenient: emails(A), rfc: "invalidSyntax" },
    },
    {
      name: "removes values by their type",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", { type: "home" })],
      after: { lenient: emails(A), rfc: "invalidSyntax" },
    },
    {
      name: "removes nothing by an absent value",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", [{ value: "x" }, {}, null])],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
    {
      name: "removes nothing by []",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", [])],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
    {
      name: "removes all when the value is null",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails", null)],
      after: ANN,
    },
    {
      name: "adds plain values",
      type: CUSTOM_USER,
      before: { ...ANN, [FIELDS]: { tags: ["a"] } },
      operations: [add(`${FIELDS}:tags`, "b"), add(`${FIELDS}:tags`, ["b", "c"])],
      after: { ...ANN, [FIELDS]: { tags: ["a", "b", "c"] } },
    },
    {
      name: "removes plain values",
      type: CUSTOM_USER,
      before: { ...ANN, [FIELDS]: { tags: ["a", "b"] } },
      operations: [remove(`${FIELDS}:tags`, ["B", "x"])],
      after: { lenient: { ...ANN, [FIELDS]: { tags: ["a"] } }, rfc: "invalidSyntax" },
    },
    {
      name: "refuses a wrong element",
      before: emails(A),
      operations: [add("emails", ["x"])],
      after: "invalidValue",
    },
  ]);
});

describe("sub-attributes of every value", () => {
  testRows([
    {
      name: "replaces",
      profiles: ANY,
      before: BOTH,
      operations: [replace("emails.display", "x")],
      after: emails(
        { value: A.value, display: "x", type: "work" },
        { value: B.value, display: "x", type: "home" },
      ),
    },
    {
      name: "removes",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails.type")],
      after: emails({ value: A.value }, { value: B.value }),
    },
    {
      name: "removes values without content left",
      profiles: ANY,
      before: BOTH,
      operations: [remove("emails.value")],
      after: ANN,
    },
    {
      name: "adds to none",
      before: ANN,
      operations: [add("phoneNumbers.value", "1"), add("phoneNumbers.type", "work")],
      after: { ...ANN, phoneNumbers: [{ value: "1", type: "work" }] },
    },
    {
      name: "replaces in none",
      before: ANN,
      operations: [replace("phoneNumbers.value", "1"), replace("phoneNumbers.type", "work")],
      after: { lenient: { ...ANN, phoneNumbers: [{ value: "1", type: "work" }] }, rfc: "noTarget" },
    },
    { name: "removes from none", before: ANN, operations: [remove("emails.value")], after: "same" },
    {
      name: "replaces by null in none",
      before: ANN,
      operations: [replace("emails.value", null)],
      after: "same",
    },
    {
      name: "makes every value primary",
      profiles: ANY,
      before: BOTH,
      operations: [replace("emails.primary", true)],
      after: {
        lenient: emails({ ...A, primary: false }, { ...B, primary: true }),
        rfc: "invalidValue",
      },
    },
  ]);
});

describe("values selected by a filter", () => {
  const work = 'emails[type eq "work"]';
  const D = { value: "d@example.com", type: "work" };
  testRows([
    {
      name: "replaces a sub-attribute and leaves siblings",
      profiles: ANY,
      before: BOTH,
      operations: [replace(`${work}.value`, "n")],
      after: emails({ ...A, value: "n" }, B),
    },
    {
      name: "replaces in every match",
      profiles: ANY,
      before: emails(A, D),
      operations: [replace(`${work}.display`, "n")],
      after: emails(
        { value: A.value, display: "n", type: "work" },
        { value: D.value, display: "n", type: "work" },
      ),
    },
    {
      name: "adds a sub-attribute",
      profiles: ANY,
      before: BOTH,
      operations: [add(`${work}.display`, "n")],
      after: emails({ value: A.value, display: "n", type: "work" }, B),
    },
    {
      name: "changes nothing for an equal value",
      profiles: ANY,
      before: BOTH,
      operations: [replace(`${work}.value`, A.value)],
      after: "same",
    },
    {
      name: "removes the match",
      profiles: ANY,
      before: BOTH,
      operations: [remove(work)],
      after: emails(B),
    },
    {
      name: "removes the match by null",
      profiles: ANY,
      before: BOTH,
      operations: [replace(work, null)],
      after: emails(B),
    },
    {
      name: "removes the attribute with its last value",
      before: emails(A),
      operations: [remove(work)],
      after: ANN,
    },
    {
      name: "removes a sub-attribute",
      profiles: ANY,
      before: BOTH,
      operations: [remove(`${work}.type`)],
      after: emails({ value: A.value }, B),
    },
    {
      name: "removes the value with its content",
      profiles: ANY,
      before: BOTH,
      operations: [remove(`${work}.value`)],
      after: emails(B),
    },
    {
      name: "removes the value by null",
      profiles: ANY,
      before: BOTH,
      operations: [replace(`${work}.value`, null)],
      after: emails(B),
    },
    {
      name: "removes every match",
      profiles: ANY,
      before: emails(A, B, D),
      operations: [remove(work)],
      after: emails(B),
    },
    {
      name: "removes by any filter",
      profiles: ANY,
      before: emails(A, B, D),
      operations: [remove('emails[not (type eq "WORK") or value sw "D@"]')],
      after: emails(A),
    },
    {
      name: "removes without a match",
      before: emails(A),
      operations: [remove('emails[type eq "home"]')],
      after: { lenient: "same", rfc: "noTarget" },
    },
    {
      name: "removes from nothing",
      before: ANN,
      operations: [remove(work)],
      after: { lenient: "same", rfc: "noTarget" },
    },
    {
      name: "removes by null without a match",
      before: emails(A),
      operations: [replace('emails[type eq "home"].value', null)],
      after: { lenient: "same", rfc: "noTarget" },
    },
    {
      name: "replaces the record, and keeps what selected it",
      profiles: ANY,
      before: emails({ ...A, display: "A" }, B),
      operations: [replace(work, { value: "n" })],
      after: emails({ value: "n", type: "work" }, B),
    },
    {
      name: "replaces the record by another type",
      profiles: ANY,
      before: emails(A),
      operations: [replace(work, { value: "n", type: "other" })],
      after: emails({ value: "n", type: "other" }),
    },
    {
      name: "merges into the record by add",
      profiles: ANY,
      before: emails({ ...A, display: "A" }, B),
      operations: [add(work, { value: "n" })],
      after: emails({ value: "n", display: "A", type: "work" }, B),
    },
    {
      name: "takes a list of one",
      before: emails(A),
      operations: [replace(work, [{ value: "n" }])],
      after: emails({ value: "n", type: "work" }),
    },
    {
      name: "refuses a list of two",
      before: emails(A),
      operations: [replace(work, [{ value: "n" }, { value: "m" }])],
      after: "invalidValue",
    },
    {
      name: "refuses a string for the record",
      before: emails(A),
      operations: [replace(work, "n")],
      after: "invalidValue",
    },
    {
      name: "creates by add",
      before: ANN,
      operations: [add('phoneNumbers[type eq "work"].value', "1")],
      after: { ...ANN, phoneNumbers: [{ value: "1", type: "work" }] },
    },
    {
      name: "creates the record by add",
      before: ANN,
      operations: [add(work, { value: "n" })],
      after: emails({ value: "n", type: "work" }),
    },
    {
      name: "creates beside siblings",
      profiles: ANY,
      before: emails(B),
      operations: [add(`${work}.value`, "n")],
      after: emails(B, { value: "n", type: "work" }),
    },
    {
      name: "creates by replace",
      profiles: ANY,
      before: emails(B),
      operations: [replace(`${work}.value`, "n")],
      after: { lenient: emails(B, { value: "n", type: "work" }), rfc: "noTarget" },
    },
    {
      name: "creates from two equalities",
      profiles: ANY,
      before: ANN,
      operations: [add('emails[type eq "home" and primary eq true].value', "n")],
      after: emails({ value: "n", type: "home", primary: true }),
    },
    {
      name: "fills one new value in two operations",
      before: ANN,
      operations: [
        add('addresses[type eq "work"].locality', "X"),
        add('addresses[type eq "work"].country', "Y"),
      ],
      after: { ...ANN, addresses: [{ locality: "X", country: "Y", type: "work" }] },
    },
    {
      name: "makes a new value primary before it has content",
      before: ANN,
      operations: [add(`${work}.primary`, true), add(`${work}.value`, "n")],
      after: emails({ value: "n", type: "work", primary: true }),
    },
    {
      name: "creates nothing from ne",
      before: ANN,
      operations: [add('emails[type ne "work"].value', "n")],
      after: "noTarget",
    },
    {
      name: "creates nothing from or",
      before: ANN,
      operations: [add('emails[type eq "work" or type eq "home"].value', "n")],
      after: "noTarget",
    },
    {
      name: "creates nothing from what contradicts itself",
      before: ANN,
      operations: [add('emails[type eq "work" and type eq "home"].value', "n")],
      after: "noTarget",
    },
    {
      name: "creates nothing from pr",
      before: ANN,
      operations: [replace("emails[type pr].value", "n")],
      after: "noTarget",
    },
    {
      name: "takes work contacts only",
      profiles: ["standard"],
      before: ANN,
      operations: [add('emails[type eq "home"].value', "n")],
      after: "invalidValue",
    },
  ]);
});

describe("primary, RFC 7644 §3.5.2", () => {
  const primary = { ...A, primary: true };
  testRows([
    {
      name: "demotes the old by add",
      profiles: ANY,
      before: emails(primary),
      operations: [add("emails", [{ ...B, primary: true }])],
      after: emails({ ...A, primary: false }, { ...B, primary: true }),
    },
    {
      name: "demotes the old by a value path",
      profiles: ANY,
      before: emails(primary, B),
      operations: [replace('emails[type eq "home"].primary', true)],
      after: emails({ ...A, primary: false }, { ...B, primary: true }),
    },
    {
      name: "demotes the old by a record",
      profiles: ANY,
      before: emails(primary, B),
      operations: [add('emails[type eq "home"]', { primary: true })],
      after: emails({ ...A, primary: false }, { ...B, primary: true }),
    },
    {
      name: "demotes the old by a new value",
      profiles: ANY,
      before: emails(primary),
      operations: [add('emails[type eq "home" and primary eq true].value', B.value)],
      after: emails({ ...A, primary: false }, { ...B, primary: true }),
    },
    {
      name: "leaves the old for a value not primary",
      profiles: ANY,
      before: emails(primary),
      operations: [add("emails", [{ ...B, primary: false }])],
      after: emails(primary, { ...B, primary: false }),
    },
    {
      name: "takes two primaries in one list",
      profiles: ANY,
      before: ANN,
      operations: [add("emails", [primary, { ...B, primary: true }])],
      after: {
        lenient: emails({ ...A, primary: false }, { ...B, primary: true }),
        rfc: "invalidValue",
      },
    },
    {
      name: "takes primary away",
      before: emails(primary),
      operations: [replace("emails[primary eq true].primary", false)],
      after: emails({ ...A, primary: false }),
    },
  ]);
});

describe("extensions", () => {
  const before = { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng", division: "d" } };
  const only = (extension: { department?: string; division?: string }) => ({
    ...ANN,
    [SCHEMA_ENTERPRISE]: extension,
  });
  testRows([
    {
      name: "adds an attribute",
      before: ANN,
      operations: [add(`${SCHEMA_ENTERPRISE}:department`, "Eng")],
      after: only({ department: "Eng" }),
    },
    {
      name: "removes an attribute",
      before,
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: only({ department: "Eng" }),
    },
    {
      name: "removes the extension with its last attribute",
      before: only({ division: "d" }),
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: ANN,
    },
    {
      name: "removes an attribute of nothing",
      before: ANN,
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: "same",
    },
    {
      name: "adds the whole",
      before: ANN,
      operations: [add(SCHEMA_ENTERPRISE, { department: "Eng" })],
      after: only({ department: "Eng" }),
    },
    {
      name: "replaces the attributes given",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, { department: "X", division: null })],
      after: only({ department: "X" }),
    },
    { name: "removes the whole", before, operations: [remove(SCHEMA_ENTERPRISE)], after: ANN },
    {
      name: "removes the whole by null",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, null)],
      after: ANN,
    },
    {
      name: "removes nothing by add of null",
      before,
      operations: [add(SCHEMA_ENTERPRISE, null)],
      after: "same",
    },
    {
      name: "refuses a string for the whole",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, "x")],
      after: "invalidValue",
    },
    {
      name: "refuses an unknown attribute in the whole or passes over it",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, { x: 1 })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
  ]);
});
