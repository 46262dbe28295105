/**
 * The rows that alone can satisfy a filter, when an index has them: what a filter reads instead of
 * all users or groups. Candidates are checked against the whole filter afterwards.
 */
import { fold } from "../scim/fold.ts";
import type { ResolvedFilter, Target } from "../scim/resolve.ts";
import { isWithin, scanBound, SCAN_LIMIT } from "./bounds.ts";
import type { Leaf } from "./memberships.ts";
import { aliasOf, listing, type Question } from "./scope.ts";

/** Rows for a SELECT in which users stand under `u`, groups under `g`; `bounds` are conditions for reading them. */
export interface Candidates {
  readonly from: string;
  readonly where: string;
  readonly bounds: readonly string[];
}

/** What an index is asked for. */
interface Lookup {
  readonly index: Index;
  readonly values: readonly string[];
}

/** By how few rows they find: one for a value, or possibly many. */
const INDEXES = {
  User: {
    id: "one",
    userName: "one",
    externalId: "one",
    "emails.value": "many",
    "phoneNumbers.value": "many",
    "groups.value": "many",
  },
  Group: { id: "one", displayName: "one", externalId: "one", "members.value": "many" },
} as const;

type Index = keyof (typeof INDEXES)["User"] | keyof (typeof INDEXES)["Group"];

// D1 refuses a compound SELECT of more terms.
const UNION_TERMS = 5;

/** Undefined when no index answers a part of the filter that must be true. */
export function findCandidates(
  filter: ResolvedFilter,
  question: Question,
): Candidates | undefined {
  const lookups = findLookups(filter, question);
  if (lookups !== undefined) return lookupCandidates(lookups, question);
  return question.type.name === "User" ? changedCandidates(filter, question) : undefined;
}

/** One of the lookups finds every row that satisfies the filter. */
function findLookups(
  filter: ResolvedFilter,
  question: Question,
  outer?: Target,
): Lookup[] | undefined {
  switch (filter.kind) {
    case "compare":
      return toLookup(filter, question, outer);
    case "some":
      return findLookups(filter.filter, question, filter.target);
    case "and":
      return fewest(filter.filters.map((part) => findLookups(part, question, outer)));
    case "or":
      return merged(filter.filters.map((part) => findLookups(part, question, outer)));
    default:
      return undefined;
  }
}

function toLookup(
  { target, operator, value }: Extract<Leaf, { kind: "compare" }>,
  { type }: Question,
  outer: Target | undefined,
): Lookup[] | undefined {
  if (operator !== "eq" || typeof value !== "string") return undefined;
  const { extension, attribute, sub } =
    outer === undefined ? target : { ...outer, sub: target.attribute };
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  const index = extension === undefined ? findIndex(name, type.name) : undefined;
  if (index === undefined) return undefined;
  return [{ index, values: [(sub ?? attribute).caseExact ? value : fold(value)] }];
}

function findIndex(name: string, type: keyof typeof INDEXES): Index | undefined {
  const indexes: Partial<Record<Index, unknown>> = INDEXES[type];
  return isIndex(name) && indexes[name] !== undefined ? name : undefined;
}

function isIndex(name: string): name is Index {
  return Object.hasOwn(INDEXES.User, name) || Object.hasOwn(INDEXES.Group, name);
}

function fewest(choices: readonly (Lookup[] | undefined)[]): Lookup[] | undefined {
  const possible = choices.filter((lookups) => lookups !== undefined);
  return possible.find((lookups) => lookups.every(findsOne)) ?? possible[0];
}

function findsOne({ index }: Lookup): boolean {
  const sizes: Partial<Record<Index, "one" | "many">> = { ...INDEXES.User, ...INDEXES.Group };
  return sizes[index] === "one";
}

/** Alternatives need an index each; those of the same index become one list. */
function merged(alternatives: readonly (Lookup[] | undefined)[]): Lookup[] | undefined {
  const values = new Map<Index, Set<string>>();
  for (const lookups of alternatives) {
    if (lookups === undefined) return undefined;
    for (const lookup of lookups) {
      const known = values.get(lookup.index) ?? new Set();
      values.set(lookup.index, known.union(new Set(lookup.values)));
    }
  }
  if (values.size > UNION_TERMS) return undefined;
  return [...values].map(([index, set]) => ({ index, values: [...set] }));
}

function lookupCandidates(lookups: readonly Lookup[], question: Question): Candidates {
  const rows = lookups.map((lookup) => rowsOf(lookup, question));
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) return { ...first, bounds: [] };
  const alias = aliasOf(question);
  const terms = rows.map(({ from, where }) => `SELECT ${alias}.seq FROM ${from} WHERE ${where}`);
  return { ...bySeq(terms.join(" UNION "), question), bounds: [] };
}

type Rows = Pick<Candidates, "from" | "where">;

/** The rows whose `seq` the SELECT gives. */
function bySeq(select: string, question: Question): Rows {
  const alias = aliasOf(question);
  return {
    from: `(${select}) c CROSS JOIN ${tableOf(question)} ${alias}`,
    where: `${alias}.seq = c.seq`,
  };
}

function tableOf({ type }: Question): "users" | "groups" {
  return type.name === "User" ? "users" : "groups";
}

/** The key to look for: bound itself, or one after the other from a list in one parameter. */
function keysOf({ values }: Lookup, { parameters }: Question): { rows: string; key: string } {
  const [value = ""] = values;
  if (values.length === 1) return { rows: "", key: parameters.bind(value) };
  const list = parameters.bind(JSON.stringify(values));
  return { rows: `json_each(${list}) k CROSS JOIN `, key: "k.value" };
}

function rowsOf(lookup: Lookup, question: Question): Rows {
  switch (lookup.index) {
    case "id":
      return rowsById(lookup, question);
    case "userName":
      return rowsByUserName(lookup, question);
    case "displayName":
      return rowsInSource("name_key", lookup, question);
    case "externalId":
      return rowsInSource("external_id", lookup, question);
    case "emails.value":
      return usersByValue("emails", lookup, question);
    case "phoneNumbers.value":
      return usersByValue("phoneNumbers", lookup, question);
    case "groups.value":
      return usersByGroup(lookup, question);
    case "members.value":
      return groupsByMember(lookup, question);
  }
}

function rowsById(lookup: Lookup, question: Question): Rows {
  const alias = aliasOf(question);
  const { rows, key } = keysOf(lookup, question);
  return { from: `${rows}${tableOf(question)} ${alias}`, where: `${alias}.id = ${key}` };
}

function rowsByUserName(lookup: Lookup, question: Question): Rows {
  const { rows, key } = keysOf(lookup, question);
  const directory = question.parameters.bind(question.scope.directoryId);
  return {
    from: `${rows}users u`,
    where: `u.directory_id = ${directory} AND u.user_name_key = ${key} AND u.deleted_at IS NULL`,
  };
}

/** Names of groups and external ids are unique within their source, so the index begins with it. */
function rowsInSource(
  column: "name_key" | "external_id",
  lookup: Lookup,
  question: Question,
): Rows {
  const { scope, parameters } = question;
  const alias = aliasOf(question);
  const { rows, key } = keysOf(lookup, question);
  const found = `${alias}.${column} = ${key} AND ${alias}.deleted_at IS NULL`;
  if (scope.sourceId !== undefined) {
    const source = parameters.bind(scope.sourceId);
    return {
      from: `${rows}${tableOf(question)} ${alias}`,
      where: `${alias}.source_id = ${source} AND ${found}`,
    };
  }
  const sources = `SELECT id FROM data_sources
    WHERE directory_id = ${parameters.bind(scope.directoryId)} UNION ALL SELECT NULL`;
  return {
    from: `(${sources}) d CROSS JOIN ${rows}${tableOf(question)} ${alias}`,
    where: `${alias}.source_id IS d.id AND ${found}`,
  };
}

function usersByValue(
  attribute: "emails" | "phoneNumbers",
  lookup: Lookup,
  question: Question,
): Rows {
  const { rows, key } = keysOf(lookup, question);
  const directory = question.parameters.bind(question.scope.directoryId);
  const found = `SELECT DISTINCT x.user_id FROM ${rows}user_values x
    WHERE x.directory_id = ${directory} AND x.attribute = '${attribute}' AND x.key = ${key}`;
  return { from: `(${capped(found)}) c CROSS JOIN users u`, where: "u.id = c.user_id" };
}

function usersByGroup(lookup: Lookup, question: Question): Rows {
  const { rows, key } = keysOf(lookup, question);
  return bySeq(
    capped(`SELECT DISTINCT x.user_seq AS seq
      FROM ${rows}groups y CROSS JOIN members x ON x.group_seq = y.seq WHERE y.id = ${key}`),
    question,
  );
}

function groupsByMember(lookup: Lookup, question: Question): Rows {
  const { rows, key } = keysOf(lookup, question);
  return bySeq(
    capped(`SELECT DISTINCT x.group_seq AS seq
      FROM ${rows}users y CROSS JOIN members x ON x.user_seq = y.seq WHERE y.id = ${key}`),
    question,
  );
}

/** One more than may be read: where that one comes, the caller knows there are too many. */
function capped(select: string): string {
  return `${select} LIMIT ${SCAN_LIMIT + 1}`;
}

/**
 * Users changed in the span that the filter gives. Where the span has too many, of all sources,
 * but the scope has few users, all users of the scope.
 */
function changedCandidates(filter: ResolvedFilter, question: Question): Candidates | undefined {
  const { scope, parameters } = question;
  const span = findSpan(filter, question);
  if (span.length === 0) return undefined;
  const changed = `SELECT x.seq FROM users x WHERE x.directory_id = ${parameters.bind(scope.directoryId)}
    AND x.deleted_at IS NULL AND ${span.join(" AND ")}`;
  const isFew = isWithin(changed);
  if (scope.sourceId === undefined) return { ...bySeq(changed, question), bounds: [isFew] };
  const { from, where } = listing(question);
  const scan = scanBound(question);
  const either = `SELECT seq FROM (${changed} LIMIT iif(${isFew}, -1, 0)) UNION ALL
    SELECT seq FROM (SELECT u.seq FROM ${from} WHERE ${where}
      LIMIT iif(NOT ${isFew} AND ${scan}, -1, 0))`;
  return { ...bySeq(either, question), bounds: [`(${isFew} OR ${scan})`] };
}

const SPAN = { eq: "=", gt: ">", ge: ">=", lt: "<", le: "<=" } as const;

/** The conditions on `meta.lastModified` that must be true, on the column of `x`. */
function findSpan(filter: ResolvedFilter, question: Question): string[] {
  if (filter.kind === "and") return filter.filters.flatMap((part) => findSpan(part, question));
  if (filter.kind !== "compare" || typeof filter.value !== "number") return [];
  const { operator, target, value } = filter;
  if (target.attribute.name !== "meta" || target.sub?.name !== "lastModified") return [];
  if (!Object.hasOwn(SPAN, operator)) return [];
  return [`x.updated_at ${SPAN[operator as keyof typeof SPAN]} ${question.parameters.bind(value)}`];
}
