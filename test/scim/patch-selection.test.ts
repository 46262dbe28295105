import { describe } from "vitest";
import { add, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };
const A = { value: "a@example.com", type: "work" };
const B = { value: "b@example.com", type: "home" };
const BOTH = { ...ANN, emails: [A, B] };
const emails = (...values: { [name: string]: string | boolean }[]) => ({ ...ANN, emails: values });

/** Profiles that take any contact. */
const ANY = ["entra", "okta", "rfc"] as const;

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
      operations: [add('ims[type eq "work"].value', "1")],
      after: { ...ANN, ims: [{ value: "1", type: "work" }] },
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
      after: "email_type_not_work",
    },
  ]);
});
