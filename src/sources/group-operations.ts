/** What creating, replacing, patching and deleting a group comes to. Pure decisions on a working set. */
import type { EventType } from "../directory/events.ts";
import { groupNameKey } from "../directory/group.ts";
import { textOf } from "../directory/user.ts";
import { ScimError } from "../scim/error.ts";
import { equalJson, type JsonObject } from "../scim/json.ts";
import type { MemberChange } from "../scim/members.ts";
import { applyPatch } from "../scim/patch.ts";
import type { ParsedResource } from "../scim/resource.ts";
import { GROUP } from "../scim/schemas.ts";
import { checkVersion, mayChange, type Acting, type Decided, type Deciding } from "./deciding.ts";
import { areTooManyMembers } from "./guard.ts";
import { checkMember, movedBy, type Moved } from "./membership.ts";
import type { GroupOperation, Outcome } from "./operation.ts";
import type { ReadGroup } from "./snapshot.ts";
import { changedNames, type WorkingSet } from "./working-set.ts";

/** An event names at most so many members; a pull or a full push may move thousands. */
const NAMED_MEMBERS = 1_000;

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideGroup(set: WorkingSet, operation: GroupOperation, by: Deciding): Decided {
  switch (operation.kind) {
    case "group.create":
      return createGroup(set, operation.id, operation.resource, by);
    case "group.replace":
      return replaceGroup(set, operation.id, operation.resource, by);
    case "group.patch":
      return patchGroup(set, operation, by);
    case "group.delete":
      return deleteGroup(set, operation.id, by);
  }
}

function createGroup(
  set: WorkingSet,
  id: string,
  { attributes, members: given = [] }: ParsedResource,
  by: Deciding,
): Decided {
  // Two references of a Bulk may have come to one id.
  const members = [...new Set(given)];
  const known = sameIdentity(set, attributes, by);
  // An empty list says nothing about members (RFC 7643 §2.5): a repeated POST must not empty a group.
  const changes: MemberChange[] = members.length > 0 ? [{ op: "replace", values: members }] : [];
  if (known !== undefined) {
    const merged = applyPatch(known.attributes, [{ op: "replace", value: attributes }], GROUP, {
      ...by.profile,
      expandKeys: true,
    });
    return updated(set, known, merged, changes, by);
  }
  for (const userId of members) checkMember(set, userId);
  const group: ReadGroup = {
    id,
    seq: undefined,
    listed: false,
    directoryId: by.source.directoryId,
    sourceId: by.source.id,
    attributes,
    memberCount: members.length,
    version: 1,
    createdAt: by.now,
    updatedAt: by.now,
    deletedAt: null,
  };
  const moved = { added: members, removed: [] };
  return written(201, group, { type: "group.created", names: Object.keys(attributes), moved }, by);
}

/** As for users: the same externalId or, where one of the two has none, the same displayName. */
function sameIdentity(
  set: WorkingSet,
  attributes: JsonObject,
  by: Deciding,
): ReadGroup | undefined {
  const externalId = textOf(attributes, "externalId");
  const named = set.groupNamed(by.source.id, groupNameKey(attributes));
  const labelled = labelledGroup(set, externalId, by);
  const found = labelled ?? named;
  if (found === undefined) return undefined;
  if (by.profile.onDuplicate === "conflict") throw taken("displayName or externalId");
  if (labelled !== undefined) {
    if (named !== undefined && named.id !== labelled.id) throw taken("displayName");
    return labelled;
  }
  const stored = textOf(found.attributes, "externalId");
  if (externalId !== undefined && stored !== undefined) throw taken("displayName");
  return found;
}

/** What belongs to nobody has labels that anybody may have. */
function labelledGroup(
  set: WorkingSet,
  externalId: string | undefined,
  { source: { id } }: Deciding,
): ReadGroup | undefined {
  if (externalId === undefined || id === null) return undefined;
  return set.groupWithExternalId(id, externalId);
}

function replaceGroup(
  set: WorkingSet,
  id: string,
  { attributes, members = [] }: ParsedResource,
  by: Deciding,
): Decided {
  const group = seenGroup(set, id, by);
  return updated(set, group, attributes, [{ op: "replace", values: members }], by);
}

function patchGroup(
  set: WorkingSet,
  { id, operations, members }: Extract<GroupOperation, { kind: "group.patch" }>,
  by: Deciding,
): Decided {
  const group = seenGroup(set, id, by);
  const shown = shownTo(by.source, group);
  const attributes =
    operations.length === 0 ? shown : applyPatch(shown, operations, GROUP, by.profile);
  return updated(set, group, attributes, members, by);
}

function deleteGroup(set: WorkingSet, id: string, by: Deciding): Decided {
  const group = seenGroup(set, id, by);
  if (!mayChange(by, group)) throw notOwner();
  const gone = {
    ...group,
    memberCount: 0,
    version: group.version + 1,
    updatedAt: by.now,
    deletedAt: by.now,
  };
  return {
    outcome: { ok: true, status: 204 },
    change: {
      group: gone,
      effect: { type: "group.deleted", resourceType: "Group", resourceId: id, changes: {} },
    },
  };
}

function seenGroup(set: WorkingSet, id: string, by: Deciding): ReadGroup {
  const group = set.group(id);
  if (group === undefined || !isSeen(group, by)) throw new ScimError("not_found", "No such Group");
  checkVersion(by.ifMatch, group.version);
  return group;
}

/** Its own, and those that its scope names: of these it may change members alone. By hand, all. */
export function isSeen(group: ReadGroup, by: Deciding): boolean {
  if (group.deletedAt !== null || group.directoryId !== by.source.directoryId) return false;
  return mayChange(by, group) || group.listed;
}

function notOwner(): ScimError {
  return new ScimError("not_owner", "The Group is not the data source's own");
}

/** RFC 7643 §3.1: `externalId` is what its owner calls a group, and nothing to another source. */
export function shownTo(source: Pick<Acting, "id">, group: ReadGroup): JsonObject {
  if (mayChange({ source }, group)) return group.attributes;
  const { externalId: _label, ...shown } = group.attributes;
  return shown;
}

function updated(
  set: WorkingSet,
  group: ReadGroup,
  attributes: JsonObject,
  changes: readonly MemberChange[],
  by: Deciding,
): Decided {
  const { moved, spared } = sparing(set, group, changes, by);
  const shown = shownTo(by.source, group);
  const same = equalJson(shown, attributes);
  if (!same && !mayChange(by, group)) throw notOwner();
  if (same && moved.added.length === 0 && moved.removed.length === 0) {
    return { outcome: answer(200, group, by), ...spared };
  }
  refuseTaken(set, group, attributes, by);
  const after: ReadGroup = {
    ...group,
    attributes: same ? group.attributes : attributes,
    memberCount: group.memberCount + moved.added.length - moved.removed.length,
    version: group.version + 1,
    updatedAt: by.now,
  };
  const names = changedNames(shown, attributes);
  return { ...written(200, after, { type: "group.updated", names, moved }, by), ...spared };
}

/** Who comes and who goes; of a pulled list that takes out too many at once, only who comes. */
function sparing(
  set: WorkingSet,
  { id, memberCount }: ReadGroup,
  changes: readonly MemberChange[],
  { isPulled = false }: Deciding,
): { readonly moved: Moved; readonly spared?: Pick<Decided, "spared"> } {
  const moved = movedBy(set, id, changes);
  const isList = changes.some(({ op }) => op === "replace");
  if (!isPulled || !isList || !areTooManyMembers(moved.removed.length, memberCount)) {
    return { moved };
  }
  return { moved: { ...moved, removed: [] }, spared: { spared: moved.removed } };
}

function refuseTaken(
  set: WorkingSet,
  group: ReadGroup,
  attributes: JsonObject,
  by: Deciding,
): void {
  const key = groupNameKey(attributes);
  // Another's names are looked at by the index alone.
  const isOwn = group.sourceId === by.source.id;
  const isRenamed = isOwn && key !== groupNameKey(group.attributes);
  if (isRenamed && set.groupNamed(by.source.id, key) !== undefined) throw taken("displayName");
  const externalId = textOf(attributes, "externalId");
  if (externalId === undefined || externalId === textOf(group.attributes, "externalId")) return;
  if (labelledGroup(set, externalId, by) !== undefined) throw taken("externalId");
}

function taken(what: string): ScimError {
  return new ScimError("uniqueness", `${what} is already taken`);
}

interface Written {
  readonly type: EventType;
  readonly names: string[];
  readonly moved: Moved;
}

function written(
  status: 200 | 201,
  group: ReadGroup,
  { type, names, moved: { added, removed } }: Written,
  by: Deciding,
): Decided {
  const changes = {
    attributes: names,
    ...named("added", added),
    ...named("removed", removed),
  };
  return {
    outcome: answer(status, group, by),
    change: {
      group,
      added,
      removed,
      effect: { type, resourceType: "Group", resourceId: group.id, changes },
    },
  };
}

/** Where not all are named, how many there are: whoever follows has to read the group anew. */
function named(list: "added" | "removed", ids: readonly string[]): Record<string, string[]> {
  const first = { [list]: ids.slice(0, NAMED_MEMBERS) };
  return ids.length > NAMED_MEMBERS ? { ...first, [`${list}Total`]: [String(ids.length)] } : first;
}

function answer(status: 200 | 201, group: ReadGroup, { source }: Deciding): Outcome {
  const { id, version, createdAt, updatedAt } = group;
  const attributes = shownTo(source, group);
  return { ok: true, status, resource: { id, attributes, version, createdAt, updatedAt } };
}
