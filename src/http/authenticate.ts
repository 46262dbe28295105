/** Bearer token → which token of which source. Whether it still counts, the database says with the answer. */
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { openDatabase } from "../directory/database.ts";
import { ScimError } from "../scim/error.ts";
import { admit, gateStatement, parseGate, unauthorized } from "../sources/gate.ts";
import { hashSecret, parseSecret, readPeppers } from "../sources/secret.ts";
import type { Source } from "../sources/source.ts";
import { findToken } from "../sources/token-index.ts";
import { addressOf, type AppContext } from "./context.ts";
import { limitSource } from "./rate.ts";
import { rememberSource, rememberedSource } from "./source-cache.ts";
import { recordUse } from "./token-use.ts";

export interface SourceKeyed {
  readonly sourceId: string;
  readonly tokenId: string;
  readonly shard: string;
}

/** Tokens seen by this isolate: hash → ids. They never change, so only the size is bounded. */
const recognized = new Map<string, SourceKeyed>();
const RECOGNIZED_MAX = 5_000;

/**
 * Recognizes the bearer token of a SCIM request. Throws ScimError `unauthorized` alike for all
 * tokens that don't work, `rate_limited` for an address that fails too often, `unavailable`.
 */
export async function authenticate(c: AppContext): Promise<SourceKeyed> {
  const token = bearerOf(c.req.header("authorization"));
  const parsed = token === undefined ? undefined : parseSecret(token);
  if (token === undefined || parsed?.kind !== "scim") return fail(c);
  const hashes = await hashSecret(readPeppers(c.env), token);
  const key = hashes[0]?.hash ?? "";
  const caller = recognized.get(key) ?? (await lookUp(c, hashes, parsed.shard));
  if (caller === undefined) return fail(c);
  remember(key, caller);
  limitSource(caller.sourceId, rememberedSource(caller.sourceId)?.ratePerSecond, Date.now());
  c.set("caller", caller);
  recordUse(c.env, c.executionCtx, caller, Date.now());
  return caller;
}

/**
 * The source as this isolate last saw it, read if it never did. Throws when the token may not
 * use it; the answer's own batch checks both again.
 */
export async function sourceOf(c: AppContext, caller: SourceKeyed): Promise<Source> {
  const source = rememberedSource(caller.sourceId) ?? (await reloadSource(c, caller));
  const key = c.req.param("sourceKey");
  if (key !== undefined && key !== source.key) return fail(c);
  return source;
}

/** Reads the source anew, after another configuration turned out to be in force. */
export async function reloadSource(c: AppContext, caller: SourceKeyed): Promise<Source> {
  const gate = gateStatement(caller.sourceId, caller.tokenId);
  const [rows] = await openDatabase(c.env, caller.shard).batch([gate]);
  const { source, token } = parseGate(rows?.[0]);
  const admitted = admit(source, token, undefined, Date.now());
  rememberSource(admitted);
  return admitted;
}

export function newUuid(): string {
  return uuidv7(Date.now(), randomBytes(10));
}

async function lookUp(
  c: AppContext,
  hashes: Awaited<ReturnType<typeof hashSecret>>,
  shard: string,
): Promise<SourceKeyed | undefined> {
  const found = await findToken(c.env, shard, hashes);
  return found === undefined ? undefined : { ...found, shard };
}

function remember(key: string, caller: SourceKeyed): void {
  if (recognized.size >= RECOGNIZED_MAX) recognized.clear();
  recognized.set(key, caller);
}

/** RFC 6750 §2.1; the scheme's letter case does not count (RFC 9110 §11.1). */
function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +([^\s,]+)$/i.exec(header ?? "")?.[1];
}

async function fail(c: AppContext): Promise<never> {
  const { success } = await c.env.FAILURES.limit({ key: `scim:${addressOf(c)}` });
  if (success) throw unauthorized();
  throw new ScimError("rate_limited", "Too many requests without a valid token", {
    retryAfterSeconds: 60,
  });
}
