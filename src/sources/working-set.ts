/**
 * What the rows will be once the operations decided so far are written: a snapshot, and over it
 * the changes of the group in hand. An operation either changes it whole or not at all.
 */
import type { CustomField } from "../directory/custom-field.ts";
import type { Event } from "../directory/events.ts";
import { groupNameKey } from "../directory/group.ts";
import { textOf, uniqueValues, userNameKey } from "../directory/user.ts";
import { equalJson } from "../scim/json.ts";
import { ScimError } from "../scim/error.ts";
import type { Claims } from "./claims.ts";
import { GuardSet } from "./guard-set.ts";
import type { Hold } from "./holds.ts";
import { IdIndex } from "./id-index.ts";
import { MissingKeys, pairKey, uniqueKey } from "./keys.ts";
import { MemberPairs } from "./member-pairs.ts";
import { OrganizationSet, type OrganizationChange } from "./organization-set.ts";
import type { FurtherChange } from "./placing.ts";
import { type ReadGroup, type ReadUser, type Snapshot } from "./snapshot.ts";
import { WHOLE_GROUP_LIMIT } from "./snapshot-parts.ts";
import type { ScopeChange } from "./settings-scope.ts";
import type { SourceState } from "./source.ts";

/** What one operation did, for the event it leaves. */
export type Effect = Pick<Event, "type" | "resourceType" | "resourceId" | "changes">;

/** A decided change of one operation, applied to the set as a whole. */
export interface Change {
  readonly user?: ReadUser;
  /** The hash that becomes the one of `user`. */
  readonly password?: string;
  readonly group?: ReadGroup;
  /** Members of `group` that come and go. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly tree?: OrganizationChange;
  /** The organizations of `user` beside the primary one. */
  readonly further?: FurtherChange | undefined;
  readonly state?: SourceState | "deleted";
  readonly field?: CustomField;
  readonly scope?: ScopeChange | undefined;
  readonly hold?: Hold;
  readonly effect: Effect;
}

export class WorkingSet {
  readonly snapshot: Snapshot;
  readonly users = new Map<string, ReadUser>();
  readonly groups = new Map<string, ReadGroup>();
  readonly fields = new Map<string, CustomField>();
  readonly pairs: MemberPairs;
  /** Hashes of passwords, by user. */
  readonly passwords = new Map<string, string>();
  /** Users whose names are free to others, because they are about to get new ones. */
  readonly freed: ReadonlySet<string>;
  readonly tree: OrganizationSet;
  readonly #stored: ReadonlySet<ReadUser>;
  /** Ids by folded userName and by externalId, of all who had it at some time: a group may be large. */
  readonly #named = new IdIndex();
  readonly #labelled = new IdIndex();
  /** Ids by the values of those who were changed in this group. */
  readonly #valued = new IdIndex();
  readonly guard: GuardSet;
  state: SourceState | "deleted" | undefined;
  scope: ScopeChange | undefined;

  constructor(snapshot: Snapshot, freed: ReadonlySet<string> = new Set()) {
    this.snapshot = snapshot;
    this.freed = freed;
    const { source, tokens } = snapshot;
    this.tree = new OrganizationSet(snapshot.keys, snapshot.tree);
    this.guard = new GuardSet(snapshot.guard);
    this.state = source === undefined ? undefined : { source, tokens };
    this.#stored = new Set(snapshot.users);
    for (const user of snapshot.users) this.#keep(user);
    for (const field of snapshot.fields) this.fields.set(field.id, field);
    for (const group of snapshot.groups) this.groups.set(group.id, group);
    this.pairs = new MemberPairs(snapshot.pairs);
  }

  apply(change: Change): void {
    const { user, password, group, added = [], removed = [], state, field, scope } = change;
    const { tree, further, hold } = change;
    if (field !== undefined) this.fields.set(field.id, field);
    if (user !== undefined) this.#change(user);
    if (user !== undefined && password !== undefined) this.passwords.set(user.id, password);
    if (tree !== undefined) this.tree.apply(tree);
    if (further !== undefined) this.tree.further.set(further.userId, further.organizations);
    if (state !== undefined) this.state = state;
    if (scope !== undefined) this.scope = scope;
    if (hold !== undefined) this.guard.decided.set(hold.id, hold);
    if (group === undefined) return;
    this.groups.set(group.id, group);
    for (const id of added) this.pairs.set(group.id, id, true);
    for (const id of removed) this.pairs.set(group.id, id, false);
  }

  /** A user by id, deleted ones included. */
  user(id: string): ReadUser | undefined {
    const found = this.users.get(id);
    if (found === undefined && !this.snapshot.keys.userIds.has(id)) {
      throw new MissingKeys({ userIds: [id] });
    }
    return found;
  }

  group(id: string): ReadGroup | undefined {
    const found = this.groups.get(id);
    if (found === undefined && !this.snapshot.keys.groupIds.has(id)) {
      throw new MissingKeys({ groupIds: [id] });
    }
    return found;
  }

  /** The live user of the directory that holds this folded userName, whoever owns it. */
  userNamed(key: string): ReadUser | undefined {
    if (!this.snapshot.keys.userNames.has(key)) throw new MissingKeys({ userNames: [key] });
    return this.#found(this.#named, key).find(
      (user) =>
        userNameKey(user.attributes) === key &&
        !(this.freed.has(user.id) && !this.#isChanged(user)),
    );
  }

  /** The live user of this source with this externalId. */
  userWithExternalId(sourceId: string, externalId: string): ReadUser | undefined {
    this.#knowExternalId(externalId);
    return this.#found(this.#labelled, externalId).find((user) =>
      hasExternalId(user, sourceId, externalId),
    );
  }

  /** The user deleted last that this source knew under the externalId or, where one lacks it, the name. */
  deletedUser(sourceId: string, nameKey: string, externalId?: string): ReadUser | undefined {
    if (!this.snapshot.keys.userNames.has(nameKey)) throw new MissingKeys({ userNames: [nameKey] });
    if (externalId !== undefined) this.#knowExternalId(externalId);
    const labelled = externalId === undefined ? [] : this.#labelled.get(externalId);
    const ids = new Set([...labelled, ...this.#named.get(nameKey)]);
    const gone = [...ids]
      .flatMap((id) => this.users.get(id) ?? [])
      .filter((user) => user.deletedAt !== null && user.sourceId === sourceId)
      .sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0));
    return gone.find((user) => {
      const stored = textOf(user.attributes, "externalId");
      if (stored !== undefined && externalId !== undefined) return stored === externalId;
      return userNameKey(user.attributes) === nameKey;
    });
  }

  groupNamed(sourceId: string | null, key: string): ReadGroup | undefined {
    if (!this.snapshot.keys.groupNames.has(key)) throw new MissingKeys({ groupNames: [key] });
    return this.#liveGroups(sourceId).find((group) => groupNameKey(group.attributes) === key);
  }

  groupWithExternalId(sourceId: string, externalId: string): ReadGroup | undefined {
    if (!this.snapshot.keys.groupExternalIds.has(externalId)) {
      throw new MissingKeys({ groupExternalIds: [externalId] });
    }
    return this.#liveGroups(sourceId).find(
      (group) => textOf(group.attributes, "externalId") === externalId,
    );
  }

  /**
   * The kind of a claimed value which `attributes` have and `before` had not, where another user
   * than `id` holds it: an old clash must not stand in the way of disabling somebody.
   */
  takenKind(
    id: string,
    attributes: ReadUser["attributes"],
    before: ReadUser["attributes"],
    claims: Claims,
  ): string | undefined {
    const had = new Set(uniqueValues(before, claims).map(uniqueKey));
    const values = uniqueValues(attributes, claims)
      .map((value) => ({ kind: value.kind, key: uniqueKey(value) }))
      .filter(({ key }) => !had.has(key));
    const unknown = values.filter(({ key }) => !this.snapshot.keys.uniqueValues.has(key));
    if (unknown.length > 0) {
      throw new MissingKeys({ uniqueValues: unknown.map(({ key }) => key) });
    }
    return values.find(({ key }) => ![undefined, id].includes(this.#holder(key)))?.kind;
  }

  /** Whether the visible user is a member of the group. */
  isMember(groupId: string, userId: string): boolean {
    const pair = pairKey(groupId, userId);
    const known = this.pairs.all.get(pair);
    if (known !== undefined) return known;
    const { keys } = this.snapshot;
    if (keys.pairs.has(pair) || keys.membersOf.has(groupId) || this.#isNew(groupId)) return false;
    throw new MissingKeys({ pairs: [pair] });
  }

  /** Ids of all visible members. Throws `tooMany` above `WHOLE_GROUP_LIMIT`. */
  membersOf(groupId: string): string[] {
    if (!this.snapshot.keys.membersOf.has(groupId) && !this.#isNew(groupId)) {
      throw new MissingKeys({ membersOf: [groupId] });
    }
    const ids = this.pairs.usersIn(groupId);
    if (ids.length <= WHOLE_GROUP_LIMIT) return ids;
    throw new ScimError(
      "tooMany",
      `The group has more than ${WHOLE_GROUP_LIMIT} members: add and remove them by value`,
    );
  }

  /** The groups of the user that the snapshot and the changes since have. */
  groupsOf(userId: string): ReadGroup[] {
    if (!this.snapshot.keys.groupsOf.has(userId)) throw new MissingKeys({ groupsOf: [userId] });
    return this.pairs.groupsWith(userId).flatMap((id) => this.groups.get(id) ?? []);
  }

  #isNew(groupId: string): boolean {
    return !this.snapshot.groups.some(({ id }) => id === groupId) && this.groups.has(groupId);
  }

  #keep(user: ReadUser): void {
    this.users.set(user.id, user);
    this.#named.add(userNameKey(user.attributes), user.id);
    const externalId = textOf(user.attributes, "externalId");
    if (externalId !== undefined) this.#labelled.add(externalId, user.id);
  }

  #change(user: ReadUser): void {
    this.#keep(user);
    for (const value of uniqueValues(user.attributes)) this.#valued.add(uniqueKey(value), user.id);
  }

  /** The live ones that have, or once had, the key. */
  #found(index: IdIndex, key: string): ReadUser[] {
    return index.get(key).flatMap((id) => {
      const user = this.users.get(id);
      return user?.deletedAt === null ? [user] : [];
    });
  }

  #liveGroups(sourceId: string | null): ReadGroup[] {
    return [...this.groups.values()].filter(
      (group) => group.deletedAt === null && group.sourceId === sourceId,
    );
  }

  #knowExternalId(externalId: string): void {
    if (this.snapshot.keys.userExternalIds.has(externalId)) return;
    throw new MissingKeys({ userExternalIds: [externalId] });
  }

  /** Users changed in this group speak for themselves; the others are as the rows say. */
  #holder(key: string): string | undefined {
    const changed = this.#found(this.#valued, key).find((user) =>
      uniqueValues(user.attributes).some((value) => uniqueKey(value) === key),
    );
    if (changed !== undefined) return changed.id;
    const stored = this.snapshot.uniqueValues.get(key);
    const holder = stored === undefined ? undefined : this.users.get(stored);
    return holder !== undefined && this.#isChanged(holder) ? undefined : stored;
  }

  #isChanged(user: ReadUser): boolean {
    return !this.#stored.has(user);
  }
}

/** Names of the top-level attributes that differ. */
export function changedNames(
  before: ReadUser["attributes"],
  after: ReadUser["attributes"],
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !equalJson(before[name], after[name]));
}

function hasExternalId(user: ReadUser, sourceId: string, externalId: string): boolean {
  return user.sourceId === sourceId && textOf(user.attributes, "externalId") === externalId;
}
