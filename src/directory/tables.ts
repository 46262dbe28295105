/** The tables of migrations/ for reads built with drizzle, under the names of their columns. A test holds both equal. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

const liveUnowned = sql`source_id IS NULL AND deleted_at IS NULL`;
const live = sql`deleted_at IS NULL`;
const gone = sql`deleted_at IS NOT NULL`;
const byAdmin = sql.raw("actor >= 'key_' AND actor < 'key`'");
const byApplication = sql.raw("actor >= 'app_' AND actor < 'app`'");
const liveExternalId = sql`deleted_at IS NULL AND external_id IS NOT NULL`;
const pulled = sql`upstream_hash IS NOT NULL AND deleted_at IS NULL`;
const due = sql`next_run_at IS NOT NULL AND deleted_at IS NULL`;
const expiring = sql`deleted_at IS NULL AND expires_at IS NOT NULL`;
const goneExternalId = sql`deleted_at IS NOT NULL AND external_id IS NOT NULL`;

export const schemaVersion = sqliteTable("schema_version", {
  id: integer().primaryKey(),
  version: integer().notNull(),
});

export const assertOk = sqliteTable("assert_ok", { ok: integer().notNull() });

export const epochs = sqliteTable("epochs", {
  object: text().primaryKey(),
  epoch: integer().notNull(),
});

export const opLog = sqliteTable("op_log", {
  op_id: text().primaryKey(),
  object: text().notNull(),
  status: integer().notNull(),
  resource_id: text(),
  version: integer(),
  reason: text(),
  detail: text(),
});

export const heartbeats = sqliteTable("heartbeats", {
  name: text().primaryKey(),
  at: integer().notNull(),
});

export const dataSources = sqliteTable(
  "data_sources",
  {
    id: text().primaryKey(),
    directory_id: text().notNull(),
    key: text().notNull(),
    name: text().notNull(),
    name_key: text().notNull(),
    description: text().notNull().default(""),
    mode: text({ enum: ["push", "pull"] }).notNull(),
    type: text().notNull(),
    kind: text().notNull(),
    status: text({ enum: ["draft", "enabled", "disabled"] }).notNull(),
    provisioning: integer().notNull(),
    api_open: integer().notNull(),
    permissions: text().notNull(),
    profile: text().notNull(),
    switches: text().notNull().default("{}"),
    target_id: text().notNull(),
    rate_per_second: integer(),
    config_version: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
    scope_has_organizations: integer().notNull().default(1),
    scope_has_groups: integer().notNull().default(0),
    namespace: text(),
    fields: text().notNull().default("[]"),
    upstream: text(),
    upstream_secret: text(),
    next_run_at: integer(),
    watermark: text(),
  },
  (table) => [
    uniqueIndex("data_sources_key").on(table.key),
    uniqueIndex("data_sources_name").on(table.directory_id, table.name_key).where(live),
    index("data_sources_target").on(table.target_id).where(live),
    index("data_sources_due").on(table.next_run_at).where(due),
  ],
);

export const tokens = sqliteTable(
  "tokens",
  {
    id: text().primaryKey(),
    source_id: text().notNull(),
    pepper_id: text().notNull(),
    hash: text().notNull(),
    hint: text().notNull(),
    status: text({ enum: ["enabled", "disabled"] }).notNull(),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
    last_used_at: integer(),
    type: text({ enum: ["bearer", "client_secret"] })
      .notNull()
      .default("bearer"),
  },
  (table) => [
    uniqueIndex("tokens_hash").on(table.hash),
    index("tokens_source").on(table.source_id),
  ],
);

export const users = sqliteTable(
  "users",
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    directory_id: text().notNull(),
    source_id: text(),
    organization_id: text().notNull(),
    user_name_key: text().notNull(),
    external_id: text(),
    active: integer().notNull(),
    attributes: text().notNull(),
    folded: text(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
    expires_at: integer(),
    upstream_hash: text(),
  },
  (table) => [
    uniqueIndex("users_id").on(table.id),
    uniqueIndex("users_user_name").on(table.directory_id, table.user_name_key).where(live),
    uniqueIndex("users_external_id").on(table.source_id, table.external_id).where(liveExternalId),
    index("users_organization").on(table.organization_id).where(live),
    index("users_directory").on(table.directory_id).where(live),
    index("users_updated").on(table.directory_id, table.updated_at).where(live),
    index("users_gone_external_id").on(table.source_id, table.external_id).where(goneExternalId),
    index("users_gone_user_name").on(table.source_id, table.user_name_key).where(gone),
    index("users_gone").on(table.deleted_at).where(gone),
    index("users_expiring").on(table.expires_at).where(expiring),
    index("users_pulled").on(table.source_id).where(pulled),
  ],
);

export const userValues = sqliteTable(
  "user_values",
  {
    directory_id: text().notNull(),
    attribute: text().notNull(),
    key: text().notNull(),
    user_id: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.directory_id, table.attribute, table.key, table.user_id] }),
  ],
);

export const uniqueValues = sqliteTable(
  "unique_values",
  {
    directory_id: text().notNull(),
    kind: text().notNull(),
    key: text().notNull(),
    user_id: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.directory_id, table.kind, table.key] })],
);

export const groups = sqliteTable(
  "groups",
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    directory_id: text().notNull(),
    source_id: text(),
    name_key: text().notNull(),
    external_id: text(),
    attributes: text().notNull(),
    folded: text(),
    member_count: integer().notNull(),
    version: integer().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
    upstream_hash: text(),
  },
  (table) => [
    uniqueIndex("groups_id").on(table.id),
    uniqueIndex("groups_name").on(table.source_id, table.name_key).where(live),
    uniqueIndex("groups_external_id").on(table.source_id, table.external_id).where(liveExternalId),
    uniqueIndex("groups_unowned_name").on(table.directory_id, table.name_key).where(liveUnowned),
    index("groups_source").on(table.source_id).where(live),
    index("groups_directory").on(table.directory_id).where(live),
    index("groups_gone").on(table.deleted_at).where(gone),
    index("groups_pulled").on(table.source_id).where(pulled),
  ],
);

export const members = sqliteTable(
  "members",
  { group_seq: integer().notNull(), user_seq: integer().notNull() },
  (table) => [
    primaryKey({ columns: [table.group_seq, table.user_seq] }),
    index("members_user").on(table.user_seq, table.group_seq),
  ],
);

export const counters = sqliteTable(
  "counters",
  { owner: text().notNull(), name: text().notNull(), n: integer().notNull() },
  (table) => [primaryKey({ columns: [table.owner, table.name] })],
);

export const events = sqliteTable(
  "events",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    directory_id: text().notNull(),
    source_id: text(),
    at: integer().notNull(),
    type: text().notNull(),
    resource_type: text().notNull(),
    resource_id: text().notNull(),
    actor: text().notNull(),
    request_id: text().notNull(),
    changes: text().notNull(),
    diff: text(),
    version: integer(),
  },
  (table) => [
    index("events_source").on(table.source_id, table.at),
    index("events_resource").on(table.resource_id, table.at),
    index("events_type").on(table.directory_id, table.type, table.at),
    index("events_admin").on(table.actor, table.at).where(byAdmin),
    index("events_application").on(table.actor, table.at).where(byApplication),
  ],
);
