/**
 * Which token a hash belongs to: KV first, because it is near, else the shard's database. KV holds
 * only ids that never change, and is allowed to be wrong: whose the hash is, and whether the token
 * still works, is proved by the database.
 */
import { z } from "zod";
import { openDatabase } from "../directory/database.ts";
import type { SecretHash } from "./secret.ts";
import { findTokenByHash } from "./source-reads.ts";

const tokenEntry = z.object({ tokenId: z.string(), sourceId: z.string() });

export type TokenEntry = z.infer<typeof tokenEntry>;

/** What KV says of a secret's hashes: a hint, to be proved. */
export async function hintedToken(
  env: Env,
  hashes: readonly SecretHash[],
): Promise<TokenEntry | undefined> {
  for (const { hash } of hashes) {
    const value: unknown = await env.TOKENS.get(hash, "json").catch(ignore);
    const entry = tokenEntry.safeParse(value).data;
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/**
 * Finds the token of a secret in its shard's database, by its hash under any of the peppers, and
 * tells KV. Throws ScimError `unavailable`.
 */
export async function findToken(
  env: Env,
  shard: string,
  hashes: readonly SecretHash[],
): Promise<TokenEntry | undefined> {
  const found = await findTokenByHash(
    openDatabase(env, shard),
    hashes.map(({ hash }) => hash),
  );
  if (found === undefined) return undefined;
  const { hash, ...entry } = found;
  await putToken(env, hash, entry);
  return entry;
}

/** Best effort: without it the first request of the token takes the longer way. */
export async function putToken(env: Env, hash: string, entry: TokenEntry): Promise<void> {
  await env.TOKENS.put(hash, JSON.stringify(entry)).catch(ignore);
}

/** Best effort: a leftover points to a token that the database no longer has. */
export async function dropToken(env: Env, hash: string): Promise<void> {
  await env.TOKENS.delete(hash).catch(ignore);
}

function ignore(): undefined {
  return undefined;
}
