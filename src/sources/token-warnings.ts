/** What an admin should know about a credential before it becomes an outage or is forgotten. Pure. */
import type { Token } from "./source.ts";
import { DAY_MS, isExpired } from "./token-rules.ts";

export const TOKEN_WARNINGS = ["expired", "expires_soon", "never_used", "long_lived"] as const;
export type TokenWarning = (typeof TOKEN_WARNINGS)[number];

/** Time enough to rotate without haste; also how long a new one may stay unused. */
export const NOTICE_MS = 30 * DAY_MS;
/** A leap year: what is made for a year isn't long-lived. */
const LONG_MS = 366 * DAY_MS;

/** None for a disabled one: it lets nobody in, and stops nobody by ending. */
export function warningsOf(token: Token, now: number): TokenWarning[] {
  if (token.status === "disabled") return [];
  const { createdAt, expiresAt, lastUsedAt } = token;
  const warnings = [...endingOf(token, now)];
  if (lastUsedAt === null && now - createdAt > NOTICE_MS) warnings.push("never_used");
  if (expiresAt - createdAt > LONG_MS) warnings.push("long_lived");
  return warnings;
}

/** The warning that a source is told of, since it may stop it. */
export function endingOf(token: Token, now: number): TokenWarning[] {
  if (token.status === "disabled") return [];
  if (isExpired(token, now)) return ["expired"];
  return token.expiresAt - now <= NOTICE_MS ? ["expires_soon"] : [];
}
