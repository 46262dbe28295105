/** From what a request says of a resource to what its source's object is asked to do. */
import { assignedPassword } from "../scim/assigned.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { splitMembers } from "../scim/members.ts";
import { parsePatchOp, type PatchOperation } from "../scim/messages.ts";
import type { Profile } from "../scim/profile.ts";
import { parseResource } from "../scim/resource.ts";
import { USER } from "../scim/schemas.ts";
import type { ResourceOperation } from "../sources/operation.ts";

export type WritingMethod = "POST" | "PUT" | "PATCH" | "DELETE";

export interface ResourceRequest {
  readonly method: WritingMethod;
  readonly type: ResourceType;
  /** For POST the one that a new resource gets. */
  readonly id: string;
  readonly body: unknown;
}

/** Throws ScimError for a body that its method doesn't take. */
export function resourceOperation(
  { method, type, id, body }: ResourceRequest,
  profile: Profile,
): ResourceOperation {
  const isUser = type.name === "User";
  switch (method) {
    case "POST": {
      const resource = parseResource(body, type, profile);
      return { kind: isUser ? "user.create" : "group.create", id, resource };
    }
    case "PUT": {
      const resource = parseResource(body, type, profile);
      return { kind: isUser ? "user.replace" : "group.replace", id, resource };
    }
    case "PATCH": {
      const operations = parsePatchOp(body, profile);
      if (isUser) return userPatch(id, operations, profile);
      return { kind: "group.patch", id, ...splitMembers(operations, profile) };
    }
    case "DELETE":
      return { kind: isUser ? "user.delete" : "group.delete", id };
  }
}

function userPatch(
  id: string,
  operations: readonly PatchOperation[],
  profile: Profile,
): ResourceOperation {
  const password = assignedPassword(operations, { type: USER, profile });
  return { kind: "user.patch", id, operations, ...(password !== undefined && { password }) };
}
