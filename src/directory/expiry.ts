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

/** Of so many, those who were due first, the turns are made: what a tick reads is bounded. */
const IN_TURN = 100_000;

/**
 * Rows {seq} of the users who are due. The directories take turns, so that one in which everybody
 * expires doesn't keep another waiting; in each those who were due first come first.
 */
export function turnsStatement(now: number, limit: number): Statement {
  // A partial index serves only a query that repeats its condition.
  const sql = `WITH due AS (SELECT seq, directory_id, expires_at FROM users
      WHERE deleted_at IS NULL AND expires_at IS NOT NULL AND expires_at <= ?1
      ORDER BY expires_at, seq LIMIT ${IN_TURN})
    SELECT seq FROM (SELECT seq, expires_at,
        row_number() OVER (PARTITION BY directory_id ORDER BY expires_at, seq) AS turn FROM due)
    ORDER BY turn, expires_at, seq LIMIT ?2`;
  return { sql, params: [now, limit] };
}

/** Those of them who still are due, for `parseUser`. */
export function dueStatement(now: number, seqs: readonly number[]): Statement {
  const sql = `SELECT ${USER_COLUMNS} FROM json_each(?2) j CROSS JOIN users u ON u.seq = j.value
    WHERE u.deleted_at IS NULL AND u.expires_at <= ?1`;
  return { sql, params: [now, JSON.stringify(seqs)] };
}

function dateOf(attributes: JsonObject): number | undefined {
  const text = textOf(attributes, "expireDate");
  return text === undefined ? undefined : parseDateTime(text);
}
