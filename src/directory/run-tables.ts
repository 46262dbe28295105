/** The tables of runs for reads built with drizzle; see tables.ts. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

const unfinished = sql`status IN ('queued', 'running')`;

export const runs = sqliteTable(
  "runs",
  {
    id: text().primaryKey(),
    source_id: text().notNull(),
    trigger: text({ enum: ["manual", "schedule"] }).notNull(),
    actor: text().notNull(),
    kind: text({ enum: ["full", "incremental"] }).notNull(),
    dry_run: integer().notNull(),
    status: text().notNull(),
    step: integer().notNull(),
    state: text().notNull(),
    counts: text().notNull(),
    reason: text(),
    detail: text(),
    created_at: integer().notNull(),
    started_at: integer(),
    ended_at: integer(),
    heartbeat_at: integer().notNull(),
  },
  (table) => [
    index("runs_source").on(table.source_id, table.created_at),
    index("runs_created").on(table.created_at),
    uniqueIndex("runs_unfinished").on(table.source_id).where(unfinished),
    index("runs_heartbeat").on(table.heartbeat_at).where(unfinished),
  ],
);

export const runRecords = sqliteTable(
  "run_records",
  {
    run_id: text().notNull(),
    n: integer().notNull(),
    resource_type: text().notNull(),
    external_id: text(),
    resource_id: text(),
    name: text(),
    action: text().notNull(),
    result: text().notNull(),
    code: text(),
    path: text(),
    detail: text(),
    diff: text(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.run_id, table.n] }),
    index("run_records_result").on(table.run_id, table.result, table.n),
  ],
);

export const runDeferred = sqliteTable(
  "run_deferred",
  {
    run_id: text().notNull(),
    resource_type: text().notNull(),
    external_id: text().notNull(),
    record: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.run_id, table.resource_type, table.external_id] })],
);

export const missing = sqliteTable(
  "missing",
  {
    source_id: text().notNull(),
    resource_type: text().notNull(),
    resource_id: text().notNull(),
    run_id: text().notNull(),
    since: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.source_id, table.resource_type, table.resource_id] })],
);
