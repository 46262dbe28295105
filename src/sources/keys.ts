/** Which rows a write has to know before it can be decided. */
import { groupNameKey } from "../directory/group.ts";
import { textOf, uniqueValues, userNameKey } from "../directory/user.ts";
import type { MemberChange } from "../scim/members.ts";
import type { ParsedResource } from "../scim/resource.ts";
import type { Claims } from "./claims.ts";
import type { ResourceOperation } from "./operation.ts";

const NAMES = [
  "userIds",
  "userNames",
  "userExternalIds",
  "uniqueValues",
  "groupIds",
  "groupNames",
  "groupExternalIds",
  "pairs",
  "membersOf",
] as const;

/**
 * Sets of look-up keys. `userNames` and `groupNames` are folded; `pairs` are "groupId userId",
 * `uniqueValues` "kind key"; `membersOf` are groups all of whose visible members matter.
 */
export type Keys = Readonly<Record<(typeof NAMES)[number], ReadonlySet<string>>>;

export const NO_KEYS: Keys = keysOf({});

/** Thrown while deciding when a row matters that was not read; the caller reads it and decides again. */
export class MissingKeys extends Error {
  override readonly name = "MissingKeys";
  readonly keys: Keys;

  constructor(keys: Partial<Record<keyof Keys, Iterable<string>>>) {
    super("Rows are missing");
    this.keys = keysOf(keys);
  }
}

export function keysOf(keys: Partial<Record<keyof Keys, Iterable<string>>>): Keys {
  const set = (name: keyof Keys): ReadonlySet<string> => new Set(keys[name] ?? []);
  return {
    userIds: set("userIds"),
    userNames: set("userNames"),
    userExternalIds: set("userExternalIds"),
    uniqueValues: set("uniqueValues"),
    groupIds: set("groupIds"),
    groupNames: set("groupNames"),
    groupExternalIds: set("groupExternalIds"),
    pairs: set("pairs"),
    membersOf: set("membersOf"),
  };
}

export function unionOf(all: readonly Keys[]): Keys {
  return keysOf(
    Object.fromEntries(NAMES.map((name) => [name, all.flatMap((keys) => [...keys[name]])])),
  );
}

/**
 * The keys an operation will ask for, as far as they can be told from it alone. `claims` are
 * those last seen; a wrong guess costs a second read, never a wrong decision.
 */
export function keysOfOperation(operation: ResourceOperation, claims: Claims): Keys {
  switch (operation.kind) {
    case "user.create":
      return userKeys(operation.resource, [], claims);
    case "user.replace":
      return userKeys(operation.resource, [operation.id], claims);
    case "user.patch":
    case "user.delete":
      return keysOf({ userIds: [operation.id] });
    case "group.create":
      return groupKeys(operation.resource, undefined);
    case "group.replace":
      return groupKeys(operation.resource, operation.id);
    case "group.patch":
      return membershipKeys(operation.id, operation.members);
    case "group.delete":
      return keysOf({ groupIds: [operation.id] });
  }
}

export function uniqueKey({ kind, key }: { kind: string; key: string }): string {
  return `${kind} ${key}`;
}

export function pairKey(groupId: string, userId: string): string {
  return `${groupId} ${userId}`;
}

function userKeys({ attributes }: ParsedResource, userIds: string[], claims: Claims): Keys {
  return keysOf({
    userIds,
    userNames: [userNameKey(attributes)],
    userExternalIds: [textOf(attributes, "externalId") ?? []].flat(),
    uniqueValues: uniqueValues(attributes)
      .filter(({ kind }) => claims(kind))
      .map(uniqueKey),
  });
}

function groupKeys({ attributes, members }: ParsedResource, id: string | undefined): Keys {
  return keysOf({
    groupIds: id === undefined ? [] : [id],
    groupNames: [groupNameKey(attributes)],
    groupExternalIds: [textOf(attributes, "externalId") ?? []].flat(),
    userIds: members ?? [],
    membersOf: id === undefined ? [] : [id],
  });
}

function membershipKeys(groupId: string, changes: readonly MemberChange[]): Keys {
  const userIds = changes.flatMap((change) =>
    change.op === "removeMatching" ? [] : [...change.values],
  );
  const whole = changes.some(({ op }) => op === "replace" || op === "removeMatching");
  return keysOf({
    groupIds: [groupId],
    userIds,
    pairs: whole ? [] : userIds.map((userId) => pairKey(groupId, userId)),
    membersOf: whole ? [groupId] : [],
  });
}
