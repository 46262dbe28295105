/** Single resources, the groups of users and the members of groups. */
import { z } from "zod";
import { GROUP, ORGANIZATION, USER } from "../scim/schemas.ts";
import type { Row, Statement } from "./database.ts";
import { GROUP_COLUMNS } from "./group.ts";
import { Parameters } from "./parameters.ts";
import { columnsOf } from "./resource-columns.ts";
import { textIn } from "./row.ts";
import { isSeen, seesGroup, seesOrganization, seesUser, type Scope } from "./scope.ts";
import { USER_COLUMNS } from "./user.ts";

export type { Scope } from "./scope.ts";

/** No row, or the live user for parseUser, if the scope has it. */
export function userById(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const seen = seesUser({ type: USER, scope, parameters }, "u");
  return parameters.statement(`SELECT ${USER_COLUMNS} FROM users u
    WHERE u.id = ${parameters.bind(id)} AND u.deleted_at IS NULL AND ${seen}`);
}

/** A user with more groups than these is read without them: a row may not grow without bounds. */
const GROUPS_BESIDE = 1_000;

/**
 * As `userById`, with `groups` for parseGroupsBeside: as JSON in a column of its own, since
 * another statement costs the database as much as the user does.
 */
export function userWithGroups(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const seen = seesUser({ type: USER, scope, parameters }, "u");
  const seenGroup = seesGroup({ type: GROUP, scope, parameters }, "g");
  return parameters.statement(`SELECT ${USER_COLUMNS}, (
      SELECT json_group_array(json_array(o.id, o.name)) FROM (
        SELECT g.id, json_extract(g.attributes, '$.displayName') AS name
        FROM members m CROSS JOIN groups g ON g.seq = m.group_seq
        WHERE m.user_seq = u.seq AND g.deleted_at IS NULL AND ${seenGroup}
        ORDER BY m.group_seq LIMIT ${GROUPS_BESIDE + 1}) o) AS groups
    FROM users u
    WHERE u.id = ${parameters.bind(id)} AND u.deleted_at IS NULL AND ${seen}`);
}

/** What a user shows of a group. */
export interface GroupName {
  readonly id: string;
  readonly displayName: string;
}

/** The groups of `userWithGroups`; undefined where there are too many to stand beside a user. */
export function parseGroupsBeside(row: Row): readonly GroupName[] | undefined {
  const groups = groupPairs.parse(JSON.parse(textIn(row, "groups")));
  if (groups.length > GROUPS_BESIDE) return undefined;
  return groups.map(([id, displayName]) => ({ id, displayName }));
}

const groupPairs = z.array(z.tuple([z.string(), z.string()]));

/** No row, or the live group for parseGroup, if the scope has it. */
export function groupById(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const seen = seesGroup({ type: GROUP, scope, parameters }, "g");
  return parameters.statement(`SELECT ${GROUP_COLUMNS} FROM groups g
    WHERE g.id = ${parameters.bind(id)} AND g.deleted_at IS NULL AND ${seen}`);
}

/** No row, or the live organization for parseOrganization, if the scope has it. */
export function organizationById(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`SELECT ${columnsOf(question)} FROM organizations o
    WHERE o.id = ${parameters.bind(id)} AND ${isSeen(question)}`);
}

/** Rows {user_id, group_id, display_name} of the groups in scope, each user's in order of `seq`. */
export function groupsOf(scope: Scope, userIds: readonly string[]): Statement {
  const parameters = new Parameters();
  const seen = seesGroup({ type: GROUP, scope, parameters }, "g");
  return parameters.statement(`SELECT u.id AS user_id, g.id AS group_id,
      json_extract(g.attributes, '$.displayName') AS display_name
    FROM json_each(${parameters.bind(JSON.stringify(userIds))}) j
    CROSS JOIN users u ON u.id = j.value
    CROSS JOIN members m ON m.user_seq = u.seq
    CROSS JOIN groups g ON g.seq = m.group_seq
    WHERE g.deleted_at IS NULL AND ${seen}`);
}

/** Rows {user_id, organization_id} of what is in scope beside the primary organizations. */
export function furtherOf(scope: Scope, userIds: readonly string[]): Statement {
  const parameters = new Parameters();
  const ids = parameters.bind(JSON.stringify(userIds));
  const seen = isSeen({ type: ORGANIZATION, scope, parameters });
  return parameters.statement(`SELECT m.user_id, m.organization_id FROM json_each(${ids}) j
    CROSS JOIN user_organizations m ON m.user_id = j.value
    CROSS JOIN organizations o ON o.id = m.organization_id
    WHERE ${seen}`);
}

/** Rows for parseOrganization of those among the ids that are in scope. */
export function organizationsById(scope: Scope, ids: readonly string[]): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`SELECT ${columnsOf(question)}
    FROM json_each(${parameters.bind(JSON.stringify(ids))}) j
    CROSS JOIN organizations o ON o.id = j.value WHERE ${isSeen(question)}`);
}

/** The same of the organization above the one of the id. */
export function parentOfOrganization(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`SELECT ${columnsOf(question)} FROM organizations child
    CROSS JOIN organizations o ON o.id = child.parent_id
    WHERE child.id = ${parameters.bind(id)} AND ${isSeen(question)}`);
}

/**
 * Rows {seq, id} of the live users in scope that are members, in the order of `seq`; of the next
 * page `afterUserSeq` is the last `seq`.
 */
export function membersOf(
  scope: Scope,
  groupId: string,
  afterUserSeq: number,
  limit = 1000,
): Statement {
  const parameters = new Parameters();
  const seen = seesGroup({ type: GROUP, scope, parameters }, "g");
  return parameters.statement(`SELECT m.user_seq AS seq, u.id FROM groups g
    CROSS JOIN members m ON m.group_seq = g.seq AND m.user_seq > ${parameters.bind(afterUserSeq)}
    CROSS JOIN users u ON u.seq = m.user_seq
    WHERE g.id = ${parameters.bind(groupId)} AND g.deleted_at IS NULL AND ${seen}
      AND u.deleted_at IS NULL AND ${amongUsers(scope, parameters)}
    ORDER BY m.user_seq LIMIT ${parameters.bind(limit)}`);
}

/** A scope of no more organizations is read whole. */
const FEW_ORGANIZATIONS = 50;

/**
 * As `seesUser`, for many users: the organizations are read once, not once for each user; unless
 * they are many, since of ten thousand a small group would be charged all.
 */
function amongUsers(scope: Scope, parameters: Parameters): string {
  const sees = seesUser({ type: USER, scope, parameters }, "u");
  if (scope.sourceId === undefined) return sees;
  const organizations = `SELECT v.organization_id FROM visible_orgs v
    WHERE v.source_id = ${parameters.bind(scope.sourceId)}`;
  return `CASE WHEN (${organizations} LIMIT 1 OFFSET ${FEW_ORGANIZATIONS}) IS NULL
    THEN u.organization_id IN (${organizations}) ELSE ${sees} END`;
}

/** Rows {user_id, organization_id}: what the users have beside their organization, as far as the scope goes. */
export function furtherOrganizationsOf(scope: Scope, userIds: readonly string[]): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`SELECT m.user_id, m.organization_id
    FROM json_each(${parameters.bind(JSON.stringify(userIds))}) j
    CROSS JOIN user_organizations m ON m.user_id = j.value
    CROSS JOIN organizations o ON o.id = m.organization_id
    WHERE ${seesOrganization(question, "o")} ORDER BY m.user_id, m.organization_id`);
}
