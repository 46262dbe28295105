/** The admin API below /api/v1, its OpenAPI document, and the Worker's health. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ScimError } from "../../scim/error.ts";
import { dataSourceRoutes } from "./data-sources.ts";
import { directoryRoutes } from "./directory.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { respondProblem } from "./problem.ts";
import { newRouter, type AdminEnv } from "./router.ts";
import { SESSION_COOKIE } from "./admin-auth.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { tokenRoutes } from "./tokens.ts";

const BASE = "/api/v1";
const BODY_BYTES = 64 * 1024;
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
  app.onError(respondProblem);
  app.use(`${BASE}/*`, bodyLimit({ maxSize: BODY_BYTES, onError: refuseLargeBody }));
  for (const routes of [
    setupRoutes(),
    sessionRoutes(),
    dataSourceRoutes(),
    tokenRoutes(),
    directoryRoutes(),
    eventRoutes(),
  ]) {
    app.route(BASE, routes);
  }
  app.route("/", healthRoutes());
  describe(app);
  app.all(`${BASE}/*`, refuseUnrouted(app));
  return app;
}

function describe(app: OpenAPIHono<AdminEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An admin key, `mst_adm_…`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: `__Host-${SESSION_COOKIE}`,
    description: "Set by POST /session. Changes also need the header `X-Muster-Request: 1`.",
  });
  app.doc31("/openapi.json", DOCUMENT);
}

function refuseLargeBody(): never {
  throw new ScimError("payload_too_large", `The body is larger than ${BODY_BYTES} bytes`);
}

/** 405 where another method would do, else 404. */
function refuseUnrouted(app: OpenAPIHono<AdminEnv>): (c: Context<AdminEnv>) => never {
  return (c) => {
    const allowed = METHODS.filter((method) => isRouted(app, method, c.req.path));
    if (allowed.length === 0) throw new ScimError("not_found", "There is nothing here");
    c.header("allow", allowed.join(", "));
    throw new ScimError("method_not_allowed", `The methods here are ${allowed.join(", ")}`);
  };
}

function isRouted(app: OpenAPIHono<AdminEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path);
  return handlers.some(([[, route]]) => route.method === method);
}
