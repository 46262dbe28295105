-- What the code checks before it serves: see src/directory/schema-version.ts.
CREATE TABLE schema_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
);

-- Inserting 0 aborts the batch it stands in: how a write proves what it was decided on.
CREATE TABLE assert_ok (ok INTEGER NOT NULL CHECK (ok = 1));

-- One row per Durable Object that writes; a batch of a superseded instance fails on it.
CREATE TABLE epochs (
  object TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) WITHOUT ROWID;

-- What a request did, for an hour: settles the outcome of a write whose reply was lost.
-- The id is a UUIDv7, so that old rows are a range of the primary key.
CREATE TABLE op_log (
  op_id TEXT PRIMARY KEY,
  object TEXT NOT NULL,
  status INTEGER NOT NULL,
  resource_id TEXT,
  version INTEGER
) WITHOUT ROWID;

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
) WITHOUT ROWID;

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

-- The organizations a source was given, and (visible_orgs) those with all their descendants.
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

-- Every e-mail address and phone number of a live user, folded, for look-ups.
CREATE TABLE user_values (
  directory_id TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (directory_id, attribute, key, user_id)
) WITHOUT ROWID;

-- Values that one live user alone may have, written by sources whose profile asks for it.
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

-- Live users per organization, groups per source: what totalResults is made of.
CREATE TABLE counters (
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (owner, name)
) WITHOUT ROWID;

-- AUTOINCREMENT: a reader's position must stay valid after old rows are deleted.
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
CREATE INDEX events_source ON events (source_id);
CREATE INDEX events_resource ON events (resource_id);

CREATE TABLE admin_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  pepper_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX admin_keys_hash ON admin_keys (hash);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Holds a row once somebody has claimed the deployment.
CREATE TABLE claims (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  claimed_at INTEGER NOT NULL
);

INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key, version, created_at, updated_at)
VALUES ('019a0000-0000-7000-8000-000000000001', 'default', NULL, 'default', 'default', 1, 0, 0);
INSERT INTO directories (id, name, shard, root_id, created_at)
VALUES ('default', 'default', '00', '019a0000-0000-7000-8000-000000000001', 0);
INSERT INTO schema_version (id, version) VALUES (1, 1);
