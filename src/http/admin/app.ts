/** The admin API below /api/v1, its OpenAPI document, and the Worker's health. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ScimError } from "../../scim/error.ts";
import { adminKeyRoutes } from "./admin-keys.ts";
import { auditRoutes } from "./audit.ts";
import { changeRoutes } from "./changes.ts";
import { applicationKeyRoutes } from "./application-keys.ts";
import { clientSecretRoutes } from "./client-secrets.ts";
import { dataSourceRoutes } from "./data-sources.ts";
import { directoryManagementRoutes } from "./directories.ts";
import { directoryRoutes } from "./directory.ts";
import { errorCodeRoutes } from "./error-codes.ts";
import { eventRoutes } from "./events.ts";
import { fieldRoutes } from "./fields.ts";
import { groupRoutes } from "./groups.ts";
import { healthRoutes } from "./health.ts";
import { organizationRoutes } from "./organizations.ts";
import { refusalRoutes } from "./refusals.ts";
import { whyRoutes } from "./why.ts";
import { passwordRoutes } from "./passwords.ts";
import { newRouter, type AdminEnv } from "./router.ts";
import { sourceFieldRoutes } from "./source-fields.ts";
import { connectionTestRoutes } from "./connection-tests.ts";
import { holdRoutes } from "./holds.ts";
import { runRoutes } from "./runs.ts";
import { SESSION_COOKIE } from "./admin-auth.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { permissionRoutes } from "./source-permissions.ts";
import { scopeRoutes } from "./source-scope.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";

const BASE = "/api/v1";
// A scope of 5,000 organizations and as many groups, by their ids.
const BODY_BYTES = 512 * 1024;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Muster admin API",
    version: "1",
    description:
      "Data sources, their tokens, and the directory they fill. Errors are RFC 9457 problems with a stable `code`.",
  },
  servers: [{ url: "/" }],
};

/** Mounted at the root of the Worker. Every route answers errors of its own. */
export function adminApp(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.use(`${BASE}/*`, refuseUnrouted(app));
  app.use(`${BASE}/*`, bodyLimit({ maxSize: BODY_BYTES, onError: refuseLargeBody }));
  for (const routes of [
    setupRoutes(),
    sessionRoutes(),
    dataSourceRoutes(),
    connectionTestRoutes(),
    runRoutes(),
    holdRoutes(),
    permissionRoutes(),
    scopeRoutes(),
    tokenRoutes(),
    clientSecretRoutes(),
    adminKeyRoutes(),
    applicationKeyRoutes(),
    directoryManagementRoutes(),
    directoryRoutes(),
    userRoutes(),
    groupRoutes(),
    organizationRoutes(),
    passwordRoutes(),
    eventRoutes(),
    refusalRoutes(),
    whyRoutes(),
    changeRoutes(),
    auditRoutes(),
    errorCodeRoutes(),
    fieldRoutes(),
    sourceFieldRoutes(),
  ]) {
    app.route(BASE, routes);
  }
  app.route("/", healthRoutes());
  describe(app);
  return app;
}

function describe(app: OpenAPIHono<AdminEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description:
      "An admin key, `mst_adm_…`; where a route says so, an application key, `mst_app_…`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: `__Host-${SESSION_COOKIE}`,
    description: "Set by POST /session. Changes also need the header `X-Muster-Request: 1`.",
  });
  // Made once, since it is the same for everybody; the library's own route would answer faults in it.
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined;
  app.get("/openapi.json", (c) => {
    document ??= app.getOpenAPI31Document(DOCUMENT);
    return c.json(document);
  });
}

function refuseLargeBody(): never {
  throw new ScimError("payload_too_large", `The body is larger than ${BODY_BYTES} bytes`);
}

/** 405 where another method would do, else 404. */
function refuseUnrouted(app: OpenAPIHono<AdminEnv>): MiddlewareHandler<AdminEnv> {
  return (c, next) => {
    if (isRouted(app, c.req.method, c.req.path)) return next();
    const allowed = METHODS.filter((method) => isRouted(app, method, c.req.path));
    if (allowed.length === 0) throw new ScimError("not_found", "There is nothing here");
    c.header("allow", allowed.join(", "));
    throw new ScimError("method_not_allowed", `The methods here are ${allowed.join(", ")}`);
  };
}

/** Middleware answers to all methods, routes to one. */
function isRouted(app: OpenAPIHono<AdminEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method === "HEAD" ? "GET" : method, path);
  return handlers.some(([[, route]]) => route.method !== "ALL");
}
