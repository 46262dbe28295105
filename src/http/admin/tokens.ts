/** The tokens of a data source over HTTP. A secret is in the answer that made it, and nowhere else. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ScimError } from "../../scim/error.ts";
import { findSource, tokensOf } from "../../sources/source-reads.ts";
import type { SourceState, Token } from "../../sources/source.ts";
import { dropToken, putToken } from "../../sources/token-index.ts";
import { MAX_OVERLAP_HOURS, type TokenOperation } from "../../sources/token-rules.ts";
import {
  createdToken,
  rotation,
  token as tokenContract,
  tokenBody,
  tokenChanges,
  tokenList,
} from "./contracts.ts";
import { representToken } from "./represent.ts";
import { adminRoute, json, newRouter, NO_CONTENT, type AdminEnv } from "./router.ts";
import {
  changeSource,
  issueToken,
  openSourceDatabase,
  refuseUnknownSource,
  sourceShard,
  type IssuedToken,
} from "./write-setting.ts";

const DEFAULT_DAYS = 365;

const sourceParams = z.object({ id: z.string().max(64) });
const tokenParams = sourceParams.extend({ tokenId: z.string().max(64) });
const shownToken = { 200: json(tokenContract, "The token") };
const secretShown = { 201: json(createdToken, "The new token with its secret, shown once") };

const list = adminRoute({
  method: "get",
  path: "/data-sources/{id}/tokens",
  operationId: "listTokens",
  request: { params: sourceParams },
  responses: { 200: json(tokenList, "The tokens, oldest first") },
});

const create = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens",
  operationId: "createToken",
  request: { params: sourceParams, body: json(tokenBody, "") },
  responses: secretShown,
});

const update = adminRoute({
  method: "patch",
  path: "/data-sources/{id}/tokens/{tokenId}",
  operationId: "updateToken",
  request: { params: tokenParams, body: { ...json(tokenChanges, ""), required: true } },
  responses: shownToken,
});

const enable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/enable",
  operationId: "enableToken",
  request: { params: tokenParams },
  responses: shownToken,
});

const disable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/disable",
  operationId: "disableToken",
  request: { params: tokenParams },
  responses: shownToken,
});

const rotate = adminRoute({
  method: "post",
  path: "/data-sources/{id}/tokens/{tokenId}/rotate",
  operationId: "rotateToken",
  request: { params: tokenParams, body: json(rotation, "") },
  responses: secretShown,
});

const remove = adminRoute({
  method: "delete",
  path: "/data-sources/{id}/tokens/{tokenId}",
  operationId: "deleteToken",
  request: { params: tokenParams },
  responses: NO_CONTENT,
});

export function tokenRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => c.json(await listTokens(c, c.req.valid("param").id), 200));
  app.openapi(create, async (c) => {
    const lifetime = lifetimeOf(c.req.valid("json"));
    return c.json(await createToken(c, c.req.valid("param").id, lifetime), 201);
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
    return c.json(await rotateToken(c, id, tokenId, c.req.valid("json")), 201);
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
  const db = openSourceDatabase(c.env, sourceId);
  const [source, tokens] = await Promise.all([findSource(db, sourceId), tokensOf(db, sourceId)]);
  if (source === undefined) return refuseUnknownSource();
  return { data: tokens.map((token) => representToken(token, Date.now())) };
}

type Lifetime = { readonly expiresAt: number } | { readonly days: number };

function lifetimeOf({ expiresInDays, expiresAt }: z.infer<typeof tokenBody>): Lifetime {
  return expiresAt === undefined
    ? { days: expiresInDays ?? DEFAULT_DAYS }
    : { expiresAt: Date.parse(expiresAt) };
}

async function createToken(
  c: Context<AdminEnv>,
  sourceId: string,
  lifetime: Lifetime,
): Promise<z.infer<typeof createdToken>> {
  const issued = await issueToken(c.env, sourceShard(c.env, sourceId), lifetime, Date.now());
  const { token } = issued;
  const state = await changeSource(c, sourceId, { kind: "token.create", token });
  return shownOnce(c, sourceId, state, issued);
}

async function rotateToken(
  c: Context<AdminEnv>,
  sourceId: string,
  tokenId: string,
  { overlapHours = MAX_OVERLAP_HOURS, expiresInDays = DEFAULT_DAYS }: z.infer<typeof rotation>,
): Promise<z.infer<typeof createdToken>> {
  const old = await findToken(c, sourceId, tokenId);
  const lifetime = { days: expiresInDays };
  const issued = await issueToken(c.env, sourceShard(c.env, sourceId), lifetime, Date.now());
  const { token } = issued;
  const operation = { kind: "token.rotate", tokenId, overlapHours, token } as const;
  const state = await changeSource(c, sourceId, operation);
  if (overlapHours === 0) await dropToken(c.env, old.hash);
  return shownOnce(c, sourceId, state, issued);
}

async function shownOnce(
  c: Context<AdminEnv>,
  sourceId: string,
  state: SourceState,
  { token, secret }: IssuedToken,
): Promise<z.infer<typeof createdToken>> {
  await putToken(c.env, token.hash, { tokenId: token.id, sourceId });
  return { ...representToken(getToken(state.tokens, token.id), Date.now()), secret };
}

async function changeToken(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: Exclude<TokenOperation, { token: unknown }>,
): Promise<z.infer<typeof tokenContract>> {
  const { tokens } = await changeSource(c, sourceId, operation);
  return representToken(getToken(tokens, operation.tokenId), Date.now());
}

async function findToken(c: Context<AdminEnv>, sourceId: string, tokenId: string): Promise<Token> {
  return getToken(await tokensOf(openSourceDatabase(c.env, sourceId), sourceId), tokenId);
}

function getToken(tokens: readonly Token[], tokenId: string): Token {
  const token = tokens.find(({ id }) => id === tokenId);
  if (token === undefined) throw new ScimError("not_found", "The data source has no such token");
  return token;
}
