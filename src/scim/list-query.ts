/** What a query asks for: which resources, in which order, which page. RFC 7644 §3.4.2, §3.4.3, RFC 9865 §2. */
import { z } from "zod";
import { ScimError } from "./error.ts";
import { LIMITS, MESSAGE_SEARCH, parseEnvelope, spelling } from "./messages.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";

/** The parameters as they were sent. */
interface GivenQuery {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  readonly cursor?: string;
  readonly startIndex?: number;
  readonly count?: number;
}

/** `startIndex` and `count` are within their bounds. */
export interface ListQuery {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly descending: boolean;
  /** Pages go by cursors; "" asks for the first one. */
  readonly cursor?: string;
  /** Where pages go by their index. */
  readonly startIndex: number;
  readonly count: number;
}

/** RFC 7644 §3.4.3. */
export interface SearchRequest extends ListQuery {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

const NAMES = [
  ["schemas", "attributes", "excludedAttributes", "filter"],
  ["sortBy", "sortOrder", "cursor", "startIndex", "count"],
].flat();

const names = z
  .array(z.string())
  .refine(({ length }) => length <= LIMITS.projectionNames, "has too many elements")
  .exactOptional();

const searchRequest = z.preprocess(
  spelling(NAMES),
  z.object({
    attributes: names,
    excludedAttributes: names,
    filter: z.string().exactOptional(),
    sortBy: z.string().exactOptional(),
    sortOrder: z.string().exactOptional(),
    cursor: z.string().exactOptional(),
    startIndex: z.int().exactOptional(),
    count: z.int().exactOptional(),
  }),
);

/** Throws `invalidSyntax`, and what `toListQuery` throws. */
export function parseSearchRequest(body: unknown, profile: Profile): SearchRequest {
  const request = parseEnvelope(searchRequest, body, MESSAGE_SEARCH, profile);
  const { attributes, excludedAttributes, ...query } = request;
  return {
    ...(attributes && { attributes }),
    ...(excludedAttributes && { excludedAttributes }),
    ...toListQuery(query),
  };
}

/**
 * Throws `invalidValue` for a `sortOrder` that is none and for both ways of paging at once (each
 * asks for a method of its own, RFC 9865 §2.3).
 */
export function toListQuery(given: GivenQuery): ListQuery {
  const { filter, sortBy, cursor, startIndex, count } = given;
  if (cursor !== undefined && startIndex !== undefined) {
    throw invalidValue("startIndex", 'cannot be given together with "cursor"');
  }
  return {
    ...(filter !== undefined && { filter }),
    ...(sortBy !== undefined && { sortBy }),
    ...(cursor !== undefined && { cursor }),
    descending: isDescending(given.sortOrder),
    startIndex: clampStartIndex(startIndex ?? 1),
    count: clampCount(count ?? LIMITS.defaultCount),
  };
}

/** RFC 9865 §2.1. */
export function invalidCount(): ScimError {
  return new ScimError("invalidCount", `"count" is not a number from 0 to ${LIMITS.maxCount}`);
}

/** RFC 7644 §3.4.2.3. */
function isDescending(sortOrder = "ascending"): boolean {
  const order = sortOrder.toLowerCase();
  if (order === "ascending" || order === "descending") return order === "descending";
  throw invalidValue("sortOrder", 'is neither "ascending" nor "descending"');
}

/** RFC 7644 §3.4.2.4: a `startIndex` below 1 means 1. */
function clampStartIndex(startIndex: number): number {
  return Math.max(1, startIndex);
}

/** RFC 7644 §3.4.2.4, RFC 9865 §2: a negative `count` means 0; more than we serve means as much as we serve. */
function clampCount(count: number): number {
  return Math.min(Math.max(0, count), LIMITS.maxCount);
}
