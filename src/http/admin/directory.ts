/** The directory over HTTP, to read: users, groups and members. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row, Statement } from "../../directory/database.ts";
import { parseGroup } from "../../directory/group.ts";
import { groupPageAfter, readRows, userPageAfter } from "../../directory/list.ts";
import { byOrganization, positionOf, type Position } from "../../directory/order.ts";
import { groupById, membersOf, userById } from "../../directory/read.ts";
import type { Scope } from "../../directory/scope.ts";
import { parseUser, textOf } from "../../directory/user.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { ScimError } from "../../scim/error.ts";
import { parseFilter } from "../../scim/filter.ts";
import { PROFILES } from "../../scim/profile.ts";
import { resolveFilter } from "../../scim/resolve.ts";
import { GROUP, USER } from "../../scim/schemas.ts";
import { directoryGroup, directoryUser, groupList, memberList, userList } from "./contracts.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { inDirectory, memberQuery, resourceQuery } from "./queries.ts";
import { readerOf, type Reader } from "./reader.ts";
import { toRfc3339 } from "./represent.ts";
import { adminRoute, idParams, json, newRouter, type AdminEnv } from "./router.ts";

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
  responses: { 200: json(directoryUser, "The user") },
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
    const { rows, owners, nextCursor } = await listPage(c, c.req.valid("query"), USER);
    return c.json({ data: rows.map((row) => representUser(row, owners)), nextCursor }, 200);
  });
  app.openapi(getUser, async (c) => {
    const reader = await readerOf(c, c.req.valid("query"));
    const { row, owners } = await readOne(reader, userById(reader.scope, c.req.valid("param").id));
    return c.json(representUser(row, owners), 200);
  });
  app.openapi(listGroups, async (c) => {
    const { rows, owners, nextCursor } = await listPage(c, c.req.valid("query"), GROUP);
    return c.json({ data: rows.map((row) => representGroup(row, owners)), nextCursor }, 200);
  });
  app.openapi(getGroup, async (c) => {
    const reader = await readerOf(c, c.req.valid("query"));
    const { row, owners } = await readOne(reader, groupById(reader.scope, c.req.valid("param").id));
    return c.json(representGroup(row, owners), 200);
  });
  app.openapi(listMembers, async (c) => {
    const { limit, ...query } = c.req.valid("query");
    const reader = await readerOf(c, query);
    const after = (await readCursor(c, z.int())) ?? 0;
    const { row } = await readOne(reader, groupById(reader.scope, c.req.valid("param").id));
    const statement = membersOf(reader.scope, parseGroup(row).id, after, limit + 1);
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
): Promise<Owned & { nextCursor: string | null }> {
  const reader = await readerOf(c, query);
  const subject = { type, scope: reader.scope };
  const found = await readOwned(reader, await listStatements(c, query, subject));
  const { page, nextCursor } = await pageOf(c, found.rows, query.limit, (row) => [
    ...positionOf(row, subject),
  ]);
  return { ...found, rows: page, nextCursor };
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
  /** The sources that exist: what belonged to another belongs to nobody. */
  readonly owners: ReadonlySet<string>;
}

export const OWNERS = "SELECT id FROM data_sources WHERE directory_id = ?1 AND deleted_at IS NULL";

async function readOwned({ db, scope }: Reader, statements: readonly Statement[]): Promise<Owned> {
  const all = [{ sql: OWNERS, params: [scope.directoryId] }, ...statements];
  const [owners, ...found] = await db.batch(all);
  return { rows: readRows(found), owners: new Set(owners?.map(({ id }) => String(id))) };
}

async function readOne(
  reader: Reader,
  statement: Statement,
): Promise<{ row: Row; owners: Owned["owners"] }> {
  const { rows, owners } = await readOwned(reader, [statement]);
  const [row] = rows;
  if (row === undefined) throw new ScimError("not_found", "There is nobody and nothing of this id");
  return { row, owners };
}

export function ownerOf(sourceId: string | null, owners: Owned["owners"]): string | null {
  return sourceId !== null && owners.has(sourceId) ? sourceId : null;
}

export function representUser(row: Row, owners: Owned["owners"]): z.infer<typeof directoryUser> {
  const user = parseUser(row);
  return {
    id: user.id,
    sourceId: ownerOf(user.sourceId, owners),
    organizationId: user.organizationId,
    active: user.attributes["active"] !== false,
    userName: textOf(user.attributes, "userName") ?? "",
    attributes: user.attributes,
    version: user.version,
    createdAt: toRfc3339(user.createdAt),
    updatedAt: toRfc3339(user.updatedAt),
  };
}

export function representGroup(row: Row, owners: Owned["owners"]): z.infer<typeof directoryGroup> {
  const group = parseGroup(row);
  return {
    id: group.id,
    sourceId: ownerOf(group.sourceId, owners),
    displayName: textOf(group.attributes, "displayName") ?? "",
    memberCount: group.memberCount,
    attributes: group.attributes,
    version: group.version,
    createdAt: toRfc3339(group.createdAt),
    updatedAt: toRfc3339(group.updatedAt),
  };
}
