/** Identifiers: UUIDv7 for SCIM resources, prefixed ones with a shard code for the rest. */

/**
 * A UUIDv7 (RFC 9562 §5.7): `now` in epoch milliseconds, `random` at least 10 bytes.
 * Ordered by time, because rows inserted in key order load twice as fast.
 */
export function uuidv7(now: number, random: Uint8Array): string {
  const time = now.toString(16).padStart(12, "0");
  let tail = "";
  for (const byte of random.subarray(0, 10)) tail += HEX[byte] ?? "";
  const variant = "89ab"[(random[2] ?? 0) & 3] ?? "8";
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${tail.slice(1, 4)}`,
    `${variant}${tail.slice(5, 8)}`,
    tail.slice(8, 20),
  ].join("-");
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export type IdPrefix =
  "ds" | "tok" | "sec" | "app" | "run" | "key" | "dir" | "fld" | "req" | "hold";

/** `ds_` + shard + 32 hexadecimal digits: the shard code finds the database without a look-up. */
export function prefixedId(prefix: IdPrefix, shard: string, uuid: string): string {
  return `${prefix}_${shard}${uuid.replaceAll("-", "")}`;
}

/** The shard code of a prefixed id, or undefined when it isn't one. */
export function shardOf(id: string): string | undefined {
  return /^[a-z]+_([0-9a-z]{2})[0-9a-f]{32}$/.exec(id)?.[1];
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
