/** The tokens of a data source over HTTP. A secret is in the answer that made it, and nowhere else. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ScimError } from "../../scim/error.ts";
import { findSource, tokensOf } from "../../sources/source-reads.ts";
import type { Token } from "../../sources/source.ts";
import { dropToken, putToken } from "../../sources/token-index.ts";
import {
  MAX_OVERLAP_HOURS,
  type NewToken,
  type TokenOperation,
} from "../../sources/token-rules.ts";
import {
  createdToken,
  rotation,
  token as tokenContract,
  tokenBody,
  tokenChanges,
  tokenList,
} from "./contracts.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { openSourceDatabase, refuseUnknownSource, sourceShard } from "./place.ts";
import { representNewToken, representToken } from "./represent.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  json,
  newRouter,
  NO_CONTENT,
  tag,
  type AdminEnv,
} from "./router.ts";
import { changeSource, issueToken } from "./write-setting.ts";

const DEFAULT_DAYS = 365;

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
  app.openapi(list, async (c) => c.json(await listTokens(c, c.req.valid("param").id), 200));
  app.openapi(create, async (c) => {
    const { id } = c.req.valid("param");
    const lifetime = lifetimeOf(c.req.valid("json"));
    const db = await openSourceDatabase(c.env, id);
    const created = await once(c, db, createdToken, (keep) =>
      issue(c, id, lifetime, keep, (token) => ({ kind: "token.create", token })),
    );
    return c.json(created, 201);
  });
  app.openapi(update, async (c) => {
    const expiresAt = Date.parse(c.req.valid("json").expiresAt);
    const { id, tokenId } = c.req.valid("param");
    return c.json(await changeToken(c, id, { kind: "token.expiry", tokenId, expiresAt }), 200);
  });
  app.openapi(enable, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    return c.json(await changeToken(c, id, { kind: "token.enable", tokenId }), 200);
  });
  app.openapi(disable, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    return c.json(await changeToken(c, id, { kind: "token.disable", tokenId }), 200);
  });
  app.openapi(rotate, async (c) => {
    const { id, tokenId } = c.req.valid("param");
    const input = c.req.valid("json");
    const db = await openSourceDatabase(c.env, id);
    const created = await once(c, db, createdToken, (keep) =>
      rotateToken(c, id, tokenId, input, keep),
    );
    return c.json(created, 201);
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

async function listTokens(
  c: Context<AdminEnv>,
  sourceId: string,
): Promise<z.infer<typeof tokenList>> {
  const db = await openSourceDatabase(c.env, sourceId);
  const [source, tokens] = await Promise.all([findSource(db, sourceId), tokensOf(db, sourceId)]);
  if (source === undefined) return refuseUnknownSource();
  tag(c, source.configVersion);
  // Two at most: one page holds them.
  return { data: tokens.map((token) => representToken(token, Date.now())), nextCursor: null };
}

type Lifetime = { readonly expiresAt: number } | { readonly days: number };

function lifetimeOf({ expiresInDays, expiresAt }: z.infer<typeof tokenBody>): Lifetime {
  return expiresAt === undefined
    ? { days: expiresInDays ?? DEFAULT_DAYS }
    : { expiresAt: Date.parse(expiresAt) };
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
  const { token, secret } = await issueToken(c.env, shard, lifetime, Date.now());
  const created = { ...representNewToken(token), secret };
  const state = await changeSource(c, sourceId, operationOf(token), await keep(created));
  await putToken(c.env, token.hash, { tokenId: token.id, sourceId });
  tag(c, state.source.configVersion);
  return created;
}

async function rotateToken(
  c: Context<AdminEnv>,
  sourceId: string,
  tokenId: string,
  { overlapHours = MAX_OVERLAP_HOURS, expiresInDays = DEFAULT_DAYS }: z.infer<typeof rotation>,
  keep: Keep,
): Promise<z.infer<typeof createdToken>> {
  const old = await findToken(c, sourceId, tokenId);
  const created = await issue(c, sourceId, { days: expiresInDays }, keep, (token) => ({
    kind: "token.rotate",
    tokenId,
    overlapHours,
    token,
  }));
  if (overlapHours === 0) await dropToken(c.env, old.hash);
  return created;
}

async function changeToken(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: Exclude<TokenOperation, { token: unknown }>,
): Promise<z.infer<typeof tokenContract>> {
  const { source, tokens } = await changeSource(c, sourceId, operation);
  tag(c, source.configVersion);
  return representToken(getToken(tokens, operation.tokenId), Date.now());
}

async function findToken(c: Context<AdminEnv>, sourceId: string, tokenId: string): Promise<Token> {
  const db = await openSourceDatabase(c.env, sourceId);
  return getToken(await tokensOf(db, sourceId), tokenId);
}

function getToken(tokens: readonly Token[], tokenId: string): Token {
  const token = tokens.find(({ id }) => id === tokenId);
  if (token === undefined) throw new ScimError("not_found", "The data source has no such token");
  return token;
}
