/**
 * The second dialect: what pushes by the other published contract asks for, a translation onto the
 * reads and writes of SCIM. Organizations and groups are lists of ids on the user, times and
 * numbers have a form of their own, and answers a code and a sentence.
 */
import { Hono } from "hono";
import { ScimError } from "../../scim/error.ts";
import { ORGANIZATION, USER } from "../../scim/schemas.ts";
import type { AppEnv } from "../context.ts";
import { refuseMethod } from "../scim.ts";
import { listOrganizations, listUsers } from "./list.ts";
import { getOrganization, getUser } from "./read.ts";
import { answerToken } from "./token.ts";
import { createOrganization, createUser, remove, updateOrganization, updateUser } from "./write.ts";

export function dialectRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/token", answerToken);
  app.post("/token", answerToken);
  app.all("/token", refuseMethod("GET, POST"));
  app.get("/v2/Users", listUsers);
  app.post("/v2/Users", createUser);
  app.get("/v2/Users/:id", getUser);
  app.put("/v2/Users/:id", updateUser);
  app.delete("/v2/Users/:id", (c) => remove(c, USER));
  app.get("/v2/Organizations", listOrganizations);
  app.post("/v2/Organizations", createOrganization);
  app.get("/v2/Organizations/:id", getOrganization);
  app.put("/v2/Organizations/:id", updateOrganization);
  app.delete("/v2/Organizations/:id", (c) => remove(c, ORGANIZATION));
  for (const collection of ["/v2/Users", "/v2/Organizations"]) {
    app.all(collection, refuseMethod("GET, POST"));
    app.all(`${collection}/:id`, refuseMethod("GET, PUT, DELETE"));
  }
  // Not for the routes of a data source whose key would be "api".
  app.all("*", () => {
    throw new ScimError("not_found", "There is nothing here");
  });
  return app;
}
