/** What a reader sees of a directory, as SQL. Users stand under the alias `u`, groups under `g`. */
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

export function aliasOf({ type }: Pick<Question, "type">): "u" | "g" {
  return type.name === "User" ? "u" : "g";
}

export function tableOf({ type }: Pick<Question, "type">): "users" | "groups" {
  return type.name === "User" ? "users" : "groups";
}

/** The condition under which the user at `alias` is in the scope; one row read for a source. */
export function seesUser({ scope, parameters }: Question, alias: string): string {
  if (scope.sourceId === undefined) return inDirectory(scope, parameters, alias);
  const source = parameters.bind(scope.sourceId);
  return `EXISTS (SELECT 1 FROM visible_orgs v
    WHERE v.source_id = ${source} AND v.organization_id = ${alias}.organization_id)`;
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

// The plus keeps SQLite from choosing an index that almost every row is in.
function inDirectory({ directoryId }: Scope, parameters: Parameters, alias: string): string {
  return `+${alias}.directory_id = ${parameters.bind(directoryId)}`;
}

/** Live users or groups of the scope, in the order that an index has already. */
export function listing(question: Question): Listing {
  return question.type.name === "User" ? userListing(question) : groupListing(question);
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
