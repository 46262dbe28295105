/** The directory over HTTP, to read: users, groups and members. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { openDatabase, type Row, type Statement } from "../../directory/database.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
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
import {
  directoryGroup,
  directoryUser,
  groupList,
  memberList,
  memberQuery,
  resourceQuery,
  userList,
} from "./contracts.ts";
import { toRfc3339 } from "./represent.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";

const SHARD = "00";
const SCOPE = { directoryId: DEFAULT_DIRECTORY };

const params = z.object({ id: z.string().max(64) });

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
  request: { params },
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
  request: { params },
  responses: { 200: json(directoryGroup, "The group") },
});

const listMembers = adminRoute({
  method: "get",
  path: "/groups/{id}/members",
  operationId: "listGroupMembers",
  request: { params, query: memberQuery },
  responses: { 200: json(memberList, "The members, oldest first") },
});

export function directoryRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(listUsers, async (c) => {
    const query = c.req.valid("query");
    const { rows, nextCursor } = await readPage(
      c,
      userPageAfter(SCOPE, pageOf(query, USER)),
      query,
    );
    return c.json({ data: rows.map(representUser), nextCursor }, 200);
  });
  app.openapi(getUser, async (c) => {
    const [row] = await readBatch(c, [userById(SCOPE, c.req.valid("param").id)]);
    if (row === undefined) throw new ScimError("not_found", "There is no such user");
    return c.json(representUser(row), 200);
  });
  app.openapi(listGroups, async (c) => {
    const query = c.req.valid("query");
    const statements = groupPageAfter(SCOPE, pageOf(query, GROUP));
    const { rows, nextCursor } = await readPage(c, statements, query);
    return c.json({ data: rows.map(representGroup), nextCursor }, 200);
  });
  app.openapi(getGroup, async (c) => c.json(representGroup(await readGroup(c)), 200));
  app.openapi(listMembers, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const group = parseGroup(await readGroup(c));
    const statement = membersOf(SCOPE, group.id, Number(cursor ?? 0), limit + 1);
    const { rows, nextCursor } = await readPage(c, [statement], { limit });
    return c.json({ data: rows.map(({ id }) => ({ id: String(id) })), nextCursor }, 200);
  });
  return app;
}

type Query = z.infer<typeof resourceQuery>;

/** One row more than asked for tells whether there is a next page. */
function pageOf({ filter, limit, cursor }: Query, type: ResourceType) {
  const page = { afterSeq: Number(cursor ?? 0), limit: limit + 1 };
  if (filter === undefined || filter.trim() === "") return page;
  return { ...page, filter: resolveFilter(parseFilter(filter), type, PROFILES.okta) };
}

async function readPage(
  c: Context<AdminEnv>,
  statements: readonly Statement[],
  { limit }: Pick<Query, "limit">,
): Promise<{ rows: readonly Row[]; nextCursor: string | null }> {
  const found = readRows(await openDatabase(c.env, SHARD).batch(statements));
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? String(rows.at(-1)?.["seq"]) : null };
}

async function readBatch(
  c: Context<AdminEnv>,
  statements: readonly Statement[],
): Promise<readonly Row[]> {
  return readRows(await openDatabase(c.env, SHARD).batch(statements));
}

async function readGroup(
  c: Context<AdminEnv, string, { out: { param: { id: string } } }>,
): Promise<Row> {
  const [row] = await readBatch(c, [groupById(SCOPE, c.req.valid("param").id)]);
  if (row === undefined) throw new ScimError("not_found", "There is no such group");
  return row;
}

function representUser(row: Row): z.infer<typeof directoryUser> {
  const user = parseUser(row);
  return {
    id: user.id,
    sourceId: user.sourceId,
    organizationId: user.organizationId,
    active: user.attributes["active"] !== false,
    userName: textOf(user.attributes, "userName") ?? "",
    attributes: user.attributes,
    version: user.version,
    createdAt: toRfc3339(user.createdAt),
    updatedAt: toRfc3339(user.updatedAt),
  };
}

function representGroup(row: Row): z.infer<typeof directoryGroup> {
  const group = parseGroup(row);
  return {
    id: group.id,
    sourceId: group.sourceId,
    displayName: textOf(group.attributes, "displayName") ?? "",
    memberCount: group.memberCount,
    attributes: group.attributes,
    version: group.version,
    createdAt: toRfc3339(group.createdAt),
    updatedAt: toRfc3339(group.updatedAt),
  };
}
