/**
 * What may be done to the bearer tokens of a source, and to its client secrets. Pure: tokens in,
 * tokens or a ScimError out. At most two of a type; one day to three years; while the source is
 * enabled, one bearer token that works remains. Client secrets may all be switched off: they are
 * a second way in, and a source that doesn't use it should be able to close it.
 */
import { ScimError } from "../scim/error.ts";
import type { Token, TokenType } from "./source.ts";

export type NewToken = Omit<Token, "status" | "lastUsedAt">;

/** The kinds of an operation on a bearer token, and of the same on a client secret. */
type Kind<Action extends string> = `${"token" | "secret"}.${Action}`;

interface Creation {
  readonly kind: Kind<"create">;
  readonly token: NewToken;
}

interface Expiry {
  readonly kind: Kind<"expiry">;
  readonly tokenId: string;
  readonly expiresAt: number;
  /** The moment of the request, which the lifetime counts from. */
  readonly at: number;
}

interface Switch {
  readonly kind: Kind<"enable" | "disable" | "delete">;
  readonly tokenId: string;
}

interface Rotation {
  readonly kind: Kind<"rotate">;
  readonly tokenId: string;
  /** How long the old one goes on working, 0 to 24; with 0 it is deleted at once. */
  readonly overlapHours: number;
  readonly token: NewToken;
}

export type TokenOperation = Creation | Expiry | Switch | Rotation;

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
 * The tokens after the operation; the same list when it changes nothing. Those of another type
 * stand aside: they are neither found nor counted. `enabled` tells whether the source is. Throws ScimError `not_found`, `invalidValue`, `token_limit_reached`,
 * `last_enabled_token`, `disable_first` or `conflict`.
 */
export function applyTokenOperation(
  tokens: readonly Token[],
  operation: TokenOperation,
  enabled: boolean,
  now: number,
): readonly Token[] {
  const type = operation.kind.startsWith("token.") ? "bearer" : "client_secret";
  const own = tokens.filter((token) => token.type === type);
  const needsOne = enabled && type === "bearer";
  const after = applyToType(own, operation, needsOne, now);
  return after === own ? tokens : [...tokens.filter((token) => token.type !== type), ...after];
}

/** Throws ScimError `conflict` where nobody could come in. */
export function needToken(tokens: readonly Token[]): void {
  if (tokens.some(({ type }) => type === "bearer")) return;
  throw new ScimError("conflict", "Add a token first");
}

function applyToType(
  tokens: readonly Token[],
  operation: TokenOperation,
  needsOne: boolean,
  now: number,
): readonly Token[] {
  switch (operation.kind) {
    case "token.create":
    case "secret.create":
      return addToken(tokens, operation.token);
    case "token.rotate":
    case "secret.rotate":
      return rotateToken(tokens, operation, now);
    case "token.expiry":
    case "secret.expiry":
      return extendToken(tokens, operation);
    case "token.enable":
    case "secret.enable":
      return enableToken(tokens, operation.tokenId, now);
    case "token.disable":
    case "secret.disable":
      return disableToken(tokens, operation.tokenId, needsOne, now);
    case "token.delete":
    case "secret.delete":
      return deleteToken(tokens, operation.tokenId);
  }
}

/** Its lifetime counts from its own creation, the moment of the request, not of its turn in the queue. */
function addToken(tokens: readonly Token[], token: NewToken): readonly Token[] {
  checkExpiry(token.expiresAt, token.createdAt);
  if (tokens.some(({ hash }) => hash === token.hash)) {
    throw new ScimError("conflict", "The data source has this secret already");
  }
  if (tokens.length >= MAX_TOKENS) {
    const things = WORDS[token.type];
    throw new ScimError("token_limit_reached", `A data source has ${MAX_TOKENS} ${things} at most`);
  }
  return [...tokens, { ...token, status: "enabled", lastUsedAt: null }];
}

function rotateToken(
  tokens: readonly Token[],
  { tokenId, overlapHours, token }: Rotation,
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
  { tokenId, expiresAt, at }: Expiry,
): readonly Token[] {
  const token = getToken(tokens, tokenId);
  checkExpiry(expiresAt, at);
  return token.expiresAt === expiresAt ? tokens : replace(tokens, { ...token, expiresAt });
}

function enableToken(tokens: readonly Token[], tokenId: string, now: number): readonly Token[] {
  const token = getToken(tokens, tokenId);
  if (token.status === "enabled") return tokens;
  if (isExpired(token, now)) {
    throw new ScimError("conflict", "It has expired; set a new expiresAt first");
  }
  return replace(tokens, { ...token, status: "enabled" });
}

/** An expired token no longer keeps the source reachable, so nothing is lost by disabling it. */
function disableToken(
  tokens: readonly Token[],
  tokenId: string,
  needsOne: boolean,
  now: number,
): readonly Token[] {
  const token = getToken(tokens, tokenId);
  if (token.status === "disabled") return tokens;
  const another = without(tokens, tokenId).some((other) => isUsable(other, now));
  if (needsOne && !another && !isExpired(token, now)) {
    throw new ScimError("last_enabled_token", "An enabled data source needs one token that works");
  }
  return replace(tokens, { ...token, status: "disabled" });
}

function deleteToken(tokens: readonly Token[], tokenId: string): readonly Token[] {
  if (getToken(tokens, tokenId).status === "enabled") {
    throw new ScimError("disable_first", "It is enabled");
  }
  return without(tokens, tokenId);
}

const WORDS = {
  bearer: "tokens",
  client_secret: "client secrets",
} as const satisfies Record<TokenType, string>;

/** Enabled and not expired. */
export function isUsable(token: Token, now: number): boolean {
  return token.status === "enabled" && !isExpired(token, now);
}

function getToken(tokens: readonly Token[], tokenId: string): Token {
  const token = tokens.find(({ id }) => id === tokenId);
  if (token === undefined)
    throw new ScimError("not_found", "The data source has nothing of this id");
  return token;
}

function without(tokens: readonly Token[], tokenId: string): readonly Token[] {
  return tokens.filter(({ id }) => id !== tokenId);
}

function replace(tokens: readonly Token[], token: Token): readonly Token[] {
  return tokens.map((other) => (other.id === token.id ? token : other));
}
