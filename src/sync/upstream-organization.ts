/** Organizations of an upstream: of the organization schema, or groups that stand for them. */
import { isObject, type Json } from "../scim/json.ts";
import { SCHEMA_ORGANIZATION } from "../scim/messages.ts";
import {
  idOf,
  labelOf,
  lastModifiedOf,
  memberOf,
  textOf,
  type Members,
  type Report,
} from "./upstream-json.ts";
import type { UpstreamOrganization } from "./upstream-page.ts";

/** Reports what stands in the way; undefined without an id. */
export function readOrganization(
  members: Members,
  report: Report,
): UpstreamOrganization | undefined {
  const externalId = labelOf(members) ?? report("id", "is required");
  const displayName = textOf(members.get("displayname")) ?? textOf(members.get("name"));
  if (displayName === undefined) report("displayName", "is required");
  const code = textOf(members.get("code"));
  const order = orderOf(members.get("order"), report);
  const parent = parentOf(members);
  if (externalId === undefined || displayName === undefined) return undefined;
  return {
    type: "Organization",
    externalId,
    body: {
      schemas: [SCHEMA_ORGANIZATION],
      externalId,
      displayName,
      ...(code !== undefined && { code }),
      ...(order !== undefined && { order }),
    },
    parent,
    lastModified: lastModifiedOf(members),
  };
}

function orderOf(value: Json | undefined, report: Report): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const isText = typeof value === "string" && /^-?\d{1,15}$/.test(value);
  const order = isText ? Number(value) : value;
  if (typeof order === "number" && Number.isSafeInteger(order)) return order;
  return report("order", "is not an integer");
}

/** RFC 7643's groups have none: an extension may say it for them. */
function parentOf(members: Members): string | undefined {
  const own = members.get("parent");
  if (own !== undefined) return idOf(own);
  const extensions = [...members].filter(([name]) => name.startsWith("urn:"));
  const parents = extensions.map(([, value]) =>
    isObject(value) ? idOf(memberOf(value, "parent") ?? null) : undefined,
  );
  return parents.find((parent) => parent !== undefined);
}
