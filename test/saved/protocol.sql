CREATE TABLE "d1_migrations" (
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
	);

CREATE TABLE schema_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
);

CREATE TABLE assert_ok (ok INTEGER NOT NULL CHECK (ok = 1));

CREATE TABLE epochs (
  object TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE op_log (
  op_id TEXT PRIMARY KEY,
  object TEXT NOT NULL,
  status INTEGER NOT NULL,
  resource_id TEXT,
  version INTEGER
, reason TEXT, detail TEXT) WITHOUT ROWID;

CREATE TABLE heartbeats (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE directories (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  shard TEXT NOT NULL,
  root_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
, name_key TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 1, updated_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TABLE organizations (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  directory_id TEXT NOT NULL,
  parent_id TEXT,
  source_id TEXT,
  display_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  external_id TEXT,
  code TEXT,
  sort_order INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE UNIQUE INDEX organizations_id ON organizations (id);

CREATE UNIQUE INDEX organizations_name ON organizations (parent_id, name_key) WHERE deleted_at IS NULL;

CREATE TABLE data_sources (
  id TEXT PRIMARY KEY,
  directory_id TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  mode TEXT NOT NULL CHECK (mode IN ('push', 'pull')),
  type TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'enabled', 'disabled')),
  provisioning INTEGER NOT NULL,
  api_open INTEGER NOT NULL,
  -- JSON list of permissions, e.g. ["user:read"].
  permissions TEXT NOT NULL,
  profile TEXT NOT NULL,
  -- JSON object: the switches set apart from the profile's.
  switches TEXT NOT NULL DEFAULT '{}',
  target_id TEXT NOT NULL,
  rate_per_second INTEGER,
  config_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE UNIQUE INDEX data_sources_key ON data_sources (key);

CREATE UNIQUE INDEX data_sources_name ON data_sources (directory_id, name_key) WHERE deleted_at IS NULL;

CREATE TABLE scope_organizations (
  source_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  PRIMARY KEY (source_id, organization_id)
) WITHOUT ROWID;

CREATE TABLE visible_orgs (
  source_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  PRIMARY KEY (source_id, organization_id)
) WITHOUT ROWID;

CREATE INDEX visible_orgs_organization ON visible_orgs (organization_id);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  pepper_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- The last four characters, to tell two tokens apart.
  hint TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER
) WITHOUT ROWID;

CREATE UNIQUE INDEX tokens_hash ON tokens (hash);

CREATE INDEX tokens_source ON tokens (source_id);

CREATE TABLE users (
  -- The order of lists; tombstones keep theirs.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  directory_id TEXT NOT NULL,
  source_id TEXT,
  organization_id TEXT NOT NULL,
  user_name_key TEXT NOT NULL,
  external_id TEXT,
  active INTEGER NOT NULL,
  -- The SCIM attributes as JSON, without id, meta, groups and password.
  attributes TEXT NOT NULL,
  -- The same with names in lower case and text folded (src/scim/fold.ts); null where SQL's lower() says the same.
  folded TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE UNIQUE INDEX users_id ON users (id);

CREATE UNIQUE INDEX users_user_name ON users (directory_id, user_name_key) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX users_external_id ON users (source_id, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

CREATE INDEX users_organization ON users (organization_id) WHERE deleted_at IS NULL;

CREATE INDEX users_directory ON users (directory_id) WHERE deleted_at IS NULL;

CREATE INDEX users_updated ON users (directory_id, updated_at) WHERE deleted_at IS NULL;

CREATE INDEX users_gone_external_id ON users (source_id, external_id) WHERE deleted_at IS NOT NULL AND external_id IS NOT NULL;

CREATE INDEX users_gone_user_name ON users (source_id, user_name_key) WHERE deleted_at IS NOT NULL;

CREATE INDEX users_gone ON users (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE user_values (
  directory_id TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (directory_id, attribute, key, user_id)
) WITHOUT ROWID;

CREATE TABLE unique_values (
  directory_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (directory_id, kind, key)
) WITHOUT ROWID;

CREATE TABLE groups (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  directory_id TEXT NOT NULL,
  source_id TEXT,
  name_key TEXT NOT NULL,
  external_id TEXT,
  attributes TEXT NOT NULL,
  folded TEXT,
  member_count INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE UNIQUE INDEX groups_id ON groups (id);

CREATE UNIQUE INDEX groups_name ON groups (source_id, name_key) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX groups_external_id ON groups (source_id, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

CREATE INDEX groups_source ON groups (source_id) WHERE deleted_at IS NULL;

CREATE INDEX groups_directory ON groups (directory_id) WHERE deleted_at IS NULL;

CREATE INDEX groups_gone ON groups (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE members (
  group_seq INTEGER NOT NULL,
  user_seq INTEGER NOT NULL,
  PRIMARY KEY (group_seq, user_seq)
) WITHOUT ROWID;

CREATE INDEX members_user ON members (user_seq, group_seq);

CREATE TABLE counters (
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (owner, name)
) WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  directory_id TEXT NOT NULL,
  source_id TEXT,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  -- The credential that did it: a token's or an admin key's id.
  actor TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- JSON: names of changed attributes, ids of members; never a value.
  changes TEXT NOT NULL
);

CREATE TABLE admin_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  pepper_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
, hint TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;

CREATE UNIQUE INDEX admin_keys_hash ON admin_keys (hash);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE claims (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  claimed_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX directories_name ON directories (name_key);

CREATE TABLE idempotency (
  -- A keyed hash of who asked for what under which key.
  id TEXT PRIMARY KEY,
  -- A keyed hash of the body.
  body TEXT NOT NULL,
  -- The answer under AES-256-GCM. Its key is made from the Idempotency-Key and a pepper, which are not here.
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE INDEX events_source ON events (source_id, at);

CREATE INDEX events_resource ON events (resource_id, at);

CREATE INDEX events_type ON events (directory_id, type, at);

CREATE INDEX events_admin ON events (actor, at) WHERE actor >= 'key_' AND actor < 'key`';

INSERT INTO d1_migrations (id, name, applied_at) VALUES (1, '0001_directory.sql', '2026-11-22 15:01:28');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (2, '0002_admin.sql', '2026-11-22 15:01:28');

INSERT INTO schema_version (id, version) VALUES (1, 2);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a203c6c800712c8cbb347fa9e09b0e', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a203c6c816788e8caa213ab0d5cedf', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a203c6c82372278812cca40e5959fe', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a203c6c82e7b6e911761684571975b', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a203c6c8457571bb75db5056115541', 1);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c801-79b4-8cd3-6e4428ce0d6f', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 201, 'ds_0001a203c6c800712c8cbb347fa9e09b0e', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c816-7034-883e-82742e0e1a02', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 201, 'ds_0001a203c6c816788e8caa213ab0d5cedf', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c823-762e-bfb3-4d4edfac7fc9', 'ds_0001a203c6c82372278812cca40e5959fe', 201, 'ds_0001a203c6c82372278812cca40e5959fe', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c82e-7467-aa02-26a5142b35cb', 'ds_0001a203c6c82e7b6e911761684571975b', 201, 'ds_0001a203c6c82e7b6e911761684571975b', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c846-7dc0-a6a8-bd80a78329eb', 'ds_0001a203c6c8457571bb75db5056115541', 201, 'ds_0001a203c6c8457571bb75db5056115541', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c855-7cb6-bf72-9257974e77ed', 'ds_0001a203c6c82e7b6e911761684571975b', 200, 'ds_0001a203c6c82e7b6e911761684571975b', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c862-7b28-8426-6a98601f7567', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 200, 'ds_0001a203c6c800712c8cbb347fa9e09b0e', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c86d-7688-951d-bb2ad2bc7334', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 200, 'ds_0001a203c6c800712c8cbb347fa9e09b0e', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c87a-7eb3-9581-55d7284cff42', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 200, 'ds_0001a203c6c800712c8cbb347fa9e09b0e', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c886-74b0-aeb7-1d21f3b05d98', 'ds_0001a203c6c82372278812cca40e5959fe', 200, 'ds_0001a203c6c82372278812cca40e5959fe', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c892-7c2a-84f2-24f71689c045', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 201, '01a203c6-c88d-7fd5-a273-2dd41e5f58eb', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8a3-7c56-a6b2-629cf35dc1b5', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 201, '01a203c6-c8a2-7224-8059-fe5f6bc4bdfd', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8ae-7865-842e-7dc0401d63d8', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 201, '01a203c6-c8ad-7185-808e-6dc3fbc65637', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8b9-7555-a68e-de00c05549db', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 201, '01a203c6-c8b6-7b28-b365-8b7a9d405240', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8c6-722d-8cbc-f8854a3425ab', 'ds_0001a203c6c82372278812cca40e5959fe', 201, '01a203c6-c8c2-7286-9585-400a47c63bc2', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8d0-72a1-bb29-9d70fbe573e0', 'ds_0001a203c6c82372278812cca40e5959fe', 201, '01a203c6-c8d0-7a4c-b3aa-4470332d489f', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8dc-7901-a299-d02b9bea8fa8', 'ds_0001a203c6c8457571bb75db5056115541', 201, '01a203c6-c8d8-7803-b719-7689b74f5fa4', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8e7-7389-b3e4-4285e3983c89', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 201, '01a203c6-c8e7-74ea-bb61-bb676029340c', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c8fc-745e-a2d2-746737b809f7', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 201, '01a203c6-c8fb-7614-b74b-7c53a92965ef', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c90b-7ce4-9ddf-4cc2d48910b9', 'ds_0001a203c6c8457571bb75db5056115541', 201, '01a203c6-c90b-7fea-884a-1319d8aa0b6b', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c92d-76ee-b738-8a8047e15d28', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 204, '01a203c6-c8ad-7185-808e-6dc3fbc65637', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a203c6-c937-7fe8-8c31-8ef207684742', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 200, '01a203c6-c88d-7fd5-a273-2dd41e5f58eb', 2, NULL, NULL);

INSERT INTO directories (id, name, shard, root_id, created_at, name_key, version, updated_at) VALUES ('default', 'default', '00', '019a0000-0000-7000-8000-000000000001', 0, 'default', 1, 0);

INSERT INTO directories (id, name, shard, root_id, created_at, name_key, version, updated_at) VALUES ('dir_0001a203c6c83b7867ae1f9d8cc270567c', 'Acme', '00', '01a203c6-c83b-7840-ae07-d33c87b90695', 1795359688763, 'acme', 1, 1795359688763);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (1, '019a0000-0000-7000-8000-000000000001', 'default', NULL, NULL, 'default', 'default', NULL, NULL, 0, 1, 0, 0, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (2, '01a203c6-c800-7d0b-9973-a2b030cc918a', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Okta', 'okta', NULL, NULL, 0, 1, 1795359688704, 1795359688704, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (3, '01a203c6-c816-70b2-993e-15209ca850be', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'By the letter', 'by the letter', NULL, NULL, 0, 1, 1795359688726, 1795359688726, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (4, '01a203c6-c823-75ed-b399-19d4911a2c61', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Standard', 'standard', NULL, NULL, 0, 1, 1795359688739, 1795359688739, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (5, '01a203c6-c82e-7375-888a-89c039a2cce2', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Closed', 'closed', NULL, NULL, 0, 1, 1795359688750, 1795359688750, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (6, '01a203c6-c83b-7840-ae07-d33c87b90695', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', NULL, NULL, 'Acme', 'acme', NULL, NULL, 0, 1, 1795359688763, 1795359688763, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (7, '01a203c6-c845-7086-88c7-aa218cbd5dde', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', '01a203c6-c83b-7840-ae07-d33c87b90695', NULL, 'Acme''s Okta', 'acme''s okta', NULL, NULL, 0, 1, 1795359688773, 1795359688773, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a203c6c800712c8cbb347fa9e09b0e', 'default', 'okta-00t92lzzg3', 'Okta', 'okta', 'Everybody we employ', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'okta', '{}', '01a203c6-c800-7d0b-9973-a2b030cc918a', 500, 4, 1795359688704, 1795359688828, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a203c6c816788e8caa213ab0d5cedf', 'default', 'by-the-letter-005ioquoty', 'By the letter', 'by the letter', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'rfc', '{"unknownAttributes":"ignore"}', '01a203c6-c816-70b2-993e-15209ca850be', NULL, 1, 1795359688726, 1795359688726, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a203c6c82372278812cca40e5959fe', 'default', 'standard-00znjaoysn', 'Standard', 'standard', '', 'push', 'scim', 'custom', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'standard', '{"onDuplicate":"conflict"}', '01a203c6-c823-75ed-b399-19d4911a2c61', NULL, 2, 1795359688739, 1795359688840, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a203c6c82e7b6e911761684571975b', 'default', 'closed-00rpoqnsz9', 'Closed', 'closed', '', 'push', 'scim', 'standard', 'disabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'entra', '{}', '01a203c6-c82e-7375-888a-89c039a2cce2', NULL, 2, 1795359688750, 1795359688792, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a203c6c8457571bb75db5056115541', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'acme-s-okta-00flzt6vbu', 'Acme''s Okta', 'acme''s okta', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'okta', '{}', '01a203c6-c845-7086-88c7-aa218cbd5dde', NULL, 1, 1795359688773, 1795359688773, NULL);

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a203c6c800712c8cbb347fa9e09b0e', '01a203c6-c800-7d0b-9973-a2b030cc918a');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a203c6c816788e8caa213ab0d5cedf', '01a203c6-c816-70b2-993e-15209ca850be');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a203c6c82372278812cca40e5959fe', '01a203c6-c823-75ed-b399-19d4911a2c61');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a203c6c82e7b6e911761684571975b', '01a203c6-c82e-7375-888a-89c039a2cce2');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a203c6c8457571bb75db5056115541', '01a203c6-c845-7086-88c7-aa218cbd5dde');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a203c6c800712c8cbb347fa9e09b0e', '01a203c6-c800-7d0b-9973-a2b030cc918a');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a203c6c816788e8caa213ab0d5cedf', '01a203c6-c816-70b2-993e-15209ca850be');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a203c6c82372278812cca40e5959fe', '01a203c6-c823-75ed-b399-19d4911a2c61');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a203c6c82e7b6e911761684571975b', '01a203c6-c82e-7375-888a-89c039a2cce2');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a203c6c8457571bb75db5056115541', '01a203c6-c845-7086-88c7-aa218cbd5dde');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c80073448c541733befcf7ed', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'k1', '1xeM3kwfwkMlMzaNf2IzfZH6wmyYc-rH_l37fKm-EPg', 'VZvX', 'enabled', 1795359688704, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c81672e8b745b2ce0b9612ba', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 'k1', '3R2Sx07yRzrAL6Z7LbfvDO1uZvL5n1LPCL--W7ukomk', 'yDKh', 'enabled', 1795359688726, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c823726abfc40c2af194239c', 'ds_0001a203c6c82372278812cca40e5959fe', 'k1', 'wOOBqpkxaelBLuueGqTm6II-Na-YDTMLp1afk3zETps', 'yxik', 'enabled', 1795359688739, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c82e7bad84eef6845cb4a61d', 'ds_0001a203c6c82e7b6e911761684571975b', 'k1', 'aZS4i78mTwElhtYVoR5DXoMJa8Q53b4YPQOI3v-wnWU', 'BqX8', 'enabled', 1795359688750, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c8457749ae431c706af61060', 'ds_0001a203c6c8457571bb75db5056115541', 'k1', 'JjcdmUmAzAkU56YHnZKNv5-PxJ6Xo2tscWNgHZKxMTE', 'S2te', 'enabled', 1795359688773, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c86b7920a6b56f6e58b0836f', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'k1', 'ZP3MjquWhsFtE6RqsCyOceWp1giFtJYMcQxo58q8GKw', '0Vfe', 'disabled', 1795359688811, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a203c6c88276b0808ecb9d5bc45111', 'ds_0001a203c6c82372278812cca40e5959fe', 'k1', 'AfDFMlyMN-hn-fc_xz2tuwZyexYxfeghtXYSmXXhpy8', 'Dtcj', 'enabled', 1795359688834, 4070908800000, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (1, '01a203c6-c88d-7fd5-a273-2dd41e5f58eb', 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', '01a203c6-c800-7d0b-9973-a2b030cc918a', 'ann@example.com', '00u1', 1, '{"externalId":"00u1","userName":"Ann@example.com","name":{"familyName":"Ågren","givenName":"Ann"},"displayName":"Ann Å","active":true,"emails":[{"value":"Ann@example.com","type":"work","primary":true}],"phoneNumbers":[{"value":"+46 8 123 456","type":"work"},{"value":"070 123","type":"mobile"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"organization":"Universal Studios","department":"Tour"}}', '{"externalid":"00u1","username":"ann@example.com","name":{"familyname":"ågren","givenname":"ann"},"displayname":"ann å","active":true,"emails":[{"value":"ann@example.com","type":"work","primary":true}],"phonenumbers":[{"value":"+46 8 123 456","type":"work"},{"value":"070 123","type":"mobile"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"organization":"universal studios","department":"tour"}}', 2, 1795359688859, 1795359689019, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (2, '01a203c6-c8a2-7224-8059-fe5f6bc4bdfd', 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', '01a203c6-c800-7d0b-9973-a2b030cc918a', 'bob@example.com', '00u2', 0, '{"externalId":"00u2","userName":"bob@example.com","active":false,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7","manager":{"value":"01a203c6-c88d-7fd5-a273-2dd41e5f58eb"}}}', NULL, 1, 1795359688872, 1795359688872, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (3, '01a203c6-c8ad-7185-808e-6dc3fbc65637', 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', '01a203c6-c800-7d0b-9973-a2b030cc918a', 'gone@example.com', '00u3', 1, '{"externalId":"00u3","userName":"gone@example.com","active":true}', NULL, 2, 1795359688882, 1795359689009, 1795359689009);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (4, '01a203c6-c8b6-7b28-b365-8b7a9d405240', 'default', 'ds_0001a203c6c816788e8caa213ab0d5cedf', '01a203c6-c816-70b2-993e-15209ca850be', 'cy', NULL, 1, '{"userName":"cy","active":true}', NULL, 1, 1795359688893, 1795359688893, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (5, '01a203c6-c8c2-7286-9585-400a47c63bc2', 'default', 'ds_0001a203c6c82372278812cca40e5959fe', '01a203c6-c823-75ed-b399-19d4911a2c61', 'dora', NULL, 1, '{"userName":"dora","displayName":"王芳","active":true,"emails":[{"value":"dora@x.example","type":"work"}],"phoneNumbers":[{"value":"+8613800000000","type":"work"}]}', NULL, 1, 1795359688907, 1795359688907, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (6, '01a203c6-c8d0-7a4c-b3aa-4470332d489f', 'default', 'ds_0001a203c6c82372278812cca40e5959fe', '01a203c6-c823-75ed-b399-19d4911a2c61', 'emil', 's-2', 1, '{"externalId":"s-2","userName":"emil","active":true,"phoneNumbers":[{"value":"13800000001","type":"work"}]}', NULL, 1, 1795359688916, 1795359688916, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (7, '01a203c6-c8d8-7803-b719-7689b74f5fa4', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'ds_0001a203c6c8457571bb75db5056115541', '01a203c6-c845-7086-88c7-aa218cbd5dde', 'ann@example.com', '00u1', 1, '{"externalId":"00u1","userName":"ann@example.com","active":true,"emails":[{"value":"dora@x.example","type":"work"}]}', NULL, 1, 1795359688930, 1795359688930, NULL);

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'ann@example.com', '01a203c6-c88d-7fd5-a273-2dd41e5f58eb');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a203c6-c8c2-7286-9585-400a47c63bc2');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '+46 8 123 456', '01a203c6-c88d-7fd5-a273-2dd41e5f58eb');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000000', '01a203c6-c8c2-7286-9585-400a47c63bc2');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '070 123', '01a203c6-c88d-7fd5-a273-2dd41e5f58eb');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '13800000001', '01a203c6-c8d0-7a4c-b3aa-4470332d489f');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('dir_0001a203c6c83b7867ae1f9d8cc270567c', 'emails', 'dora@x.example', '01a203c6-c8d8-7803-b719-7689b74f5fa4');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a203c6-c8c2-7286-9585-400a47c63bc2');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000000', '01a203c6-c8c2-7286-9585-400a47c63bc2');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'phoneNumbers', '13800000001', '01a203c6-c8d0-7a4c-b3aa-4470332d489f');

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (1, '01a203c6-c8e7-74ea-bb61-bb676029340c', 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'staff', '00g1', '{"externalId":"00g1","displayName":"Staff"}', NULL, 2, 1, 1795359688942, 1795359688942, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (2, '01a203c6-c8fb-7614-b74b-7c53a92965ef', 'default', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 'empty', NULL, '{"displayName":"Empty"}', NULL, 0, 1, 1795359688962, 1795359688962, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (3, '01a203c6-c90b-7fea-884a-1319d8aa0b6b', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'ds_0001a203c6c8457571bb75db5056115541', 'staff', NULL, '{"displayName":"Staff"}', NULL, 1, 1, 1795359688975, 1795359688975, NULL);

INSERT INTO members (group_seq, user_seq) VALUES (1, 1);

INSERT INTO members (group_seq, user_seq) VALUES (1, 2);

INSERT INTO members (group_seq, user_seq) VALUES (3, 7);

INSERT INTO counters (owner, name, n) VALUES ('01a203c6-c800-7d0b-9973-a2b030cc918a', 'users', 2);

INSERT INTO counters (owner, name, n) VALUES ('01a203c6-c816-70b2-993e-15209ca850be', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('01a203c6-c823-75ed-b399-19d4911a2c61', 'users', 2);

INSERT INTO counters (owner, name, n) VALUES ('01a203c6-c845-7086-88c7-aa218cbd5dde', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a203c6c800712c8cbb347fa9e09b0e', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a203c6c816788e8caa213ab0d5cedf', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a203c6c8457571bb75db5056115541', 'groups', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (1, 'default', NULL, 1795359688668, 'setup.claimed', 'AdminKey', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c7d1-7183-91b7-37916c1a4ae6', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (2, 'default', NULL, 1795359688681, 'key.created', 'AdminKey', 'key_0001a203c6c7e87de5a64ae97baad612b6', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c7e2-76d5-a22b-60f6e3f2e973', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (3, 'default', NULL, 1795359688688, 'key.created', 'AdminKey', 'key_0001a203c6c7f075e6b3998ed7d32dc11b', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c7ed-739c-bb86-085600145256', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (4, 'default', NULL, 1795359688698, 'key.revoked', 'AdminKey', 'key_0001a203c6c7f075e6b3998ed7d32dc11b', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c7f3-785f-9dc7-8c1a27df8192', '{"attributes":["revokedAt"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (5, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688712, 'source.created', 'DataSource', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c7fd-74c7-bfc9-f781f206533c', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (6, 'default', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 1795359688730, 'source.created', 'DataSource', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c813-7ba9-ae4c-2bf540b847db', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (7, 'default', 'ds_0001a203c6c82372278812cca40e5959fe', 1795359688742, 'source.created', 'DataSource', 'ds_0001a203c6c82372278812cca40e5959fe', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c820-7c91-91fd-ee39cf43fa82', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (8, 'default', 'ds_0001a203c6c82e7b6e911761684571975b', 1795359688753, 'source.created', 'DataSource', 'ds_0001a203c6c82e7b6e911761684571975b', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c82c-7d9f-b71b-c751e8b5ec6d', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (9, 'default', NULL, 1795359688763, 'directory.created', 'Directory', 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c836-7659-9dbe-91f9b098f867', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (10, 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'ds_0001a203c6c8457571bb75db5056115541', 1795359688778, 'source.created', 'DataSource', 'ds_0001a203c6c8457571bb75db5056115541', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c840-7905-a276-73324dfd1c28', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (11, 'default', 'ds_0001a203c6c82e7b6e911761684571975b', 1795359688792, 'source.disabled', 'DataSource', 'ds_0001a203c6c82e7b6e911761684571975b', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c850-7777-b3c1-491af688ceb2', '{"attributes":["status"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (12, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688805, 'source.updated', 'DataSource', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c85d-759b-950f-b822a269150a', '{"attributes":["ratePerSecond"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (13, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688817, 'token.created', 'DataSource', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c868-7971-8804-6495872c0843', '{"attributes":["tok_0001a203c6c86b7920a6b56f6e58b0836f"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (14, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688829, 'token.disabled', 'DataSource', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c876-7d66-b732-b7323c788c39', '{"attributes":["tok_0001a203c6c86b7920a6b56f6e58b0836f"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (15, 'default', 'ds_0001a203c6c82372278812cca40e5959fe', 1795359688840, 'token.created', 'DataSource', 'ds_0001a203c6c82372278812cca40e5959fe', 'key_0001a203c6c7dc7d7e9d2e677e7a2f0277', '01a203c6-c880-7c2f-8c0b-9635dcc545bd', '{"attributes":["tok_0001a203c6c88276b0808ecb9d5bc45111"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (16, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688860, 'user.created', 'User', '01a203c6-c88d-7fd5-a273-2dd41e5f58eb', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c88c-733e-aaba-ce93f43d0cd1', '{"attributes":["externalId","userName","name","active","emails","phoneNumbers","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (17, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688872, 'user.created', 'User', '01a203c6-c8a2-7224-8059-fe5f6bc4bdfd', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c8a2-7f0e-951b-a7d05dc22ee3', '{"attributes":["externalId","userName","active","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (18, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688882, 'user.created', 'User', '01a203c6-c8ad-7185-808e-6dc3fbc65637', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c8ad-7439-aa1b-043c37e6e9b3', '{"attributes":["externalId","userName","active"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (19, 'default', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 1795359688893, 'user.created', 'User', '01a203c6-c8b6-7b28-b365-8b7a9d405240', 'tok_0001a203c6c81672e8b745b2ce0b9612ba', '01a203c6-c8b6-7bf6-80b4-2da70aa4d7c6', '{"attributes":["userName","active"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (20, 'default', 'ds_0001a203c6c82372278812cca40e5959fe', 1795359688907, 'user.created', 'User', '01a203c6-c8c2-7286-9585-400a47c63bc2', 'tok_0001a203c6c823726abfc40c2af194239c', '01a203c6-c8c1-7085-88ab-04fcd707ee8c', '{"attributes":["userName","displayName","active","emails","phoneNumbers"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (21, 'default', 'ds_0001a203c6c82372278812cca40e5959fe', 1795359688916, 'user.created', 'User', '01a203c6-c8d0-7a4c-b3aa-4470332d489f', 'tok_0001a203c6c823726abfc40c2af194239c', '01a203c6-c8d0-7195-8c7b-62eeefb4f427', '{"attributes":["externalId","userName","active","phoneNumbers"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (22, 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'ds_0001a203c6c8457571bb75db5056115541', 1795359688930, 'user.created', 'User', '01a203c6-c8d8-7803-b719-7689b74f5fa4', 'tok_0001a203c6c8457749ae431c706af61060', '01a203c6-c8d8-7696-9da5-f1cc1343a424', '{"attributes":["externalId","userName","active","emails"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (23, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359688943, 'group.created', 'Group', '01a203c6-c8e7-74ea-bb61-bb676029340c', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c8e7-73b3-9984-6dd5bc4ed842', '{"attributes":["externalId","displayName"],"added":["01a203c6-c88d-7fd5-a273-2dd41e5f58eb","01a203c6-c8a2-7224-8059-fe5f6bc4bdfd"],"removed":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (24, 'default', 'ds_0001a203c6c816788e8caa213ab0d5cedf', 1795359688962, 'group.created', 'Group', '01a203c6-c8fb-7614-b74b-7c53a92965ef', 'tok_0001a203c6c81672e8b745b2ce0b9612ba', '01a203c6-c8fb-71c8-b7d1-ee3e3846ef97', '{"attributes":["displayName"],"added":[],"removed":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (25, 'dir_0001a203c6c83b7867ae1f9d8cc270567c', 'ds_0001a203c6c8457571bb75db5056115541', 1795359688976, 'group.created', 'Group', '01a203c6-c90b-7fea-884a-1319d8aa0b6b', 'tok_0001a203c6c8457749ae431c706af61060', '01a203c6-c90b-7070-ae17-082c3b03af8c', '{"attributes":["displayName"],"added":["01a203c6-c8d8-7803-b719-7689b74f5fa4"],"removed":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (26, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359689009, 'user.deleted', 'User', '01a203c6-c8ad-7185-808e-6dc3fbc65637', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c92d-74c5-8cdb-091b2abec919', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (27, 'default', 'ds_0001a203c6c800712c8cbb347fa9e09b0e', 1795359689021, 'user.updated', 'User', '01a203c6-c88d-7fd5-a273-2dd41e5f58eb', 'tok_0001a203c6c80073448c541733befcf7ed', '01a203c6-c936-70f2-ae74-de08296659f1', '{"attributes":["displayName"]}');

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a203c6c7dc7d7e9d2e677e7a2f0277', 'first', 'owner', 'k1', 'bujTka55cUtmf5YRTIX-y678-X_-Nqtzybh62rdcNXE', 1795359688668, 1795359688678, NULL, 'kbiA', 1);

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a203c6c7e87de5a64ae97baad612b6', 'Auditors', 'viewer', 'k1', 'hle9O7Jygfv7BwjG_NeVG6RfeQJdhqZW0pZ5zjoFiMA', 1795359688680, NULL, NULL, 'jyHe', 1);

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a203c6c7f075e6b3998ed7d32dc11b', 'Left the firm', 'operator', 'k1', 'rFwQn7JAw_-3bjMISe3311Jt6WbYRiciLFy3VyT--7M', 1795359688688, NULL, 1795359688694, 'qGLD', 2);

INSERT INTO claims (id, claimed_at) VALUES (1, 1795359688668);
