/** Bearer token → which token of which source. Whether it still counts, the database says with the answer. */
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { openDatabase } from "../directory/database.ts";
import { ScimError } from "../scim/error.ts";
import { isAccessToken, readAccessToken } from "../sources/access-token.ts";
import {
  admit,
  admitToken,
  gateStatement,
  parseGate,
  unauthorized,
  type Gate,
} from "../sources/gate.ts";
import { hashSecret, parseSecret, readPeppers, type SecretHash } from "../sources/secret.ts";
import type { Source } from "../sources/source.ts";
import { findToken, hintedToken } from "../sources/token-index.ts";
import { noteTokenUse } from "./activity.ts";
import { requireShard } from "./admin/place.ts";
import type { AppContext } from "./context.ts";
import { limitSource } from "./rate.ts";
import { rememberSource, rememberedSource } from "./source-cache.ts";

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
 * tokens that nobody has, `rate_limited` for a source that asks too often, `unavailable`.
 */
export async function authenticate(c: AppContext): Promise<SourceKeyed> {
  const token = bearerOf(c.req.header("authorization")) ?? "";
  const caller = isAccessToken(token)
    ? await callerOfAccessToken(c, token)
    : await callerOfToken(c, token);
  c.set("caller", caller);
  c.set("throttled", true);
  limitSource(caller.sourceId, rememberedSource(caller.sourceId)?.ratePerSecond, Date.now());
  c.set("throttled", false);
  noteTokenUse(c, caller, Date.now());
  return caller;
}

async function callerOfToken(c: AppContext, token: string): Promise<SourceKeyed> {
  const parsed = parseSecret(token);
  if (parsed?.kind !== "scim") throw unauthorized();
  const hashes = await hashSecret(readPeppers(c.env), token);
  const key = hashes[0]?.hash ?? "";
  const caller = recognized.get(key) ?? (await recognize(c, hashes, parsed.shard));
  remember(key, caller);
  return caller;
}

/** Whom it was given to, it says itself; the gate asks whether that client secret still works. */
async function callerOfAccessToken(c: AppContext, token: string): Promise<SourceKeyed> {
  const grant = await readAccessToken(readPeppers(c.env), token);
  if (grant === undefined) throw unauthorized("token_unknown");
  if (grant.expiresAt <= Date.now()) throw unauthorized("token_expired");
  return grant;
}

/**
 * The source as this isolate last saw it, read if it never did. Throws when the token may not
 * use it; the answer's own batch checks both again.
 */
export async function sourceOf(c: AppContext, caller: SourceKeyed): Promise<Source> {
  return atItsUrl(c, rememberedSource(caller.sourceId) ?? (await reloadSource(c, caller)));
}

/** As `authenticate`, for the token of this URL's source: nothing else of a request is looked at before. */
export async function callerOf(c: AppContext): Promise<SourceKeyed> {
  const caller = await authenticate(c);
  await sourceOf(c, caller);
  return caller;
}

/** Asks the database whether the token works, where no batch of the answer's own does. */
export async function proveToken(c: AppContext, caller: SourceKeyed): Promise<Source> {
  const { source, token } = await readGate(c, caller);
  return atItsUrl(c, admitToken(source, token, Date.now()));
}

/** Statuses that tell nothing about a source, and shouldn't cost a read. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([401, 429, 500, 503]);

/**
 * The error to answer in place of `error`. A request that is refused before the database was asked
 * about its token is refused for the token if that no longer counts: it learns nothing else.
 */
export async function errorOnceProved(error: unknown, c: AppContext): Promise<unknown> {
  const caller = c.get("caller");
  if (caller === undefined || c.get("proved") || !(error instanceof ScimError)) return error;
  if (SAYS_NOTHING.has(error.status)) return error;
  try {
    await proveToken(c, caller);
    return error;
  } catch (refusal) {
    return refusal;
  }
}

/** Reads the source anew, after another configuration turned out to be in force. */
export async function reloadSource(c: AppContext, caller: SourceKeyed): Promise<Source> {
  const { source, token } = await readGate(c, caller);
  const admitted = admit(source, token, undefined, Date.now());
  rememberSource(admitted);
  return admitted;
}

export function newUuid(): string {
  return uuidv7(Date.now(), randomBytes(10));
}

/** KV only hints: the database has to say once that the hash is of this token of this source. */
async function recognize(
  c: AppContext,
  hashes: readonly SecretHash[],
  shard: string,
): Promise<SourceKeyed> {
  // Anybody can write a shard code into a secret; one we don't have can't hold a token.
  await requireShard(c.env, shard, () => {
    throw unauthorized();
  });
  const hint = await hintedToken(c.env, hashes);
  if (hint !== undefined && (await isProved(c, { ...hint, shard }, hashes))) {
    return { ...hint, shard };
  }
  const found = await findToken(c.env, shard, hashes);
  if (found === undefined) throw unauthorized();
  return { ...found, shard };
}

async function isProved(
  c: AppContext,
  caller: SourceKeyed,
  hashes: readonly SecretHash[],
): Promise<boolean> {
  const { source, token } = await readGate(c, caller);
  if (!hashes.some(({ hash }) => hash === token?.hash)) return false;
  rememberSource(admitToken(source, token, Date.now()));
  return true;
}

async function readGate(c: AppContext, caller: SourceKeyed): Promise<Gate> {
  const [rows] = await openDatabase(c.env, caller.shard).batch([gateStatement(caller)]);
  c.set("proved", true);
  return parseGate(rows?.[0]);
}

/** A token is good only at its own source's URL, and where the URL names none. */
function atItsUrl(c: AppContext, source: Source): Source {
  const key = c.req.param("sourceKey");
  if (key !== undefined && key !== source.key) throw unauthorized();
  return source;
}

/** A token that was refused has to be recognized anew, and spends nothing of its source's rate until then. */
export function forgetToken(tokenId: string): void {
  for (const [key, caller] of recognized) if (caller.tokenId === tokenId) recognized.delete(key);
}

function remember(key: string, caller: SourceKeyed): void {
  if (recognized.size >= RECOGNIZED_MAX) recognized.clear();
  recognized.set(key, caller);
}

/** RFC 6750 §2.1; the scheme's letter case does not count (RFC 9110 §11.1). */
function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +([^\s,]+)$/i.exec(header ?? "")?.[1];
}
