/** `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`. RFC 7644 §4. */
import { Hono } from "hono";
import type { ResourceType } from "../scim/attribute.ts";
import { resourceTypes, schemas, serviceProviderConfig } from "../scim/discovery.ts";
import { ScimError } from "../scim/error.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { listResponse } from "../scim/messages.ts";
import { RESOURCE_TYPES } from "../scim/schemas.ts";
import { typeFor } from "../sources/source-type.ts";
import type { Source } from "../sources/source.ts";
import { shardOfKey } from "../sources/source-key.ts";
import { requireShard } from "./admin/place.ts";
import { authenticate, proveToken } from "./authenticate.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { modeOfKey, refusePush } from "./pulled.ts";
import { baseOf, respondJson } from "./respond.ts";
import { refuseMethod } from "./scim.ts";

/** Readable without a token, but a token that is sent has to be good: clients test theirs here. */
export function discoveryRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/ServiceProviderConfig", async (c) => {
    await admitReader(c);
    return respondJson(c, 200, serviceProviderConfig(baseOf(c)));
  });
  collection(app, "/ResourceTypes", resourceTypes);
  collection(app, "/Schemas", schemas);
  app.all("/ServiceProviderConfig", refuseMethod("GET"));
  return app;
}

function collection(
  app: Hono<AppEnv>,
  path: "/ResourceTypes" | "/Schemas",
  list: (base: string, types: readonly ResourceType[]) => JsonObject[],
): void {
  app.get(path, async (c) => {
    const types = typesShown(await admitReader(c));
    // RFC 7644 §4: a filter here is forbidden, lest a client takes a part for the whole.
    if (c.req.query("filter")) throw new ScimError("forbidden", "Discovery takes no filter");
    const all = list(baseOf(c), types);
    return respondJson(c, 200, listResponse(all, { totalResults: all.length, startIndex: 1 }));
  });
  app.get(`${path}/:id`, async (c) => {
    const types = typesShown(await admitReader(c));
    const id = c.req.param("id");
    const found = list(baseOf(c), types).find((item) => isSame(item["id"], id));
    if (found === undefined) throw new ScimError("not_found", "There is none of this id");
    return respondJson(c, 200, found);
  });
  app.all(path, refuseMethod("GET"));
  app.all(`${path}/:id`, refuseMethod("GET"));
}

/** URNs are compared without regard to letter case (RFC 8141 §3.1). */
function isSame(name: Json | undefined, other: string | undefined): boolean {
  return typeof name === "string" && name.toLowerCase() === other?.toLowerCase();
}

/** Which fields a directory has is nobody's business but its sources'. */
function typesShown(source: Source | undefined): readonly ResourceType[] {
  return source === undefined
    ? RESOURCE_TYPES
    : RESOURCE_TYPES.map((type) => typeFor(source, type));
}

/** The source whose token was sent; undefined for anybody else. */
async function admitReader(c: AppContext): Promise<Source | undefined> {
  if (c.req.header("authorization") !== undefined) {
    return proveToken(c, await authenticate(c));
  }
  const key = c.req.param("sourceKey");
  if (key !== undefined) await requirePushed(c.env, key);
  return undefined;
}

function refuseUnknownKey(): never {
  throw new ScimError("not_found", "There is no data source of this key");
}

async function requirePushed(env: Env, key: string): Promise<void> {
  await requireShard(env, shardOfKey(key) ?? refuseUnknownKey(), refuseUnknownKey);
  const mode = (await modeOfKey(env, key)) ?? refuseUnknownKey();
  if (mode === "pull") throw refusePush();
}
