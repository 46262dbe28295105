/** URNs, limits and the envelopes that travel around resources. RFC 7644 §3.4.2, §3.4.3, §3.5.2, §3.12. */
import { z } from "zod";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Profile } from "./profile.ts";

export const SCHEMA_USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const SCHEMA_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const SCHEMA_ORGANIZATION = "urn:ietf:params:scim:schemas:core:2.0:Organization";
export const SCHEMA_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const SCHEMA_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";
export const SCHEMA_RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
export const SCHEMA_SERVICE_PROVIDER_CONFIG =
  "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
export const MESSAGE_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
export const MESSAGE_SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
export const MESSAGE_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const MESSAGE_BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
export const MESSAGE_BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
export const MESSAGE_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

export const MEDIA_TYPE = "application/scim+json";

/** What a request may ask for. Lengths count UTF-16 units, sizes count bytes. */
export const LIMITS = {
  filterLength: 4096,
  filterDepth: 20,
  // D1 refuses expressions deeper than 100; fifty comparisons stay well below it.
  filterComparisons: 50,
  defaultCount: 100,
  maxCount: 200,
  /** RFC 9865 §4: a cursor may wait this long for the request of the next page. */
  cursorSeconds: 24 * 60 * 60,
  /** Of longer values sorting compares the beginning, which travels in cursors. */
  sortKeyLength: 256,
  patchOperations: 100,
  membersPerRequest: 1000,
  bodyBytes: 256 * 1024,
  // No more than patchOperations: authentik reads it as the number of operations one PATCH takes.
  bulkOperations: 100,
  bulkBytes: 1024 * 1024,
  resourceBytes: 64 * 1024,
  jsonDepth: 16,
  /** Names in `attributes` or `excludedAttributes`. */
  projectionNames: 64,
  urlLength: 8192,
  /** `userName` and `externalId`. */
  identifierLength: 256,
  stringLength: 1024,
  descriptionLength: 512,
  /** Values of one multi-valued attribute, `members` apart. */
  values: 50,
} as const;

/** RFC 7644 §3.5.2. A `path` of null counts as absent (RFC 7643 §2.5). */
export interface PatchOperation {
  op: "add" | "remove" | "replace";
  path?: string;
  value?: Json;
}

/** Puts an object's names into the spelling given, whatever their letter case. */
export function spelling(names: readonly string[]): (input: unknown) => unknown {
  const canonical = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (input) =>
    isObject(input)
      ? Object.fromEntries(
          Object.entries(input).map(([name, value]) => [
            canonical.get(name.toLowerCase()) ?? name,
            value,
          ]),
        )
      : input;
}

/**
 * In place of zod's own bounds, which ask also what is no list for its `length`, and throw where
 * that is an object of its own: `{"Operations": {"length": {"valueOf": 1, "toString": 1}}}`.
 */
export function isFilled(list: readonly unknown[]): boolean {
  return list.length > 0;
}

const patchOperation = z
  .preprocess(
    spelling(["op", "path", "value"]),
    z.object({
      // Entra sends "Add", "Replace" and "Remove".
      op: z
        .string()
        .transform((op) => op.toLowerCase())
        .pipe(z.enum(["add", "remove", "replace"])),
      path: z.string().nullable().exactOptional(),
      value: z.custom<Json>().exactOptional(),
    }),
  )
  .transform(({ path, ...operation }): PatchOperation => {
    return path === undefined || path === null ? operation : { ...operation, path };
  });

export const patchOp = z.preprocess(
  spelling(["schemas", "Operations"]),
  z.object({ Operations: z.array(patchOperation).refine(isFilled, "has no elements") }),
);

/** Throws `invalidSyntax`, or `payload_too_large` for too many operations. */
export function parsePatchOp(body: unknown, profile: Profile): PatchOperation[] {
  const { Operations } = parseEnvelope(patchOp, body, MESSAGE_PATCH, profile);
  if (Operations.length > LIMITS.patchOperations) {
    throw new ScimError(
      "payload_too_large",
      `"Operations" has more than ${LIMITS.patchOperations} elements`,
    );
  }
  return Operations;
}

/** Throws `invalidSyntax` for a body that is no message of this URN. */
export function parseEnvelope<T>(
  envelope: z.ZodType<T>,
  body: unknown,
  urn: string,
  profile: Profile,
): T {
  if (!isObject(body)) throw new ScimError("invalidSyntax", "The body is not a JSON object");
  if (!profile.lenientSchemas) requireSchema(body, urn);
  const result = envelope.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // The envelopes' messages name types and choices, never what was sent.
  const where = issue === undefined ? "" : issue.path.join(".");
  throw new ScimError("invalidSyntax", `"${where}": ${issue?.message ?? "is not valid"}`);
}

/** RFC 7644 §3.5.2, §3.4.3: the body carries the URN of its message. */
function requireSchema(body: JsonObject, urn: string): void {
  const entry = Object.entries(body).find(([name]) => name.toLowerCase() === "schemas");
  const schemas = entry?.[1];
  const named =
    Array.isArray(schemas) &&
    schemas.some(
      (schema) => typeof schema === "string" && schema.toLowerCase() === urn.toLowerCase(),
    );
  if (!named) throw new ScimError("invalidSyntax", `"schemas" does not contain ${urn}`);
}

/** Where a page stands: by its index, or by what leads to the next one, if there is a next one. */
export interface PagePlace {
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** RFC 7644 §3.4.2, figure 3, and RFC 9865 §2: one page of a query's answer. */
export function listResponse(resources: JsonObject[], page: PagePlace): JsonObject {
  return {
    schemas: [MESSAGE_LIST],
    totalResults: page.totalResults,
    ...(page.startIndex !== undefined && { startIndex: page.startIndex }),
    itemsPerPage: resources.length,
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    Resources: resources,
  };
}

/** RFC 7644 §3.12. `status` is a string there. */
export function errorBody(error: ScimError): JsonObject {
  return {
    schemas: [MESSAGE_ERROR],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  };
}
