/** What bringing back a deleted user, group or organization comes to. Pure decisions on a working set. */
import { settleExpiry } from "../directory/expiry.ts";
import {
  MAX_DEPTH,
  organizationCodeKey,
  organizationNameKey,
  parentOf,
} from "../directory/organization.ts";
import { groupNameKey } from "../directory/group.ts";
import { userNameKey } from "../directory/user.ts";
import { ScimError } from "../scim/error.ts";
import { checkVersion, type Decided, type Deciding } from "./deciding.ts";
import type { RestoreOperation, WrittenResource } from "./operation.ts";
import type { ReadOrganization } from "./organization-reads.ts";
import { lockingOwner } from "./owners.ts";
import type { ReadUser } from "./snapshot.ts";
import type { Change, Effect, WorkingSet } from "./working-set.ts";

/** What was deleted can be brought back for so long. */
export const RESTORABLE_MS = 30 * 24 * 3_600_000;

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideRestore(
  set: WorkingSet,
  { kind, id }: RestoreOperation,
  by: Deciding,
): Decided {
  switch (kind) {
    case "user.restore":
      return restoreUser(set, id, by);
    case "group.restore":
      return restoreGroup(set, id, by);
    case "organization.restore":
      return restoreOrganization(set, id, by);
  }
}

/** Groups were left and the password forgotten when the user was deleted: neither comes back. */
function restoreUser(set: WorkingSet, id: string, by: Deciding): Decided {
  const user = restorable(set.user(id), by);
  if (user.deletedAt === null) return { outcome: { ok: true, status: 200, resource: user } };
  if (set.userNamed(userNameKey(user.attributes)) !== undefined) throw taken("userName");
  const organizationId = placeOfReturn(set, user, by);
  const after: ReadUser = {
    ...user,
    organizationId,
    attributes: settleExpiry(user.attributes, {}, () => true, by.now),
    ...broughtBack(user, by),
  };
  const attributes = organizationId === user.organizationId ? [] : ["organizationId"];
  return restored(after, { user: after, effect: effectOf("User", id, attributes) });
}

/** Where the user was, if that is still there. */
function placeOfReturn(set: WorkingSet, user: ReadUser, { source }: Deciding): string {
  const before = set.tree.get(user.organizationId);
  if (before?.deletedAt === null) return user.organizationId;
  return lockingOwner(set.snapshot.owners, user.sourceId)?.targetId ?? source.targetId;
}

/** Its members left it when it was deleted. */
function restoreGroup(set: WorkingSet, id: string, by: Deciding): Decided {
  const group = restorable(set.group(id), by);
  if (group.deletedAt === null) return { outcome: { ok: true, status: 200, resource: group } };
  const isUnowned = group.sourceId === null;
  if (isUnowned && set.groupNamed(null, groupNameKey(group.attributes)) !== undefined) {
    throw taken("displayName");
  }
  const after = { ...group, ...broughtBack(group, by) };
  return restored(after, { group: after, effect: effectOf("Group", id) });
}

function restoreOrganization(set: WorkingSet, id: string, by: Deciding): Decided {
  const organization = restorable(set.tree.get(id), by);
  if (organization.deletedAt === null) {
    return { outcome: { ok: true, status: 200, resource: organization } };
  }
  const parentId = parentOf(organization) ?? "";
  const parent = set.tree.get(parentId);
  if (parent === undefined || parent.deletedAt !== null || !parent.visible) {
    throw new ScimError("conflict", "The Organization above it is gone: restore that one first");
  }
  if (set.tree.named(parentId, organizationNameKey(organization.attributes)) !== undefined) {
    throw taken("displayName");
  }
  const code = organizationCodeKey(organization.attributes);
  if (code !== undefined && set.tree.coded(code) !== undefined) throw taken("code");
  if (parent.depth >= MAX_DEPTH) {
    throw new ScimError(
      "organization_too_deep",
      "The Organization above it stands too deep by now",
    );
  }
  const after: ReadOrganization = {
    ...organization,
    depth: parent.depth + 1,
    ...broughtBack(organization, by),
  };
  return restored(after, {
    tree: { organization: after },
    effect: effectOf("Organization", id),
  });
}

interface Gone extends WrittenResource {
  readonly directoryId: string;
  readonly deletedAt: number | null;
  readonly visible?: boolean;
}

/** Throws `not_found` for what never was, what nobody may see, and what was deleted too long ago. */
function restorable<T extends Gone>(found: T | undefined, by: Deciding): T {
  const isKept =
    found !== undefined &&
    found.directoryId === by.source.directoryId &&
    found.visible !== false &&
    (found.deletedAt === null || found.deletedAt > by.now - RESTORABLE_MS);
  if (!isKept)
    throw new ScimError("not_found", "Nothing of this id was deleted in the last 30 days");
  checkVersion(by.ifMatch, found.version);
  return found;
}

function broughtBack({ version }: WrittenResource, { now }: Deciding) {
  return { version: version + 1, updatedAt: now, deletedAt: null };
}

function restored(
  { id, attributes, version, createdAt, updatedAt }: WrittenResource,
  change: Change,
): Decided {
  const resource = { id, attributes, version, createdAt, updatedAt };
  return { outcome: { ok: true, status: 200, resource }, change };
}

const EVENTS = {
  User: "user.restored",
  Group: "group.restored",
  Organization: "organization.restored",
} as const;

function effectOf(
  resourceType: keyof typeof EVENTS,
  resourceId: string,
  attributes: string[] = [],
): Effect {
  return { type: EVENTS[resourceType], resourceType, resourceId, changes: { attributes } };
}

function taken(what: string): ScimError {
  return new ScimError("uniqueness", `${what} is taken by now`);
}
