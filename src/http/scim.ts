/** The SCIM endpoints, the same below `/scim/{sourceKey}/v2` and `/scim/v2`. RFC 7644 §3.2. */
import { Hono } from "hono";
import { ScimError } from "../scim/error.ts";
import { RESOURCE_TYPES } from "../scim/schemas.ts";
import type { ResourceType } from "../scim/attribute.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerBulk } from "./scim-bulk.ts";
import { discoveryRoutes } from "./scim-discovery.ts";
import { listResources, searchResources } from "./scim-list.ts";
import { getResource } from "./scim-read.ts";
import { createResource, patchResource, removeResource, replaceResource } from "./scim-write.ts";

export function scimRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.route("/", discoveryRoutes());
  for (const type of RESOURCE_TYPES) resourceRoutes(app, type);
  rootRoutes(app);
  app.all("/Me", refuseAll("/Me is not supported: a token belongs to a source"));
  app.post("/Bulk", answerBulk);
  app.all("/Bulk", refuseMethod("POST"));
  return app;
}

/** RFC 7644 §3.4.2.1, §3.4.3: all types together. */
function rootRoutes(app: Hono<AppEnv>): void {
  app.get("/", (c) => listResources(c, RESOURCE_TYPES));
  app.all("/", refuseMethod("GET"));
  app.post("/.search", (c) => searchResources(c, RESOURCE_TYPES));
  app.all("/.search", refuseMethod("POST"));
}

function resourceRoutes(app: Hono<AppEnv>, type: ResourceType): void {
  const one = `${type.endpoint}/:id` as const;
  const search = `${type.endpoint}/.search` as const;
  app.get(type.endpoint, (c) => listResources(c, [type]));
  app.post(type.endpoint, (c) => createResource(c, type));
  app.all(type.endpoint, refuseMethod("GET, POST"));
  app.post(search, (c) => searchResources(c, [type]));
  app.all(search, refuseMethod("POST"));
  app.get(one, (c) => getResource(c, type));
  app.put(one, (c) => replaceResource(c, type));
  app.patch(one, (c) => patchResource(c, type));
  app.delete(one, (c) => removeResource(c, type));
  app.all(one, refuseMethod("GET, PUT, PATCH, DELETE"));
}

/** What stands behind the routes of a path: tells the methods it has, or that the one used is none. */
export function refuseMethod(methods: string): (c: AppContext) => Response {
  const options = respondOptions(methods);
  return (c) => {
    if (c.req.method === "OPTIONS") return options(c);
    c.header("allow", allowed(methods));
    throw new ScimError("method_not_allowed", `The methods here are ${methods}`);
  };
}

/** For a path that the RFC knows and that has no methods here. */
function refuseAll(detail: string): (c: AppContext) => Response {
  const options = respondOptions("");
  return (c) => {
    if (c.req.method === "OPTIONS") return options(c);
    throw new ScimError("not_implemented", detail);
  };
}

/** RFC 9110 §9.3.7. Tells nothing that differs by caller, so nobody is asked for a token. */
function respondOptions(methods: string): (c: AppContext) => Response {
  return (c) => {
    c.header("allow", allowed(methods));
    return c.body(null, 204);
  };
}

/** Where there is GET there is HEAD (RFC 9110 §9.1), and OPTIONS everywhere. */
function allowed(methods: string): string {
  const named = methods === "" ? [] : methods.split(", ");
  return [...named, ...(named.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
}
