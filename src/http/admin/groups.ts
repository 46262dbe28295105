/** Groups by hand, over HTTP, and who is in them. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { GroupOperation, ResourceOperation } from "../../sources/operation.ts";
import { newUuid } from "../authenticate.ts";
import { groupCreation, groupPatch, membersPatch } from "./by-hand.ts";
import { readGroup } from "./directory.ts";
import { directoryGroup, groupBody, groupChanges, memberChanges } from "./directory-contracts.ts";
import { onceHeaders } from "./once.ts";
import { inDirectory } from "./queries.ts";
import { readerOf } from "./reader.ts";
import { NO_OWNERS, representGroup } from "./represent-directory.ts";
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
import { changeByHand, changePlainly, createByHand } from "./write-by-hand.ts";

const create = adminRoute({
  method: "post",
  path: "/groups",
  operationId: "createGroup",
  description: "A group that belongs to no data source; its name is unique among such.",
  request: { body: body(groupBody), headers: onceHeaders },
  responses: { 201: json(directoryGroup, "The new group") },
});

const update = adminRoute({
  method: "patch",
  path: "/groups/{id}",
  operationId: "updateGroup",
  request: { params: idParams, query: inDirectory, body: body(groupChanges), headers: ifMatch },
  responses: { 200: json(directoryGroup, "The group after the change") },
});

const remove = adminRoute({
  method: "delete",
  path: "/groups/{id}",
  operationId: "deleteGroup",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: NO_CONTENT,
});

const restore = adminRoute({
  method: "post",
  path: "/groups/{id}/restore",
  operationId: "restoreGroup",
  description:
    "Within 30 days of the deletion, without members. 409 `uniqueness` where the name is taken by now.",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: { 200: json(directoryGroup, "The group") },
});

const change = adminRoute({
  method: "post",
  path: "/groups/{id}/members",
  operationId: "changeGroupMembers",
  description:
    "Removes, then adds. Who is in the group already, or isn't, is passed over; who isn't there at all can't be added.",
  request: { params: idParams, query: inDirectory, body: body(memberChanges), headers: ifMatch },
  responses: { 200: json(directoryGroup, "The group after the change") },
});

export function groupRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(create, async (c) => {
    return c.json(await createGroup(c, c.req.valid("json")), 201);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await changed(c, id, groupPatch(id, c.req.valid("json"))), 200);
  });
  app.openapi(remove, async (c) => {
    await changePlainly(c, { kind: "group.delete", id: c.req.valid("param").id });
    return c.body(null, 204);
  });
  app.openapi(restore, async (c) => {
    const { id } = c.req.valid("param");
    await changePlainly(c, { kind: "group.restore", id });
    return c.json(await shown(c, id), 200);
  });
  app.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await changed(c, id, membersPatch(id, c.req.valid("json"))), 200);
  });
  return app;
}

type Shown = z.infer<typeof directoryGroup>;

async function changed(
  c: Context<AdminEnv>,
  id: string,
  operation: ResourceOperation,
): Promise<Shown> {
  await changeByHand(c, () => operation);
  return shown(c, id);
}

async function shown(c: Context<AdminEnv>, id: string): Promise<Shown> {
  const reader = await readerOf(c, inDirectory.parse(c.req.query()));
  const group = await readGroup(reader, id);
  tag(c, group.version);
  return group;
}

function createGroup(c: Context<AdminEnv>, input: z.infer<typeof groupBody>): Promise<Shown> {
  return createByHand(c, {
    path: "/groups",
    schema: directoryGroup,
    directoryId: input.directoryId,
    prepare: async () => {
      const operation = groupCreation(newUuid(), input);
      return ({ now }) => ({ operation, made: expectedGroup(operation, now) });
    },
  });
}

function expectedGroup(
  { id, resource }: Extract<GroupOperation, { kind: "group.create" }>,
  now: number,
): Shown {
  const group = {
    id,
    directoryId: "",
    sourceId: null,
    attributes: resource.attributes,
    memberCount: new Set(resource.members).size,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  return representGroup(group, NO_OWNERS);
}
