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
    const { rows, owners, nextCursor } = await readPage(
      c,
      userPageAfter(SCOPE, pageOf(query, USER)),
      query,
    );
    return c.json({ data: rows.map((row) => representUser(row, owners)), nextCursor }, 200);
  });
  app.openapi(getUser, async (c) => {
    const found = await readOwned(c, [userById(SCOPE, c.req.valid("param").id)]);
    const [row] = found.rows;
    if (row === undefined) throw new ScimError("not_found", "There is no such user");
    return c.json(representUser(row, found.owners), 200);
  });
  app.openapi(listGroups, async (c) => {
    const query = c.req.valid("query");
    const statements = groupPageAfter(SCOPE, pageOf(query, GROUP));
    const { rows, owners, nextCursor } = await readPage(c, statements, query);
    return c.json({ data: rows.map((row) => representGroup(row, owners)), nextCursor }, 200);
  });
  app.openapi(getGroup, async (c) => {
    const { row, owners } = await readGroup(c);
    return c.json(representGroup(row, owners), 200);
  });
  app.openapi(listMembers, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const group = parseGroup((await readGroup(c)).row);
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
): Promise<Owned & { nextCursor: string | null }> {
  const found = await readOwned(c, statements);
  const rows = found.rows.slice(0, limit);
  const nextCursor = found.rows.length > limit ? String(rows.at(-1)?.["seq"]) : null;
  return { ...found, rows, nextCursor };
}

interface Owned {
  readonly rows: readonly Row[];
  /** The sources that exist: what belonged to another belongs to nobody. */
  readonly owners: ReadonlySet<string>;
}

const OWNERS: Statement = {
  sql: "SELECT id FROM data_sources WHERE deleted_at IS NULL",
  params: [],
};

async function readOwned(c: Context<AdminEnv>, statements: readonly Statement[]): Promise<Owned> {
  const [owners, ...found] = await openDatabase(c.env, SHARD).batch([OWNERS, ...statements]);
  return { rows: readRows(found), owners: new Set(owners?.map(({ id }) => String(id))) };
}

async function readGroup(
  c: Context<AdminEnv, string, { out: { param: { id: string } } }>,
): Promise<{ row: Row; owners: Owned["owners"] }> {
  const { rows, owners } = await readOwned(c, [groupById(SCOPE, c.req.valid("param").id)]);
  const [row] = rows;
  if (row === undefined) throw new ScimError("not_found", "There is no such group");
  return { row, owners };
}

function ownerOf(sourceId: string | null, owners: Owned["owners"]): string | null {
  return sourceId !== null && owners.has(sourceId) ? sourceId : null;
}

function representUser(row: Row, owners: Owned["owners"]): z.infer<typeof directoryUser> {
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

function representGroup(row: Row, owners: Owned["owners"]): z.infer<typeof directoryGroup> {
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
