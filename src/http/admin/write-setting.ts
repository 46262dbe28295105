/** Changing a source: the request goes to the source's object, as all its writes do. */
import type { Context } from "hono";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { openDatabase, shardsOf, type Database } from "../../directory/database.ts";
import { prefixedId, randomBytes, shardOf, uuidv7 } from "../../directory/ids.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import { askObject } from "../../sources/object.ts";
import { hashNewSecret, hintOf, newSecret, readPeppers } from "../../sources/secret.ts";
import type { SettingOperation } from "../../sources/settings.ts";
import type { SourceState } from "../../sources/source.ts";
import { DAY_MS, type NewToken } from "../../sources/token-rules.ts";
import type { AdminEnv } from "./router.ts";

/** The state after the change; undefined once the source is gone. Throws what the rules refuse. */
export async function writeSetting(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: SettingOperation,
): Promise<SourceState | undefined> {
  sourceShard(c.env, sourceId);
  const outcome = await askObject(c.env, sourceId, {
    opId: uuidv7(Date.now(), randomBytes(10)),
    directoryId: DEFAULT_DIRECTORY,
    actor: c.get("admin").id,
    requestId: c.get("requestId"),
    operation,
  });
  if (outcome.ok) return outcome.state;
  // Only bodies of resources are read under a configuration, or stand in a Bulk.
  if (typeof outcome.refusal === "string") throw new ScimError("internal", "Internal error");
  throw fromRefusal(outcome.refusal);
}

/** The same for a change that leaves the source in place. */
export async function changeSource(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: Exclude<SettingOperation, { kind: "source.delete" }>,
): Promise<SourceState> {
  return (await writeSetting(c, sourceId, operation)) ?? refuseUnknownSource();
}

/** The shard an id names. Throws ScimError `not_found` for an id that can't be a source's. */
export function sourceShard(env: Env, sourceId: string): string {
  const shard = sourceId.startsWith("ds_") ? shardOf(sourceId) : undefined;
  if (shard === undefined || !shardsOf(env).includes(shard)) return refuseUnknownSource();
  return shard;
}

export function openSourceDatabase(env: Env, sourceId: string): Database {
  return openDatabase(env, sourceShard(env, sourceId));
}

export function refuseUnknownSource(): never {
  throw new ScimError("not_found", "There is no such data source");
}

export interface IssuedToken {
  /** Shown once: only its hash is kept. */
  readonly secret: string;
  readonly token: NewToken;
}

/** A new token with its secret; `expiresAt` in epoch milliseconds, or days from `now`. */
export async function issueToken(
  env: Env,
  shard: string,
  lifetime: { readonly expiresAt: number } | { readonly days: number },
  now: number,
): Promise<IssuedToken> {
  const secret = newSecret("scim", shard, randomBytes);
  const { pepperId, hash } = await hashNewSecret(readPeppers(env), secret);
  const id = prefixedId("tok", shard, uuidv7(now, randomBytes(10)));
  const expiresAt = "days" in lifetime ? now + lifetime.days * DAY_MS : lifetime.expiresAt;
  return {
    secret,
    token: { id, pepperId, hash, hint: hintOf(secret), createdAt: now, expiresAt },
  };
}
