import { describe } from "vitest";
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
      operations: [add("ims.value", "1"), add("ims.type", "work")],
      after: { ...ANN, ims: [{ value: "1", type: "work" }] },
    },
    {
      name: "replaces in none",
      before: ANN,
      operations: [replace("ims.value", "1"), replace("ims.type", "work")],
      after: { lenient: { ...ANN, ims: [{ value: "1", type: "work" }] }, rfc: "noTarget" },
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
