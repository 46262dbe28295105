/** What creating, replacing, patching and deleting a user comes to. Pure decisions on a working set. */
import type { EventType } from "../directory/events.ts";
import { settleExpiry } from "../directory/expiry.ts";
import { textOf, userNameKey } from "../directory/user.ts";
import { assignedNames } from "../scim/assigned.ts";
import { toBody, withUnknown } from "../scim/canonical.ts";
import { ScimError } from "../scim/error.ts";
import { equalJson, type JsonObject } from "../scim/json.ts";
import { applyPatch } from "../scim/patch.ts";
import type { PatchOperation } from "../scim/messages.ts";
import { takePlacement, withPlacement, type Placed } from "../scim/placement.ts";
import { USER } from "../scim/schemas.ts";
import type { UserOperation } from "./operation.ts";
import { checkVersion, mayChange, type Decided, type Deciding } from "./deciding.ts";
import { furtherAfter, placeOf } from "./placing.ts";
import type { ReadUser } from "./snapshot.ts";
import { typeFor } from "./source-type.ts";
import { answer, namesBetween, written } from "./user-answer.ts";
import { withGroups } from "./user-groups.ts";
import {
  labelledUser,
  refuseTakenExternalId,
  refuseTakenName,
  refuseTakenValue,
  taken,
} from "./user-identity.ts";
import { withPassword } from "./user-password.ts";
import type { WorkingSet } from "./working-set.ts";

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideUser(set: WorkingSet, operation: UserOperation, by: Deciding): Decided {
  const record = decideRecord(set, operation, by);
  return withGroups(set, withPassword(set, record, operation, by), operation, by);
}

function decideRecord(set: WorkingSet, operation: UserOperation, by: Deciding): Decided {
  switch (operation.kind) {
    case "user.create":
      return createUser(set, operation, by);
    case "user.replace":
      return replaceUser(set, operation, by);
    case "user.patch":
      return patchUser(set, operation, by);
    case "user.delete":
      return deleteUser(set, operation.id, by);
  }
}

type UserCreation = Extract<UserOperation, { kind: "user.create" }>;

function createUser(set: WorkingSet, operation: UserCreation, by: Deciding): Decided {
  const { id, resource, furtherOrganizations } = operation;
  const { attributes, organizationId: named } = takePlacement(resource.attributes, by.profile);
  const orphan = by.profile.adopt ? unownedIdentity(set, attributes) : undefined;
  if (orphan !== undefined) return adoptUser(set, orphan, operation, by);
  const known = sameIdentity(set, attributes, by);
  if (known !== undefined) return updateByCreate(set, known, operation, by);
  refuseTakenValue(set, id, attributes, {}, by);
  const gone = by.profile.restoreDeleted ? deletedIdentity(set, attributes, by) : undefined;
  const user: ReadUser = {
    id: gone?.id ?? id,
    seq: gone?.seq,
    directoryId: by.source.directoryId,
    sourceId: by.source.id,
    organizationId: placeOf(set, named, by.source.targetId),
    attributes: settleExpiry(attributes, {}, () => true, by.now),
    version: (gone?.version ?? 0) + 1,
    createdAt: gone?.createdAt ?? by.now,
    updatedAt: by.now,
    deletedAt: null,
    visible: true,
    owned: true,
  };
  const type = gone === undefined ? "user.created" : "user.restored";
  const further = furtherAfter(set, user, undefined, furtherOrganizations);
  return written(201, user, type, Object.keys(attributes), by, further);
}

/**
 * The user a POST speaks of: the same externalId in this source or, where the request or the
 * stored user has none, the same userName. A name anybody else holds is taken, and by whom is
 * not said.
 */
function sameIdentity(set: WorkingSet, attributes: JsonObject, by: Deciding): ReadUser | undefined {
  const externalId = textOf(attributes, "externalId");
  const named = set.userNamed(userNameKey(attributes));
  const labelled = labelledUser(set, externalId, by);
  if (labelled !== undefined) {
    if (named !== undefined && named.id !== labelled.id) throw taken("userName");
    return known(labelled, by);
  }
  if (named === undefined) return undefined;
  const stored = textOf(named.attributes, "externalId");
  if (named.sourceId !== by.source.id || (externalId !== undefined && stored !== undefined)) {
    throw taken("userName");
  }
  return known(named, by);
}

function known(user: ReadUser, by: Deciding): ReadUser {
  if (!user.visible) throw taken("userName");
  if (by.profile.onDuplicate === "conflict") throw taken("userName");
  return user;
}

function deletedIdentity(
  set: WorkingSet,
  attributes: JsonObject,
  by: Deciding,
): ReadUser | undefined {
  if (by.source.id === null) return undefined;
  return set.deletedUser(by.source.id, userNameKey(attributes), textOf(attributes, "externalId"));
}

/** The live user of that name whose source is gone, or who never had one. */
function unownedIdentity(set: WorkingSet, attributes: JsonObject): ReadUser | undefined {
  const named = set.userNamed(userNameKey(attributes));
  return named?.owned === false ? named : undefined;
}

/** Somebody who belongs to nobody becomes the source's; the label of the source before is dropped. */
function adoptUser(
  set: WorkingSet,
  user: ReadUser,
  { resource: { attributes: given }, furtherOrganizations }: UserCreation,
  by: Deciding,
): Decided {
  const { externalId: _, ...kept } = user.attributes;
  const externalId = textOf(given, "externalId");
  if (labelledUser(set, externalId, by) !== undefined) throw taken("externalId");
  const staying = user.visible ? user.organizationId : by.source.targetId;
  const { attributes: after, organizationId } = merged(kept, staying, given, by);
  const attributes = settleExpiry(after, kept, () => true, by.now);
  refuseTakenValue(set, user.id, attributes, kept, by);
  const adopted: ReadUser = {
    ...user,
    sourceId: by.source.id,
    organizationId: placeOf(set, organizationId, staying),
    attributes,
    version: user.version + 1,
    updatedAt: by.now,
    visible: true,
    owned: true,
  };
  const further = furtherAfter(set, adopted, user, furtherOrganizations);
  return written(200, adopted, "user.adopted", namesBetween(user, adopted), by, further);
}

/** What a POST names is set and the rest kept; a dialect that restricts PATCH doesn't restrict this. */
function merged(attributes: JsonObject, place: string, value: JsonObject, by: Deciding): Placed {
  const operation = { op: "replace", value: toBody(value, typeFor(by.source, USER)) } as const;
  return patched(attributes, place, [operation], {
    ...by,
    profile: { ...by.profile, expandKeys: true },
  });
}

/** A client patches what it is shown, and that says where the user is. */
function patched(
  attributes: JsonObject,
  place: string,
  operations: readonly PatchOperation[],
  { source, profile }: Deciding,
): Placed {
  const shown = withPlacement(attributes, place, profile);
  const after = applyPatch(shown, operations, typeFor(source, USER), profile);
  if (after === shown) return { attributes, organizationId: undefined };
  return takePlacement(after, profile, place);
}

/** A repeated POST: an update with PATCH semantics, so that what it doesn't name is kept. */
function updateByCreate(
  set: WorkingSet,
  user: ReadUser,
  { resource: { attributes: given, activeGiven }, furtherOrganizations }: UserCreation,
  by: Deciding,
): Decided {
  const { active: _, ...withoutActive } = given;
  const enables =
    !activeGiven && user.attributes["active"] === false && by.profile.reactivateOnCreate;
  const value = activeGiven ? given : enables ? { ...withoutActive, active: true } : withoutActive;
  const isDateGiven = () => !activeGiven || given["expireDate"] !== undefined;
  const placed = merged(user.attributes, user.organizationId, value, by);
  const attributes = settleExpiry(placed.attributes, user.attributes, isDateGiven, by.now);
  const type = enables && attributes["active"] === true ? "user.reactivated" : "user.updated";
  return updated(set, user, { ...placed, attributes, furtherOrganizations }, by, type);
}

function replaceUser(
  set: WorkingSet,
  { id, resource, furtherOrganizations }: Extract<UserOperation, { kind: "user.replace" }>,
  by: Deciding,
): Decided {
  const user = ownUser(set, id, by);
  const { attributes, organizationId } = takePlacement(resource.attributes, by.profile);
  const active = resource.activeGiven ? attributes["active"] : user.attributes["active"];
  const given = active === undefined ? attributes : { ...attributes, active };
  // Fields of others stay: the source knows nothing of them, so it can't have left them out.
  const complete = withUnknown(given, user.attributes, typeFor(by.source, USER));
  const settled = settleExpiry(complete, user.attributes, () => true, by.now);
  const wish = { attributes: settled, organizationId, furtherOrganizations };
  return updated(set, user, wish, by, "user.updated");
}

function patchUser(
  set: WorkingSet,
  { id, operations, furtherOrganizations }: Extract<UserOperation, { kind: "user.patch" }>,
  by: Deciding,
): Decided {
  const user = ownUser(set, id, by);
  const placed = patched(user.attributes, user.organizationId, operations, by);
  const rules = { type: typeFor(by.source, USER), profile: by.profile };
  const isDateGiven = () => assignedNames(operations, rules).has("expireDate");
  const attributes = settleExpiry(placed.attributes, user.attributes, isDateGiven, by.now);
  return updated(set, user, { ...placed, attributes, furtherOrganizations }, by, "user.updated");
}

function deleteUser(set: WorkingSet, id: string, by: Deciding): Decided {
  const user = ownUser(set, id, by);
  const gone = { ...user, version: user.version + 1, updatedAt: by.now, deletedAt: by.now };
  return {
    outcome: { ok: true, status: 204 },
    change: {
      user: gone,
      effect: { type: "user.deleted", resourceType: "User", resourceId: id, changes: {} },
    },
  };
}

/** Not visible is 404, as if it did not exist; visible but another's is 403. */
function ownUser(set: WorkingSet, id: string, by: Deciding): ReadUser {
  const user = set.user(id);
  if (user === undefined || user.deletedAt !== null || !user.visible) {
    throw new ScimError("not_found", "No such User");
  }
  if (!mayChange(by, user)) {
    throw new ScimError("not_owner", "The User belongs to another data source");
  }
  checkVersion(by.ifMatch, user.version);
  return user;
}

interface Wish extends Placed {
  readonly furtherOrganizations: readonly string[] | undefined;
}

function updated(
  set: WorkingSet,
  user: ReadUser,
  { attributes, organizationId: named, furtherOrganizations }: Wish,
  by: Deciding,
  type: EventType,
): Decided {
  const organizationId = placeOf(set, named, user.organizationId);
  const place = { id: user.id, organizationId };
  const further = furtherAfter(set, place, user, furtherOrganizations);
  const isSame = equalJson(user.attributes, attributes) && organizationId === user.organizationId;
  if (isSame && further === undefined) return { outcome: answer(200, user, by) };
  refuseTakenName(set, user, attributes);
  refuseTakenExternalId(set, user, attributes, by);
  refuseTakenValue(set, user.id, attributes, user.attributes, by);
  const version = user.version + 1;
  const after = { ...user, organizationId, attributes, version, updatedAt: by.now };
  const names = namesBetween(user, after);
  return written(200, after, eventOf(type, names, attributes), names, by, further);
}

/** Being enabled and disabled are told apart from other updates: they are what people ask about. */
function eventOf(type: EventType, names: readonly string[], attributes: JsonObject): EventType {
  if (type !== "user.updated" || !names.includes("active")) return type;
  return attributes["active"] === false ? "user.disabled" : "user.enabled";
}
