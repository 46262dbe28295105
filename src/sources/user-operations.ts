/** What creating, replacing, patching and deleting a user comes to. Pure decisions on a working set. */
import type { EventType } from "../directory/events.ts";
import { settleExpiry } from "../directory/expiry.ts";
import { fieldKind, textOf, userNameKey } from "../directory/user.ts";
import { assignedNames } from "../scim/assigned.ts";

import { toBody, withUnknown } from "../scim/canonical.ts";
import { ScimError } from "../scim/error.ts";
import { equalJson, type JsonObject } from "../scim/json.ts";
import { applyPatch } from "../scim/patch.ts";
import type { ParsedResource } from "../scim/resource.ts";
import { USER } from "../scim/schemas.ts";
import { claimsOf } from "./claims.ts";
import type { Outcome, UserOperation } from "./operation.ts";
import { checkVersion, type Decided, type Deciding } from "./deciding.ts";
import type { ReadUser } from "./snapshot.ts";
import { withPassword } from "./user-password.ts";
import { typeFor } from "./source-type.ts";
import { changedNames, type WorkingSet } from "./working-set.ts";

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideUser(set: WorkingSet, operation: UserOperation, by: Deciding): Decided {
  return withPassword(set, decideRecord(set, operation, by), operation, by);
}

function decideRecord(set: WorkingSet, operation: UserOperation, by: Deciding): Decided {
  switch (operation.kind) {
    case "user.create":
      return createUser(set, operation.id, operation.resource, by);
    case "user.replace":
      return replaceUser(set, operation.id, operation.resource, by);
    case "user.patch":
      return patchUser(set, operation, by);
    case "user.delete":
      return deleteUser(set, operation.id, by);
  }
}

function createUser(
  set: WorkingSet,
  id: string,
  { attributes, activeGiven }: ParsedResource,
  by: Deciding,
): Decided {
  const orphan = by.profile.adopt ? unownedIdentity(set, attributes) : undefined;
  if (orphan !== undefined) return adoptUser(set, orphan, attributes, by);
  const known = sameIdentity(set, attributes, by);
  if (known !== undefined) return updateByCreate(set, known, attributes, activeGiven, by);
  refuseTakenValue(set, id, attributes, {}, by);
  const gone = by.profile.restoreDeleted ? deletedIdentity(set, attributes, by) : undefined;
  const user: ReadUser = {
    id: gone?.id ?? id,
    seq: gone?.seq,
    directoryId: by.source.directoryId,
    sourceId: by.source.id,
    organizationId: by.source.targetId,
    attributes: settleExpiry(attributes, {}, () => true, by.now),
    version: (gone?.version ?? 0) + 1,
    createdAt: gone?.createdAt ?? by.now,
    updatedAt: by.now,
    deletedAt: null,
    visible: true,
    owned: true,
  };
  const type = gone === undefined ? "user.created" : "user.restored";
  return written(201, user, type, Object.keys(attributes));
}

/**
 * The user a POST speaks of: the same externalId in this source or, where the request or the
 * stored user has none, the same userName. A name anybody else holds is taken, and by whom is
 * not said.
 */
function sameIdentity(set: WorkingSet, attributes: JsonObject, by: Deciding): ReadUser | undefined {
  const externalId = textOf(attributes, "externalId");
  const named = set.userNamed(userNameKey(attributes));
  const labelled =
    externalId === undefined ? undefined : set.userWithExternalId(by.source.id, externalId);
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
  return set.deletedUser(by.source.id, userNameKey(attributes), textOf(attributes, "externalId"));
}

/** The live user of that name whose source is gone, or who never had one. */
function unownedIdentity(set: WorkingSet, attributes: JsonObject): ReadUser | undefined {
  const named = set.userNamed(userNameKey(attributes));
  return named?.owned === false ? named : undefined;
}

/** Somebody who belongs to nobody becomes the source's; the label of the source before is dropped. */
function adoptUser(set: WorkingSet, user: ReadUser, given: JsonObject, by: Deciding): Decided {
  const { externalId: _, ...kept } = user.attributes;
  const externalId = textOf(given, "externalId");
  if (externalId !== undefined && set.userWithExternalId(by.source.id, externalId) !== undefined) {
    throw taken("externalId");
  }
  const attributes = settleExpiry(merged(kept, given, by), kept, () => true, by.now);
  refuseTakenValue(set, user.id, attributes, kept, by);
  const adopted: ReadUser = {
    ...user,
    sourceId: by.source.id,
    organizationId: user.visible ? user.organizationId : by.source.targetId,
    attributes,
    version: user.version + 1,
    updatedAt: by.now,
    visible: true,
    owned: true,
  };
  return written(200, adopted, "user.adopted", changedNames(user.attributes, attributes));
}

/** What a POST names is set and the rest kept; a dialect that restricts PATCH doesn't restrict this. */
function merged(attributes: JsonObject, value: JsonObject, by: Deciding): JsonObject {
  const profile = { ...by.profile, expandKeys: true };
  const type = typeFor(by.source, USER);
  const operation = { op: "replace", value: toBody(value, type) } as const;
  return applyPatch(attributes, [operation], type, profile);
}

/** A repeated POST: an update with PATCH semantics, so that what it doesn't name is kept. */
function updateByCreate(
  set: WorkingSet,
  user: ReadUser,
  given: JsonObject,
  activeGiven: boolean,
  by: Deciding,
): Decided {
  const { active: _, ...withoutActive } = given;
  const enables =
    !activeGiven && user.attributes["active"] === false && by.profile.reactivateOnCreate;
  const value = activeGiven ? given : enables ? { ...withoutActive, active: true } : withoutActive;
  const isDateGiven = () => !activeGiven || given["expireDate"] !== undefined;
  const after = merged(user.attributes, value, by);
  const attributes = settleExpiry(after, user.attributes, isDateGiven, by.now);
  const enabled = enables && attributes["active"] === true;
  return updated(set, user, attributes, by, enabled ? "user.reactivated" : "user.updated");
}

function replaceUser(
  set: WorkingSet,
  id: string,
  { attributes, activeGiven }: ParsedResource,
  by: Deciding,
): Decided {
  const user = ownUser(set, id, by);
  const active = activeGiven ? attributes["active"] : user.attributes["active"];
  const given = active === undefined ? attributes : { ...attributes, active };
  // Fields of others stay: the source knows nothing of them, so it can't have left them out.
  const complete = withUnknown(given, user.attributes, typeFor(by.source, USER));
  const settled = settleExpiry(complete, user.attributes, () => true, by.now);
  return updated(set, user, settled, by, "user.updated");
}

function patchUser(
  set: WorkingSet,
  { id, operations }: Extract<UserOperation, { kind: "user.patch" }>,
  by: Deciding,
): Decided {
  const user = ownUser(set, id, by);
  const type = typeFor(by.source, USER);
  const after = applyPatch(user.attributes, operations, type, by.profile);
  const isDateGiven = () =>
    assignedNames(operations, { type, profile: by.profile }).has("expireDate");
  const attributes = settleExpiry(after, user.attributes, isDateGiven, by.now);
  return updated(set, user, attributes, by, "user.updated");
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
  if (user.sourceId !== by.source.id) {
    throw new ScimError("not_owner", "The User belongs to another data source");
  }
  checkVersion(by.ifMatch, user.version);
  return user;
}

function updated(
  set: WorkingSet,
  user: ReadUser,
  attributes: JsonObject,
  by: Deciding,
  type: EventType,
): Decided {
  if (equalJson(user.attributes, attributes)) return { outcome: answer(200, user) };
  refuseTakenName(set, user, attributes);
  refuseTakenExternalId(set, user, attributes, by);
  refuseTakenValue(set, user.id, attributes, user.attributes, by);
  const after = { ...user, attributes, version: user.version + 1, updatedAt: by.now };
  const names = changedNames(user.attributes, attributes);
  return written(200, after, eventOf(type, names, attributes), names);
}

/** Being enabled and disabled are told apart from other updates: they are what people ask about. */
function eventOf(type: EventType, names: readonly string[], attributes: JsonObject): EventType {
  if (type !== "user.updated" || !names.includes("active")) return type;
  return attributes["active"] === false ? "user.disabled" : "user.enabled";
}

function refuseTakenName(set: WorkingSet, user: ReadUser, attributes: JsonObject): void {
  const key = userNameKey(attributes);
  if (key === userNameKey(user.attributes)) return;
  if (set.userNamed(key) !== undefined) throw taken("userName");
}

function refuseTakenExternalId(
  set: WorkingSet,
  user: ReadUser,
  attributes: JsonObject,
  by: Deciding,
): void {
  const externalId = textOf(attributes, "externalId");
  if (externalId === undefined || externalId === textOf(user.attributes, "externalId")) return;
  if (set.userWithExternalId(by.source.id, externalId) !== undefined) throw taken("externalId");
}

function refuseTakenValue(
  set: WorkingSet,
  id: string,
  attributes: JsonObject,
  before: JsonObject,
  by: Deciding,
): void {
  const kind = set.takenKind(id, attributes, before, claimsOf(by.source));
  if (kind === undefined) return;
  const field = by.source.fields.find(({ name }) => fieldKind(name) === kind);
  throw taken(
    field === undefined ? "The work e-mail or phone" : `"${by.source.namespace}:${field.name}"`,
  );
}

function taken(what: string): ScimError {
  return new ScimError("uniqueness", `${what} is already taken`);
}

function written(status: 200 | 201, user: ReadUser, type: EventType, names: string[]): Decided {
  return {
    outcome: answer(status, user),
    change: {
      user,
      effect: {
        type,
        resourceType: "User",
        resourceId: user.id,
        changes: { attributes: names },
      },
    },
  };
}

function answer(status: 200 | 201, user: ReadUser): Outcome {
  const { id, attributes, version, createdAt, updatedAt } = user;
  return { ok: true, status, resource: { id, attributes, version, createdAt, updatedAt } };
}
