/** A scope as it is in the rows: what its changes are decided on, and what admins are shown. */
import type { Database, Row } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { ScopeFacts, ScopeQuestion } from "./settings-scope.ts";
import { parseSource, type Source } from "./source.ts";

/** Higher than any tree; a circle must not keep a query going. */
const HEIGHT = 1_000;

export type ScopePart =
  "scopeOrganizations" | "scopeGroups" | "knownOrganizations" | "knownGroups" | "targetPath";

/** Rows of ids for each part: its SQL in the form of `rowStatements`, the rows, the parameters from ?2 on. */
export interface ScopeRead {
  readonly name: ScopePart;
  readonly sql: string;
  readonly rows: readonly unknown[];
  readonly params: readonly (string | null)[];
}

/** `directoryId` is for a source that is yet to be made; one that exists says it itself. */
export function scopeReads(
  { scope, targetId }: ScopeQuestion,
  sourceId: string,
  directoryId: string,
): ScopeRead[] {
  const place = [sourceId, directoryId];
  return [
    { name: "scopeOrganizations", sql: SCOPE_ORGANIZATIONS, rows: [sourceId], params: [] },
    { name: "scopeGroups", sql: SCOPE_GROUPS, rows: [sourceId], params: [] },
    {
      name: "knownOrganizations",
      sql: liveIn("organizations"),
      rows: scope.organizationIds,
      params: place,
    },
    { name: "knownGroups", sql: liveIn("groups"), rows: scope.groupIds, params: place },
    {
      name: "targetPath",
      sql: TARGET_PATH,
      rows: [sourceId],
      params: [targetId ?? null, directoryId],
    },
  ];
}

/** Reads the rows of `scopeReads`. */
export function scopeFactsOf(rowsOf: (name: ScopePart) => readonly Row[]): ScopeFacts {
  const ids = (name: ScopePart) => rowsOf(name).map(({ id }) => String(id));
  return {
    current: { organizationIds: ids("scopeOrganizations"), groupIds: ids("scopeGroups") },
    organizations: new Set(ids("knownOrganizations")),
    groups: new Set(ids("knownGroups")),
    targetPath: ids("targetPath"),
  };
}

/** The source with its scope, each list in the order of ids. */
export async function findScope(
  db: Database,
  sourceId: string,
): Promise<{ source: Source; organizationIds: string[]; groupIds: string[] } | undefined> {
  const statements = [SOURCE, SCOPE_ORGANIZATIONS, SCOPE_GROUPS].flatMap((sql) =>
    rowStatements(sql, [sourceId]),
  );
  const [sources, organizations = [], groups = []] = await db.batch(statements);
  const row = sources?.[0];
  if (row === undefined) return undefined;
  const ids = (rows: readonly Row[]) => rows.map(({ id }) => String(id));
  return {
    source: parseSource(row),
    organizationIds: ids(organizations),
    groupIds: ids(groups),
  };
}

export interface TargetCheck {
  readonly organizationId: string;
  readonly inScope: boolean;
  /** Null where the organization is gone. */
  readonly organizationName: string | null;
  /** Names, the root's first. */
  readonly path: string[];
}

/** Whether the source's target is an organization of its scope. */
export async function checkTarget(
  db: Database,
  sourceId: string,
): Promise<TargetCheck | undefined> {
  const [targets, names = []] = await db.batch([
    { sql: TARGET, params: [sourceId] },
    { sql: TARGET_NAMES, params: [sourceId] },
  ]);
  const row = targets?.[0];
  if (row === undefined) return undefined;
  const path = names.map(({ name }) => String(name));
  return {
    organizationId: String(row["target_id"]),
    inScope: row["in_scope"] === 1 && path.length > 0,
    organizationName: path.at(-1) ?? null,
    path,
  };
}

const SOURCE = "SELECT * FROM data_sources WHERE id = :row AND deleted_at IS NULL";

const TARGET = `SELECT s.target_id, EXISTS (SELECT 1 FROM visible_orgs v
    WHERE v.source_id = s.id AND v.organization_id = s.target_id) AS in_scope
  FROM data_sources s WHERE s.id = ?1 AND s.deleted_at IS NULL`;

const TARGET_NAMES = `WITH RECURSIVE path (parent_id, name, height) AS (
    SELECT o.parent_id, o.display_name, 0 FROM data_sources s
    CROSS JOIN organizations o ON o.id = s.target_id AND o.deleted_at IS NULL
    WHERE s.id = ?1
    UNION ALL
    SELECT o.parent_id, o.display_name, height + 1 FROM path
    CROSS JOIN organizations o ON o.id = path.parent_id WHERE height < ${HEIGHT})
  SELECT name FROM path ORDER BY height DESC`;

const SCOPE_ORGANIZATIONS = `SELECT organization_id AS id FROM scope_organizations
  WHERE source_id = :row ORDER BY organization_id`;

const SCOPE_GROUPS = `SELECT g.id FROM scope_groups s CROSS JOIN groups g ON g.seq = s.group_seq
  WHERE s.source_id = :row ORDER BY g.id`;

/** ?2 is the source, ?3 the directory of one that is yet to be made. */
function liveIn(table: "organizations" | "groups"): string {
  return `SELECT r.id FROM :rows CROSS JOIN ${table} r ON r.id = j.value AND r.deleted_at IS NULL
    AND +r.directory_id = coalesce((SELECT directory_id FROM data_sources WHERE id = ?2), ?3)`;
}

// UNION, because a circle must not keep it going.
const TARGET_PATH = `WITH RECURSIVE path (id, parent_id) AS (
    SELECT o.id, o.parent_id FROM organizations o
    LEFT JOIN data_sources s ON s.id = :row
    WHERE o.id = coalesce(?2, s.target_id) AND o.deleted_at IS NULL
      AND +o.directory_id = coalesce(s.directory_id, ?3)
    UNION
    SELECT o.id, o.parent_id FROM path CROSS JOIN organizations o ON o.id = path.parent_id)
  SELECT id FROM path`;
