/** The part of a base URL that names a source. */
import { randomText, type RandomBytes } from "./secret.ts";

const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
const SLUG_LENGTH = 24;
const RANDOM_LENGTH = 8;

/**
 * `okta-acme-00x3k9m2qa`: readable, then the shard and something nobody can guess. Letters, digits
 * and hyphens only, because Okta refuses a base URL with an underscore.
 */
export function newSourceKey(name: string, shard: string, randomBytes: RandomBytes): string {
  const unique = shard + randomText(BASE36, RANDOM_LENGTH, randomBytes);
  const slug = slugOf(name);
  return slug === "" ? unique : `${slug}-${unique}`;
}

function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return slug.slice(0, SLUG_LENGTH).replace(/-$/, "");
}

/** The shard code in a source's key, or undefined when it isn't one. */
export function shardOfKey(key: string): string | undefined {
  return /^(?:[a-z0-9-]+-)?([0-9a-z]{2})[0-9a-z]{8}$/.exec(key)?.[1];
}
