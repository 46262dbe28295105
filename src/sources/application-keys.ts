/**
 * Application keys: what lets an application into one directory, as far as the organizations it was
 * given reach. They live in the directory's own database, as its scope does.
 */
import { z } from "zod";
import type { Database, Row, Statement } from "../directory/database.ts";
import type { Scope } from "../directory/scope.ts";
import { ScimError } from "../scim/error.ts";
import { replacedStatements } from "./holds.ts";
import type { SecretHash } from "./secret.ts";

export const APPLICATION_ACCESS = ["read", "write"] as const;
/** Who may write may read. */
export type ApplicationAccess = (typeof APPLICATION_ACCESS)[number];

export interface ApplicationKey {
  readonly id: string;
  readonly directoryId: string;
  readonly name: string;
  readonly access: ApplicationAccess;
  /** With all below them; none once it is revoked. */
  readonly organizationIds: readonly string[];
  /** As they were given: one that is deleted is nobody's to see, and in the scope again when it is restored. */
  readonly groupIds: readonly string[];
  /** Whether the directory's root is one of them: then the scope is no limit. */
  readonly isWhole: boolean;
  readonly hint: string;
  readonly version: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** The organizations and groups that a key's holder was given. */
export type GivenScope = Pick<ApplicationKey, "organizationIds" | "groupIds">;

export type NewApplicationKey = Omit<ApplicationKey, "isWhole">;

/** What the key's holder sees. */
export function scopeOfApplication(key: ApplicationKey): Scope {
  const { id, directoryId, isWhole, groupIds } = key;
  if (isWhole) return { directoryId };
  return { directoryId, sourceId: id, groups: groupIds.length > 0 ? "listed" : "none" };
}

/** The key that one of the hashes belongs to, unless it was revoked. */
export async function findApplicationKey(
  db: Database,
  hashes: readonly string[],
): Promise<ApplicationKey | undefined> {
  const condition = "k.hash IN (SELECT value FROM json_each(?1)) AND k.revoked_at IS NULL LIMIT 1";
  const [key] = await readKeys(db, condition, [JSON.stringify(hashes)]);
  return key;
}

/** Revoked ones included. Ids begin with their time: oldest first. */
export async function applicationKeyPage(
  db: Database,
  directoryId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ApplicationKey[]> {
  const condition = "k.directory_id = ?1 AND k.id > ?2 ORDER BY k.id LIMIT ?3";
  return readKeys(db, condition, [directoryId, after, limit]);
}

/** Throws ScimError `not_found`. */
export async function getApplicationKey(db: Database, id: string): Promise<ApplicationKey> {
  const [key] = await readKeys(db, "k.id = ?1", [id]);
  return key ?? refuseUnknownKey();
}

export function refuseUnknownKey(): never {
  throw new ScimError("not_found", "There is no such application key");
}

const COLUMNS = `k.*,
  (SELECT json_group_array(s.organization_id) FROM scope_organizations s
    WHERE s.source_id = k.id) AS organization_ids,
  (SELECT json_group_array(g.id) FROM scope_groups s JOIN groups g ON g.seq = s.group_seq
    WHERE s.source_id = k.id) AS group_ids,
  EXISTS (SELECT 1 FROM directories d
    JOIN scope_organizations s ON s.source_id = k.id AND s.organization_id = d.root_id
    WHERE d.id = k.directory_id) AS is_whole`;

async function readKeys(
  db: Database,
  condition: string,
  params: Statement["params"],
): Promise<ApplicationKey[]> {
  const sql = `SELECT ${COLUMNS} FROM application_keys k WHERE ${condition}`;
  const [rows = []] = await db.batch([{ sql, params }]);
  return rows.map(parseKey);
}

const ids = z.array(z.string());

const keyRow = z.object({
  id: z.string(),
  directory_id: z.string(),
  name: z.string(),
  access: z.enum(APPLICATION_ACCESS),
  organization_ids: z.string(),
  group_ids: z.string(),
  is_whole: z.number(),
  hint: z.string(),
  version: z.number(),
  created_at: z.number(),
  last_used_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
});

function parseKey(row: Row): ApplicationKey {
  const read = keyRow.parse(row);
  return {
    id: read.id,
    directoryId: read.directory_id,
    name: read.name,
    access: read.access,
    organizationIds: ids.parse(JSON.parse(read.organization_ids)),
    groupIds: ids.parse(JSON.parse(read.group_ids)),
    isWhole: read.is_whole === 1,
    hint: read.hint,
    version: read.version,
    createdAt: read.created_at,
    lastUsedAt: read.last_used_at,
    revokedAt: read.revoked_at,
  };
}

/** Aborts unless all that its scope names is there, in its directory. */
export function insertApplicationKey(
  key: NewApplicationKey,
  { pepperId, hash }: SecretHash,
): Statement[] {
  return [
    {
      sql: `INSERT INTO application_keys (id, directory_id, name, access, pepper_id, hash, hint,
          version, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      params: [
        key.id,
        key.directoryId,
        key.name,
        key.access,
        pepperId,
        hash,
        key.hint,
        key.version,
        key.createdAt,
      ],
    },
    ...scopeStatements(key),
  ];
}

/** Aborts unless the key is as it was read and, where its scope changes, all of that is there. */
export function updateApplicationKey(
  before: NewApplicationKey,
  after: NewApplicationKey,
): Statement[] {
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
        SELECT 1 FROM application_keys WHERE id = ?1 AND version = ?2 AND revoked_at IS NULL)`,
      params: [before.id, before.version],
    },
    {
      sql: `UPDATE application_keys SET name = ?2, access = ?3, version = ?4, revoked_at = ?5
        WHERE id = ?1`,
      params: [after.id, after.name, after.access, after.version, after.revokedAt],
    },
    ...(after.revokedAt === null ? [] : replacedStatements(after.id, after.revokedAt)),
    ...(changedLists(before, after).length === 0 ? [] : scopeStatements(after)),
  ];
}

export const SCOPE_LISTS = ["organizationIds", "groupIds"] as const;

/** The lists of the scope that name others than before. */
export function changedLists(before: GivenScope, after: GivenScope) {
  return SCOPE_LISTS.filter((name) => {
    const given = new Set(before[name]);
    return given.size !== after[name].length || !after[name].every((id) => given.has(id));
  });
}

/** What of the scope the directory hasn't: that can't be in one. */
export async function unknownInScope(
  db: Database,
  { directoryId, organizationIds, groupIds }: GivenScope & Pick<ApplicationKey, "directoryId">,
): Promise<GivenScope> {
  const [organizations = [], groups = []] = await db.batch([
    { sql: unknown("organizations"), params: [JSON.stringify(organizationIds), directoryId] },
    { sql: unknown("groups"), params: [JSON.stringify(groupIds), directoryId] },
  ]);
  return {
    organizationIds: organizations.map(({ id }) => String(id)),
    groupIds: groups.map(({ id }) => String(id)),
  };
}

/** Rows {id} of those among ?1 that the directory ?2 hasn't. */
function unknown(table: "organizations" | "groups"): string {
  return `SELECT j.value AS id FROM json_each(?1) j
    LEFT JOIN ${table} r ON r.id = j.value AND +r.directory_id = ?2 AND r.deleted_at IS NULL
    WHERE r.id IS NULL`;
}

/** The scope as given, and what it reaches now; moves and new organizations keep that up to date. */
function scopeStatements(key: NewApplicationKey): Statement[] {
  const { id, directoryId } = key;
  const organizations = JSON.stringify(key.organizationIds);
  const groups = JSON.stringify(key.groupIds);
  return [
    { sql: assertKnown("organizations"), params: [organizations, directoryId] },
    { sql: assertKnown("groups"), params: [groups, directoryId] },
    ...["scope_organizations", "scope_groups", "visible_orgs"].map((table) => ({
      sql: `DELETE FROM ${table} WHERE source_id = ?1`,
      params: [id],
    })),
    {
      sql: `INSERT INTO scope_organizations (source_id, organization_id)
        SELECT ?1, value FROM json_each(?2)`,
      params: [id, organizations],
    },
    {
      sql: `INSERT INTO scope_groups (source_id, group_seq)
        SELECT ?1, g.seq FROM json_each(?2) j CROSS JOIN groups g ON g.id = j.value`,
      params: [id, groups],
    },
    { sql: EXPAND, params: [id] },
  ];
}

function assertKnown(table: "organizations" | "groups"): string {
  return `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (${unknown(table)})`;
}

const EXPAND = `INSERT INTO visible_orgs (source_id, organization_id)
  WITH RECURSIVE tree (id) AS (
    SELECT organization_id FROM scope_organizations WHERE source_id = ?1
    UNION
    SELECT o.id FROM tree CROSS JOIN organizations o
      ON o.parent_id = tree.id AND o.deleted_at IS NULL)
  SELECT ?1, id FROM tree`;

export function applicationUseStatement(id: string, at: number): Statement {
  return {
    sql: "UPDATE application_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1",
    params: [id, at],
  };
}
