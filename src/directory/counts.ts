/** How many users or groups there are, and how many a filter may look at. */
import { listedGroups, listing, visibleGroups, type Question, type Scope } from "./scope.ts";

/** The most users, groups, memberships or candidates that a filter reads. */
export const SCAN_LIMIT = 10_000;

/** The number of live users or groups in the scope. */
export function totalOf(question: Question): string {
  const { scope, type, parameters } = question;
  if (scope.sourceId !== undefined) {
    if (type.name === "Group" && scope.groups === "none") return "0";
    return COUNTS[type.name](parameters.bind(scope.sourceId), scope);
  }
  if (type.name === "User") return usersOfDirectory(parameters.bind(scope.directoryId));
  const { from, where } = listing(question);
  return `(SELECT count(*) FROM ${from} WHERE ${where})`;
}

/**
 * 1 where all users or groups of the scope may be looked at. As the other bounds it refers to no
 * row: where it is 0, nothing further is read.
 */
export function scanBound(question: Question): string {
  if (question.scope.sourceId !== undefined) return `${totalOf(question)} <= ${SCAN_LIMIT}`;
  const { from, where } = listing(question);
  return isWithin(`SELECT 1 FROM ${from} WHERE ${where}`);
}

/** 1 where all memberships of the groups in scope may be looked at. */
export function membershipBound(question: Question): string {
  return `(SELECT count(*) <= ${SCAN_LIMIT} AND coalesce(sum(member_count), 0) <= ${SCAN_LIMIT}
    FROM (SELECT b.member_count FROM groups b WHERE ${visibleGroups(question, "b")}
      LIMIT ${SCAN_LIMIT + 1}))`;
}

/** 1 where the SELECT gives few enough rows; reads one more than that at most. */
export function isWithin(select: string): string {
  return `(SELECT count(*) <= ${SCAN_LIMIT} FROM (${select} LIMIT ${SCAN_LIMIT + 1}))`;
}

/**
 * Triggers keep the sum for those who see several organizations: a page must not read all of them.
 * Who sees one has no sum, so that a new user is not counted twice.
 */
function usersOfSource(source: string): string {
  return `coalesce(
    (SELECT c.n FROM counters c WHERE c.owner = ${source} AND c.name = 'visible users'),
    (SELECT sum(c.n) FROM visible_orgs v
      CROSS JOIN counters c ON c.owner = v.organization_id AND c.name = 'users'
      WHERE v.source_id = ${source}), 0)`;
}

/** What is deleted is in nobody's sight. */
function organizationsOfSource(source: string): string {
  return `coalesce((SELECT c.n FROM counters c
    WHERE c.owner = ${source} AND c.name = 'visible organizations'), 0)`;
}

const COUNTS = {
  User: usersOfSource,
  Group: groupsOfSource,
  Organization: organizationsOfSource,
} as const;

function groupsOfSource(source: string, { groups }: Scope): string {
  const own = `(SELECT coalesce(sum(c.n), 0) FROM counters c
    WHERE c.owner = ${source} AND c.name = 'groups')`;
  if (groups !== "listed") return own;
  const { from, where } = listedGroups(source);
  return `(${own} + (SELECT count(*) FROM ${from} WHERE ${where}))`;
}

/** Down the tree, because no index has the organizations of a directory together. */
function usersOfDirectory(directory: string): string {
  return `(WITH RECURSIVE tree (id) AS (
      SELECT root_id FROM directories WHERE id = ${directory}
      UNION ALL
      SELECT o.id FROM tree CROSS JOIN organizations o
        ON o.parent_id = tree.id AND o.deleted_at IS NULL)
    SELECT coalesce(sum(c.n), 0) FROM tree
    CROSS JOIN counters c ON c.owner = tree.id AND c.name = 'users')`;
}
