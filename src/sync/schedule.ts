/** What the cron does every minute, on each shard: say that it ran, delete what has had its time, disable who has. */
import { openDatabase, shardsOf, type Statement } from "../directory/database.ts";
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { logError } from "../directory/log.ts";
import { SCHEMA_VERSION } from "../directory/schema-version.ts";
import { HOUR_MS } from "../sources/activity.ts";
import { KEPT_MS } from "../sources/idempotency.ts";
import { startDueRuns } from "./due.ts";
import { expireUsers } from "./expire.ts";

const DAY_MS = 24 * HOUR_MS;
/** What was deleted can be restored for so long. */
export const TOMBSTONE_DAYS = 30;
/** Events are what the change feed is made of: readers may rely on a month of them. */
const EVENT_DAYS = 90;
const EVENT_DAYS_LEAST = 30;
const REFUSAL_DAYS = 30;
const COUNT_DAYS = 90;
/** A purge is bounded, so that one tick stays short; the next one goes on. */
const PURGED_AT_ONCE = 1_000;

/**
 * `now` in epoch milliseconds. A shard that fails, or has another schema, doesn't keep the others
 * from theirs. Throws when there was one.
 */
export async function keepHouse(env: Env, now: number): Promise<void> {
  const results = await Promise.allSettled(
    shardsOf(env).map((shard) => keepShard(env, shard, now)),
  );
  const failed = results.filter((result) => result.status === "rejected");
  for (const { reason } of failed) logError("cron", reason);
  if (failed.length > 0) throw new Error(`${failed.length} shards could not be kept`);
}

async function keepShard(env: Env, shard: string, now: number): Promise<void> {
  const db = openDatabase(env, shard);
  await db.batch([
    ...houseStatements(now),
    ...logStatements(env, now),
    ...runStatements(now),
    ...holdStatements(now),
  ]);
  await expireUsers(db, now, uuidv7(now, randomBytes(10)));
  await startDueRuns(env, db, shard, now);
}

/** What runs did is kept as long as the counts of requests, and what they waited for goes with them. */
function runStatements(now: number): Statement[] {
  const ended = `SELECT id FROM runs WHERE created_at < ?1 AND ended_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.run_id = runs.id AND holds.status = 'waiting')
    ORDER BY created_at LIMIT 20`;
  const params = [now - COUNT_DAYS * DAY_MS];
  return [
    {
      sql: `DELETE FROM run_records WHERE (run_id, n) IN (SELECT run_id, n FROM run_records
        WHERE run_id IN (${ended}) LIMIT ${PURGED_AT_ONCE})`,
      params,
    },
    {
      sql: `DELETE FROM runs WHERE id IN (${ended})
        AND NOT EXISTS (SELECT 1 FROM run_records WHERE run_id = runs.id)`,
      params,
    },
  ];
}

/**
 * Decided ones, and those that another took the place of. Of a pull source that is still there a
 * rejected set is not asked about again, and what was agreed to may yet have to be carried out.
 */
function holdStatements(now: number): Statement[] {
  const ended = `SELECT h.id FROM holds h
    WHERE h.status <> 'waiting' AND h.updated_at < ?1 AND coalesce(h.until, 0) < ?1
      AND NOT (h.run_id IS NOT NULL AND (h.status = 'rejected' OR h.status = 'approved' AND EXISTS (
          SELECT 1 FROM held l WHERE l.hold_id = h.id AND l.done = 0))
        AND EXISTS (SELECT 1 FROM data_sources s WHERE s.id = h.source_id AND s.deleted_at IS NULL))
    ORDER BY h.updated_at LIMIT 20`;
  const params = [now - COUNT_DAYS * DAY_MS];
  return [
    {
      sql: `DELETE FROM held WHERE (hold_id, resource_type, resource_id) IN (
        SELECT hold_id, resource_type, resource_id FROM held
        WHERE hold_id IN (${ended}) LIMIT ${PURGED_AT_ONCE})`,
      params,
    },
    {
      sql: `DELETE FROM holds WHERE id IN (${ended})
        AND NOT EXISTS (SELECT 1 FROM held WHERE hold_id = holds.id)`,
      params,
    },
  ];
}

function houseStatements(now: number): Statement[] {
  const gone = now - TOMBSTONE_DAYS * DAY_MS;
  return [
    { sql: KNOWN_SCHEMA, params: [SCHEMA_VERSION] },
    {
      sql: "INSERT INTO heartbeats (name, at) VALUES ('cron', ?1) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
      params: [now],
    },
    { sql: "DELETE FROM op_log WHERE op_id < ?1", params: [firstUuidAt(now - HOUR_MS)] },
    { sql: purge("users"), params: [gone] },
    { sql: purge("groups"), params: [gone] },
    { sql: `DELETE FROM counters WHERE owner IN (${goneOrganizations("id")})`, params: [gone] },
    { sql: `DELETE FROM organizations WHERE seq IN (${goneOrganizations("seq")})`, params: [gone] },
    { sql: "DELETE FROM sessions WHERE expires_at < ?1", params: [now] },
    { sql: "DELETE FROM idempotency WHERE created_at <= ?1", params: [now - KEPT_MS] },
  ];
}

/** The audit is kept. */
function logStatements(env: Env, now: number): Statement[] {
  return [
    { sql: HORIZON, params: [now - eventDays(env) * DAY_MS] },
    { sql: "DELETE FROM events WHERE seq <= (SELECT seq FROM event_horizon)", params: [] },
    { sql: purgeOldest("refusals", "hour"), params: [now - REFUSAL_DAYS * DAY_MS] },
    {
      sql: `DELETE FROM request_counts WHERE (source_id, hour, route, status) IN (
        SELECT source_id, hour, route, status FROM request_counts WHERE hour < ?1
        ORDER BY hour LIMIT ${PURGED_AT_ONCE})`,
      params: [now - COUNT_DAYS * DAY_MS],
    },
    { sql: purgeOldest("credential_attempts", "at"), params: [now - REFUSAL_DAYS * DAY_MS] },
  ];
}

/** Rows come in the order of their time: while the first is young enough, none other is read. */
function purgeOldest(table: "refusals" | "credential_attempts", time: "hour" | "at"): string {
  return `DELETE FROM ${table} WHERE ${time} < ?1 AND seq IN (
    SELECT seq FROM ${table} WHERE (SELECT ${time} FROM ${table} ORDER BY seq LIMIT 1) < ?1
    ORDER BY seq LIMIT ${PURGED_AT_ONCE})`;
}

/** `EVENT_DAYS`, or 90; never less than what is promised to readers of the change feed. */
function eventDays({ EVENT_DAYS: given }: Env): number {
  const days = given === undefined || given.trim() === "" ? EVENT_DAYS : Number(given);
  return Number.isFinite(days) ? Math.max(days, EVENT_DAYS_LEAST) : EVENT_DAYS;
}

// Only whole beginnings are deleted: then one number says what a reader has missed.
const HORIZON = `WITH oldest AS MATERIALIZED (
    SELECT seq, at FROM events
    WHERE (SELECT at FROM events ORDER BY seq LIMIT 1) < ?1
    ORDER BY seq LIMIT ${PURGED_AT_ONCE}
  ), gone AS (
    SELECT max(seq) AS seq FROM oldest WHERE seq < coalesce(
      (SELECT min(seq) FROM oldest WHERE at >= ?1), ${Number.MAX_SAFE_INTEGER})
  )
  UPDATE event_horizon SET seq = gone.seq FROM gone WHERE gone.seq > event_horizon.seq`;

// What another version keeps is not to be deleted by the rules of this one.
const KNOWN_SCHEMA = `INSERT INTO assert_ok (ok)
  SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version WHERE version = ?1)`;

function purge(table: "users" | "groups"): string {
  return `DELETE FROM ${table} WHERE seq IN (
    SELECT seq FROM ${table} WHERE deleted_at IS NOT NULL AND deleted_at < ?1
    ORDER BY deleted_at LIMIT ${PURGED_AT_ONCE})`;
}

/**
 * Those below come first, so that no parent is missing; and people who were deleted before, since
 * one of them may have been in it.
 */
function goneOrganizations(column: "id" | "seq"): string {
  return `SELECT ${column} FROM organizations WHERE deleted_at IS NOT NULL AND deleted_at < min(?1,
      coalesce((SELECT min(deleted_at) FROM users WHERE deleted_at IS NOT NULL), ?1))
    ORDER BY deleted_at, depth DESC LIMIT ${PURGED_AT_ONCE}`;
}

/** The smallest UUIDv7 of that millisecond: everything before it is older. */
function firstUuidAt(now: number): string {
  return uuidv7(now, new Uint8Array(10));
}
