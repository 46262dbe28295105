/** How much a filter may look at. The conditions refer to no row, so nothing is read beyond them. */
import { visibleGroups } from "./memberships.ts";
import { listing, type Question } from "./scope.ts";

/** The most users, groups, memberships or candidates that one filter reads. */
export const SCAN_LIMIT = 10_000;

/** 1 where all users, or groups, of the scope may be looked at. */
export function scanBound(question: Question): string {
  const { scope, parameters, type } = question;
  if (scope.sourceId === undefined) {
    const { from, where } = listing(question);
    return isWithin(`SELECT 1 FROM ${from} WHERE ${where}`);
  }
  const source = parameters.bind(scope.sourceId);
  const counted =
    type.name === "Group"
      ? `FROM counters c WHERE c.owner = ${source} AND c.name = 'groups'`
      : `FROM visible_orgs v CROSS JOIN counters c ON c.owner = v.organization_id AND c.name = 'users'
          WHERE v.source_id = ${source}`;
  return `(SELECT coalesce(sum(c.n), 0) <= ${SCAN_LIMIT} ${counted})`;
}

/** 1 where all memberships of the groups in scope may be looked at. */
export function membershipBound(question: Question): string {
  return `(SELECT count(*) <= ${SCAN_LIMIT} AND coalesce(sum(member_count), 0) <= ${SCAN_LIMIT}
    FROM (SELECT b.member_count FROM groups b WHERE ${visibleGroups(question, "b")}
      LIMIT ${SCAN_LIMIT + 1}))`;
}

/** 1 where the rows are few enough; reads one more than that at most. */
export function isWithin(rows: string): string {
  return `(SELECT count(*) <= ${SCAN_LIMIT} FROM (${rows} LIMIT ${SCAN_LIMIT + 1}))`;
}
