/** Organizations of the second dialect: what a request says of one, and what is shown of one. */
import { assignments, offsetTime, type Assignment } from "./dialect-values.ts";
import type { JsonObject } from "./json.ts";
import { SCHEMA_ORGANIZATION } from "./messages.ts";
import type { KeptResource } from "./represent.ts";

/** The documents also name createDate and lastModifiedDate, which are ours to know. */
const NAMES = ["displayName", "parent", "code", "order"];

/** What a POST or a PUT says. */
export function organizationOf(body: JsonObject): Assignment[] {
  return assignments(body, NAMES);
}

/** `parent` is the organization above, as far as the reader sees it. */
export function showOrganization(
  organization: Omit<KeptResource, "groups" | "members">,
  parent: JsonObject | undefined,
): JsonObject {
  const { id, attributes, created, lastModified, version } = organization;
  const { displayName = "", code, order, parent: parentId } = attributes;
  return {
    schemas: [SCHEMA_ORGANIZATION],
    id,
    displayName,
    ...(code !== undefined && { code }),
    ...(order !== undefined && { order }),
    ...(parentId !== undefined && { parent: parentId }),
    ...(parent?.["code"] !== undefined && { parentCode: parent["code"] }),
    ...(parent?.["displayName"] !== undefined && { parentName: parent["displayName"] }),
    meta: {
      resourceType: "Organization",
      created: offsetTime(created),
      lastModified: offsetTime(lastModified),
      version: String(version),
    },
  };
}
