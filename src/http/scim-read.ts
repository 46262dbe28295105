/** GET of one resource. RFC 7644 §3.4.1. Every answer's batch also says whether token and source still count. */
import { openDatabase, type Row } from "../directory/database.ts";
import { parseGroup } from "../directory/group.ts";
import {
  groupById,
  groupsOf,
  membersOf,
  organizationById,
  parseGroupsBeside,
  userById,
  userWithGroups,
  type GroupName,
} from "../directory/read.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { parseProjection, project, wants } from "../scim/projection.ts";
import type { Permission } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { callerOf, sourceOf, type SourceKeyed } from "./authenticate.ts";
import { underConfiguration } from "./configuration.ts";
import type { AppContext } from "./context.ts";
import { gated, gatedRow, readingOf, scopeOf, type Reading } from "./reading.ts";
import {
  groupsByUser,
  MEMBERS_SHOWN,
  representGroup,
  representOrganization,
  representUser,
  tooManyMembers,
} from "./represent-rows.ts";
import { readProjectionQuery } from "./request.ts";
import { baseOf, isKnownVersion, locationOf, respondResource } from "./respond.ts";

const MEMBERS_PAGE = 1_000;

export async function getResource(c: AppContext, general: ResourceType): Promise<Response> {
  const caller = await callerOf(c);
  const query = readProjectionQuery(c);
  parseProjection(query, general);
  const id = c.req.param("id") ?? "";
  const { full, type } = await underConfiguration(c, caller, async (source) => ({
    full: await readResource(c, general, id, { caller, permission: readingOf(general) }),
    type: typeFor(source, general),
  }));
  const projection = parseProjection(query, type);
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
  const row = await gatedRow(reading, organizationById(scopeOf(reading.source), id));
  if (row === undefined) throw new ScimError("not_found", "No such Organization");
  return representOrganization(reading, row);
}

async function readUser(reading: Reading, id: string, withGroups: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  const statement = withGroups ? userWithGroups(scope, id) : userById(scope, id);
  const row = await gatedRow(reading, statement);
  if (row === undefined) throw new ScimError("not_found", "No such User");
  if (!withGroups) return representUser(reading, row, undefined);
  return representUser(reading, row, parseGroupsBeside(row) ?? (await allGroupsOf(reading, id)));
}

async function allGroupsOf(reading: Reading, id: string): Promise<readonly GroupName[]> {
  const [rows] = await gated(reading, [groupsOf(scopeOf(reading.source), [id])]);
  return groupsByUser(rows ?? []).get(id) ?? [];
}

async function readGroup(reading: Reading, id: string, withMembers: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  if (!withMembers) {
    const alone = await gatedRow(reading, groupById(scope, id));
    return representGroup(reading, alone ?? refuseUnknownGroup(), undefined);
  }
  const first = membersOf(scope, id, 0, MEMBERS_PAGE);
  const [groups, members] = await gated(reading, [groupById(scope, id), first]);
  const row = groups?.[0] ?? refuseUnknownGroup();
  const { memberCount } = parseGroup(row);
  if (memberCount > MEMBERS_SHOWN) throw tooManyMembers();
  return representGroup(reading, row, await allOf(reading, id, members ?? [], memberCount));
}

function refuseUnknownGroup(): never {
  throw new ScimError("not_found", "No such Group");
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
