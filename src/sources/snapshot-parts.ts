/** What is read of people, groups and memberships before a write, as SQL. */
import type { Statement, Value } from "../directory/database.ts";
import { GROUP_COLUMNS } from "../directory/group.ts";
import type { GuardPart } from "./guard-reads.ts";
import { USER_COLUMNS } from "../directory/user.ts";
import type { Keys } from "./keys.ts";
import type { OrganizationPart } from "./organization-reads.ts";
import { ownerReads } from "./owners.ts";
import type { ScopePart } from "./scope-facts.ts";
import { GROUPS_OF } from "./user-groups-read.ts";

/** More visible members than this can't be replaced or searched in one operation. */
export const WHOLE_GROUP_LIMIT = 20_000;

export type PartName =
  | "head"
  | "root"
  | "audit"
  | "passwords"
  | "tokens"
  | "done"
  | "users"
  | "groups"
  | "groupsOf"
  | "pairs"
  | "uniqueValues"
  | "fields"
  | "owners"
  | ScopePart
  | OrganizationPart
  | GuardPart;

export interface Part {
  readonly name: PartName;
  readonly statement: Statement;
}

export type Reader = (
  name: PartName,
  sql: string,
  rows: Iterable<unknown>,
  ...params: Value[]
) => Part[];

/** Groups that belong to nobody have names of their own. */
export function handParts(read: Reader, keys: Keys, directoryId: string): Part[] {
  const owners = ownerReads(keys).map((statement) => ({ name: "owners", statement }) as const);
  return [...read("groups", groupsBy(UNOWNED), keys.groupNames, directoryId), ...owners];
}

export function userParts(
  read: Reader,
  keys: Keys,
  directoryId: string,
  object: string | null,
): Part[] {
  const { userIds, userNames, userExternalIds } = keys;
  return [
    ...read("users", usersBy("u.id = j.value"), userIds, directoryId, object),
    ...read("users", usersBy(NAMED, OWNED), userNames, directoryId, object),
    ...read("users", usersBy(LABELLED), userExternalIds, directoryId, object),
    ...read("users", usersBy(ONCE_NAMED), userNames, directoryId, object),
    ...read("users", usersBy(ONCE_LABELLED), userExternalIds, directoryId, object),
  ];
}

export function groupParts(
  read: Reader,
  keys: Keys,
  directoryId: string,
  object: string | null,
): Part[] {
  const named = "g.name_key = j.value AND g.deleted_at IS NULL AND g.source_id = ?2";
  const labelled = "g.external_id = j.value AND g.deleted_at IS NULL AND g.source_id = ?2";
  const pairs = [...keys.pairs].map((pair) => pair.split(" "));
  return [
    ...read("groups", groupsBy("g.id = j.value", LISTED), keys.groupIds, object),
    ...read("groups", groupsBy(named), keys.groupNames, object),
    ...read("groups", groupsBy(labelled), keys.groupExternalIds, object),
    ...read("pairs", PAIRS, pairs),
    // One statement each: the limit in it is a group's, not that of all of them together.
    ...[...keys.groupsOf].flatMap((userId) => read("groupsOf", GROUPS_OF, [userId], object)),
    ...[...keys.membersOf].flatMap((groupId) =>
      read("pairs", MEMBERS, [groupId], object, directoryId),
    ),
  ];
}

// Partial indexes serve only a query that repeats their condition.
const NAMED = "u.directory_id = ?2 AND u.user_name_key = j.value AND u.deleted_at IS NULL";
const LABELLED = "u.source_id = ?3 AND u.external_id = j.value AND u.deleted_at IS NULL";
const ONCE_NAMED = newestGone("user_name_key");
const ONCE_LABELLED = newestGone("external_id");

/** Of those deleted under one name there may be many; the newest alone can be restored. */
function newestGone(column: "user_name_key" | "external_id"): string {
  return `u.seq = (SELECT t.seq FROM users t
    WHERE t.source_id = ?3 AND t.${column} = j.value AND t.deleted_at IS NOT NULL
    ORDER BY t.seq DESC LIMIT 1)`;
}

// Only a name can be somebody else's: who is found otherwise is asked for by its owner.
const OWNED = `, EXISTS (
    SELECT 1 FROM data_sources d WHERE d.id = u.source_id AND d.deleted_at IS NULL
  ) AS owned`;

/** ?2 is the directory, ?3 who has to see them: null sees all of the directory. */
function usersBy(condition: string, columns = ""): string {
  return `SELECT u.seq, ${USER_COLUMNS}${columns}, iif(?3 IS NULL, u.directory_id = ?2, EXISTS (
      SELECT 1 FROM visible_orgs v WHERE v.source_id = ?3 AND v.organization_id = u.organization_id
    )) AS visible
    FROM :rows CROSS JOIN users u ON ${condition}`;
}

/** ?2 is the source. */
function groupsBy(condition: string, columns = ""): string {
  return `SELECT g.seq, ${GROUP_COLUMNS}${columns} FROM :rows CROSS JOIN groups g ON ${condition}`;
}

// Who is found by its name or its label is the source's own.
const LISTED = `, EXISTS (
    SELECT 1 FROM scope_groups s WHERE s.source_id = ?2 AND s.group_seq = g.seq
  ) AS listed`;

const UNOWNED =
  "g.directory_id = ?2 AND g.name_key = j.value AND g.source_id IS NULL AND g.deleted_at IS NULL";

const PAIRS = `SELECT j.value ->> 0 AS group_id, j.value ->> 1 AS user_id
  FROM :rows
  CROSS JOIN groups g ON g.id = j.value ->> 0
  CROSS JOIN users u ON u.id = j.value ->> 1
  CROSS JOIN members m ON m.group_seq = g.seq AND m.user_seq = u.seq`;

const MEMBERS = `SELECT g.id AS group_id, u.id AS user_id
  FROM :rows
  CROSS JOIN groups g ON g.id = j.value
  CROSS JOIN members m ON m.group_seq = g.seq
  CROSS JOIN users u ON u.seq = m.user_seq
  WHERE iif(?2 IS NULL, u.directory_id = ?3, EXISTS (
    SELECT 1 FROM visible_orgs v WHERE v.source_id = ?2 AND v.organization_id = u.organization_id
  ))
  LIMIT ${WHOLE_GROUP_LIMIT + 1}`;
