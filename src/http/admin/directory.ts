/** The directory over HTTP, to read: users, groups and members. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row, Statement } from "../../directory/database.ts";
import { parseGroup } from "../../directory/group.ts";
import { groupPageAfter, readRows, userPageAfter } from "../../directory/list.ts";
import { byOrganization, positionOf, type Position } from "../../directory/order.ts";
import {
  furtherOrganizationsOf,
  groupById,
  membersOf,
  parseGroupsBeside,
  userWithGroups,
} from "../../directory/read.ts";
import type { Scope } from "../../directory/scope.ts";
import { parseUser } from "../../directory/user.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { ScimError } from "../../scim/error.ts";
import { parseFilter } from "../../scim/filter.ts";
import { PROFILES } from "../../scim/profile.ts";
import { resolveFilter } from "../../scim/resolve.ts";
import { GROUP, USER } from "../../scim/schemas.ts";
import { pageOf, readCursor } from "./cursor.ts";
import {
  directoryGroup,
  groupList,
  memberList,
  userDetail,
  userList,
} from "./directory-contracts.ts";
import { inDirectory, memberQuery, resourceQuery } from "./queries.ts";
import { readerOf, type Reader } from "./reader.ts";
import {
  furtherIn,
  OWNERS,
  ownersIn,
  representGroup,
  representUser,
  type Further,
  type Owners,
} from "./represent-directory.ts";
import { adminRoute, idParams, json, newRouter, tag, type AdminEnv } from "./router.ts";

const listUsers = adminRoute({
  method: "get",
  path: "/users",
  operationId: "listUsers",
  request: { query: resourceQuery },
  responses: { 200: json(userList, "Users, oldest first; `filter` in the syntax of SCIM") },
});

const getUser = adminRoute({
  method: "get",
  path: "/users/{id}",
  operationId: "getUser",
  request: { params: idParams, query: inDirectory },
  responses: { 200: json(userDetail, "The user, with the groups") },
});

const listGroups = adminRoute({
  method: "get",
  path: "/groups",
  operationId: "listGroups",
  request: { query: resourceQuery },
  responses: { 200: json(groupList, "Groups, oldest first; `filter` in the syntax of SCIM") },
});

const getGroup = adminRoute({
  method: "get",
  path: "/groups/{id}",
  operationId: "getGroup",
  request: { params: idParams, query: inDirectory },
  responses: { 200: json(directoryGroup, "The group") },
});

const listMembers = adminRoute({
  method: "get",
  path: "/groups/{id}/members",
  operationId: "listGroupMembers",
  request: { params: idParams, query: memberQuery },
  responses: { 200: json(memberList, "The members, oldest first") },
});

export function directoryRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(listUsers, async (c) => {
    const { rows, owners, nextCursor, reader } = await listPage(c, c.req.valid("query"), USER);
    const facts = { owners, further: await furtherOf(reader, rows) };
    const data = rows.map((row) => representUser(parseUser(row), facts));
    return c.json({ data, nextCursor }, 200);
  });
  app.openapi(getUser, async (c) => {
    const reader = await readerOf(c, c.req.valid("query"));
    const user = await readUser(reader, c.req.valid("param").id);
    tag(c, user.version);
    return c.json(user, 200);
  });
  app.openapi(listGroups, async (c) => {
    const { rows, owners, nextCursor } = await listPage(c, c.req.valid("query"), GROUP);
    const data = rows.map((row) => representGroup(parseGroup(row), owners));
    return c.json({ data, nextCursor }, 200);
  });
  app.openapi(getGroup, async (c) => {
    const reader = await readerOf(c, c.req.valid("query"));
    const group = await readGroup(reader, c.req.valid("param").id);
    tag(c, group.version);
    return c.json(group, 200);
  });
  app.openapi(listMembers, async (c) => {
    const { limit, ...query } = c.req.valid("query");
    const reader = await readerOf(c, query);
    const after = (await readCursor(c, z.int())) ?? 0;
    const { id } = await readGroup(reader, c.req.valid("param").id);
    const statement = membersOf(reader.scope, id, after, limit + 1);
    const { rows } = await readOwned(reader, [statement]);
    const { page, nextCursor } = await pageOf(c, rows, limit, ({ seq = null }) => seq);
    return c.json({ data: page.map(({ id }) => ({ id: String(id) })), nextCursor }, 200);
  });
  return app;
}

type Query = z.infer<typeof resourceQuery>;

/** A page of the caller's list: one row more is asked for than is shown. */
async function listPage(
  c: Context<AdminEnv>,
  query: Query,
  type: ResourceType,
): Promise<Owned & { nextCursor: string | null; reader: Reader }> {
  const reader = await readerOf(c, query);
  const subject = { type, scope: reader.scope };
  const found = await readOwned(reader, await listStatements(c, query, subject));
  const { page, nextCursor } = await pageOf(c, found.rows, query.limit, (row) => [
    ...positionOf(row, subject),
  ]);
  return { ...found, rows: page, nextCursor, reader };
}

async function listStatements(
  c: Context<AdminEnv>,
  { filter: text = "", limit }: Query,
  { type, scope }: { type: ResourceType; scope: Scope },
): Promise<readonly Statement[]> {
  const after = await readCursor<Position>(
    c,
    byOrganization({ type, scope }) ? IN_ORGANIZATION : IN_LIST,
  );
  const filter =
    text.trim() === "" ? undefined : resolveFilter(parseFilter(text), type, PROFILES.okta);
  const page = { after, limit: limit + 1, ...(filter && { filter }) };
  return type.name === "User" ? userPageAfter(scope, page) : groupPageAfter(scope, page);
}

/** Positions, as `positionOf` gives them. */
const IN_LIST = z.tuple([z.int()]);
const IN_ORGANIZATION = z.tuple([z.string(), z.int()]);

interface Owned {
  readonly rows: readonly Row[];
  readonly owners: Owners;
}

async function readOwned({ db, scope }: Reader, statements: readonly Statement[]): Promise<Owned> {
  const all = [{ sql: OWNERS, params: [scope.directoryId] }, ...statements];
  const [owners, ...found] = await db.batch(all);
  return { rows: readRows(found), owners: ownersIn(owners) };
}

async function furtherOf({ db, scope }: Reader, rows: readonly Row[]): Promise<Further> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ id }) => String(id));
  const [further = []] = await db.batch([furtherOrganizationsOf(scope, ids)]);
  return furtherIn(further);
}

/** Throws ScimError `not_found`. */
export async function readUser(
  { db, scope }: Reader,
  id: string,
): Promise<z.infer<typeof userDetail>> {
  const [owners, further = [], [row] = []] = await db.batch([
    { sql: OWNERS, params: [scope.directoryId] },
    furtherOrganizationsOf(scope, [id]),
    userWithGroups(scope, id),
  ]);
  if (row === undefined) throw nobody();
  const facts = { owners: ownersIn(owners), further: furtherIn(further) };
  const groups = parseGroupsBeside(row)?.map((group) => ({ ...group }));
  return { ...representUser(parseUser(row), facts), groups: groups ?? null };
}

/** Throws ScimError `not_found`. */
export async function readGroup(
  reader: Reader,
  id: string,
): Promise<z.infer<typeof directoryGroup>> {
  const { rows, owners } = await readOwned(reader, [groupById(reader.scope, id)]);
  const [row] = rows;
  if (row === undefined) throw nobody();
  return representGroup(parseGroup(row), owners);
}

function nobody(): ScimError {
  return new ScimError("not_found", "There is nobody and nothing of this id");
}
