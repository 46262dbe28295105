/** The data sources that own what is changed by hand: whether they lock it, and what they claim. */
import type { Row, Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Keys } from "./keys.ts";
import { parseSource, type Source } from "./source.ts";

export interface Owner {
  readonly source: Source;
  /** A deleted one claims what it claimed, and locks nothing. */
  readonly exists: boolean;
}

export type Owners = ReadonlyMap<string, Owner>;

export const NO_OWNERS: Owners = new Map();

/** The statements whose rows `parseOwners` reads. */
export function ownerReads({ userIds, groupIds, organizationIds }: Keys): Statement[] {
  return [
    ...rowStatements(ownersOf("users"), [...userIds]),
    ...rowStatements(ownersOf("groups"), [...groupIds]),
    ...rowStatements(ownersOf("organizations"), [...organizationIds]),
  ];
}

function ownersOf(table: "users" | "groups" | "organizations"): string {
  return `SELECT s.* FROM :rows CROSS JOIN ${table} r ON r.id = j.value
    CROSS JOIN data_sources s ON s.id = r.source_id`;
}

export function parseOwners(rows: readonly Row[]): Owners {
  return new Map(
    rows.map((row) => {
      const source = parseSource(row);
      return [source.id, { source, exists: row["deleted_at"] === null }];
    }),
  );
}

/** The owner whose fields nobody else may change. */
export function lockingOwner(owners: Owners, sourceId: string | null): Source | undefined {
  const owner = sourceId === null ? undefined : owners.get(sourceId);
  return owner?.exists && owner.source.status === "enabled" ? owner.source : undefined;
}

/** Aborts the batch where an owner was enabled, deleted or configured in another way since it was read. */
export function assertOwners(owners: Owners): Statement[] {
  if (owners.size === 0) return [];
  const expected = [...owners.values()].map(({ source, exists }) => [
    source.id,
    source.configVersion,
    exists ? 1 : 0,
  ]);
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
        SELECT 1 FROM json_each(?1) j LEFT JOIN data_sources s ON s.id = j.value ->> 0
        WHERE s.config_version IS NOT j.value ->> 1 OR (s.deleted_at IS NULL) <> j.value ->> 2)`,
      params: [JSON.stringify(expected)],
    },
  ];
}
