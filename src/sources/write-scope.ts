/** A scope into rows: its entries, the organizations below them, and what must hold of both when they are written. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { ScopeChange } from "./settings-scope.ts";
import type { Source } from "./source.ts";

/**
 * The statements behind those of the source itself. They abort the batch when an organization or a
 * group of the scope was deleted since it was read, or the target is not in the scope.
 */
export function scopeStatements(source: Source, change: ScopeChange): Statement[] {
  const { id, directoryId, targetId } = source;
  const { added, removed } = change;
  return [
    ...rowStatements(assertLive("organizations"), change.organizationIds, directoryId),
    ...rowStatements(assertLive("groups"), change.groupIds, directoryId),
    ...rowStatements(DELETE_ORGANIZATIONS, removed.organizationIds, id),
    ...rowStatements(INSERT_ORGANIZATIONS, added.organizationIds, id),
    ...rowStatements(DELETE_GROUPS, removed.groupIds, id),
    ...rowStatements(INSERT_GROUPS, added.groupIds, id),
    { sql: HIDE, params: [id] },
    { sql: SHOW, params: [id] },
    ...(source.scopeHasOrganizations ? [{ sql: ASSERT_TARGET, params: [id, targetId] }] : []),
  ];
}

/** ?2 is the directory. */
function assertLive(table: "organizations" | "groups"): string {
  return `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
    SELECT 1 FROM :rows LEFT JOIN ${table} r
      ON r.id = j.value AND r.deleted_at IS NULL AND +r.directory_id = ?2
    WHERE r.id IS NULL)`;
}

const DELETE_ORGANIZATIONS = `DELETE FROM scope_organizations
  WHERE source_id = ?2 AND organization_id IN (SELECT j.value FROM :rows)`;

const INSERT_ORGANIZATIONS = `INSERT INTO scope_organizations (source_id, organization_id)
  SELECT ?2, j.value FROM :rows`;

const DELETE_GROUPS = `DELETE FROM scope_groups WHERE source_id = ?2 AND group_seq IN (
    SELECT g.seq FROM :rows CROSS JOIN groups g ON g.id = j.value)`;

const INSERT_GROUPS = `INSERT INTO scope_groups (source_id, group_seq)
  SELECT ?2, g.seq FROM :rows CROSS JOIN groups g ON g.id = j.value`;

// UNION, because entries may lie below each other, and a circle must not keep it going.
const SUBTREES = `WITH RECURSIVE tree (id) AS (
    SELECT organization_id FROM scope_organizations WHERE source_id = ?1
    UNION
    SELECT o.id FROM tree CROSS JOIN organizations o
      ON o.parent_id = tree.id AND o.deleted_at IS NULL)
  SELECT id FROM tree`;

const HIDE = `DELETE FROM visible_orgs WHERE source_id = ?1 AND organization_id NOT IN (${SUBTREES})`;

const SHOW = `INSERT INTO visible_orgs (source_id, organization_id)
  SELECT ?1, t.id FROM (${SUBTREES}) t WHERE NOT EXISTS (
    SELECT 1 FROM visible_orgs v WHERE v.source_id = ?1 AND v.organization_id = t.id)`;

const ASSERT_TARGET = `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
    SELECT 1 FROM visible_orgs v JOIN organizations o ON o.id = v.organization_id
    WHERE v.source_id = ?1 AND v.organization_id = ?2 AND o.deleted_at IS NULL)`;
