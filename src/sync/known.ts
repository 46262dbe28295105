/** What is known here of the records of a page, in one read. */
import type { Row, Statement } from "../directory/database.ts";
import { numberIn, textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { UpstreamType } from "./upstream-page.ts";

/** A row of the source's own that has the external id. */
export interface KnownRow {
  readonly seq: number;
  readonly id: string;
  /** As the record was when it was applied last; empty where it could not be applied as it is. */
  readonly hash: string;
  /** Of a person: whether they are active. */
  readonly isActive: boolean;
  /** Of an organization. */
  readonly parentId: string | null;
  /** Of a group. */
  readonly name?: string | undefined;
}

/** Of what a dry run would have made: no row of the database comes after it. */
export const PLANNED_SEQ = Infinity;

export function plannedKey(type: UpstreamType, externalId: string): string {
  return `${type} ${externalId}`;
}

export type Known = ReadonlyMap<string, KnownRow>;

const TABLES = { User: "users", Group: "groups", Organization: "organizations" } as const;

/** Each chunk of the ids is a statement of its own. */
export function knownStatements(
  type: UpstreamType,
  sourceId: string,
  externalIds: readonly string[],
): Statement[] {
  const parent = type === "Organization" ? "r.parent_id" : "NULL";
  const active = type === "User" ? "r.active" : "0";
  const name = type === "Group" ? "r.attributes ->> 'displayName'" : "NULL";
  return rowStatements(
    `SELECT r.seq, r.id, r.external_id, coalesce(r.upstream_hash, '') AS hash, ${parent} AS parent_id,
        ${active} AS active, ${name} AS name
      FROM :rows CROSS JOIN ${TABLES[type]} r
        ON r.source_id = ?2 AND r.external_id = j.value AND r.deleted_at IS NULL`,
    [...new Set(externalIds)],
    sourceId,
  );
}

export function readKnown(rows: readonly Row[]): Known {
  return new Map(
    rows.map((row) => [
      textIn(row, "external_id"),
      {
        seq: numberIn(row, "seq"),
        id: textIn(row, "id"),
        hash: textIn(row, "hash"),
        isActive: row["active"] === 1,
        parentId: typeof row["parent_id"] === "string" ? row["parent_id"] : null,
        name: typeof row["name"] === "string" ? row["name"] : undefined,
      },
    ]),
  );
}

/** How a record looked when it was applied. */
export interface Applied {
  readonly id: string;
  readonly hash: string;
}

export function hashStatements(type: UpstreamType, rows: readonly Applied[]): Statement[] {
  return rowStatements(
    `UPDATE ${TABLES[type]} SET upstream_hash = :row ->> 'hash' :from
      WHERE ${TABLES[type]}.id = :row ->> 'id'`,
    rows,
  );
}
