/** Whether a data source's API is open, and what it may do there, over HTTP. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findSource } from "../../sources/source-reads.ts";
import { PERMISSIONS, type Permission, type Source } from "../../sources/source.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  json,
  newRouter,
  tag,
  type AdminEnv,
} from "./router.ts";
import { permissions, permissionsBody, type permissionsInput } from "./scope-contracts.ts";
import { changeSource } from "./write-setting.ts";

const PATH = "/data-sources/{id}/permissions";

const get = adminRoute({
  method: "get",
  path: PATH,
  operationId: "getPermissions",
  request: { params: idParams },
  responses: { 200: json(permissions, "What the source may do") },
});

const replace = adminRoute({
  method: "put",
  path: PATH,
  operationId: "replacePermissions",
  request: { params: idParams, body: body(permissionsBody), headers: ifMatch },
  responses: { 200: json(permissions, "What the source may do from now on") },
});

const enable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/provisioning/enable",
  operationId: "enableProvisioning",
  request: { params: idParams, headers: ifMatch },
  responses: { 200: json(permissions, "Its clients may provision again") },
});

const disable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/provisioning/disable",
  operationId: "disableProvisioning",
  request: { params: idParams, headers: ifMatch },
  responses: { 200: json(permissions, "Its clients are refused, and nothing else is changed") },
});

export function permissionRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const source = await findSource(await openSourceDatabase(c.env, id), id);
    return c.json(shown(c, source ?? refuseUnknownSource()), 200);
  });
  app.openapi(replace, async (c) => {
    const { permissions: given, ...rest } = c.req.valid("json");
    const { source } = await changeSource(c, c.req.valid("param").id, {
      kind: "permissions.replace",
      ...rest,
      permissions: given && namedPermissions(given),
    });
    return c.json(shown(c, source), 200);
  });
  app.openapi(enable, async (c) => {
    const { id } = c.req.valid("param");
    const { source } = await changeSource(c, id, { kind: "provisioning.enable" });
    return c.json(shown(c, source), 200);
  });
  app.openapi(disable, async (c) => {
    const { id } = c.req.valid("param");
    const { source } = await changeSource(c, id, { kind: "provisioning.disable" });
    return c.json(shown(c, source), 200);
  });
  return app;
}

export function namedPermissions(given: z.infer<typeof permissionsInput>): readonly Permission[] {
  return given === "all" ? PERMISSIONS : given;
}

function shown(c: Context<AdminEnv>, source: Source): z.infer<typeof permissions> {
  tag(c, source.configVersion);
  const { apiOpen, provisioning } = source;
  return { apiOpen, permissions: [...source.permissions], provisioning };
}
