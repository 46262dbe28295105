/** Groups and their members into rows. */
import type { Statement } from "./database.ts";
import { groupNameKey, type Group } from "./group.ts";
import { foldedAttributes, textOf } from "./user.ts";
import { assertVersions, rowStatements, type RowChange } from "./write-rows.ts";

type GroupChange = RowChange<Group>;

/** The statements that bring groups, without their members, from before to after. */
export function groupStatements(changes: readonly GroupChange[]): Statement[] {
  const stored = changes.filter(({ before }) => before !== undefined);
  const created = changes.filter(({ before }) => before === undefined);
  const renamed = stored.filter(identityChanges);
  const same = stored.filter((change) => !identityChanges(change));
  const deleted = stored.filter(({ after }) => after.deletedAt !== null);
  return [
    ...assertVersions(
      "groups",
      stored.map(({ before, after }) => [after.id, before?.version ?? 0]),
    ),
    ...rowStatements(UPDATE_ATTRIBUTES, same.map(rowOf)),
    ...rowStatements(UPDATE_IDENTITY, renamed.map(rowOf)),
    ...rowStatements(INSERT, created.map(rowOf)),
    ...rowStatements(
      DELETE_MEMBERS,
      deleted.map(({ after }) => after.id),
    ),
    ...rowStatements(
      LEAVE_SCOPES,
      deleted.map(({ after }) => after.id),
    ),
    ...rowStatements(COUNT, countsOf(changes)),
  ];
}

const INSERT = `INSERT INTO groups (id, directory_id, source_id, name_key, external_id, attributes,
    folded, member_count, version, created_at, updated_at, deleted_at)
  SELECT :row ->> 'id', :row ->> 'directoryId', :row ->> 'sourceId', :row ->> 'nameKey',
    :row ->> 'externalId', :row ->> 'attributes', :row ->> 'folded', :row ->> 'memberCount',
    :row ->> 'version', :row ->> 'createdAt', :row ->> 'updatedAt', :row ->> 'deletedAt' :from`;

const ATTRIBUTES = `attributes = :row ->> 'attributes', folded = :row ->> 'folded',
    member_count = :row ->> 'memberCount', version = :row ->> 'version',
    updated_at = :row ->> 'updatedAt'`;

const UPDATE_ATTRIBUTES = `UPDATE groups SET ${ATTRIBUTES} :from WHERE groups.id = :row ->> 'id'`;

const UPDATE_IDENTITY = `UPDATE groups SET ${ATTRIBUTES}, name_key = :row ->> 'nameKey',
    external_id = :row ->> 'externalId', deleted_at = :row ->> 'deletedAt'
  :from WHERE groups.id = :row ->> 'id'`;

const DELETE_MEMBERS = `DELETE FROM members WHERE group_seq IN (
    SELECT g.seq FROM :rows CROSS JOIN groups g ON g.id = j.value)`;

// Applications keep theirs: a change feed still has to tell them of the deletion.
const LEAVE_SCOPES = `DELETE FROM scope_groups WHERE group_seq IN (
    SELECT g.seq FROM :rows CROSS JOIN groups g ON g.id = j.value)
  AND EXISTS (SELECT 1 FROM data_sources d WHERE d.id = scope_groups.source_id)`;

const COUNT = `INSERT INTO counters (owner, name, n)
  SELECT :row ->> 0, 'groups', :row ->> 1 :from WHERE true
  ON CONFLICT (owner, name) DO UPDATE SET n = n + excluded.n`;

function rowOf({ after }: GroupChange): Record<string, unknown> {
  const { attributes } = after;
  return {
    id: after.id,
    directoryId: after.directoryId,
    sourceId: after.sourceId,
    nameKey: groupNameKey(attributes),
    externalId: textOf(attributes, "externalId") ?? null,
    attributes: JSON.stringify(attributes),
    folded: foldedAttributes(attributes),
    memberCount: after.memberCount,
    version: after.version,
    createdAt: after.createdAt,
    updatedAt: after.updatedAt,
    deletedAt: after.deletedAt,
  };
}

function identityChanges({ before, after }: GroupChange): boolean {
  if (before === undefined) return false;
  return (
    before.deletedAt !== after.deletedAt ||
    groupNameKey(before.attributes) !== groupNameKey(after.attributes) ||
    before.attributes["externalId"] !== after.attributes["externalId"]
  );
}

/** [source, or the directory where nobody owns them, how many live groups more]. */
function countsOf(changes: readonly GroupChange[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    const n = live(after) - (before === undefined ? 0 : live(before));
    const owner = after.sourceId ?? after.directoryId;
    counts.set(owner, (counts.get(owner) ?? 0) + n);
  }
  return [...counts].filter(([, n]) => n !== 0);
}

function live({ deletedAt }: Group): number {
  return deletedAt === null ? 1 : 0;
}
