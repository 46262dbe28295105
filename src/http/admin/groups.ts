/** Groups by hand, over HTTP, and who is in them. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ResourceOperation } from "../../sources/operation.ts";
import { newUuid } from "../authenticate.ts";
import { groupCreation, groupPatch, membersPatch } from "./by-hand.ts";
import { readGroup } from "./directory.ts";
import { directoryGroup, groupBody, groupChanges, memberChanges } from "./directory-contracts.ts";
import { once, onceHeaders } from "./once.ts";
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
import { writeByHand, writePlainly, writerOf } from "./write-directory.ts";

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
    const created = await createGroup(c, c.req.valid("json"));
    c.header("location", `/api/v1/groups/${created.id}`);
    tag(c, created.version);
    return c.json(created, 201);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await changed(c, id, groupPatch(id, c.req.valid("json"))), 200);
  });
  app.openapi(remove, async (c) => {
    const writer = await writerOf(c, c.req.query("directoryId"));
    await writePlainly(c, writer, { kind: "group.delete", id: c.req.valid("param").id });
    return c.body(null, 204);
  });
  app.openapi(restore, async (c) => {
    const { id } = c.req.valid("param");
    const writer = await writerOf(c, c.req.query("directoryId"));
    await writePlainly(c, writer, { kind: "group.restore", id });
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
  const writer = await writerOf(c, c.req.query("directoryId"));
  await writeByHand(c, writer, () => ({ operation }));
  return shown(c, id);
}

async function shown(c: Context<AdminEnv>, id: string): Promise<Shown> {
  const reader = await readerOf(c, inDirectory.parse(c.req.query()));
  const group = await readGroup(reader, id);
  tag(c, group.version);
  return group;
}

/** The answer is known before it is written, for `keep`. */
async function createGroup(c: Context<AdminEnv>, input: z.infer<typeof groupBody>): Promise<Shown> {
  const writer = await writerOf(c, input.directoryId);
  return once(c, writer.db, directoryGroup, async (keep) => {
    const operation = groupCreation(newUuid(), input);
    const { id, resource } = operation;
    let expected: Shown | undefined;
    await writeByHand(c, writer, ({ now }) => {
      const made = representGroup(
        {
          id,
          directoryId: writer.directoryId,
          sourceId: null,
          attributes: resource.attributes,
          memberCount: new Set(resource.members).size,
          version: 1,
          createdAt: now,
          updatedAt: now,
          deletedAt: null,
        },
        NO_OWNERS,
      );
      expected = made;
      return { operation, keep: () => keep(made) };
    });
    return expected ?? shown(c, id);
  });
}
