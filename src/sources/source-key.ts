/** The part of a base URL that names a source: it ends with the shard and eight random characters. */

/** The shard code in a source's key, or undefined when it isn't one. */
export function shardOfKey(key: string): string | undefined {
  return /^(?:[a-z0-9-]+-)?([0-9a-z]{2})[0-9a-z]{8}$/.exec(key)?.[1];
}
