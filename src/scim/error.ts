/** The one error of Muster: what was refused, and under which status it travels. RFC 7644 §3.12. */

import { REASONS, type Reason, type Row } from "./catalogue.ts";

export { isReason, type Reason } from "./catalogue.ts";

/** An error as data: what crosses a Durable Object's RPC, where classes do not survive. */
export interface Refusal {
  readonly reason: Reason;
  readonly detail: string;
  /** Seconds until it is worth trying again; present on 429 and 503. */
  readonly retryAfterSeconds?: number | undefined;
  readonly note?: Reason | undefined;
  readonly faults?: readonly Fault[] | undefined;
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
  readonly note: Reason | undefined;

  constructor(
    reason: Reason,
    detail: string,
    options?: ErrorOptions & {
      retryAfterSeconds?: number | undefined;
      faults?: readonly Fault[] | undefined;
      note?: Reason | undefined;
    },
  ) {
    super(detail, options);
    const row: Row = REASONS[reason];
    this.reason = reason;
    this.status = row.status;
    this.scimType = row.scimType;
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.faults = options?.faults;
    this.note = options?.note;
  }
}

export function toRefusal(error: ScimError): Refusal {
  return {
    reason: error.reason,
    detail: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
    note: error.note,
    faults: error.faults,
  };
}

export function fromRefusal({ reason, detail, ...more }: Refusal): ScimError {
  return new ScimError(reason, detail, more);
}
