/** Data sources over HTTP: reading them, making them, switching them on and off. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findSource, sourcePage, tokensOf, tokensOfEach } from "../../sources/source-reads.ts";
import { definedSwitches, type SourceState } from "../../sources/source.ts";
import { putToken } from "../../sources/token-index.ts";
import { isKnownVersion } from "../respond.ts";
import {
  createdDataSource,
  dataSource,
  dataSourceBody,
  dataSourceChanges,
  dataSourceList,
  deletionProgress,
} from "./source-contracts.ts";
import { issueClientSecret, issueToken, type Issued } from "./credentials.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { openSourceDatabase, placeOf, refuseUnknownSource, type Place } from "./place.ts";
import { readPolicy } from "./passwords.ts";
import { dataSourceQuery, deletionQuery } from "./queries.ts";
import { representSource, toRfc3339 } from "./represent.ts";
import { deleteSource } from "./source-deletion.ts";
import { sourceOf } from "./source-input.ts";
import { upstreamChangeOf } from "./upstream-input.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  ifNoneMatch,
  json,
  newRouter,
  NO_CONTENT,
  NOT_MODIFIED,
  tag,
  type AdminEnv,
} from "./router.ts";
import { changeSource } from "./write-setting.ts";

const list = adminRoute({
  method: "get",
  path: "/data-sources",
  operationId: "listDataSources",
  request: { query: dataSourceQuery },
  responses: { 200: json(dataSourceList, "Data sources, oldest first") },
});

const create = adminRoute({
  method: "post",
  path: "/data-sources",
  operationId: "createDataSource",
  request: { body: body(dataSourceBody), headers: onceHeaders },
  responses: { 201: json(createdDataSource, "The source, with its first token's secret") },
});

const get = adminRoute({
  method: "get",
  path: "/data-sources/{id}",
  operationId: "getDataSource",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(dataSource, "The source"), ...NOT_MODIFIED },
});

const update = adminRoute({
  method: "patch",
  path: "/data-sources/{id}",
  operationId: "updateDataSource",
  request: { params: idParams, body: body(dataSourceChanges), headers: ifMatch },
  responses: { 200: json(dataSource, "The source after the change") },
});

const enable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/enable",
  operationId: "enableDataSource",
  request: { params: idParams, headers: ifMatch },
  responses: { 200: json(dataSource, "The source, enabled") },
});

const disable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/disable",
  operationId: "disableDataSource",
  request: { params: idParams, headers: ifMatch },
  responses: { 200: json(dataSource, "The source, disabled") },
});

const remove = adminRoute({
  method: "delete",
  path: "/data-sources/{id}",
  operationId: "deleteDataSource",
  request: { params: idParams, query: deletionQuery, headers: ifMatch },
  description:
    "Its people are disabled or deleted first where `people` says so, 2,000 at a time: while some are left, the answer is 202 and the same request again goes on. Deleting many takes `confirmPeople`.",
  responses: { 202: json(deletionProgress, "There are people left"), ...NO_CONTENT },
});

export function dataSourceRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => c.json(await listSources(c, c.req.valid("query")), 200));
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const place = await placeOf(c.env, input.directoryId);
    const created = await once(c, place.db, createdDataSource, (keep) =>
      createSource(c, input, place, keep),
    );
    c.header("location", `/api/v1/data-sources/${created.id}`);
    tag(c, created.configVersion);
    return c.json(created, 201);
  });
  app.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const db = await openSourceDatabase(c.env, id);
    const found = await findSource(db, id);
    const source = found ?? refuseUnknownSource();
    const answer = shown(c, { source, tokens: await tokensOf(db, id) });
    return isKnownVersion(c, source.configVersion) ? c.body(null, 304) : c.json(answer, 200);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(shown(c, await updateSource(c, id, c.req.valid("json"))), 200);
  });
  app.openapi(enable, async (c) => {
    const state = await changeSource(c, c.req.valid("param").id, { kind: "source.enable" });
    return c.json(shown(c, state), 200);
  });
  app.openapi(disable, async (c) => {
    const state = await changeSource(c, c.req.valid("param").id, { kind: "source.disable" });
    return c.json(shown(c, state), 200);
  });
  app.openapi(remove, async (c) => {
    const peopleLeft = await deleteSource(c, c.req.valid("param").id, c.req.valid("query"));
    return peopleLeft === 0 ? c.body(null, 204) : c.json({ peopleLeft }, 202);
  });
  return app;
}

async function listSources(
  c: Context<AdminEnv>,
  { limit, directoryId }: z.infer<typeof dataSourceQuery>,
): Promise<z.infer<typeof dataSourceList>> {
  const after = (await readCursor(c, z.string())) ?? "";
  const { db } = await placeOf(c.env, directoryId);
  const found = await sourcePage(db, directoryId, { after, limit: limit + 1 });
  const { page, nextCursor } = await pageOf(c, found, limit, ({ id }) => id);
  const tokens = await tokensOfEach(
    db,
    page.map(({ id }) => id),
  );
  const data = page.map((source) =>
    represented(c, { source, tokens: tokens.get(source.id) ?? [] }),
  );
  return { data, nextCursor };
}

async function createSource(
  c: Context<AdminEnv>,
  input: z.infer<typeof dataSourceBody>,
  place: Place,
  keep: Keep,
): Promise<z.infer<typeof createdDataSource>> {
  const { directoryId, shard } = place;
  const { mode: passwordMode } = await readPolicy(place);
  const now = Date.now();
  const source = await sourceOf(c.env, input, { directoryId, shard }, now);
  const made = { kind: "source.create", source, organizationName: input.name } as const;
  const shownNow = represented(c, { source, tokens: [] });
  if (source.mode === "pull") {
    const pulled = { ...shownNow, passwordMode };
    await changeSource(c, source.id, { ...made, scope: input.scope }, await keep(pulled));
    return pulled;
  }
  const lifetime = { days: input.tokenExpiresInDays };
  const first = await issueToken(c.env, shard, lifetime, now);
  const client = await issueClientSecret(c.env, { shard, sourceId: source.id, lifetime }, now);
  const { token } = first;
  const created = {
    ...shownNow,
    token: shownOnce(first),
    clientSecret: shownOnce(client),
    // In the order of the contract: an answer that is given again is read by it.
    passwordMode,
  };
  const operation = { ...made, scope: input.scope, token, clientSecret: client.token } as const;
  await changeSource(c, source.id, operation, await keep(created));
  await putToken(c.env, token.hash, { tokenId: token.id, sourceId: source.id });
  return created;
}

async function updateSource(
  c: Context<AdminEnv>,
  id: string,
  changes: z.infer<typeof dataSourceChanges>,
): Promise<SourceState> {
  const { profile, switches, upstream, clientSecret, token, ...rest } = changes;
  const found = await findSource(await openSourceDatabase(c.env, id), id);
  const source = found ?? refuseUnknownSource();
  // Another mode is refused as such, whatever else would come with it.
  const asked = changes.mode === undefined ? { upstream, clientSecret, token } : {};
  return changeSource(c, id, {
    kind: "source.update",
    changes: {
      ...rest,
      profileName: profile,
      switches: switches && definedSwitches(switches),
      upstream: await upstreamChangeOf(c.env, source, asked),
    },
  });
}

function shown(c: Context<AdminEnv>, state: SourceState): z.infer<typeof dataSource> {
  tag(c, state.source.configVersion);
  return represented(c, state);
}

function represented(c: Context<AdminEnv>, state: SourceState): z.infer<typeof dataSource> {
  return representSource(state, new URL(c.req.url).origin, Date.now());
}

function shownOnce({ secret, token: { id, expiresAt } }: Issued) {
  return { id, secret, expiresAt: toRfc3339(expiresAt) };
}
