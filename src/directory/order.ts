/** The order of a list as SQL, and where a row stands in it. RFC 7644 §3.4.2.3. */
import { LIMITS } from "../scim/messages.ts";
import type { ResolvedSort } from "../scim/sort.ts";
import { columnOf, firstColumn } from "./columns.ts";
import type { Row, Value } from "./database.ts";
import { aliasOf, type Question } from "./scope.ts";

/**
 * Where a row stands: its `seq`, before that the key it is sorted by or, for a source's users, the
 * organization. What comes and goes around it moves nobody from one side of it to the other.
 */
export type Position = readonly Value[];

type Subject = Pick<Question, "type" | "scope">;

/** What a list is ordered by; rows that agree in all else come in the order of `seq`. */
export function positionOf(row: Row, subject: Subject, sort?: ResolvedSort): Position {
  const seq = row["seq"] ?? null;
  if (sort !== undefined) return [row["sort_key"] ?? null, seq];
  if (byId(subject)) return [row["id"] ?? null];
  return byOrganization(subject) ? [row["organization_id"] ?? null, seq] : [seq];
}

/** A source's users stand organization by organization, as the index has them. */
export function byOrganization({ type, scope }: Subject): boolean {
  return type.name === "User" && scope.sourceId !== undefined;
}

/** And its organizations by their ids, for the same reason. */
function byId({ type, scope }: Subject): boolean {
  return type.name === "Organization" && scope.sourceId !== undefined;
}

/** The order of a list that isn't sorted, said of its rows. */
export function orderOf(question: Question): string {
  if (byId(question)) return "o.id";
  return byOrganization(question) ? "u.organization_id, u.seq" : `${aliasOf(question)}.seq`;
}

/** SQL that is 1 for rows after the position in that order. */
export function isAfter(position: Position, question: Question): string {
  const { parameters } = question;
  const [first = null, second = null] = position.map((value) => parameters.bind(value));
  if (byId(question)) return `o.id > ${first}`;
  if (!byOrganization(question)) return `${aliasOf(question)}.seq > ${first}`;
  return `(u.organization_id > ${first} OR (u.organization_id = ${first} AND u.seq > ${second}))`;
}

/** The order by `key` and `seq`: resources without a key are last or, descending, first. */
export function sortedOrder({ descending }: ResolvedSort): string {
  return descending ? "key IS NOT NULL, key DESC, seq" : "key IS NULL, key, seq";
}

/** SQL that is 1 for rows after the position in that order. */
export function isSortedAfter(
  [key = null, seq = null]: Position,
  { descending }: ResolvedSort,
  { parameters }: Question,
): string {
  const place = parameters.bind(seq);
  if (key === null) {
    return descending ? `(key IS NOT NULL OR seq > ${place})` : `(key IS NULL AND seq > ${place})`;
  }
  const bound = parameters.bind(key);
  const same = `(key = ${bound} AND seq > ${place})`;
  return descending
    ? `(key IS NOT NULL AND (key < ${bound} OR ${same}))`
    : `(key IS NULL OR key > ${bound} OR ${same})`;
}

/** What a resource is sorted by, in the form it is compared in; NULL where it has nothing. */
export function sortKey({ target }: ResolvedSort, question: Question): string {
  if (target === undefined) return "NULL";
  const { attribute, sub = attribute } = target;
  const column = attribute.multiValued ? firstColumn(target, question) : columnOf(target, question);
  const isText = ["string", "reference", "binary"].includes(sub.type);
  return isText ? `nullif(substr(${column}, 1, ${LIMITS.sortKeyLength}), '')` : column;
}
