/**
 * Application keys: what lets an application into one directory, as far as the organizations it was
 * given reach. They live in the directory's own database, as its scope does.
 */
import { z } from "zod";
import type { Database, Row, Statement } from "../directory/database.ts";
import type { Scope } from "../directory/scope.ts";
import { ScimError } from "../scim/error.ts";
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
  /** Whether the directory's root is one of them: then the scope is no limit. */
  readonly isWhole: boolean;
  readonly hint: string;
  readonly version: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

export type NewApplicationKey = Omit<ApplicationKey, "isWhole">;

/** What the key's holder sees. */
export function scopeOfApplication({ id, directoryId, isWhole }: ApplicationKey): Scope {
  return isWhole ? { directoryId } : { directoryId, sourceId: id };
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

const keyRow = z.object({
  id: z.string(),
  directory_id: z.string(),
  name: z.string(),
  access: z.enum(APPLICATION_ACCESS),
  organization_ids: z.string(),
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
    organizationIds: z.array(z.string()).parse(JSON.parse(read.organization_ids)),
    isWhole: read.is_whole === 1,
    hint: read.hint,
    version: read.version,
    createdAt: read.created_at,
    lastUsedAt: read.last_used_at,
    revokedAt: read.revoked_at,
  };
}

/** Aborts unless every organization of its scope is a live one of its directory. */
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
    ...(sameScope(before, after) ? [] : scopeStatements(after)),
  ];
}

export function sameScope(
  { organizationIds: before }: Pick<ApplicationKey, "organizationIds">,
  { organizationIds: after }: Pick<ApplicationKey, "organizationIds">,
): boolean {
  return before.length === after.length && before.every((id) => after.includes(id));
}

/** Which of the organizations the directory hasn't: they can't be a scope. */
export async function unknownOrganizations(
  db: Database,
  { directoryId, organizationIds }: Pick<ApplicationKey, "directoryId" | "organizationIds">,
): Promise<string[]> {
  const params = [JSON.stringify(organizationIds), directoryId];
  const [rows = []] = await db.batch([{ sql: UNKNOWN, params }]);
  return rows.map(({ id }) => String(id));
}

const UNKNOWN = `SELECT j.value AS id FROM json_each(?1) j
  LEFT JOIN organizations o ON o.id = j.value AND o.directory_id = ?2 AND o.deleted_at IS NULL
  WHERE o.id IS NULL`;

/** The scope as given, and what it reaches now; moves and new organizations keep that up to date. */
function scopeStatements({ id, directoryId, organizationIds }: NewApplicationKey): Statement[] {
  const given = JSON.stringify(organizationIds);
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (${UNKNOWN})`,
      params: [given, directoryId],
    },
    { sql: "DELETE FROM scope_organizations WHERE source_id = ?1", params: [id] },
    { sql: "DELETE FROM visible_orgs WHERE source_id = ?1", params: [id] },
    {
      sql: `INSERT INTO scope_organizations (source_id, organization_id)
        SELECT ?1, value FROM json_each(?2)`,
      params: [id, given],
    },
    { sql: EXPAND, params: [id] },
  ];
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
