/** What the cron does every minute, on each shard: say that it ran, delete what has had its time, disable who has. */
import { openDatabase, shardsOf, type Database, type Statement } from "../directory/database.ts";
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { logError } from "../directory/log.ts";
import { SCHEMA_VERSION } from "../directory/schema-version.ts";
import { KEPT_MS } from "../sources/idempotency.ts";
import { expireUsers } from "./expire.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Deleted people can be restored for so long. */
export const TOMBSTONE_DAYS = 30;
/** A purge is bounded, so that one tick stays short; the next one goes on. */
const PURGED_AT_ONCE = 1_000;

/**
 * `now` in epoch milliseconds. A shard that fails, or has another schema, doesn't keep the others
 * from theirs. Throws when there was one.
 */
export async function keepHouse(env: Env, now: number): Promise<void> {
  const results = await Promise.allSettled(
    shardsOf(env).map((shard) => keepShard(openDatabase(env, shard), now)),
  );
  const failed = results.filter((result) => result.status === "rejected");
  for (const { reason } of failed) logError("cron", reason);
  if (failed.length > 0) throw new Error(`${failed.length} shards could not be kept`);
}

async function keepShard(db: Database, now: number): Promise<void> {
  await db.batch(houseStatements(now));
  await expireUsers(db, now, uuidv7(now, randomBytes(10)));
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
    { sql: "DELETE FROM sessions WHERE expires_at < ?1", params: [now] },
    { sql: "DELETE FROM idempotency WHERE created_at <= ?1", params: [now - KEPT_MS] },
  ];
}

// What another version keeps is not to be deleted by the rules of this one.
const KNOWN_SCHEMA = `INSERT INTO assert_ok (ok)
  SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version WHERE version = ?1)`;

function purge(table: "users" | "groups"): string {
  return `DELETE FROM ${table} WHERE seq IN (
    SELECT seq FROM ${table} WHERE deleted_at IS NOT NULL AND deleted_at < ?1
    ORDER BY deleted_at LIMIT ${PURGED_AT_ONCE})`;
}

/** The smallest UUIDv7 of that millisecond: everything before it is older. */
function firstUuidAt(now: number): string {
  return uuidv7(now, new Uint8Array(10));
}
