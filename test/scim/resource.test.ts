import { describe, expect, it } from "vitest";
import { attribute } from "../../src/scim/characteristics.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { CUSTOM_USER, FIELDS } from "../support/custom-user.ts";
import { ALL, ANN, LENIENT, parseUser } from "../support/body-rows.ts";
import { refusalOf } from "../support/refusal.ts";

describe("parseResource of a User", () => {
  it.each([undefined, null, "x", 1, []])("refuses the body %j", (body) => {
    expect(refusalOf(() => parseResource(body, USER, PROFILES.entra)).reason).toBe("invalidSyntax");
  });

  it("keeps the names in the order of the schema", () => {
    const parsed = parseUser(
      {
        roles: [{ type: "t", value: "v" }],
        title: "Dr",
        [SCHEMA_ENTERPRISE]: { division: "d", costCenter: "c" },
        externalId: "x",
      },
      "entra",
    );
    expect(JSON.stringify(parsed)).toBe(
      `{"externalId":"x","userName":"ann","title":"Dr","active":true,"roles":[{"value":"v","type":"t"}],"${SCHEMA_ENTERPRISE}":{"costCenter":"c","division":"d"}}`,
    );
  });

  it("names the attribute and no value", () => {
    const { message } = refusalOf(() => parseUser({ name: { givenName: 77123 } }, "entra"));
    expect(message).toBe('"name.givenName" is not a string');
    const refusal = refusalOf(() => parseUser({ ["x".repeat(5000)]: 1 }, "rfc"));
    expect(refusal.message.length).toBeLessThan(150);
  });

  it("refuses a resource beyond its size", () => {
    const photos = Array.from({ length: 50 }, (_, i) => ({ value: `${i}${"é".repeat(1000)}` }));
    const { reason, status } = refusalOf(() => parseUser({ photos }, "entra"));
    expect([reason, status]).toEqual(["payload_too_large", 413]);
  });

  it("tells whether active and password were given", () => {
    const { entra } = PROFILES;
    expect(parseResource({ userName: "a" }, USER, entra)).toStrictEqual({
      attributes: { userName: "a", active: true },
      passwordSet: false,
      activeGiven: false,
    });
    expect(
      parseResource({ userName: "a", ACTIVE: "false", Password: "s" }, USER, entra),
    ).toStrictEqual({
      attributes: { userName: "a", active: false },
      password: "s",
      passwordSet: true,
      activeGiven: true,
    });
  });

  it("leaves Object.prototype alone and its input untouched", () => {
    const body = JSON.parse(
      '{"userName":"a","__proto__":{"x":1},"constructor":{"prototype":{"x":1}},"emails":{"value":"v"}}',
    );
    const text = JSON.stringify(body);
    parseResource(body, USER, PROFILES.entra);
    expect(JSON.stringify(body)).toBe(text);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("x");
  });
});

describe("parseResource and schemas", () => {
  const rows: [string, unknown, boolean][] = [
    ["absent", undefined, false],
    ["empty", [], false],
    ["null", null, false],
    ["a string", SCHEMA_USER, false],
    ["core", [SCHEMA_USER], true],
    ["core in capitals", [SCHEMA_USER.toUpperCase()], true],
    ["core and an extension without content", [SCHEMA_USER, SCHEMA_ENTERPRISE], true],
    ["the extension alone", [SCHEMA_ENTERPRISE], false],
    ["SCIM 1.0", [SCHEMA_USER, "urn:scim:schemas:core:1.0"], false],
    ["another type's", [SCHEMA_USER, SCHEMA_GROUP], false],
    ["not strings", [SCHEMA_USER, 1], false],
  ];
  it.each(rows)("%s", (_, schemas, fits) => {
    const body = { userName: "ann", ...(schemas === undefined ? {} : { schemas }) };
    for (const profile of LENIENT) {
      expect(parseResource(body, USER, PROFILES[profile]).attributes).toStrictEqual(ANN);
    }
    const strict = () => parseResource(body, USER, PROFILES.rfc).attributes;
    if (fits) expect(strict()).toStrictEqual(ANN);
    else expect(refusalOf(strict).reason).toBe("invalidSyntax");
  });

  it("wants the extension that the body has content for", () => {
    const body = { schemas: [SCHEMA_USER], userName: "a", [SCHEMA_ENTERPRISE]: { division: "d" } };
    expect(refusalOf(() => parseResource(body, USER, PROFILES.rfc)).reason).toBe("invalidSyntax");
  });
});

describe("parseResource of a PUT", () => {
  const put = (body: JsonObject, existing: JsonObject, type = USER) =>
    parseResource({ userName: "ann", ...body }, type, PROFILES.entra, { existing }).attributes;

  it("replaces everything but active", () => {
    const existing = { userName: "ann", title: "Dr", active: false, roles: [{ value: "a" }] };
    expect(put({ displayName: "A" }, existing)).toStrictEqual({
      userName: "ann",
      displayName: "A",
      active: false,
    });
    expect(put({ active: true }, existing)).toStrictEqual({ userName: "ann", active: true });
    expect(put({ active: null }, existing)).toStrictEqual({ userName: "ann", active: false });
  });

  it("keeps what is immutable", () => {
    const existing = { ...ANN, [FIELDS]: { badge: "7", desk: { floor: 1, room: "a" } } };
    expect(put({}, existing, CUSTOM_USER)).toHaveProperty([FIELDS], { badge: "7" });
    expect(
      put(
        { [FIELDS]: { badge: "7", level: 2 } },
        { ...ANN, [FIELDS]: { badge: "7" } },
        CUSTOM_USER,
      ),
    ).toHaveProperty([FIELDS], { level: 2, badge: "7" });
  });

  it("refuses to change what is immutable", () => {
    const existing = { ...ANN, [FIELDS]: { badge: "7", desk: { floor: 1, room: "a" } } };
    const badge = () => put({ [FIELDS]: { badge: "8" } }, existing, CUSTOM_USER);
    expect(refusalOf(badge).reason).toBe("mutability");
    const room = () => put({ [FIELDS]: { desk: { floor: 1, room: "b" } } }, existing, CUSTOM_USER);
    expect(refusalOf(room).reason).toBe("mutability");
  });

  it("keeps what no schema of the type knows", () => {
    const existing = {
      ...ANN,
      "urn:gone": { a: 1 },
      [SCHEMA_ENTERPRISE]: { removed: "x", division: "d" },
    };
    expect(put({ title: "Dr" }, existing)).toStrictEqual({
      userName: "ann",
      title: "Dr",
      active: true,
      [SCHEMA_ENTERPRISE]: { removed: "x" },
      "urn:gone": { a: 1 },
    });
  });
});

describe("parseResource of custom fields", () => {
  const rows: [JsonObject, JsonObject | "invalidValue"][] = [
    [{ level: 3 }, { level: 3 }],
    [{ level: -0 }, { level: 0 }],
    [{ level: 1.5 }, "invalidValue"],
    [{ level: "3" }, "invalidValue"],
    [{ level: 2 ** 53 }, "invalidValue"],
    [{ ratio: 1.5 }, { ratio: 1.5 }],
    [{ ratio: true }, "invalidValue"],
    [{ since: "2026-02-03T04:05:06Z" }, { since: "2026-02-03T04:05:06Z" }],
    [{ since: "2026-02-03" }, "invalidValue"],
    [{ since: "2026-02-30T00:00:00Z" }, "invalidValue"],
    [{ since: 1 }, "invalidValue"],
    [{ tags: ["a", "b", "a", null] }, { tags: ["a", "b"] }],
    [{ tags: ["a", 1] }, "invalidValue"],
    [{ desk: { floor: 1 } }, { desk: { floor: 1 } }],
    [{ desk: { room: "a" } }, "invalidValue"],
  ];
  it.each(rows)("%j", (fields, expected) => {
    const run = () => parseUser({ [FIELDS]: fields }, "rfc", CUSTOM_USER);
    if (expected === "invalidValue") expect(refusalOf(run).reason).toBe(expected);
    else expect(run()).toHaveProperty([FIELDS], expected);
  });

  it("wants a required attribute where its extension is present, or required", () => {
    const schema = {
      id: FIELDS,
      name: "F",
      description: "F",
      attributes: [attribute("a", "A.", { required: true }), attribute("b", "B.")],
    };
    const optional = { ...USER, extensions: [{ schema, required: false }] };
    const required = { ...USER, extensions: [{ schema, required: true }] };
    expect(parseUser({}, "rfc", optional)).toStrictEqual(ANN);
    expect(refusalOf(() => parseUser({ [FIELDS]: { b: "x" } }, "rfc", optional)).reason).toBe(
      "invalidValue",
    );
    expect(refusalOf(() => parseUser({}, "rfc", required)).reason).toBe("invalidValue");
  });
});

describe("parseResource of a Group", () => {
  const group = (body: JsonObject, profile: ProfileName = "entra") =>
    parseResource({ schemas: [SCHEMA_GROUP], displayName: "g", ...body }, GROUP, PROFILES[profile]);

  it("has no active", () => {
    expect(group({ externalId: "x" })).toStrictEqual({
      attributes: { externalId: "x", displayName: "g" },
      passwordSet: false,
      activeGiven: false,
    });
  });

  it.each(ALL)("wants a displayName (%s)", (profile) => {
    for (const displayName of [null, ""]) {
      expect(refusalOf(() => group({ displayName }, profile)).reason).toBe("invalidValue");
    }
  });

  it.each(ALL)("takes members apart, each once (%s)", (profile) => {
    const members = [
      { value: "b", $ref: null },
      { value: "a", type: "User" },
      { VALUE: "b", display: "B" },
    ];
    const parsed = group({ Members: members }, profile);
    expect(parsed.members).toEqual(["b", "a"]);
    expect(parsed.attributes).toStrictEqual({ displayName: "g" });
    expect(group({ members: [] }, profile).members).toEqual([]);
    expect(group({ members: null }, profile).members).toEqual([]);
  });

  it("takes Entra's extra schema in and nothing of it", () => {
    const urn = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    expect(group({ schemas: [SCHEMA_GROUP, urn], [urn]: {} }).attributes).toEqual({
      displayName: "g",
    });
    expect(refusalOf(() => group({ schemas: [SCHEMA_GROUP, urn] }, "rfc")).reason).toBe(
      "invalidSyntax",
    );
  });
});
