/**
 * Which token a hash belongs to: KV first, because it is near, else the shard's database. KV holds
 * only ids that never change, and is allowed to be wrong: whether the token still works is proved
 * by the database in the request's own batch.
 */
import { z } from "zod";
import { openDatabase, shardsOf } from "../directory/database.ts";
import type { SecretHash } from "./secret.ts";
import { findTokenByHash } from "./source-reads.ts";

const tokenEntry = z.object({ tokenId: z.string(), sourceId: z.string() });

export type TokenEntry = z.infer<typeof tokenEntry>;

/**
 * Finds the token of a secret from the shard it names, by its hash under any of the peppers.
 * Throws ScimError `unavailable` only when the database fails too.
 */
export async function findToken(
  env: Env,
  shard: string,
  hashes: readonly SecretHash[],
): Promise<TokenEntry | undefined> {
  for (const { hash } of hashes) {
    const entry = await findInKv(env, hash);
    if (entry !== undefined) return entry;
  }
  // Anybody can write a shard code into a secret; one we don't have can't hold a token.
  if (!shardsOf(env).includes(shard)) return undefined;
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

async function findInKv(env: Env, hash: string): Promise<TokenEntry | undefined> {
  const value: unknown = await env.TOKENS.get(hash, "json").catch(ignore);
  return tokenEntry.safeParse(value).data;
}

function ignore(): undefined {
  return undefined;
}
