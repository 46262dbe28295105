/** An operation as the guard lets it go: what it removes is counted, or it is refused. */
import { FIRST_SHARD } from "../directory/directory.ts";
import { prefixedId, shardOf } from "../directory/ids.ts";
import { ScimError, toRefusal } from "../scim/error.ts";
import type { Decided } from "./deciding.ts";
import { covers, HELD_SECONDS, judgePush, NEW_MS, type Removal, type Verdict } from "./guard.ts";
import type { Remover } from "./guard-reads.ts";
import { MissingKeys, pairKey } from "./keys.ts";
import { isDirectoryRequest, isResourceRequest, type WriteRequest } from "./operation.ts";
import type { Source } from "./source.ts";
import type { ReadUser } from "./snapshot.ts";
import type { Change, WorkingSet } from "./working-set.ts";

/** Whoever removes by the requests; null where nobody is guarded: by hand, and in a pull. */
export function removerOf(
  object: string,
  [request]: readonly WriteRequest[],
  source: Source | undefined,
): Remover | null {
  if (request === undefined) return null;
  const isPulled = source?.mode === "pull";
  if (isResourceRequest(request)) {
    return isPulled ? null : { id: object, directoryId: request.directoryId, isWhole: false };
  }
  if (!isDirectoryRequest(request) || request.application === undefined) return null;
  const { id, isWhole } = request.application;
  return { id, directoryId: request.directoryId, isWhole };
}

/**
 * What was decided, or its refusal where it removes too much. Throws ScimError
 * `deletion_rejected`, and MissingKeys to be asked again with more rows.
 */
export function guarded(
  set: WorkingSet,
  request: WriteRequest,
  decided: Decided,
  now: number,
): Decided {
  const remover = removerOf(set.snapshot.source?.id ?? "", [request], set.snapshot.source);
  const removals = remover === null ? [] : removalsOf(set, decided, now);
  if (remover === null || removals.length === 0) return decided;
  const { keys } = set.snapshot;
  const unknown = removals.map(keyOf).filter((key) => !keys.removals.has(key));
  if (unknown.length > 0) throw new MissingKeys({ removals: unknown });
  const verdict = judgePush(set.guard.pushed(), removals);
  switch (verdict.is) {
    case "free":
      return { ...decided, removals: { counted: verdict.counted, held: [] } };
    case "held":
      return heldBack(set, request, verdict, remover);
    case "rejected":
      throw new ScimError("deletion_rejected", "An admin has rejected that it is removed");
    case "uncounted":
      throw new MissingKeys({ activeOf: [remover.id] });
  }
}

function heldBack(
  set: WorkingSet,
  { opId }: WriteRequest,
  { held, reason }: Extract<Verdict, { is: "held" }>,
  remover: Remover,
): Decided {
  const { facts } = set.guard;
  const joining = held.filter((removal) => !isHeld(set, removal));
  const isGrowing = joining.length > 0 && facts.waiting !== undefined;
  if (isGrowing && !set.snapshot.keys.heldIn.has(facts.waiting.id)) {
    throw new MissingKeys({ heldIn: [facts.waiting.id] });
  }
  const id = set.guard.waitingId ?? newHoldId(remover, opId);
  const detail = `More is removed than goes without an admin: it waits as ${id}`;
  const refusal = new ScimError("deletions_held", detail, { retryAfterSeconds: HELD_SECONDS });
  return {
    outcome: { ok: false, refusal: toRefusal(refusal) },
    removals: { counted: [], held: joining, hold: { id, reason } },
  };
}

/** The same for the same operation, whenever it is decided. */
function newHoldId({ id }: Remover, opId: string): string {
  return prefixedId("hold", shardOf(id) ?? FIRST_SHARD, opId);
}

/** Whether it is in the hold already, as what it is or as more. */
function isHeld(set: WorkingSet, removal: Removal): boolean {
  return set.guard
    .standings(removal)
    .some(({ status, action }) => status === "waiting" && covers(action, removal.action));
}

/** Also what else changes with a user: the second dialect's groups. */
function removalsOf(set: WorkingSet, decided: Decided, now: number): Removal[] {
  if (!decided.outcome.ok) return [];
  const { change, steps = [], also = [] } = decided;
  const changes = change === undefined ? [...steps, ...also] : [...steps, change, ...also];
  return changes.flatMap((one) => [...leaversOf(set, one, now), ...membersOf(set, one, now)]);
}

function leaversOf(set: WorkingSet, { user }: Change, now: number): Removal[] {
  const before = user && set.users.get(user.id);
  if (before === undefined || before.deletedAt !== null || isNew(before, now)) return [];
  const one = { resourceType: "User", resourceId: before.id, count: 1, members: 0 } as const;
  if (user?.deletedAt !== null) return [{ ...one, action: "delete" }];
  return isActive(before) && !isActive(user) ? [{ ...one, action: "disable" }] : [];
}

/** A group that is deleted as a whole is one thing, meant by its name: that is not a matter of how many. */
function membersOf(set: WorkingSet, { group, removed = [] }: Change, now: number): Removal[] {
  const before = group && set.groups.get(group.id);
  if (before === undefined || removed.length === 0 || isNew(before, now)) return [];
  return [
    {
      resourceType: "Group",
      resourceId: before.id,
      action: "remove_members",
      count: removed.length,
      members: before.memberCount,
    },
  ];
}

function isNew({ createdAt }: { readonly createdAt: number }, now: number): boolean {
  return now - createdAt < NEW_MS;
}

function isActive({ attributes }: Pick<ReadUser, "attributes">): boolean {
  return attributes["active"] !== false;
}

function keyOf({ resourceType, resourceId }: Removal): string {
  return pairKey(resourceType, resourceId);
}
