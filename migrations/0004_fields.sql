-- When a user is disabled, in epoch milliseconds.
ALTER TABLE users ADD COLUMN expires_at INTEGER;
CREATE INDEX users_expiring ON users (expires_at) WHERE deleted_at IS NULL AND expires_at IS NOT NULL;
