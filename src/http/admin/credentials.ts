/** What bearer tokens and client secrets of a data source have in common over HTTP. */
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { prefixedId, randomBytes, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import { hashNewClientSecret } from "../../sources/client-secret.ts";
import { hashNewSecret, hintOf, newSecret, readPeppers } from "../../sources/secret.ts";
import { findSource, tokensOf } from "../../sources/source-reads.ts";
import type { Token, TokenType } from "../../sources/source.ts";
import {
  DAY_MS,
  MAX_OVERLAP_HOURS,
  type NewToken,
  type TokenOperation,
} from "../../sources/token-rules.ts";
import type {
  createdToken,
  rotation,
  token as tokenContract,
  tokenBody,
} from "./source-contracts.ts";
import type { Keep } from "./once.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { representNewToken, representToken } from "./represent.ts";
import { tag, type AdminEnv } from "./router.ts";
import { changeSource } from "./write-setting.ts";

const DEFAULT_DAYS = 365;

/** `expiresAt` in epoch milliseconds, or days from now. */
export type Lifetime = { readonly expiresAt: number } | { readonly days: number };

export interface Issued {
  /** Shown once: only its hash is kept. */
  readonly secret: string;
  readonly token: NewToken;
}

export function lifetimeOf({ expiresInDays, expiresAt }: z.infer<typeof tokenBody>): Lifetime {
  return expiresAt === undefined
    ? { days: expiresInDays ?? DEFAULT_DAYS }
    : { expiresAt: Date.parse(expiresAt) };
}

/** A new bearer token with its secret. */
export async function issueToken(
  env: Env,
  shard: string,
  lifetime: Lifetime,
  now: number,
): Promise<Issued> {
  const secret = newSecret("scim", shard, randomBytes);
  const token = {
    id: prefixedId("tok", shard, uuidv7(now, randomBytes(10))),
    type: "bearer",
    ...(await hashNewSecret(readPeppers(env), secret)),
    hint: hintOf(secret),
    ...termOf(lifetime, now),
  } as const;
  return { secret, token };
}

export interface NewSecret {
  readonly shard: string;
  readonly sourceId: string;
  readonly lifetime: Lifetime;
  /** One that an admin brought along; otherwise it is made here. */
  readonly own?: string | undefined;
}

/** A new client secret. Of one that was brought along nothing is told later, not even its end. */
export async function issueClientSecret(
  env: Env,
  { shard, sourceId, lifetime, own }: NewSecret,
  now: number,
): Promise<Issued> {
  const secret = own ?? newSecret("cs", shard, randomBytes);
  const token = {
    id: prefixedId("sec", shard, uuidv7(now, randomBytes(10))),
    type: "client_secret",
    ...(await hashNewClientSecret(readPeppers(env), sourceId, secret)),
    hint: own === undefined ? hintOf(secret) : "",
    ...termOf(lifetime, now),
  } as const;
  return { secret, token };
}

function termOf(lifetime: Lifetime, now: number): Pick<NewToken, "createdAt" | "expiresAt"> {
  const expiresAt = "days" in lifetime ? now + lifetime.days * DAY_MS : lifetime.expiresAt;
  return { createdAt: now, expiresAt };
}

/** Those of a type, oldest first. Two at most: one page holds them. */
export async function listCredentials(
  c: Context<AdminEnv>,
  sourceId: string,
  type: TokenType,
): Promise<{ data: z.infer<typeof tokenContract>[]; nextCursor: null }> {
  const db = await openSourceDatabase(c.env, sourceId);
  const [source, tokens] = await Promise.all([findSource(db, sourceId), tokensOf(db, sourceId)]);
  if (source === undefined) return refuseUnknownSource();
  tag(c, source.configVersion);
  const own = tokens.filter((token) => token.type === type);
  return { data: own.map((token) => representToken(token, Date.now())), nextCursor: null };
}

/** Gives the source what was issued, by the operation that takes it in. */
export async function addCredential(
  c: Context<AdminEnv>,
  sourceId: string,
  { secret, token }: Issued,
  operation: TokenOperation,
  keep: Keep,
): Promise<z.infer<typeof createdToken>> {
  const created = { ...representNewToken(token), secret };
  const state = await changeSource(c, sourceId, operation, await keep(created));
  tag(c, state.source.configVersion);
  return created;
}

/** What a rotation asks for, with what holds where it says nothing. */
export function rotationOf({
  overlapHours = MAX_OVERLAP_HOURS,
  expiresInDays = DEFAULT_DAYS,
}: z.infer<typeof rotation>): { overlapHours: number; lifetime: Lifetime } {
  return { overlapHours, lifetime: { days: expiresInDays } };
}

export async function changeCredential(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: Exclude<TokenOperation, { token: unknown }>,
): Promise<z.infer<typeof tokenContract>> {
  const { source, tokens } = await changeSource(c, sourceId, operation);
  tag(c, source.configVersion);
  return representToken(getCredential(tokens, operation.tokenId), Date.now());
}

/** Throws ScimError `not_found`. */
export function getCredential(tokens: readonly Token[], id: string): Token {
  const token = tokens.find((one) => one.id === id);
  if (token === undefined)
    throw new ScimError("not_found", "The data source has nothing of this id");
  return token;
}
