/** Resources of upstreams as records: what is taken from them. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../src/scim/json.ts";
import { ENTERPRISE_SCHEMA, ORGANIZATION, USER, GROUP } from "../src/scim/schemas.ts";
import { PROFILE_NAMES, PROFILES } from "../src/scim/profile.ts";
import { parseResource } from "../src/scim/resource.ts";
import { timeOf } from "../src/sync/upstream-json.ts";
import type { UpstreamUser } from "../src/sync/upstream-page.ts";
import { readRecords } from "../src/sync/upstream-records.ts";
import { withFields } from "../src/sync/upstream-user.ts";
import { recordAt } from "../src/cli/upstream/people.ts";

const ENTERPRISE = ENTERPRISE_SCHEMA.id;
const ANN = { id: "1", userName: "ann" };

function userOf(raw: JsonObject): UpstreamUser {
  const { records, faults } = readRecords("User", [{ ...ANN, ...raw }]);
  const [user] = records;
  if (user?.type !== "User") throw new Error(`No user: ${JSON.stringify(faults)}`);
  return user;
}

function bodyOf(raw: JsonObject): JsonObject {
  return userOf(raw).body;
}

describe("a person", () => {
  it("is known by its id, whatever its client calls it", () => {
    expect(userOf({})).toMatchObject({ externalId: "1" });
    const labelled = userOf({ externalId: "e-1" });
    expect(labelled).toMatchObject({ externalId: "1", body: { externalId: "1", userName: "ann" } });
    expect(userOf({ id: 7, externalId: null })).toMatchObject({ externalId: "7" });
  });

  it("has neither password nor what is the upstream's own", () => {
    const body = bodyOf({
      password: "canary",
      meta: {},
      createDate: "x",
      title: "Head",
      nickName: null,
    });
    expect(JSON.stringify(body)).not.toContain("canary");
    expect(Object.keys(body).toSorted()).toEqual(
      ["active", "externalId", "schemas", "title", "userName"].toSorted(),
    );
  });

  const ACTIVE: readonly (readonly [Json, boolean])[] = [
    [true, true],
    [false, false],
    ["true", true],
    ["False", false],
    ["FALSE", false],
    [1, true],
    [0, false],
    ["0", false],
    [null, true],
    ["", true],
  ];

  it("is active, unless it is said otherwise", () => {
    for (const [active, isActive] of ACTIVE) {
      expect([active, bodyOf({ active })["active"]]).toEqual([active, isActive]);
    }
    expect(bodyOf({})["active"]).toBe(true);
  });

  const CONTACTS: readonly (readonly [string, Json, Json | undefined])[] = [
    [
      "the one for work",
      [
        { value: "h", type: "home", primary: true },
        { value: "w", type: "Work" },
      ],
      "w",
    ],
    [
      "the primary one for work",
      [
        { value: "a", type: "work" },
        { value: "b", type: "work", primary: true },
      ],
      "b",
    ],
    [
      "else the primary one",
      [
        { value: "h", type: "home" },
        { value: "o", primary: "true" },
      ],
      "o",
    ],
    ["else the first", [{ value: "a" }, { value: "b", type: "home" }], "a"],
    ["a text", ["a", "b"], "a"],
    ["a number", [{ value: 123_456 }], "123456"],
    ["one without a list", { value: "a" }, "a"],
    ["not one without a value", [{ type: "work" }, { value: "" }, { value: "b" }], "b"],
    ["none of an empty list", [], undefined],
  ];

  it("has one address of several", () => {
    for (const [name, list, value] of CONTACTS) {
      const body = bodyOf({ emails: list, phoneNumbers: list });
      const expected = value === undefined ? [] : [{ value, type: "work" }];
      expect([name, body]).toMatchObject([name, { emails: expected, phoneNumbers: expected }]);
    }
    expect(bodyOf({ emails: null })).not.toHaveProperty("emails");
  });

  const NAMES: readonly (readonly [JsonObject, string | undefined])[] = [
    [{ displayName: "Ann A" }, "Ann A"],
    [{ displayName: "", name: { formatted: "Dr. Ann" } }, "Dr. Ann"],
    [{ name: { givenName: "Ann", familyName: "Arbor" } }, "Ann Arbor"],
    [{ name: { familyName: "Arbor" } }, "Arbor"],
    [{ name: "Ann Arbor" }, "Ann Arbor"],
    [{ name: {} }, undefined],
    [{}, undefined],
  ];

  it("is shown by its name", () => {
    for (const [raw, displayName] of NAMES) {
      expect([raw, bodyOf(raw)["displayName"]]).toEqual([raw, displayName]);
    }
    expect(bodyOf({ name: { givenName: "Ann" } })["name"]).toEqual({ givenName: "Ann" });
  });

  it("belongs where RFC 7643's extension says, in ids upstream", () => {
    const department = "Sales";
    const extended = (more: JsonObject) => userOf({ [ENTERPRISE]: { department, ...more } });
    const both = extended({ organizationId: "o-1", organization: "Acme" });
    expect(both).toMatchObject({ organizations: ["o-1"], organizationsMayBeNames: false });
    expect(both.body[ENTERPRISE]).toEqual({ department });
    const named = extended({ organization: "Acme" });
    expect(named).toMatchObject({ organizations: ["Acme"], organizationsMayBeNames: true });
    expect(extended({}).organizations).toBeUndefined();
    expect(userOf({ [ENTERPRISE]: { organization: "o" } }).body).not.toHaveProperty([ENTERPRISE]);
    expect(
      userOf({
        groups: [
          { value: "g", display: "G" },
          { value: "i", type: "indirect" },
        ],
      }),
    ).toMatchObject({ groups: [{ id: "g", displayName: "G" }], fields: undefined });
    expect(userOf({}).groups).toBeUndefined();
    expect(userOf({ groups: [] }).groups).toEqual([]);
  });

  it("belongs where the second dialect says, with its fields apart", () => {
    const user = userOf({
      organization: ["o-1", "o-2", "o-1"],
      group: ["g-1", { id: "g-2", displayName: "Two" }],
      extendFields: { floor: "3" },
      [ENTERPRISE]: { costcenter: "C-1", floor: "2" },
      expireDate: "2030-01-01T00:00:00+0800",
    });
    expect(user).toMatchObject({
      organizations: ["o-1", "o-2"],
      organizationsMayBeNames: false,
      groups: [
        { id: "g-1", displayName: "g-1" },
        { id: "g-2", displayName: "Two" },
      ],
      fields: { costcenter: "C-1", floor: "3" },
      body: { expireDate: "2029-12-31T16:00:00.000Z" },
    });
    expect(user.body).not.toHaveProperty([ENTERPRISE]);
    const namespace = "urn:example:hr";
    expect(withFields(user, namespace)).toMatchObject({
      schemas: [USER.schema.id, namespace],
      [namespace]: user.fields,
    });
    expect(withFields(user, null)).toBe(user.body);
    expect(userOf({ organization: [] }).organizations).toEqual([]);
  });

  it("was changed at a time in one of three spellings, as it was sent", () => {
    const time = Date.UTC(2020, 10, 26, 0, 38, 40);
    const spellings = [
      "2020-11-26T00:38:40Z",
      "2020-11-26T08:38:40+08:00",
      "2020-11-26T08:38:40+0800",
    ];
    for (const lastModified of spellings) {
      expect(userOf({ meta: { lastModified } }).lastModified).toBe(lastModified);
      expect(timeOf(lastModified)).toBe(time);
    }
    expect(userOf({ meta: { lastModified: "yesterday" } }).lastModified).toBeUndefined();
    expect(userOf({ meta: "x" }).lastModified).toBeUndefined();
  });

  it("may have its names in any case", () => {
    const { records } = readRecords("User", [
      {
        ID: "1",
        USERNAME: "ann",
        Active: "FALSE",
        EMAILS: [{ VALUE: "a@b.example", TYPE: "WORK" }],
      },
    ]);
    expect(records).toMatchObject([
      {
        externalId: "1",
        body: { userName: "ann", active: false, emails: [{ value: "a@b.example" }] },
      },
    ]);
  });
});

describe("an organization", () => {
  it("is known by its id, by which others refer to it", () => {
    const raw = { id: 5, externalId: "e", displayName: "Sales", code: 7, order: "3", parent: "4" };
    expect(readRecords("Organization", [raw]).records).toMatchObject([
      { externalId: "5", parent: "4", body: { displayName: "Sales", code: "7", order: 3 } },
    ]);
  });

  it("stands at the top without a parent, or below the one that an extension names", () => {
    const at = (more: JsonObject) => {
      const [one] = readRecords("Organization", [{ id: "1", displayName: "A", ...more }]).records;
      return one?.type === "Organization" ? one.parent : "none";
    };
    expect([{}, { parent: null }, { parent: "" }].map(at)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(at({ parent: { value: "2" } })).toBe("2");
    expect(at({ "urn:x:Organization": { parent: "3" } })).toBe("3");
  });
});

describe("a group", () => {
  it("has people among its members, each once", () => {
    const members = [
      { value: "1" },
      { value: "2", type: "User" },
      "3",
      { value: "1" },
      { value: "9", type: "Group" },
    ];
    const raw = { id: "g", displayName: "G", members };
    expect(readRecords("Group", [raw]).records).toMatchObject([
      { externalId: "g", members: ["1", "2", "3"], body: { displayName: "G" } },
    ]);
    const [silent] = readRecords("Group", [{ id: "g", displayName: "G" }]).records;
    expect(silent).toMatchObject({ members: undefined });
  });

  it("may have many of them", () => {
    const members = Array.from({ length: 20_000 }, (_, n) => ({ value: `person-${n}` }));
    const [group] = readRecords("Group", [{ id: "g", displayName: "G", members }]).records;
    expect(group?.type === "Group" && group.members?.length).toBe(20_000);
  });
});

describe("a body", () => {
  it.each(PROFILE_NAMES)("is one that a POST to a source of the profile %s would have", (name) => {
    const sizes = { organizations: 5, groups: 3 };
    for (const shape of ["scim", "dialect"] as const) {
      for (const [type, route, as] of [
        ["User", "Users", USER],
        ["Organization", "Organizations", ORGANIZATION],
        ["Group", "Groups", GROUP],
      ] as const) {
        const raw = recordAt(route, 3, 1, shape, sizes);
        const { records, faults } = readRecords(type, [raw]);
        expect(faults).toEqual([]);
        const { attributes } = parseResource(records[0]?.body, as, PROFILES[name]);
        expect(attributes).toMatchObject({
          externalId: raw["id"],
          displayName: raw["displayName"],
        });
      }
    }
  });
});
