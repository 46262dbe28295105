/** The tables of the guard against mass removal, as tables.ts has the others. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

export const holds = sqliteTable(
  "holds",
  {
    id: text().primaryKey(),
    source_id: text().notNull(),
    run_id: text(),
    status: text().notNull(),
    reason: text().notNull(),
    set_hash: text().notNull(),
    n: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    decided_at: integer(),
    decided_by: text(),
    until: integer(),
  },
  (table) => [
    index("holds_source").on(table.source_id, table.created_at),
    uniqueIndex("holds_waiting")
      .on(table.source_id)
      .where(sql`status = 'waiting'`),
    index("holds_decided")
      .on(table.source_id, table.until)
      .where(sql`until IS NOT NULL`),
    index("holds_ended")
      .on(table.updated_at)
      .where(sql`status <> 'waiting'`),
  ],
);

export const held = sqliteTable(
  "held",
  {
    hold_id: text().notNull(),
    resource_type: text().notNull(),
    resource_id: text().notNull(),
    action: text().notNull(),
    done: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.hold_id, table.resource_type, table.resource_id] })],
);

export const guard = sqliteTable("guard", {
  source_id: text().primaryKey(),
  hour: integer().notNull(),
  active: integer(),
  removed: integer().notNull(),
});

export const guardGroups = sqliteTable(
  "guard_groups",
  {
    source_id: text().notNull(),
    group_id: text().notNull(),
    hour: integer().notNull(),
    members: integer().notNull(),
    removed: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.source_id, table.group_id] })],
);
