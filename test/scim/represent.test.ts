import { expect, it } from "vitest";
import { SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { represent } from "../../src/scim/represent.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";

const BASE = "https://example.com/scim/v2";
const times = { version: 3, created: 0, lastModified: 1_500_000_000_123 };
const meta = {
  created: "1970-01-01T00:00:00.000Z",
  lastModified: "2017-07-14T02:40:00.123Z",
  version: 'W/"3"',
};

it("represents a user in full", () => {
  const attributes = {
    externalId: "x",
    userName: "ann",
    active: true,
    [SCHEMA_ENTERPRISE]: { department: "Eng" },
  };
  const user = represent(
    USER,
    { id: "u1", attributes, ...times, groups: [{ id: "g1", displayName: "G" }] },
    BASE,
  );
  const expected = {
    schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE],
    id: "u1",
    externalId: "x",
    userName: "ann",
    active: true,
    groups: [{ value: "g1", $ref: `${BASE}/Groups/g1`, display: "G", type: "direct" }],
    [SCHEMA_ENTERPRISE]: { department: "Eng" },
    meta: {
      resourceType: "User",
      created: meta.created,
      lastModified: meta.lastModified,
      location: `${BASE}/Users/u1`,
      version: meta.version,
    },
  };
  expect(JSON.stringify(user)).toBe(JSON.stringify(expected));
});

it("represents a group in full", () => {
  const group = represent(
    GROUP,
    { id: "g1", attributes: { displayName: "G" }, ...times, members: ["u1", "u2"] },
    BASE,
  );
  expect(group).toStrictEqual({
    schemas: [SCHEMA_GROUP],
    id: "g1",
    displayName: "G",
    members: [
      { value: "u1", type: "User", $ref: `${BASE}/Users/u1` },
      { value: "u2", type: "User", $ref: `${BASE}/Users/u2` },
    ],
    meta: { ...meta, resourceType: "Group", location: `${BASE}/Groups/g1` },
  });
});

it("shows that a group is empty, if its members were read", () => {
  const group = { id: "g1", attributes: { displayName: "G" }, ...times };
  expect(represent(GROUP, { ...group, members: [] }, BASE)).toHaveProperty("members", []);
  expect(represent(GROUP, group, BASE)).not.toHaveProperty("members");
});

it("leaves out what is empty and what the type does not know", () => {
  const attributes = {
    userName: "ann",
    "urn:another:source": { secret: 1 },
    [SCHEMA_ENTERPRISE]: { gone: 1 },
  };
  const user = represent(USER, { id: "u1", attributes, ...times, groups: [] }, BASE);
  expect(Object.keys(user)).toEqual(["schemas", "id", "userName", "meta"]);
  expect(user["schemas"]).toEqual([SCHEMA_USER]);
});
