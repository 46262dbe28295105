import { describe, expect, it } from "vitest";
import type { ResourceType } from "../../src/scim/attribute.ts";
import { attribute, complex } from "../../src/scim/characteristics.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { asksFor, parseProjection, project, wants } from "../../src/scim/projection.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { refusalOf } from "../support/refusal.ts";

const ALWAYS = { schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE], id: "1" };
const META = { resourceType: "User", version: 'W/"1"' };
const REST = {
  externalId: "x",
  userName: "ann",
  name: { familyName: "F", givenName: "G" },
  emails: [{ value: "a", type: "work" }, { value: "b" }],
};
const EXTENSION = { department: "Eng", manager: { value: "m", $ref: "r" } };
const USER_1: JsonObject = { ...ALWAYS, ...REST, [SCHEMA_ENTERPRISE]: EXTENSION, meta: META };

type Row = [parameter: string, expected: JsonObject];

describe("attributes", () => {
  const rows: Row[] = [
    ["userName", { ...ALWAYS, userName: "ann" }],
    ["USERNAME , externalid", { ...ALWAYS, externalId: "x", userName: "ann" }],
    ["id", ALWAYS],
    ["nothing", ALWAYS],
    ['emails[type eq "work"]', ALWAYS],
    ["name.givenName", { ...ALWAYS, name: { givenName: "G" } }],
    ["name.givenName,name", { ...ALWAYS, name: REST.name }],
    ["name,name.givenName", { ...ALWAYS, name: REST.name }],
    ["name.givenName,name.FamilyName", { ...ALWAYS, name: REST.name }],
    ["name.middleName", ALWAYS],
    ["emails.type", { ...ALWAYS, emails: [{ type: "work" }] }],
    ["emails.value", { ...ALWAYS, emails: [{ value: "a" }, { value: "b" }] }],
    ["meta.version", { ...ALWAYS, meta: { version: 'W/"1"' } }],
    [`${SCHEMA_USER}:userName`, { ...ALWAYS, userName: "ann" }],
    [`${SCHEMA_USER.toUpperCase()}:name.givenName`, { ...ALWAYS, name: { givenName: "G" } }],
    [`${SCHEMA_ENTERPRISE}:department`, { ...ALWAYS, [SCHEMA_ENTERPRISE]: { department: "Eng" } }],
    [
      `${SCHEMA_ENTERPRISE}:manager.value`,
      { ...ALWAYS, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
    ],
    [SCHEMA_ENTERPRISE, { ...ALWAYS, [SCHEMA_ENTERPRISE]: EXTENSION }],
    [SCHEMA_USER, { ...ALWAYS, ...REST, externalId: undefined } as unknown as JsonObject],
    ["department", ALWAYS],
    ["__proto__,constructor", ALWAYS],
  ];
  it.each(rows)("%s", (attributes, expected) => {
    const projected = project(USER_1, parseProjection({ attributes }, USER), USER);
    expect(projected).toEqual(expected);
  });
});

describe("excludedAttributes", () => {
  const rows: Row[] = [
    [
      "userName",
      {
        ...ALWAYS,
        externalId: "x",
        name: REST.name,
        emails: REST.emails,
        [SCHEMA_ENTERPRISE]: EXTENSION,
        meta: META,
      },
    ],
    ["id,schemas", USER_1],
    ["nothing", USER_1],
    ["meta", { ...ALWAYS, ...REST, [SCHEMA_ENTERPRISE]: EXTENSION }],
    ["name.givenName", { ...USER_1, name: { familyName: "F" } }],
    ["emails.value", { ...USER_1, emails: [{ type: "work" }] }],
    [
      "emails.value,emails.type",
      {
        ...ALWAYS,
        externalId: "x",
        userName: "ann",
        name: REST.name,
        [SCHEMA_ENTERPRISE]: EXTENSION,
        meta: META,
      },
    ],
    [
      `${SCHEMA_ENTERPRISE}:department`,
      { ...USER_1, [SCHEMA_ENTERPRISE]: { manager: EXTENSION.manager } },
    ],
    [SCHEMA_ENTERPRISE.toLowerCase(), { ...ALWAYS, ...REST, meta: META }],
    [SCHEMA_USER, { ...ALWAYS, externalId: "x", [SCHEMA_ENTERPRISE]: EXTENSION, meta: META }],
  ];
  it.each(rows)("%s", (excludedAttributes, expected) => {
    const projected = project(USER_1, parseProjection({ excludedAttributes }, USER), USER);
    expect(projected).toStrictEqual(expected);
  });
});

describe("parseProjection", () => {
  it("takes an empty parameter for an absent one", () => {
    expect(parseProjection({}, USER)).toEqual({});
    expect(parseProjection({ attributes: "", excludedAttributes: " , " }, USER)).toEqual({});
    expect(parseProjection({ attributes: [], excludedAttributes: undefined }, USER)).toEqual({});
    expect(project(USER_1, parseProjection({ attributes: "" }, USER), USER)).toStrictEqual(USER_1);
  });

  it("takes lists as it takes text", () => {
    const list = parseProjection({ attributes: ["userName", "name.givenName,title"] }, USER);
    expect(list).toEqual(parseProjection({ attributes: "userName,name.givenName,title" }, USER));
  });

  it("refuses both", () => {
    const run = () => parseProjection({ attributes: "a", excludedAttributes: "b" }, USER);
    expect(refusalOf(run).reason).toBe("invalidValue");
  });

  it("refuses too many names", () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `a${i}`);
    expect(
      parseProjection({ attributes: names(LIMITS.projectionNames) }, USER).attributes?.size,
    ).toBe(0);
    const run = () => parseProjection({ attributes: names(LIMITS.projectionNames + 1) }, USER);
    expect(refusalOf(run).reason).toBe("invalidValue");
  });
});

describe("wants and asksFor", () => {
  const rows: [
    { attributes?: string; excludedAttributes?: string },
    wanted: boolean,
    asked: boolean,
  ][] = [
    [{}, true, false],
    [{ attributes: "displayName" }, false, false],
    [{ attributes: "displayName,MEMBERS" }, true, true],
    [{ attributes: "members.value" }, true, true],
    [{ attributes: SCHEMA_GROUP }, true, true],
    [{ excludedAttributes: "members" }, false, false],
    [{ excludedAttributes: `${SCHEMA_GROUP}:members` }, false, false],
    [{ excludedAttributes: "members.display" }, true, false],
    [{ excludedAttributes: "displayName" }, true, false],
  ];
  it.each(rows)("%j", (parameters, wanted, asked) => {
    const projection = parseProjection(parameters, GROUP);
    expect([wants(projection, "members"), asksFor(projection, "members")]).toEqual([wanted, asked]);
  });
});

describe("returned, RFC 7643 §7", () => {
  const type: ResourceType = {
    ...USER,
    extensions: [],
    schema: {
      ...USER.schema,
      attributes: [
        attribute("never", "N.", { returned: "never" }),
        attribute("request", "R.", { returned: "request" }),
        attribute("always", "A.", { returned: "always" }),
        complex("parts", "P.", [
          attribute("value", "V.", { returned: "always" }),
          attribute("note", "N."),
          attribute("secret", "S.", { returned: "never" }),
          attribute("extra", "E.", { returned: "request" }),
        ]),
      ],
    },
  };
  const parts = { value: "v", note: "n", secret: "s", extra: "e" };
  const resource = { id: "1", never: "n", request: "r", always: "a", parts, "urn:unknown": {} };
  const rows: [{ attributes?: string; excludedAttributes?: string }, JsonObject][] = [
    [{}, { id: "1", always: "a", parts: { value: "v", note: "n" } }],
    [{ attributes: "request,never" }, { id: "1", request: "r", always: "a" }],
    [{ attributes: "parts" }, { id: "1", always: "a", parts: { value: "v", note: "n" } }],
    [{ attributes: "parts.note" }, { id: "1", always: "a", parts: { value: "v", note: "n" } }],
    [{ attributes: "parts.extra" }, { id: "1", always: "a", parts: { value: "v", extra: "e" } }],
    [{ attributes: "parts.secret" }, { id: "1", always: "a", parts: { value: "v" } }],
    [
      { excludedAttributes: "always,parts.note,parts.value" },
      { id: "1", always: "a", parts: { value: "v" } },
    ],
    [{ excludedAttributes: "parts" }, { id: "1", always: "a" }],
  ];
  it.each(rows)("%j", (parameters, expected) => {
    expect(project(resource, parseProjection(parameters, type), type)).toStrictEqual(expected);
  });
});

it("keeps the order of the representation and leaves it untouched", () => {
  const before = JSON.stringify(USER_1);
  const projected = project(
    USER_1,
    parseProjection({ attributes: `meta,${SCHEMA_ENTERPRISE},name` }, USER),
    USER,
  );
  expect(Object.keys(projected)).toEqual(["schemas", "id", "name", SCHEMA_ENTERPRISE, "meta"]);
  expect(JSON.stringify(USER_1)).toBe(before);
});
