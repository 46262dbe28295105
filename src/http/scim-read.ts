/** GET of one resource. RFC 7644 §3.4.1. Every answer's batch also says whether token and source still count. */
import { openDatabase, type Row } from "../directory/database.ts";
import { parseGroup } from "../directory/group.ts";
import { groupById, groupsOf, membersOf, organizationById, userById } from "../directory/read.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { parseProjection, project, wants } from "../scim/projection.ts";
import type { Permission } from "../sources/source.ts";
import { callerOf, sourceOf, type SourceKeyed } from "./authenticate.ts";
import type { AppContext } from "./context.ts";
import { gated, readingOf, scopeOf, type Reading } from "./reading.ts";
import {
  MEMBERS_SHOWN,
  representGroup,
  representOrganization,
  representUser,
  tooManyMembers,
} from "./represent-rows.ts";
import { readProjectionQuery } from "./request.ts";
import { baseOf, isKnownVersion, locationOf, respondResource } from "./respond.ts";

const MEMBERS_PAGE = 1_000;

export async function getResource(c: AppContext, type: ResourceType): Promise<Response> {
  const caller = await callerOf(c);
  const projection = parseProjection(readProjectionQuery(c), type);
  const id = c.req.param("id") ?? "";
  const full = await readResource(c, type, id, { caller, permission: readingOf(type) });
  const version = versionOf(full);
  if (!isKnownVersion(c, Number(/\d+/.exec(version)?.[0]))) {
    return respondResource(c, 200, { full, shown: project(full, projection, type) });
  }
  c.header("etag", version);
  // RFC 9110 §15.4.5: what the answer with a body would carry.
  const location = locationOf(full);
  if (location !== undefined) c.header("content-location", location);
  return c.body(null, 304);
}

/** On whose behalf something is read, and what that takes. */
interface Reader {
  readonly caller: SourceKeyed;
  readonly permission: Permission;
}

/** The full representation of one visible resource. Throws `not_found`, `tooMany`, `unavailable`. */
export async function readResource(
  c: AppContext,
  type: ResourceType,
  id: string,
  { caller, permission }: Reader,
): Promise<JsonObject> {
  const source = await sourceOf(c, caller);
  const db = openDatabase(c.env, caller.shard);
  const reading = { c, base: baseOf(c), db, caller, source, permissions: [permission] };
  const projection = parseProjection(readProjectionQuery(c), type);
  switch (type.name) {
    case "User":
      return readUser(reading, id, wants(projection, "groups"));
    case "Group":
      return readGroup(reading, id, wants(projection, "members"));
    case "Organization":
      return readOrganization(reading, id);
  }
}

async function readOrganization(reading: Reading, id: string): Promise<JsonObject> {
  const [rows] = await gated(reading, [organizationById(scopeOf(reading.source), id)]);
  const row = rows?.[0];
  if (row === undefined) throw new ScimError("not_found", "No such Organization");
  return representOrganization(reading, row);
}

async function readUser(reading: Reading, id: string, withGroups: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  const statements = [userById(scope, id), ...(withGroups ? [groupsOf(scope, [id])] : [])];
  const [users, groups] = await gated(reading, statements);
  const row = users?.[0];
  if (row === undefined) throw new ScimError("not_found", "No such User");
  return representUser(reading, row, groups ?? []);
}

async function readGroup(reading: Reading, id: string, withMembers: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  const first = membersOf(scope, id, 0, MEMBERS_PAGE);
  const statements = [groupById(scope, id), ...(withMembers ? [first] : [])];
  const [groups, members] = await gated(reading, statements);
  const row = groups?.[0];
  if (row === undefined) throw new ScimError("not_found", "No such Group");
  if (!withMembers) return representGroup(reading, row, undefined);
  const { memberCount } = parseGroup(row);
  if (memberCount > MEMBERS_SHOWN) throw tooManyMembers();
  return representGroup(reading, row, await allOf(reading, id, members ?? [], memberCount));
}

/** The pages after the first; all are read before anything is answered, so that no fault truncates a list. */
async function allOf(
  reading: Reading,
  id: string,
  first: readonly Row[],
  memberCount: number,
): Promise<string[]> {
  const rows = [...first];
  for (let page = first; page.length === MEMBERS_PAGE && rows.length < memberCount;) {
    const after = Number(page.at(-1)?.["seq"]);
    const next = membersOf(scopeOf(reading.source), id, after, MEMBERS_PAGE);
    page = (await gated(reading, [next]))[0] ?? [];
    rows.push(...page);
  }
  return rows.map((row) => String(row["id"]));
}

function versionOf({ meta }: JsonObject): string {
  const version = isObject(meta) ? meta["version"] : undefined;
  return typeof version === "string" ? version : "";
}
