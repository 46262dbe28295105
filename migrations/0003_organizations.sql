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

-- How many organizations somebody has in sight, and how many people where those are several: a page
-- of a list says so, and must not read all of them for it. Triggers keep it, whoever counts or shows.
INSERT INTO counters (owner, name, n)
  SELECT source_id, 'visible organizations', count(*) FROM visible_orgs GROUP BY source_id;
INSERT INTO counters (owner, name, n)
  SELECT v.source_id, 'visible users', coalesce(sum(c.n), 0) FROM visible_orgs v
  LEFT JOIN counters c ON c.owner = v.organization_id AND c.name = 'users'
  GROUP BY v.source_id HAVING count(*) > 1;
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
