/** The tables behind the admin API, as tables.ts has the others: of use in the first shard only, but for `directories` and `idempotency`. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const directories = sqliteTable(
  "directories",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    shard: text().notNull(),
    root_id: text().notNull(),
    created_at: integer().notNull(),
    name_key: text().notNull().default(""),
    version: integer().notNull().default(1),
    updated_at: integer().notNull().default(0),
  },
  (table) => [uniqueIndex("directories_name").on(table.name_key)],
);

export const adminKeys = sqliteTable(
  "admin_keys",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    role: text({ enum: ["viewer", "operator", "owner"] }).notNull(),
    pepper_id: text().notNull(),
    hash: text().notNull(),
    created_at: integer().notNull(),
    last_used_at: integer(),
    revoked_at: integer(),
    hint: text().notNull().default(""),
    version: integer().notNull().default(1),
  },
  (table) => [uniqueIndex("admin_keys_hash").on(table.hash)],
);

export const sessions = sqliteTable("sessions", {
  hash: text().primaryKey(),
  key_id: text().notNull(),
  created_at: integer().notNull(),
  expires_at: integer().notNull(),
});

export const idempotency = sqliteTable(
  "idempotency",
  {
    id: text().primaryKey(),
    body: text().notNull(),
    answer: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [index("idempotency_created").on(table.created_at)],
);

export const claims = sqliteTable("claims", {
  id: integer().primaryKey(),
  claimed_at: integer().notNull(),
});
