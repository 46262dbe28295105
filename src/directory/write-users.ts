/** Users into rows: the row itself, the values it is found by, the values that are its alone. */
import { equalJson } from "../scim/json.ts";
import type { Statement } from "./database.ts";
import { expiryOf } from "./expiry.ts";
import {
  foldedAttributes,
  lookupValues,
  textOf,
  uniqueValues,
  userNameKey,
  type User,
} from "./user.ts";
import { assertVersions, rowStatements, type RowChange } from "./write-rows.ts";

type UserChange = RowChange<User>;

const NO_HASHES: ReadonlyMap<string, string> = new Map();

/**
 * The statements that bring users from before to after. `claims` says of which kinds of values the
 * source that writes lets nobody else in the directory have the same; `hashes` of what upstream record
 * somebody new was made, by their id.
 */
export function userStatements(
  changes: readonly UserChange[],
  claims: (kind: string) => boolean,
  hashes: ReadonlyMap<string, string> = NO_HASHES,
): Statement[] {
  const stored = changes.filter(({ before }) => before !== undefined);
  const created = changes.filter(({ before }) => before === undefined);
  const [renamed, same] = split(stored, identityChanges);
  const lookups = valueChanges(changes, lookupRows);
  const uniques = valueChanges(changes, uniqueRows);
  return [
    ...assertVersions(
      "users",
      stored.map(({ before, after }) => [after.id, before?.version ?? 0]),
    ),
    ...rowStatements(DELETE_VALUES, lookups.gone),
    ...rowStatements(DELETE_UNIQUE, uniques.gone),
    ...rowStatements(UPDATE_ATTRIBUTES, same.map(rowOf)),
    ...rowStatements(UPDATE_IDENTITY, renamed.map(rowOf)),
    ...rowStatements(
      INSERT,
      created.map((one) => ({ ...rowOf(one), hash: hashes.get(one.after.id) ?? null })),
    ),
    ...rowStatements(INSERT_VALUES, lookups.come),
    ...rowStatements(
      INSERT_UNIQUE,
      // Only what changed: an unchanged value was claimed, or not, when it was written.
      uniques.come.filter(([, kind]) => claims(kind)),
    ),
    ...rowStatements(COUNT, countsOf(changes)),
  ];
}

const INSERT = `INSERT INTO users (id, directory_id, source_id, organization_id, user_name_key,
    external_id, active, attributes, folded, version, created_at, updated_at, deleted_at, expires_at,
    upstream_hash)
  SELECT :row ->> 'id', :row ->> 'directoryId', :row ->> 'sourceId', :row ->> 'organizationId',
    :row ->> 'nameKey', :row ->> 'externalId', :row ->> 'active', :row ->> 'attributes',
    :row ->> 'folded', :row ->> 'version', :row ->> 'createdAt', :row ->> 'updatedAt',
    :row ->> 'deletedAt', :row ->> 'expiresAt', :row ->> 'hash' :from`;

const ATTRIBUTES = `attributes = :row ->> 'attributes', folded = :row ->> 'folded',
    active = :row ->> 'active', version = :row ->> 'version', updated_at = :row ->> 'updatedAt'`;

// SQLite rewrites the index of every column that is assigned, changed or not: hence two statements.
const UPDATE_ATTRIBUTES = `UPDATE users SET ${ATTRIBUTES} :from WHERE users.id = :row ->> 'id'`;

const UPDATE_IDENTITY = `UPDATE users SET ${ATTRIBUTES}, user_name_key = :row ->> 'nameKey',
    external_id = :row ->> 'externalId', source_id = :row ->> 'sourceId', organization_id = :row ->> 'organizationId',
    deleted_at = :row ->> 'deletedAt', expires_at = :row ->> 'expiresAt' :from WHERE users.id = :row ->> 'id'`;

const DELETE_VALUES = deletionOf("user_values", "directory_id, attribute, key, user_id");

const INSERT_VALUES = `INSERT INTO user_values (directory_id, attribute, key, user_id)
  SELECT :row ->> 0, :row ->> 1, :row ->> 2, :row ->> 3 :from`;

const DELETE_UNIQUE = deletionOf("unique_values", "directory_id, kind, key, user_id");

// A value that is its holder's already stays; one that is another's aborts the batch (UNIQUE).
const INSERT_UNIQUE = `INSERT INTO unique_values (directory_id, kind, key, user_id)
  SELECT j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3 FROM :rows
  WHERE NOT EXISTS (SELECT 1 FROM unique_values n WHERE n.directory_id = j.value ->> 0
    AND n.kind = j.value ->> 1 AND n.key = j.value ->> 2 AND n.user_id = j.value ->> 3)`;

const COUNT = `INSERT INTO counters (owner, name, n)
  SELECT :row ->> 0, 'users', :row ->> 1 :from WHERE true
  ON CONFLICT (owner, name) DO UPDATE SET n = n + excluded.n`;

/** IN reads three rows for each one it finds, equality one. */
function deletionOf(table: string, columns: string): { one: string; many: string } {
  const values = ":row ->> 0, :row ->> 1, :row ->> 2, :row ->> 3";
  return {
    one: `DELETE FROM ${table} WHERE (${columns}) = (${values})`,
    many: `DELETE FROM ${table} WHERE (${columns}) IN (SELECT ${values} :from)`,
  };
}

function rowOf({ after }: UserChange): Record<string, unknown> {
  const { attributes } = after;
  const text = JSON.stringify(attributes);
  return {
    id: after.id,
    directoryId: after.directoryId,
    sourceId: after.sourceId,
    organizationId: after.organizationId,
    nameKey: userNameKey(attributes),
    externalId: textOf(attributes, "externalId") ?? null,
    active: attributes["active"] === false ? 0 : 1,
    attributes: text,
    folded: foldedAttributes(attributes, text),
    version: after.version,
    createdAt: after.createdAt,
    updatedAt: after.updatedAt,
    deletedAt: after.deletedAt,
    expiresAt: expiryOf(attributes),
  };
}

function identityChanges({ before, after }: UserChange): boolean {
  if (before === undefined) return false;
  return (
    before.deletedAt !== after.deletedAt ||
    before.sourceId !== after.sourceId ||
    before.organizationId !== after.organizationId ||
    userNameKey(before.attributes) !== userNameKey(after.attributes) ||
    before.attributes["externalId"] !== after.attributes["externalId"] ||
    expiryOf(before.attributes) !== expiryOf(after.attributes)
  );
}

type ValueRow = readonly [directoryId: string, kind: string, key: string, userId: string];

function lookupRows(user: User | undefined): ValueRow[] {
  if (user === undefined || user.deletedAt !== null) return [];
  return lookupValues(user.attributes).map(({ attribute, key }) => [
    user.directoryId,
    attribute,
    key,
    user.id,
  ]);
}

function uniqueRows(user: User | undefined): ValueRow[] {
  if (user === undefined || user.deletedAt !== null) return [];
  const rows = uniqueValues(user.attributes).map(({ kind, key }): ValueRow => [
    user.directoryId,
    kind,
    key,
    user.id,
  ]);
  return rows.filter((row, index) => without([row], rows.slice(0, index)).length > 0);
}

interface ValueChanges {
  readonly gone: readonly ValueRow[];
  readonly come: readonly ValueRow[];
}

function valueChanges(
  changes: readonly UserChange[],
  rowsOf: (user: User | undefined) => readonly ValueRow[],
): ValueChanges {
  const rows = changes.map(({ before, after }) => ({ was: rowsOf(before), is: rowsOf(after) }));
  return {
    gone: rows.flatMap(({ was, is }) => without(was, is)),
    come: rows.flatMap(({ was, is }) => without(is, was)),
  };
}

function without(rows: readonly ValueRow[], others: readonly ValueRow[]): ValueRow[] {
  return rows.filter((row) => !others.some((other) => equalJson([...row], [...other])));
}

/** [organization, how many live users more]. */
function countsOf(changes: readonly UserChange[]): [string, number][] {
  const counts = new Map<string, number>();
  const add = (user: User | undefined, n: number): void => {
    if (user === undefined || user.deletedAt !== null) return;
    counts.set(user.organizationId, (counts.get(user.organizationId) ?? 0) + n);
  };
  for (const { before, after } of changes) {
    add(before, -1);
    add(after, 1);
  }
  return [...counts].filter(([, n]) => n !== 0);
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
