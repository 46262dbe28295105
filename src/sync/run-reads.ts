/** Runs and what they did record by record, as admins read them. */
import { z } from "zod";
import type { Database, Row, Statement, Value } from "../directory/database.ts";
import { Parameters } from "../directory/parameters.ts";
import {
  ACTIONS,
  parseRun,
  RESULTS,
  type Action,
  type RecordResult,
  type Run,
  type RunStatus,
} from "./run.ts";

/** So many rows are looked at for one page of a list with filters. */
const WINDOW = 2_000;

export type RunPosition = readonly [createdAt: number, id: string];

export interface RunQuery {
  readonly directoryId: string;
  readonly sourceId?: string | undefined;
  readonly status?: RunStatus | undefined;
  /** Runs before this one. */
  readonly before?: RunPosition | undefined;
  readonly limit: number;
}

export async function findRun(db: Database, id: string): Promise<Run | undefined> {
  const [rows] = await db.batch([{ sql: "SELECT * FROM runs WHERE id = ?1", params: [id] }]);
  return rows?.[0] && parseRun(rows[0]);
}

/** The run of the source that is queued or running: there is one at most. */
export async function unfinishedRun(db: Database, sourceId: string): Promise<Run | undefined> {
  const sql = "SELECT * FROM runs WHERE source_id = ?1 AND status IN ('queued', 'running')";
  const [rows] = await db.batch([{ sql, params: [sourceId] }]);
  return rows?.[0] && parseRun(rows[0]);
}

export interface Page<T, P> {
  readonly rows: readonly T[];
  /** Where the next page begins; undefined at the end. */
  readonly next: P | undefined;
}

/** Newest first; a page may be short, and still have a next one. */
export async function runPage(db: Database, query: RunQuery): Promise<Page<Run, RunPosition>> {
  const [found = [], [end] = []] = await db.batch(runStatements(query));
  const rows = found.slice(0, query.limit).map(parseRun);
  const last = found.length > query.limit ? rows.at(-1) : end && parseRun(end);
  return { rows, next: last && [last.createdAt, last.id] };
}

const BEHIND_ALL = "run_~";

function runStatements({ sourceId, ...query }: RunQuery): Statement[] {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const [createdAt, id] = query.before ?? [Number.MAX_SAFE_INTEGER, BEHIND_ALL];
  // Ids begin with the time too: of one source they stand in an index, of all they are the key.
  const [order, before] =
    sourceId === undefined
      ? ["r.id DESC", `r.id < ${bind(id)}`]
      : [
          "r.created_at DESC, r.id DESC",
          `r.source_id = ${bind(sourceId)} AND (r.created_at, r.id) < (${bind(createdAt)}, ${bind(id)})`,
        ];
  const range = `FROM runs r WHERE ${before} ORDER BY ${order}`;
  const end = parameters.statement(`SELECT r.* ${range} LIMIT 1 OFFSET ${WINDOW - 1}`);
  const status = query.status === undefined ? "" : `AND r.status = ${bind(query.status)}`;
  const sql = `SELECT r.* FROM (SELECT r.* ${range} LIMIT ${WINDOW}) r
    JOIN data_sources s ON s.id = r.source_id AND +s.directory_id = ${bind(query.directoryId)}
    WHERE true ${status} ORDER BY ${order} LIMIT ${bind(query.limit + 1)}`;
  return [parameters.statement(sql), end];
}

export interface RunRecord {
  readonly n: number;
  readonly resourceType: "Organization" | "User" | "Group";
  readonly externalId: string | null;
  readonly resourceId: string | null;
  readonly name: string | null;
  readonly action: Action;
  readonly result: RecordResult;
  readonly code: string | null;
  readonly path: string | null;
  readonly detail: string | null;
  /** Before and after, as it is kept: JSON. */
  readonly diff: string | null;
  readonly at: number;
}

const recordRow = z.object({
  n: z.number(),
  resource_type: z.enum(["Organization", "User", "Group"]),
  external_id: z.string().nullable(),
  resource_id: z.string().nullable(),
  name: z.string().nullable(),
  action: z.enum(ACTIONS),
  result: z.enum(RESULTS),
  code: z.string().nullable(),
  path: z.string().nullable(),
  detail: z.string().nullable(),
  diff: z.string().nullable(),
  at: z.number(),
});

function parseRecord(row: Row): RunRecord {
  const { resource_type, external_id, resource_id, ...same } = recordRow.parse(row);
  return {
    ...same,
    resourceType: resource_type,
    externalId: external_id,
    resourceId: resource_id,
  };
}

export interface RecordQuery {
  readonly runId: string;
  readonly result?: RecordResult | undefined;
  readonly resourceType?: RunRecord["resourceType"] | undefined;
  readonly after: number;
  readonly limit: number;
}

/** In the order in which they came; a page may be short, and still have a next one. */
export async function recordPage(
  db: Database,
  query: RecordQuery,
): Promise<Page<RunRecord, number>> {
  const [found = [], [end] = []] = await db.batch(recordStatements(query));
  const rows = found.slice(0, query.limit).map(parseRecord);
  if (found.length > query.limit) return { rows, next: rows.at(-1)?.n };
  return { rows, next: end && Number(end["n"]) };
}

function recordStatements({ runId, result, resourceType, after, limit }: RecordQuery): Statement[] {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const own = result === undefined ? "" : `AND result = ${bind(result)}`;
  const range = `FROM run_records WHERE run_id = ${bind(runId)} ${own} AND n > ${bind(after)} ORDER BY n`;
  const end = parameters.statement(`SELECT n ${range} LIMIT 1 OFFSET ${WINDOW - 1}`);
  const type = resourceType === undefined ? "" : `WHERE resource_type = ${bind(resourceType)}`;
  const sql = `SELECT * FROM (SELECT * ${range} LIMIT ${WINDOW}) ${type}
    ORDER BY n LIMIT ${bind(limit + 1)}`;
  return [parameters.statement(sql), end];
}
