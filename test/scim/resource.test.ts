import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../src/scim/characteristics.ts";
import { ScimError } from "../../src/scim/error.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { CUSTOM_USER, FIELDS } from "../support/custom-user.ts";
import { refusalOf } from "../support/refusal.ts";

const LENIENT: readonly ProfileName[] = ["standard", "entra", "okta"];
const STRICT: readonly ProfileName[] = ["rfc"];
const ALL = [...LENIENT, ...STRICT];

/** The canonical attributes of a user; a strict body needs its `schemas`. */
function parse(body: JsonObject, profile: ProfileName, type = USER): JsonObject {
  const used = type.extensions.map(({ schema }) => schema.id).filter((urn) => urn in body);
  const whole = { schemas: [SCHEMA_USER, ...used], userName: "ann", ...body };
  return parseResource(whole, type, PROFILES[profile]).attributes;
}

const ANN = { userName: "ann", active: true };

type Row = [
  name: string,
  profiles: readonly ProfileName[],
  body: JsonObject,
  expected: JsonObject | string,
];

const WORK = { value: "a@example.com", type: "work" };
const HOME = { value: "b@example.com", type: "home" };

const ROWS: Row[] = [
  ["keeps a plain attribute", ALL, { title: "Dr" }, { ...ANN, title: "Dr" }],
  [
    "takes names in any case",
    ALL,
    { DisplayName: "A", ACTIVE: true },
    { ...ANN, displayName: "A" },
  ],
  ["passes over id, meta and groups", ALL, { id: "1", meta: {}, groups: [{ value: "g" }] }, ANN],
  ["drops null, [] and {}", ALL, { title: null, emails: [], name: {}, roles: null }, ANN],
  [
    "drops nulls inside",
    ALL,
    { name: { givenName: "A", familyName: null } },
    { ...ANN, name: { givenName: "A" } },
  ],
  ["drops a password", ALL, { password: "secret" }, ANN],
  ["refuses an empty password", ALL, { password: "" }, "invalidValue"],
  ["refuses a long password", ALL, { password: "x".repeat(257) }, "invalidValue"],
  ["refuses a missing userName", ALL, { userName: null }, "invalidValue"],
  ["refuses an empty userName", ALL, { userName: "" }, "invalidValue"],
  ["refuses a blank userName", ALL, { userName: "  " }, "invalidValue"],
  ["refuses a long userName", ALL, { userName: "x".repeat(257) }, "invalidValue"],
  [
    "takes a userName of 256",
    ALL,
    { userName: "x".repeat(256) },
    { ...ANN, userName: "x".repeat(256) },
  ],
  ["refuses control characters in userName", ALL, { userName: "a\tb" }, "invalidValue"],
  [
    "takes any printable userName",
    ["entra", "okta", "rfc"],
    { userName: "张 三+1" },
    { ...ANN, userName: "张 三+1" },
  ],
  ["takes ASCII in userName", ["standard"], { userName: "a+b" }, "invalidValue"],
  ["refuses another type: string", ALL, { displayName: 1 }, "invalidValue"],
  ["refuses another type: object", ALL, { displayName: { a: 1 } }, "invalidValue"],
  ["refuses another type: list", ALL, { displayName: ["a"] }, "invalidValue"],
  ["refuses another type: complex", ALL, { name: "Ann" }, "invalidValue"],
  ["refuses another type: element", ALL, { emails: ["a@example.com"] }, "invalidValue"],
  ["refuses another type: list of complex", ALL, { emails: "a@example.com" }, "invalidValue"],
  ["refuses another type: reference", ALL, { profileUrl: 1 }, "invalidValue"],
  ["refuses what is no base64", ALL, { x509Certificates: [{ value: "é" }] }, "invalidValue"],
  [
    "takes base64",
    ALL,
    { x509Certificates: [{ value: "MII=" }] },
    { ...ANN, x509Certificates: [{ value: "MII=" }] },
  ],
  ["refuses a long string", ALL, { title: "x".repeat(LIMITS.stringLength + 1) }, "invalidValue"],
  ["refuses a long externalId", ALL, { externalId: "x".repeat(257) }, "invalidValue"],
  ["drops an empty externalId", ALL, { externalId: "" }, ANN],
  [
    "refuses too many values",
    ALL,
    { roles: Array.from({ length: LIMITS.values + 1 }, (_, i) => ({ value: `${i}` })) },
    "invalidValue",
  ],
  ["keeps a false", ALL, { active: false }, { ...ANN, active: false }],
  ["takes booleans as strings", LENIENT, { active: "False" }, { ...ANN, active: false }],
  ["takes booleans as numbers", LENIENT, { active: 0 }, { ...ANN, active: false }],
  ["refuses booleans as strings", STRICT, { active: "False" }, "invalidValue"],
  ["refuses booleans as numbers", STRICT, { active: 1 }, "invalidValue"],
  ["refuses what is no boolean", ALL, { active: "yes" }, "invalidValue"],
  ["ignores an unknown attribute", LENIENT, { shoeSize: 43 }, ANN],
  ["refuses an unknown attribute", STRICT, { shoeSize: 43 }, "invalidSyntax"],
  [
    "ignores an unknown sub-attribute",
    LENIENT,
    { name: { nick: "A", givenName: "B" } },
    { ...ANN, name: { givenName: "B" } },
  ],
  ["refuses an unknown sub-attribute", STRICT, { name: { nick: "A" } }, "invalidSyntax"],
  ["ignores an unknown extension", LENIENT, { "urn:x:2.0:User": { a: 1 } }, ANN],
  ["refuses an unknown extension", STRICT, { "urn:x:2.0:User": { a: 1 } }, "invalidSyntax"],
  ["refuses a name twice in two spellings", ALL, { title: "a", TITLE: "b" }, "invalidSyntax"],
  [
    "refuses a sub-attribute twice in two spellings",
    ALL,
    { name: { givenName: "a", givenname: "b" } },
    "invalidSyntax",
  ],
  [
    "takes an extension",
    ALL,
    { [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
  ],
  [
    "takes an extension's URN in any case",
    LENIENT,
    { [SCHEMA_ENTERPRISE.toUpperCase()]: { DEPARTMENT: "Eng" } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
  ],
  ["drops an empty extension", ALL, { [SCHEMA_ENTERPRISE]: {} }, ANN],
  ["drops an extension that is null", ALL, { [SCHEMA_ENTERPRISE]: null }, ANN],
  ["refuses an extension that is no object", ALL, { [SCHEMA_ENTERPRISE]: "x" }, "invalidValue"],
  [
    "takes the SCIM 1.1 key of OneLogin",
    LENIENT,
    { "urn:scim:schemas:extension:enterprise:2.0": { department: "Eng" } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
  ],
  [
    "expands dotted keys",
    LENIENT,
    { "name.givenName": "A", "name.familyName": "B" },
    { ...ANN, name: { familyName: "B", givenName: "A" } },
  ],
  [
    "expands URN keys",
    LENIENT,
    { [`${SCHEMA_ENTERPRISE}:department`]: "Eng" },
    { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
  ],
  [
    "expands keys with a filter",
    LENIENT,
    { 'emails[type eq "work"].value': WORK.value },
    { ...ANN, emails: [WORK] },
  ],
  ["refuses dotted keys", STRICT, { "name.givenName": "A" }, "invalidSyntax"],
  ["refuses URN keys", STRICT, { [`${SCHEMA_USER}:title`]: "Dr" }, "invalidSyntax"],
  [
    "takes attributes under the core URN",
    LENIENT,
    { [SCHEMA_USER]: { title: "Dr" } },
    { ...ANN, title: "Dr" },
  ],
  ["takes one object for a list", LENIENT, { emails: WORK }, { ...ANN, emails: [WORK] }],
  ["refuses one object for a list", STRICT, { emails: WORK }, "invalidValue"],
  ["drops null elements", ALL, { emails: [null, WORK] }, { ...ANN, emails: [WORK] }],
  [
    "drops labels without content",
    ALL,
    { emails: [{ type: "home", primary: true }, { type: "other", value: "" }, WORK] },
    { ...ANN, emails: [WORK] },
  ],
  [
    "keeps equal values once",
    ["rfc", "entra"],
    { roles: [{ value: "a" }, { value: "b" }, { value: "a" }] },
    { ...ANN, roles: [{ value: "a" }, { value: "b" }] },
  ],
  [
    "keeps values that differ in primary once",
    ["rfc", "entra"],
    { emails: [WORK, { ...WORK, primary: true }] },
    { ...ANN, emails: [{ ...WORK, primary: true }] },
  ],
  [
    "takes any type of contact",
    ["rfc", "entra", "okta"],
    { emails: [WORK, HOME] },
    { ...ANN, emails: [WORK, HOME] },
  ],
  [
    "takes the work contact",
    ["standard"],
    { emails: [{ ...WORK, type: "Work" }] },
    { ...ANN, emails: [WORK] },
  ],
  [
    "takes a contact without type for the work one",
    ["standard"],
    { phoneNumbers: [{ primary: true, value: "1" }] },
    { ...ANN, phoneNumbers: [{ value: "1", type: "work", primary: true }] },
  ],
  ["refuses another contact", ["standard"], { emails: [HOME] }, "invalidValue"],
  [
    "refuses two contacts",
    ["standard"],
    { phoneNumbers: [{ value: "1" }, { value: "2" }] },
    "invalidValue",
  ],
  [
    "applies contact rules to contacts only",
    ["standard"],
    { addresses: [{ type: "home", locality: "X" }], ims: [{ value: "x", type: "aim" }] },
    { ...ANN, ims: [{ value: "x", type: "aim" }], addresses: [{ locality: "X", type: "home" }] },
  ],
  [
    "lets the last primary win",
    ["entra", "okta"],
    {
      emails: [
        { ...WORK, primary: true },
        { ...HOME, primary: true },
      ],
    },
    {
      ...ANN,
      emails: [
        { ...WORK, primary: false },
        { ...HOME, primary: true },
      ],
    },
  ],
  [
    "refuses two primaries",
    STRICT,
    {
      emails: [
        { ...WORK, primary: true },
        { ...HOME, primary: true },
      ],
    },
    "invalidValue",
  ],
  [
    "takes any type of value",
    ALL,
    { ims: [{ value: "x", type: "matrix" }] },
    { ...ANN, ims: [{ value: "x", type: "matrix" }] },
  ],
  [
    "takes a manager by value",
    ALL,
    { [SCHEMA_ENTERPRISE]: { manager: { value: "m", displayName: "M" } } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
  ],
  [
    "takes a manager as a string",
    LENIENT,
    { [SCHEMA_ENTERPRISE]: { manager: "m" } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
  ],
  [
    "takes a manager as a list",
    LENIENT,
    { [SCHEMA_ENTERPRISE]: { manager: [{ value: "m" }] } },
    { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
  ],
  ['drops a manager of ""', LENIENT, { [SCHEMA_ENTERPRISE]: { manager: "" } }, ANN],
  [
    'drops a manager with the value ""',
    LENIENT,
    { [SCHEMA_ENTERPRISE]: { manager: { value: "", $ref: "../Users/x" } } },
    ANN,
  ],
  ["drops a manager of null", ALL, { [SCHEMA_ENTERPRISE]: { manager: null } }, ANN],
  [
    "refuses a manager as a string",
    STRICT,
    { [SCHEMA_ENTERPRISE]: { manager: "m" } },
    "invalidValue",
  ],
  [
    "refuses two managers",
    ALL,
    { [SCHEMA_ENTERPRISE]: { manager: [{ value: "m" }, { value: "n" }] } },
    "invalidValue",
  ],
  [
    "ignores __proto__",
    LENIENT,
    JSON.parse('{"__proto__":{"title":"x"},"constructor":1,"toString":{}}'),
    ANN,
  ],
  ["refuses __proto__", STRICT, JSON.parse('{"__proto__":{"title":"x"}}'), "invalidSyntax"],
  ["refuses constructor", STRICT, JSON.parse('{"constructor":1}'), "invalidSyntax"],
];

describe("parseResource of a User", () => {
  const cases = ROWS.flatMap(([name, profiles, body, expected]) =>
    profiles.map((profile) => ({ name, profile, body, expected })),
  );
  it.each(cases)("$name ($profile)", ({ profile, body, expected }) => {
    if (typeof expected === "string") {
      expect(refusalOf(() => parse(body, profile)).reason).toBe(expected);
    } else {
      expect(parse(body, profile)).toStrictEqual(expected);
    }
  });

  it.each([undefined, null, "x", 1, []])("refuses the body %j", (body) => {
    expect(refusalOf(() => parseResource(body, USER, PROFILES.entra)).reason).toBe("invalidSyntax");
  });

  it("keeps the names in the order of the schema", () => {
    const parsed = parse(
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
    const { message } = refusalOf(() => parse({ name: { givenName: 77123 } }, "entra"));
    expect(message).toBe('"name.givenName" is not a string');
    const refusal = refusalOf(() => parse({ ["x".repeat(5000)]: 1 }, "rfc"));
    expect(refusal.message.length).toBeLessThan(150);
  });

  it("refuses a resource beyond its size", () => {
    const photos = Array.from({ length: 50 }, (_, i) => ({ value: `${i}${"é".repeat(1000)}` }));
    const { reason, status } = refusalOf(() => parse({ photos }, "entra"));
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
    const run = () => parse({ [FIELDS]: fields }, "rfc", CUSTOM_USER);
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
    expect(parse({}, "rfc", optional)).toStrictEqual(ANN);
    expect(refusalOf(() => parse({ [FIELDS]: { b: "x" } }, "rfc", optional)).reason).toBe(
      "invalidValue",
    );
    expect(refusalOf(() => parse({}, "rfc", required)).reason).toBe("invalidValue");
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

it("is a fixpoint, and refuses with a ScimError only", { timeout: 60_000 }, () => {
  const names = [
    "userName",
    "ACTIVE",
    "name",
    "emails",
    "roles",
    "password",
    "__proto__",
    "schemas",
    "x509Certificates",
    SCHEMA_ENTERPRISE,
    `${SCHEMA_ENTERPRISE}:manager`,
    "name.givenName",
    'emails[type eq "work"].value',
    "emails[",
  ];
  const subs = [
    "value",
    "type",
    "primary",
    "givenName",
    "manager",
    "department",
    "$ref",
    "constructor",
  ];
  const leaf = fc.oneof(
    fc.constantFrom<unknown>("", "a", "work", "True", null, true, 0, 1.5),
    fc.string(),
  );
  const object = fc.dictionary(
    fc.constantFrom(...subs),
    fc.oneof(leaf, fc.dictionary(fc.constantFrom(...subs), leaf)),
  );
  const value = fc.oneof(leaf, object, fc.array(fc.oneof(leaf, object), { maxLength: 4 }));
  const body = fc.oneof(
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(body, fc.constantFrom(...ALL), fc.boolean(), (input, name, valid) => {
      const profile = PROFILES[name];
      const whole =
        valid && typeof input === "object" && !Array.isArray(input)
          ? { ...input, schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE], userName: "ann" }
          : input;
      try {
        const { attributes } = parseResource(whole, USER, profile);
        const again = parseResource(
          { schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE], ...attributes },
          USER,
          profile,
        );
        expect(JSON.stringify(again.attributes)).toBe(JSON.stringify(attributes));
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        expect(error.status).toBeGreaterThanOrEqual(400);
        expect(error.status).toBeLessThan(500);
      }
    }),
    { numRuns: 20_000 },
  );
});
