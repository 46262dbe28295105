/** The tables of custom fields, for reads built with drizzle (tables.ts says how). */
import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { FIELD_TYPES } from "../scim/custom-schema.ts";

export const customFields = sqliteTable(
  "custom_fields",
  {
    id: text().primaryKey(),
    directory_id: text().notNull(),
    name: text().notNull(),
    label: text().notNull(),
    type: text({ enum: FIELD_TYPES }).notNull(),
    required: integer().notNull(),
    is_unique: integer().notNull(),
    items: text().notNull(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
  },
  (table) => [uniqueIndex("custom_fields_name").on(table.directory_id, table.name)],
);

export const observedAttributes = sqliteTable(
  "observed_attributes",
  {
    source_id: text().notNull(),
    path: text().notNull(),
    n: integer().notNull(),
    last_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.source_id, table.path] })],
);
