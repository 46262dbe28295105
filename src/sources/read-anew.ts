/**
 * What was changed by hand of what pull sources brought: their next run, a full one, takes these
 * records for changed. Whether somebody is active, and what else is never locked, stays as it is.
 */
import type { Statement } from "../directory/database.ts";
import type { Membership } from "../directory/write-members.ts";
import { rowStatements, type RowChange } from "../directory/write-rows.ts";
import { ownedOfOrganization, ownedOfUser } from "./locks.ts";
import type { ReadOrganization } from "./organization-reads.ts";
import type { Owners } from "./owners.ts";
import type { ReadGroup, ReadUser } from "./snapshot.ts";
import type { Source } from "./source.ts";

/** The rows of a batch that differ, and the memberships that come or go. */
export interface ChangedByHand {
  readonly users: readonly RowChange<ReadUser>[];
  readonly groups: readonly RowChange<ReadGroup>[];
  readonly organizations: readonly RowChange<ReadOrganization>[];
  readonly memberships: readonly Membership[];
}

/** To be written while those who are deleted are still in their groups. What a source writes has no owners. */
export function readAnewStatements(owners: Owners, changed: ChangedByHand): Statement[] {
  const users = touched(owners, changed.users, ownedOfUser);
  const groups = touched(owners, changed.groups, () => [ANYTHING]);
  const organizations = touched(owners, changed.organizations, (_, before, after) =>
    ownedOfOrganization(before, after),
  );
  const sourceOf = new Map(groups.map(({ row, source }) => [row.id, source]));
  const members = changed.memberships.flatMap(({ group, user }) => {
    const source = sourceOf.get(group.id);
    return source === undefined ? [] : [{ row: user, source }];
  });
  const gone = ({ row }: Touched<ReadUser | ReadGroup>): boolean => row.deletedAt !== null;
  return [
    ...rowStatements(forget("users"), [...users, ...members].map(ofSource)),
    ...rowStatements(forget("groups"), groups.map(ofSource)),
    ...rowStatements(forget("organizations"), organizations.map(ofSource)),
    ...rowStatements(FORGET_GROUPS, users.filter(gone).map(ofSource)),
    ...rowStatements(FORGET_MEMBERS, groups.filter(gone).map(ofSource)),
    ...rowStatements(
      "UPDATE data_sources SET watermark = NULL WHERE watermark IS NOT NULL AND id IN (SELECT :row :from)",
      sourcesOf([...users, ...groups, ...organizations]),
    ),
  ];
}

/** A group has nothing that its owner doesn't say. */
const ANYTHING = "/";

interface Row {
  readonly id: string;
  readonly sourceId: string | null;
  readonly deletedAt: number | null;
}

interface Touched<T> {
  readonly row: T;
  readonly source: Source;
}

/** Those of a pull source that were deleted, brought back, or changed in what is the source's. */
function touched<T extends Row>(
  owners: Owners,
  changes: readonly RowChange<T>[],
  owned: (source: Source, before: T, after: T) => readonly string[],
): Touched<T>[] {
  return changes.flatMap(({ before, after }) => {
    const { source, exists } = owners.get(after.sourceId ?? "") ?? {};
    if (before === undefined || source?.mode !== "pull" || exists !== true) return [];
    const isMoot =
      before.deletedAt === after.deletedAt && owned(source, before, after).length === 0;
    return isMoot ? [] : [{ row: after, source }];
  });
}

function ofSource({ row, source }: Touched<{ readonly id: string }>): [string, string] {
  return [row.id, source.id];
}

function sourcesOf(all: readonly Touched<unknown>[]): string[] {
  return [...new Set(all.map(({ source }) => source.id))];
}

/**
 * Before what would be the hash of a record: of a person who is in a group that could not be made.
 * Of a group that has no list, before the name that its people tell and it could not have.
 */
export const UNSETTLED = "unsettled ";

/** Of a group: what it is to be called is not forgotten. */
const IS_KEPT = `upstream_hash <> '' AND upstream_hash NOT GLOB '${UNSETTLED}*'`;

// Empty, not NULL: without one a row would not count among those that the source has brought.
function forget(table: "users" | "groups" | "organizations"): string {
  return `UPDATE ${table} SET upstream_hash = '' WHERE ${table === "groups" ? IS_KEPT : "upstream_hash <> ''"}
    AND (id, source_id) IN (SELECT :row ->> 0, :row ->> 1 :from)`;
}

/** Groups of a pull source that a run deletes somebody of: who comes back is in them again. To be written before that. */
export function rejoinStatements(
  source: Source | undefined,
  users: readonly RowChange<ReadUser>[],
): Statement[] {
  if (source?.mode !== "pull") return [];
  const gone = users.flatMap(({ after: row }) => (row.deletedAt === null ? [] : { row, source }));
  return rowStatements(FORGET_GROUPS, gone.map(ofSource));
}

/** The upstream still names who was deleted among their members. */
const FORGET_GROUPS = `UPDATE groups SET upstream_hash = '' WHERE ${IS_KEPT}
  AND (seq, source_id) IN (SELECT m.group_seq, j.value ->> 1 FROM :rows
    CROSS JOIN users u ON u.id = j.value ->> 0 CROSS JOIN members m ON m.user_seq = u.seq)`;

/** Where groups have no list of their own, their members' records tell of them. */
const FORGET_MEMBERS = `UPDATE users SET upstream_hash = '' WHERE upstream_hash <> ''
  AND (seq, source_id) IN (SELECT m.user_seq, j.value ->> 1 FROM :rows
    CROSS JOIN groups g ON g.id = j.value ->> 0 CROSS JOIN members m ON m.group_seq = g.seq)`;
