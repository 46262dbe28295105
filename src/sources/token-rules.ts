/**
 * What may be done to the tokens of a source. Pure: tokens in, tokens or a ScimError out.
 * At most two; one day to three years; while the source is enabled, one that works remains.
 */
import { ScimError } from "../scim/error.ts";
import type { Token } from "./source.ts";

export type NewToken = Pick<Token, "id" | "pepperId" | "hash" | "hint" | "createdAt" | "expiresAt">;

export type TokenOperation =
  | { readonly kind: "token.create"; readonly token: NewToken }
  | { readonly kind: "token.expiry"; readonly tokenId: string; readonly expiresAt: number }
  | { readonly kind: "token.enable" | "token.disable" | "token.delete"; readonly tokenId: string }
  | {
      readonly kind: "token.rotate";
      readonly tokenId: string;
      /** How long the old token goes on working, 0 to 24; with 0 it is deleted at once. */
      readonly overlapHours: number;
      readonly token: NewToken;
    };

export const MAX_TOKENS = 2;
export const MAX_OVERLAP_HOURS = 24;
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const YEARS = 3;

export function isExpired(token: Token, now: number): boolean {
  return token.expiresAt <= now;
}

/** The last moment a lifetime may end: the same UTC date three years on, 28 February for the 29th. */
export function latestExpiry(now: number): number {
  const date = new Date(now);
  const leapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  if (leapDay) date.setUTCDate(28);
  return date.setUTCFullYear(date.getUTCFullYear() + YEARS);
}

/** Throws ScimError `invalidValue` unless the lifetime counted from `now` is one day to three years. */
export function checkExpiry(expiresAt: number, now: number): void {
  if (expiresAt >= now + DAY_MS && expiresAt <= latestExpiry(now)) return;
  throw new ScimError("invalidValue", "expiresAt must be one day to three years from now");
}

/**
 * The tokens after the operation; the same list when it changes nothing. `enabled` tells whether
 * the source is. Throws ScimError `not_found`, `invalidValue`, `token_limit_reached`,
 * `last_enabled_token`, `disable_first` or `conflict`.
 */
export function applyTokenOperation(
  tokens: readonly Token[],
  operation: TokenOperation,
  enabled: boolean,
  now: number,
): readonly Token[] {
  switch (operation.kind) {
    case "token.create":
      return addToken(tokens, operation.token);
    case "token.rotate":
      return rotateToken(tokens, operation, now);
    case "token.expiry":
      return extendToken(tokens, operation, now);
    case "token.enable":
      return enableToken(tokens, operation.tokenId, now);
    case "token.disable":
      return disableToken(tokens, operation.tokenId, enabled, now);
    case "token.delete":
      return deleteToken(tokens, operation.tokenId);
  }
}

/** Its lifetime counts from its own creation, the moment of the request, not of its turn in the queue. */
function addToken(tokens: readonly Token[], token: NewToken): readonly Token[] {
  checkExpiry(token.expiresAt, token.createdAt);
  if (tokens.length >= MAX_TOKENS) {
    throw new ScimError("token_limit_reached", `A data source has ${MAX_TOKENS} tokens at most`);
  }
  return [...tokens, { ...token, status: "enabled", lastUsedAt: null }];
}

function rotateToken(
  tokens: readonly Token[],
  { tokenId, overlapHours, token }: Extract<TokenOperation, { kind: "token.rotate" }>,
  now: number,
): readonly Token[] {
  const old = getToken(tokens, tokenId);
  if (!(overlapHours >= 0 && overlapHours <= MAX_OVERLAP_HOURS)) {
    throw new ScimError("invalidValue", `overlapHours must be 0 to ${MAX_OVERLAP_HOURS}`);
  }
  if (overlapHours === 0) return addToken(without(tokens, tokenId), token);
  const expiresAt = Math.min(old.expiresAt, now + overlapHours * HOUR_MS);
  return addToken(replace(tokens, { ...old, expiresAt }), token);
}

function extendToken(
  tokens: readonly Token[],
  { tokenId, expiresAt }: Extract<TokenOperation, { kind: "token.expiry" }>,
  now: number,
): readonly Token[] {
  const token = getToken(tokens, tokenId);
  checkExpiry(expiresAt, now);
  return token.expiresAt === expiresAt ? tokens : replace(tokens, { ...token, expiresAt });
}

function enableToken(tokens: readonly Token[], tokenId: string, now: number): readonly Token[] {
  const token = getToken(tokens, tokenId);
  if (token.status === "enabled") return tokens;
  if (isExpired(token, now)) {
    throw new ScimError("conflict", "The token has expired; set a new expiresAt first");
  }
  return replace(tokens, { ...token, status: "enabled" });
}

/** An expired token no longer keeps the source reachable, so nothing is lost by disabling it. */
function disableToken(
  tokens: readonly Token[],
  tokenId: string,
  enabled: boolean,
  now: number,
): readonly Token[] {
  const token = getToken(tokens, tokenId);
  if (token.status === "disabled") return tokens;
  const another = without(tokens, tokenId).some((other) => isUsable(other, now));
  if (enabled && !another && !isExpired(token, now)) {
    throw new ScimError("last_enabled_token", "An enabled data source needs one token that works");
  }
  return replace(tokens, { ...token, status: "disabled" });
}

function deleteToken(tokens: readonly Token[], tokenId: string): readonly Token[] {
  if (getToken(tokens, tokenId).status === "enabled") {
    throw new ScimError("disable_first", "The token is enabled");
  }
  return without(tokens, tokenId);
}

/** Enabled and not expired. */
export function isUsable(token: Token, now: number): boolean {
  return token.status === "enabled" && !isExpired(token, now);
}

function getToken(tokens: readonly Token[], tokenId: string): Token {
  const token = tokens.find(({ id }) => id === tokenId);
  if (token === undefined) throw new ScimError("not_found", "The data source has no such token");
  return token;
}

function without(tokens: readonly Token[], tokenId: string): readonly Token[] {
  return tokens.filter(({ id }) => id !== tokenId);
}

function replace(tokens: readonly Token[], token: Token): readonly Token[] {
  return tokens.map((other) => (other.id === token.id ? token : other));
}
