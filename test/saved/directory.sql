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
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
, code_key TEXT, sort_order INTEGER, depth INTEGER NOT NULL DEFAULT 1);

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
, scope_has_organizations INTEGER NOT NULL DEFAULT 1, scope_has_groups INTEGER NOT NULL DEFAULT 0, namespace TEXT, fields TEXT NOT NULL DEFAULT '[]');

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
, type TEXT NOT NULL DEFAULT 'bearer' CHECK (type IN ('bearer', 'client_secret'))) WITHOUT ROWID;

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
, expires_at INTEGER);

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
, diff TEXT, version INTEGER);

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

CREATE UNIQUE INDEX organizations_code ON organizations (directory_id, code_key) WHERE deleted_at IS NULL AND code_key IS NOT NULL;

CREATE UNIQUE INDEX organizations_external_id ON organizations (source_id, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

CREATE INDEX organizations_directory ON organizations (directory_id) WHERE deleted_at IS NULL;

CREATE INDEX organizations_display_name ON organizations (directory_id, name_key) WHERE deleted_at IS NULL;

CREATE INDEX data_sources_target ON data_sources (target_id) WHERE deleted_at IS NULL;

CREATE INDEX scope_organizations_organization ON scope_organizations (organization_id);

CREATE TABLE user_organizations (
  user_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  PRIMARY KEY (user_id, organization_id)
) WITHOUT ROWID;

CREATE INDEX user_organizations_organization ON user_organizations (organization_id);

CREATE TABLE scope_groups (
  source_id TEXT NOT NULL,
  group_seq INTEGER NOT NULL,
  PRIMARY KEY (source_id, group_seq)
) WITHOUT ROWID;

CREATE INDEX scope_groups_group ON scope_groups (group_seq);

CREATE INDEX organizations_updated ON organizations (directory_id, updated_at) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX groups_unowned_name ON groups (directory_id, name_key) WHERE source_id IS NULL AND deleted_at IS NULL;

CREATE INDEX organizations_order ON organizations (parent_id, coalesce(sort_order, 9007199254740992), name_key) WHERE deleted_at IS NULL;

CREATE INDEX users_expiring ON users (expires_at) WHERE deleted_at IS NULL AND expires_at IS NOT NULL;

CREATE TABLE password_policies (
  directory_id TEXT PRIMARY KEY,
  mode TEXT NOT NULL CHECK (mode IN ('discard', 'hash')),
  min_length INTEGER NOT NULL,
  -- JSON list of rules, e.g. ["inclusion_number"].
  rules TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE passwords (
  user_id TEXT PRIMARY KEY,
  phc TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE custom_fields (
  id TEXT NOT NULL PRIMARY KEY,
  directory_id TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('string', 'number', 'boolean', 'choice')),
  required INTEGER NOT NULL,
  is_unique INTEGER NOT NULL,
  items TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE UNIQUE INDEX custom_fields_name ON custom_fields (directory_id, name);

CREATE TABLE observed_attributes (
  source_id TEXT NOT NULL,
  path TEXT NOT NULL,
  n INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (source_id, path)
) WITHOUT ROWID;

CREATE TABLE application_keys (
  id TEXT PRIMARY KEY,
  directory_id TEXT NOT NULL,
  name TEXT NOT NULL,
  access TEXT NOT NULL CHECK (access IN ('read', 'write')),
  pepper_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;

CREATE UNIQUE INDEX application_keys_hash ON application_keys (hash);

CREATE INDEX application_keys_directory ON application_keys (directory_id);

CREATE TABLE event_horizon (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
);

CREATE TABLE refusals (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  directory_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  -- When the hour began, in epoch milliseconds.
  hour INTEGER NOT NULL,
  operation TEXT NOT NULL,
  code TEXT NOT NULL,
  path TEXT NOT NULL,
  record TEXT NOT NULL,
  resource_type TEXT,
  record_id TEXT,
  user_name_key TEXT,
  external_id TEXT,
  n INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT NOT NULL,
  detail TEXT NOT NULL
);

CREATE UNIQUE INDEX refusals_kind ON refusals (source_id, hour, operation, code, path, record);

CREATE INDEX refusals_directory ON refusals (directory_id, hour);

CREATE INDEX refusals_record ON refusals (record_id) WHERE record_id IS NOT NULL;

CREATE INDEX refusals_user_name ON refusals (user_name_key) WHERE user_name_key IS NOT NULL;

CREATE INDEX refusals_external_id ON refusals (external_id) WHERE external_id IS NOT NULL;

CREATE TABLE request_counts (
  source_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  route TEXT NOT NULL,
  -- The first digit of the status.
  status INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (source_id, hour, route, status)
) WITHOUT ROWID;

CREATE INDEX request_counts_hour ON request_counts (hour);

CREATE TABLE source_activity (
  source_id TEXT PRIMARY KEY,
  first_request_at INTEGER,
  last_request_at INTEGER,
  flush_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE credential_attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  -- The last four characters of what was sent; empty for what is too short to show any.
  hint TEXT NOT NULL,
  user_agent TEXT NOT NULL
);

CREATE INDEX credential_attempts_source ON credential_attempts (source_id, seq);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The object that wrote it, or 'deployment' for what is written without one.
  chain TEXT NOT NULL,
  -- 1, 2, 3, … in its chain.
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  -- JSON: before and after, without secrets.
  changes TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- The hmac of the row before it; empty in the first one.
  previous TEXT NOT NULL,
  pepper_id TEXT NOT NULL,
  hmac TEXT NOT NULL
);

CREATE UNIQUE INDEX audit_chain ON audit (chain, position);

CREATE INDEX events_application ON events (actor, at) WHERE actor >= 'app_' AND actor < 'app`';

INSERT INTO d1_migrations (id, name, applied_at) VALUES (1, '0001_directory.sql', '2026-11-22 18:15:57');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (2, '0002_admin.sql', '2026-11-22 18:15:57');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (3, '0003_organizations.sql', '2026-11-22 18:15:57');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (4, '0004_fields.sql', '2026-11-22 18:15:57');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (5, '0005_credentials.sql', '2026-11-22 18:15:57');

INSERT INTO d1_migrations (id, name, applied_at) VALUES (6, '0006_activity.sql', '2026-11-22 18:15:57');

INSERT INTO schema_version (id, version) VALUES (1, 3);

INSERT INTO epochs (object, epoch) VALUES ('directory:default', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d59876b295e4518aaadbc639', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 1);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d53a-7c09-8cb9-c1ed88210d3f', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, 'ds_0001a20478d5387dfdaab707c13f03b523', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d568-734e-842c-63425bcb0fa4', 'ds_0001a20478d567792f91638fbfe2c8df61', 201, 'ds_0001a20478d567792f91638fbfe2c8df61', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d57f-7144-b3cc-2f7e4936ec6f', 'ds_0001a20478d57e7c8291309671d82802dc', 201, 'ds_0001a20478d57e7c8291309671d82802dc', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d599-7cdc-8851-67687edfb8c6', 'ds_0001a20478d59876b295e4518aaadbc639', 201, 'ds_0001a20478d59876b295e4518aaadbc639', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d5b5-71b0-8415-94cad51c3b8d', 'ds_0001a20478d59876b295e4518aaadbc639', 200, 'ds_0001a20478d59876b295e4518aaadbc639', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d5d6-72c0-aae3-536a9dd7c38c', 'directory:default', 201, '01a20478-d5cf-7f37-8ced-0ed9daa6a894', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d5fc-74f1-bfbd-ff3da2602bee', 'directory:default', 201, '01a20478-d5f7-792e-84fb-ce84c8a287ae', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d612-7473-a2dc-dc081fb3e2c9', 'directory:default', 201, 'fld_0001a20478d6127fecbb27e0cba0c9650a', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d62a-7c67-84e1-33197e03e8e6', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, '01a20478-d620-763e-9d2e-f47b1cf610d7', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d648-7e48-9dfa-5ed2a90e85e0', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, '01a20478-d647-743d-954e-690753f5cc3c', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d659-7748-8443-18c26eb5e38e', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, '01a20478-d658-7969-9100-5d75b8dcf552', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d66c-7399-88cb-ccc487850ec6', 'ds_0001a20478d567792f91638fbfe2c8df61', 201, '01a20478-d667-74e5-bbd8-950d906e12c7', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d682-714e-998f-768bff62f0f3', 'ds_0001a20478d57e7c8291309671d82802dc', 201, '01a20478-d67c-7bfe-bbe0-42ce765ccdde', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d69a-7529-88a8-c67579d5a6b3', 'ds_0001a20478d57e7c8291309671d82802dc', 201, '01a20478-d69a-7438-9d2a-47732709d5ec', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6a8-732f-80e1-038146b6a0b1', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, '01a20478-d6a8-72e9-9d07-bb3ba00b5ac4', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6bf-73d1-95ac-7717665810e3', 'ds_0001a20478d567792f91638fbfe2c8df61', 201, '01a20478-d6be-7d26-aa60-525b73a6e273', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6cd-77c5-99cb-856743a59985', 'ds_0001a20478d5387dfdaab707c13f03b523', 201, '01a20478-d6cd-71b5-bfa4-8a14954a749d', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6db-7bfb-bf7f-6dc113233b21', 'ds_0001a20478d5387dfdaab707c13f03b523', 200, '01a20478-d620-763e-9d2e-f47b1cf610d7', 2, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6ec-75dd-9d59-5616c8e73946', 'ds_0001a20478d5387dfdaab707c13f03b523', 204, '01a20478-d658-7969-9100-5d75b8dcf552', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d6ff-7d77-bf71-1815b18a00f3', 'directory:default', 201, '01a20478-d6fb-74ed-a2a0-d172ff76e110', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d714-7bf1-9113-d145fb3ee56a', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 201, 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d733-7683-9520-f585e8a53a22', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 200, 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d74c-7f5c-80ed-c351193c8828', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 201, '01a20478-d745-7efc-9d9f-49b91bb11952', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d8b1-7752-8471-37c918bd8c1a', 'directory:default', 201, '01a20478-d77c-767a-9db9-b3760477a9e1', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d8cb-74e4-aed6-ea5b905fa325', 'directory:default', 200, '01a20478-d6fb-74ed-a2a0-d172ff76e110', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d927-7ccb-9180-6d5c27d0d636', 'ds_0001a20478d5387dfdaab707c13f03b523', 200, 'ds_0001a20478d5387dfdaab707c13f03b523', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d93b-7ecb-84a8-61595829bed0', 'ds_0001a20478d5387dfdaab707c13f03b523', 200, 'ds_0001a20478d5387dfdaab707c13f03b523', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d94b-720a-aa41-0eeeae2652f9', 'ds_0001a20478d57e7c8291309671d82802dc', 200, 'ds_0001a20478d57e7c8291309671d82802dc', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d960-768f-91b2-69d610765737', 'ds_0001a20478d5387dfdaab707c13f03b523', 200, 'ds_0001a20478d5387dfdaab707c13f03b523', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d96f-72ca-b323-3b79d0d998b3', 'ds_0001a20478d5387dfdaab707c13f03b523', 200, 'ds_0001a20478d5387dfdaab707c13f03b523', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d98c-7032-9d69-5c05b8300fdd', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 201, 'ds_0001a20478d98b7abcaa108f292d74fe9f', NULL, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d9a1-74e5-b348-1f15897eefae', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 201, '01a20478-d99c-7ed7-9d73-46d70c9d9b10', 1, NULL, NULL);

INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail) VALUES ('01a20478-d9ad-7215-8804-5faa2a1bf73a', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 201, '01a20478-d9ad-7567-aa45-51a143354589', 1, NULL, NULL);

INSERT INTO directories (id, name, shard, root_id, created_at, name_key, version, updated_at) VALUES ('default', 'default', '00', '019a0000-0000-7000-8000-000000000001', 0, 'default', 1, 0);

INSERT INTO directories (id, name, shard, root_id, created_at, name_key, version, updated_at) VALUES ('dir_0001a20478d97d7fa9917e783f080f2ae2', 'Acme', '00', '01a20478-d97d-7e9b-8c73-d109317b2d39', 1795371358589, 'acme', 1, 1795371358589);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (1, '019a0000-0000-7000-8000-000000000001', 'default', NULL, NULL, 'default', 'default', NULL, NULL, 1, 0, 0, NULL, NULL, NULL, 0);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (2, '01a20478-d538-76ba-bb8d-ccfa435ad365', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Okta', 'okta', NULL, NULL, 1, 1795371357496, 1795371357496, NULL, NULL, NULL, 1);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (3, '01a20478-d567-7587-b7fe-8ff5ba578f03', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'By the letter', 'by the letter', NULL, NULL, 1, 1795371357543, 1795371357543, NULL, NULL, NULL, 1);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (4, '01a20478-d57e-7aa7-847c-87af7d05d8f5', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Standard', 'standard', NULL, NULL, 1, 1795371357566, 1795371357566, NULL, NULL, NULL, 1);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (5, '01a20478-d598-79d2-8081-abcc0c4cc6cb', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Closed', 'closed', NULL, NULL, 1, 1795371357592, 1795371357592, NULL, NULL, NULL, 1);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (6, '01a20478-d5cf-7f37-8ced-0ed9daa6a894', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Sales', 'sales', NULL, 'S', 1, 1795371357653, 1795371357653, NULL, 's', NULL, 1);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (7, '01a20478-d5f7-792e-84fb-ce84c8a287ae', 'default', '01a20478-d5cf-7f37-8ced-0ed9daa6a894', NULL, 'North', 'north', NULL, NULL, 1, 1795371357692, 1795371357692, NULL, NULL, 2, 2);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (8, '01a20478-d6cd-71b5-bfa4-8a14954a749d', 'default', '01a20478-d538-76ba-bb8d-ccfa435ad365', 'ds_0001a20478d5387dfdaab707c13f03b523', 'Tours', 'tours', 'org-1', 'T', 1, 1795371357907, 1795371357907, NULL, 't', NULL, 2);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (9, '01a20478-d97d-7e9b-8c73-d109317b2d39', 'dir_0001a20478d97d7fa9917e783f080f2ae2', NULL, NULL, 'Acme', 'acme', NULL, NULL, 1, 1795371358589, 1795371358589, NULL, NULL, NULL, 0);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, version, created_at, updated_at, deleted_at, code_key, sort_order, depth) VALUES (10, '01a20478-d98b-78e8-9d13-7543e6ec0286', 'dir_0001a20478d97d7fa9917e783f080f2ae2', '01a20478-d97d-7e9b-8c73-d109317b2d39', NULL, 'Acme''s Okta', 'acme''s okta', NULL, NULL, 1, 1795371358603, 1795371358603, NULL, NULL, NULL, 1);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 'default', 'okta-00mxtnor2i', 'Okta', 'okta', 'Everybody we employ', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'okta', '{}', '01a20478-d538-76ba-bb8d-ccfa435ad365', 500, 5, 1795371357496, 1795371358578, NULL, 1, 0, NULL, '[]');

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 'default', 'by-the-letter-002vu0grc1', 'By the letter', 'by the letter', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'rfc', '{"unknownAttributes":"ignore"}', '01a20478-d567-7587-b7fe-8ff5ba578f03', NULL, 1, 1795371357543, 1795371357543, NULL, 1, 0, NULL, '[]');

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', 'default', 'standard-00z7rda775', 'Standard', 'standard', '', 'push', 'scim', 'custom', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'standard', '{"onDuplicate":"conflict"}', '01a20478-d57e-7aa7-847c-87af7d05d8f5', NULL, 2, 1795371357566, 1795371358543, NULL, 1, 0, NULL, '[]');

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d59876b295e4518aaadbc639', 'default', 'closed-006oqg8b3c', 'Closed', 'closed', '', 'push', 'scim', 'standard', 'disabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'entra', '{}', '01a20478-d598-79d2-8081-abcc0c4cc6cb', NULL, 2, 1795371357592, 1795371357627, NULL, 1, 0, NULL, '[]');

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'default', 'scoped-00hcqhkh4q', 'Scoped', 'scoped', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","organization:read"]', 'standard', '{}', '01a20478-d5f7-792e-84fb-ce84c8a287ae', NULL, 2, 1795371357971, 1795371358010, NULL, 1, 1, 'urn:example:params:scim:schemas:staff:2.0:User', '[{"id":"fld_0001a20478d6127fecbb27e0cba0c9650a","version":1,"name":"desk","label":"Desk","type":"choice","required":false,"unique":false,"values":["4-17","4-18"]}]');

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at, scope_has_organizations, scope_has_groups, namespace, fields) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'acme-s-okta-00lrvqeg51', 'Acme''s Okta', 'acme''s okta', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'okta', '{}', '01a20478-d98b-78e8-9d13-7543e6ec0286', NULL, 1, 1795371358603, 1795371358603, NULL, 1, 0, NULL, '[]');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d538-76ba-bb8d-ccfa435ad365');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', '01a20478-d567-7587-b7fe-8ff5ba578f03');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', '01a20478-d57e-7aa7-847c-87af7d05d8f5');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d59876b295e4518aaadbc639', '01a20478-d598-79d2-8081-abcc0c4cc6cb');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', '01a20478-d98b-78e8-9d13-7543e6ec0286');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d538-76ba-bb8d-ccfa435ad365');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', '01a20478-d567-7587-b7fe-8ff5ba578f03');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', '01a20478-d57e-7aa7-847c-87af7d05d8f5');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d59876b295e4518aaadbc639', '01a20478-d598-79d2-8081-abcc0c4cc6cb');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', '01a20478-d5cf-7f37-8ced-0ed9daa6a894');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', '01a20478-d5f7-792e-84fb-ce84c8a287ae');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', '01a20478-d5f7-792e-84fb-ce84c8a287ae');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', '01a20478-d5f7-792e-84fb-ce84c8a287ae');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d6cd-71b5-bfa4-8a14954a749d');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', '01a20478-d98b-78e8-9d13-7543e6ec0286');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d5387e12887754a83e4eadaf', 'ds_0001a20478d5387dfdaab707c13f03b523', 'k1', '-5-DKC2EVwrmDu4Jd7t1zTe_AfgL1vgEH3dsZ1pZxVM', 'QtAf', 'enabled', 1795371357496, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d56778bd8411462955fc573b', 'ds_0001a20478d567792f91638fbfe2c8df61', 'k1', 'voiK61I-zlET_c28Ks1OvnMMf5166CywHNj9_HUkY8E', 'pvPs', 'enabled', 1795371357543, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d57e774f88ae9972dc9faf49', 'ds_0001a20478d57e7c8291309671d82802dc', 'k1', 'PkBqSgbA8ee-EUgeTI_EDDgF1nJPMI48fkQwl6bE1qo', 'Shey', 'enabled', 1795371357566, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d5987de8a2f95dda50452074', 'ds_0001a20478d59876b295e4518aaadbc639', 'k1', 'TnzidseMgi6UQPXZ5OPQ3gW675xpylYcB3Py0geLFTg', 'GxVe', 'enabled', 1795371357592, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d7137227959abf71767b340f', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'k1', 'PQgSG3YgGmy82dY95gAxZ6TBt8CYELLFozJ_rKIB5nA', 'rkk3', 'enabled', 1795371357971, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d96b7617aaacbbe5f1bdfdaa', 'ds_0001a20478d5387dfdaab707c13f03b523', 'k1', 'jza9_l6oQq_KkDatAi7Li30_UWbYoYlxpF2nFchHhls', 'DmAe', 'enabled', 1795371358571, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('sec_0001a20478d98b7eec9d29ab01f6e1a786', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 'k1', 'InYXuSgHh2Wb247Nl71G0hd-c0U9j7if6a1d6BLhKEo', 'bXCN', 'enabled', 1795371358603, 4070908800000, NULL, 'client_secret');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d5387268aa08ff32c20da16f', 'ds_0001a20478d5387dfdaab707c13f03b523', 'k1', 'hU68HiFJAHu67dkm0ukjVjBBtEyd0fqvYoB0hM7ssmM', 'lP1v', 'enabled', 1795371357496, 4070908800000, 1795371357932, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d567731ea63b16a5efcb6a25', 'ds_0001a20478d567792f91638fbfe2c8df61', 'k1', 'pYEDmVxNIGAgcyFH0eiqRarrsAD1J5_6pE9A_3xUOWA', 'KtzX', 'enabled', 1795371357543, 4070908800000, 1795371357887, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d57e76888cd7672cfef2745c', 'ds_0001a20478d57e7c8291309671d82802dc', 'k1', '5SaabC_sctyaju73z5X9xVVxiDOAUESuq8RuH7T3NZQ', 'TDMV', 'enabled', 1795371357566, 4070908800000, 1795371357850, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d5987defbb3f017ac5d6a13d', 'ds_0001a20478d59876b295e4518aaadbc639', 'k1', 'QtRoWL3DX4_djmgXs37fvevDGpSeQDSeS1jycJzRyHs', 'K0fx', 'enabled', 1795371357592, 4070908800000, NULL, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d71377498c5ec9e675fed357', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'k1', '0yROSHpbXuSTuYH2ovk5UvoGZzsb8I9u-CeLCSXF-kk', '611y', 'enabled', 1795371357971, 4070908800000, 1795371358044, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d9237c598c16415b0382896e', 'ds_0001a20478d5387dfdaab707c13f03b523', 'k1', 'pXLWCBb5CLi9EFlCifgaQUI3qBC_xBlMukyKfGUlUHw', 'wM1g', 'disabled', 1795371358499, 4070908800000, NULL, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d9487f71b366ca0b9c3512d4', 'ds_0001a20478d57e7c8291309671d82802dc', 'k1', 'jLM7PVF1q5VkWOqveu1pO01LGHrUzAH5fVapCr4kjXk', 'HG29', 'enabled', 1795371358536, 4070908800000, NULL, 'bearer');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at, type) VALUES ('tok_0001a20478d98b7a64b3c4ba10f0bf7b91', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 'k1', 'RVUlzCM6vma4kVrCbPlkwNX9AMZXnS8YX-HSLJyXvm0', 'ZMH7', 'enabled', 1795371358603, 4070908800000, 1795371358637, 'bearer');

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (1, '01a20478-d620-763e-9d2e-f47b1cf610d7', 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d538-76ba-bb8d-ccfa435ad365', 'ann@example.com', '00u1', 1, '{"externalId":"00u1","userName":"Ann@example.com","name":{"familyName":"Ågren","givenName":"Ann"},"displayName":"Ann Å","active":true,"emails":[{"value":"Ann@example.com","type":"work","primary":true}],"phoneNumbers":[{"value":"+46 8 123 456","type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours"}}', '{"externalid":"00u1","username":"ann@example.com","name":{"familyname":"ågren","givenname":"ann"},"displayname":"ann å","active":true,"emails":[{"value":"ann@example.com","type":"work","primary":true}],"phonenumbers":[{"value":"+46 8 123 456","type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"department":"tours"}}', 2, 1795371357752, 1795371357922, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (2, '01a20478-d647-743d-954e-690753f5cc3c', 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d538-76ba-bb8d-ccfa435ad365', 'bob@example.com', '00u2', 0, '{"externalId":"00u2","userName":"bob@example.com","active":false}', NULL, 1, 1795371357775, 1795371357775, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (3, '01a20478-d658-7969-9100-5d75b8dcf552', 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', '01a20478-d538-76ba-bb8d-ccfa435ad365', 'gone@example.com', '00u3', 1, '{"externalId":"00u3","userName":"gone@example.com","active":true}', NULL, 2, 1795371357793, 1795371357936, 1795371357936, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (4, '01a20478-d667-74e5-bbd8-950d906e12c7', 'default', 'ds_0001a20478d567792f91638fbfe2c8df61', '01a20478-d567-7587-b7fe-8ff5ba578f03', 'cy', NULL, 1, '{"userName":"cy","active":true}', NULL, 1, 1795371357814, 1795371357814, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (5, '01a20478-d67c-7bfe-bbe0-42ce765ccdde', 'default', 'ds_0001a20478d57e7c8291309671d82802dc', '01a20478-d57e-7aa7-847c-87af7d05d8f5', 'dora', NULL, 1, '{"userName":"dora","displayName":"王芳","active":true,"emails":[{"value":"dora@x.example","type":"work"}],"phoneNumbers":[{"value":"+8613800000000","type":"work"}],"phoneRegion":"86"}', '{"username":"dora","displayname":"王芳","active":true,"emails":[{"value":"dora@x.example","type":"work"}],"phonenumbers":[{"value":"+8613800000000","type":"work"},{"value":"13800000000","type":"work"}],"phoneregion":"86"}', 1, 1795371357839, 1795371357839, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (6, '01a20478-d69a-7438-9d2a-47732709d5ec', 'default', 'ds_0001a20478d57e7c8291309671d82802dc', '01a20478-d57e-7aa7-847c-87af7d05d8f5', 'emil', 's-2', 1, '{"externalId":"s-2","userName":"emil","active":true,"phoneNumbers":[{"value":"13800000001","type":"work"}],"phoneRegion":"86"}', '{"externalid":"s-2","username":"emil","active":true,"phonenumbers":[{"value":"13800000001","type":"work"},{"value":"+8613800000001","type":"work"}],"phoneregion":"86"}', 1, 1795371357857, 1795371357857, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (7, '01a20478-d745-7efc-9d9f-49b91bb11952', 'default', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', '01a20478-d5f7-792e-84fb-ce84c8a287ae', 'gil', 'h-1', 1, '{"externalId":"h-1","userName":"gil","active":true,"urn:ietf:params:scim:schemas:extension:customfield:2.0:User":{"desk":"4-17"}}', NULL, 1, 1795371358036, 1795371358036, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (8, '01a20478-d77c-767a-9db9-b3760477a9e1', 'default', NULL, '01a20478-d5cf-7f37-8ced-0ed9daa6a894', 'hana', NULL, 1, '{"userName":"hana","active":true,"urn:ietf:params:scim:schemas:extension:customfield:2.0:User":{"desk":"4-18"}}', NULL, 1, 1795371358089, 1795371358089, NULL, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at) VALUES (9, '01a20478-d99c-7ed7-9d73-46d70c9d9b10', 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'ds_0001a20478d98b7abcaa108f292d74fe9f', '01a20478-d98b-78e8-9d13-7543e6ec0286', 'ann@example.com', '00u1', 1, '{"externalId":"00u1","userName":"ann@example.com","active":true}', NULL, 1, 1795371358630, 1795371358630, NULL, NULL);

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'ann@example.com', '01a20478-d620-763e-9d2e-f47b1cf610d7');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a20478-d67c-7bfe-bbe0-42ce765ccdde');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'field:desk', '4-17', '01a20478-d745-7efc-9d9f-49b91bb11952');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'field:desk', '4-18', '01a20478-d77c-767a-9db9-b3760477a9e1');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '+46 8 123 456', '01a20478-d620-763e-9d2e-f47b1cf610d7');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '13800000000', '01a20478-d67c-7bfe-bbe0-42ce765ccdde');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '13800000001', '01a20478-d69a-7438-9d2a-47732709d5ec');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a20478-d67c-7bfe-bbe0-42ce765ccdde');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000000', '01a20478-d67c-7bfe-bbe0-42ce765ccdde');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000001', '01a20478-d69a-7438-9d2a-47732709d5ec');

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (1, '01a20478-d6a8-72e9-9d07-bb3ba00b5ac4', 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 'staff', '00g1', '{"externalId":"00g1","displayName":"Staff"}', NULL, 2, 1, 1795371357873, 1795371357873, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (2, '01a20478-d6be-7d26-aa60-525b73a6e273', 'default', 'ds_0001a20478d567792f91638fbfe2c8df61', 'empty', NULL, '{"displayName":"Empty"}', NULL, 0, 1, 1795371357892, 1795371357892, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (3, '01a20478-d6fb-74ed-a2a0-d172ff76e110', 'default', NULL, 'crew', NULL, '{"displayName":"Crew"}', NULL, 2, 2, 1795371357951, 1795371358410, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (4, '01a20478-d9ad-7567-aa45-51a143354589', 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 'staff', NULL, '{"displayName":"Staff"}', NULL, 1, 1, 1795371358641, 1795371358641, NULL);

INSERT INTO members (group_seq, user_seq) VALUES (1, 1);

INSERT INTO members (group_seq, user_seq) VALUES (1, 2);

INSERT INTO members (group_seq, user_seq) VALUES (3, 7);

INSERT INTO members (group_seq, user_seq) VALUES (3, 8);

INSERT INTO members (group_seq, user_seq) VALUES (4, 9);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d538-76ba-bb8d-ccfa435ad365', 'users', 2);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d567-7587-b7fe-8ff5ba578f03', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d57e-7aa7-847c-87af7d05d8f5', 'users', 2);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d5cf-7f37-8ced-0ed9daa6a894', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d5f7-792e-84fb-ce84c8a287ae', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('01a20478-d98b-78e8-9d13-7543e6ec0286', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', 'visible organizations', 2);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', 'visible users', 2);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', 'visible organizations', 2);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', 'visible users', 2);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d905726688b72151d5e9afc8', 'visible organizations', 0);

INSERT INTO counters (owner, name, n) VALUES ('app_0001a20478d905726688b72151d5e9afc8', 'visible users', 0);

INSERT INTO counters (owner, name, n) VALUES ('default', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 'visible organizations', 2);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 'visible users', 2);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 'visible organizations', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', 'visible organizations', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d59876b295e4518aaadbc639', 'visible organizations', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'visible organizations', 2);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'visible users', 2);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 'visible organizations', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (1, 'default', NULL, 1795371357412, 'setup.claimed', 'AdminKey', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'key_0001a20478d4e37445aeb9b623e9b0913b', '76423715-a053-4aa4-9783-47c3295eeed7', '{}', '{"diff":{"name":{"to":"first"},"role":{"to":"owner"},"hint":{"to":"Gkmp"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (2, 'default', NULL, 1795371357439, 'key.created', 'AdminKey', 'key_0001a20478d4fe7f8c9592c1dae1906536', 'key_0001a20478d4e37445aeb9b623e9b0913b', '140eb485-2b7d-4a6b-a02c-43494d89cc60', '{}', '{"diff":{"name":{"to":"Auditors"},"role":{"to":"viewer"},"hint":{"to":"pNGO"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (3, 'default', NULL, 1795371357457, 'key.created', 'AdminKey', 'key_0001a20478d50f7a7b9dfe435131e8a675', 'key_0001a20478d4e37445aeb9b623e9b0913b', '35238e5f-278d-4464-9f0d-58f226d6005f', '{}', '{"diff":{"name":{"to":"Left the firm"},"role":{"to":"operator"},"hint":{"to":"lo4T"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (4, 'default', NULL, 1795371357478, 'key.revoked', 'AdminKey', 'key_0001a20478d50f7a7b9dfe435131e8a675', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'ec1a1a54-833d-4283-b1d2-f30ae3e394a9', '{"attributes":["revokedAt"]}', '{"diff":{"revokedAt":{"from":null,"to":"2026-11-22T18:15:57.471Z"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (5, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357513, 'source.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'd461b27c-b609-4f7c-9967-9a7d7e4d15f5', '{"attributes":[]}', '{"diff":{"name":{"to":"Okta"},"description":{"to":"Everybody we employ"},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"okta"},"targetId":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"fields":{"to":[]},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.hint":{"to":"lP1v"},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.status":{"to":"enabled"},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.expiresAt":{"to":"2027-11-22T18:15:57.496Z"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.hint":{"to":"QtAf"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.expiresAt":{"to":"2027-11-22T18:15:57.496Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (6, 'default', 'ds_0001a20478d567792f91638fbfe2c8df61', 1795371357550, 'source.created', 'DataSource', 'ds_0001a20478d567792f91638fbfe2c8df61', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'b6822dd6-1311-4d00-87e7-6fb5cfb8c2f4', '{"attributes":[]}', '{"diff":{"name":{"to":"By the letter"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"rfc"},"switches.unknownAttributes":{"to":"ignore"},"targetId":{"to":"01a20478-d567-7587-b7fe-8ff5ba578f03"},"fields":{"to":[]},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.hint":{"to":"KtzX"},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.status":{"to":"enabled"},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.expiresAt":{"to":"2027-11-22T18:15:57.543Z"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.hint":{"to":"pvPs"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.expiresAt":{"to":"2027-11-22T18:15:57.543Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (7, 'default', 'ds_0001a20478d57e7c8291309671d82802dc', 1795371357573, 'source.created', 'DataSource', 'ds_0001a20478d57e7c8291309671d82802dc', 'key_0001a20478d4e37445aeb9b623e9b0913b', '4e7a20bf-aa40-4516-8b35-740cab0551ab', '{"attributes":[]}', '{"diff":{"name":{"to":"Standard"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"custom"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"standard"},"switches.onDuplicate":{"to":"conflict"},"targetId":{"to":"01a20478-d57e-7aa7-847c-87af7d05d8f5"},"fields":{"to":[]},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.hint":{"to":"TDMV"},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.status":{"to":"enabled"},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.expiresAt":{"to":"2027-11-22T18:15:57.566Z"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.hint":{"to":"Shey"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.expiresAt":{"to":"2027-11-22T18:15:57.566Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (8, 'default', 'ds_0001a20478d59876b295e4518aaadbc639', 1795371357599, 'source.created', 'DataSource', 'ds_0001a20478d59876b295e4518aaadbc639', 'key_0001a20478d4e37445aeb9b623e9b0913b', '0ee362aa-941a-4377-8d07-59b8c1b89cd4', '{"attributes":[]}', '{"diff":{"name":{"to":"Closed"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"entra"},"targetId":{"to":"01a20478-d598-79d2-8081-abcc0c4cc6cb"},"fields":{"to":[]},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.hint":{"to":"K0fx"},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.status":{"to":"enabled"},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.expiresAt":{"to":"2027-11-22T18:15:57.592Z"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.hint":{"to":"GxVe"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.expiresAt":{"to":"2027-11-22T18:15:57.592Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (9, 'default', 'ds_0001a20478d59876b295e4518aaadbc639', 1795371357629, 'source.disabled', 'DataSource', 'ds_0001a20478d59876b295e4518aaadbc639', 'key_0001a20478d4e37445aeb9b623e9b0913b', '423d4db7-7103-428e-93d7-7f7018328303', '{"attributes":["status"]}', '{"diff":{"status":{"from":"enabled","to":"disabled"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (10, 'default', NULL, 1795371357674, 'organization.created', 'Organization', '01a20478-d5cf-7f37-8ced-0ed9daa6a894', 'key_0001a20478d4e37445aeb9b623e9b0913b', '6b548076-25d6-4a5c-8a2e-4a367c9b57e6', '{"attributes":["displayName","code","parent"]}', '{"diff":{"displayName":{"to":"Sales"},"code":{"to":"S"},"parent":{"to":"019a0000-0000-7000-8000-000000000001"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (11, 'default', NULL, 1795371357699, 'organization.created', 'Organization', '01a20478-d5f7-792e-84fb-ce84c8a287ae', 'key_0001a20478d4e37445aeb9b623e9b0913b', '077933d3-9a6d-425f-a278-51df333b0d36', '{"attributes":["displayName","parent","order"]}', '{"diff":{"displayName":{"to":"North"},"parent":{"to":"01a20478-d5cf-7f37-8ced-0ed9daa6a894"},"order":{"to":2}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (12, 'default', NULL, 1795371357719, 'field.created', 'Field', 'fld_0001a20478d6127fecbb27e0cba0c9650a', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'f5b2a4d2-2d3e-4435-b9b5-9afff38ae5b5', '{"attributes":[]}', '{"diff":{"name":{"to":"desk"},"label":{"to":"Desk"},"type":{"to":"choice"},"required":{"to":false},"unique":{"to":false},"items":{"to":[{"value":"4-17","label":"By the window","enabled":true},{"value":"4-18","label":"By the door","enabled":true}]}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (13, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357755, 'user.created', 'User', '01a20478-d620-763e-9d2e-f47b1cf610d7', 'tok_0001a20478d5387268aa08ff32c20da16f', '7a66462c-ee49-4c86-9ad1-13e56ff2ac92', '{"attributes":["externalId","userName","name","displayName","active","emails","phoneNumbers","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]}', '{"diff":{"externalId":{"to":"00u1"},"userName":{"to":"Ann@example.com"},"name.familyName":{"to":"Ågren"},"name.givenName":{"to":"Ann"},"displayName":{"to":"Ann"},"active":{"to":true},"emails":{"to":[{"value":"Ann@example.com","type":"work","primary":true}]},"phoneNumbers":{"to":[{"value":"+46 8 123 456","type":"work"}]},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":{"to":"Tours"},"organizationId":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"sourceId":{"to":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (14, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357775, 'user.created', 'User', '01a20478-d647-743d-954e-690753f5cc3c', 'tok_0001a20478d5387268aa08ff32c20da16f', 'a002309e-e90e-4d2a-ba33-e6880d371c99', '{"attributes":["externalId","userName","active"]}', '{"diff":{"externalId":{"to":"00u2"},"userName":{"to":"bob@example.com"},"active":{"to":false},"organizationId":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"sourceId":{"to":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (15, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357793, 'user.created', 'User', '01a20478-d658-7969-9100-5d75b8dcf552', 'tok_0001a20478d5387268aa08ff32c20da16f', 'ba282524-6fed-4659-8247-55cf88a661de', '{"attributes":["externalId","userName","active"]}', '{"diff":{"externalId":{"to":"00u3"},"userName":{"to":"gone@example.com"},"active":{"to":true},"organizationId":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"sourceId":{"to":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (16, 'default', 'ds_0001a20478d567792f91638fbfe2c8df61', 1795371357814, 'user.created', 'User', '01a20478-d667-74e5-bbd8-950d906e12c7', 'tok_0001a20478d567731ea63b16a5efcb6a25', '272b4302-1d77-475d-ade4-fa1a60353b07', '{"attributes":["userName","active"]}', '{"diff":{"userName":{"to":"cy"},"active":{"to":true},"organizationId":{"to":"01a20478-d567-7587-b7fe-8ff5ba578f03"},"sourceId":{"to":"ds_0001a20478d567792f91638fbfe2c8df61"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (17, 'default', 'ds_0001a20478d57e7c8291309671d82802dc', 1795371357840, 'user.created', 'User', '01a20478-d67c-7bfe-bbe0-42ce765ccdde', 'tok_0001a20478d57e76888cd7672cfef2745c', '84fbad50-fa65-4038-9134-a6b1a8a45116', '{"attributes":["userName","displayName","active","emails","phoneNumbers","phoneRegion"]}', '{"diff":{"userName":{"to":"dora"},"displayName":{"to":"王芳"},"active":{"to":true},"emails":{"to":[{"value":"dora@x.example","type":"work"}]},"phoneNumbers":{"to":[{"value":"+8613800000000","type":"work"}]},"phoneRegion":{"to":"86"},"organizationId":{"to":"01a20478-d57e-7aa7-847c-87af7d05d8f5"},"sourceId":{"to":"ds_0001a20478d57e7c8291309671d82802dc"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (18, 'default', 'ds_0001a20478d57e7c8291309671d82802dc', 1795371357857, 'user.created', 'User', '01a20478-d69a-7438-9d2a-47732709d5ec', 'tok_0001a20478d57e76888cd7672cfef2745c', 'b791ad8b-1af1-46ce-bcb4-07c0babd120f', '{"attributes":["externalId","userName","active","phoneNumbers","phoneRegion"]}', '{"diff":{"externalId":{"to":"s-2"},"userName":{"to":"emil"},"active":{"to":true},"phoneNumbers":{"to":[{"value":"13800000001","type":"work"}]},"phoneRegion":{"to":"86"},"organizationId":{"to":"01a20478-d57e-7aa7-847c-87af7d05d8f5"},"sourceId":{"to":"ds_0001a20478d57e7c8291309671d82802dc"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (19, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357874, 'group.created', 'Group', '01a20478-d6a8-72e9-9d07-bb3ba00b5ac4', 'tok_0001a20478d5387268aa08ff32c20da16f', '612bb328-50ef-4348-82dd-4166e9ad1254', '{"attributes":["externalId","displayName"],"added":["01a20478-d620-763e-9d2e-f47b1cf610d7","01a20478-d647-743d-954e-690753f5cc3c"],"removed":[]}', '{"diff":{"externalId":{"to":"00g1"},"displayName":{"to":"Staff"},"memberCount":{"to":2},"sourceId":{"to":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (20, 'default', 'ds_0001a20478d567792f91638fbfe2c8df61', 1795371357892, 'group.created', 'Group', '01a20478-d6be-7d26-aa60-525b73a6e273', 'tok_0001a20478d567731ea63b16a5efcb6a25', 'a7ff8d06-9c56-4ac9-b9b2-7f8a94439ea2', '{"attributes":["displayName"],"added":[],"removed":[]}', '{"diff":{"displayName":{"to":"Empty"},"memberCount":{"to":0},"sourceId":{"to":"ds_0001a20478d567792f91638fbfe2c8df61"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (21, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357908, 'organization.created', 'Organization', '01a20478-d6cd-71b5-bfa4-8a14954a749d', 'tok_0001a20478d5387268aa08ff32c20da16f', 'dba659c8-1134-4c99-b1f8-463dd6534967', '{"attributes":["externalId","displayName","code","parent"]}', '{"diff":{"externalId":{"to":"org-1"},"displayName":{"to":"Tours"},"code":{"to":"T"},"parent":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"sourceId":{"to":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (22, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357924, 'user.updated', 'User', '01a20478-d620-763e-9d2e-f47b1cf610d7', 'tok_0001a20478d5387268aa08ff32c20da16f', '78293721-3aa3-4153-9388-f5f5379de8bd', '{"attributes":["displayName"]}', '{"diff":{"displayName":{"from":"Ann","to":"Ann Å"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (23, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371357936, 'user.deleted', 'User', '01a20478-d658-7969-9100-5d75b8dcf552', 'tok_0001a20478d5387268aa08ff32c20da16f', 'aa178d90-4967-414a-9392-50d0225f5f10', '{}', '{"diff":{"externalId":{"from":"00u3"},"userName":{"from":"gone@example.com"},"active":{"from":true},"organizationId":{"from":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"sourceId":{"from":"ds_0001a20478d5387dfdaab707c13f03b523"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (24, 'default', NULL, 1795371357956, 'group.created', 'Group', '01a20478-d6fb-74ed-a2a0-d172ff76e110', 'key_0001a20478d4e37445aeb9b623e9b0913b', '7fef9085-1a6e-470d-8b3b-307459b01a65', '{"attributes":["displayName"],"added":[],"removed":[]}', '{"diff":{"displayName":{"to":"Crew"},"memberCount":{"to":0}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (25, 'default', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795371357980, 'source.created', 'DataSource', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'key_0001a20478d4e37445aeb9b623e9b0913b', '1004ce8a-9c71-4306-b8bf-d26d8c9feee7', '{"attributes":[],"added":["01a20478-d5cf-7f37-8ced-0ed9daa6a894","01a20478-d6fb-74ed-a2a0-d172ff76e110"],"removed":[]}', '{"diff":{"scope.organizationIds":{"from":[],"to":["01a20478-d5cf-7f37-8ced-0ed9daa6a894"]},"scope.groupIds":{"from":[],"to":["01a20478-d6fb-74ed-a2a0-d172ff76e110"]},"name":{"to":"Scoped"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","organization:read"]},"profile":{"to":"standard"},"targetId":{"to":"01a20478-d5f7-792e-84fb-ce84c8a287ae"},"fields":{"to":[]},"tokens.tok_0001a20478d71377498c5ec9e675fed357.hint":{"to":"611y"},"tokens.tok_0001a20478d71377498c5ec9e675fed357.status":{"to":"enabled"},"tokens.tok_0001a20478d71377498c5ec9e675fed357.expiresAt":{"to":"2027-11-22T18:15:57.971Z"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.hint":{"to":"rkk3"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.expiresAt":{"to":"2027-11-22T18:15:57.971Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (26, 'default', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795371358011, 'source.updated', 'DataSource', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'f5c5dad7-c5a3-42af-82d7-bc2161f348f9', '{"attributes":["namespace","fields"]}', '{"diff":{"namespace":{"from":null,"to":"urn:example:params:scim:schemas:staff:2.0:User"},"fields":{"from":[],"to":["desk"]}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (27, 'default', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795371358037, 'user.created', 'User', '01a20478-d745-7efc-9d9f-49b91bb11952', 'tok_0001a20478d71377498c5ec9e675fed357', 'bb026782-0543-4c5a-80f2-8af424d6ff47', '{"attributes":["externalId","userName","active","urn:ietf:params:scim:schemas:extension:customfield:2.0:User"]}', '{"diff":{"externalId":{"to":"h-1"},"userName":{"to":"gil"},"active":{"to":true},"urn:ietf:params:scim:schemas:extension:customfield:2.0:User:desk":{"to":"4-17"},"organizationId":{"to":"01a20478-d5f7-792e-84fb-ce84c8a287ae"},"sourceId":{"to":"ds_0001a20478d7137ff5b3dc7500c09f3d3f"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (28, 'default', NULL, 1795371358067, 'directory.updated', 'Directory', 'default', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'd97932d1-de3a-4be5-9fd4-4a8b64aca51e', '{"attributes":["passwordPolicy"]}', NULL, NULL);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (29, 'default', NULL, 1795371358394, 'user.created', 'User', '01a20478-d77c-767a-9db9-b3760477a9e1', 'key_0001a20478d4e37445aeb9b623e9b0913b', '977d6e1c-8dc6-48ea-9669-0dbf82bc40fe', '{"attributes":["userName","active","urn:ietf:params:scim:schemas:extension:customfield:2.0:User","passwordChanged"],"organizationsAdded":["01a20478-d5f7-792e-84fb-ce84c8a287ae"],"organizationsRemoved":[]}', '{"diff":{"userName":{"to":"hana"},"active":{"to":true},"urn:ietf:params:scim:schemas:extension:customfield:2.0:User:desk":{"to":"4-18"},"organizationId":{"to":"01a20478-d5cf-7f37-8ced-0ed9daa6a894"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (30, 'default', NULL, 1795371358421, 'group.updated', 'Group', '01a20478-d6fb-74ed-a2a0-d172ff76e110', 'key_0001a20478d4e37445aeb9b623e9b0913b', '9959366e-7f8d-44e2-878f-9e010dc5062e', '{"attributes":[],"added":["01a20478-d745-7efc-9d9f-49b91bb11952","01a20478-d77c-767a-9db9-b3760477a9e1"],"removed":[]}', '{"diff":{"memberCount":{"from":0,"to":2}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (31, 'default', NULL, 1795371358446, 'application.created', 'ApplicationKey', 'app_0001a20478d8e87cbbb35bbc8c8016294b', 'key_0001a20478d4e37445aeb9b623e9b0913b', '56202a3a-6bb9-42a1-b57e-6b69bbe33b05', '{}', NULL, NULL);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (32, 'default', NULL, 1795371358459, 'application.created', 'ApplicationKey', 'app_0001a20478d8f97f4595517f04dff9a43c', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'ae28e40f-a91f-4365-8e1e-d146663f41fc', '{}', NULL, NULL);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (33, 'default', NULL, 1795371358472, 'application.created', 'ApplicationKey', 'app_0001a20478d905726688b72151d5e9afc8', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'f4df5166-d8f8-4bad-b91c-fb9874789a2b', '{}', NULL, NULL);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (34, 'default', NULL, 1795371358487, 'application.revoked', 'ApplicationKey', 'app_0001a20478d905726688b72151d5e9afc8', 'key_0001a20478d4e37445aeb9b623e9b0913b', '33021dd7-8151-4a44-b894-4b5cf574f714', '{"attributes":["revokedAt","organizationIds"]}', NULL, NULL);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (35, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371358508, 'token.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', 'key_0001a20478d4e37445aeb9b623e9b0913b', '7954cebb-013c-4e95-b87e-fd584fb968a0', '{"attributes":["tok_0001a20478d9237c598c16415b0382896e"]}', '{"diff":{"tokens.tok_0001a20478d9237c598c16415b0382896e.hint":{"to":"wM1g"},"tokens.tok_0001a20478d9237c598c16415b0382896e.status":{"to":"enabled"},"tokens.tok_0001a20478d9237c598c16415b0382896e.expiresAt":{"to":"2027-11-22T18:15:58.499Z"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (36, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371358528, 'token.disabled', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', 'key_0001a20478d4e37445aeb9b623e9b0913b', '4c117bdc-ca5e-49cf-a808-90b8c2a448a8', '{"attributes":["tok_0001a20478d9237c598c16415b0382896e"]}', '{"diff":{"tokens.tok_0001a20478d9237c598c16415b0382896e.status":{"from":"enabled","to":"disabled"}}}', 3);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (37, 'default', 'ds_0001a20478d57e7c8291309671d82802dc', 1795371358543, 'token.created', 'DataSource', 'ds_0001a20478d57e7c8291309671d82802dc', 'key_0001a20478d4e37445aeb9b623e9b0913b', '1ca1ee36-11c8-4fea-982a-4f5ec627c298', '{"attributes":["tok_0001a20478d9487f71b366ca0b9c3512d4"]}', '{"diff":{"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.hint":{"to":"HG29"},"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.status":{"to":"enabled"},"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.expiresAt":{"to":"2027-11-22T18:15:58.536Z"}}}', 2);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (38, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371358564, 'source.updated', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'de8b5586-e2d2-40ab-9cc4-ef24722c50b2', '{"attributes":["ratePerSecond"]}', '{"diff":{"ratePerSecond":{"from":null,"to":500}}}', 4);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (39, 'default', 'ds_0001a20478d5387dfdaab707c13f03b523', 1795371358578, 'secret.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', 'key_0001a20478d4e37445aeb9b623e9b0913b', '24ef5323-9802-43e1-9bb5-99b96f96b02c', '{"attributes":["sec_0001a20478d96b7617aaacbbe5f1bdfdaa"]}', '{"diff":{"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.hint":{"to":"DmAe"},"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.expiresAt":{"to":"2027-11-22T18:15:58.571Z"}}}', 5);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (40, 'default', NULL, 1795371358589, 'directory.created', 'Directory', 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'dd203ec1-e57a-41b5-aa79-92d3c541621e', '{}', '{"diff":{"name":{"to":"Acme"},"shard":{"to":"00"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (41, 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 1795371358610, 'source.created', 'DataSource', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 'key_0001a20478d4e37445aeb9b623e9b0913b', 'f5165d38-2c70-46f1-8a42-0ae253d5ad37', '{"attributes":[]}', '{"diff":{"name":{"to":"Acme''s Okta"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"okta"},"targetId":{"to":"01a20478-d98b-78e8-9d13-7543e6ec0286"},"fields":{"to":[]},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.hint":{"to":"ZMH7"},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.status":{"to":"enabled"},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.expiresAt":{"to":"2027-11-22T18:15:58.603Z"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.hint":{"to":"bXCN"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.expiresAt":{"to":"2027-11-22T18:15:58.603Z"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (42, 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 1795371358630, 'user.created', 'User', '01a20478-d99c-7ed7-9d73-46d70c9d9b10', 'tok_0001a20478d98b7a64b3c4ba10f0bf7b91', '513c70eb-c860-4c18-aba8-ae98e6298bae', '{"attributes":["externalId","userName","active"]}', '{"diff":{"externalId":{"to":"00u1"},"userName":{"to":"ann@example.com"},"active":{"to":true},"organizationId":{"to":"01a20478-d98b-78e8-9d13-7543e6ec0286"},"sourceId":{"to":"ds_0001a20478d98b7abcaa108f292d74fe9f"}}}', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes, diff, version) VALUES (43, 'dir_0001a20478d97d7fa9917e783f080f2ae2', 'ds_0001a20478d98b7abcaa108f292d74fe9f', 1795371358642, 'group.created', 'Group', '01a20478-d9ad-7567-aa45-51a143354589', 'tok_0001a20478d98b7a64b3c4ba10f0bf7b91', '097d9f4f-6d69-4d32-9966-11c90b8ab9fe', '{"attributes":["displayName"],"added":["01a20478-d99c-7ed7-9d73-46d70c9d9b10"],"removed":[]}', '{"diff":{"displayName":{"to":"Staff"},"memberCount":{"to":1},"sourceId":{"to":"ds_0001a20478d98b7abcaa108f292d74fe9f"}}}', 1);

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a20478d4e37445aeb9b623e9b0913b', 'first', 'owner', 'k1', 'wVWSARSbJxMaJK7ep1A9P-rGariGE3-VWTHKd32ErGc', 1795371357411, 1795371357435, NULL, 'Gkmp', 1);

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a20478d4fe7f8c9592c1dae1906536', 'Auditors', 'viewer', 'k1', 'fdk_bzp7c02-S72DX7sgRCpibpwo6FCJTWPIk7nPGhs', 1795371357438, NULL, NULL, 'pNGO', 1);

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at, hint, version) VALUES ('key_0001a20478d50f7a7b9dfe435131e8a675', 'Left the firm', 'operator', 'k1', 'hUds-PzxznwnHFeTlBQDGer2Dbl5RJ8ELo_IWH1sl3k', 1795371357455, NULL, 1795371357471, 'lo4T', 2);

INSERT INTO claims (id, claimed_at) VALUES (1, 1795371357411);

INSERT INTO user_organizations (user_id, organization_id) VALUES ('01a20478-d77c-767a-9db9-b3760477a9e1', '01a20478-d5f7-792e-84fb-ce84c8a287ae');

INSERT INTO scope_groups (source_id, group_seq) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', 3);

INSERT INTO scope_groups (source_id, group_seq) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 3);

INSERT INTO password_policies (directory_id, mode, min_length, rules, version, updated_at) VALUES ('default', 'hash', 8, '["inclusion_upper_case","inclusion_lower_case","inclusion_number","exclusion_username"]', 1, 1795371358067);

INSERT INTO passwords (user_id, phc, changed_at) VALUES ('01a20478-d77c-767a-9db9-b3760477a9e1', '$scrypt$ln=14,r=8,p=5$rQWC/6WmwUfg/RtZQbgAkw$uFXyOXPwexjevJlhTKdlW3haYmAXEmFrnpy2pt5gLJI', 1795371358394);

INSERT INTO custom_fields (id, directory_id, name, label, type, required, is_unique, items, version, created_at, updated_at, deleted_at) VALUES ('fld_0001a20478d6127fecbb27e0cba0c9650a', 'default', 'desk', 'Desk', 'choice', 0, 0, '[{"value":"4-17","label":"By the window","enabled":true},{"value":"4-18","label":"By the door","enabled":true}]', 1, 1795371357719, 1795371357719, NULL);

INSERT INTO application_keys (id, directory_id, name, access, pepper_id, hash, hint, version, created_at, last_used_at, revoked_at) VALUES ('app_0001a20478d8e87cbbb35bbc8c8016294b', 'default', 'Wiki', 'read', 'k1', 'O2ynHt_vfLszfC-v9dYNtORc9CmTToMTUMHYG0D76EY', 'SYaD', 1, 1795371358440, NULL, NULL);

INSERT INTO application_keys (id, directory_id, name, access, pepper_id, hash, hint, version, created_at, last_used_at, revoked_at) VALUES ('app_0001a20478d8f97f4595517f04dff9a43c', 'default', 'HR', 'write', 'k1', 'VqpPqT6v9QbYNuFpy2BQe8-BbM_GKB0S-wnmKOcQ6as', 'fXut', 1, 1795371358457, NULL, NULL);

INSERT INTO application_keys (id, directory_id, name, access, pepper_id, hash, hint, version, created_at, last_used_at, revoked_at) VALUES ('app_0001a20478d905726688b72151d5e9afc8', 'default', 'Old', 'read', 'k1', '-L-wS_5H-6_u6DxkT9mmRJfhXAa_uiIZmoxHla84u4o', 'b3WV', 2, 1795371358469, NULL, 1795371358480);

INSERT INTO event_horizon (id, seq) VALUES (1, 0);

INSERT INTO refusals (seq, directory_id, source_id, hour, operation, code, path, record, resource_type, record_id, user_name_key, external_id, n, first_at, last_at, actor, request_id, detail) VALUES (1, 'default', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795370400000, 'POST /Users', 'phone_region_mismatch', 'phoneRegion', 'wrong', 'User', NULL, 'wrong', NULL, 1, 1795371358047, 1795371358047, 'tok_0001a20478d71377498c5ec9e675fed357', 'b0fe3f44-87b2-41a5-b57d-06ca1e575cbe', '"phoneRegion" is not the region that "phoneNumbers.value" begins with');

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795370400000, 'DELETE /Users/:id', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795370400000, 'PATCH /Users/:id', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795370400000, 'POST /Groups', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795370400000, 'POST /Organizations', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795370400000, 'POST /Users', 2, 3);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 1795370400000, 'POST /Groups', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 1795370400000, 'POST /Users', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', 1795370400000, 'POST /Users', 2, 2);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795370400000, 'POST /Users', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795370400000, 'POST /Users', 4, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 1795370400000, 'POST /Groups', 2, 1);

INSERT INTO request_counts (source_id, hour, route, status, n) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 1795370400000, 'POST /Users', 2, 1);

INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id) VALUES ('ds_0001a20478d5387dfdaab707c13f03b523', 1795371357736, 1795371357932, '662a6e24-6416-4867-807e-ecd7f0ce10bc');

INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id) VALUES ('ds_0001a20478d567792f91638fbfe2c8df61', 1795371357804, 1795371357887, '17bf8fb9-4ecb-4b99-a003-e5d3549a8eff');

INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id) VALUES ('ds_0001a20478d57e7c8291309671d82802dc', 1795371357825, 1795371357850, 'ea03f0df-31b1-4c1f-b156-ab115df05561');

INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id) VALUES ('ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1795371358027, 1795371358044, '56c4f65b-ad59-40ac-8039-ad8e86ebd26b');

INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id) VALUES ('ds_0001a20478d98b7abcaa108f292d74fe9f', 1795371358625, 1795371358637, '298fdd18-f243-4fc3-a36c-fde7138b2fa6');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (1, 'deployment', 1, 1795371357412, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'setup.claimed', 'AdminKey', 'key_0001a20478d4e37445aeb9b623e9b0913b', '{"diff":{"name":{"to":"first"},"role":{"to":"owner"},"hint":{"to":"Gkmp"}}}', '76423715-a053-4aa4-9783-47c3295eeed7', '', 'k1', 'xG5Gw_FkU-jQbYJZYlQnG7UgJ3G08D6c8Ke6zRTZG5Y');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (2, 'deployment', 2, 1795371357439, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'key.created', 'AdminKey', 'key_0001a20478d4fe7f8c9592c1dae1906536', '{"diff":{"name":{"to":"Auditors"},"role":{"to":"viewer"},"hint":{"to":"pNGO"}}}', '140eb485-2b7d-4a6b-a02c-43494d89cc60', 'xG5Gw_FkU-jQbYJZYlQnG7UgJ3G08D6c8Ke6zRTZG5Y', 'k1', 'ZyFGJOkNRz_sgysgvo5PMAc8DCV3d_8PHAL9bJogfFg');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (3, 'deployment', 3, 1795371357457, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'key.created', 'AdminKey', 'key_0001a20478d50f7a7b9dfe435131e8a675', '{"diff":{"name":{"to":"Left the firm"},"role":{"to":"operator"},"hint":{"to":"lo4T"}}}', '35238e5f-278d-4464-9f0d-58f226d6005f', 'ZyFGJOkNRz_sgysgvo5PMAc8DCV3d_8PHAL9bJogfFg', 'k1', 'Wx0s0tFvYAnfNS_9WO_CgFlq7J-XSDKJ8UnGd999hHU');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (4, 'deployment', 4, 1795371357478, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'key.revoked', 'AdminKey', 'key_0001a20478d50f7a7b9dfe435131e8a675', '{"diff":{"revokedAt":{"from":null,"to":"2026-11-22T18:15:57.471Z"}}}', 'ec1a1a54-833d-4283-b1d2-f30ae3e394a9', 'Wx0s0tFvYAnfNS_9WO_CgFlq7J-XSDKJ8UnGd999hHU', 'k1', 'cXsCWBmbiyLXUzxHgEyk6asuXxv19ZbheNArRAytFhI');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (5, 'ds_0001a20478d5387dfdaab707c13f03b523', 1, 1795371357513, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', '{"diff":{"name":{"to":"Okta"},"description":{"to":"Everybody we employ"},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"okta"},"targetId":{"to":"01a20478-d538-76ba-bb8d-ccfa435ad365"},"fields":{"to":[]},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.hint":{"to":"lP1v"},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.status":{"to":"enabled"},"tokens.tok_0001a20478d5387268aa08ff32c20da16f.expiresAt":{"to":"2027-11-22T18:15:57.496Z"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.hint":{"to":"QtAf"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d5387e12887754a83e4eadaf.expiresAt":{"to":"2027-11-22T18:15:57.496Z"}}}', 'd461b27c-b609-4f7c-9967-9a7d7e4d15f5', '', 'k1', 'KiKcHogL6LE5PY-VL-ywdLbIAiGl9JWoUcpJtH9nxRk');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (6, 'ds_0001a20478d567792f91638fbfe2c8df61', 1, 1795371357550, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d567792f91638fbfe2c8df61', '{"diff":{"name":{"to":"By the letter"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"rfc"},"switches.unknownAttributes":{"to":"ignore"},"targetId":{"to":"01a20478-d567-7587-b7fe-8ff5ba578f03"},"fields":{"to":[]},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.hint":{"to":"KtzX"},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.status":{"to":"enabled"},"tokens.tok_0001a20478d567731ea63b16a5efcb6a25.expiresAt":{"to":"2027-11-22T18:15:57.543Z"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.hint":{"to":"pvPs"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d56778bd8411462955fc573b.expiresAt":{"to":"2027-11-22T18:15:57.543Z"}}}', 'b6822dd6-1311-4d00-87e7-6fb5cfb8c2f4', '', 'k1', 'wB1HZTOWkhTGesF7DpngTWsLWnf9R8bc1_dVersAinY');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (7, 'ds_0001a20478d57e7c8291309671d82802dc', 1, 1795371357573, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d57e7c8291309671d82802dc', '{"diff":{"name":{"to":"Standard"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"custom"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"standard"},"switches.onDuplicate":{"to":"conflict"},"targetId":{"to":"01a20478-d57e-7aa7-847c-87af7d05d8f5"},"fields":{"to":[]},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.hint":{"to":"TDMV"},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.status":{"to":"enabled"},"tokens.tok_0001a20478d57e76888cd7672cfef2745c.expiresAt":{"to":"2027-11-22T18:15:57.566Z"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.hint":{"to":"Shey"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d57e774f88ae9972dc9faf49.expiresAt":{"to":"2027-11-22T18:15:57.566Z"}}}', '4e7a20bf-aa40-4516-8b35-740cab0551ab', '', 'k1', 'my3TcfBfJUeh7kruk9uFs2kPl_Vy0mgTP8Ldp3cfoLg');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (8, 'ds_0001a20478d59876b295e4518aaadbc639', 1, 1795371357599, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d59876b295e4518aaadbc639', '{"diff":{"name":{"to":"Closed"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"entra"},"targetId":{"to":"01a20478-d598-79d2-8081-abcc0c4cc6cb"},"fields":{"to":[]},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.hint":{"to":"K0fx"},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.status":{"to":"enabled"},"tokens.tok_0001a20478d5987defbb3f017ac5d6a13d.expiresAt":{"to":"2027-11-22T18:15:57.592Z"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.hint":{"to":"GxVe"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d5987de8a2f95dda50452074.expiresAt":{"to":"2027-11-22T18:15:57.592Z"}}}', '0ee362aa-941a-4377-8d07-59b8c1b89cd4', '', 'k1', 'gYnOTNXxcEh6_q7rit3JcvvGWNqtFGeKng9t0mBkpYQ');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (9, 'ds_0001a20478d59876b295e4518aaadbc639', 2, 1795371357629, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.disabled', 'DataSource', 'ds_0001a20478d59876b295e4518aaadbc639', '{"diff":{"status":{"from":"enabled","to":"disabled"}}}', '423d4db7-7103-428e-93d7-7f7018328303', 'gYnOTNXxcEh6_q7rit3JcvvGWNqtFGeKng9t0mBkpYQ', 'k1', 'o9SWcZWQg95P_DjXTed8nfKMq-HS_QxcjUUugSfHBrg');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (10, 'directory:default', 1, 1795371357674, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'organization.created', 'Organization', '01a20478-d5cf-7f37-8ced-0ed9daa6a894', '{"diff":{"displayName":{"to":"Sales"},"code":{"to":"S"},"parent":{"to":"019a0000-0000-7000-8000-000000000001"}}}', '6b548076-25d6-4a5c-8a2e-4a367c9b57e6', '', 'k1', '2VgVHmmj6mFP7WNtX2P1scbgGLhbO8IqlqtEtFwaQYU');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (11, 'directory:default', 2, 1795371357699, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'organization.created', 'Organization', '01a20478-d5f7-792e-84fb-ce84c8a287ae', '{"diff":{"displayName":{"to":"North"},"parent":{"to":"01a20478-d5cf-7f37-8ced-0ed9daa6a894"},"order":{"to":2}}}', '077933d3-9a6d-425f-a278-51df333b0d36', '2VgVHmmj6mFP7WNtX2P1scbgGLhbO8IqlqtEtFwaQYU', 'k1', 'BzkK5GVUq-05n2b-DcVbTcMhb2nYhnTuXGPpV704e60');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (12, 'directory:default', 3, 1795371357719, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'field.created', 'Field', 'fld_0001a20478d6127fecbb27e0cba0c9650a', '{"diff":{"name":{"to":"desk"},"label":{"to":"Desk"},"type":{"to":"choice"},"required":{"to":false},"unique":{"to":false},"items":{"to":[{"value":"4-17","label":"By the window","enabled":true},{"value":"4-18","label":"By the door","enabled":true}]}}}', 'f5b2a4d2-2d3e-4435-b9b5-9afff38ae5b5', 'BzkK5GVUq-05n2b-DcVbTcMhb2nYhnTuXGPpV704e60', 'k1', 'fJkOqNV3dB5sM0P1T-74WtJQNE7Kr0qZPa142G7tNY4');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (13, 'directory:default', 4, 1795371357956, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'group.created', 'Group', '01a20478-d6fb-74ed-a2a0-d172ff76e110', '{"diff":{"displayName":{"to":"Crew"},"memberCount":{"to":0}}}', '7fef9085-1a6e-470d-8b3b-307459b01a65', 'fJkOqNV3dB5sM0P1T-74WtJQNE7Kr0qZPa142G7tNY4', 'k1', 'jNbbqJsEY5Rn1ksODiJQ-YG5iU2yHajtrlNm8g5LSIQ');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (14, 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 1, 1795371357980, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', '{"diff":{"scope.organizationIds":{"from":[],"to":["01a20478-d5cf-7f37-8ced-0ed9daa6a894"]},"scope.groupIds":{"from":[],"to":["01a20478-d6fb-74ed-a2a0-d172ff76e110"]},"name":{"to":"Scoped"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","organization:read"]},"profile":{"to":"standard"},"targetId":{"to":"01a20478-d5f7-792e-84fb-ce84c8a287ae"},"fields":{"to":[]},"tokens.tok_0001a20478d71377498c5ec9e675fed357.hint":{"to":"611y"},"tokens.tok_0001a20478d71377498c5ec9e675fed357.status":{"to":"enabled"},"tokens.tok_0001a20478d71377498c5ec9e675fed357.expiresAt":{"to":"2027-11-22T18:15:57.971Z"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.hint":{"to":"rkk3"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d7137227959abf71767b340f.expiresAt":{"to":"2027-11-22T18:15:57.971Z"}}}', '1004ce8a-9c71-4306-b8bf-d26d8c9feee7', '', 'k1', 's65ibHrZAB6dTIKgRVD2ozmxbzgrKy_o_pxSzpM-Xx4');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (15, 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', 2, 1795371358011, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.updated', 'DataSource', 'ds_0001a20478d7137ff5b3dc7500c09f3d3f', '{"diff":{"namespace":{"from":null,"to":"urn:example:params:scim:schemas:staff:2.0:User"},"fields":{"from":[],"to":["desk"]}}}', 'f5c5dad7-c5a3-42af-82d7-bc2161f348f9', 's65ibHrZAB6dTIKgRVD2ozmxbzgrKy_o_pxSzpM-Xx4', 'k1', 'FobUD8Lfbn4W2Q_0HZ_buR9H1Kq8wE4P7nC_SGsaASM');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (16, 'directory:default', 5, 1795371358394, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'user.created', 'User', '01a20478-d77c-767a-9db9-b3760477a9e1', '{"diff":{"userName":{"to":"hana"},"active":{"to":true},"urn:ietf:params:scim:schemas:extension:customfield:2.0:User:desk":{"to":"4-18"},"organizationId":{"to":"01a20478-d5cf-7f37-8ced-0ed9daa6a894"}}}', '977d6e1c-8dc6-48ea-9669-0dbf82bc40fe', 'jNbbqJsEY5Rn1ksODiJQ-YG5iU2yHajtrlNm8g5LSIQ', 'k1', 'oDos7fiqmsOijTHX8wqKhWXsh56lzoPtPFYHmbaScgc');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (17, 'directory:default', 6, 1795371358421, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'group.updated', 'Group', '01a20478-d6fb-74ed-a2a0-d172ff76e110', '{"diff":{"memberCount":{"from":0,"to":2}}}', '9959366e-7f8d-44e2-878f-9e010dc5062e', 'oDos7fiqmsOijTHX8wqKhWXsh56lzoPtPFYHmbaScgc', 'k1', 'AGZT1KbEipdXd59yQmgRACuSTG0u76C1R0rsQerIlmY');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (18, 'ds_0001a20478d5387dfdaab707c13f03b523', 2, 1795371358508, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'token.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', '{"diff":{"tokens.tok_0001a20478d9237c598c16415b0382896e.hint":{"to":"wM1g"},"tokens.tok_0001a20478d9237c598c16415b0382896e.status":{"to":"enabled"},"tokens.tok_0001a20478d9237c598c16415b0382896e.expiresAt":{"to":"2027-11-22T18:15:58.499Z"}}}', '7954cebb-013c-4e95-b87e-fd584fb968a0', 'KiKcHogL6LE5PY-VL-ywdLbIAiGl9JWoUcpJtH9nxRk', 'k1', 'KBoOpkllbdOesG_e9o7zWUGnvCv_Wjp5lSxLULMPAl0');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (19, 'ds_0001a20478d5387dfdaab707c13f03b523', 3, 1795371358528, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'token.disabled', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', '{"diff":{"tokens.tok_0001a20478d9237c598c16415b0382896e.status":{"from":"enabled","to":"disabled"}}}', '4c117bdc-ca5e-49cf-a808-90b8c2a448a8', 'KBoOpkllbdOesG_e9o7zWUGnvCv_Wjp5lSxLULMPAl0', 'k1', 'L5AaLx-kkyMGtJm7buzvdnlI3UwWy2iD7pMrddits1s');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (20, 'ds_0001a20478d57e7c8291309671d82802dc', 2, 1795371358543, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'token.created', 'DataSource', 'ds_0001a20478d57e7c8291309671d82802dc', '{"diff":{"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.hint":{"to":"HG29"},"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.status":{"to":"enabled"},"tokens.tok_0001a20478d9487f71b366ca0b9c3512d4.expiresAt":{"to":"2027-11-22T18:15:58.536Z"}}}', '1ca1ee36-11c8-4fea-982a-4f5ec627c298', 'my3TcfBfJUeh7kruk9uFs2kPl_Vy0mgTP8Ldp3cfoLg', 'k1', 'LWycl_qBCL0BV1bjHCnJNKjdRFOvpr3xUF9eF0y9bsU');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (21, 'ds_0001a20478d5387dfdaab707c13f03b523', 4, 1795371358564, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.updated', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', '{"diff":{"ratePerSecond":{"from":null,"to":500}}}', 'de8b5586-e2d2-40ab-9cc4-ef24722c50b2', 'L5AaLx-kkyMGtJm7buzvdnlI3UwWy2iD7pMrddits1s', 'k1', 'WIG94YnYMaL17cVW9p3DJhG-H3HIXzs0FOS5jxKnvTw');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (22, 'ds_0001a20478d5387dfdaab707c13f03b523', 5, 1795371358578, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'secret.created', 'DataSource', 'ds_0001a20478d5387dfdaab707c13f03b523', '{"diff":{"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.hint":{"to":"DmAe"},"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d96b7617aaacbbe5f1bdfdaa.expiresAt":{"to":"2027-11-22T18:15:58.571Z"}}}', '24ef5323-9802-43e1-9bb5-99b96f96b02c', 'WIG94YnYMaL17cVW9p3DJhG-H3HIXzs0FOS5jxKnvTw', 'k1', '4vSYd1FZH69fZsIxp9pQteeid14z5uxQ4jWtuG8VxSU');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (23, 'deployment', 5, 1795371358589, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'directory.created', 'Directory', 'dir_0001a20478d97d7fa9917e783f080f2ae2', '{"diff":{"name":{"to":"Acme"},"shard":{"to":"00"}}}', 'dd203ec1-e57a-41b5-aa79-92d3c541621e', 'cXsCWBmbiyLXUzxHgEyk6asuXxv19ZbheNArRAytFhI', 'k1', 'dQDph0okiOzbSxuHhyfEJlUHT5wduWXHD-XSwhY0MWU');

INSERT INTO audit (seq, chain, position, at, actor, role, action, target_type, target_id, changes, request_id, previous, pepper_id, hmac) VALUES (24, 'ds_0001a20478d98b7abcaa108f292d74fe9f', 1, 1795371358610, 'key_0001a20478d4e37445aeb9b623e9b0913b', 'owner', 'source.created', 'DataSource', 'ds_0001a20478d98b7abcaa108f292d74fe9f', '{"diff":{"name":{"to":"Acme''s Okta"},"description":{"to":""},"mode":{"to":"push"},"type":{"to":"scim"},"kind":{"to":"standard"},"status":{"to":"enabled"},"provisioning":{"to":true},"apiOpen":{"to":true},"permissions":{"to":["user:read","user:write","group:read","group:write","organization:read","organization:write"]},"profile":{"to":"okta"},"targetId":{"to":"01a20478-d98b-78e8-9d13-7543e6ec0286"},"fields":{"to":[]},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.hint":{"to":"ZMH7"},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.status":{"to":"enabled"},"tokens.tok_0001a20478d98b7a64b3c4ba10f0bf7b91.expiresAt":{"to":"2027-11-22T18:15:58.603Z"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.hint":{"to":"bXCN"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.status":{"to":"enabled"},"clientSecrets.sec_0001a20478d98b7eec9d29ab01f6e1a786.expiresAt":{"to":"2027-11-22T18:15:58.603Z"}}}', 'f5165d38-2c70-46f1-8a42-0ae253d5ad37', '', 'k1', 'qVp-dxE1GDI8zQ_AGHwDHPXDf-iuF-MAs9Xi8Vz30UU');

CREATE TRIGGER counters_users_first AFTER INSERT ON counters WHEN new.name = 'users' BEGIN
  UPDATE counters SET n = n + new.n WHERE name = 'visible users' AND owner IN (
    SELECT v.source_id FROM visible_orgs v WHERE v.organization_id = new.owner);
END;

CREATE TRIGGER counters_users AFTER UPDATE OF n ON counters WHEN new.name = 'users' BEGIN
  UPDATE counters SET n = n + new.n - old.n WHERE name = 'visible users' AND owner IN (
    SELECT v.source_id FROM visible_orgs v WHERE v.organization_id = new.owner);
END;

CREATE TRIGGER visible_orgs_shown AFTER INSERT ON visible_orgs BEGIN
  INSERT INTO counters (owner, name, n) VALUES (new.source_id, 'visible organizations', 1)
    ON CONFLICT (owner, name) DO UPDATE SET n = n + 1;
  UPDATE counters SET n = n + (
      SELECT c.n FROM counters c WHERE c.owner = new.organization_id AND c.name = 'users')
    WHERE owner = new.source_id AND name = 'visible users' AND EXISTS (
      SELECT 1 FROM counters c WHERE c.owner = new.organization_id AND c.name = 'users' AND c.n <> 0);
  -- With the second one; where there is a sum, the one above was added to it.
  INSERT INTO counters (owner, name, n)
    SELECT new.source_id, 'visible users', (SELECT coalesce(sum(c.n), 0) FROM visible_orgs v
      JOIN counters c ON c.owner = v.organization_id AND c.name = 'users' WHERE v.source_id = new.source_id)
    FROM counters o WHERE o.owner = new.source_id AND o.name = 'visible organizations' AND o.n = 2
    ON CONFLICT (owner, name) DO NOTHING;
END;

CREATE TRIGGER visible_orgs_hidden AFTER DELETE ON visible_orgs BEGIN
  UPDATE counters SET n = n - 1 WHERE owner = old.source_id AND name = 'visible organizations';
  UPDATE counters SET n = n - (
      SELECT c.n FROM counters c WHERE c.owner = old.organization_id AND c.name = 'users')
    WHERE owner = old.source_id AND name = 'visible users' AND EXISTS (
      SELECT 1 FROM counters c WHERE c.owner = old.organization_id AND c.name = 'users' AND c.n <> 0);
END;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is kept as it was written'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is kept as it was written'); END;
