/**
 * The list of events, newest first. Every filter is answered from an index in the order of the
 * list: what was done to a record, what an admin or an application did, what concerns a source, and else by type.
 * What is asked beside that is looked for among so many rows at most; the page then may be short,
 * and its cursor goes on from there.
 */
import { z } from "zod";
import type { Database, Row, Statement, Value } from "./database.ts";
import { EVENT_TYPES, type EventType } from "./events.ts";
import { Parameters } from "./parameters.ts";

/** Where a list has got to: events after this one in its order. */
export interface EventPosition {
  readonly at: number;
  readonly seq: number;
}

export interface EventQuery {
  readonly directoryId: string;
  readonly sourceId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly actor?: string | undefined;
  /** Undefined for all. */
  readonly types?: readonly EventType[] | undefined;
  /** Epoch milliseconds, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly after?: EventPosition | undefined;
  readonly limit: number;
}

export interface EventPage {
  readonly events: readonly EventRow[];
  /** Where the next page begins; undefined at the end. */
  readonly next: EventPosition | undefined;
}

/** So many events are looked at for one page. */
export const EVENT_WINDOW = 2_000;

const eventRow = z.object({
  seq: z.number(),
  at: z.number(),
  type: z.string(),
  source_id: z.string().nullable(),
  resource_type: z.string(),
  resource_id: z.string(),
  actor: z.string(),
  request_id: z.string(),
  changes: z.string(),
  diff: z.string().nullable(),
  version: z.number().nullable(),
});
export type EventRow = z.infer<typeof eventRow>;

export function parseEvent(row: Row): EventRow {
  return eventRow.parse(row);
}

/** The directory's event of that number. */
export async function findEvent(
  db: Database,
  directoryId: string,
  seq: number,
): Promise<EventRow | undefined> {
  const [rows] = await db.batch([
    {
      sql: `SELECT ${COLUMNS} FROM events e WHERE e.seq = ?1 AND e.directory_id = ?2`,
      params: [seq, directoryId],
    },
  ]);
  return rows?.[0] && parseEvent(rows[0]);
}

/** Reads a page in one round trip. */
export async function eventPage(db: Database, query: EventQuery): Promise<EventPage> {
  const [found = [], ends = []] = await db.batch(eventStatements(query));
  const rows = found.map((row) => eventRow.parse(row));
  const events = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? events.at(-1) : positionOf(ends[0]);
  return { events, next: last && { at: last.at, seq: last.seq } };
}

/** The statement of the page, with one row more than asked for; then where its window ends. */
export function eventStatements(query: EventQuery): Statement[] {
  const range = rangeOf(query);
  return range === undefined ? [byTypes(query)] : inWindow(query, range);
}

interface Range {
  readonly column: "resource_id" | "actor" | "source_id";
  readonly value: string;
}

/** The narrowest index first: a record has few events, an admin fewer than a source. */
function rangeOf({ resourceId, actor, sourceId }: EventQuery): Range | undefined {
  if (resourceId !== undefined) return { column: "resource_id", value: resourceId };
  if (actor !== undefined && hasIndex(actor)) return { column: "actor", value: actor };
  if (sourceId !== undefined) return { column: "source_id", value: sourceId };
  return undefined;
}

export function isAdmin(actor: string): boolean {
  return actor.startsWith("key_");
}

/** Whether the actor is one whose events have an index; a token's are found by its source. */
export function hasIndex(actor: string): boolean {
  return isAdmin(actor) || isApplication(actor);
}

function isApplication(actor: string): boolean {
  return actor.startsWith("app_");
}

// A partial index serves only a query that repeats its condition.
const ADMINS = "AND actor >= 'key_' AND actor < 'key`'";
const APPLICATIONS = "AND actor >= 'app_' AND actor < 'app`'";

const COLUMNS = `e.seq, e.at, e.type, e.source_id, e.resource_type, e.resource_id, e.actor,
    e.request_id, e.changes, e.diff, e.version`;
const ORDER = "ORDER BY at DESC, seq DESC";

/** Each type's newest from the index of types, then the newest of these. */
function byTypes(query: EventQuery): Statement {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const types = bind(JSON.stringify(query.types ?? EVENT_TYPES));
  const limit = bind(query.limit + 1);
  const sql = `SELECT ${COLUMNS} FROM json_each(${types}) t CROSS JOIN events e
    WHERE e.seq IN (
      SELECT seq FROM events
      WHERE directory_id = ${bind(query.directoryId)} AND type = t.value AND ${inTime(query, bind)}
      ${ORDER} LIMIT ${limit})
    ORDER BY e.at DESC, e.seq DESC LIMIT ${limit}`;
  return parameters.statement(sql);
}

function inWindow(query: EventQuery, { column, value }: Range): Statement[] {
  const parameters = new Parameters();
  const bind = (one: Value) => parameters.bind(one);
  const indexed = column !== "actor" ? "" : isApplication(value) ? APPLICATIONS : ADMINS;
  const range = `FROM events WHERE ${column} = ${bind(value)} ${indexed} AND ${inTime(query, bind)} ${ORDER}`;
  const end = parameters.statement(`SELECT at, seq ${range} LIMIT 1 OFFSET ${EVENT_WINDOW - 1}`);
  const rest = [
    `e.directory_id = ${bind(query.directoryId)}`,
    ...(query.sourceId === undefined ? [] : [`e.source_id = ${bind(query.sourceId)}`]),
    ...(query.actor === undefined ? [] : [`e.actor = ${bind(query.actor)}`]),
    ...(query.types === undefined
      ? []
      : [`e.type IN (SELECT value FROM json_each(${bind(JSON.stringify(query.types))}))`]),
  ];
  const sql = `SELECT ${COLUMNS} FROM (SELECT * ${range} LIMIT ${EVENT_WINDOW}) e
    WHERE ${rest.join(" AND ")} ${ORDER} LIMIT ${bind(query.limit + 1)}`;
  return [parameters.statement(sql), end];
}

/** The condition on the time and, behind the first page, on the position. */
function inTime({ from = 0, to, after }: EventQuery, bind: (value: Value) => string): string {
  const until = Math.min(to ?? Number.MAX_SAFE_INTEGER, after?.at ?? Number.MAX_SAFE_INTEGER);
  const between = `at BETWEEN ${bind(from)} AND ${bind(until)}`;
  if (after === undefined) return between;
  return `${between} AND (at, seq) < (${bind(after.at)}, ${bind(after.seq)})`;
}

function positionOf(row: Row | undefined): EventPosition | undefined {
  return row && { at: Number(row["at"]), seq: Number(row["seq"]) };
}
