-- A source's client secrets stand beside its bearer tokens: a request is let in by either.
ALTER TABLE tokens ADD COLUMN type TEXT NOT NULL DEFAULT 'bearer' CHECK (type IN ('bearer', 'client_secret'));

-- Keys of applications that read (or also write) a directory. The organizations a key was given
-- stand in scope_organizations, those it sees in visible_orgs, under its id as source_id.
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
