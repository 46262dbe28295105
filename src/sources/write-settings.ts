/** A data source and its tokens into rows. */
import { assertFieldsStatement } from "../directory/custom-field.ts";
import type { Statement } from "../directory/database.ts";
import type { Event } from "../directory/events.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { fold } from "../scim/fold.ts";
import { replacedStatements } from "./holds.ts";
import type { WriteRequest } from "./operation.ts";
import { readsSame } from "./settings-upstream.ts";
import type { FieldChoice, SettingOperation } from "./settings.ts";
import type { Source, SourceState, Token } from "./source.ts";

/** The statements that bring a source and its tokens from before to after. */
export function settingStatements(
  before: SourceState | undefined,
  after: SourceState | "deleted",
  now: number,
): Statement[] {
  if (after === "deleted") return before === undefined ? [] : deletion(before.source.id, now);
  return [
    { sql: before === undefined ? INSERT : UPDATE, params: sourceParams(after.source) },
    ...tokenStatements(after.source.id, before?.tokens ?? [], after.tokens),
    ...scheduleStatements(before?.source, after.source),
    ...(before === undefined || readsSame(before.source, after.source)
      ? []
      : [{ sql: FORGET_WATERMARK, params: [after.source.id] }]),
  ];
}

/** The times of another upstream say nothing about this one: its first run is a full one. */
const FORGET_WATERMARK = "UPDATE data_sources SET watermark = NULL WHERE id = ?1";

/** A run that begins meanwhile moves it on, without another version: it is written where it is to change. */
function scheduleStatements(before: Source | undefined, after: Source): Statement[] {
  if ((before?.nextRunAt ?? null) === after.nextRunAt) return [];
  const sql = "UPDATE data_sources SET next_run_at = ?2 WHERE id = ?1";
  return [{ sql, params: [after.id, after.nextRunAt] }];
}

/**
 * The organization of a new source: its scope and its target. Two sources that had the same name
 * one after the other each have their own, hence the key behind a name that is taken.
 */
export function organizationStatements(
  operation: Extract<SettingOperation, { kind: "source.create" }>,
  rootId: string,
): Statement[] {
  const { source, organizationName } = operation;
  const organizationId = source.targetId;
  const own = [source.id, organizationId];
  return [
    {
      sql: INSERT_ORGANIZATION,
      params: [
        organizationId,
        source.directoryId,
        rootId,
        organizationName,
        fold(organizationName),
        `${organizationName} (${source.key})`,
        fold(`${organizationName} (${source.key})`),
        source.createdAt,
      ],
    },
    {
      sql: "INSERT INTO scope_organizations (source_id, organization_id) VALUES (?1, ?2)",
      params: own,
    },
    { sql: "INSERT INTO visible_orgs (source_id, organization_id) VALUES (?1, ?2)", params: own },
    { sql: SHOW_TO_ROOTS, params: [organizationId, rootId] },
  ];
}

/**
 * It comes to be with its source, and whoever follows the tree has to hear of it. What it is called
 * in the end the database says.
 */
export function organizationEvents(
  { operation }: Pick<WriteRequest, "operation">,
  rootId: string | undefined,
  by: Pick<Event, "directoryId" | "sourceId" | "at" | "actor" | "requestId">,
): Event[] {
  if (operation.kind !== "source.create" || operation.scope !== undefined) return [];
  if (rootId === undefined) return [];
  return [
    {
      ...by,
      type: "organization.created",
      resourceType: "Organization",
      resourceId: operation.source.targetId,
      changes: { attributes: ["displayName", "parent"] },
      diff: { parent: { to: rootId } },
      version: 1,
    },
  ];
}

/** What was observed under the choice before says nothing about the new one. */
export function fieldChoiceStatements(
  sourceId: string,
  { namespace, fields }: FieldChoice,
): Statement[] {
  return [
    assertFieldsStatement(fields),
    {
      sql: "UPDATE data_sources SET namespace = ?2, fields = ?3 WHERE id = ?1",
      params: [sourceId, namespace, JSON.stringify(fields)],
    },
    { sql: "DELETE FROM observed_attributes WHERE source_id = ?1", params: [sourceId] },
  ];
}

const INSERT_ORGANIZATION = `INSERT INTO organizations (id, directory_id, parent_id, display_name,
    name_key, version, created_at, updated_at)
  SELECT ?1, ?2, ?3, iif(taken, ?6, ?4), iif(taken, ?7, ?5), 1, ?8, ?8
  FROM (SELECT EXISTS (SELECT 1 FROM organizations
    WHERE parent_id = ?3 AND name_key = ?5 AND deleted_at IS NULL) AS taken)`;

// A source that sees the parent sees the child.
const SHOW_TO_ROOTS = `INSERT INTO visible_orgs (source_id, organization_id)
  SELECT source_id, ?1 FROM visible_orgs WHERE organization_id = ?2`;

const INSERT = `INSERT INTO data_sources (id, directory_id, key, name, name_key, description, mode,
    type, kind, status, provisioning, api_open, permissions, profile, switches, target_id,
    rate_per_second, config_version, created_at, updated_at, scope_has_organizations,
    scope_has_groups, upstream, upstream_secret)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
    ?21, ?22, ?23, ?24)`;

const UPDATE = `UPDATE data_sources SET directory_id = ?2, key = ?3, name = ?4, name_key = ?5,
    description = ?6, mode = ?7, type = ?8, kind = ?9, status = ?10, provisioning = ?11,
    api_open = ?12, permissions = ?13, profile = ?14, switches = ?15, target_id = ?16,
    rate_per_second = ?17, config_version = ?18, created_at = ?19, updated_at = ?20,
    scope_has_organizations = ?21, scope_has_groups = ?22, upstream = ?23, upstream_secret = ?24
  WHERE id = ?1`;

function sourceParams(source: Source): (string | number | null)[] {
  return [
    source.id,
    source.directoryId,
    source.key,
    source.name,
    fold(source.name),
    source.description,
    source.mode,
    source.type,
    source.kind,
    source.status,
    source.provisioning ? 1 : 0,
    source.apiOpen ? 1 : 0,
    JSON.stringify(source.permissions),
    source.profileName,
    JSON.stringify(source.switches),
    source.targetId,
    source.ratePerSecond,
    source.configVersion,
    source.createdAt,
    source.updatedAt,
    source.scopeHasOrganizations ? 1 : 0,
    source.scopeHasGroups ? 1 : 0,
    source.upstream === null ? null : JSON.stringify(source.upstream),
    source.upstreamSecret,
  ];
}

/**
 * People are kept: a user whose owner is gone belongs to nobody, without a row of it being touched.
 * What was done and refused is kept as long as ever; how much was asked for, nobody can ask any more.
 */
function deletion(sourceId: string, now: number): Statement[] {
  return [
    {
      sql: `UPDATE data_sources SET deleted_at = ?2, config_version = config_version + 1,
        upstream_secret = NULL WHERE id = ?1`,
      params: [sourceId, now],
    },
    {
      sql: `DELETE FROM run_deferred WHERE run_id IN (
        SELECT id FROM runs WHERE source_id = ?1 AND status IN ('queued', 'running'))`,
      params: [sourceId],
    },
    {
      sql: `UPDATE runs SET status = 'cancelled', reason = 'data_source_disabled',
        detail = 'The data source was deleted', ended_at = ?2, step = step + 1
        WHERE source_id = ?1 AND status IN ('queued', 'running')`,
      params: [sourceId, now],
    },
    ...replacedStatements(sourceId, now),
    ...OF_A_SOURCE.map((table) => ({
      sql: `DELETE FROM ${table} WHERE source_id = ?1`,
      params: [sourceId],
    })),
  ];
}

const OF_A_SOURCE = [
  "tokens",
  "scope_organizations",
  "scope_groups",
  "visible_orgs",
  "observed_attributes",
  "source_activity",
  "request_counts",
  "credential_attempts",
  "missing",
  "guard",
  "guard_groups",
];

function tokenStatements(
  sourceId: string,
  before: readonly Token[],
  after: readonly Token[],
): Statement[] {
  const gone = before.filter(({ id }) => !after.some((token) => token.id === id));
  const changed = after.filter((token) => !before.includes(token));
  return [
    ...rowStatements(
      "DELETE FROM tokens WHERE id IN (SELECT :row :from)",
      gone.map(({ id }) => id),
    ),
    ...rowStatements(UPSERT_TOKEN, changed, sourceId),
  ];
}

const UPSERT_TOKEN = `INSERT INTO tokens (id, type, source_id, pepper_id, hash, hint, status, created_at, expires_at)
  SELECT :row ->> 'id', :row ->> 'type', ?2, :row ->> 'pepperId', :row ->> 'hash', :row ->> 'hint',
    :row ->> 'status', :row ->> 'createdAt', :row ->> 'expiresAt'
  :from WHERE true
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at`;
