/** The tree of organizations over HTTP: browsed level by level, searched, and changed by hand. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row } from "../../directory/database.ts";
import { parseOrganization } from "../../directory/organization.ts";
import {
  childrenOf,
  nodeById,
  nodeFactsOf,
  pathsIn,
  pathsOf,
  searchNodes,
  topsOf,
  usersBelow,
} from "../../directory/organization-tree.ts";
import { numberIn, textIn } from "../../directory/row.ts";
import { ScimError } from "../../scim/error.ts";
import type { OrganizationOperation } from "../../sources/operation.ts";
import { newUuid } from "../authenticate.ts";
import { organizationCreation, organizationPatch } from "./by-hand.ts";
import { pageOf, readCursor } from "./cursor.ts";
import {
  directoryOrganization,
  organizationBody,
  organizationChanges,
  organizationDetail,
  organizationList,
} from "./directory-contracts.ts";
import { onceHeaders } from "./once.ts";
import { inDirectory, organizationQuery, organizationRemoval } from "./queries.ts";
import { readerOf, type Reader } from "./reader.ts";
import { NO_OWNERS, OWNERS, ownersIn, representOrganization } from "./represent-directory.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  json,
  newRouter,
  NO_CONTENT,
  tag,
  type AdminEnv,
} from "./router.ts";
import { rootOf } from "./root.ts";
import { changeByHand, changePlainly, createByHand } from "./write-by-hand.ts";

const list = adminRoute({
  method: "get",
  path: "/organizations",
  operationId: "listOrganizations",
  description:
    "One level of the tree: the children of `parentId` in their order and by name, without it the top, by name. With `q` those in whose name or code it is, by name and with their paths.",
  request: { query: organizationQuery },
  responses: { 200: json(organizationList, "Organizations, with who is in each") },
});

const get = adminRoute({
  method: "get",
  path: "/organizations/{id}",
  operationId: "getOrganization",
  request: { params: idParams, query: inDirectory },
  responses: { 200: json(organizationDetail, "The organization with its path and counts") },
});

const create = adminRoute({
  method: "post",
  path: "/organizations",
  operationId: "createOrganization",
  description:
    "An organization that belongs to no data source. Without a parent it stands below the root, by an application below the first organization of its scope.",
  request: { body: body(organizationBody), headers: onceHeaders },
  responses: { 201: json(directoryOrganization, "The new organization") },
});

const update = adminRoute({
  method: "patch",
  path: "/organizations/{id}",
  operationId: "updateOrganization",
  description: "Another `parentId` moves it with all that is below it.",
  request: {
    params: idParams,
    query: inDirectory,
    body: body(organizationChanges),
    headers: ifMatch,
  },
  responses: { 200: json(organizationDetail, "The organization after the change") },
});

const remove = adminRoute({
  method: "delete",
  path: "/organizations/{id}",
  operationId: "deleteOrganization",
  description:
    "409 `organization_not_empty` unless it is empty. `moveUsersTo` moves its people first, up to 500 of them, or nobody and nothing.",
  request: { params: idParams, query: organizationRemoval, headers: ifMatch },
  responses: NO_CONTENT,
});

const restore = adminRoute({
  method: "post",
  path: "/organizations/{id}/restore",
  operationId: "restoreOrganization",
  description:
    "Within 30 days of the deletion, where it stood: what was above it has to be there. 409 `uniqueness` where its name or code is taken by now.",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: { 200: json(organizationDetail, "The organization") },
});

export function organizationRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const reader = await readerOf(c, query);
    return c.json(await wayOf(query)(c, reader, query), 200);
  });
  app.openapi(get, async (c) => c.json(await shown(c, c.req.valid("param").id), 200));
  app.openapi(create, async (c) => {
    return c.json(await createOrganization(c, c.req.valid("json")), 201);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    const operation = organizationPatch(id, c.req.valid("json"));
    await changeByHand(c, () => operation);
    return c.json(await shown(c, id), 200);
  });
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    const { moveUsersTo } = c.req.valid("query");
    await changePlainly(c, { kind: "organization.delete", id, moveUsersTo });
    return c.body(null, 204);
  });
  app.openapi(restore, async (c) => {
    const { id } = c.req.valid("param");
    await changePlainly(c, { kind: "organization.restore", id });
    return c.json(await shown(c, id), 200);
  });
  return app;
}

type Query = z.infer<typeof organizationQuery>;
type List = z.infer<typeof organizationList>;

const PLACE = z.tuple([z.number(), z.string()]);
const NAMED = z.tuple([z.string(), z.int()]);

function wayOf({ q, parentId }: Query) {
  if (q !== undefined) return search;
  return parentId === undefined ? tops : level;
}

async function tops(c: Context<AdminEnv>, { db, scope }: Reader, { limit }: Query): Promise<List> {
  const after = await readCursor(c, NAMED);
  const owners = { sql: OWNERS, params: [scope.directoryId] };
  const [sources, found = []] = await db.batch([owners, topsOf(scope, after, limit + 1)]);
  const { page, nextCursor } = await pageOf(c, found, limit, namePosition);
  return { data: page.map((row) => represent(row, sources)), nextCursor };
}

async function level(
  c: Context<AdminEnv>,
  { db, scope }: Reader,
  { parentId = "", limit }: Query,
): Promise<List> {
  const after = await readCursor(c, PLACE);
  const [sources, [parent] = [], found = []] = await db.batch([
    { sql: OWNERS, params: [scope.directoryId] },
    nodeById(scope, parentId),
    childrenOf(scope, parentId, after, limit + 1),
  ]);
  if (parent === undefined) throw unknown();
  const { page, nextCursor } = await pageOf(c, found, limit, (row) => [
    numberIn(row, "order_key"),
    textIn(row, "name_key"),
  ]);
  return { data: page.map((row) => represent(row, sources)), nextCursor };
}

async function search(
  c: Context<AdminEnv>,
  { db, scope }: Reader,
  { q = "", limit }: Query,
): Promise<List> {
  const after = await readCursor(c, NAMED);
  const [sources, found = []] = await db.batch([
    { sql: OWNERS, params: [scope.directoryId] },
    searchNodes(scope, q, after, limit + 1),
  ]);
  const { page, nextCursor } = await pageOf(c, found, limit, namePosition);
  const ids = page.map((row) => textIn(row, "id"));
  const [steps = []] = ids.length === 0 ? [] : await db.batch([pathsOf(scope, ids)]);
  const paths = pathsIn(steps);
  const data = page.map((row) => ({
    ...represent(row, sources),
    path: paths.get(textIn(row, "id")) ?? [],
  }));
  return { data, nextCursor };
}

function namePosition(row: Row): z.infer<typeof NAMED> {
  return [textIn(row, "name_key"), numberIn(row, "seq")];
}

function represent(row: Row, sources: readonly Row[] | undefined): List["data"][number] {
  return representOrganization(parseOrganization(row), nodeFactsOf(row), ownersIn(sources));
}

async function shown(
  c: Context<AdminEnv>,
  id: string,
): Promise<z.infer<typeof organizationDetail>> {
  const { db, scope } = await readerOf(c, inDirectory.parse(c.req.query()));
  const [sources, [row] = [], steps = [], [below] = []] = await db.batch([
    { sql: OWNERS, params: [scope.directoryId] },
    nodeById(scope, id),
    pathsOf(scope, [id]),
    usersBelow(id),
  ]);
  if (row === undefined) throw unknown();
  const organization = represent(row, sources);
  tag(c, organization.version);
  return {
    ...organization,
    path: pathsIn(steps).get(id) ?? [],
    userCountWithDescendants: below === undefined ? 0 : numberIn(below, "n"),
  };
}

function unknown(): ScimError {
  return new ScimError("not_found", "There is no such organization");
}

function createOrganization(
  c: Context<AdminEnv>,
  input: z.infer<typeof organizationBody>,
): Promise<z.infer<typeof directoryOrganization>> {
  return createByHand(c, {
    path: "/organizations",
    schema: directoryOrganization,
    directoryId: input.directoryId,
    prepare: async (writer) => {
      const targetId = await rootOf(writer);
      const operation = organizationCreation(newUuid(), input);
      return ({ now }) => ({ operation, made: expectedOrganization(operation, targetId, now) });
    },
  });
}

function expectedOrganization(
  { id, resource }: Extract<OrganizationOperation, { kind: "organization.create" }>,
  targetId: string,
  now: number,
): z.infer<typeof directoryOrganization> {
  const organization = {
    id,
    directoryId: "",
    sourceId: null,
    attributes: { parent: targetId, ...resource.attributes },
    depth: 1,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  return representOrganization(organization, { hasChildren: false, userCount: 0 }, NO_OWNERS);
}
