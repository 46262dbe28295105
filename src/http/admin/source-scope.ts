/** Where a data source may act, over HTTP: its scope, and the target in it. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { checkTarget, findScope } from "../../sources/scope-facts.ts";
import { distinctIds } from "../../sources/settings-scope.ts";
import { findSource } from "../../sources/source-reads.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  ifNoneMatch,
  json,
  newRouter,
  NOT_MODIFIED,
  tag,
  type AdminEnv,
} from "./router.ts";
import { scope, scopeBody, target, targetBody, targetCheck } from "./scope-contracts.ts";
import { isKnownVersion } from "../respond.ts";
import { changeSource } from "./write-setting.ts";

const getScope = adminRoute({
  method: "get",
  path: "/data-sources/{id}/scope",
  operationId: "getScope",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(scope, "The organizations and groups it may see"), ...NOT_MODIFIED },
});

const replaceScope = adminRoute({
  method: "put",
  path: "/data-sources/{id}/scope",
  operationId: "replaceScope",
  request: { params: idParams, body: body(scopeBody), headers: ifMatch },
  responses: { 200: json(scope, "What it may see from now on") },
});

const getTarget = adminRoute({
  method: "get",
  path: "/data-sources/{id}/target",
  operationId: "getTarget",
  request: { params: idParams },
  responses: { 200: json(target, "Where users without an organization are placed") },
});

const replaceTarget = adminRoute({
  method: "put",
  path: "/data-sources/{id}/target",
  operationId: "replaceTarget",
  request: { params: idParams, body: body(targetBody), headers: ifMatch },
  responses: { 200: json(target, "Where they are placed from now on") },
});

const check = adminRoute({
  method: "get",
  path: "/data-sources/{id}/target/check",
  operationId: "checkTarget",
  request: { params: idParams },
  responses: { 200: json(targetCheck, "Whether the target is in the scope") },
});

export function scopeRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(getScope, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findScope(await openSourceDatabase(c.env, id), id);
    const { source, organizationIds, groupIds } = found ?? refuseUnknownSource();
    tag(c, source.configVersion);
    if (isKnownVersion(c, source.configVersion)) return c.body(null, 304);
    return c.json({ organizationIds, groupIds, targetOrganizationId: source.targetId }, 200);
  });
  app.openapi(replaceScope, async (c) => {
    const { targetOrganizationId: targetId, ...given } = c.req.valid("json");
    const operation = { kind: "scope.replace", scope: given, targetId } as const;
    const { source } = await changeSource(c, c.req.valid("param").id, operation);
    tag(c, source.configVersion);
    return c.json({ ...distinctIds(given), targetOrganizationId: source.targetId }, 200);
  });
  app.openapi(getTarget, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findSource(await openSourceDatabase(c.env, id), id);
    const source = found ?? refuseUnknownSource();
    tag(c, source.configVersion);
    return c.json({ organizationId: source.targetId }, 200);
  });
  app.openapi(replaceTarget, async (c) => {
    const targetId = c.req.valid("json").organizationId;
    const { source } = await changeSource(c, c.req.valid("param").id, {
      kind: "target.replace",
      targetId,
    });
    tag(c, source.configVersion);
    return c.json({ organizationId: source.targetId }, 200);
  });
  app.openapi(check, async (c) => {
    const { id } = c.req.valid("param");
    const found = await checkTarget(await openSourceDatabase(c.env, id), id);
    return c.json(found ?? refuseUnknownSource(), 200);
  });
  return app;
}
