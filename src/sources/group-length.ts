/** How much of what waits is carried out as one group. Pure. */
import { keysOfOperation } from "./keys.ts";
import {
  isResourceRequest,
  type ResourceOperation,
  type ResourceRequest,
  type WriteRequest,
} from "./operation.ts";
import { cutBefore } from "./references.ts";

/** A group is bounded so that its statements stay below a megabyte and its batch below a second. */
export const GROUP_OPERATIONS = 64;
/** So many groups of 20,000 members each are as much as an object's memory is asked to hold. */
const WHOLE_GROUPS = 8;

/**
 * A change of settings stands alone: what follows it is decided under the new ones. A deleted user
 * leaves groups that nobody has read: what follows is decided when that is written.
 */
export function groupLength(queue: readonly WriteRequest[]): number {
  let length = 0;
  let wholeGroups = 0;
  let before: Kind | undefined;
  for (const request of queue.slice(0, GROUP_OPERATIONS)) {
    const kind = kindOf(request);
    // What an organization holds is looked up when nothing before it is still to be written.
    if (kind === "setting" || kind === "organization.delete") return Math.max(length, 1);
    if (before === "user.delete" && kind !== "user.delete") return length;
    if (needsAllMembers(request) && ++wholeGroups > WHOLE_GROUPS) return length;
    before = kind;
    length++;
  }
  return length;
}

/** A group's worth of a Bulk; those that name each other in a circle go together where they can. */
export function partLength(requests: readonly ResourceRequest[]): number {
  const length = groupLength(requests);
  return cutBefore(requests, length) ?? length;
}

function needsAllMembers(request: WriteRequest): boolean {
  if (!isResourceRequest(request) || !request.operation.kind.startsWith("group.")) return false;
  // A repeated POST with members replaces those of the group that is there.
  if (request.operation.kind === "group.create") return true;
  return keysOfOperation(request.operation, undefined).membersOf.size > 0;
}

type Kind = ResourceOperation["kind"] | "setting";

function kindOf(request: WriteRequest): Kind {
  return isResourceRequest(request) ? request.operation.kind : "setting";
}
