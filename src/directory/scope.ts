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
}

/** The whole directory, as administrators see it. */
export interface DirectoryScope {
  readonly directoryId: string;
  readonly sourceId?: never;
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

/** The condition under which the group at `alias` is in the scope. */
export function seesGroup({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return inDirectory(scope, parameters, alias);
  return `+${alias}.source_id = ${parameters.bind(scope.sourceId)}`;
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

function isVisible(sourceId: string, parameters: Parameters, column: string): string {
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
  const owner =
    scope.sourceId === undefined
      ? `${alias}.directory_id = ${parameters.bind(scope.directoryId)}`
      : `${alias}.source_id = ${parameters.bind(scope.sourceId)}`;
  return `${owner} AND ${alias}.deleted_at IS NULL`;
}
