import { describe, expect, it } from "vitest";
import { findAttribute } from "../../src/scim/attribute.ts";
import type { Attribute } from "../../src/scim/attribute.ts";
import {
  COMMON_ATTRIBUTES,
  ENTERPRISE_SCHEMA,
  GROUP,
  GROUP_SCHEMA,
  USER,
  USER_SCHEMA,
} from "../../src/scim/schemas.ts";

/** Every attribute and sub-attribute with its dotted name. */
function walk(attributes: readonly Attribute[], prefix = ""): [string, Attribute][] {
  return attributes.flatMap((attribute): [string, Attribute][] => {
    const name = `${prefix}${attribute.name}`;
    return [[name, attribute], ...walk(attribute.subAttributes ?? [], `${name}.`)];
  });
}

const names = (attributes: readonly Attribute[]) => attributes.map(({ name }) => name).join(" ");

it("has the attributes of RFC 7643 §4, and the directory's own behind them", () => {
  expect(names(USER_SCHEMA.attributes)).toBe(
    "userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates phoneRegion description expireDate",
  );
  expect(names(ENTERPRISE_SCHEMA.attributes)).toBe(
    "employeeNumber costCenter organization organizationId division department manager",
  );
  expect(names(GROUP_SCHEMA.attributes)).toBe("displayName members");
  expect(names(COMMON_ATTRIBUTES)).toBe("schemas id externalId meta");
});

it.each([
  ["name", "formatted familyName givenName middleName honorificPrefix honorificSuffix"],
  ["emails", "value display type primary"],
  ["addresses", "formatted streetAddress locality region postalCode country type primary"],
  ["groups", "value $ref display type"],
  ["x509Certificates", "value display type primary"],
])("gives %s its sub-attributes", (name, expected) => {
  const attribute = findAttribute(USER_SCHEMA.attributes, name);
  expect(names(attribute?.subAttributes ?? [])).toBe(expected);
});

describe("characteristics of RFC 7643 §3.1, §4, §8.7.1", () => {
  const all = new Map([
    ...walk(COMMON_ATTRIBUTES),
    ...walk(USER_SCHEMA.attributes),
    ...walk(ENTERPRISE_SCHEMA.attributes),
    ...walk(GROUP_SCHEMA.attributes).map(([name, attribute]): [string, Attribute] => [
      `Group:${name}`,
      attribute,
    ]),
  ]);

  it.each<[string, Partial<Attribute>]>([
    ["id", { mutability: "readOnly", returned: "always", caseExact: true, uniqueness: "server" }],
    ["externalId", { mutability: "readWrite", caseExact: true, required: false }],
    ["schemas", { multiValued: true, returned: "always", required: true }],
    ["meta.lastModified", { type: "dateTime", mutability: "readOnly" }],
    ["meta.version", { caseExact: true, mutability: "readOnly" }],
    ["userName", { required: true, uniqueness: "server", caseExact: false }],
    ["active", { type: "boolean", mutability: "readWrite" }],
    ["password", { mutability: "writeOnly", returned: "never" }],
    ["profileUrl", { type: "reference", referenceTypes: ["external"], caseExact: true }],
    ["emails", { type: "complex", multiValued: true, required: false }],
    ["emails.value", { type: "string", caseExact: false }],
    ["emails.type", { canonicalValues: ["work", "home", "other"] }],
    ["emails.primary", { type: "boolean" }],
    ["phoneNumbers.type", { canonicalValues: ["work", "home", "mobile", "fax", "pager", "other"] }],
    ["photos.value", { type: "reference" }],
    ["x509Certificates.value", { type: "binary", caseExact: true }],
    ["groups", { mutability: "readOnly", multiValued: true }],
    ["groups.value", { mutability: "readOnly", caseExact: true }],
    ["manager", { type: "complex", multiValued: false }],
    ["manager.value", { mutability: "readWrite", caseExact: true }],
    ["manager.displayName", { mutability: "readOnly" }],
    ["Group:displayName", { required: true, caseExact: false }],
    ["Group:members", { type: "complex", multiValued: true, mutability: "readWrite" }],
    ["Group:members.value", { mutability: "immutable", caseExact: true }],
    ["Group:members.type", { mutability: "immutable", canonicalValues: ["User"] }],
    ["Group:members.$ref", { mutability: "immutable", referenceTypes: ["User"] }],
  ])("%s", (name, characteristics) => {
    expect(all.get(name)).toMatchObject(characteristics);
  });

  it("hold together", () => {
    for (const [name, attribute] of all) {
      expect(attribute.name, name).toMatch(/^[$A-Za-z][A-Za-z0-9]*$/);
      expect(attribute.description, name).toMatch(/\.$/);
      expect(attribute.type === "complex", name).toBe(attribute.subAttributes !== undefined);
      expect(attribute.type === "reference", name).toBe(attribute.referenceTypes !== undefined);
      expect(attribute.returned === "never", name).toBe(attribute.mutability === "writeOnly");
    }
  });
});

it("never names an attribute twice, also in another letter case", () => {
  for (const { schema } of [USER, GROUP]) {
    const lower = walk([...COMMON_ATTRIBUTES, ...schema.attributes]).map(([name]) =>
      name.toLowerCase(),
    );
    expect(new Set(lower).size).toBe(lower.length);
  }
});
