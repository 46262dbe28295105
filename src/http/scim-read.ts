/** GET of resources and lists. RFC 7644 §3.4. Every answer's batch also says whether token and source still count. */
import { parseGroup } from "../directory/group.ts";
import { openDatabase, type Database, type Row, type Statement } from "../directory/database.ts";
import { groupPage, readPage, userPage } from "../directory/list.ts";
import { groupById, groupsOf, membersOf, userById, type Scope } from "../directory/read.ts";
import { parseUser } from "../directory/user.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import { parseFilter } from "../scim/filter.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { listResponse, parseSearchRequest } from "../scim/messages.ts";
import { asksFor, parseProjection, project, wants, type Projection } from "../scim/projection.ts";
import { represent } from "../scim/represent.ts";
import { resolveFilter } from "../scim/resolve.ts";
import { GROUP, USER } from "../scim/schemas.ts";
import { admit, gateStatement, parseGate } from "../sources/gate.ts";
import { profileOf, type Permission, type Source } from "../sources/source.ts";
import { authenticate, callerOf, sourceOf, type SourceKeyed } from "./authenticate.ts";
import type { AppContext } from "./context.ts";
import { readBody, readListQuery, readProjectionQuery, type ListQuery } from "./request.ts";
import { baseOf, isKnownVersion, respondJson, respondResource } from "./respond.ts";
import { rememberSource } from "./source-cache.ts";

/** Above this a client has to exclude `members`, or ask for users by `groups.value`. */
const MEMBERS_SHOWN = 20_000;
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
  return c.body(null, 304);
}

export async function listResources(c: AppContext, type: ResourceType): Promise<Response> {
  const caller = await callerOf(c);
  const projection = parseProjection(readProjectionQuery(c), type);
  return list(c, type, caller, projection, () => readListQuery(c));
}

/** RFC 7644 §3.4.3: a query in a body, for filters that must not stand in a URL. */
export async function searchResources(c: AppContext, type: ResourceType): Promise<Response> {
  const caller = await authenticate(c);
  const profile = profileOf(await sourceOf(c, caller));
  const request = parseSearchRequest(await readBody(c), profile);
  return list(c, type, caller, parseProjection(request, type), () => request);
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
  const reading = { c, db: openDatabase(c.env, caller.shard), caller, source, permission };
  const projection = parseProjection(readProjectionQuery(c), type);
  return type.name === "User"
    ? readUser(reading, id, wants(projection, "groups"))
    : readGroup(reading, id, wants(projection, "members"));
}

interface Reading extends Reader {
  readonly c: AppContext;
  readonly db: Database;
  readonly source: Source;
}

function readingOf(type: ResourceType): Permission {
  return type.name === "User" ? "user:read" : "group:read";
}

async function readUser(reading: Reading, id: string, withGroups: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  const statements = [userById(scope, id), ...(withGroups ? [groupsOf(scope, [id])] : [])];
  const [users, groups] = await gated(reading, statements);
  const row = users?.[0];
  if (row === undefined) throw new ScimError("not_found", "No such User");
  return representUser(baseOf(reading.c), row, groups ?? []);
}

async function readGroup(reading: Reading, id: string, withMembers: boolean): Promise<JsonObject> {
  const scope = scopeOf(reading.source);
  const first = membersOf(scope, id, 0, MEMBERS_PAGE);
  const statements = [groupById(scope, id), ...(withMembers ? [first] : [])];
  const [groups, members] = await gated(reading, statements);
  const row = groups?.[0];
  if (row === undefined) throw new ScimError("not_found", "No such Group");
  if (!withMembers) return representGroup(baseOf(reading.c), row, undefined);
  const { memberCount } = parseGroup(row);
  if (memberCount > MEMBERS_SHOWN) throw tooManyMembers();
  const ids = await allOf(reading, id, members ?? [], memberCount);
  return representGroup(baseOf(reading.c), row, ids);
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

async function list(
  c: AppContext,
  type: ResourceType,
  caller: SourceKeyed,
  projection: Projection,
  queryOf: () => ListQuery,
): Promise<Response> {
  const db = openDatabase(c.env, caller.shard);
  const permission = readingOf(type);
  for (let source = await sourceOf(c, caller); ;) {
    const query = queryOf();
    const statements = pageOf(c, type, source, query);
    const reading = { c, db, caller, source, permission };
    const results = await gated(reading, statements);
    const current = await sourceOf(c, caller);
    if (current.configVersion !== source.configVersion) {
      // The filter was read under another dialect: once more under the one in force.
      source = current;
      continue;
    }
    const { total: totalResults, rows } = readPage(results);
    const resources = await represented(reading, type, projection, rows);
    const shown = resources.map((resource) => project(resource, projection, type));
    return respondJson(c, 200, listResponse(shown, { totalResults, startIndex: query.startIndex }));
  }
}

function pageOf(
  c: AppContext,
  type: ResourceType,
  source: Source,
  query: ListQuery,
): readonly Statement[] {
  const { filter, startIndex, count } = query;
  const resolved =
    filter === undefined
      ? {}
      : { filter: resolveFilter(parseFilter(filter), type, profileOf(source)) };
  const page = { ...resolved, base: baseOf(c), startIndex, count };
  return type.name === "User" ? userPage(scopeOf(source), page) : groupPage(scopeOf(source), page);
}

/** Users show their groups, and groups their members, in lists only where asked (or as the dialect says). */
async function represented(
  reading: Reading,
  type: ResourceType,
  projection: Projection,
  rows: readonly Row[],
): Promise<JsonObject[]> {
  const base = baseOf(reading.c);
  if (type.name === "User") {
    const asked = asksFor(projection, "groups") && rows.length > 0;
    const ids = rows.map((row) => String(row["id"]));
    const found = asked ? await gated(reading, [groupsOf(scopeOf(reading.source), ids)]) : [];
    return rows.map((row) => representUser(base, row, asked ? (found[0] ?? []) : undefined));
  }
  const included = profileOf(reading.source).membersInLists && wants(projection, "members");
  if (!included && !asksFor(projection, "members")) {
    return rows.map((row) => representGroup(base, row, undefined));
  }
  return groupsWithMembers(reading, rows);
}

async function groupsWithMembers(reading: Reading, rows: readonly Row[]): Promise<JsonObject[]> {
  const sizes = rows.map((row) => parseGroup(row).memberCount);
  if (sizes.reduce((sum, size) => sum + size, 0) > MEMBERS_SHOWN) throw tooManyMembers();
  const scope = scopeOf(reading.source);
  const pages = rows.map((row) => membersOf(scope, String(row["id"]), 0, MEMBERS_SHOWN));
  const members = pages.length === 0 ? [] : await gated(reading, pages);
  const base = baseOf(reading.c);
  return rows.map((row, index) => {
    const ids = (members[index] ?? []).map((member) => String(member["id"]));
    return representGroup(base, row, ids);
  });
}

/**
 * Runs the statements behind the gate, in one batch. What the gate says is remembered; the rows
 * are given only when it lets the caller pass.
 */
async function gated(
  { c, db, caller, permission }: Reading,
  statements: readonly Statement[],
): Promise<readonly (readonly Row[])[]> {
  const gate = gateStatement(caller.sourceId, caller.tokenId);
  const [gateRows, ...rows] = await db.batch([gate, ...statements]);
  c.set("proved", true);
  const { source, token } = parseGate(gateRows?.[0]);
  rememberSource(admit(source, token, permission, Date.now()));
  return rows;
}

function scopeOf({ directoryId, id }: Source): Scope {
  return { directoryId, sourceId: id };
}

function representUser(base: string, row: Row, groups: readonly Row[] | undefined): JsonObject {
  const { id, attributes, version, createdAt: created, updatedAt: lastModified } = parseUser(row);
  const own = groups
    ?.filter((group) => group["user_id"] === id)
    .map((group) => ({
      id: String(group["group_id"]),
      displayName: String(group["display_name"]),
    }));
  return represent(
    USER,
    { id, attributes, version, created, lastModified, ...(own && { groups: own }) },
    base,
  );
}

function representGroup(base: string, row: Row, members: string[] | undefined): JsonObject {
  const { id, attributes, version, createdAt: created, updatedAt: lastModified } = parseGroup(row);
  return represent(
    GROUP,
    { id, attributes, version, created, lastModified, ...(members && { members }) },
    base,
  );
}

function versionOf({ meta }: JsonObject): string {
  const version = isObject(meta) ? meta["version"] : undefined;
  return typeof version === "string" ? version : "";
}

function tooManyMembers(): ScimError {
  return new ScimError(
    "tooMany",
    `More than ${MEMBERS_SHOWN} members: ask with excludedAttributes=members`,
  );
}
