/** Who comes to a group and who goes. Pure decisions on a working set. */
import { ScimError } from "../scim/error.ts";
import { matches } from "../scim/match.ts";
import type { MemberChange } from "../scim/members.ts";
import type { WorkingSet } from "./working-set.ts";

export interface Moved {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Net effect of the member operations in their order: who comes, who goes. */
export function movedBy(set: WorkingSet, groupId: string, changes: readonly MemberChange[]): Moved {
  const now = new Map<string, boolean>();
  const isMember = (id: string): boolean => now.get(id) ?? set.isMember(groupId, id);
  const current = (): string[] => [
    ...new Set([...set.membersOf(groupId), ...now.keys()].filter(isMember)),
  ];
  for (const change of changes) {
    if (change.op === "add" || change.op === "replace") {
      for (const id of change.values) checkMember(set, id);
    }
    for (const id of leaversOf(set, change, current)) now.set(id, false);
    if (change.op === "add" || change.op === "replace") {
      for (const id of change.values) now.set(id, true);
    }
  }
  const moved = [...now].filter(([id, is]) => is !== set.isMember(groupId, id));
  return {
    added: moved.flatMap(([id, is]) => (is ? [id] : [])),
    removed: moved.flatMap(([id, is]) => (is ? [] : [id])),
  };
}

function leaversOf(
  set: WorkingSet,
  change: MemberChange,
  current: () => string[],
): readonly string[] {
  switch (change.op) {
    case "add":
      return [];
    case "remove":
      // A member the source may not see is to it as if it were none.
      return change.values.filter((id) => set.user(id)?.visible);
    case "replace": {
      const stay = new Set(change.values);
      return current().filter((id) => !stay.has(id));
    }
    case "removeMatching":
      return current().filter((id) => matches(change.filter, { value: id, type: "User" }));
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Members are live users that the source may see. */
export function checkMember(set: WorkingSet, userId: string): void {
  const user = set.user(userId);
  if (user !== undefined && user.deletedAt === null && user.visible) return;
  // What is no id may be somebody's name or address, which errors don't repeat.
  const problem = UUID.test(userId)
    ? `no User has the id "${userId}"`
    : "a value is not the id of a User";
  throw new ScimError("member_unknown", `members: ${problem}`);
}
