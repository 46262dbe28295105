/** Which rows a write has to know before it can be decided. */
import { groupNameKey } from "../directory/group.ts";
import { textOf, uniqueValues, userNameKey } from "../directory/user.ts";
import { organizationCodeKey, organizationNameKey } from "../directory/organization.ts";
import { isObject } from "../scim/json.ts";
import type { MemberChange } from "../scim/members.ts";
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import type { Profile } from "../scim/profile.ts";
import type { ParsedResource } from "../scim/resource.ts";
import type {
  HandOperation,
  OrganizationOperation,
  ResourceOperation,
  UserOperation,
  UserWrite,
} from "./operation.ts";
import { claimsOf, NO_CLAIMS } from "./claims.ts";
import { profileOf, type Source } from "./source.ts";

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
  "groupsOf",
  "organizationIds",
  "organizationNames",
  "organizationCodes",
  "organizationExternalIds",
  "organizationMoves",
  "contentsOf",
  "peopleOf",
  "furtherOf",
  "removals",
  "activeOf",
  "heldIn",
  "holdIds",
] as const;

/**
 * Sets of look-up keys. `userNames` and `groupNames` are folded; `pairs` are "groupId userId",
 * `uniqueValues` "kind key"; `membersOf` are groups all of whose visible members matter,
 * `groupsOf` users all of whose groups do.
 * `organizationNames` are "parentId name", folded as codes are; `organizationMoves` "id parentId";
 * `contentsOf` are organizations that should be empty, `peopleOf` those that people leave, `furtherOf` users whose secondary
 * organizations matter. `removals` are "type id" of what may be removed, `activeOf` whoever's active
 * people have to be counted, `heldIn` holds of which all is needed, `holdIds` those to be decided.
 */
export type Keys = Readonly<Record<(typeof NAMES)[number], ReadonlySet<string>>>;

const NONE: ReadonlySet<string> = new Set();

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
  const set = (name: keyof Keys): ReadonlySet<string> => setOf(keys[name]);
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
    groupsOf: set("groupsOf"),
    organizationIds: set("organizationIds"),
    organizationNames: set("organizationNames"),
    organizationCodes: set("organizationCodes"),
    organizationExternalIds: set("organizationExternalIds"),
    organizationMoves: set("organizationMoves"),
    contentsOf: set("contentsOf"),
    peopleOf: set("peopleOf"),
    furtherOf: set("furtherOf"),
    removals: set("removals"),
    activeOf: set("activeOf"),
    heldIn: set("heldIn"),
    holdIds: set("holdIds"),
  };
}

function setOf(values: Iterable<string> | undefined): ReadonlySet<string> {
  if (values === undefined || (Array.isArray(values) && values.length === 0)) return NONE;
  return values instanceof Set ? values : new Set(values);
}

/** Of a step of a run it is made of thousands, most of whose sets are empty. */
export function unionOf(given: readonly Keys[]): Keys {
  const all = given.filter((keys) => keys !== NO_KEYS);
  const [only = NO_KEYS, ...others] = all;
  if (others.length === 0) return only;
  return keysOf(Object.fromEntries(NAMES.map((name) => [name, unionAt(name, all)])));
}

function unionAt(name: keyof Keys, all: readonly Keys[]): ReadonlySet<string> {
  const filled = all.map((keys) => keys[name]).filter(({ size }) => size > 0);
  const [only = NONE, ...others] = filled;
  return others.length === 0 ? only : new Set(filled.flatMap((values) => [...values]));
}

/**
 * The keys an operation will ask for, as far as they can be told from it alone. `source` is as
 * last seen; a wrong guess costs a second read, never a wrong decision.
 */
export function keysOfOperation(operation: ResourceOperation, source: Source | undefined): Keys {
  switch (operation.kind) {
    case "user.create":
      return keysOf(userKeys(operation, [], source));
    case "user.replace":
      return keysOf({
        ...userKeys(operation, [operation.id], source),
        removals: removalsIn(operation),
      });
    case "user.patch": {
      const places = placesIn(operation.operations, source && profileOf(source));
      return keysOf({
        ...listKeys(operation, [operation.id], places),
        userIds: [operation.id],
        removals: removalsIn(operation),
      });
    }
    case "user.delete":
      return keysOf({ userIds: [operation.id], removals: [pairKey("User", operation.id)] });
    case "organization.create":
    case "organization.replace":
    case "organization.patch":
    case "organization.delete":
      return organizationKeys(operation, source);
    case "group.create":
      return groupKeys(operation.resource, undefined);
    case "group.replace":
      return unionOf([
        groupKeys(operation.resource, operation.id),
        keysOf({ removals: [pairKey("Group", operation.id)] }),
      ]);
    case "group.patch":
      return membershipKeys(operation.id, operation.members);
    case "group.delete":
      return keysOf({ groupIds: [operation.id] });
  }
}

/** The same for what is done by hand. */
export function keysByHand(operation: HandOperation): Keys {
  switch (operation.kind) {
    case "user.restore":
      return keysOf({ userIds: [operation.id] });
    case "group.restore":
      return keysOf({ groupIds: [operation.id] });
    case "organization.restore":
      return keysOf({ organizationIds: [operation.id] });
    default:
      return keysOfOperation(operation, undefined);
  }
}

export function uniqueKey({ kind, key }: { kind: string; key: string }): string {
  return `${kind} ${key}`;
}

export function pairKey(groupId: string, userId: string): string {
  return `${groupId} ${userId}`;
}

type Wanted = Partial<Record<keyof Keys, readonly string[]>>;

function userKeys(
  operation: Extract<UserOperation, { kind: "user.create" | "user.replace" }>,
  userIds: readonly string[],
  source: Source | undefined,
): Wanted {
  const { attributes } = operation.resource;
  const profile = source && profileOf(source);
  const claims = source && profile ? claimsOf(source, profile) : NO_CLAIMS;
  return {
    ...listKeys(operation, userIds, placesIn(attributes[SCHEMA_ENTERPRISE], profile)),
    userIds,
    userNames: [userNameKey(attributes)],
    userExternalIds: [textOf(attributes, "externalId") ?? []].flat(),
    uniqueValues: uniqueValues(attributes, claims).map(uniqueKey),
  };
}

/** A date that has passed disables, too. A wrong guess costs a second read. */
const DISABLING = /active|expiredate/i;

function removalsIn(
  operation: Extract<UserOperation, { kind: "user.replace" | "user.patch" }>,
): readonly string[] {
  const { kind, id } = operation;
  const mayDisable =
    kind === "user.replace"
      ? operation.resource.attributes["active"] === false
      : DISABLING.test(JSON.stringify(operation.operations));
  return mayDisable ? [pairKey("User", id)] : [];
}

/** Of the lists that stand beside a user's attributes, and of the places among these. */
function listKeys(
  { furtherOrganizations, groups }: Pick<UserWrite, "furtherOrganizations" | "groups">,
  userIds: readonly string[],
  places: readonly string[],
): Wanted {
  return {
    organizationIds: [...places, ...(furtherOrganizations ?? [])],
    ...(furtherOrganizations && { furtherOf: userIds }),
    ...(groups && { groupIds: groups, groupsOf: userIds }),
  };
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
    removals: changes.every(({ op }) => op === "add") ? [] : [pairKey("Group", groupId)],
  });
}

function organizationKeys(operation: OrganizationOperation, source: Source | undefined): Keys {
  const { id, kind } = operation;
  if (kind === "organization.delete") {
    const { moveUsersTo } = operation;
    const places = moveUsersTo === undefined ? [] : [moveUsersTo];
    return keysOf({
      organizationIds: [id, ...places],
      contentsOf: [id],
      peopleOf: places.length === 0 ? [] : [id],
    });
  }
  if (kind === "organization.patch") return keysOf({ organizationIds: [id] });
  const { attributes } = operation.resource;
  const isNew = kind === "organization.create";
  const parent = textOf(attributes, "parent") || (isNew ? source?.targetId : undefined);
  const parents = parent === undefined ? [] : [parent];
  return keysOf({
    organizationIds: [...(isNew ? [] : [id]), ...parents],
    organizationNames: parents.map((above) => pairKey(above, organizationNameKey(attributes))),
    organizationCodes: [organizationCodeKey(attributes) ?? []].flat(),
    organizationExternalIds: [textOf(attributes, "externalId") ?? []].flat(),
  });
}

const PLACES = { id: /organization(id)?$/i, text: /organizationid$/i } as const;

/** The ids of organizations that a user might be placed in: what stands under a name, or beside a path. */
function placesIn(value: unknown, profile: Profile | undefined, name = ""): string[] {
  if (typeof value === "string") {
    return PLACES[profile?.enterpriseOrganization ?? "text"].test(name) ? [value] : [];
  }
  if (Array.isArray(value)) return value.flatMap((one) => placesIn(one, profile, name));
  if (!isObject(value)) return [];
  const path = typeof value["path"] === "string" ? value["path"] : name;
  return Object.entries(value).flatMap(([key, inner]) =>
    placesIn(inner, profile, key === "value" ? path : key),
  );
}
