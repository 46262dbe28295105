/**
 * Organizations into rows, and who sees them. What is decided in memory of the tree is proved
 * again here, where no other object can come between: that a parent lives, that nothing stands
 * below itself, that what goes is empty.
 */
import type { Statement } from "./database.ts";
import {
  MAX_DEPTH,
  organizationCodeKey,
  organizationNameKey,
  parentOf,
  type Organization,
} from "./organization.ts";
import { textOf } from "./user.ts";
import { assertVersions, rowStatements, type RowChange } from "./write-rows.ts";

type OrganizationChange = RowChange<Organization>;

/** A move that was decided, and the sources that lose sight of something by it. */
export interface Move {
  readonly id: string;
  readonly parentId: string;
  readonly losers: readonly string[];
}

/** The statements that bring organizations from before to after, and their visibility with them. */
export function treeStatements(
  changes: readonly OrganizationChange[],
  moves: readonly Move[],
  now: number,
): Statement[] {
  const stored = changes.flatMap(({ before, after }) =>
    before === undefined ? [] : [{ before, after }],
  );
  const created = changes.filter(({ before }) => before === undefined).map(({ after }) => after);
  const restored = stored.flatMap(({ before, after }) =>
    before.deletedAt !== null && after.deletedAt === null ? [after] : [],
  );
  return [
    ...assertVersions(
      "organizations",
      stored.map(({ before, after }) => [after.id, before.version]),
    ),
    ...assertOrganizations([
      ...parentsOf([...created, ...restored], changes),
      ...moves.flatMap(newParentOf(created)),
    ]),
    ...rowStatements(
      UPDATE,
      stored.map(({ after }) => rowOf(after)),
    ),
    ...rowStatements(INSERT, created.map(rowOf)),
    ...rowStatements(
      STAND,
      restored.map(({ id, depth }) => [id, depth]),
    ),
    ...rowStatements(SHOW, anchorsOf([...created, ...restored])),
    ...moves.flatMap((move) => moveStatements(move, now)),
  ];
}

/**
 * The end of what goes, to be written when whoever was in it is elsewhere. `scopes` are the sources
 * that each was given to.
 */
export function removalStatements(
  changes: readonly OrganizationChange[],
  scopes: ReadonlyMap<string, readonly string[]>,
  now: number,
): Statement[] {
  return changes.flatMap(({ before, after }) =>
    before !== undefined && after.deletedAt !== null
      ? deletionStatements(after.id, scopes.get(after.id) ?? [], now)
      : [],
  );
}

type Expected = readonly [id: string, depth: number | null];

/** The parents of new organizations, where they have to stand; those that change are asserted by their version. */
function parentsOf(
  created: readonly Organization[],
  changes: readonly OrganizationChange[],
): Expected[] {
  const changed = new Set(changes.map(({ after }) => after.id));
  const depths = new Map(created.map((one) => [parentOf(one) ?? "", one.depth - 1]));
  return [...depths].filter(([id]) => !changed.has(id));
}

function newParentOf(created: readonly Organization[]): (move: Move) => Expected[] {
  const ids = new Set(created.map(({ id }) => id));
  return ({ parentId }) => (ids.has(parentId) ? [] : [[parentId, null]]);
}

/** Aborts the batch unless these organizations live; with a depth, unless they still stand there. */
export function assertOrganizations(organizations: readonly Expected[]): Statement[] {
  return rowStatements(
    `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM :rows LEFT JOIN organizations o ON o.id = j.value ->> 0
      WHERE o.id IS NULL OR o.deleted_at IS NOT NULL
        OR o.depth <> coalesce(j.value ->> 1, o.depth))`,
    organizations,
  );
}

const INSERT = `INSERT INTO organizations (id, directory_id, parent_id, source_id, display_name,
    name_key, external_id, code, code_key, sort_order, depth, version, created_at, updated_at)
  SELECT :row ->> 'id', :row ->> 'directoryId', :row ->> 'parent', :row ->> 'sourceId',
    :row ->> 'displayName', :row ->> 'nameKey', :row ->> 'externalId', :row ->> 'code',
    :row ->> 'codeKey', :row ->> 'order', :row ->> 'depth', :row ->> 'version',
    :row ->> 'createdAt', :row ->> 'updatedAt' :from`;

const UPDATE = `UPDATE organizations SET parent_id = :row ->> 'parent',
    display_name = :row ->> 'displayName', name_key = :row ->> 'nameKey',
    external_id = :row ->> 'externalId', code = :row ->> 'code', code_key = :row ->> 'codeKey',
    sort_order = :row ->> 'order', version = :row ->> 'version',
    updated_at = :row ->> 'updatedAt', deleted_at = :row ->> 'deletedAt'
  :from WHERE organizations.id = :row ->> 'id'`;

/** What is brought back may stand elsewhere by now, as may what is above it. */
const STAND = `UPDATE organizations SET depth = :row ->> 1
  :from WHERE organizations.id = :row ->> 0`;

/** Who sees the organization above the new ones sees these. */
const SHOW = `INSERT INTO visible_orgs (source_id, organization_id)
  SELECT v.source_id, j.value ->> 0 FROM :rows
  CROSS JOIN visible_orgs v ON v.organization_id = j.value ->> 1`;

function rowOf(organization: Organization): Record<string, unknown> {
  const { attributes, ...row } = organization;
  return {
    ...row,
    parent: parentOf(organization) ?? null,
    displayName: textOf(attributes, "displayName"),
    nameKey: organizationNameKey(attributes),
    externalId: textOf(attributes, "externalId") ?? null,
    code: textOf(attributes, "code") ?? null,
    codeKey: organizationCodeKey(attributes) ?? null,
    order: attributes["order"] ?? null,
  };
}

/** [new organization, the nearest one above it that was there before]. */
function anchorsOf(created: readonly Organization[]): [string, string][] {
  const parents = new Map(created.map((one) => [one.id, parentOf(one) ?? ""]));
  return created.map(({ id }) => {
    let anchor = parents.get(id) ?? "";
    for (let above = parents.get(anchor); above !== undefined; above = parents.get(anchor)) {
      anchor = above;
    }
    return [id, anchor];
  });
}

/**
 * The organization ?1 below the parent ?2: `up` is it and what is above, `down` it and what is
 * below, with their depths. A walk in a circle ends too deep.
 */
const TREE = `up (id, n) AS (
    SELECT ?1, 0 UNION ALL SELECT ?2, 1 UNION ALL
    SELECT o.parent_id, up.n + 1 FROM up CROSS JOIN organizations o ON o.id = up.id
    WHERE up.n BETWEEN 1 AND ${MAX_DEPTH} AND o.parent_id IS NOT NULL),
  down (id, depth) AS (
    SELECT ?1, (SELECT max(n) FROM up) UNION ALL
    SELECT o.id, down.depth + 1 FROM down CROSS JOIN organizations o
      ON o.parent_id = down.id AND o.deleted_at IS NULL
    WHERE down.depth < 2 * ${MAX_DEPTH})`;

/** Who is to see what of the subtree: those with it, or anything above it, in their scope. */
const SIGHT = `sight (source_id, id) AS (
    SELECT s.source_id, ?1 FROM up CROSS JOIN scope_organizations s ON s.organization_id = up.id
    UNION
    SELECT s.source_id, s.organization_id FROM down
      CROSS JOIN scope_organizations s ON s.organization_id = down.id
    UNION
    SELECT sight.source_id, o.id FROM sight CROSS JOIN organizations o
      ON o.parent_id = sight.id AND o.deleted_at IS NULL)`;

/** Rows of `visible_orgs` that a move ends. */
const LOST = `SELECT v.source_id, v.organization_id FROM down
  CROSS JOIN visible_orgs v ON v.organization_id = down.id
  WHERE (v.source_id, v.organization_id) NOT IN (SELECT source_id, id FROM sight)`;

const STRANDED = `EXISTS (SELECT 1 FROM data_sources d WHERE d.deleted_at IS NULL
    AND (d.id, d.target_id) IN (${LOST}))`;

/**
 * What it would mean to move the organization below the parent: one row {id, parent_id, depth,
 * height, cycle, losers, stranded}. `losers` is a JSON list of the sources that would lose sight of something,
 * `stranded` is 1 where one of them would lose its target.
 */
export function moveQuery(id: string, parentId: string): Statement {
  return {
    sql: `WITH RECURSIVE ${TREE}, ${SIGHT}
      SELECT ?1 AS id, ?2 AS parent_id, (SELECT max(n) FROM up) AS depth, (SELECT max(depth) - min(depth) FROM down) AS height,
        EXISTS (SELECT 1 FROM up WHERE n > 0 AND id = ?1) AS cycle,
        (SELECT json_group_array(DISTINCT source_id) FROM (${LOST})) AS losers,
        ${STRANDED} AS stranded`,
    params: [id, parentId],
  };
}

/**
 * After a move: the walk upwards ends at a root, nothing is too deep, no source has lost its
 * target, and who comes into sight or goes out of it is written down. A source that loses sight of
 * something gets a new `config_version`: what its object decided on the old visibility must not be
 * written. That there are no others than `losers`, who are told, is asserted.
 */
function moveStatements({ id, parentId, losers }: Move, now: number): Statement[] {
  const tree = `WITH RECURSIVE ${TREE}`;
  const params = [id, parentId];
  const sources = JSON.stringify(losers);
  return [
    {
      sql: `${tree}, ${SIGHT} INSERT INTO assert_ok (ok) SELECT 0
        WHERE (SELECT max(depth) FROM down) > ${MAX_DEPTH} OR ${STRANDED}
          OR EXISTS (SELECT 1 FROM (${LOST}) WHERE source_id NOT IN (SELECT value FROM json_each(?3)))`,
      params: [...params, sources],
    },
    {
      // Asked for equality alone, SQLite reads every organization there is.
      sql: `${tree} UPDATE organizations SET depth = down.depth FROM down
        WHERE organizations.id IN (SELECT id FROM down) AND organizations.id = down.id
          AND organizations.depth <> down.depth`,
      params,
    },
    { sql: RECONFIGURE, params: [sources, now] },
    {
      // What an application decided on the old visibility must not be written either.
      sql: "UPDATE application_keys SET version = version + 1 WHERE id IN (SELECT value FROM json_each(?1))",
      params: [sources],
    },
    {
      sql: `${tree}, ${SIGHT} DELETE FROM visible_orgs WHERE organization_id IN (SELECT id FROM down)
        AND (source_id, organization_id) NOT IN (SELECT source_id, id FROM sight)`,
      params,
    },
    {
      sql: `${tree}, ${SIGHT} INSERT INTO visible_orgs (source_id, organization_id)
        SELECT source_id, id FROM sight WHERE true ON CONFLICT DO NOTHING`,
      params,
    },
  ];
}

const RECONFIGURE = `UPDATE data_sources SET config_version = config_version + 1, updated_at = ?2
  WHERE id IN (SELECT value FROM json_each(?1))`;

/**
 * That it is empty, and in no other scopes than these, was decided on a look that is over by now.
 * It leaves the scopes: an application that was given nothing else sees nothing.
 */
function deletionStatements(id: string, scopes: readonly string[], now: number): Statement[] {
  const sources = JSON.stringify(scopes);
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 FROM (SELECT ${CONTENTS} FROM (SELECT ?1 AS value) j)
        WHERE children OR people OR used
          OR EXISTS (SELECT 1 FROM json_each(scopes) WHERE value NOT IN (SELECT value FROM json_each(?2)))`,
      params: [id, sources],
    },
    ...(scopes.length === 0 ? [] : [{ sql: RECONFIGURE, params: [sources, now] }]),
    {
      sql: `UPDATE application_keys SET version = version + 1
        WHERE id IN (SELECT source_id FROM scope_organizations WHERE organization_id = ?1)`,
      params: [id],
    },
    { sql: "DELETE FROM scope_organizations WHERE organization_id = ?1", params: [id] },
    { sql: "DELETE FROM visible_orgs WHERE organization_id = ?1", params: [id] },
  ];
}

const IN_SCOPES = `FROM scope_organizations s
    CROSS JOIN data_sources d ON d.id = s.source_id AND d.deleted_at IS NULL
    WHERE s.organization_id = j.value`;

/**
 * What keeps the organization `j.value` from being deleted, as columns that are 1 or 0; and
 * `scopes`, a JSON list of the sources it was given to. `used` is the target of one, or all it has.
 */
export const CONTENTS = `EXISTS (SELECT 1 FROM organizations c
      WHERE c.parent_id = j.value AND c.deleted_at IS NULL) AS children,
    (EXISTS (SELECT 1 FROM users u WHERE u.organization_id = j.value AND u.deleted_at IS NULL)
      OR EXISTS (SELECT 1 FROM user_organizations m WHERE m.organization_id = j.value)) AS people,
    (EXISTS (SELECT 1 FROM data_sources d WHERE d.target_id = j.value AND d.deleted_at IS NULL)
      OR EXISTS (SELECT 1 ${IN_SCOPES} AND NOT EXISTS (SELECT 1 FROM scope_organizations r
        WHERE r.source_id = s.source_id AND r.organization_id <> j.value))) AS used,
    (SELECT json_group_array(s.source_id) ${IN_SCOPES}) AS scopes`;
