/** Pages of users and of groups, with or without a filter. RFC 7644 §3.4.2. */
import { ScimError } from "../scim/error.ts";
import type { ResolvedFilter } from "../scim/resolve.ts";
import { GROUP, USER } from "../scim/schemas.ts";
import { findCandidates } from "./candidates.ts";
import { membershipBound, scanBound, SCAN_LIMIT, totalOf } from "./counts.ts";
import type { Row, Statement } from "./database.ts";
import { filterCondition } from "./filter-sql.ts";
import { GROUP_COLUMNS } from "./group.ts";
import { walksMemberships } from "./memberships.ts";
import { joined, Parameters } from "./parameters.ts";
import {
  aliasOf,
  listing,
  seesGroup,
  seesUser,
  tableOf,
  type DirectoryScope,
  type Question,
  type Scope,
} from "./scope.ts";
import { USER_COLUMNS } from "./user.ts";

interface Filtered {
  readonly filter?: ResolvedFilter;
  /** What locations begin with; without it a filter on them is `invalidFilter`. */
  readonly base?: string;
}

/** RFC 7644 §3.4.2.4. */
export interface PageQuery extends Filtered {
  readonly startIndex: number;
  readonly count: number;
}

/** The rows that come after `afterSeq`, which is 0 at first and then the `seq` of the last row. */
export interface PageAfterQuery extends Filtered {
  readonly afterSeq: number;
  readonly limit: number;
}

export interface Page {
  readonly total: number;
  /** Rows for parseUser or parseGroup, with their `seq`. */
  readonly rows: readonly Row[];
}

/** Skipping costs a row read for each row skipped. */
const OFFSET_LIMIT = 200_000;

/**
 * The statements whose rows `readPage` reads, in the order of lists: for a source by organization,
 * then `seq`; for a directory by `seq`. Throws `tooMany` and `invalidFilter`.
 */
export function userPage(scope: Scope, query: PageQuery): readonly Statement[] {
  return page({ type: USER, scope }, query);
}

/** As `userPage`, in the order of `seq`. */
export function groupPage(scope: Scope, query: PageQuery): readonly Statement[] {
  return page({ type: GROUP, scope }, query);
}

/** The statements whose rows `readRows` reads, in the order of `seq`. Throws `invalidFilter`. */
export function userPageAfter(scope: DirectoryScope, query: PageAfterQuery): readonly Statement[] {
  return pageAfter({ type: USER, scope }, query);
}

/** As `userPageAfter`. */
export function groupPageAfter(scope: DirectoryScope, query: PageAfterQuery): readonly Statement[] {
  return pageAfter({ type: GROUP, scope }, query);
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
  const { filter, base, count } = query;
  const offset = Math.max(0, query.startIndex - 1);
  const question = { ...subject, base, parameters: new Parameters() };
  const { parameters } = question;
  if (filter !== undefined) {
    const first = parameters.bind(offset);
    const end = parameters.bind(offset + count);
    return [filteredRows(filter, question, `j.key >= ${first} AND j.key < ${end}`)];
  }
  if (offset > OFFSET_LIMIT) throw tooFar();
  const limit = `LIMIT ${parameters.bind(count)} OFFSET ${parameters.bind(offset)}`;
  return [total(subject), allRows(question, limit)];
}

function pageAfter(subject: Subject, query: PageAfterQuery): readonly Statement[] {
  const { filter, base, afterSeq, limit } = query;
  const question = { ...subject, base, parameters: new Parameters() };
  const after = question.parameters.bind(afterSeq);
  const end = `LIMIT ${question.parameters.bind(limit)}`;
  return filter === undefined
    ? [allRows(question, end, `${aliasOf(subject)}.seq > ${after}`)]
    : [filteredRows(filter, question, `j.value > ${after}`, end)];
}

function total(subject: Subject): Statement {
  const parameters = new Parameters();
  return parameters.statement(`SELECT ${totalOf({ ...subject, parameters })} AS total`);
}

function allRows(question: Question, limit: string, condition = "true"): Statement {
  const { from, where, order } = listing(question);
  return question.parameters.statement(`SELECT ${columnsOf(question)} FROM ${from}
    WHERE ${where} AND ${condition} ORDER BY ${order} ${limit}`);
}

/**
 * One look at the rows both counts those that satisfy the filter and lists their `seq`, of which
 * the slice is taken. Without any there is still a row, for the total.
 */
function filteredRows(
  filter: ResolvedFilter,
  question: Question,
  slice: string,
  limit = "",
): Statement {
  const { rows, tooMany } = examinedRows(filter, question);
  const alias = aliasOf(question);
  return question.parameters.statement(`SELECT t.total, t.too_many, ${columnsOf(question)}
    FROM (SELECT count(seq) AS total, ${tooMany} AS too_many,
        json_group_array(seq) FILTER (WHERE seq IS NOT NULL) AS seqs
      FROM (${rows})) t
    LEFT JOIN json_each(t.seqs) j ON ${slice}
    LEFT JOIN ${tableOf(question)} ${alias} ON ${alias}.seq = j.value ${limit}`);
}

/** A row for each candidate, in order; its `seq` is null where it does not satisfy the filter. */
function examinedRows(
  filter: ResolvedFilter,
  question: Question,
): { rows: string; tooMany: string } {
  const candidates = findCandidates(filter, question);
  const all = listing(question);
  const { from, where } = candidates ?? all;
  const order = candidates === undefined ? all.order : candidateOrder(question);
  const bounds = [
    ...(candidates?.bounds ?? [scanBound(question)]),
    ...(walksMemberships(filter, question) ? [membershipBound(question)] : []),
  ];
  const conditions = [
    ...(candidates === undefined ? [] : [isVisible(question)]),
    filterCondition(filter, question),
  ];
  const alias = aliasOf(question);
  const readable = joined("AND", bounds);
  return {
    rows: `SELECT iif(${joined("AND", conditions)}, ${alias}.seq, NULL) AS seq
      FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT iif(${readable}, -1, 0)`,
    // Where there were rows, they were readable: the bounds need no second look.
    tooMany: `iif(count(*) = 0, NOT ${readable}, count(*) > ${SCAN_LIMIT})`,
  };
}

/** The order of `listing`, said of the rows themselves. */
function candidateOrder({ type, scope }: Question): string {
  if (type.name === "Group") return "g.seq";
  return scope.sourceId === undefined ? "u.seq" : "u.organization_id, u.seq";
}

function isVisible(question: Question): string {
  return question.type.name === "User"
    ? `u.deleted_at IS NULL AND ${seesUser(question, "u")}`
    : `g.deleted_at IS NULL AND ${seesGroup(question, "g")}`;
}

function columnsOf({ type }: Question): string {
  return type.name === "User" ? `u.seq, ${USER_COLUMNS}` : `g.seq, ${GROUP_COLUMNS}`;
}

function tooManyRows(): ScimError {
  return new ScimError(
    "tooMany",
    `The filter would look at more than ${SCAN_LIMIT} resources: add a comparison of an indexed attribute`,
  );
}

function tooFar(): ScimError {
  return new ScimError(
    "tooMany",
    `"startIndex" is beyond ${OFFSET_LIMIT}: narrow the list by a filter`,
  );
}
