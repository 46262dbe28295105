/** The groups a user is to be in, where a write of the user says so: memberships in the same batch. */
import { groupNameKey } from "../directory/group.ts";
import { ScimError } from "../scim/error.ts";
import type { Decided, Deciding } from "./deciding.ts";
import { isSeen } from "./group-operations.ts";
import type { Outcome, UserOperation, UserWrite } from "./operation.ts";
import type { ReadGroup } from "./snapshot.ts";
import { USER_GROUPS_LIMIT } from "./user-groups-read.ts";
import type { Change, WorkingSet } from "./working-set.ts";

/**
 * What was decided, and with it what a whole list of groups changes: groups that the source may
 * not see are not its to take anybody out of. Throws `permission_missing` where the source may not
 * write groups and the list differs, `group_unknown` for one that it doesn't see, `tooMany`.
 */
export function withGroups(
  set: WorkingSet,
  decided: Decided,
  operation: UserOperation,
  by: Deciding,
): Decided {
  const { outcome } = decided;
  if (operation.kind === "user.delete" || operation.groups === undefined) return decided;
  if (!outcome.ok || outcome.resource === undefined) return decided;
  const { id } = outcome.resource;
  const current = currentGroups(set, id, outcome, by);
  const wanted = new Set(operation.groups);
  const unmade = [...wanted].filter((groupId) => isUnmade(set, groupId, by));
  const standIns = standInsFor(operation, wanted.size - unmade.length);
  const left = current.filter(
    (group) => !wanted.has(group.id) && !standIns.has(groupNameKey(group.attributes)),
  );
  const known = new Set([...current.map((group) => group.id), ...unmade]);
  const joined = [...wanted].filter((groupId) => !known.has(groupId));
  if (left.length + joined.length === 0) return decided;
  if (!by.source.permissions.includes("group:write")) {
    throw new ScimError("permission_missing", "The data source lacks the permission group:write");
  }
  const also: Change[] = [
    ...left.map((group) => memberChange(group, { added: [], removed: [id] }, by)),
    ...joined
      .map((groupId) => groupSeen(set, groupId, by))
      .map((group) => memberChange(group, { added: [id], removed: [] }, by)),
  ];
  return { ...decided, also };
}

function memberChange(
  group: ReadGroup,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  by: Deciding,
): Change {
  return {
    group: {
      ...group,
      memberCount: group.memberCount + added.length - removed.length,
      version: group.version + 1,
      updatedAt: by.now,
    },
    added,
    removed,
    effect: {
      type: "group.updated",
      resourceType: "Group",
      resourceId: group.id,
      changes: { attributes: [], added, removed },
    },
  };
}

/** Who is new, or is back, is in none. */
function currentGroups(
  set: WorkingSet,
  id: string,
  { status }: Extract<Outcome, { ok: true }>,
  by: Deciding,
): ReadGroup[] {
  const groups = status === 201 ? [] : set.groupsOf(id).filter((group) => isSeen(group, by));
  if (groups.length <= USER_GROUPS_LIMIT) return groups;
  throw new ScimError(
    "tooMany",
    `The user is in more than ${USER_GROUPS_LIMIT} groups: add and remove members of the groups`,
  );
}

/** Folded names of groups that nobody is taken out of while some of those they are to be in are not there. */
function standInsFor(
  { groupNames = [] }: Pick<UserWrite, "groupNames">,
  there: number,
): ReadonlySet<string> {
  if (groupNames.length <= there) return new Set();
  return new Set(groupNames.map((displayName) => groupNameKey({ displayName })));
}

/** Of a run: the group was to be made in the same step, and was refused or found under another id. */
function isUnmade(set: WorkingSet, id: string, by: Deciding): boolean {
  return by.isPulled === true && set.group(id) === undefined;
}

function groupSeen(set: WorkingSet, id: string, by: Deciding): ReadGroup {
  const group = set.group(id);
  if (group !== undefined && isSeen(group, by)) return group;
  throw new ScimError("group_unknown", '"group" names no group that the data source sees');
}
