CREATE TABLE "d1_migrations" (
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
	);

CREATE TABLE schema_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
);

CREATE TABLE assert_ok (ok INTEGER NOT NULL CHECK (ok = 1));

CREATE TABLE epochs (
  object TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) WITHOUT ROWID;

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

CREATE TABLE user_values (
  directory_id TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (directory_id, attribute, key, user_id)
) WITHOUT ROWID;

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

CREATE TABLE counters (
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (owner, name)
) WITHOUT ROWID;

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

CREATE TABLE claims (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  claimed_at INTEGER NOT NULL
);

INSERT INTO d1_migrations (id, name, applied_at) VALUES (1, '0001_directory.sql', '2026-11-22 11:10:55');

INSERT INTO schema_version (id, version) VALUES (1, 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a202f3b4be70079d62dc202ce1a3f1', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a202f3b60173f18048d6c03af2be4e', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a202f3b6457b6b99dd21d9c148417b', 1);

INSERT INTO epochs (object, epoch) VALUES ('ds_0001a202f3b682728e953d8615e4aac755', 1);

INSERT INTO directories (id, name, shard, root_id, created_at) VALUES ('default', 'default', '00', '019a0000-0000-7000-8000-000000000001', 0);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (1, '019a0000-0000-7000-8000-000000000001', 'default', NULL, NULL, 'default', 'default', NULL, NULL, 0, 1, 0, 0, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (2, '01a202f3-b4be-71f8-bfd7-4382259af0a6', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Okta', 'okta', NULL, NULL, 0, 1, 1795345855678, 1795345855678, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (3, '01a202f3-b601-7143-a6aa-34c6703c975e', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'By the letter', 'by the letter', NULL, NULL, 0, 1, 1795345856001, 1795345856001, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (4, '01a202f3-b645-7977-ae8b-403175d1f56c', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Standard', 'standard', NULL, NULL, 0, 1, 1795345856069, 1795345856069, NULL);

INSERT INTO organizations (seq, id, directory_id, parent_id, source_id, display_name, name_key, external_id, code, sort_order, version, created_at, updated_at, deleted_at) VALUES (5, '01a202f3-b682-7bf4-885d-7403eeda3305', 'default', '019a0000-0000-7000-8000-000000000001', NULL, 'Closed', 'closed', NULL, NULL, 0, 1, 1795345856130, 1795345856130, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a202f3b4be70079d62dc202ce1a3f1', 'default', 'okta-0086nalfdk', 'Okta', 'okta', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'okta', '{}', '01a202f3-b4be-71f8-bfd7-4382259af0a6', NULL, 3, 1795345855678, 1795345856259, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a202f3b60173f18048d6c03af2be4e', 'default', 'by-the-letter-00is3sid2y', 'By the letter', 'by the letter', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'rfc', '{}', '01a202f3-b601-7143-a6aa-34c6703c975e', NULL, 1, 1795345856001, 1795345856001, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a202f3b6457b6b99dd21d9c148417b', 'default', 'standard-00s5sv0j7v', 'Standard', 'standard', '', 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'standard', '{"onDuplicate":"conflict"}', '01a202f3-b645-7977-ae8b-403175d1f56c', NULL, 1, 1795345856069, 1795345856069, NULL);

INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode, type, kind, status, provisioning, api_open, permissions, profile, switches, target_id, rate_per_second, config_version, created_at, updated_at, deleted_at) VALUES ('ds_0001a202f3b682728e953d8615e4aac755', 'default', 'closed-00wgjg07fi', 'Closed', 'closed', '', 'push', 'scim', 'standard', 'disabled', 1, 1, '["user:read","user:write","group:read","group:write","organization:read","organization:write"]', 'entra', '{}', '01a202f3-b682-7bf4-885d-7403eeda3305', NULL, 2, 1795345856130, 1795345856188, NULL);

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a202f3b4be70079d62dc202ce1a3f1', '01a202f3-b4be-71f8-bfd7-4382259af0a6');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a202f3b60173f18048d6c03af2be4e', '01a202f3-b601-7143-a6aa-34c6703c975e');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a202f3b6457b6b99dd21d9c148417b', '01a202f3-b645-7977-ae8b-403175d1f56c');

INSERT INTO scope_organizations (source_id, organization_id) VALUES ('ds_0001a202f3b682728e953d8615e4aac755', '01a202f3-b682-7bf4-885d-7403eeda3305');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a202f3b4be70079d62dc202ce1a3f1', '01a202f3-b4be-71f8-bfd7-4382259af0a6');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a202f3b60173f18048d6c03af2be4e', '01a202f3-b601-7143-a6aa-34c6703c975e');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a202f3b6457b6b99dd21d9c148417b', '01a202f3-b645-7977-ae8b-403175d1f56c');

INSERT INTO visible_orgs (source_id, organization_id) VALUES ('ds_0001a202f3b682728e953d8615e4aac755', '01a202f3-b682-7bf4-885d-7403eeda3305');

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a202f3b4be75cfaec461f147ebfd2a', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'k1', 'j_IZArXLcrXDOmkIKn-drQGwDASoI5n-J7BUSpd7yWk', 'li0i', 'enabled', 1795345855678, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a202f3b6017bd199f99b91f3dba693', 'ds_0001a202f3b60173f18048d6c03af2be4e', 'k1', 'wLVN98XUAkkTReRVQRQbedVI1OGfDbbt-3i2Z4N6Ecc', 'LJPI', 'enabled', 1795345856001, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a202f3b6457c11b7d721769230e794', 'ds_0001a202f3b6457b6b99dd21d9c148417b', 'k1', 'xPA01iFSLtvZmNX2c3mrnT205G4ZFRvW92ftyO_muyQ', 'zT0w', 'enabled', 1795345856069, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a202f3b6827d259999c19b30980982', 'ds_0001a202f3b682728e953d8615e4aac755', 'k1', 'ipxAyk-VmcsxJplsoIrqgWOq32GNXljzzl4UJJZS-CE', 'JbFl', 'enabled', 1795345856130, 4070908800000, NULL);

INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at, last_used_at) VALUES ('tok_0001a202f3b6d07de4b7cab53ec11c79d6', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'k1', 'Z2XCHwMqkcHS_GQYP1n2UhlIumzH7m3TQ8TPuY-FwcQ', 'Rz1Z', 'disabled', 1795345856208, 4070908800000, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (1, '01a202f3-b719-7b52-9d65-0e1d542fb65e', 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', '01a202f3-b4be-71f8-bfd7-4382259af0a6', 'ann@example.com', '00u1', 1, '{"externalId":"00u1","userName":"Ann@example.com","name":{"familyName":"Ågren","givenName":"Ann"},"displayName":"Ann Å","active":true,"emails":[{"value":"Ann@example.com","type":"work","primary":true}],"phoneNumbers":[{"value":"+46 8 123 456","type":"work"}]}', '{"externalid":"00u1","username":"ann@example.com","name":{"familyname":"ågren","givenname":"ann"},"displayname":"ann å","active":true,"emails":[{"value":"ann@example.com","type":"work","primary":true}],"phonenumbers":[{"value":"+46 8 123 456","type":"work"}]}', 2, 1795345856329, 1795345856640, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (2, '01a202f3-b764-7655-8c79-db7716b7b723', 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', '01a202f3-b4be-71f8-bfd7-4382259af0a6', 'bob@example.com', '00u2', 0, '{"externalId":"00u2","userName":"bob@example.com","active":false,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7","department":"Sales"}}', NULL, 1, 1795345856377, 1795345856377, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (3, '01a202f3-b78a-71e8-bfa7-5f3d9efd12fe', 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', '01a202f3-b4be-71f8-bfd7-4382259af0a6', 'gone@example.com', '00u3', 1, '{"externalId":"00u3","userName":"gone@example.com","active":true}', NULL, 2, 1795345856405, 1795345856603, 1795345856603);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (4, '01a202f3-b7a3-7436-888b-5c6e1c5e9225', 'default', 'ds_0001a202f3b60173f18048d6c03af2be4e', '01a202f3-b601-7143-a6aa-34c6703c975e', 'cy', NULL, 1, '{"userName":"cy","active":true}', NULL, 1, 1795345856448, 1795345856448, NULL);

INSERT INTO users (seq, id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) VALUES (5, '01a202f3-b7cb-78b4-b3af-8554449379a5', 'default', 'ds_0001a202f3b6457b6b99dd21d9c148417b', '01a202f3-b645-7977-ae8b-403175d1f56c', 'dora', NULL, 1, '{"userName":"dora","displayName":"王芳","active":true,"emails":[{"value":"dora@x.example","type":"work"}],"phoneNumbers":[{"value":"+8613800000000","type":"work"}]}', NULL, 1, 1795345856494, 1795345856494, NULL);

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'ann@example.com', '01a202f3-b719-7b52-9d65-0e1d542fb65e');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a202f3-b7cb-78b4-b3af-8554449379a5');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '+46 8 123 456', '01a202f3-b719-7b52-9d65-0e1d542fb65e');

INSERT INTO user_values (directory_id, attribute, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000000', '01a202f3-b7cb-78b4-b3af-8554449379a5');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'emails', 'dora@x.example', '01a202f3-b7cb-78b4-b3af-8554449379a5');

INSERT INTO unique_values (directory_id, kind, key, user_id) VALUES ('default', 'phoneNumbers', '+8613800000000', '01a202f3-b7cb-78b4-b3af-8554449379a5');

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (1, '01a202f3-b7fe-7349-9dcc-13008f225b7f', 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'staff', '00g1', '{"externalId":"00g1","displayName":"Staff"}', NULL, 2, 1, 1795345856529, 1795345856529, NULL);

INSERT INTO groups (seq, id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) VALUES (2, '01a202f3-b832-7aac-8c87-45645c9e4be9', 'default', 'ds_0001a202f3b60173f18048d6c03af2be4e', 'empty', NULL, '{"displayName":"Empty"}', NULL, 0, 1, 1795345856571, 1795345856571, NULL);

INSERT INTO members (group_seq, user_seq) VALUES (1, 1);

INSERT INTO members (group_seq, user_seq) VALUES (1, 2);

INSERT INTO counters (owner, name, n) VALUES ('01a202f3-b4be-71f8-bfd7-4382259af0a6', 'users', 2);

INSERT INTO counters (owner, name, n) VALUES ('01a202f3-b601-7143-a6aa-34c6703c975e', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('01a202f3-b645-7977-ae8b-403175d1f56c', 'users', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a202f3b4be70079d62dc202ce1a3f1', 'groups', 1);

INSERT INTO counters (owner, name, n) VALUES ('ds_0001a202f3b60173f18048d6c03af2be4e', 'groups', 1);

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (1, 'default', NULL, 1795345855613, 'setup.claimed', 'AdminKey', 'key_0001a202f3b47d71af9dc2337f12c67866', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b43c-7d72-951e-a4f00ad09586', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (2, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345855735, 'source.created', 'DataSource', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b497-70c2-9500-d76104fa3761', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (3, 'default', 'ds_0001a202f3b60173f18048d6c03af2be4e', 1795345856024, 'source.created', 'DataSource', 'ds_0001a202f3b60173f18048d6c03af2be4e', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b5f4-7efe-8c76-a8d6edebafde', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (4, 'default', 'ds_0001a202f3b6457b6b99dd21d9c148417b', 1795345856088, 'source.created', 'DataSource', 'ds_0001a202f3b6457b6b99dd21d9c148417b', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b632-7782-a2c0-81580e25adf0', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (5, 'default', 'ds_0001a202f3b682728e953d8615e4aac755', 1795345856144, 'source.created', 'DataSource', 'ds_0001a202f3b682728e953d8615e4aac755', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b671-7563-aec6-e3d763ef0a02', '{"attributes":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (6, 'default', 'ds_0001a202f3b682728e953d8615e4aac755', 1795345856189, 'source.disabled', 'DataSource', 'ds_0001a202f3b682728e953d8615e4aac755', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b6a5-73fc-b319-45c9db868bc6', '{"attributes":["status"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (7, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856222, 'token.created', 'DataSource', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b6c7-7e89-b767-42a75051e499', '{"attributes":["tok_0001a202f3b6d07de4b7cab53ec11c79d6"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (8, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856260, 'token.disabled', 'DataSource', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 'key_0001a202f3b47d71af9dc2337f12c67866', '01a202f3-b6f7-78c5-b79e-799ad49f0ce7', '{"attributes":["tok_0001a202f3b6d07de4b7cab53ec11c79d6"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (9, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856331, 'user.created', 'User', '01a202f3-b719-7b52-9d65-0e1d542fb65e', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b718-7fe6-9563-4f034efbfdd2', '{"attributes":["externalId","userName","name","active","emails","phoneNumbers"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (10, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856378, 'user.created', 'User', '01a202f3-b764-7655-8c79-db7716b7b723', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b764-7741-bf4c-fb78fa0debf3', '{"attributes":["externalId","userName","active","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (11, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856405, 'user.created', 'User', '01a202f3-b78a-71e8-bfa7-5f3d9efd12fe', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b78a-7fd9-957a-f12bd4a8ff7f', '{"attributes":["externalId","userName","active"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (12, 'default', 'ds_0001a202f3b60173f18048d6c03af2be4e', 1795345856448, 'user.created', 'User', '01a202f3-b7a3-7436-888b-5c6e1c5e9225', 'tok_0001a202f3b6017bd199f99b91f3dba693', '01a202f3-b7a3-7ae7-9dff-a24ed20d43e5', '{"attributes":["userName","active"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (13, 'default', 'ds_0001a202f3b6457b6b99dd21d9c148417b', 1795345856494, 'user.created', 'User', '01a202f3-b7cb-78b4-b3af-8554449379a5', 'tok_0001a202f3b6457c11b7d721769230e794', '01a202f3-b7cb-7641-9573-61dd9db23e55', '{"attributes":["userName","displayName","active","emails","phoneNumbers"]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (14, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856530, 'group.created', 'Group', '01a202f3-b7fe-7349-9dcc-13008f225b7f', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b7fe-7ae7-b3f7-cd0f601f37e6', '{"attributes":["externalId","displayName"],"added":["01a202f3-b719-7b52-9d65-0e1d542fb65e","01a202f3-b764-7655-8c79-db7716b7b723"],"removed":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (15, 'default', 'ds_0001a202f3b60173f18048d6c03af2be4e', 1795345856571, 'group.created', 'Group', '01a202f3-b832-7aac-8c87-45645c9e4be9', 'tok_0001a202f3b6017bd199f99b91f3dba693', '01a202f3-b832-76e3-bf86-fc25b280d9be', '{"attributes":["displayName"],"added":[],"removed":[]}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (16, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856604, 'user.deleted', 'User', '01a202f3-b78a-71e8-bfa7-5f3d9efd12fe', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b851-74bb-91a5-2dc0bbbc14ee', '{}');

INSERT INTO events (seq, directory_id, source_id, at, type, resource_type, resource_id, actor, request_id, changes) VALUES (17, 'default', 'ds_0001a202f3b4be70079d62dc202ce1a3f1', 1795345856643, 'user.updated', 'User', '01a202f3-b719-7b52-9d65-0e1d542fb65e', 'tok_0001a202f3b4be75cfaec461f147ebfd2a', '01a202f3-b871-7784-91c2-ff8d9dc32abe', '{"attributes":["displayName"]}');

INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at, revoked_at) VALUES ('key_0001a202f3b47d71af9dc2337f12c67866', 'first', 'owner', 'k1', 'kiEAOVm5UrNO-JS0UkpfU3sgF3b7rHI2KOuDaWTrvwU', 1795345855613, NULL, NULL);

INSERT INTO claims (id, claimed_at) VALUES (1, 1795345855613);
