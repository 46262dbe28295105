/** A bucket of requests per source and isolate. It keeps one source from starving the others. */
import { ScimError } from "../scim/error.ts";

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
  const filled = bucket === undefined ? full : bucket.tokens + ((now - bucket.at) / 1000) * ratePerSecond;
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
