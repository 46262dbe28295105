/**
 * All that touched one person, newest first: events of theirs, of their organization and those above
 * it since they came there, of groups that name them or are deleted with them in it, and refusals
 * that do. Groups have no index by member: their newest events are looked through, so many at a
 * time, and the cursor goes on from there.
 */
import { z } from "zod";
import { parseEvent, type EventRow } from "./event-page.ts";
import type { Database, Row, Statement, Value } from "./database.ts";
import { Parameters } from "./parameters.ts";
import { parseRefusal, type RefusalRow } from "./refusal-page.ts";

/** Who is asked about: there may have been several under one name, and one may have had several. */
export interface Person {
  readonly ids: readonly string[];
  /** The organizations they are in, and those above. */
  readonly organizationIds: readonly string[];
  readonly userNameKeys: readonly string[];
  readonly externalIds: readonly string[];
}

export type HistoryItem =
  | { readonly kind: "event"; readonly event: EventRow }
  | { readonly kind: "refusal"; readonly refusal: RefusalRow };

/** Where a list has got to. Of one moment, events come before refusals. */
export const historyPosition = z.tuple([z.int(), z.int(), z.int()]);
export type HistoryPosition = z.infer<typeof historyPosition>;

export const GROUP_EVENT_WINDOW = 2_000;

const EVENT = 1;
const REFUSAL = 0;
const DELETED = "group.deleted";
const GROUP_TYPES = ["group.created", "group.updated", DELETED];
/** So many events of a deleted group are looked at for who was in it. */
const LAST_EVENTS = 200;

interface HistoryQuery {
  readonly directoryId: string;
  readonly person: Person;
  readonly after?: HistoryPosition | undefined;
  readonly limit: number;
}

/** Reads a page in one round trip; it may be short, and still have a next one. */
export async function historyPage(
  db: Database,
  query: HistoryQuery,
): Promise<{ items: readonly HistoryItem[]; next: HistoryPosition | undefined }> {
  const [own = [], refused = [], ...groups] = await db.batch(historyStatements(query));
  const windows = GROUP_TYPES.map((_, index) => groups[index * 2 + 1]?.[0]);
  const ends = windows.flatMap((row) => (row === undefined ? [] : [positionOf(row, EVENT)]));
  const reached = ends.toSorted(newestFirst)[0];
  const members = GROUP_TYPES.flatMap((_, index) => groups[index * 2] ?? []);
  const all = [
    ...[...own, ...members].map((row) => ({ row, position: positionOf(row, EVENT) })),
    ...refused.map((row) => ({ row, position: positionOf(row, REFUSAL) })),
  ].toSorted((a, b) => newestFirst(a.position, b.position));
  const known = all.filter(
    ({ position }) => reached === undefined || newestFirst(position, reached) <= 0,
  );
  const page = known.slice(0, query.limit);
  const next = known.length > query.limit ? page.at(-1)?.position : reached;
  return { items: page.map(({ row, position }) => itemOf(row, position)), next };
}

function itemOf(row: Row, [, kind]: HistoryPosition): HistoryItem {
  return kind === EVENT
    ? { kind: "event", event: parseEvent(row) }
    : { kind: "refusal", refusal: parseRefusal(row) };
}

export function historyStatements(query: HistoryQuery): Statement[] {
  return [
    eventsOf(query),
    refusalsOf(query),
    ...GROUP_TYPES.flatMap((type) => groupEvents(query, type)),
  ];
}

function eventsOf({ person, after, limit, directoryId }: HistoryQuery): Statement {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const ids = bind(JSON.stringify(person.ids));
  const resources = bind(JSON.stringify([...person.ids, ...person.organizationIds]));
  return parameters.statement(`SELECT e.* FROM json_each(${resources}) j
    CROSS JOIN events e ON e.resource_id = j.value
    WHERE e.directory_id = ${bind(directoryId)} AND ${before("e.at", "e.seq", EVENT, after, bind)}
      AND NOT (e.resource_type = 'Organization' AND EXISTS (${arrivals(ids)} AND a.seq > e.seq))
    ORDER BY e.at DESC, e.seq DESC LIMIT ${bind(limit + 1)}`);
}

/** Events by which the people came to where they are, or were. */
function arrivals(ids: string): string {
  return `SELECT 1 FROM json_each(${ids}) p CROSS JOIN events a ON a.resource_id = p.value
    WHERE a.diff ->> '$.diff.organizationId.to' IS NOT NULL`;
}

function refusalsOf({ person, after, limit, directoryId }: HistoryQuery): Statement {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const seqs = (column: string, values: readonly string[]) =>
    `SELECT k.seq FROM json_each(${bind(JSON.stringify(values))}) j
      CROSS JOIN refusals k ON k.${column} = j.value AND k.${column} IS NOT NULL`;
  return parameters.statement(`SELECT r.*, r.first_at AS at FROM refusals r
    WHERE r.seq IN (${seqs("record_id", person.ids)}
      UNION ${seqs("user_name_key", person.userNameKeys)}
      UNION ${seqs("external_id", person.externalIds)})
    AND r.directory_id = ${bind(directoryId)} AND coalesce(r.resource_type, 'User') = 'User'
    AND ${before("r.first_at", "r.seq", REFUSAL, after, bind)}
    ORDER BY r.first_at DESC, r.seq DESC LIMIT ${bind(limit + 1)}`);
}

/** Those of a type in a window that name the person, then where the window ends if it is full. */
function groupEvents({ person, after, limit, directoryId }: HistoryQuery, type: string) {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const range = `FROM events WHERE directory_id = ${bind(directoryId)} AND type = ${bind(type)}
    AND ${before("at", "seq", EVENT, after, bind)} ORDER BY at DESC, seq DESC`;
  const end = parameters.statement(
    `SELECT at, seq ${range} LIMIT 1 OFFSET ${GROUP_EVENT_WINDOW - 1}`,
  );
  const ids = bind(JSON.stringify(person.ids));
  const names = type === DELETED ? WAS_IN : "instr(e.changes, j.value) > 0";
  const sql = `SELECT * FROM (SELECT * ${range} LIMIT ${GROUP_EVENT_WINDOW}) e
    WHERE EXISTS (SELECT 1 FROM json_each(${ids}) j WHERE ${names})
    ORDER BY at DESC, seq DESC LIMIT ${bind(limit + 1)}`;
  return [parameters.statement(sql), end];
}

/**
 * Whether the last event of the group that names somebody took them in: a deletion names nobody,
 * which would cost a row for each member. Who was deleted before it had left by then.
 */
const WAS_IN = `(SELECT instr(coalesce(n.changes ->> '$.removed', ''), j.value) = 0
      AND NOT EXISTS (SELECT 1 FROM events d WHERE d.resource_id = j.value
        AND d.type = 'user.deleted' AND d.seq BETWEEN n.seq AND e.seq)
    FROM (SELECT * FROM events WHERE resource_id = e.resource_id AND at <= e.at
      ORDER BY at DESC, seq DESC LIMIT ${LAST_EVENTS}) n
    WHERE n.seq < e.seq AND instr(n.changes, j.value) > 0
    ORDER BY n.at DESC, n.seq DESC LIMIT 1)`;

/** The condition on what comes after the position; `at` alone is what an index is searched by. */
function before(
  at: string,
  seq: string,
  kind: number,
  after: HistoryPosition | undefined,
  bind: (value: Value) => string,
): string {
  if (after === undefined) return "true";
  const [time, lastKind, lastSeq] = after.map((value) => bind(value));
  return `${at} <= ${time} AND (${at}, ${kind}, ${seq}) < (${time}, ${lastKind}, ${lastSeq})`;
}

function positionOf(row: Row, kind: number): HistoryPosition {
  return [Number(row["at"]), kind, Number(row["seq"])];
}

function newestFirst(a: HistoryPosition, b: HistoryPosition): number {
  return b[0] - a[0] || b[1] - a[1] || b[2] - a[2];
}

/** The people who have, or had when they were deleted, the folded userName; the living first. */
export async function peopleNamed(
  db: Database,
  directoryId: string,
  userNameKey: string,
): Promise<readonly Row[]> {
  const [living = [], gone = []] = await db.batch([
    {
      sql: `SELECT ${PERSON} FROM users u
        WHERE directory_id = ?1 AND user_name_key = ?2 AND deleted_at IS NULL`,
      params: [directoryId, userNameKey],
    },
    {
      sql: `SELECT ${PERSON} FROM data_sources s
        CROSS JOIN users u ON u.source_id = s.id AND u.user_name_key = ?2 AND u.deleted_at IS NOT NULL
        WHERE s.directory_id = ?1 ORDER BY u.deleted_at DESC LIMIT ${PEOPLE_OF_A_NAME}`,
      params: [directoryId, userNameKey],
    },
  ]);
  return [...living, ...gone];
}

const PEOPLE_OF_A_NAME = 10;

// UNION, because a circle must not keep it going.
const PERSON = `u.id, u.user_name_key, u.external_id, u.deleted_at, (
    WITH RECURSIVE up (id) AS (
      SELECT u.organization_id
      UNION
      SELECT o.parent_id FROM up CROSS JOIN organizations o ON o.id = up.id
        WHERE o.parent_id IS NOT NULL)
    SELECT json_group_array(up.id) FROM up) AS organization_ids`;

/** The person of that id, deleted or not; undefined once nothing but events is left. */
export async function personOf(
  db: Database,
  directoryId: string,
  id: string,
): Promise<Row | undefined> {
  const [rows] = await db.batch([
    {
      sql: `SELECT ${PERSON} FROM users u WHERE id = ?2 AND directory_id = ?1`,
      params: [directoryId, id],
    },
  ]);
  return rows?.[0];
}
