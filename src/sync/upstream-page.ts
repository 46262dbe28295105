/** What the upstream client gives to a run: pages of records that were understood, or why there are none. */
import type { Json, JsonObject } from "../scim/json.ts";
import type { TokenStyle, Upstream } from "../sources/upstream.ts";

export type UpstreamType = "Organization" | "User" | "Group";

/** How an upstream is reached: its settings with the secret in clear. Never logged, never stored. */
export interface Connection {
  readonly upstream: Upstream;
  /** The client secret, or the fixed token. */
  readonly secret: string;
  /** http to loopback addresses, under a development flag alone. */
  readonly allowLoopback: boolean;
}

/** An access token; `expiresAt` in epoch milliseconds. */
export interface AccessToken {
  readonly value: string;
  readonly expiresAt: number;
  readonly style: TokenStyle;
}

/** Where the next page begins. */
export type Position =
  | { readonly startIndex: number }
  /** RFC 9865 §2. */
  | { readonly cursor: string };

export interface PageRequest {
  readonly type: UpstreamType;
  readonly at: Position;
  /** Incremental runs: only what was changed after it, in the upstream's own words. */
  readonly since?: string | undefined;
}

export interface UpstreamUser {
  readonly type: "User";
  /** Its `id` upstream: what it is asked for by, and what groups have among their members. */
  readonly externalId: string;
  /** A SCIM User as a POST of the source would have it, without groups and organizations. */
  readonly body: JsonObject;
  /** Ids upstream; the first is the primary one. Undefined where the record says nothing of them. */
  readonly organizations: readonly string[] | undefined;
  /** They are RFC 7643's `organization`, which may be an id and may be a mere name. */
  readonly organizationsMayBeNames: boolean;
  /** Custom attributes that came without a namespace; `withFields` puts them into the source's. */
  readonly fields: JsonObject | undefined;
  readonly groups: readonly { readonly id: string; readonly displayName: string }[] | undefined;
  readonly lastModified: string | undefined;
}

export interface UpstreamOrganization {
  readonly type: "Organization";
  /** Its `id` upstream, by which parents and people refer to it. */
  readonly externalId: string;
  /** displayName, code, order. */
  readonly body: JsonObject;
  /** The id upstream of the one above; undefined for what stands at the top. */
  readonly parent: string | undefined;
  readonly lastModified: string | undefined;
}

export interface UpstreamGroup {
  readonly type: "Group";
  /** Its `id` upstream, by which people refer to it. */
  readonly externalId: string;
  readonly body: JsonObject;
  /** Ids upstream of its members; undefined where the record leaves them out. */
  readonly members: readonly string[] | undefined;
  readonly lastModified: string | undefined;
}

export type UpstreamRecord = UpstreamUser | UpstreamOrganization | UpstreamGroup;

/** A record that can't be understood. It is reported; whoever it is about stays as they are. */
export interface RecordFault {
  readonly type: UpstreamType;
  /** Where it could be read all the same. */
  readonly externalId: string | undefined;
  readonly name: string | undefined;
  /** A code of the catalogue. */
  readonly code: string;
  /** The JSON path in the record. */
  readonly path: string;
  readonly detail: string;
  readonly lastModified?: string | undefined;
}

export interface UpstreamPage {
  readonly records: readonly UpstreamRecord[];
  readonly faults: readonly RecordFault[];
  /** How many records the page had, faulty ones included. */
  readonly length: number;
  /** `totalResults`; undefined where it is missing or no number. */
  readonly total: number | undefined;
  /** Where the upstream pages by cursor and there is more. */
  readonly nextCursor: string | undefined;
  /** The upstream's time as its answer told it, in epoch milliseconds. */
  readonly date?: number | undefined;
}

export const FAILURES = [
  /** The token endpoint refused the credentials, or a page the new token again. */
  "upstream_auth_failed",
  "upstream_forbidden",
  "upstream_not_found",
  "upstream_rate_limited",
  /** 5xx, no connection, cut off. */
  "upstream_unavailable",
  "upstream_timeout",
  "upstream_redirected",
  "upstream_too_large",
  /** No JSON, no list, an error with status 200. */
  "upstream_malformed",
  "upstream_url_refused",
  /** 400 to a request with a filter: the run reads everything instead. */
  "upstream_filter_refused",
  "upstream_refused",
] as const;
export type FailureCode = (typeof FAILURES)[number];

export interface UpstreamFailure {
  readonly call: "token" | UpstreamType;
  readonly code: FailureCode;
  readonly status: number | undefined;
  /** Whether the same call may go well later. */
  readonly retryable: boolean;
  /** What `Retry-After` said, in seconds, bounded to 0–900; undefined where it said nothing sensible. */
  readonly retryAfterSeconds: number | undefined;
  /** For the admin: without the secret, without bodies. */
  readonly detail: string;
}

export type Got<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: UpstreamFailure };

/**
 * What of the upstream's id of a person is asked: whether it is there, there and said to be inactive
 * (`left`), gone (404), or nobody can tell.
 */
export type Presence = "seen" | "left" | "gone" | "unknown";

/** JSON as it was sent. */
export type Raw = Json;
