-- When a user is disabled, in epoch milliseconds.
ALTER TABLE users ADD COLUMN expires_at INTEGER;
CREATE INDEX users_expiring ON users (expires_at) WHERE deleted_at IS NULL AND expires_at IS NOT NULL;

-- How a directory treats passwords; one without a row has the default. Kept in its own shard.
CREATE TABLE password_policies (
  directory_id TEXT PRIMARY KEY,
  mode TEXT NOT NULL CHECK (mode IN ('discard', 'hash')),
  min_length INTEGER NOT NULL,
  -- JSON list of rules, e.g. ["inclusion_number"].
  rules TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The passwords of live users in directories that keep them, as scrypt PHC strings.
CREATE TABLE passwords (
  user_id TEXT PRIMARY KEY,
  phc TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Custom fields of a directory's users. A deleted one keeps its name: values of it are still there.
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

-- What a source calls the fields, and a copy of those it has chosen, so that a request reads one row.
ALTER TABLE data_sources ADD COLUMN namespace TEXT;
ALTER TABLE data_sources ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';

-- What arrived and is not kept: names and how often, never a value.
CREATE TABLE observed_attributes (
  source_id TEXT NOT NULL,
  path TEXT NOT NULL,
  n INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (source_id, path)
) WITHOUT ROWID;
