import { describe, expect, it } from "vitest";
import type { Reason } from "../../src/scim/error.ts";
import { matches } from "../../src/scim/match.ts";
import { LIMITS, SCHEMA_GROUP } from "../../src/scim/messages.ts";
import type { PatchOperation } from "../../src/scim/messages.ts";
import { splitMembers } from "../../src/scim/members.ts";
import type { MemberChange } from "../../src/scim/members.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { add, merge, remove, replace } from "../support/patch-rows.ts";
import { refusalOf } from "../support/refusal.ts";

interface Row {
  name: string;
  operation: PatchOperation;
  after: Outcome | { lenient: Outcome; rfc: Outcome };
}
type Outcome = MemberChange[] | Reason;

const U = { value: "u" };
const V = { value: "v" };
const addedOne: MemberChange[] = [{ op: "add", values: ["u"] }];
const removedOne: MemberChange[] = [{ op: "remove", values: ["u"] }];
const added: MemberChange[] = [{ op: "add", values: ["u", "v"] }];
const removed: MemberChange[] = [{ op: "remove", values: ["u", "v"] }];
const replaced: MemberChange[] = [{ op: "replace", values: ["u", "v"] }];
const emptied: MemberChange[] = [{ op: "replace", values: [] }];

const ROWS: Row[] = [
  {
    name: "RFC 7644 §3.5.2.1: adds a member",
    operation: add("members", [
      { display: "Babs", $ref: "https://example.com/v2/Users/u", value: "u" },
    ]),
    after: addedOne,
  },
  {
    name: "RFC 7644 §3.5.2.2: removes a single member",
    operation: remove('members[value eq "u"]'),
    after: removedOne,
  },
  { name: "RFC 7644 §3.5.2.2: removes all members", operation: remove("members"), after: emptied },
  {
    name: "RFC 7644 §3.5.2.3: replaces all members",
    operation: replace("members", [U, V]),
    after: replaced,
  },
  { name: "adds a list", operation: add("members", [U, V, U]), after: added },
  { name: "adds one object", operation: add("members", U), after: addedOne },
  {
    name: "adds without a path",
    operation: { op: "add", value: { Members: [U, V] } },
    after: added,
  },
  {
    name: "adds by names in any case",
    operation: add("MEMBERS", [{ VALUE: "u" }, { Value: "v", Type: "user" }]),
    after: added,
  },
  {
    name: "adds under the core URN",
    operation: add(`${SCHEMA_GROUP.toUpperCase()}:members`, [U, V]),
    after: added,
  },
  {
    name: "adds with a $ref of null",
    operation: add("members", [{ $ref: null, value: "u" }, V]),
    after: added,
  },
  {
    name: "adds by a filter",
    operation: add('members[value eq "u"]', { display: "U" }),
    after: addedOne,
  },
  {
    name: "adds plain strings",
    operation: add("members", ["u", "v"]),
    after: { lenient: added, rfc: "invalidValue" },
  },
  { name: "adds nothing for []", operation: add("members", []), after: [] },
  { name: "adds nothing for null", operation: add("members", null), after: [] },
  {
    name: "adds by a URN key",
    operation: { op: "add", value: { [`${SCHEMA_GROUP}:members`]: [U, V] } },
    after: { lenient: added, rfc: [] },
  },
  {
    name: "adds by the core URN's object",
    operation: { op: "add", value: { [SCHEMA_GROUP]: { members: [U, V] } } },
    after: { lenient: added, rfc: [] },
  },
  {
    name: "adds under the core URN as a path",
    operation: add(SCHEMA_GROUP, { members: [U, V] }),
    after: added,
  },
  { name: "replaces without a path", operation: merge({ members: [U, V] }), after: replaced },
  { name: "empties by []", operation: replace("members", []), after: emptied },
  { name: "empties by null", operation: replace("members", null), after: emptied },
  { name: "empties without a path", operation: merge({ members: [] }), after: emptied },
  { name: "empties by remove with null", operation: remove("members", null), after: emptied },
  {
    name: "removes by a list",
    operation: remove("members", [U, V]),
    after: { lenient: removed, rfc: "invalidSyntax" },
  },
  {
    name: "removes by one object",
    operation: remove("members", U),
    after: { lenient: removedOne, rfc: "invalidSyntax" },
  },
  {
    name: "removes by strings",
    operation: remove("members", ["u", "v"]),
    after: { lenient: removed, rfc: "invalidSyntax" },
  },
  {
    name: "removes by Salesforce's object",
    operation: remove("members", { members: [{ $ref: null, value: "u" }, V] }),
    after: { lenient: removed, rfc: "invalidSyntax" },
  },
  {
    name: "removes nothing by []",
    operation: remove("members", []),
    after: { lenient: [], rfc: "invalidSyntax" },
  },
  {
    name: "removes by a filter joined by or",
    operation: remove('members[value eq "u" or value eq "v"]'),
    after: removed,
  },
  {
    name: "removes by a filter whatever the value",
    operation: remove('Members[Value eq "u"]', [V]),
    after: removedOne,
  },
  {
    name: "refuses another type",
    operation: add("members", [{ value: "g", type: "Group" }]),
    after: "member_type_unsupported",
  },
  {
    name: "refuses a member without value",
    operation: add("members", [{ display: "x" }]),
    after: "invalidValue",
  },
  { name: "refuses a member of null", operation: add("members", [null]), after: "invalidValue" },
  {
    name: "refuses an empty value",
    operation: add("members", [{ value: "" }]),
    after: "invalidValue",
  },
  {
    name: "refuses a value of no string",
    operation: add("members", [{ value: 1 }]),
    after: "invalidValue",
  },
  {
    name: "refuses a long value",
    operation: add("members", [{ value: "x".repeat(257) }]),
    after: "invalidValue",
  },
  { name: "refuses a number", operation: add("members", 1), after: "invalidValue" },
  {
    name: "refuses add without value",
    operation: { op: "add", path: "members" },
    after: "invalidValue",
  },
  {
    name: "refuses to change a member",
    operation: replace('members[value eq "u"].value', "v"),
    after: "mutability",
  },
  {
    name: "refuses to replace a member",
    operation: replace('members[value eq "u"]', V),
    after: "mutability",
  },
  {
    name: "refuses to add to a sub-attribute",
    operation: add("members.value", "u"),
    after: "mutability",
  },
  {
    name: "refuses to remove a sub-attribute",
    operation: remove("members.value"),
    after: "mutability",
  },
  {
    name: "refuses to add by any filter",
    operation: add('members[value sw "u"]', U),
    after: "noTarget",
  },
  {
    name: "leaves an unknown sub-attribute to applyPatch",
    operation: add("members.nick", "u"),
    after: [],
  },
  {
    name: "refuses a broken path",
    operation: remove('members[value eq "u"'),
    after: "invalidPath",
  },
  {
    name: "refuses a broken filter",
    operation: remove('members[nick eq "u"]'),
    after: "invalidFilter",
  },
  {
    name: "refuses members twice",
    operation: merge({ members: [U], Members: [V] }),
    after: "invalidSyntax",
  },
];

describe("splitMembers", () => {
  const cases = ROWS.flatMap(({ name, operation, after }) => {
    const pair =
      typeof after === "object" && "lenient" in after ? after : { lenient: after, rfc: after };
    return [
      { name, operation, profile: "entra" as const, after: pair.lenient },
      { name, operation, profile: "standard" as const, after: pair.lenient },
      { name, operation, profile: "rfc" as const, after: pair.rfc },
    ];
  });
  it.each(cases)("$name ($profile)", ({ operation, profile, after }) => {
    const snapshot = structuredClone(operation);
    const run = () => splitMembers([operation], PROFILES[profile]).members;
    if (typeof after === "string") expect(refusalOf(run).reason).toBe(after);
    else expect(run()).toStrictEqual(after);
    expect(operation).toStrictEqual(snapshot);
  });

  it("leaves the rest to applyPatch, each with its index", () => {
    const { operations, members } = splitMembers(
      [
        add("members", [U]),
        replace("displayName", "g"),
        merge({ id: "1", displayName: "h", members: [V] }),
        merge({ members: [] }),
        merge({}),
      ],
      PROFILES.entra,
    );
    expect(operations).toStrictEqual([
      { ...replace("displayName", "g"), index: 1 },
      { ...merge({ id: "1", displayName: "h" }), index: 2 },
      { ...merge({}), index: 4 },
    ]);
    expect(members).toStrictEqual([
      { op: "add", values: ["u"] },
      { op: "replace", values: ["v"] },
      ...emptied,
    ]);
  });

  it("leaves paths it does not know", () => {
    const operations = [remove("shoeSize"), { op: "remove" } as const, add("displayName.x", 1)];
    const split = splitMembers(operations, PROFILES.rfc);
    expect(split).toStrictEqual({
      operations: operations.map((each, index) => ({ ...each, index })),
      members: [],
    });
  });

  it("resolves any other filter against one member", () => {
    const { members } = splitMembers(
      [remove('members[value sw "u" and type eq "User"]')],
      PROFILES.rfc,
    );
    const [change] = members;
    if (change?.op !== "removeMatching") return expect.fail("There is no filter");
    const { filter } = change;
    expect(matches(filter, { value: "u1", type: "User" })).toBe(true);
    expect(matches(filter, { value: "v1", type: "User" })).toBe(false);
  });

  it("takes so many members in one request and no more", () => {
    const list = (length: number) => Array.from({ length }, (_, i) => ({ value: `u${i}` }));
    const { membersPerRequest: limit } = LIMITS;
    const { members } = splitMembers([add("members", list(limit))], PROFILES.rfc);
    expect(members).toHaveLength(1);
    const rows = [
      [add("members", list(limit + 1))],
      [add("members", list(limit)), add("members", [U])],
      [merge({ members: list(limit + 1) })],
    ];
    for (const operations of rows) {
      const refusal = refusalOf(() => splitMembers(operations, PROFILES.entra));
      expect([refusal.reason, refusal.status]).toEqual(["payload_too_large", 413]);
    }
  });

  it("says which operation is refused", () => {
    const run = () => splitMembers([add("members", [U]), add("members", [7])], PROFILES.entra);
    expect(refusalOf(run).message).toMatch(/^Operations\[1\]: "members"/);
  });
});
