/**
 * A bucket of requests per source and isolate, which keeps one source from starving the others,
 * and a limit on failures per address, which makes guessing slow.
 */
import { ScimError } from "../scim/error.ts";
import { addressOf, isDialectTokenPath, isScimPath, type AppContext } from "./context.ts";

export interface Bucket {
  readonly tokens: number;
  /** Epoch milliseconds of the last change. */
  readonly at: number;
}

/** Entra asks for 25 requests per second; this lets a first cycle run at the speed of the database. */
export const DEFAULT_RATE_PER_SECOND = 1_000;
/** A bucket holds what two seconds fill. */
const BURST_SECONDS = 2;

const buckets = new Map<string, Bucket>();
const BUCKETS_MAX = 5_000;

/** Takes a request out of the bucket, or tells in how many seconds there will be room. */
export function take(
  bucket: Bucket | undefined,
  ratePerSecond: number,
  now: number,
): { bucket: Bucket; waitSeconds: number } {
  const full = ratePerSecond * BURST_SECONDS;
  const filled =
    bucket === undefined ? full : bucket.tokens + ((now - bucket.at) / 1000) * ratePerSecond;
  const tokens = Math.min(full, filled);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at: now }, waitSeconds: 0 };
  const waitSeconds = Math.ceil((1 - tokens) / ratePerSecond);
  return { bucket: { tokens, at: now }, waitSeconds };
}

/** Throws ScimError `rate_limited`. */
export function limitSource(
  sourceId: string,
  ratePerSecond: number | null | undefined,
  now: number,
): void {
  if (buckets.size >= BUCKETS_MAX) buckets.clear();
  const rate = ratePerSecond ?? DEFAULT_RATE_PER_SECOND;
  const { bucket, waitSeconds } = take(buckets.get(sourceId), rate, now);
  buckets.set(sourceId, bucket);
  if (waitSeconds === 0) return;
  throw new ScimError("rate_limited", `More than ${rate} requests per second`, {
    retryAfterSeconds: waitSeconds,
  });
}

/**
 * Takes so many more out of the bucket, also what isn't there yet: a Bulk costs as much as its
 * operations one by one, and those who come after it wait.
 */
export function spend(sourceId: string, count: number): void {
  const bucket = buckets.get(sourceId);
  if (bucket !== undefined) buckets.set(sourceId, { ...bucket, tokens: bucket.tokens - count });
}

/**
 * The error to answer. Whoever sends tokens that don't work gets `rate_limited` in place of
 * `unauthorized` for the rest of the minute; tokens that work are not concerned.
 */
export async function limitFailures(error: unknown, c: AppContext): Promise<unknown> {
  if (!(error instanceof ScimError) || error.reason !== "unauthorized") return error;
  // A client's failures have been counted where its secret was asked about.
  return isScimPath(c) && !isDialectTokenPath(c) ? countFailure(c, "scim", error) : error;
}

/** Counts a failure against the address it came from: `error`, or `rate_limited` after too many. */
export async function countFailure(
  c: Pick<AppContext, "env" | "req">,
  kind: "scim" | "admin" | "client",
  error: ScimError,
): Promise<ScimError> {
  const key = `${kind}:${addressOf(c)}`;
  // A limit that can't be asked must not become another answer than the one due.
  const { success } = await c.env.FAILURES.limit({ key }).catch(() => ({ success: true }));
  if (success) return error;
  return new ScimError("rate_limited", "Too many failed attempts from this address", {
    retryAfterSeconds: 60,
  });
}
