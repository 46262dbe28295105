/** What is known here of the records of a page, in one read. */
import type { Row, Statement } from "../directory/database.ts";
import { arrayIn, refuse } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { UpstreamType } from "./upstream-page.ts";

/** A row of the source's own that has the external id. */
export interface KnownRow {
  readonly seq: number;
  readonly id: string;
  /** As the record was when it was applied last; empty or `UNSETTLED` where it could not be applied as it is. */
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

export type Known = ReadonlyMap<string, KnownRow>;

const TABLES = { User: "users", Group: "groups", Organization: "organizations" } as const;

/** So many rows are one text, which may have two megabytes: an id has 256 characters, a name many more. */
const TOGETHER = { User: 500, Group: 50, Organization: 500 } as const;

/**
 * Each chunk of the ids is a statement of its own. What is found comes as one row of JSON: taking
 * each for itself costs several times what finding it does.
 */
export function knownStatements(
  type: UpstreamType,
  sourceId: string,
  externalIds: readonly string[],
): Statement[] {
  const parent = type === "Organization" ? "r.parent_id" : "NULL";
  const active = type === "User" ? "r.active" : "0";
  const name = type === "Group" ? "r.attributes ->> 'displayName'" : "NULL";
  const row = `json_array(r.external_id, r.seq, r.id, coalesce(r.upstream_hash, ''), ${active}, ${parent}, ${name})`;
  const select = (known: string) => `SELECT ${known} AS known
    FROM :rows CROSS JOIN ${TABLES[type]} r
      ON r.source_id = ?2 AND r.external_id = j.value AND r.deleted_at IS NULL`;
  const sql = { one: select(`json_array(${row})`), many: select(`json_group_array(${row})`) };
  const ids = [...new Set(externalIds)];
  return chunksOf(ids, TOGETHER[type]).flatMap((chunk) => rowStatements(sql, chunk, sourceId));
}

function chunksOf(ids: readonly string[], size: number): string[][] {
  const chunks = Math.ceil(ids.length / size);
  return Array.from({ length: chunks }, (_, n) => ids.slice(n * size, (n + 1) * size));
}

export function readKnown(rows: readonly Row[]): Known {
  return new Map(rows.flatMap((row) => arrayIn(row, "known").map(knownRowOf)));
}

/** By hand: a page has five hundred of them. */
function knownRowOf(row: unknown): [externalId: string, known: KnownRow] {
  const values: readonly unknown[] = Array.isArray(row) ? row : [];
  const [externalId, seq, id, hash, active, parentId, shown] = values;
  if (typeof externalId !== "string" || typeof seq !== "number") return refuse("known");
  if (typeof id !== "string" || typeof hash !== "string") return refuse("known");
  const parent = typeof parentId === "string" ? parentId : null;
  const name = typeof shown === "string" ? shown : undefined;
  return [externalId, { seq, id, hash, isActive: active === 1, parentId: parent, name }];
}

/** How a record looked when it was applied. */
export interface Applied {
  readonly id: string;
  readonly hash: string;
}

export function hashStatements(type: UpstreamType, rows: readonly Applied[]): Statement[] {
  return rowStatements(
    `UPDATE ${TABLES[type]} SET upstream_hash = :row ->> 'hash' :from
      WHERE ${TABLES[type]}.id = :row ->> 'id'
        AND ${TABLES[type]}.upstream_hash IS NOT :row ->> 'hash'`,
    rows,
  );
}
