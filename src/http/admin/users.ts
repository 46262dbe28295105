/** Users by hand, over HTTP: made, changed, switched on and off, deleted and brought back. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { settleExpiry } from "../../directory/expiry.ts";
import { takePlacement } from "../../scim/placement.ts";
import { BY_HAND } from "../../scim/profile.ts";
import type { UserOperation } from "../../sources/operation.ts";
import { newUuid } from "../authenticate.ts";
import { userCreation, userPatch } from "./by-hand.ts";
import { readUser } from "./directory.ts";
import { userBody, userChanges, userDetail } from "./directory-contracts.ts";
import { onceHeaders } from "./once.ts";
import { inDirectory } from "./queries.ts";
import { readerOf } from "./reader.ts";
import { NO_OWNERS, representUser } from "./represent-directory.ts";
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

const create = adminRoute({
  method: "post",
  path: "/users",
  operationId: "createUser",
  description:
    "A user who belongs to no data source. Without an organization it is put into the root, by an application into the first organization of its scope.",
  request: { body: body(userBody), headers: onceHeaders },
  responses: { 201: json(userDetail, "The new user") },
});

const update = adminRoute({
  method: "patch",
  path: "/users/{id}",
  operationId: "updateUser",
  description:
    "Sets what is named. `attributes` are merged (RFC 7396). What an enabled data source owns is 409 `field_locked`; `active`, `expireDate`, `password`, further organizations and fields that the source hasn't chosen can always be changed.",
  request: { params: idParams, query: inDirectory, body: body(userChanges), headers: ifMatch },
  responses: { 200: json(userDetail, "The user after the change") },
});

const remove = adminRoute({
  method: "delete",
  path: "/users/{id}",
  operationId: "deleteUser",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: NO_CONTENT,
});

const restore = adminRoute({
  method: "post",
  path: "/users/{id}/restore",
  operationId: "restoreUser",
  description:
    "Within 30 days of the deletion. The user comes back without groups and password, into the organization of then where that is still there. 409 `uniqueness` where the name is taken by now.",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: { 200: json(userDetail, "The user") },
});

const enable = adminRoute({
  method: "post",
  path: "/users/{id}/enable",
  operationId: "enableUser",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: { 200: json(userDetail, "The user, enabled") },
});

const disable = adminRoute({
  method: "post",
  path: "/users/{id}/disable",
  operationId: "disableUser",
  request: { params: idParams, query: inDirectory, headers: ifMatch },
  responses: { 200: json(userDetail, "The user, disabled") },
});

export function userRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(create, async (c) => {
    return c.json(await createUser(c, c.req.valid("json")), 201);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await change(c, id, c.req.valid("json")), 200);
  });
  app.openapi(remove, async (c) => {
    await changePlainly(c, { kind: "user.delete", id: c.req.valid("param").id });
    return c.body(null, 204);
  });
  app.openapi(restore, async (c) => {
    const { id } = c.req.valid("param");
    await changePlainly(c, { kind: "user.restore", id });
    return c.json(await shown(c, id), 200);
  });
  app.openapi(enable, async (c) =>
    c.json(await change(c, c.req.valid("param").id, { active: true }), 200),
  );
  app.openapi(disable, async (c) =>
    c.json(await change(c, c.req.valid("param").id, { active: false }), 200),
  );
  return app;
}

type Detail = z.infer<typeof userDetail>;

async function change(
  c: Context<AdminEnv>,
  id: string,
  changes: z.infer<typeof userChanges>,
): Promise<Detail> {
  await changeByHand(c, ({ user }) => userPatch(id, changes, user));
  return shown(c, id);
}

async function shown(c: Context<AdminEnv>, id: string): Promise<Detail> {
  const reader = await readerOf(c, inDirectory.parse(c.req.query()));
  const user = await readUser(reader, id);
  tag(c, user.version);
  return user;
}

function createUser(c: Context<AdminEnv>, input: z.infer<typeof userBody>): Promise<Detail> {
  return createByHand(c, {
    path: "/users",
    schema: userDetail,
    directoryId: input.directoryId,
    prepare: async (writer) => {
      const [id, targetId] = [newUuid(), await rootOf(writer)];
      return ({ user, now }) => {
        const operation = userCreation(id, input, user);
        return { operation, made: expectedUser(operation, targetId, now) };
      };
    },
  });
}

function expectedUser(
  operation: Extract<UserOperation, { kind: "user.create" }>,
  targetId: string,
  now: number,
): Detail {
  const { id, resource, furtherOrganizations = [] } = operation;
  const { attributes, organizationId = targetId } = takePlacement(resource.attributes, BY_HAND);
  const further = [...new Set(furtherOrganizations)].filter((one) => one !== organizationId);
  const user = {
    id,
    directoryId: "",
    sourceId: null,
    organizationId,
    attributes: settleExpiry(attributes, {}, () => true, now),
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  const facts = { owners: NO_OWNERS, further: new Map([[id, further.sort()]]) };
  return { ...representUser(user, facts), groups: [] };
}
