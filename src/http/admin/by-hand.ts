/** From what admins send to what the directory's object is asked to do. Pure. */
import type { z } from "zod";
import { groupNameKey } from "../../directory/group.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { FIELDS_KEY } from "../../scim/custom-schema.ts";
import { ScimError } from "../../scim/error.ts";
import { isObject, type Json, type JsonObject } from "../../scim/json.ts";
import { SCHEMA_ENTERPRISE, type PatchOperation } from "../../scim/messages.ts";
import { assignedPassword } from "../../scim/assigned.ts";
import { BY_HAND } from "../../scim/profile.ts";
import { parseResource } from "../../scim/resource.ts";
import { GROUP, ORGANIZATION } from "../../scim/schemas.ts";
import type { ResourceOperation } from "../../sources/operation.ts";
import type {
  groupBody,
  groupChanges,
  memberChanges,
  organizationBody,
  organizationChanges,
  userBody,
  userChanges,
} from "./directory-contracts.ts";

type Of<K extends ResourceOperation["kind"]> = Extract<ResourceOperation, { kind: K }>;

/** Throws ScimError for what the schema of users doesn't take. */
export function userCreation(
  id: string,
  input: z.infer<typeof userBody>,
  type: ResourceType,
): Of<"user.create"> {
  const { furtherOrganizationIds, directoryId: _, ...rest } = input;
  const resource = parseResource(userOf(rest), type, BY_HAND);
  return { kind: "user.create", id, resource, ...furtherOf(furtherOrganizationIds) };
}

export function userPatch(
  id: string,
  { furtherOrganizationIds, ...rest }: z.infer<typeof userChanges>,
  type: ResourceType,
): Of<"user.patch"> {
  const operations = mergeOperations(userOf(rest));
  const password = assignedPassword(operations, { type, profile: BY_HAND });
  return {
    kind: "user.patch",
    id,
    operations,
    ...(password !== undefined && { password }),
    ...furtherOf(furtherOrganizationIds),
  };
}

function furtherOf(ids: readonly string[] | undefined) {
  return ids === undefined ? {} : { furtherOrganizations: ids };
}

type UserParts = Omit<z.infer<typeof userChanges>, "furtherOrganizationIds">;

/** The names of the API among those of SCIM. */
function userOf({ attributes = {}, organizationId, fields, ...core }: UserParts): JsonObject {
  const given = { ...toJson(attributes), ...defined(core) };
  if (fields !== undefined) given[FIELDS_KEY] = toJson(fields);
  if (organizationId === undefined) return given;
  const { [SCHEMA_ENTERPRISE]: extension = {} } = given;
  return {
    ...given,
    [SCHEMA_ENTERPRISE]: { ...(isObject(extension) ? extension : {}), organizationId },
  };
}

/** What was parsed out of a JSON body is JSON. */
function toJson(record: Readonly<Record<string, unknown>>): JsonObject {
  return isObject(record) ? record : {};
}

function defined(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** RFC 7396 in terms of RFC 7644: null takes away, objects are merged, all else is replaced. */
export function mergeOperations(patch: JsonObject, prefix = ""): PatchOperation[] {
  return Object.entries(patch).flatMap(([name, value]): PatchOperation[] => {
    const path = `${prefix}${name}`;
    if (value === null) return [{ op: "remove", path }];
    if (!isObject(value)) return [{ op: "replace", path, value }];
    // What is in an extension follows a colon.
    const isExtension = prefix === "" && name.includes(":");
    return mergeOperations(value, `${path}${isExtension ? ":" : "."}`);
  });
}

export function groupCreation(id: string, input: z.infer<typeof groupBody>): Of<"group.create"> {
  const { directoryId: _, members = [], ...rest } = input;
  const body = { ...defined(rest), members: members.map((value) => ({ value })) };
  return { kind: "group.create", id, resource: parseResource(body, GROUP, BY_HAND) };
}

export function groupPatch(id: string, changes: z.infer<typeof groupChanges>): Of<"group.patch"> {
  const named = defined(changes);
  if (named["displayName"] !== undefined && groupNameKey(named).trim() === "") {
    throw new ScimError("invalidValue", '"displayName" is empty');
  }
  return { kind: "group.patch", id, operations: mergeOperations(named), members: [] };
}

export function membersPatch(
  id: string,
  { add, remove }: z.infer<typeof memberChanges>,
): Of<"group.patch"> {
  const members = [
    { op: "remove", values: remove },
    { op: "add", values: add },
  ] as const;
  return {
    kind: "group.patch",
    id,
    operations: [],
    members: members.filter(({ values }) => values.length > 0).map((one) => ({ ...one })),
  };
}

export function organizationCreation(
  id: string,
  input: z.infer<typeof organizationBody>,
): Of<"organization.create"> {
  const { directoryId: _, parentId, ...rest } = input;
  const body = defined({ ...rest, parent: parentId });
  return { kind: "organization.create", id, resource: parseResource(body, ORGANIZATION, BY_HAND) };
}

export function organizationPatch(
  id: string,
  { parentId, ...rest }: z.infer<typeof organizationChanges>,
): Of<"organization.patch"> {
  const operations = mergeOperations(defined({ ...rest, parent: parentId }));
  return { kind: "organization.patch", id, operations };
}
