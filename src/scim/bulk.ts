/** Bulk: its envelope, its operations and its answer. RFC 7644 §3.7. */
import { z } from "zod";
import { sameName, type ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import {
  errorBody,
  isFilled,
  LIMITS,
  MESSAGE_BULK_REQUEST,
  MESSAGE_BULK_RESPONSE,
  parseEnvelope,
  spelling,
} from "./messages.ts";
import type { Profile } from "./profile.ts";
import { RESOURCE_TYPES } from "./schemas.ts";

export interface BulkRequest {
  /** After so many errors nothing more is performed; Infinity where the request names none. */
  readonly failOnErrors: number;
  /** As they came: one that can't be read must not stop its neighbours. */
  readonly operations: readonly Json[];
}

const METHODS = ["POST", "PUT", "PATCH", "DELETE"] as const;

export interface BulkOperation {
  readonly method: (typeof METHODS)[number];
  readonly bulkId?: string;
  /** Of the resource in `path`; a POST has none. May be a `bulkId:` reference. */
  readonly id?: string;
  readonly type: ResourceType;
  /** An entity tag, as If-Match would carry it. */
  readonly version?: string;
  readonly data: Json;
}

const bulkRequest = z.preprocess(
  spelling(["schemas", "failOnErrors", "Operations"]),
  z.object({
    failOnErrors: z.int().min(1).nullish(),
    Operations: z.array(z.custom<Json>()).refine(isFilled, "has no elements"),
  }),
);

const text = z
  .string()
  .refine(({ length }) => length <= LIMITS.identifierLength, "is too long")
  .nullish();

const bulkOperation = z.preprocess(
  spelling(["method", "bulkId", "version", "path", "data"]),
  z.object({
    method: z.string(),
    bulkId: text,
    version: text,
    path: z.string(),
    data: z.custom<Json>().exactOptional(),
  }),
);

/** Throws `invalidSyntax`, or `payload_too_large` for too many operations. RFC 7644 §3.7.4. */
export function parseBulkRequest(body: unknown, profile: Profile): BulkRequest {
  const envelope = parseEnvelope(bulkRequest, body, MESSAGE_BULK_REQUEST, profile);
  const { failOnErrors, Operations: operations } = envelope;
  if (operations.length > LIMITS.bulkOperations) {
    throw new ScimError(
      "payload_too_large",
      `The number of operations exceeds maxOperations (${LIMITS.bulkOperations})`,
    );
  }
  return { failOnErrors: failOnErrors ?? Infinity, operations };
}

/** Throws ScimError for an operation that could not be performed whatever the directory holds. */
export function parseBulkOperation(given: Json, profile: Profile): BulkOperation {
  const result = bulkOperation.safeParse(given);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ScimError("invalidSyntax", `"${issue?.path.join(".")}": ${issue?.message}`);
  }
  const { path, bulkId, version, data } = result.data;
  const method = parseMethod(result.data.method, profile);
  const { type, id } = parsePath(path);
  if ((method === "POST") !== (id === undefined)) {
    throw new ScimError("invalidPath", `"path" does not lead where ${method} is allowed`);
  }
  // RFC 7644 §3.7: required for POST, since nothing else tells its results apart.
  if (method === "POST" && !bulkId) {
    throw new ScimError("invalidValue", '"bulkId" is required for POST');
  }
  if (method !== "DELETE" && data === undefined) {
    throw new ScimError("invalidSyntax", `"data" is required for ${method}`);
  }
  return {
    method,
    type,
    ...(bulkId && { bulkId }),
    ...(id !== undefined && { id }),
    // Only what is there already has a version to insist on.
    ...(version && method !== "POST" && { version }),
    data: data ?? null,
  };
}

function parseMethod(given: string, { lenientSchemas }: Profile): BulkOperation["method"] {
  const name = lenientSchemas ? given.toUpperCase() : given;
  const method = METHODS.find((one) => one === name);
  if (method !== undefined) return method;
  throw new ScimError("invalidSyntax", `"method" is none of ${METHODS.join(", ")}`);
}

/** Relative to the base URL, and as tolerant as the routes are. */
function parsePath(path: string): { type: ResourceType; id?: string } {
  const [collection = "", id, ...rest] = path.split("/").filter((segment) => segment !== "");
  const type = RESOURCE_TYPES.find(({ endpoint }) => sameName(endpoint.slice(1), collection));
  if (type === undefined || rest.length > 0 || /[?#%;\\\0]/.test(path)) {
    throw new ScimError("invalidPath", '"path" is not that of a resource or of its type');
  }
  return { type, ...(id !== undefined && { id }) };
}

/** What an operation came to. */
export type BulkResult =
  | {
      readonly status: number;
      readonly location?: string | undefined;
      readonly version?: string | undefined;
    }
  | { readonly error: ScimError; readonly location?: string | undefined };

/** RFC 7644 §3.7.3. `undefined` stands for what was not performed, which is left out. */
export function bulkResponse(
  operations: readonly Json[],
  results: readonly (BulkResult | undefined)[],
): JsonObject {
  const answered = operations.flatMap((operation, index) => {
    const result = results[index];
    return result === undefined ? [] : [{ ...echoOf(operation), ...represent(result) }];
  });
  return { schemas: [MESSAGE_BULK_RESPONSE], Operations: answered };
}

function represent(result: BulkResult): JsonObject {
  const location = result.location === undefined ? {} : { location: result.location };
  if ("error" in result) {
    const { error } = result;
    return { ...location, status: String(error.status), response: errorBody(error) };
  }
  const version = result.version === undefined ? {} : { version: result.version };
  return { ...location, ...version, status: String(result.status) };
}

/** What lets a client tell which operation is meant, also where the operation was unreadable. */
function echoOf(operation: Json): JsonObject {
  if (!isObject(operation)) return {};
  const echoed = ["method", "bulkId"].flatMap((name) => {
    const value = Object.entries(operation).find(([given]) => sameName(given, name))?.[1];
    if (typeof value !== "string" || value.length > LIMITS.identifierLength) return [];
    return [[name, name === "method" ? value.toUpperCase() : value] as const];
  });
  return Object.fromEntries(echoed);
}
