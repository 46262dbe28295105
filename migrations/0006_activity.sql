-- What changed, before and after, as JSON; and the version the resource has since.
ALTER TABLE events ADD COLUMN diff TEXT;
ALTER TABLE events ADD COLUMN version INTEGER;

-- The last event that was deleted for its age: whoever has read no further has missed some.
CREATE TABLE event_horizon (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
);
INSERT INTO event_horizon (id, seq) VALUES (1, 0);

-- Refused requests of a source, those of one hour and kind in one row.
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

-- When a source was first and last heard of; and what was written last, so that it is not written twice.
CREATE TABLE source_activity (
  source_id TEXT PRIMARY KEY,
  first_request_at INTEGER,
  last_request_at INTEGER,
  flush_id TEXT NOT NULL
) WITHOUT ROWID;

-- The last requests at a source's URL whose credential did not work.
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

-- What admins did. Each row proves itself and the row before it in its chain.
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
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is kept as it was written'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is kept as it was written'); END;

-- As events_admin: of what sources do, what applications do is a small part.
CREATE INDEX events_application ON events (actor, at) WHERE actor >= 'app_' AND actor < 'app`';

UPDATE schema_version SET version = 3;
