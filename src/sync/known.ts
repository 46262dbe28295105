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
  /** Of an organization. */
  readonly parentId: string | null;
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
  return rowStatements(
    `SELECT r.seq, r.id, r.external_id, coalesce(r.upstream_hash, '') AS hash, ${parent} AS parent_id
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
        parentId: typeof row["parent_id"] === "string" ? row["parent_id"] : null,
      },
    ]),
  );
}

/** People by their ids upstream, which groups have among their members. */
export function memberStatements(sourceId: string, upstreamIds: readonly string[]): Statement[] {
  const ids = [...new Set(upstreamIds)];
  const find = (column: string, isOne: string) =>
    rowStatements(
      `SELECT r.seq, r.id, r.${column} AS external_id, '' AS hash, NULL AS parent_id
        FROM :rows CROSS JOIN users r
          ON r.source_id = ?2 AND r.${column} = j.value AND r.deleted_at IS NULL AND ${isOne}`,
      ids,
      sourceId,
    );
  return [
    ...find("external_id", "r.upstream_id IS NULL"),
    ...find("upstream_id", "r.upstream_id IS NOT NULL"),
  ];
}

/** How a record looked when it was applied. */
export interface Applied {
  readonly id: string;
  readonly hash: string;
  /** Of a person whose label is another one; undefined leaves it as it is. */
  readonly upstreamId?: string | null;
}

export function hashStatements(type: UpstreamType, rows: readonly Applied[]): Statement[] {
  const isTold = type === "User" && rows.some(({ upstreamId }) => upstreamId !== undefined);
  const name = isTold ? ", upstream_id = :row ->> 'upstreamId'" : "";
  return rowStatements(
    `UPDATE ${TABLES[type]} SET upstream_hash = :row ->> 'hash'${name} :from
      WHERE ${TABLES[type]}.id = :row ->> 'id'`,
    rows,
  );
}
