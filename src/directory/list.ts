/** Pages of users and of groups, with or without a filter. RFC 7644 §3.4.2. */
import type { ResourceType } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import type { ResolvedFilter } from "../scim/resolve.ts";
import { GROUP, ORGANIZATION, USER } from "../scim/schemas.ts";
import type { ResolvedSort } from "../scim/sort.ts";
import { findCandidates } from "./candidates.ts";
import { membershipBound, scanBound, SCAN_LIMIT, totalOf } from "./counts.ts";
import type { Row, Statement } from "./database.ts";
import { filterCondition } from "./filter-sql.ts";
import { GROUP_COLUMNS } from "./group.ts";
import { walksMemberships } from "./memberships.ts";
import { isBefore, newestPage, type Newest } from "./newest.ts";
import {
  byOrganization,
  isAfter,
  isSortedAfter,
  orderOf,
  sortedOrder,
  sortKey,
  type Position,
} from "./order.ts";
import { joined, Parameters } from "./parameters.ts";
import { columnsOf } from "./resource-columns.ts";
import {
  aliasOf,
  groupListings,
  isSeen,
  listing,
  tableOf,
  type Question,
  type Scope,
} from "./scope.ts";

interface Asked {
  readonly filter?: ResolvedFilter;
  /** What locations begin with; without it a filter on them is `invalidFilter`. */
  readonly base?: string;
}

/** RFC 7644 §3.4.2.4, RFC 9865 §2. */
export interface PageQuery extends Asked {
  readonly sort?: ResolvedSort;
  readonly startIndex: number;
  readonly count: number;
  /** The page begins after it, whatever `startIndex` says. */
  readonly after?: Position;
  /** Users in this order in place of that of lists: a position is then a `seq` alone. */
  readonly order?: Newest;
}

/** The rows that come after a position, or the first ones. */
export interface PageAfterQuery extends Asked {
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface Page {
  readonly total: number;
  /** Rows for parseUser or parseGroup and for positionOf. */
  readonly rows: readonly Row[];
}

/** Skipping costs a row read for each row skipped. */
const OFFSET_LIMIT = 200_000;

/**
 * The statements whose rows `readPage` reads, sorted or in the order of lists: for a source by
 * organization, then `seq`; for a directory by `seq`. Throws `tooMany` and `invalidFilter`.
 */
export function userPage(
  scope: Scope,
  { type = USER, ...query }: PageQuery & { readonly type?: ResourceType },
): readonly Statement[] {
  return page({ type, scope }, query);
}

/** As `userPage`, in the order of `seq`. */
export function groupPage(scope: Scope, query: PageQuery): readonly Statement[] {
  return page({ type: GROUP, scope }, query);
}

/** As `userPage`: for a source in the order of their ids, for a directory of `seq`. */
export function organizationPage(scope: Scope, query: PageQuery): readonly Statement[] {
  return page({ type: ORGANIZATION, scope }, query);
}

/** The statements whose rows `readRows` reads, in the order of lists. Throws `invalidFilter`. */
export function userPageAfter(scope: Scope, query: PageAfterQuery): readonly Statement[] {
  return pageAfter({ type: USER, scope }, query);
}

/** As `userPageAfter`. */
export function groupPageAfter(scope: Scope, query: PageAfterQuery): readonly Statement[] {
  return pageAfter({ type: GROUP, scope }, query);
}

/** As `userPageAfter`. */
export function organizationPageAfter(scope: Scope, query: PageAfterQuery): readonly Statement[] {
  return pageAfter({ type: ORGANIZATION, scope }, query);
}

/** Reads what the statements of a page found, all of them in order. Throws `tooMany`. */
export function readPage(results: readonly (readonly Row[])[]): Page {
  const rows = readRows(results);
  const total = results[0]?.[0]?.["total"];
  if (typeof total !== "number") throw new Error("These are not the rows of a page");
  return { total, rows };
}

/** As `readPage`, where nothing is counted. */
export function readRows(results: readonly (readonly Row[])[]): readonly Row[] {
  const rows = results.flat();
  if (rows.some(({ too_many: tooMany }) => tooMany === 1)) throw tooManyRows();
  return rows.filter(({ id }) => typeof id === "string");
}

type Subject = Pick<Question, "type" | "scope">;

function page(subject: Subject, query: PageQuery): readonly Statement[] {
  const statement = rowsOf(subject, query);
  return isExamined(query) ? [statement] : [total(subject), statement];
}

function pageAfter(subject: Subject, query: PageAfterQuery): readonly Statement[] {
  const { after, limit, ...asked } = query;
  const from = after === undefined ? {} : { after };
  return [rowsOf(subject, { ...asked, startIndex: 1, count: limit, ...from })];
}

function rowsOf(subject: Subject, query: PageQuery): Statement {
  const question = { ...subject, base: query.base, parameters: new Parameters() };
  if (isExamined(query)) return examinedPage(question, query);
  const { after, order, count } = query;
  if (order !== undefined) {
    const offset = after === undefined ? offsetOf(query.startIndex) : 0;
    return newestPage(question, { order, before: after?.[0], offset, count });
  }
  if (subject.type.name === "Group" && subject.scope.groups === "listed") {
    return mergedPage(question, query);
  }
  return after === undefined ? skippingPage(question, query) : pageFrom(question, after, query);
}

/** Otherwise an index has the rows in their order, and a counter their number. */
function isExamined({ filter, sort }: PageQuery): boolean {
  return filter !== undefined || sort !== undefined;
}

function total(subject: Subject): Statement {
  const parameters = new Parameters();
  return parameters.statement(`SELECT ${totalOf({ ...subject, parameters })} AS total`);
}

function skippingPage(question: Question, { startIndex, count }: PageQuery): Statement {
  const { parameters } = question;
  const limit = `LIMIT ${parameters.bind(count)} OFFSET ${parameters.bind(offsetOf(startIndex))}`;
  return parameters.statement(rowsWhere(question, "true", limit));
}

function pageFrom(question: Question, after: Position, { count }: PageQuery): Statement {
  const { parameters } = question;
  const limit = `LIMIT ${parameters.bind(count)}`;
  if (!byOrganization(question)) {
    return parameters.statement(rowsWhere(question, isAfter(after, question), limit));
  }
  const [organization, seq] = after.map((value) => parameters.bind(value));
  const rest = `v.organization_id = ${organization} AND u.seq > ${seq}`;
  const next = `v.organization_id > ${organization}`;
  // One comparison of both would read the organizations passed once more.
  return parameters.statement(`SELECT * FROM (${rowsWhere(question, rest, limit)})
    UNION ALL SELECT * FROM (${rowsWhere(question, next, limit)}) ${limit}`);
}

function rowsWhere(question: Question, condition: string, limit: string): string {
  const { from, where, order } = listing(question);
  return `SELECT ${columnsOf(question)} FROM ${from}
    WHERE ${where} AND ${condition} ORDER BY ${order} ${limit}`;
}

/** Groups of its own and those of others, merged row by row as far as the limit. */
function mergedPage(question: Question, { after, startIndex, count }: PageQuery): Statement {
  const { parameters } = question;
  const [afterSeq = 0] = after ?? [];
  const offset = after === undefined ? offsetOf(startIndex) : 0;
  const selects = groupListings(question).map(
    // Only under the name of its own order does each come out of its index in the order of both.
    ({ from, where, order }) => `SELECT ${order} AS seq, ${GROUP_COLUMNS} FROM ${from}
      WHERE ${where} AND ${order} > ${parameters.bind(afterSeq)}`,
  );
  const limit = `LIMIT ${parameters.bind(count)} OFFSET ${parameters.bind(offset)}`;
  return parameters.statement(`${selects.join(" UNION ALL ")} ORDER BY 1 ${limit}`);
}

/** Throws `tooMany`. */
function offsetOf(startIndex: number): number {
  const offset = Math.max(0, startIndex - 1);
  if (offset > OFFSET_LIMIT) throw tooFar();
  return offset;
}

/**
 * One look at the rows both counts those that satisfy the filter and lists, in order, the `seq` of
 * those that come after the position, of which the slice is taken. Without any there is still a
 * row, for the total.
 */
function examinedPage(question: Question, query: PageQuery): Statement {
  const { sort, after, startIndex, count } = query;
  const { parameters } = question;
  const { rows, tooMany } = examinedRows(question, query);
  const alias = aliasOf(question);
  const first = after === undefined ? Math.max(0, startIndex - 1) : 0;
  const slice = `j.key >= ${parameters.bind(first)} AND j.key < ${parameters.bind(first + count)}`;
  const key = sort === undefined ? "" : `, ${sortKey(sort, question)} AS sort_key`;
  return parameters.statement(`SELECT t.total, t.too_many, ${columnsOf(question)}${key}
    FROM (SELECT count(seq) AS total, ${tooMany} AS too_many,
        json_group_array(seq) FILTER (WHERE seq IS NOT NULL AND later) AS seqs
      FROM (${rows})) t
    LEFT JOIN json_each(t.seqs) j ON ${slice}
    LEFT JOIN ${tableOf(question)} ${alias} ON ${alias}.seq = j.value`);
}

interface Examined {
  /** Its `seq` is null where a row does not satisfy the filter. */
  readonly rows: string;
  readonly tooMany: string;
}

/** A row for each candidate, in order. */
function examinedRows(question: Question, query: PageQuery): Examined {
  const { filter, sort, after } = query;
  const candidates = filter === undefined ? undefined : findCandidates(filter, question);
  const all = listing(question);
  const { from, where } = candidates ?? all;
  const bounds = candidates?.bounds ?? [scanBound(question)];
  const walks = filter !== undefined && walksMemberships(filter, question);
  const readable = joined("AND", walks ? [...bounds, membershipBound(question)] : bounds);
  const conditions = [
    ...(candidates === undefined ? [] : [isSeen(question)]),
    ...(filter === undefined ? [] : [filterCondition(filter, question)]),
  ];
  const seq = `iif(${joined("AND", conditions)}, ${aliasOf(question)}.seq, NULL) AS seq`;
  const found = `FROM ${from} WHERE ${where}`;
  const limit = `LIMIT iif(${readable}, -1, 0)`;
  const order = candidates === undefined ? all.order : orderOf(question);
  return {
    rows:
      sort !== undefined
        ? inSortedOrder(question, { seq, found, limit }, sort, after)
        : query.order !== undefined
          ? `SELECT ${seq}, ${isBefore(question, after?.[0])} AS later ${found} ORDER BY u.seq DESC ${limit}`
          : inListOrder(question, { seq, found, limit, order }, after),
    // Where there were rows, they were readable: the bounds need no second look.
    tooMany: `iif(count(*) = 0, NOT ${readable}, count(*) > ${SCAN_LIMIT})`,
  };
}

/** The parts of a SELECT. */
interface Parts {
  readonly seq: string;
  readonly found: string;
  readonly limit: string;
}

function inListOrder(
  question: Question,
  { seq, found, limit, order }: Parts & { order: string },
  after?: Position,
): string {
  const later = after === undefined ? "1" : isAfter(after, question);
  return `SELECT ${seq}, ${later} AS later ${found} ORDER BY ${order} ${limit}`;
}

function inSortedOrder(
  question: Question,
  { seq, found, limit }: Parts,
  sort: ResolvedSort,
  after?: Position,
): string {
  const later = after === undefined ? "1" : isSortedAfter(after, sort, question);
  const keys = `SELECT ${seq}, ${sortKey(sort, question)} AS key ${found} ${limit}`;
  return `SELECT seq, ${later} AS later FROM (${keys}) ORDER BY ${sortedOrder(sort)} LIMIT -1`;
}

function tooManyRows(): ScimError {
  return new ScimError(
    "tooMany",
    `The query would look at more than ${SCAN_LIMIT} resources: filter by a comparison of an indexed attribute`,
  );
}

function tooFar(): ScimError {
  return new ScimError("tooMany", `"startIndex" is beyond ${OFFSET_LIMIT}: page by "cursor"`);
}
