/** What a client can learn of this service provider. RFC 7643 §5-7, RFC 7644 §4, RFC 9865 §4. */
import type { Attribute, ResourceType, Schema } from "./attribute.ts";
import type { JsonObject } from "./json.ts";
import {
  LIMITS,
  SCHEMA_RESOURCE_TYPE,
  SCHEMA_SCHEMA,
  SCHEMA_SERVICE_PROVIDER_CONFIG,
} from "./messages.ts";

/** `base` is the URL before `/Users`, without a slash at its end. */
export function serviceProviderConfig(base: string): JsonObject {
  return {
    schemas: [SCHEMA_SERVICE_PROVIDER_CONFIG],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: LIMITS.bulkOperations,
      maxPayloadSize: LIMITS.bulkBytes,
    },
    filter: { supported: true, maxResults: LIMITS.maxCount },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: LIMITS.defaultCount,
      maxPageSize: LIMITS.maxCount,
      cursorTimeout: LIMITS.cursorSeconds,
    },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "OAuth Bearer Token",
        description: "A bearer token of the data source in the Authorization header.",
        specUri: "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
    ],
    meta: {
      resourceType: "ServiceProviderConfig",
      location: `${base}/ServiceProviderConfig`,
    },
  };
}

export function resourceTypes(base: string, types: readonly ResourceType[]): JsonObject[] {
  return types.map((type) => ({
    schemas: [SCHEMA_RESOURCE_TYPE],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({
      schema: schema.id,
      required,
    })),
    meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${type.name}` },
  }));
}

/** The core schema of every type, each followed by its extensions. */
export function schemas(base: string, types: readonly ResourceType[]): JsonObject[] {
  const all = types.flatMap((type) => [
    type.schema,
    ...type.extensions.map((extension) => extension.schema),
  ]);
  return [...new Set(all)].map((schema) => representSchema(schema, base));
}

function representSchema({ id, name, description, attributes }: Schema, base: string): JsonObject {
  return {
    schemas: [SCHEMA_SCHEMA],
    id,
    name,
    description,
    attributes: attributes.map(representAttribute),
    meta: { resourceType: "Schema", location: `${base}/Schemas/${id}` },
  };
}

/** RFC 7643 §7: every characteristic is said, also where it is the default. */
function representAttribute(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name: attribute.name,
    type: attribute.type,
    ...(subAttributes && { subAttributes: subAttributes.map(representAttribute) }),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues && { canonicalValues: [...canonicalValues] }),
    caseExact: attribute.caseExact,
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(referenceTypes && { referenceTypes: [...referenceTypes] }),
  };
}
