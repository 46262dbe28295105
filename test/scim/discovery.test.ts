import { describe, expect, it } from "vitest";
import { resourceTypes, schemas, serviceProviderConfig } from "../../src/scim/discovery.ts";
import { equalJson, isObject } from "../../src/scim/json.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import {
  LIMITS,
  SCHEMA_ENTERPRISE,
  SCHEMA_GROUP,
  SCHEMA_SCHEMA,
  SCHEMA_USER,
} from "../../src/scim/messages.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";

const base = "https://example.com/scim/okta/v2";
const TYPES = [USER, GROUP];

it("says of the service provider what is true", () => {
  expect(serviceProviderConfig(base)).toEqual({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_048_576 },
    filter: { supported: true, maxResults: LIMITS.maxCount },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: 100,
      maxPageSize: 200,
      cursorTimeout: 86_400,
    },
    authenticationSchemes: [expect.objectContaining({ type: "oauthbearertoken", primary: true })],
    meta: {
      resourceType: "ServiceProviderConfig",
      location: `${base}/ServiceProviderConfig`,
    },
  });
});

it("describes the resource types", () => {
  expect(resourceTypes(base, TYPES)).toEqual([
    {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      id: "User",
      name: "User",
      description: "User Account",
      endpoint: "/Users",
      schema: SCHEMA_USER,
      schemaExtensions: [{ schema: SCHEMA_ENTERPRISE, required: false }],
      meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/User` },
    },
    {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      id: "Group",
      name: "Group",
      description: "Group",
      endpoint: "/Groups",
      schema: SCHEMA_GROUP,
      schemaExtensions: [],
      meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/Group` },
    },
  ]);
});

describe("schemas", () => {
  const all = schemas(base, TYPES);

  it("are those of the types, each once", () => {
    expect(all.map(({ id }) => id)).toEqual([SCHEMA_USER, SCHEMA_ENTERPRISE, SCHEMA_GROUP]);
    expect(schemas(base, [USER, USER])).toHaveLength(2);
  });

  it("say where they are", () => {
    expect(all.map(({ meta }) => meta)).toEqual(
      [SCHEMA_USER, SCHEMA_ENTERPRISE, SCHEMA_GROUP].map((urn) => ({
        resourceType: "Schema",
        location: `${base}/Schemas/${urn}`,
      })),
    );
    expect(all.every(({ schemas: urns }) => equalJson(urns, [SCHEMA_SCHEMA]))).toBe(true);
  });

  it("name every characteristic of every attribute and sub-attribute", () => {
    const attributes = all.flatMap((schema) => walk(schema.attributes));
    expect(attributes.length).toBeGreaterThan(80);
    for (const attribute of attributes) {
      expect(attribute, JSON.stringify(attribute.name)).toMatchObject({
        name: expect.any(String),
        type: expect.any(String),
        multiValued: expect.any(Boolean),
        description: expect.any(String),
        required: expect.any(Boolean),
        caseExact: expect.any(Boolean),
        mutability: expect.any(String),
        returned: expect.any(String),
        uniqueness: expect.any(String),
      });
    }
  });

  it("are JSON, and nobody else's", () => {
    expect(JSON.parse(JSON.stringify(all))).toStrictEqual(all);
    const [first] = walk(all[0]?.attributes);
    if (first !== undefined) first.name = "changed";
    expect(walk(schemas(base, TYPES)[0]?.attributes)[0]?.name).toBe("userName");
  });

  it("show canonical values and reference types", () => {
    const emails = walk(all[0]?.attributes).find(({ name }) => name === "emails");
    expect(walk(emails?.subAttributes)[2]).toMatchObject({
      name: "type",
      canonicalValues: ["work", "home", "other"],
    });
    const url = walk(all[0]?.attributes).find(({ name }) => name === "profileUrl");
    expect(url).toMatchObject({ referenceTypes: ["external"] });
  });
});

/** Attributes and their sub-attributes, flat. */
function walk(attributes: Json | undefined): JsonObject[] {
  if (!Array.isArray(attributes)) return [];
  return attributes
    .filter(isObject)
    .flatMap((attribute) => [attribute, ...walk(attribute.subAttributes)]);
}
