/** The tables of passwords and their rules, as tables.ts has the others. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const passwordPolicies = sqliteTable("password_policies", {
  directory_id: text().primaryKey(),
  mode: text({ enum: ["discard", "hash"] }).notNull(),
  min_length: integer().notNull(),
  rules: text().notNull(),
  version: integer().notNull(),
  updated_at: integer().notNull(),
});

export const passwords = sqliteTable("passwords", {
  user_id: text().primaryKey(),
  phc: text().notNull(),
  changed_at: integer().notNull(),
});
