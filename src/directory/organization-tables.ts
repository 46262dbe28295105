/** The tables of organizations and scopes for reads built with drizzle; see tables.ts. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

const orderKey = sql`coalesce(sort_order, 9007199254740992)`;
const pulled = sql`upstream_hash IS NOT NULL AND deleted_at IS NULL`;
const live = sql`deleted_at IS NULL`;
const liveExternalId = sql`deleted_at IS NULL AND external_id IS NOT NULL`;
const liveCode = sql`deleted_at IS NULL AND code_key IS NOT NULL`;
const gone = sql`deleted_at IS NOT NULL`;

export const organizations = sqliteTable(
  "organizations",
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    directory_id: text().notNull(),
    parent_id: text(),
    source_id: text(),
    display_name: text().notNull(),
    name_key: text().notNull(),
    external_id: text(),
    code: text(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
    code_key: text(),
    sort_order: integer(),
    depth: integer().notNull().default(1),
    upstream_hash: text(),
  },
  (table) => [
    uniqueIndex("organizations_id").on(table.id),
    uniqueIndex("organizations_name").on(table.parent_id, table.name_key).where(live),
    uniqueIndex("organizations_code").on(table.directory_id, table.code_key).where(liveCode),
    uniqueIndex("organizations_external_id")
      .on(table.source_id, table.external_id)
      .where(liveExternalId),
    index("organizations_directory").on(table.directory_id).where(live),
    index("organizations_display_name").on(table.directory_id, table.name_key).where(live),
    index("organizations_order").on(table.parent_id, orderKey, table.name_key).where(live),
    index("organizations_updated").on(table.directory_id, table.updated_at).where(live),
    index("organizations_pulled").on(table.source_id).where(pulled),
    index("organizations_gone").on(table.deleted_at).where(gone),
  ],
);

export const userOrganizations = sqliteTable(
  "user_organizations",
  { user_id: text().notNull(), organization_id: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.user_id, table.organization_id] }),
    index("user_organizations_organization").on(table.organization_id),
  ],
);

export const scopeOrganizations = sqliteTable(
  "scope_organizations",
  { source_id: text().notNull(), organization_id: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.source_id, table.organization_id] }),
    index("scope_organizations_organization").on(table.organization_id),
  ],
);

export const visibleOrgs = sqliteTable(
  "visible_orgs",
  { source_id: text().notNull(), organization_id: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.source_id, table.organization_id] }),
    index("visible_orgs_organization").on(table.organization_id),
  ],
);

export const scopeGroups = sqliteTable(
  "scope_groups",
  { source_id: text().notNull(), group_seq: integer().notNull() },
  (table) => [
    primaryKey({ columns: [table.source_id, table.group_seq] }),
    index("scope_groups_group").on(table.group_seq),
  ],
);
