/** Users, groups and organizations in the admin API as zod contracts (contracts.ts says how). */
import { z } from "zod";

const time = z.iso.datetime();
const times = { createdAt: time, updatedAt: time };
const id = z.string().min(1).max(64);
const nextCursor = z.string().nullable();
const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), nextCursor });

/** The SCIM attributes as they are kept; /Schemas describes them. */
const attributes = z.record(z.string(), z.unknown());

// In the order in which answers have them: one that is given again is to be the same text.
const user = z.object({
  id: z.string(),
  sourceId: z.string().nullable(),
  organizationId: z.string(),
  /** The organizations beside that one. */
  furtherOrganizationIds: z.array(z.string()),
  active: z.boolean(),
  userName: z.string(),
  phone: z.object({ region: z.string().nullable(), number: z.string() }).nullable(),
  /** Custom fields by name. */
  fields: z.record(z.string(), z.unknown()),
  attributes,
  version: z.int(),
  ...times,
});

export const directoryUser = user.meta({ id: "DirectoryUser" });

/** A user alone, with the groups; null where there are too many to stand here. */
export const userDetail = user
  .extend({
    groups: z.array(z.object({ id: z.string(), displayName: z.string() })).nullable(),
  })
  .meta({ id: "DirectoryUserDetail" });

export const directoryGroup = z
  .object({
    id: z.string(),
    sourceId: z.string().nullable(),
    displayName: z.string(),
    memberCount: z.int(),
    attributes,
    version: z.int(),
    ...times,
  })
  .meta({ id: "DirectoryGroup" });

export const groupMember = z.object({ id: z.string() }).meta({ id: "GroupMember" });

const step = z.object({ id: z.string(), displayName: z.string() });

const organization = z.object({
  id: z.string(),
  sourceId: z.string().nullable(),
  /** Null for the root, and where the caller doesn't see the one above. */
  parentId: z.string().nullable(),
  displayName: z.string(),
  code: z.string().nullable(),
  externalId: z.string().nullable(),
  order: z.number().nullable(),
  hasChildren: z.boolean(),
  /** Those who are in it, without those below it. */
  userCount: z.int(),
  version: z.int(),
  ...times,
});

/** The path begins at the topmost one that the caller sees, and ends with the organization itself. */
const path = z.array(step);

export const directoryOrganization = organization
  .extend({ path: path.optional() })
  .meta({ id: "DirectoryOrganization" });

export const organizationDetail = organization
  .extend({ path, userCountWithDescendants: z.int() })
  .meta({ id: "DirectoryOrganizationDetail" });

export const userList = page(directoryUser).meta({ id: "DirectoryUserList" });
export const groupList = page(directoryGroup).meta({ id: "DirectoryGroupList" });
export const memberList = page(groupMember).meta({ id: "GroupMemberList" });
export const organizationList = page(directoryOrganization).meta({
  id: "DirectoryOrganizationList",
});

const userName = z.string().min(1).max(256);
const label = z.string().min(1).max(256);
const ids = (max: number) => z.array(id).max(max);
const password = z.string().min(1).max(256);
const when = z.iso.datetime({ offset: true });
/** By the names of SCIM; in a change null takes one away, and parts that aren't named are kept. */
const given = z.record(z.string(), z.unknown());

const userParts = {
  attributes: given.optional(),
  active: z.boolean().optional(),
  organizationId: id.optional(),
  furtherOrganizationIds: ids(20).optional(),
  password: password.optional(),
  fields: given.optional(),
};

export const userBody = z
  .strictObject({
    userName,
    ...userParts,
    expireDate: when.optional(),
    directoryId: id.optional(),
  })
  .meta({ id: "NewUser" });

export const userChanges = z
  .strictObject({
    userName: userName.optional(),
    ...userParts,
    expireDate: when.nullable().optional(),
  })
  .meta({ id: "UserChanges" });

/** So many members can come and go in one request. */
const MEMBERS = 1_000;

export const groupBody = z
  .strictObject({
    displayName: label,
    externalId: label.optional(),
    members: ids(MEMBERS).optional(),
    directoryId: id.optional(),
  })
  .meta({ id: "NewGroup" });

export const groupChanges = z
  .strictObject({ displayName: label.optional(), externalId: label.nullable().optional() })
  .meta({ id: "GroupChanges" });

/** Whoever is named twice is added. */
export const memberChanges = z
  .strictObject({ add: ids(MEMBERS).default([]), remove: ids(MEMBERS).default([]) })
  .meta({ id: "MemberChanges" });

const name = z.string().min(1).max(128);
const code = z.string().min(1).max(64);
const order = z.int();

export const organizationBody = z
  .strictObject({
    displayName: name,
    parentId: id.optional(),
    code: code.optional(),
    order: order.optional(),
    externalId: label.optional(),
    directoryId: id.optional(),
  })
  .meta({ id: "NewOrganization" });

export const organizationChanges = z
  .strictObject({
    displayName: name.optional(),
    parentId: id.optional(),
    code: code.nullable().optional(),
    order: order.nullable().optional(),
    externalId: label.nullable().optional(),
  })
  .meta({ id: "OrganizationChanges" });
