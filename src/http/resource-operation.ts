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
  const of = PREFIXES[type.name];
  switch (method) {
    case "POST":
      return { kind: `${of}.create`, id, resource: parseResource(body, type, profile) };
    case "PUT":
      return { kind: `${of}.replace`, id, resource: parseResource(body, type, profile) };
    case "PATCH": {
      const operations = parsePatchOp(body, profile);
      if (of === "user") return userPatch(id, operations, profile);
      if (of === "organization") return { kind: `${of}.patch`, id, operations };
      return { kind: "group.patch", id, ...splitMembers(operations, profile) };
    }
    case "DELETE":
      return { kind: `${of}.delete`, id };
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
const PREFIXES = { User: "user", Group: "group", Organization: "organization" } as const;
