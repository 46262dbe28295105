-- Organizations as resources: found by code and by a source's own label.
ALTER TABLE organizations ADD COLUMN code_key TEXT;
-- Without an order there is none, which 0 is not.
ALTER TABLE organizations DROP COLUMN sort_order;
ALTER TABLE organizations ADD COLUMN sort_order INTEGER;
-- Levels below the root. Until now all others stood directly below it.
ALTER TABLE organizations ADD COLUMN depth INTEGER NOT NULL DEFAULT 1;
UPDATE organizations SET depth = 0 WHERE parent_id IS NULL;
CREATE UNIQUE INDEX organizations_code ON organizations (directory_id, code_key) WHERE deleted_at IS NULL AND code_key IS NOT NULL;
CREATE UNIQUE INDEX organizations_external_id ON organizations (source_id, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;
CREATE INDEX organizations_directory ON organizations (directory_id) WHERE deleted_at IS NULL;
CREATE INDEX organizations_display_name ON organizations (directory_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX data_sources_target ON data_sources (target_id) WHERE deleted_at IS NULL;
CREATE INDEX scope_organizations_organization ON scope_organizations (organization_id);

-- The organizations a user has beside the primary one.
CREATE TABLE user_organizations (
  user_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  PRIMARY KEY (user_id, organization_id)
) WITHOUT ROWID;
CREATE INDEX user_organizations_organization ON user_organizations (organization_id);

-- The groups a source was given beside those it owns.
CREATE TABLE scope_groups (
  source_id TEXT NOT NULL,
  group_seq INTEGER NOT NULL,
  PRIMARY KEY (source_id, group_seq)
) WITHOUT ROWID;
CREATE INDEX scope_groups_group ON scope_groups (group_seq);
-- What kinds of entries a scope has: writes are refused, and lists written, without looking at them.
ALTER TABLE data_sources ADD COLUMN scope_has_organizations INTEGER NOT NULL DEFAULT 1;
ALTER TABLE data_sources ADD COLUMN scope_has_groups INTEGER NOT NULL DEFAULT 0;

-- What was changed since: the second dialect asks for organizations so.
CREATE INDEX organizations_updated ON organizations (directory_id, updated_at) WHERE deleted_at IS NULL;
-- Groups made by hand belong to nobody: their names are unique among themselves.
CREATE UNIQUE INDEX groups_unowned_name ON groups (directory_id, name_key) WHERE source_id IS NULL AND deleted_at IS NULL;
-- The children of an organization in the order in which they are shown: those without an order come last.
CREATE INDEX organizations_order ON organizations (parent_id, coalesce(sort_order, 9007199254740992), name_key) WHERE deleted_at IS NULL;
