/** The one error of Muster: what was refused, and under which status it travels. RFC 7644 §3.12. */

/** RFC 7644 §3.12, table 9, and RFC 9865 §2.1, then what the table has no keyword for. */
const REASONS = {
  invalidFilter: { status: 400, scimType: "invalidFilter" },
  tooMany: { status: 400, scimType: "tooMany" },
  invalidSyntax: { status: 400, scimType: "invalidSyntax" },
  invalidPath: { status: 400, scimType: "invalidPath" },
  noTarget: { status: 400, scimType: "noTarget" },
  invalidValue: { status: 400, scimType: "invalidValue" },
  invalidVers: { status: 400, scimType: "invalidVers" },
  mutability: { status: 400, scimType: "mutability" },
  uniqueness: { status: 409, scimType: "uniqueness" },
  invalidCursor: { status: 400, scimType: "invalidCursor" },
  expiredCursor: { status: 400, scimType: "expiredCursor" },
  invalidCount: { status: 400, scimType: "invalidCount" },
  sensitive: { status: 403, scimType: "sensitive" },
  organization_unknown: { status: 400, scimType: "invalidValue" },
  organization_cycle: { status: 400, scimType: "invalidValue" },
  organization_too_deep: { status: 400, scimType: "invalidValue" },
  organization_out_of_scope: { status: 403 },
  organization_not_empty: { status: 409 },
  organization_in_use: { status: 409 },
  unauthorized: { status: 401 },
  forbidden: { status: 403 },
  not_owner: { status: 403 },
  permission_missing: { status: 403 },
  api_closed: { status: 403 },
  data_source_disabled: { status: 403 },
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  conflict: { status: 409 },
  precondition_failed: { status: 412 },
  payload_too_large: { status: 413, scimType: "tooMany" },
  uri_too_long: { status: 414 },
  unsupported_media_type: { status: 415 },
  not_available: { status: 422 },
  rate_limited: { status: 429 },
  internal: { status: 500 },
  not_implemented: { status: 501 },
  unavailable: { status: 503 },
  token_limit_reached: { status: 409 },
  last_enabled_token: { status: 409 },
  disable_first: { status: 409 },
  already_claimed: { status: 410 },
  name_mismatch: { status: 409 },
  source_type_unsupported: { status: 422 },
  kind_not_supported: { status: 422 },
  last_owner_key: { status: 409 },
  key_revoked: { status: 409 },
  shard_not_bound: { status: 422 },
  idempotency_key_reused: { status: 422 },
} as const satisfies Record<string, { status: number; scimType?: string }>;

export type Reason = keyof typeof REASONS;

/** An error as data: what crosses a Durable Object's RPC, where classes do not survive. */
export interface Refusal {
  readonly reason: Reason;
  readonly detail: string;
  /** Seconds until it is worth trying again; present on 429 and 503. */
  readonly retryAfterSeconds?: number | undefined;
  readonly note?: string | undefined;
}

/** One part of a request that is at fault. */
export interface Fault {
  /** Where: a JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/**
 * `detail` is for the engineer on the other side: it names the attribute or the operation's
 * index, never a stored value.
 */
export class ScimError extends Error {
  override readonly name = "ScimError";
  readonly reason: Reason;
  readonly status: number;
  readonly scimType: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly faults: readonly Fault[] | undefined;
  /** What only the log may know: why a token doesn't work is nobody else's business. */
  readonly note: string | undefined;

  constructor(
    reason: Reason,
    detail: string,
    options?: ErrorOptions & {
      retryAfterSeconds?: number | undefined;
      faults?: readonly Fault[] | undefined;
      note?: string | undefined;
    },
  ) {
    super(detail, options);
    const row: { status: number; scimType?: string } = REASONS[reason];
    this.reason = reason;
    this.status = row.status;
    this.scimType = row.scimType;
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.faults = options?.faults;
    this.note = options?.note;
  }
}

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}

export function toRefusal(error: ScimError): Refusal {
  return {
    reason: error.reason,
    detail: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
    note: error.note,
  };
}

export function fromRefusal({ reason, detail, retryAfterSeconds, note }: Refusal): ScimError {
  return new ScimError(reason, detail, { retryAfterSeconds, note });
}
