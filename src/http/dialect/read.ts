/** GET of one user and one organization, behind the same gate as SCIM's. */
import { openDatabase, type Row } from "../../directory/database.ts";
import { parseOrganization } from "../../directory/organization.ts";
import {
  furtherOf,
  groupsOf,
  organizationById,
  parentOfOrganization,
  userById,
} from "../../directory/read.ts";
import { parseUser } from "../../directory/user.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { showOrganization } from "../../scim/dialect-organization.ts";
import { showUser } from "../../scim/dialect-user.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { ORGANIZATION, USER } from "../../scim/schemas.ts";
import type { Source } from "../../sources/source.ts";
import { typeFor } from "../../sources/source-type.ts";
import { callerOf, type SourceKeyed } from "../authenticate.ts";
import { underConfiguration } from "../configuration.ts";
import type { AppContext } from "../context.ts";
import { gated, readingOf, scopeOf, type Reading } from "../reading.ts";

export async function getUser(c: AppContext): Promise<Response> {
  return answer(c, USER, async (reading, id) => {
    const scope = scopeOf(reading.source);
    const [users, ...lists] = await gated(reading, [
      userById(scope, id),
      groupsOf(scope, [id]),
      furtherOf(scope, [id]),
    ]);
    return usersShown(reading.source, users ?? [], lists)[0];
  });
}

export async function getOrganization(c: AppContext): Promise<Response> {
  return answer(c, ORGANIZATION, async (reading, id) => {
    const scope = scopeOf(reading.source);
    const [organizations, parents] = await gated(reading, [
      organizationById(scope, id),
      parentOfOrganization(scope, id),
    ]);
    return organizationsShown(organizations ?? [], parents ?? [])[0];
  });
}

async function answer(
  c: AppContext,
  type: ResourceType,
  read: (reading: Reading, id: string) => Promise<JsonObject | undefined>,
): Promise<Response> {
  const caller = await callerOf(c);
  const id = c.req.param("id") ?? "";
  const resource = await underConfiguration(c, caller, async (source) => {
    const found = await read(readingFor(c, caller, source, type), id);
    if (found === undefined) throw new ScimError("not_found", `No such ${type.name}`);
    return found;
  });
  return c.json(resource);
}

export function readingFor(
  c: AppContext,
  caller: SourceKeyed,
  source: Source,
  type: ResourceType,
): Reading {
  const db = openDatabase(c.env, caller.shard);
  // No answer of this dialect has an address in it.
  return { c, base: "", db, caller, source, permissions: [readingOf(type)] };
}

/** `groups` and `further` are rows of `groupsOf` and of `furtherOf`. */
export function usersShown(
  source: Source,
  users: readonly Row[],
  [groups = [], further = []]: readonly (readonly Row[])[],
): JsonObject[] {
  const type = typeFor(source, USER);
  const groupsBy = idsByUser(groups, "group_id");
  const organizationsBy = idsByUser(further, "organization_id");
  return users.map((row) => {
    const { id, attributes, organizationId, ...user } = parseUser(row);
    const { version, createdAt: created, updatedAt: lastModified } = user;
    const organizations = [organizationId, ...(organizationsBy.get(id) ?? [])];
    const belongs = { organizations, groups: groupsBy.get(id) ?? [] };
    return showUser({ id, attributes, version, created, lastModified, ...belongs }, type);
  });
}

function idsByUser(rows: readonly Row[], column: string): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const row of rows) {
    const userId = String(row["user_id"]);
    const own = ids.get(userId) ?? [];
    own.push(String(row[column]));
    ids.set(userId, own);
  }
  return ids;
}

export function organizationsShown(
  organizations: readonly Row[],
  parents: readonly Row[],
): JsonObject[] {
  const known = new Map(parents.map((row) => [row["id"], parseOrganization(row).attributes]));
  return organizations.map((row) => {
    const { id, attributes, version, createdAt, updatedAt } = parseOrganization(row);
    const parent = known.get(row["parent_id"] ?? null);
    const kept = { id, attributes, version, created: createdAt, lastModified: updatedAt };
    return showOrganization(kept, parent);
  });
}
