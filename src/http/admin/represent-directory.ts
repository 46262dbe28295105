/** Users, groups and organizations as the admin API shows them. */
import type { z } from "zod";
import type { Row } from "../../directory/database.ts";
import type { Group } from "../../directory/group.ts";
import { parentOf, type Organization } from "../../directory/organization.ts";
import type { NodeFacts } from "../../directory/organization-tree.ts";
import { textIn } from "../../directory/row.ts";
import { textOf, type User } from "../../directory/user.ts";
import { FIELDS_KEY } from "../../scim/custom-schema.ts";
import { isObject } from "../../scim/json.ts";
import { phoneOf } from "../../scim/phone.ts";
import type {
  directoryGroup,
  directoryOrganization,
  directoryUser,
} from "./directory-contracts.ts";
import { toRfc3339 } from "./represent.ts";

/** The sources that exist: what belonged to another belongs to nobody. */
export const OWNERS = "SELECT id FROM data_sources WHERE directory_id = ?1 AND deleted_at IS NULL";

export type Owners = ReadonlySet<string>;

export const NO_OWNERS: Owners = new Set();

/** Of the rows of `OWNERS`. */
export function ownersIn(rows: readonly Row[] | undefined): Owners {
  return new Set(rows?.map(({ id }) => String(id)));
}

/** Ids of organizations, by user. */
export type Further = ReadonlyMap<string, readonly string[]>;

/** Of the rows of `furtherOrganizationsOf`. */
export function furtherIn(rows: readonly Row[]): Further {
  const further = new Map<string, string[]>();
  for (const row of rows) {
    const id = textIn(row, "user_id");
    further.set(id, [...(further.get(id) ?? []), textIn(row, "organization_id")]);
  }
  return further;
}

export function representUser(
  user: User,
  { owners, further }: { readonly owners: Owners; readonly further: Further },
): z.infer<typeof directoryUser> {
  const { id, organizationId, attributes, version, createdAt, updatedAt } = user;
  const { [FIELDS_KEY]: fields } = attributes;
  const phone = phoneOf(attributes);
  return {
    id,
    sourceId: ownerOf(user.sourceId, owners),
    organizationId,
    furtherOrganizationIds: [...(further.get(id) ?? [])],
    active: attributes["active"] !== false,
    userName: textOf(attributes, "userName") ?? "",
    phone: phone === undefined ? null : { ...phone },
    fields: isObject(fields) ? fields : {},
    attributes,
    version,
    createdAt: toRfc3339(createdAt),
    updatedAt: toRfc3339(updatedAt),
  };
}

export function representGroup(group: Group, owners: Owners): z.infer<typeof directoryGroup> {
  const { id, attributes, memberCount, version, createdAt, updatedAt } = group;
  return {
    id,
    sourceId: ownerOf(group.sourceId, owners),
    displayName: textOf(attributes, "displayName") ?? "",
    memberCount,
    attributes,
    version,
    createdAt: toRfc3339(createdAt),
    updatedAt: toRfc3339(updatedAt),
  };
}

export function representOrganization(
  organization: Organization,
  { hasChildren, userCount }: NodeFacts,
  owners: Owners,
): z.infer<typeof directoryOrganization> {
  const { id, attributes, version, createdAt, updatedAt } = organization;
  const { order } = attributes;
  return {
    id,
    sourceId: ownerOf(organization.sourceId, owners),
    parentId: parentOf(organization) ?? null,
    displayName: textOf(attributes, "displayName") ?? "",
    code: textOf(attributes, "code") ?? null,
    externalId: textOf(attributes, "externalId") ?? null,
    order: typeof order === "number" ? order : null,
    hasChildren,
    userCount,
    version,
    createdAt: toRfc3339(createdAt),
    updatedAt: toRfc3339(updatedAt),
  };
}

export function ownerOf(sourceId: string | null, owners: Owners): string | null {
  return sourceId !== null && owners.has(sourceId) ? sourceId : null;
}
