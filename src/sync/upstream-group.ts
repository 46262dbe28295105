/** Groups of an upstream. */
import { isObject, type Json } from "../scim/json.ts";
import { SCHEMA_GROUP } from "../scim/messages.ts";
import {
  idOf,
  labelOf,
  lastModifiedOf,
  memberOf,
  textOf,
  type Members,
  type Report,
} from "./upstream-json.ts";
import type { UpstreamGroup } from "./upstream-page.ts";

const MEMBERS_MAX = 100_000;

/** Reports what stands in the way; undefined without an id. */
export function readGroup(members: Members, report: Report): UpstreamGroup | undefined {
  const externalId = labelOf("Group", members) ?? report("id", "is required");
  const displayName = textOf(members.get("displayname")) ?? textOf(members.get("name"));
  if (displayName === undefined) report("displayName", "is required");
  const ids = memberIds(members.get("members"), report);
  if (externalId === undefined || displayName === undefined) return undefined;
  return {
    type: "Group",
    externalId,
    body: { schemas: [SCHEMA_GROUP], externalId, displayName },
    members: ids,
    lastModified: lastModifiedOf(members),
  };
}

/** Groups within a group are no people of it. */
function memberIds(list: Json | undefined, report: Report): string[] | undefined {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) return report("members", "is not a list");
  if (list.length > MEMBERS_MAX) return report("members", `has more than ${MEMBERS_MAX} values`);
  const people = list.filter((member) => !isGroup(member));
  const ids = people.flatMap((member) => idOf(member) ?? []);
  if (ids.length < people.length) return report("members", "has a member without a value");
  return [...new Set(ids)];
}

function isGroup(member: Json): boolean {
  const type = isObject(member) ? memberOf(member, "type") : undefined;
  return typeof type === "string" && type.toLowerCase() === "group";
}
