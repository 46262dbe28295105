/** When users expire: whoever's `expireDate` has passed is disabled. */
import { parseDateTime } from "../scim/date-time.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Statement } from "./database.ts";
import { textOf, USER_COLUMNS } from "./user.ts";

/** When somebody who is enabled is to be disabled, in epoch milliseconds. */
export function expiryOf(attributes: JsonObject): number | null {
  return attributes["active"] === false ? null : (dateOf(attributes) ?? null);
}

/**
 * The attributes with what a date in the past means for them. Somebody who is enabled again without
 * a word of the date has none any more; in all other cases the date counts.
 */
export function settleExpiry(
  attributes: JsonObject,
  before: JsonObject,
  isDateGiven: () => boolean,
  now: number,
): JsonObject {
  const date = expiryOf(attributes);
  if (date === null || date > now) return attributes;
  const isEnabledAgain = before["active"] === false && !isDateGiven();
  if (!isEnabledAgain) return { ...attributes, active: false };
  const { expireDate: _, ...rest } = attributes;
  return rest;
}

/** The users who are due, for `parseUser`; those who were due first come first. */
export function dueStatement(now: number, limit: number): Statement {
  // A partial index serves only a query that repeats its condition.
  const sql = `SELECT ${USER_COLUMNS} FROM users u
    WHERE u.deleted_at IS NULL AND u.expires_at IS NOT NULL AND u.expires_at <= ?1
    ORDER BY u.expires_at LIMIT ?2`;
  return { sql, params: [now, limit] };
}

function dateOf(attributes: JsonObject): number | undefined {
  const text = textOf(attributes, "expireDate");
  return text === undefined ? undefined : parseDateTime(text);
}
