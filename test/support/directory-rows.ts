/** Rows of the directory straight into D1, in bulk: what reads are tested on. */
import { groupNameKey } from "../../src/directory/group.ts";
import { uuidv7 } from "../../src/directory/ids.ts";
import { foldedAttributes, lookupValues, textOf, userNameKey } from "../../src/directory/user.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";

/** The directory and the organization that the first migration makes. */
export const DIRECTORY = "default";
export const ROOT = "019a0000-0000-7000-8000-000000000001";

interface Kept {
  readonly id: string;
  readonly attributes: JsonObject;
  readonly directoryId?: string;
  readonly sourceId?: string | null;
  readonly version?: number;
  readonly createdAt?: number;
  readonly updatedAt?: number;
  readonly deletedAt?: number | null;
}

export interface UserRow extends Kept {
  readonly organizationId?: string;
}

export type GroupRow = Kept;

/** A UUIDv7 that is the same for the same number. */
export function testId(number: number): string {
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, number);
  return uuidv7(1_700_000_000_000 + number, bytes);
}

/** Inserts users with the values they are found by and the counters of their organizations. */
export async function insertUsers(db: D1Database, rows: readonly UserRow[]): Promise<void> {
  await insertAll(db, USERS, rows.map(userColumns));
  const live = rows.filter(isLive);
  await insertAll(db, USER_VALUES, live.flatMap(valueColumns));
  await count(
    db,
    "users",
    live.map(({ organizationId = ROOT }) => organizationId),
  );
}

/** Inserts groups without members, and counts them for their sources. */
export async function insertGroups(db: D1Database, rows: readonly GroupRow[]): Promise<void> {
  await insertAll(db, GROUPS, rows.map(groupColumns));
  await count(
    db,
    "groups",
    rows.filter(isLive).flatMap(({ sourceId }) => sourceId ?? []),
  );
}

/** Puts users, by id, into groups, by id. */
export async function insertMembers(
  db: D1Database,
  pairs: readonly { readonly group: string; readonly user: string }[],
): Promise<void> {
  await insertAll(
    db,
    MEMBERS,
    pairs.map(({ group, user }) => [group, user]),
  );
  await db.exec(
    "UPDATE groups SET member_count = (SELECT count(*) FROM members WHERE group_seq = groups.seq)",
  );
}

/** Inserts data sources that are enabled and may do everything. */
export async function insertSources(
  db: D1Database,
  ids: readonly string[],
  directoryId = DIRECTORY,
): Promise<void> {
  await insertAll(
    db,
    SOURCES,
    ids.map((id) => [id, directoryId]),
  );
}

/** Lets a source see organizations. */
export async function insertVisible(
  db: D1Database,
  sourceId: string,
  organizationIds: readonly string[] = [ROOT],
): Promise<void> {
  await insertAll(
    db,
    VISIBLE,
    organizationIds.map((id) => [sourceId, id]),
  );
}

/** Inserts organizations below the root. */
export async function insertOrganizations(db: D1Database, ids: readonly string[]): Promise<void> {
  await insertAll(
    db,
    ORGANIZATIONS,
    ids.map((id) => [id, DIRECTORY, ROOT]),
  );
}

const USERS = `INSERT INTO users (id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at, deleted_at) ${columns(13)}`;
const USER_VALUES = `INSERT INTO user_values (directory_id, attribute, key, user_id) ${columns(4)}`;
const GROUPS = `INSERT INTO groups (id, directory_id, source_id, name_key, external_id, attributes, folded, member_count, version, created_at, updated_at, deleted_at) ${columns(12)}`;
const VISIBLE = `INSERT INTO visible_orgs (source_id, organization_id) ${columns(2)}`;
const ORGANIZATIONS = `INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key, version, created_at, updated_at) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 0, value ->> 0, 1, 0, 0 FROM json_each(?)`;
const SOURCES = `INSERT INTO data_sources (id, directory_id, key, name, name_key, mode, type, kind, status, provisioning, api_open, permissions, profile, target_id, config_version, created_at, updated_at) SELECT value ->> 0, value ->> 1, value ->> 0, value ->> 0, value ->> 0, 'push', 'scim', 'standard', 'enabled', 1, 1, '["user:read","user:write","group:read","group:write"]', 'standard', '${ROOT}', 1, 0, 0 FROM json_each(?)`;
const MEMBERS = `INSERT INTO members (group_seq, user_seq) SELECT g.seq, u.seq FROM json_each(?) j CROSS JOIN groups g ON g.id = j.value ->> 0 CROSS JOIN users u ON u.id = j.value ->> 1`;
const COUNTERS = `INSERT INTO counters (owner, name, n) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ON CONFLICT DO UPDATE SET n = n + excluded.n`;

function columns(length: number): string {
  const list = Array.from({ length }, (_, index) => `value ->> ${index}`);
  return `SELECT ${list.join(", ")} FROM json_each(?)`;
}

function userColumns(row: UserRow): Json[] {
  const { attributes, organizationId = ROOT } = row;
  return [
    row.id,
    row.directoryId ?? DIRECTORY,
    row.sourceId ?? null,
    organizationId,
    userNameKey(attributes),
    textOf(attributes, "externalId") ?? null,
    attributes["active"] === false ? 0 : 1,
    JSON.stringify(attributes),
    foldedAttributes(attributes),
    ...history(row),
  ];
}

function groupColumns(row: GroupRow): Json[] {
  const { attributes } = row;
  return [
    row.id,
    row.directoryId ?? DIRECTORY,
    row.sourceId ?? null,
    groupNameKey(attributes),
    textOf(attributes, "externalId") ?? null,
    JSON.stringify(attributes),
    foldedAttributes(attributes),
    0,
    ...history(row),
  ];
}

function history({ version = 1, createdAt = 0, updatedAt = 0, deletedAt = null }: Kept): Json[] {
  return [version, createdAt, updatedAt, deletedAt];
}

function valueColumns({ id, attributes, directoryId = DIRECTORY }: UserRow): Json[][] {
  return lookupValues(attributes).map(({ attribute, key }) => [directoryId, attribute, key, id]);
}

function isLive({ deletedAt }: Kept): boolean {
  return (deletedAt ?? null) === null;
}

async function count(db: D1Database, name: string, owners: readonly string[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  await insertAll(
    db,
    COUNTERS,
    [...counts].map(([owner, n]) => [owner, name, n]),
  );
}

// A parameter stays under 1 MB, a batch under a few.
const ROWS_PER_STATEMENT = 500;
const STATEMENTS_PER_BATCH = 10;

async function insertAll(db: D1Database, sql: string, rows: readonly Json[][]): Promise<void> {
  const statement = db.prepare(sql);
  const lists = chunks(rows, ROWS_PER_STATEMENT).map((list) => JSON.stringify(list));
  for (const batch of chunks(lists, STATEMENTS_PER_BATCH)) {
    await db.batch(batch.map((list) => statement.bind(list)));
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    result.push(items.slice(start, start + size));
  }
  return result;
}
