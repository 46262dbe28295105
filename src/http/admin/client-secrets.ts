/** The client secrets of a data source over HTTP: as its tokens, but that one may be brought along. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { NewToken, TokenOperation } from "../../sources/token-rules.ts";
import {
  clientSecret,
  clientSecretBody,
  clientSecretList,
  createdClientSecret,
  rotation,
  tokenChanges,
} from "./source-contracts.ts";
import {
  addCredential,
  changeCredential,
  issueClientSecret,
  lifetimeOf,
  listCredentials,
  rotationOf,
  type NewSecret,
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

const secretParams = idParams.extend({ secretId: z.string().max(64) });
const changing = onceHeaders.extend(ifMatch.shape);
const shown = { 200: json(clientSecret, "The client secret, without the secret itself") };
const secretShown = {
  201: json(
    createdClientSecret,
    "The new client secret, shown once; the client id is the source's",
  ),
};

const list = adminRoute({
  method: "get",
  path: "/data-sources/{id}/client-secrets",
  operationId: "listClientSecrets",
  request: { params: idParams },
  responses: { 200: json(clientSecretList, "The client secrets, oldest first") },
});

const create = adminRoute({
  method: "post",
  path: "/data-sources/{id}/client-secrets",
  operationId: "createClientSecret",
  request: { params: idParams, body: json(clientSecretBody, ""), headers: changing },
  responses: secretShown,
});

const update = adminRoute({
  method: "patch",
  path: "/data-sources/{id}/client-secrets/{secretId}",
  operationId: "updateClientSecret",
  request: { params: secretParams, body: body(tokenChanges), headers: ifMatch },
  responses: shown,
});

const enable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/client-secrets/{secretId}/enable",
  operationId: "enableClientSecret",
  request: { params: secretParams, headers: ifMatch },
  responses: shown,
});

const disable = adminRoute({
  method: "post",
  path: "/data-sources/{id}/client-secrets/{secretId}/disable",
  operationId: "disableClientSecret",
  description: "Ends it at once, with the access tokens that were given for it.",
  request: { params: secretParams, headers: ifMatch },
  responses: shown,
});

const rotate = adminRoute({
  method: "post",
  path: "/data-sources/{id}/client-secrets/{secretId}/rotate",
  operationId: "rotateClientSecret",
  request: { params: secretParams, body: json(rotation, ""), headers: changing },
  responses: secretShown,
});

const remove = adminRoute({
  method: "delete",
  path: "/data-sources/{id}/client-secrets/{secretId}",
  operationId: "deleteClientSecret",
  request: { params: secretParams, headers: ifMatch },
  responses: NO_CONTENT,
});

export function clientSecretRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) =>
    c.json(await listCredentials(c, c.req.valid("param").id, "client_secret"), 200),
  );
  app.openapi(create, async (c) => {
    const { secret: own, ...lifetime } = c.req.valid("json");
    const asked = { own, lifetime: lifetimeOf(lifetime) };
    const created = await issueOnce(c, c.req.valid("param").id, asked, (token) => ({
      kind: "secret.create",
      token,
    }));
    return c.json(created, 201);
  });
  app.openapi(update, async (c) => {
    const expiresAt = Date.parse(c.req.valid("json").expiresAt);
    const { id, secretId: tokenId } = c.req.valid("param");
    const operation = { kind: "secret.expiry", tokenId, expiresAt, at: Date.now() } as const;
    return c.json(await changeCredential(c, id, operation), 200);
  });
  app.openapi(enable, async (c) => {
    const { id, secretId: tokenId } = c.req.valid("param");
    return c.json(await changeCredential(c, id, { kind: "secret.enable", tokenId }), 200);
  });
  app.openapi(disable, async (c) => {
    const { id, secretId: tokenId } = c.req.valid("param");
    return c.json(await changeCredential(c, id, { kind: "secret.disable", tokenId }), 200);
  });
  app.openapi(rotate, async (c) => {
    const { id, secretId: tokenId } = c.req.valid("param");
    return c.json(await rotateOnce(c, id, tokenId, c.req.valid("json")), 201);
  });
  app.openapi(remove, async (c) => {
    const { id, secretId: tokenId } = c.req.valid("param");
    await changeSource(c, id, { kind: "secret.delete", tokenId });
    return c.body(null, 204);
  });
  return app;
}

async function rotateOnce(
  c: Context<AdminEnv>,
  sourceId: string,
  tokenId: string,
  asked: z.infer<typeof rotation>,
) {
  const { overlapHours, lifetime } = rotationOf(asked);
  return issueOnce(c, sourceId, { lifetime }, (token) => ({
    kind: "secret.rotate",
    tokenId,
    overlapHours,
    token,
  }));
}

async function issueOnce(
  c: Context<AdminEnv>,
  sourceId: string,
  asked: Pick<NewSecret, "own" | "lifetime">,
  operationOf: (token: NewToken) => TokenOperation,
): Promise<z.infer<typeof createdClientSecret>> {
  const db = await openSourceDatabase(c.env, sourceId);
  const shard = await sourceShard(c.env, sourceId);
  const issue = async (keep: Keep) => {
    const issued = await issueClientSecret(c.env, { ...asked, shard, sourceId }, Date.now());
    return addCredential(c, sourceId, issued, operationOf(issued.token), keep);
  };
  return once(c, db, createdClientSecret, issue);
}
