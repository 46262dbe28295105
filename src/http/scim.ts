/** The SCIM endpoints, the same below `/scim/{sourceKey}/v2` and `/scim/v2`. RFC 7644 §3.2. */
import { Hono } from "hono";
import { ScimError } from "../scim/error.ts";
import { GROUP, USER } from "../scim/schemas.ts";
import type { ResourceType } from "../scim/attribute.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerBulk } from "./scim-bulk.ts";
import { discoveryRoutes } from "./scim-discovery.ts";
import { getResource, listResources, searchResources } from "./scim-read.ts";
import { createResource, patchResource, removeResource, replaceResource } from "./scim-write.ts";

export function scimRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.route("/", discoveryRoutes());
  for (const type of [USER, GROUP]) resourceRoutes(app, type);
  app.all("/Me", () => {
    throw new ScimError("not_implemented", "/Me is not supported: a token belongs to a source");
  });
  app.post("/Bulk", answerBulk);
  app.all("/Bulk", refuseMethod("POST"));
  return app;
}

function resourceRoutes(app: Hono<AppEnv>, type: ResourceType): void {
  const one = `${type.endpoint}/:id` as const;
  const search = `${type.endpoint}/.search` as const;
  app.get(type.endpoint, (c) => listResources(c, type));
  app.post(type.endpoint, (c) => createResource(c, type));
  app.all(type.endpoint, refuseMethod("GET, POST"));
  app.post(search, (c) => searchResources(c, type));
  app.all(search, refuseMethod("POST"));
  app.get(one, (c) => getResource(c, type));
  app.put(one, (c) => replaceResource(c, type));
  app.patch(one, (c) => patchResource(c, type));
  app.delete(one, (c) => removeResource(c, type));
  app.all(one, refuseMethod("GET, PUT, PATCH, DELETE"));
}

export function refuseMethod(allow: string): (c: AppContext) => never {
  return (c) => {
    c.header("allow", allow);
    throw new ScimError("method_not_allowed", `The methods here are ${allow}`);
  };
}
