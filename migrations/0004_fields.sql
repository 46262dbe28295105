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
