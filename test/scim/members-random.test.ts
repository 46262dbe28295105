import fc from "fast-check";
import { expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import { splitMembers } from "../../src/scim/members.ts";
import { SCHEMA_GROUP } from "../../src/scim/messages.ts";
import type { PatchOperation } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";

const path = fc.constantFrom(
  "members",
  "Members",
  'members[value eq "u"]',
  'members[value eq "u" or value eq "v"]',
  "members.value",
  "members[",
  "displayName",
  SCHEMA_GROUP,
  `${SCHEMA_GROUP}:members`,
);
const leaf = fc.constantFrom<unknown>("u", "", null, 1, "v", true, [], {});
const member = fc.oneof(
  leaf,
  fc.dictionary(fc.constantFrom("value", "VALUE", "$ref", "type", "__proto__", "display"), leaf),
);
const members = fc.oneof(member, fc.array(member, { maxLength: 3 }));
const value = fc.oneof(
  members,
  fc.dictionary(fc.constantFrom("members", "Members", "__proto__", "id"), members),
);
const operation = fc.record(
  { op: fc.constantFrom("add", "remove", "replace"), path, value },
  { requiredKeys: ["op"] },
);

it("refuses with a ScimError of 4xx only", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 3 }),
      fc.constantFrom(...Object.values(PROFILES)),
      (operations, profile) => {
        try {
          splitMembers(operations as PatchOperation[], profile);
        } catch (error) {
          if (!(error instanceof ScimError) || error.status < 400 || error.status > 499)
            throw error;
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

const named = fc.oneof(
  { weight: 4, arbitrary: fc.record({ value: fc.constantFrom("u", "v"), $ref: leaf }) },
  member,
);

it("never removes a member that the client did not name", { timeout: 60_000 }, () => {
  let removals = 0;
  fc.assert(
    fc.property(fc.array(named, { maxLength: 4 }), (list) => {
      const ids = list.flatMap((item) =>
        typeof item === "object" && item !== null ? Object.values(item) : [item],
      );
      const remove = { op: "remove", path: "members", value: list } as PatchOperation;
      try {
        for (const change of splitMembers([remove], PROFILES.entra).members) {
          if (change.op !== "remove") expect.fail(`"${change.op}" was not asked for`);
          expect(ids).toEqual(expect.arrayContaining(change.values));
          removals++;
        }
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
      }
    }),
    { numRuns: 5_000 },
  );
  expect(removals).toBeGreaterThan(200);
});
