-- The name, its version and its change are those of the row in DB; the row that a further shard
-- keeps of a directory of its own is there for the root organization alone.
ALTER TABLE directories ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE directories ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE directories SET name_key = name;
CREATE UNIQUE INDEX directories_name ON directories (name_key);

-- Why an operation of a Bulk was refused, which is then told again.
ALTER TABLE op_log ADD COLUMN reason TEXT;
ALTER TABLE op_log ADD COLUMN detail TEXT;

-- The last four characters, to tell two keys apart; empty for a key from before this.
ALTER TABLE admin_keys ADD COLUMN hint TEXT NOT NULL DEFAULT '';
ALTER TABLE admin_keys ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- What requests with an Idempotency-Key were answered, for a day; written with the change itself.
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

-- Each filter of the events has an index in the order of the list, newest first. What sources do
-- is most of the events, so what admins do has one of its own.
DROP INDEX events_source;
DROP INDEX events_resource;
CREATE INDEX events_source ON events (source_id, at);
CREATE INDEX events_resource ON events (resource_id, at);
CREATE INDEX events_type ON events (directory_id, type, at);
CREATE INDEX events_admin ON events (actor, at) WHERE actor >= 'key_' AND actor < 'key`';

UPDATE schema_version SET version = 2;
