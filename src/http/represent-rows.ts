/** Rows of the directory as the resources that a source is shown. */
import type { Row } from "../directory/database.ts";
import { parseGroup } from "../directory/group.ts";
import { parseOrganization } from "../directory/organization.ts";
import { groupsOf, membersOf, type GroupName } from "../directory/read.ts";
import { parseUser } from "../directory/user.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import { asksFor, wants, type Projection } from "../scim/projection.ts";
import { shownPlacement } from "../scim/placement.ts";
import { represent } from "../scim/represent.ts";
import { GROUP, ORGANIZATION, USER } from "../scim/schemas.ts";
import { profileOf } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { gated, scopeOf, type Reading } from "./reading.ts";

/** Above this a client has to exclude `members`, or ask for users by `groups.value`. */
export const MEMBERS_SHOWN = 20_000;

/** Users show their groups, and groups their members, in lists only where asked (or as the dialect says). */
export async function represented(
  reading: Reading,
  type: ResourceType,
  projection: Projection,
  rows: readonly Row[],
): Promise<JsonObject[]> {
  if (type.name === "User") {
    const asked = asksFor(projection, "groups") && rows.length > 0;
    const ids = rows.map((row) => String(row["id"]));
    const found = asked ? await gated(reading, [groupsOf(scopeOf(reading.source), ids)]) : [];
    const groups = groupsByUser(found[0] ?? []);
    return rows.map((row) =>
      representUser(reading, row, asked ? (groups.get(String(row["id"])) ?? []) : undefined),
    );
  }
  if (type.name === "Organization") return rows.map((row) => representOrganization(reading, row));
  const included = profileOf(reading.source).membersInLists && wants(projection, "members");
  if (!included && !asksFor(projection, "members")) {
    return rows.map((row) => representGroup(reading, row, undefined));
  }
  return groupsWithMembers(reading, rows);
}

async function groupsWithMembers(reading: Reading, rows: readonly Row[]): Promise<JsonObject[]> {
  const sizes = rows.map((row) => parseGroup(row).memberCount);
  if (sizes.reduce((sum, size) => sum + size, 0) > MEMBERS_SHOWN) throw tooManyMembers();
  const scope = scopeOf(reading.source);
  const pages = rows.map((row) => membersOf(scope, String(row["id"]), 0, MEMBERS_SHOWN));
  const members = pages.length === 0 ? [] : await gated(reading, pages);
  return rows.map((row, index) => {
    const ids = (members[index] ?? []).map((member) => String(member["id"]));
    return representGroup(reading, row, ids);
  });
}

/** Rows of `groupsOf`, by the id of their user. */
export function groupsByUser(rows: readonly Row[]): ReadonlyMap<string, readonly GroupName[]> {
  const groups = new Map<string, GroupName[]>();
  for (const row of rows) {
    const userId = String(row["user_id"]);
    const own = groups.get(userId) ?? [];
    own.push({ id: String(row["group_id"]), displayName: String(row["display_name"]) });
    groups.set(userId, own);
  }
  return groups;
}

export function representUser(
  { base, source }: Reading,
  row: Row,
  groups: readonly GroupName[] | undefined,
): JsonObject {
  const user = parseUser(row);
  const { id, version, createdAt: created, updatedAt: lastModified } = user;
  const attributes = shownPlacement(
    attributesShown(user, source.id),
    user.organizationId,
    source.targetId,
    profileOf(source),
  );
  return represent(
    typeFor(source, USER),
    { id, attributes, version, created, lastModified, ...(groups && { groups }) },
    base,
  );
}

export function representGroup(
  { base, source }: Reading,
  row: Row,
  members: string[] | undefined,
): JsonObject {
  const group = parseGroup(row);
  const { id, version, createdAt: created, updatedAt: lastModified } = group;
  const attributes = attributesShown(group, source.id);
  return represent(
    GROUP,
    { id, attributes, version, created, lastModified, ...(members && { members }) },
    base,
  );
}

export function representOrganization({ base, source }: Reading, row: Row): JsonObject {
  const organization = parseOrganization(row);
  const { id, version, createdAt: created, updatedAt: lastModified } = organization;
  const attributes = attributesShown(organization, source.id);
  return represent(ORGANIZATION, { id, attributes, version, created, lastModified }, base);
}

/** RFC 7643 §3.1: `externalId` is what its source calls a resource, and nothing to another source. */
function attributesShown(
  { attributes, sourceId }: { attributes: JsonObject; sourceId: string | null },
  reader: string,
): JsonObject {
  if (sourceId === reader) return attributes;
  const { externalId: _label, ...shown } = attributes;
  return shown;
}

export function tooManyMembers(): ScimError {
  return new ScimError(
    "tooMany",
    `More than ${MEMBERS_SHOWN} members: ask with excludedAttributes=members`,
  );
}
