/**
 * The rows that alone can satisfy a filter, where an index has them: what is read instead of all
 * users or groups. Each is checked against the whole filter afterwards.
 */
import type { ResolvedFilter } from "../scim/resolve.ts";
import { isWithin, scanBound, SCAN_LIMIT } from "./counts.ts";
import { findChanged, findLookups, type Changed, type Lookup } from "./lookups.ts";
import { literal } from "./parameters.ts";
import { aliasOf, listing, tableOf, type Question } from "./scope.ts";

/** For a SELECT in which users stand under `u`, groups under `g`. */
interface Rows {
  readonly from: string;
  readonly where: string;
}

export interface Candidates extends Rows {
  /** Conditions without which nothing may be read. */
  readonly bounds: readonly string[];
}

/** Undefined when no index answers a part of the filter that has to be true. */
export function findCandidates(filter: ResolvedFilter, question: Question): Candidates | undefined {
  const lookups = findLookups(filter, question.type);
  if (lookups !== undefined) return { ...lookupRows(lookups, question), bounds: [] };
  const changed = question.type.name === "Group" ? [] : findChanged(filter);
  return changed.length === 0 ? undefined : changedRows(changed, question);
}

function lookupRows(lookups: readonly Lookup[], question: Question): Rows {
  const alias = aliasOf(question);
  const rows = lookups.map((lookup) => rowsOf(lookup, question));
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) return first;
  const terms = rows.map(({ from, where }) => `SELECT ${alias}.seq FROM ${from} WHERE ${where}`);
  return bySeq(capped(terms.join(" UNION ")), question);
}

/** The rows whose `seq` the SELECT gives. */
function bySeq(select: string, question: Question): Rows {
  const alias = aliasOf(question);
  return {
    from: `(${select}) c CROSS JOIN ${tableOf(question)} ${alias}`,
    where: `${alias}.seq = c.seq`,
  };
}

/** One more than may be looked at: the caller counts them. */
function capped(select: string): string {
  return `${select} LIMIT ${SCAN_LIMIT + 1}`;
}

/** How values are looked for: one is bound itself, several come out of a list in one parameter. */
interface Keys {
  readonly select: "SELECT" | "SELECT DISTINCT";
  /** What stands in FROM before the table. */
  readonly from: string;
  readonly key: string;
}

function keysOf({ values }: Lookup, { parameters }: Question): Keys {
  const [value] = values;
  if (values.length === 1 && value !== undefined) {
    return { select: "SELECT", from: "", key: parameters.bind(value) };
  }
  const list = parameters.bind(JSON.stringify(values));
  return {
    select: "SELECT DISTINCT",
    from: `json_each(${list}) k CROSS JOIN `,
    key: "k.value",
  };
}

function rowsOf(lookup: Lookup, question: Question): Rows {
  const { index } = lookup;
  if (index === "phoneNumbers.value") return usersByValue(phoneRows(lookup, question));
  const keys = keysOf(lookup, question);
  switch (index) {
    case "id":
      return rowsById(keys, question);
    case "userName":
      return usersByName(keys, question);
    case "displayName":
      return question.type.name === "Organization"
        ? organizationsBy("name_key", keys, question)
        : rowsOfSource("name_key", keys, question);
    case "code":
      return organizationsBy("code_key", keys, question);
    case "parent":
      return {
        from: `${keys.from}organizations o`,
        where: `o.parent_id = ${keys.key} AND o.deleted_at IS NULL`,
      };
    case "organizationId":
      return bySeq(capped(placedIn(keys)), question);
    case "organizations.value":
      return bySeq(capped(`${placedIn(keys)} UNION ${alsoIn(keys)}`), question);
    case "externalId":
      return rowsOfSource("external_id", keys, question);
    case "emails.value":
      return usersByValue(valueRows("emails", keys, question));
    case "groups.value":
      return usersByGroup(keys, question);
    case "members.value":
      return groupsByMember(keys, question);
    default:
      return usersByValue(valueRows(lookup.index, keys, question));
  }
}

function rowsById({ from, key }: Keys, question: Question): Rows {
  const alias = aliasOf(question);
  return { from: `${from}${tableOf(question)} ${alias}`, where: `${alias}.id = ${key}` };
}

function organizationsBy(column: string, { from, key }: Keys, question: Question): Rows {
  const directory = question.parameters.bind(question.scope.directoryId);
  return {
    from: `${from}organizations o`,
    where: `o.directory_id = ${directory} AND o.${column} = ${key} AND o.deleted_at IS NULL`,
  };
}

function placedIn({ select, from, key }: Keys): string {
  return `${select} x.seq FROM ${from}users x
    WHERE x.organization_id = ${key} AND x.deleted_at IS NULL`;
}

function alsoIn({ select, from, key }: Keys): string {
  return `${select} x.seq FROM ${from}user_organizations m CROSS JOIN users x ON x.id = m.user_id
    WHERE m.organization_id = ${key}`;
}

function usersByName({ from, key }: Keys, { scope, parameters }: Question): Rows {
  const directory = parameters.bind(scope.directoryId);
  return {
    from: `${from}users u`,
    where: `u.directory_id = ${directory} AND u.user_name_key = ${key} AND u.deleted_at IS NULL`,
  };
}

/** Names of groups and external ids are unique within a source, so that their indexes begin with it. */
function rowsOfSource(column: string, { from, key }: Keys, question: Question): Rows {
  const { scope, parameters } = question;
  const alias = aliasOf(question);
  const found = `${alias}.${column} = ${key} AND ${alias}.deleted_at IS NULL`;
  const table = `${from}${tableOf(question)} ${alias}`;
  // A group of another source is found by its name, never by what its owner calls it.
  const isOwn = column === "external_id" || scope.groups !== "listed" || alias === "u";
  if (scope.sourceId !== undefined && isOwn) {
    const source = parameters.bind(scope.sourceId);
    return { from: table, where: `${alias}.source_id = ${source} AND ${found}` };
  }
  const sources = `SELECT id FROM data_sources
    WHERE directory_id = ${parameters.bind(scope.directoryId)} UNION ALL SELECT NULL`;
  return {
    from: `(${sources}) d CROSS JOIN ${table}`,
    where: `${alias}.source_id IS d.id AND ${found}`,
  };
}

function usersByValue(found: string): Rows {
  return { from: `(${capped(found)}) c CROSS JOIN users u`, where: "u.id = c.user_id" };
}

/** One phone is looked for under two keys: D1 bills less for two SELECTs than for a list of two. */
function phoneRows(lookup: Lookup, question: Question): string {
  const { values } = lookup;
  const lookups =
    values.length === 2 ? values.map((value) => ({ ...lookup, values: [value] })) : [lookup];
  return lookups
    .map((one) => valueRows("phoneNumbers", keysOf(one, question), question))
    .join(" UNION ");
}

function valueRows(attribute: string, { select, from, key }: Keys, question: Question): string {
  const directory = question.parameters.bind(question.scope.directoryId);
  return `${select} x.user_id FROM ${from}user_values x
    WHERE x.directory_id = ${directory} AND x.attribute = ${literal(attribute)} AND x.key = ${key}`;
}

function usersByGroup({ select, from, key }: Keys, question: Question): Rows {
  const found = `${select} x.user_seq AS seq FROM ${from}groups y
    CROSS JOIN members x ON x.group_seq = y.seq WHERE y.id = ${key}`;
  return bySeq(capped(found), question);
}

function groupsByMember({ select, from, key }: Keys, question: Question): Rows {
  const found = `${select} x.group_seq AS seq FROM ${from}users y
    CROSS JOIN members x ON x.user_seq = y.seq WHERE y.id = ${key}`;
  return bySeq(capped(found), question);
}

/**
 * Users or organizations changed in a span of time. Where it has too many, of all sources together,
 * but the scope has few, it is all of the scope.
 */
function changedRows(changed: readonly Changed[], question: Question): Candidates {
  const { scope, parameters } = question;
  const span = changed.map(
    ({ operator, time }) => `x.updated_at ${operator} ${parameters.bind(time)}`,
  );
  const rows = `SELECT x.seq FROM ${tableOf(question)} x
    WHERE x.directory_id = ${parameters.bind(scope.directoryId)} AND x.deleted_at IS NULL
      AND ${span.join(" AND ")}`;
  const isFew = isWithin(rows);
  if (scope.sourceId === undefined) return { ...bySeq(rows, question), bounds: [isFew] };
  const { from, where } = listing(question);
  const isSmall = scanBound(question);
  const either = `SELECT seq FROM (${rows} LIMIT iif(${isFew}, -1, 0)) UNION ALL
    SELECT seq FROM (SELECT ${aliasOf(question)}.seq FROM ${from} WHERE ${where}
      LIMIT iif(NOT ${isFew} AND ${isSmall}, -1, 0))`;
  return { ...bySeq(either, question), bounds: [`(${isFew} OR ${isSmall})`] };
}
