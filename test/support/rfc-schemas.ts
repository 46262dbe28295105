/** The schemas of RFC 7643 §8.7.1, one attribute a line: its path, its type, and what is not the default (§2.2). */
import type { Json, JsonObject } from "../../src/scim/json.ts";
import * as scim from "./scim.ts";

const STRINGS = (path: string, names: string) =>
  names.split(" ").map((name) => `${path}${name} string`);

const plural = (name: string, value = "string", types = "") => [
  `${name} complex multiValued`,
  `${name}.value ${value}`,
  `${name}.display string`,
  `${name}.type string${types && ` canonicalValues=${types}`}`,
  `${name}.primary boolean`,
];

export const RFC_SCHEMAS: Record<string, readonly string[]> = {
  [scim.CORE]: [
    "userName string required uniqueness=server",
    "name complex",
    ...STRINGS(
      "name.",
      "formatted familyName givenName middleName honorificPrefix honorificSuffix",
    ),
    ...STRINGS("", "displayName nickName"),
    "profileUrl reference referenceTypes=external",
    ...STRINGS("", "title userType preferredLanguage locale timezone"),
    "active boolean",
    "password string mutability=writeOnly returned=never",
    ...plural("emails", "string", "work,home,other"),
    ...plural("phoneNumbers", "string", "work,home,mobile,fax,pager,other"),
    ...plural("ims", "string", "aim,gtalk,icq,xmpp,msn,skype,qq,yahoo"),
    ...plural("photos", "reference referenceTypes=external", "photo,thumbnail"),
    "addresses complex multiValued",
    ...STRINGS("addresses.", "formatted streetAddress locality region postalCode country"),
    "addresses.type string canonicalValues=work,home,other",
    "groups complex multiValued mutability=readOnly",
    "groups.value string mutability=readOnly",
    "groups.$ref reference mutability=readOnly referenceTypes=User,Group",
    "groups.display string mutability=readOnly",
    "groups.type string mutability=readOnly canonicalValues=direct,indirect",
    ...plural("entitlements"),
    ...plural("roles"),
    ...plural("x509Certificates", "binary"),
  ],
  [scim.GROUP]: [
    "displayName string",
    "members complex multiValued",
    "members.value string mutability=immutable",
    "members.$ref reference mutability=immutable referenceTypes=User,Group",
    "members.type string mutability=immutable canonicalValues=User,Group",
  ],
  [scim.ENTERPRISE]: [
    ...STRINGS("", "employeeNumber costCenter organization division department"),
    "manager complex",
    "manager.value string",
    "manager.$ref reference referenceTypes=User",
    "manager.displayName string mutability=readOnly",
  ],
};

const DEFAULTS: JsonObject = { mutability: "readWrite", returned: "default", uniqueness: "none" };

/** A schema as it is served, in the same lines. */
export function schemaLines(attributes: readonly JsonObject[], before = ""): string[] {
  return attributes.flatMap((attribute) => {
    const path = `${before}${scim.textAt(attribute, "name")}`;
    const flags = ["multiValued", "required", "caseExact"].filter((name) => attribute[name]);
    const words = Object.keys(DEFAULTS)
      .filter((name) => attribute[name] !== DEFAULTS[name])
      .map((name) => `${name}=${scim.textAt(attribute, name)}`);
    const lists = ["canonicalValues", "referenceTypes"]
      .filter((name) => name in attribute)
      .map((name) => `${name}=${textsIn(attribute[name])}`);
    const line = [path, scim.textAt(attribute, "type"), ...flags, ...words, ...lists].join(" ");
    return [line, ...schemaLines(scim.objectsIn(attribute["subAttributes"]), `${path}.`)];
  });
}

function textsIn(list: Json | undefined): string {
  return Array.isArray(list) ? list.filter((text) => typeof text === "string").join() : "";
}
