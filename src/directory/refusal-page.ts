/** Lists of refusals, newest first: by the hour, and in it by when the first of the kind came. */
import { z } from "zod";
import type { Database, Statement, Value } from "./database.ts";
import { Parameters } from "./parameters.ts";

export interface RefusalPosition {
  readonly hour: number;
  readonly seq: number;
}

export interface RefusalQuery {
  readonly directoryId: string;
  readonly sourceId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly actor?: string | undefined;
  readonly code?: string | undefined;
  readonly resourceType?: string | undefined;
  /** Epoch milliseconds, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly after?: RefusalPosition | undefined;
  readonly limit: number;
}

const refusalRow = z.object({
  seq: z.number(),
  source_id: z.string(),
  hour: z.number(),
  operation: z.string(),
  code: z.string(),
  path: z.string(),
  record: z.string(),
  resource_type: z.string().nullable(),
  record_id: z.string().nullable(),
  user_name_key: z.string().nullable(),
  external_id: z.string().nullable(),
  n: z.number(),
  first_at: z.number(),
  last_at: z.number(),
  actor: z.string(),
  request_id: z.string(),
  detail: z.string(),
});
export type RefusalRow = z.infer<typeof refusalRow>;

/** So many are looked at for one page: a source's of ten hours at least. */
export const REFUSAL_WINDOW = 5_000;

/** As `EventPage`, with one round trip. */
export async function refusalPage(
  db: Database,
  query: RefusalQuery,
): Promise<{ refusals: readonly RefusalRow[]; next: RefusalPosition | undefined }> {
  const [found = [], [end] = []] = await db.batch(refusalStatements(query));
  const rows = found.map((row) => refusalRow.parse(row));
  const refusals = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? refusals.at(-1) : undefined;
  if (last !== undefined) return { refusals, next: { hour: last.hour, seq: last.seq } };
  return { refusals, next: end && { hour: Number(end["hour"]), seq: Number(end["seq"]) } };
}

export function refusalStatements(query: RefusalQuery): Statement[] {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const { directoryId, sourceId, from = 0, to = Number.MAX_SAFE_INTEGER, after } = query;
  const owner =
    sourceId === undefined
      ? `directory_id = ${bind(directoryId)}`
      : `source_id = ${bind(sourceId)}`;
  const before =
    after === undefined ? "" : `AND (hour, seq) < (${bind(after.hour)}, ${bind(after.seq)})`;
  // An hour holds what began in it, so the hour of `from` begins before it.
  const range = `FROM refusals WHERE ${owner} AND hour BETWEEN ${bind(from - 3_600_000)} AND ${bind(to)}
    ${before} ORDER BY hour DESC, seq DESC`;
  const end = parameters.statement(
    `SELECT hour, seq ${range} LIMIT 1 OFFSET ${REFUSAL_WINDOW - 1}`,
  );
  const asked: readonly (readonly [string, Value | undefined])[] = [
    ["directory_id", directoryId],
    ["record_id", query.recordId],
    ["actor", query.actor],
    ["code", query.code],
    ["resource_type", query.resourceType],
  ];
  const rest = asked.flatMap(([column, value]) =>
    value === undefined ? [] : [`AND ${column} = ${bind(value)}`],
  );
  const sql = `SELECT * FROM (SELECT * ${range} LIMIT ${REFUSAL_WINDOW})
    WHERE last_at >= ${bind(from)} AND first_at <= ${bind(to)} ${rest.join(" ")}
    ORDER BY hour DESC, seq DESC LIMIT ${bind(query.limit + 1)}`;
  return [parameters.statement(sql), end];
}

export function parseRefusal(row: unknown): RefusalRow {
  return refusalRow.parse(row);
}
