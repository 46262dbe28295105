/** The directory over HTTP, to read: users, groups and members. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row, Statement } from "../../directory/database.ts";
import { parseGroup } from "../../directory/group.ts";
import { groupPageAfter, readRows, userPageAfter } from "../../directory/list.ts";
import { groupById, membersOf, userById } from "../../directory/read.ts";
import { parseUser, textOf } from "../../directory/user.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { ScimError } from "../../scim/error.ts";
import { parseFilter } from "../../scim/filter.ts";
import { PROFILES } from "../../scim/profile.ts";
import { resolveFilter } from "../../scim/resolve.ts";
import { GROUP, USER } from "../../scim/schemas.ts";
import { directoryGroup, directoryUser, groupList, memberList, userList } from "./contracts.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { placeOf } from "./place.ts";
import { inDirectory, memberQuery, resourceQuery } from "./queries.ts";
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
    const query = c.req.valid("query");
    const statements = userPageAfter(query, await listed(c, query, USER));
    const { rows, owners, nextCursor } = await readPage(c, statements, query);
    return c.json({ data: rows.map((row) => representUser(row, owners)), nextCursor }, 200);
  });
  app.openapi(getUser, async (c) => {
    const query = c.req.valid("query");
    const { row, owners } = await readOne(c, userById(query, c.req.valid("param").id), query);
    return c.json(representUser(row, owners), 200);
  });
  app.openapi(listGroups, async (c) => {
    const query = c.req.valid("query");
    const statements = groupPageAfter(query, await listed(c, query, GROUP));
    const { rows, owners, nextCursor } = await readPage(c, statements, query);
    return c.json({ data: rows.map((row) => representGroup(row, owners)), nextCursor }, 200);
  });
  app.openapi(getGroup, async (c) => {
    const query = c.req.valid("query");
    const { row, owners } = await readOne(c, groupById(query, c.req.valid("param").id), query);
    return c.json(representGroup(row, owners), 200);
  });
  app.openapi(listMembers, async (c) => {
    const query = c.req.valid("query");
    const after = (await readCursor(c, z.int())) ?? 0;
    const { row } = await readOne(c, groupById(query, c.req.valid("param").id), query);
    const statement = membersOf(query, parseGroup(row).id, after, query.limit + 1);
    const { rows, nextCursor } = await readPage(c, [statement], query);
    return c.json({ data: rows.map(({ id }) => ({ id: String(id) })), nextCursor }, 200);
  });
  return app;
}

type Query = z.infer<typeof resourceQuery>;

/** What of a list is asked for: one row more than is shown. */
async function listed(c: Context<AdminEnv>, { filter, limit }: Query, type: ResourceType) {
  const page = { afterSeq: (await readCursor(c, z.int())) ?? 0, limit: limit + 1 };
  if (filter === undefined || filter.trim() === "") return page;
  return { ...page, filter: resolveFilter(parseFilter(filter), type, PROFILES.okta) };
}

async function readPage(
  c: Context<AdminEnv>,
  statements: readonly Statement[],
  query: Pick<Query, "limit" | "directoryId">,
): Promise<Owned & { nextCursor: string | null }> {
  const found = await readOwned(c, statements, query);
  const { page, nextCursor } = await pageOf(c, found.rows, query.limit, ({ seq = null }) => seq);
  return { ...found, rows: page, nextCursor };
}

interface Owned {
  readonly rows: readonly Row[];
  /** The sources that exist: what belonged to another belongs to nobody. */
  readonly owners: ReadonlySet<string>;
}

export const OWNERS = "SELECT id FROM data_sources WHERE directory_id = ?1 AND deleted_at IS NULL";

async function readOwned(
  c: Context<AdminEnv>,
  statements: readonly Statement[],
  { directoryId }: z.infer<typeof inDirectory>,
): Promise<Owned> {
  const { db } = await placeOf(c.env, directoryId);
  const all = [{ sql: OWNERS, params: [directoryId] }, ...statements];
  const [owners, ...found] = await db.batch(all);
  return { rows: readRows(found), owners: new Set(owners?.map(({ id }) => String(id))) };
}

async function readOne(
  c: Context<AdminEnv>,
  statement: Statement,
  query: z.infer<typeof inDirectory>,
): Promise<{ row: Row; owners: Owned["owners"] }> {
  const { rows, owners } = await readOwned(c, [statement], query);
  const [row] = rows;
  if (row === undefined) throw new ScimError("not_found", "There is nobody and nothing of this id");
  return { row, owners };
}

function ownerOf(sourceId: string | null, owners: Owned["owners"]): string | null {
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
