/** The keys of applications, as tables.ts has the other tables. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const applicationKeys = sqliteTable(
  "application_keys",
  {
    id: text().primaryKey(),
    directory_id: text().notNull(),
    name: text().notNull(),
    access: text({ enum: ["read", "write"] }).notNull(),
    pepper_id: text().notNull(),
    hash: text().notNull(),
    hint: text().notNull(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    last_used_at: integer(),
    revoked_at: integer(),
  },
  (table) => [
    uniqueIndex("application_keys_hash").on(table.hash),
    index("application_keys_directory").on(table.directory_id),
  ],
);
