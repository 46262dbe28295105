/** The examples of RFC 7644 §3.5.2 that are about users; those about members are in members.test.ts. */
import { describe } from "vitest";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";

const BABS = { userName: "bjensen", active: true };
const WORK = { value: "bjensen@example.com", type: "work", primary: true };
const HOME = { value: "babs@jensen.org", type: "home" };
const PLAZA = {
  streetAddress: "911 Universal City Plaza",
  locality: "Hollywood",
  region: "CA",
  postalCode: "91608",
  country: "US",
  type: "work",
  primary: true,
};
const ELSEWHERE = { streetAddress: "456 Hollywood Blvd", locality: "Hollywood", type: "home" };

/** Profiles that take more than the work contact. */
const ANY = ["entra", "okta", "rfc"] as const;

describe("RFC 7644 §3.5.2.1 Add Operation", () => {
  const value = { emails: [HOME], nickname: "Babs" };
  const babs = { ...BABS, nickName: "Babs", emails: [HOME] };
  testRows([
    {
      name: "adds several attributes without a path",
      profiles: ANY,
      before: BABS,
      operations: [{ op: "add", value }],
      after: babs,
    },
    {
      name: "appends to a multi-valued attribute",
      profiles: ANY,
      before: { ...BABS, emails: [WORK] },
      operations: [{ op: "add", value }],
      after: { ...babs, emails: [WORK, HOME] },
    },
    {
      name: "makes no change for a value that is there",
      profiles: ANY,
      before: babs,
      operations: [{ op: "add", value }],
      after: "same",
    },
    {
      name: "replaces the value of a single-valued attribute",
      before: { ...BABS, nickName: "Barb" },
      operations: [add("nickName", "Babs")],
      after: { ...BABS, nickName: "Babs" },
    },
    {
      name: "adds to a complex attribute",
      before: { ...BABS, name: { familyName: "Jensen" } },
      operations: [add("name", { givenName: "Barbara" })],
      after: { ...BABS, name: { familyName: "Jensen", givenName: "Barbara" } },
    },
  ]);
});

describe("RFC 7644 §3.5.2.2 Remove Operation", () => {
  const before = { ...BABS, emails: [WORK, HOME] };
  testRows([
    {
      name: "removes the values that a filter selects",
      profiles: ANY,
      before,
      operations: [remove('emails[type eq "work" and value ew "example.com"]')],
      after: { ...BABS, emails: [HOME] },
    },
    {
      name: "removes all values",
      profiles: ANY,
      before,
      operations: [remove("emails")],
      after: BABS,
    },
    {
      name: "removes a sub-attribute",
      profiles: ANY,
      before,
      operations: [remove('emails[type eq "work"].primary')],
      after: { ...BABS, emails: [{ value: WORK.value, type: "work" }, HOME] },
    },
    {
      name: "fails with noTarget without a path",
      before,
      operations: [{ op: "remove" }],
      after: "noTarget",
    },
    {
      name: "fails with mutability for a required attribute",
      before,
      operations: [remove("userName")],
      after: "mutability",
    },
    {
      name: "fails with mutability for a read-only attribute",
      before,
      operations: [remove("id")],
      after: "mutability",
    },
  ]);
});

describe("RFC 7644 §3.5.2.3 Replace Operation", () => {
  const before = { ...BABS, addresses: [ELSEWHERE, { streetAddress: "1 Old Road", type: "work" }] };
  testRows([
    {
      name: "replaces a user's work address",
      before,
      operations: [replace('addresses[type eq "work"]', PLAZA)],
      after: { ...BABS, addresses: [ELSEWHERE, PLAZA] },
    },
    {
      name: "replaces one part of it",
      before,
      operations: [replace('addresses[type eq "work"].streetAddress', "1010 Broadway Ave")],
      after: {
        ...BABS,
        addresses: [ELSEWHERE, { streetAddress: "1010 Broadway Ave", type: "work" }],
      },
    },
    {
      name: "replaces all values of several attributes without a path",
      profiles: ANY,
      before: { ...BABS, emails: [{ value: "old@example.com" }] },
      operations: [merge({ emails: [WORK, HOME], nickname: "Babs" })],
      after: { ...BABS, nickName: "Babs", emails: [WORK, HOME] },
    },
    {
      name: "adds what does not exist",
      before: BABS,
      operations: [replace("nickName", "Babs")],
      after: { ...BABS, nickName: "Babs" },
    },
    {
      name: "fails with noTarget where the filter matches nothing",
      profiles: ["rfc"],
      before: BABS,
      operations: [replace('addresses[type eq "work"]', PLAZA)],
      after: "noTarget",
    },
    {
      name: "leaves sub-attributes that are not given",
      before: { ...BABS, name: { familyName: "Jensen", givenName: "Barbara" } },
      operations: [replace("name", { givenName: "Babs" })],
      after: { ...BABS, name: { familyName: "Jensen", givenName: "Babs" } },
    },
  ]);
});
