/**
 * What a reader sees of a directory, as SQL. Users stand under the alias `u`, groups under `g`,
 * organizations under `o`.
 */
import type { ResourceType } from "../scim/attribute.ts";
import type { Parameters } from "./parameters.ts";

/** With `sourceId` what that data source sees, without it the whole directory. */
export interface Scope {
  readonly directoryId: string;
  readonly sourceId?: string;
  /** Of a source: its own groups (the default), those of others that its scope names as well, or none. */
  readonly groups?: "own" | "listed" | "none";
}

/** What a statement is about, while it is written. */
export interface Question {
  readonly type: ResourceType;
  readonly scope: Scope;
  readonly parameters: Parameters;
  /** What locations begin with; without it nothing can be asked of them. */
  readonly base?: string | undefined;
}

/** A list of rows in its order, without the filter. */
export interface Listing {
  readonly from: string;
  readonly where: string;
  readonly order: string;
}

const TABLES = {
  User: { alias: "u", table: "users" },
  Group: { alias: "g", table: "groups" },
  Organization: { alias: "o", table: "organizations" },
} as const;

type Names = (typeof TABLES)[ResourceType["name"]];

export function aliasOf({ type }: Pick<Question, "type">): Names["alias"] {
  return TABLES[type.name].alias;
}

export function tableOf({ type }: Pick<Question, "type">): Names["table"] {
  return TABLES[type.name].table;
}

/** The condition under which the row of the question's type is live and in the scope. */
export function isSeen(question: Question): string {
  const alias = aliasOf(question);
  return `${alias}.deleted_at IS NULL AND ${SEES[question.type.name](question, alias)}`;
}

/** The condition under which the user at `alias` is in the scope; one row read for a source. */
export function seesUser({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return inDirectory(scope, parameters, alias);
  return isVisible(scope.sourceId, parameters, `${alias}.organization_id`);
}

/**
 * The condition under which the group at `alias` is in the scope. Whether groups of others are is
 * looked up: a single read must not depend on what the isolate remembers of the source.
 */
export function seesGroup({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return inDirectory(scope, parameters, alias);
  if (scope.groups === "none") return "0";
  const source = parameters.bind(scope.sourceId);
  return `(+${alias}.source_id = ${source} OR EXISTS (SELECT 1 FROM scope_groups sg
    WHERE sg.source_id = ${source} AND sg.group_seq = ${alias}.seq))`;
}

/** The condition under which the organization at `alias` is in the scope. */
export function seesOrganization({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return inDirectory(scope, parameters, alias);
  return isVisible(scope.sourceId, parameters, `${alias}.id`);
}

/** SQL that is the id of the parent, where the scope has that, else NULL. */
export function parentSeen({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return `${alias}.parent_id`;
  const seen = isVisible(scope.sourceId, parameters, `${alias}.parent_id`);
  return `iif(${seen}, ${alias}.parent_id, NULL)`;
}

export function isVisible(sourceId: string, parameters: Parameters, column: string): string {
  return `EXISTS (SELECT 1 FROM visible_orgs v
    WHERE v.source_id = ${parameters.bind(sourceId)} AND v.organization_id = ${column})`;
}

const SEES = { User: seesUser, Group: seesGroup, Organization: seesOrganization } as const;

// The plus keeps SQLite from choosing an index that almost every row is in.
function inDirectory({ directoryId }: Scope, parameters: Parameters, alias: string): string {
  return `+${alias}.directory_id = ${parameters.bind(directoryId)}`;
}

/** Live rows of the scope, in the order that an index has already. */
export function listing(question: Question): Listing {
  return LISTINGS[question.type.name](question);
}

const LISTINGS = {
  User: userListing,
  Group: groupListing,
  Organization: organizationListing,
} as const;

/** A source's organizations stand in the order of their ids, as `visible_orgs` has them. */
function organizationListing({ scope, parameters }: Question): Listing {
  if (scope.sourceId === undefined) {
    const where = `o.directory_id = ${parameters.bind(scope.directoryId)} AND o.deleted_at IS NULL`;
    return { from: "organizations o", where, order: "o.seq" };
  }
  return {
    from: "visible_orgs v CROSS JOIN organizations o ON o.id = v.organization_id",
    where: `v.source_id = ${parameters.bind(scope.sourceId)} AND o.deleted_at IS NULL`,
    order: "v.organization_id",
  };
}

function userListing({ scope, parameters }: Question): Listing {
  if (scope.sourceId === undefined) {
    const where = `u.directory_id = ${parameters.bind(scope.directoryId)} AND u.deleted_at IS NULL`;
    return { from: "users u", where, order: "u.seq" };
  }
  return {
    // CROSS JOIN fixes the order of the loops: organizations first, each one's users in order.
    from: "visible_orgs v CROSS JOIN users u ON u.organization_id = v.organization_id",
    where: `v.source_id = ${parameters.bind(scope.sourceId)} AND u.deleted_at IS NULL`,
    order: "v.organization_id, u.seq",
  };
}

function groupListing(question: Question): Listing {
  return { from: "groups g", where: visibleGroups(question, "g"), order: "g.seq" };
}

/** The condition for the live groups in scope, through the index that has them together. */
export function visibleGroups({ scope, parameters }: Question, alias: string): string {
  if (scope.groups === "none") return "0";
  const owner =
    scope.sourceId === undefined
      ? `${alias}.directory_id = ${parameters.bind(scope.directoryId)}`
      : ownOrListed(scope.sourceId, scope, parameters, alias);
  return `${owner} AND ${alias}.deleted_at IS NULL`;
}

function ownOrListed(
  sourceId: string,
  { groups }: Scope,
  parameters: Parameters,
  alias: string,
): string {
  const source = parameters.bind(sourceId);
  if (groups !== "listed") return `${alias}.source_id = ${source}`;
  return `${alias}.seq IN (
    SELECT og.seq FROM groups og WHERE og.source_id = ${source} AND og.deleted_at IS NULL
    UNION SELECT sg.group_seq FROM scope_groups sg WHERE sg.source_id = ${source})`;
}

/**
 * Listings that together have each group of a source's scope once: its own, and those of others.
 * Each comes in order out of an index, so that a page of both reads little more than it shows.
 */
export function groupListings(question: Question): readonly Listing[] {
  const own = groupListing({ ...question, scope: { ...question.scope, groups: "own" } });
  return [own, listedGroups(question.parameters.bind(question.scope.sourceId ?? null))];
}

/** Groups of others that the scope of the source names. */
export function listedGroups(source: string): Listing {
  return {
    from: "scope_groups s CROSS JOIN groups g ON g.seq = s.group_seq",
    where: `s.source_id = ${source} AND +g.source_id IS NOT ${source} AND g.deleted_at IS NULL`,
    order: "s.group_seq",
  };
}
