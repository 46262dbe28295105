/** The tables behind the activity log and the audit, as tables.ts has the others. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

export const eventHorizon = sqliteTable("event_horizon", {
  id: integer().primaryKey(),
  seq: integer().notNull(),
});

export const refusals = sqliteTable(
  "refusals",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    directory_id: text().notNull(),
    source_id: text().notNull(),
    hour: integer().notNull(),
    operation: text().notNull(),
    code: text().notNull(),
    path: text().notNull(),
    record: text().notNull(),
    resource_type: text(),
    record_id: text(),
    user_name_key: text(),
    external_id: text(),
    n: integer().notNull(),
    first_at: integer().notNull(),
    last_at: integer().notNull(),
    actor: text().notNull(),
    request_id: text().notNull(),
    detail: text().notNull(),
  },
  (table) => [
    uniqueIndex("refusals_kind").on(
      table.source_id,
      table.hour,
      table.operation,
      table.code,
      table.path,
      table.record,
    ),
    index("refusals_directory").on(table.directory_id, table.hour),
    index("refusals_record")
      .on(table.record_id)
      .where(sql`record_id IS NOT NULL`),
    index("refusals_user_name")
      .on(table.user_name_key)
      .where(sql`user_name_key IS NOT NULL`),
    index("refusals_external_id")
      .on(table.external_id)
      .where(sql`external_id IS NOT NULL`),
  ],
);

export const requestCounts = sqliteTable(
  "request_counts",
  {
    source_id: text().notNull(),
    hour: integer().notNull(),
    route: text().notNull(),
    status: integer().notNull(),
    n: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.source_id, table.hour, table.route, table.status] }),
    index("request_counts_hour").on(table.hour),
  ],
);

export const sourceActivity = sqliteTable("source_activity", {
  source_id: text().primaryKey(),
  first_request_at: integer(),
  last_request_at: integer(),
  flush_id: text().notNull(),
});

export const credentialAttempts = sqliteTable(
  "credential_attempts",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    source_id: text().notNull(),
    at: integer().notNull(),
    why: text().notNull(),
    hint: text().notNull(),
    user_agent: text().notNull(),
  },
  (table) => [index("credential_attempts_source").on(table.source_id, table.seq)],
);

export const audit = sqliteTable(
  "audit",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    chain: text().notNull(),
    position: integer().notNull(),
    at: integer().notNull(),
    actor: text().notNull(),
    role: text().notNull(),
    action: text().notNull(),
    target_type: text().notNull(),
    target_id: text().notNull(),
    changes: text().notNull(),
    request_id: text().notNull(),
    previous: text().notNull(),
    pepper_id: text().notNull(),
    hmac: text().notNull(),
  },
  (table) => [uniqueIndex("audit_chain").on(table.chain, table.position)],
);
