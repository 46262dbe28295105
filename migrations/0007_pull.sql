-- Sources that are pulled: where from and when (src/sources/upstream.ts), and the sealed secret.
ALTER TABLE data_sources ADD COLUMN upstream TEXT;
ALTER TABLE data_sources ADD COLUMN upstream_secret TEXT;
ALTER TABLE data_sources ADD COLUMN next_run_at INTEGER;
-- Incremental runs ask for what was changed since: the upstream's own time, as it was sent.
ALTER TABLE data_sources ADD COLUMN watermark TEXT;
CREATE INDEX data_sources_due ON data_sources (next_run_at) WHERE next_run_at IS NOT NULL AND deleted_at IS NULL;

-- What the record looked like upstream when it was last applied: the same again is no change.
ALTER TABLE users ADD COLUMN upstream_hash TEXT;
ALTER TABLE groups ADD COLUMN upstream_hash TEXT;
ALTER TABLE organizations ADD COLUMN upstream_hash TEXT;
-- Those who were pulled, in the order of their rows: who is missing is found by walking along.
CREATE INDEX users_pulled ON users (source_id) WHERE upstream_hash IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX groups_pulled ON groups (source_id) WHERE upstream_hash IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX organizations_pulled ON organizations (source_id) WHERE upstream_hash IS NOT NULL AND deleted_at IS NULL;

-- What is to be purged, the oldest first.
CREATE INDEX organizations_gone ON organizations (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  trigger TEXT NOT NULL CHECK (trigger IN ('manual', 'schedule')),
  -- Who started it: an admin key's id, or 'system'.
  actor TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  dry_run INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'success', 'partial', 'failed', 'cancelled', 'held')),
  -- Counts the batches of the run: a batch that was decided on another one's state fails.
  step INTEGER NOT NULL,
  -- JSON: where it is, what it has seen, why it must not believe in absence (src/sync/run-state.ts).
  state TEXT NOT NULL,
  -- JSON: numbers of created, updated, … per resource type.
  counts TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  heartbeat_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_source ON runs (source_id, created_at);
CREATE INDEX runs_created ON runs (created_at);
CREATE UNIQUE INDEX runs_unfinished ON runs (source_id) WHERE status IN ('queued', 'running');
CREATE INDEX runs_heartbeat ON runs (heartbeat_at) WHERE status IN ('queued', 'running');

-- What a run did or would have done, and what it could not do, record by record.
CREATE TABLE run_records (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  resource_type TEXT NOT NULL,
  external_id TEXT,
  resource_id TEXT,
  name TEXT,
  action TEXT NOT NULL,
  result TEXT NOT NULL,
  code TEXT,
  path TEXT,
  detail TEXT,
  -- JSON: before and after, without secrets.
  diff TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (run_id, n)
) WITHOUT ROWID;
CREATE INDEX run_records_result ON run_records (run_id, result, n);

-- Records that wait for what may come later in the run.
CREATE TABLE run_deferred (
  run_id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  external_id TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (run_id, resource_type, external_id)
) WITHOUT ROWID;

-- Who was not in a complete run, and in which: absence is believed when it is confirmed.
CREATE TABLE missing (
  source_id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (source_id, resource_type, resource_id)
) WITHOUT ROWID;

-- Deletions and deactivations above the limit, until an admin decides about exactly that set.
CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  -- Null for what was pushed.
  run_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected', 'replaced')),
  reason TEXT NOT NULL,
  -- Of the sorted ids: what is approved is this set and no other.
  set_hash TEXT NOT NULL,
  n INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  -- Until when the decision stands for calls that are pushed.
  until INTEGER
) WITHOUT ROWID;
CREATE INDEX holds_source ON holds (source_id, created_at);
CREATE UNIQUE INDEX holds_waiting ON holds (source_id) WHERE status = 'waiting';
CREATE INDEX holds_decided ON holds (source_id, until) WHERE until IS NOT NULL;
CREATE INDEX holds_ended ON holds (updated_at) WHERE status <> 'waiting';
CREATE TABLE held (
  hold_id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  -- delete, disable, or remove_members.
  action TEXT NOT NULL,
  -- 1 when what was approved has been carried out.
  done INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (hold_id, resource_type, resource_id)
) WITHOUT ROWID;

-- How many people a source or an application has removed in an hour; written by one object alone.
CREATE TABLE guard (
  source_id TEXT PRIMARY KEY,
  -- When it began.
  hour INTEGER NOT NULL,
  -- People active when it began; counted once there are so many removals that it matters.
  active INTEGER,
  removed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE guard_groups (
  source_id TEXT NOT NULL,
  group_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  -- Before the first of the hour was taken out.
  members INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (source_id, group_id)
) WITHOUT ROWID;

UPDATE schema_version SET version = 4;
