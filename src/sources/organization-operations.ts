/** What creating, replacing, patching and deleting an organization comes to. Pure decisions on a working set. */
import type { EventType } from "../directory/events.ts";
import {
  MAX_DEPTH,
  organizationCodeKey,
  organizationNameKey,
  parentOf,
} from "../directory/organization.ts";
import { textOf } from "../directory/user.ts";
import { ScimError } from "../scim/error.ts";
import { equalJson, type JsonObject } from "../scim/json.ts";
import { applyPatch } from "../scim/patch.ts";
import { invalidValue } from "../scim/refusals.ts";
import { ORGANIZATION } from "../scim/schemas.ts";
import { checkVersion, mayChange, type Decided, type Deciding } from "./deciding.ts";
import type { OrganizationOperation, Outcome, WrittenResource } from "./operation.ts";
import type { MoveFacts, ReadOrganization } from "./organization-reads.ts";
import { visibleOrganization } from "./placing.ts";
import { changedNames, type WorkingSet } from "./working-set.ts";

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideOrganization(
  set: WorkingSet,
  operation: OrganizationOperation,
  by: Deciding,
): Decided {
  const { id } = operation;
  switch (operation.kind) {
    case "organization.create":
      return createOrganization(set, id, checked(operation.resource.attributes), by);
    case "organization.replace":
      return updated(set, ownOrganization(set, id, by), operation.resource.attributes, by);
    case "organization.patch": {
      const organization = ownOrganization(set, id, by);
      const { attributes } = organization;
      const after = applyPatch(attributes, operation.operations, ORGANIZATION, by.profile);
      return updated(set, organization, after, by);
    }
    case "organization.delete":
      return deleteOrganization(set, operation, by);
  }
}

function createOrganization(set: WorkingSet, id: string, given: JsonObject, by: Deciding): Decided {
  const externalId = textOf(given, "externalId");
  const labelled = labelledOrganization(set, externalId, by);
  const staying = labelled === undefined ? undefined : parentOf(labelled);
  const parentId = textOf(given, "parent") ?? staying ?? by.source.targetId;
  // What is already there is not asked about again.
  const parent = parentId === staying ? undefined : visibleOrganization(set, parentId);
  const known = labelled ?? sameName(set, parentId, given, by);
  if (known !== undefined) {
    if (!known.visible || by.profile.onDuplicate === "conflict") {
      throw taken(labelled === undefined ? "displayName" : "externalId");
    }
    const profile = { ...by.profile, expandKeys: true };
    const operations = [{ op: "replace", value: given }] as const;
    return updated(set, known, applyPatch(known.attributes, operations, ORGANIZATION, profile), by);
  }
  const attributes = { ...given, parent: parentId };
  const depth = (parent?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) throw tooDeep();
  refuseTakenCode(set, id, attributes);
  const organization: ReadOrganization = {
    id,
    directoryId: by.source.directoryId,
    sourceId: by.source.id,
    attributes,
    depth,
    version: 1,
    createdAt: by.now,
    updatedAt: by.now,
    deletedAt: null,
    visible: true,
    parentVisible: true,
  };
  return written(201, organization, "organization.created", Object.keys(attributes));
}

/** As for groups: a name below the parent that anybody else has, or that has another label, is taken. */
function sameName(
  set: WorkingSet,
  parentId: string,
  given: JsonObject,
  by: Deciding,
): ReadOrganization | undefined {
  const named = set.tree.named(parentId, organizationNameKey(given));
  if (named === undefined) return undefined;
  const labels = [given, named.attributes].map((attributes) => textOf(attributes, "externalId"));
  if (named.sourceId !== by.source.id || !labels.includes(undefined)) throw taken("displayName");
  return named;
}

/** What belongs to nobody has labels that anybody may have. */
function labelledOrganization(
  set: WorkingSet,
  externalId: string | undefined,
  { source: { id } }: Deciding,
): ReadOrganization | undefined {
  if (externalId === undefined || id === null) return undefined;
  return set.tree.labelled(id, externalId);
}

function deleteOrganization(
  set: WorkingSet,
  { id, moveUsersTo }: Extract<OrganizationOperation, { kind: "organization.delete" }>,
  by: Deciding,
): Decided {
  const organization = ownOrganization(set, id, by);
  if (parentOf(organization) === undefined) throw inUse("is the root of the directory");
  const { children, people: hasPeople, used, scopes } = set.tree.contentsOf(id);
  const people = hasPeople && moveUsersTo === undefined;
  if (children || people) {
    const what = children ? "organizations below it" : "users";
    throw new ScimError("organization_not_empty", `The Organization still has ${what}`);
  }
  if (used) throw inUse("is the target of a data source, or all that is in the scope of one");
  const version = organization.version + 1;
  const gone = { ...organization, version, updatedAt: by.now, deletedAt: by.now };
  return {
    outcome: { ok: true, status: 204 },
    change: {
      tree: { organization: gone, losers: scopes },
      effect: {
        type: "organization.deleted",
        resourceType: "Organization",
        resourceId: id,
        changes: {},
      },
    },
  };
}

/** Not visible is 404, as if it did not exist; visible but another's, or the directory's own, is 403. */
function ownOrganization(set: WorkingSet, id: string, by: Deciding): ReadOrganization {
  const organization = set.tree.get(id);
  if (organization === undefined || organization.deletedAt !== null || !organization.visible) {
    throw new ScimError("not_found", "No such Organization");
  }
  const { sourceId, version } = organization;
  if (!mayChange(by, organization)) {
    const owner = sourceId === null ? "the directory itself" : "another data source";
    throw new ScimError("not_owner", `The Organization belongs to ${owner}`);
  }
  checkVersion(by.ifMatch, version);
  return organization;
}

function updated(
  set: WorkingSet,
  organization: ReadOrganization,
  given: JsonObject,
  by: Deciding,
): Decided {
  const staying = parentOf(organization);
  // Nobody can stand outside the tree: without a parent it stays where it is.
  const parent = textOf(checked(given), "parent") ?? staying;
  const attributes = { ...checked(given), ...(parent !== undefined && { parent }) };
  if (equalJson(organization.attributes, attributes)) return { outcome: answer(200, organization) };
  const target = parent === undefined || parent === staying ? undefined : parent;
  // What stands below one that the source may not see is not told, not even that a name is taken.
  if (target !== undefined) {
    set.tree.knowMove(organization.id, target, organizationNameKey(attributes));
    visibleOrganization(set, target);
  }
  refuseTaken(set, organization, attributes, by);
  const move = target === undefined ? undefined : moved(set, organization, target);
  const after: ReadOrganization = {
    ...organization,
    attributes,
    ...(move !== undefined && { depth: move.depth, parentVisible: true }),
    version: organization.version + 1,
    updatedAt: by.now,
  };
  const names = changedNames(organization.attributes, attributes);
  return move === undefined
    ? written(200, after, "organization.updated", names)
    : written(200, after, "organization.moved", names, move.losers);
}

function moved(set: WorkingSet, { id }: ReadOrganization, parentId: string): MoveFacts {
  const facts = set.tree.moveOf(id, parentId);
  if (facts.cycle || id === parentId) {
    throw new ScimError("organization_cycle", '"parent" is the Organization itself or below it');
  }
  if (facts.depth + facts.height > MAX_DEPTH) throw tooDeep();
  if (facts.stranded) throw inUse("has the target of a data source in it, which could not see it");
  return facts;
}

function refuseTaken(
  set: WorkingSet,
  organization: ReadOrganization,
  attributes: JsonObject,
  by: Deciding,
): void {
  const { id, attributes: before } = organization;
  const key = organizationNameKey(attributes);
  const parent = textOf(attributes, "parent");
  if (
    parent !== undefined &&
    (key !== organizationNameKey(before) || parent !== parentOf(organization))
  ) {
    const holder = set.tree.named(parent, key);
    if (holder !== undefined && holder.id !== id) throw taken("displayName");
  }
  if (organizationCodeKey(attributes) !== organizationCodeKey(before)) {
    refuseTakenCode(set, id, attributes);
  }
  const externalId = textOf(attributes, "externalId");
  if (externalId === undefined || externalId === textOf(before, "externalId")) return;
  if (labelledOrganization(set, externalId, by) !== undefined) throw taken("externalId");
}

function refuseTakenCode(set: WorkingSet, id: string, attributes: JsonObject): void {
  const code = organizationCodeKey(attributes);
  if (code === undefined) return;
  const holder = set.tree.coded(code);
  if (holder !== undefined && holder.id !== id) throw taken("code");
}

const LONGEST = { displayName: 128, code: 64 } as const;

/** The attributes without those that say nothing. Throws `invalidValue`. */
function checked(attributes: JsonObject): JsonObject {
  for (const [name, longest] of Object.entries(LONGEST)) {
    if ((textOf(attributes, name) ?? "").length <= longest) continue;
    throw invalidValue(name, `has more than ${longest} characters`);
  }
  const kept = Object.entries(attributes).filter(([, value]) => value !== "");
  return Object.fromEntries(kept);
}

function taken(what: string): ScimError {
  return new ScimError("uniqueness", `${what} is already taken`);
}

function tooDeep(): ScimError {
  return new ScimError(
    "organization_too_deep",
    `"parent": organizations stand ${MAX_DEPTH} levels below the root at most`,
  );
}

function inUse(how: string): ScimError {
  return new ScimError("organization_in_use", `The Organization ${how}`);
}

function written(
  status: 200 | 201,
  organization: ReadOrganization,
  type: EventType,
  attributes: string[],
  losers?: readonly string[],
): Decided {
  return {
    outcome: answer(status, organization),
    change: {
      tree: { organization, ...(losers !== undefined && { losers }) },
      effect: {
        type,
        resourceType: "Organization",
        resourceId: organization.id,
        changes: { attributes },
      },
    },
  };
}

function answer(status: 200 | 201, organization: ReadOrganization): Outcome {
  return { ok: true, status, resource: shownOrganization(organization) };
}

/** Whoever doesn't see the one above is not told its id. */
export function shownOrganization(organization: ReadOrganization): WrittenResource {
  const { id, version, createdAt, updatedAt, parentVisible } = organization;
  const { parent: _, ...hidden } = organization.attributes;
  const attributes = parentVisible ? organization.attributes : hidden;
  return { id, attributes, version, createdAt, updatedAt };
}
