/** Users, groups and organizations of an upstream as operations of its data source. */
import { isObject, type JsonObject } from "../scim/json.ts";
import { ScimError } from "../scim/error.ts";
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import { parseResource } from "../scim/resource.ts";
import { GROUP, ORGANIZATION, USER } from "../scim/schemas.ts";
import type { UserWrite } from "../sources/operation.ts";
import { typeFor } from "../sources/source-type.ts";
import { WHOLE_GROUP_LIMIT } from "../sources/snapshot-parts.ts";
import { profileOf } from "../sources/source.ts";
import type { KnownRow } from "./known.ts";
import { nameOf, type Draft, type PlanContext } from "./plan.ts";
import { withFields } from "./upstream-user.ts";
import type {
  RecordFault,
  UpstreamGroup,
  UpstreamOrganization,
  UpstreamRecord,
  UpstreamUser,
} from "./upstream-page.ts";

/** Throws ScimError for a record that the source's dialect doesn't take. */
export function draftOf(context: PlanContext) {
  return (record: UpstreamRecord, row: KnownRow | undefined, isSame: boolean): Draft => {
    switch (record.type) {
      case "User":
        if (row !== undefined && isSame) return draftGroups(record, row, context);
        return draftUser(record, row, context);
      case "Group":
        return draftGroup(record, row, context);
      case "Organization":
        return draftOrganization(record, row, context);
    }
  };
}

/**
 * What of a record is not known here: the same record is applied again when that changes. Before
 * everything of its list is read, nobody knows it of an organization's parent.
 */
export function openIn(record: UpstreamRecord, context: PlanContext): readonly string[] {
  const { organizations, users, cut, isFinal } = context;
  switch (record.type) {
    case "User":
      return (record.organizations ?? []).filter((label) => !organizations.has(label));
    case "Group":
      return (record.members ?? []).filter((id) => !users.has(id));
    case "Organization": {
      const { parent, externalId } = record;
      if (cut === externalId) return ["is cut"];
      if (parent === undefined || organizations.has(parent)) return [];
      return [isFinal ? "has no parent" : "has no parent so far"];
    }
  }
}

/** Whether it names groups that could not be made. */
export function lacksGroups(
  record: UpstreamRecord,
  { groups, hasGroupList }: Pick<PlanContext, "groups" | "hasGroupList">,
): boolean {
  if (hasGroupList || record.type !== "User") return false;
  return (record.groups ?? []).some(({ id }) => !groups.has(id));
}

/** What an admin has changed of them since stays. */
function draftGroups(record: UpstreamUser, { id }: KnownRow, context: PlanContext): Draft {
  const memberships = membershipsOf(record, context);
  return { operation: { kind: "user.patch", id, operations: [], ...memberships } };
}

function membershipsOf(
  { groups }: UpstreamUser,
  context: PlanContext,
): Pick<UserWrite, "groups" | "groupNames"> {
  if (context.hasGroupList || groups === undefined) return {};
  return {
    groups: groups.flatMap(({ id }) => context.groups.get(id) ?? []),
    groupNames: groups.map(({ displayName }) => displayName),
  };
}

function draftUser(record: UpstreamUser, row: KnownRow | undefined, context: PlanContext): Draft {
  const { source, organizations, holdsLeavers } = context;
  const leaves = row?.isActive === true && isInactive(record, context.now);
  // How many there are is known when the list is read to its end.
  if (leaves && !context.isFinal) return "later";
  const isHeld = leaves && holdsLeavers;
  const profile = profileOf(source);
  const labels = placesNamed(record, organizations);
  const places = labels?.flatMap((label) => organizations.get(label) ?? []);
  const [primary = source.targetId, ...further] = places ?? [];
  const place = labels === undefined ? undefined : primary;
  const given = isHeld ? { ...record, body: stayingActive(record.body) } : record;
  const body = withFields({ ...record, body: placed(given, place, profile) }, source.namespace);
  const resource = parseResource(body, typeFor(source, USER), profile);
  const lists = {
    ...(labels !== undefined && { furtherOrganizations: further.filter((id) => id !== primary) }),
    ...membershipsOf(record, context),
  };
  const unknown = labels?.filter((label) => !organizations.has(label)) ?? [];
  const remark = unknown.length === 0 ? undefined : strayed(record, unknown);
  return row === undefined
    ? { operation: { kind: "user.create", id: context.newId(), resource, ...lists }, remark }
    : { operation: { kind: "user.replace", id: row.id, resource, ...lists }, remark, isHeld };
}

/** By the record itself, or because the date after which it is so has come. */
export function isInactive({ body }: Pick<UpstreamUser, "body">, now: number): boolean {
  const { active, expireDate } = body;
  return active === false || (typeof expireDate === "string" && Date.parse(expireDate) <= now);
}

function stayingActive(body: JsonObject): JsonObject {
  const { expireDate: _, ...others } = body;
  return { ...others, active: true };
}

/** RFC 7643's `organization` is any text: only where it is an id of the upstream is it a place. */
function placesNamed(
  { organizations, organizationsMayBeNames }: UpstreamUser,
  known: PlanContext["organizations"],
): readonly string[] | undefined {
  if (!organizationsMayBeNames) return organizations;
  return organizations?.some((label) => known.has(label)) ? organizations : undefined;
}

/** Where the source says so, `organization` is a place, and the upstream's word for one is none here. */
function placed(
  { externalId, body, organizations, organizationsMayBeNames }: UpstreamUser,
  place: string | undefined,
  { enterpriseOrganization }: { readonly enterpriseOrganization: "id" | "text" },
): JsonObject {
  const given = body[SCHEMA_ENTERPRISE];
  const extension = isObject(given) ? given : {};
  const isText = organizationsMayBeNames && enterpriseOrganization === "text";
  const [name] = isText ? (organizations ?? []) : [];
  const whole = {
    ...extension,
    ...(name !== undefined && { organization: name }),
    ...(place !== undefined && { organizationId: place }),
  };
  const { [SCHEMA_ENTERPRISE]: __, ...rest } = body;
  return withSchemas(USER.schema.id, {
    ...rest,
    externalId,
    ...(Object.keys(whole).length > 0 && { [SCHEMA_ENTERPRISE]: whole }),
  });
}

/** A dialect that insists on `schemas` is meant for clients, not for an upstream. */
function withSchemas(core: string, body: JsonObject): JsonObject {
  const { schemas: _, ...rest } = body;
  return {
    schemas: [core, ...Object.keys(rest).filter((name) => name.startsWith("urn:"))],
    ...rest,
  };
}

function strayed(record: UpstreamUser, unknown: readonly string[]): RecordFault {
  return {
    type: "User",
    externalId: record.externalId,
    name: nameOf(record),
    code: "organization_unknown",
    path: "organization",
    detail: `The upstream names organizations that it does not have: ${unknown.slice(0, 3).join(", ")}`,
  };
}

function draftGroup(record: UpstreamGroup, row: KnownRow | undefined, context: PlanContext): Draft {
  const { source, users } = context;
  if ((record.members?.length ?? 0) > WHOLE_GROUP_LIMIT) {
    const problem = `"members" has more than ${WHOLE_GROUP_LIMIT} values`;
    throw new ScimError("record_too_large", problem);
  }
  const { externalId } = record;
  const body = withSchemas(GROUP.schema.id, { ...record.body, externalId });
  const parsed = parseResource(body, GROUP, profileOf(source));
  // What one request may name at most doesn't hold for them.
  const members = record.members?.flatMap((id) => users.get(id) ?? []);
  const resource = members === undefined ? parsed : { ...parsed, members };
  if (row === undefined) {
    return { operation: { kind: "group.create", id: context.newId(), resource } };
  }
  if (members !== undefined) return { operation: { kind: "group.replace", id: row.id, resource } };
  // A record without a word of members doesn't say that there are none.
  const value = record.body["displayName"] ?? null;
  const operations = [{ op: "replace", path: "displayName", value }] as const;
  return { operation: { kind: "group.patch", id: row.id, operations, members: [] } };
}

function draftOrganization(
  record: UpstreamOrganization,
  row: KnownRow | undefined,
  context: PlanContext,
): Draft {
  const { source, organizations, isFinal, cut } = context;
  const above = record.parent;
  const isCut = cut === record.externalId;
  const known =
    above === undefined ? source.targetId : isCut ? undefined : organizations.get(above);
  // A move is decided on the tree as it stands: it waits until everything else stands.
  const waits = known === undefined || (row !== undefined && row.parentId !== known);
  if (waits && !isFinal) return "later";
  const parent = known ?? source.targetId;
  const body = withSchemas(ORGANIZATION.schema.id, {
    ...record.body,
    externalId: record.externalId,
    parent,
  });
  const resource = parseResource(body, ORGANIZATION, profileOf(source));
  const remark = known === undefined ? parked(record, isCut) : undefined;
  return row === undefined
    ? { operation: { kind: "organization.create", id: context.newId(), resource }, remark }
    : { operation: { kind: "organization.replace", id: row.id, resource }, remark };
}

function parked(record: UpstreamOrganization, isCut: boolean): RecordFault {
  const why = isCut
    ? "It is below itself"
    : `The upstream does not have the organization above it, ${record.parent ?? ""}`;
  return {
    type: "Organization",
    externalId: record.externalId,
    name: nameOf(record),
    code: isCut ? "organization_cycle" : "organization_unknown",
    path: "parent",
    detail: `${why}: it was put below the target`,
  };
}
