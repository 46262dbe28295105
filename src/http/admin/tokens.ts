/** The tokens of a data source over HTTP. A secret is in the answer that made it, and nowhere else. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { tokensOf } from "../../sources/source-reads.ts";
import type { Token } from "../../sources/source.ts";
import { dropToken, putToken } from "../../sources/token-index.ts";
import type { NewToken, TokenOperation } from "../../sources/token-rules.ts";
import {
  createdToken,
  rotation,
  token as tokenContract,
  tokenBody,
  tokenChanges,
  tokenList,
} from "./source-contracts.ts";
import {
  addCredential,
  changeCredential,
  getCredential,
  issueToken,
  lifetimeOf,
  listCredentials,
  rotationOf,
  type Lifetime,
} from "./credentials.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { openSourceDatabase, sourceShard } from "./place.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  json,
  newRouter,
  NO_CONTENT,
  type AdminEnv,
} from "./router.ts";
import { changeSource } from "./write-setting.ts";

const tokenParams = idParams.extend({ tokenId: z.string().max(64) });
/** A token's version is that of its source: changing one changes the other. */
const changing = onceHeaders.extend(ifMatch.shape);
const shownToken = { 200: json(tokenContract, "The token") };
const secretShown = { 201: json(createdToken, "The new token with its secret, shown once") };

const list = adminRoute({
  method: "get",
  path: "/data-sources/{id}/tokens",
  operationId: "listTokens",
  request: { params: idParams },
  responses: { 200: json(tokenList, "The tokens, oldest first") },
});

const create = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens",
  operationId: "createToken",
  request: { params: idParams, body: json(tokenBody, ""), headers: changing },
  responses: secretShown,
});

const update = adminRoute({
  method: "patch",
  path: "/data-sources/{id}/tokens/{tokenId}",
  operationId: "updateToken",
  request: { params: tokenParams, body: body(tokenChanges), headers: ifMatch },
  responses: shownToken,
});

const enable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/enable",
  operationId: "enableToken",
  request: { params: tokenParams, headers: ifMatch },
  responses: shownToken,
});

const disable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/disable",
  operationId: "disableToken",
  request: { params: tokenParams, headers: ifMatch },
  responses: shownToken,
});

const rotate = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/rotate",
  operationId: "rotateToken",
  request: { params: tokenParams, body: json(rotation, ""), headers: changing },
  responses: secretShown,
});

const remove = adminRoute({
  method: "delete",
  path: "/data-sources/{id}/tokens/{tokenId}",
  operationId: "deleteToken",
  request: { params: tokenParams, headers: ifMatch },
  responses: NO_CONTENT,
});

export function tokenRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) =>
    c.json(await listCredentials(c, c.req.valid("param").id, "bearer"), 200),
  );
  app.openapi(create, async (c) => {
    const lifetime = lifetimeOf(c.req.valid("json"));
    return c.json(await issueOnce(c, c.req.valid("param").id, lifetime), 201);
  });
  app.openapi(update, async (c) => {
    const expiresAt = Date.parse(c.req.valid("json").expiresAt);
    const { id, tokenId } = c.req.valid("param");
    const operation = { kind: "token.expiry", tokenId, expiresAt, at: Date.now() } as const;
    return c.json(await changeCredential(c, id, operation), 200);
  });
  app.openapi(enable, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    return c.json(await changeCredential(c, id, { kind: "token.enable", tokenId }), 200);
  });
  app.openapi(disable, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    return c.json(await changeCredential(c, id, { kind: "token.disable", tokenId }), 200);
  });
  app.openapi(rotate, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    return c.json(await rotateOnce(c, id, tokenId, c.req.valid("json")), 201);
  });
  app.openapi(remove, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    const old = await findToken(c, id, tokenId);
    await changeSource(c, id, { kind: "token.delete", tokenId });
    await dropToken(c.env, old.hash);
    return c.body(null, 204);
  });
  return app;
}

async function issueOnce(c: Context<AdminEnv>, sourceId: string, lifetime: Lifetime) {
  const db = await openSourceDatabase(c.env, sourceId);
  return once(c, db, createdToken, (keep) =>
    issue(c, sourceId, lifetime, keep, (token) => ({ kind: "token.create", token })),
  );
}

async function rotateOnce(
  c: Context<AdminEnv>,
  sourceId: string,
  tokenId: string,
  asked: z.infer<typeof rotation>,
) {
  const db = await openSourceDatabase(c.env, sourceId);
  return once(c, db, createdToken, (keep) => rotateToken(c, sourceId, tokenId, asked, keep));
}

/** A new token of the source, by the operation that takes it in. */
async function issue(
  c: Context<AdminEnv>,
  sourceId: string,
  lifetime: Lifetime,
  keep: Keep,
  operationOf: (token: NewToken) => TokenOperation,
): Promise<z.infer<typeof createdToken>> {
  const shard = await sourceShard(c.env, sourceId);
  const issued = await issueToken(c.env, shard, lifetime, Date.now());
  const { token } = issued;
  const created = await addCredential(c, sourceId, issued, operationOf(token), keep);
  await putToken(c.env, token.hash, { tokenId: token.id, sourceId });
  return created;
}

async function rotateToken(
  c: Context<AdminEnv>,
  sourceId: string,
  tokenId: string,
  asked: z.infer<typeof rotation>,
  keep: Keep,
): Promise<z.infer<typeof createdToken>> {
  const { overlapHours, lifetime } = rotationOf(asked);
  const old = await findToken(c, sourceId, tokenId);
  const created = await issue(c, sourceId, lifetime, keep, (token) => ({
    kind: "token.rotate",
    tokenId,
    overlapHours,
    token,
  }));
  if (overlapHours === 0) await dropToken(c.env, old.hash);
  return created;
}

async function findToken(c: Context<AdminEnv>, sourceId: string, tokenId: string): Promise<Token> {
  const db = await openSourceDatabase(c.env, sourceId);
  return getCredential(await tokensOf(db, sourceId), tokenId);
}
