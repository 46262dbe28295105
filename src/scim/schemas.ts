/** What every resource has, and the resource types. RFC 7643 §3, §6. */
import type { Attribute, ResourceType } from "./attribute.ts";
import { attribute, complex, reference } from "./characteristics.ts";
import { ENTERPRISE_SCHEMA } from "./enterprise-schema.ts";
import { GROUP_SCHEMA } from "./group-schema.ts";
import { ORGANIZATION_SCHEMA } from "./organization-schema.ts";
import { USER_SCHEMA } from "./user-schema.ts";

export { ENTERPRISE_SCHEMA, GROUP_SCHEMA, ORGANIZATION_SCHEMA, USER_SCHEMA };

const readOnly = { mutability: "readOnly" } as const;
const exact = { ...readOnly, caseExact: true } as const;

/** RFC 7643 §3, §3.1: part of every resource, and of no schema. */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  reference("schemas", "The URNs of the schemas in the resource.", ["uri"], {
    ...readOnly,
    multiValued: true,
    required: true,
    returned: "always",
  }),
  attribute("id", "The identifier that the service provider gave the resource.", {
    ...exact,
    required: true,
    returned: "always",
    uniqueness: "server",
  }),
  attribute("externalId", "The identifier that the client gave the resource.", {
    caseExact: true,
  }),
  complex(
    "meta",
    "Facts about the resource.",
    [
      attribute("resourceType", "The name of the resource type.", exact),
      attribute("created", "When the resource was created.", { ...readOnly, type: "dateTime" }),
      attribute("lastModified", "When the resource was last changed.", {
        ...readOnly,
        type: "dateTime",
      }),
      reference("location", "The URI of the resource.", ["uri"], readOnly),
      attribute("version", "The version of the resource, as its ETag.", exact),
    ],
    readOnly,
  ),
];

export const USER: ResourceType = {
  name: "User",
  endpoint: "/Users",
  description: "User Account",
  schema: USER_SCHEMA,
  extensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
};

export const GROUP: ResourceType = {
  name: "Group",
  endpoint: "/Groups",
  description: "Group",
  schema: GROUP_SCHEMA,
  extensions: [],
};

export const ORGANIZATION: ResourceType = {
  name: "Organization",
  endpoint: "/Organizations",
  description: "Organization",
  schema: ORGANIZATION_SCHEMA,
  extensions: [],
};

/** All there are, in the order in which the root lists them. */
export const RESOURCE_TYPES: readonly ResourceType[] = [USER, GROUP, ORGANIZATION];
