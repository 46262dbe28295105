/** Signing in and out of the console, and who one is. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { FIRST_SHARD } from "../../directory/directory.ts";
import { randomBytes } from "../../directory/ids.ts";
import { hashNewSecret, newSecret, readPeppers } from "../../sources/secret.ts";
import { findAdminKey, type AdminKey } from "../../sources/admin-keys.ts";
import { keyHashes, refused, SESSION_COOKIE, sessionHashes } from "./admin-auth.ts";
import { me, sessionBody } from "./contracts.ts";
import { openAdminDatabase } from "./place.ts";
import { adminRoute, json, newRouter, NO_CONTENT, type AdminEnv } from "./router.ts";

const SESSION_SECONDS = 12 * 3600;

const COOKIE = {
  prefix: "host",
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Strict",
} as const;

const signIn = adminRoute({
  method: "post",
  path: "/session",
  operationId: "createSession",
  request: { body: { ...json(sessionBody, ""), required: true } },
  responses: NO_CONTENT,
});

const signOut = adminRoute({
  method: "delete",
  path: "/session",
  operationId: "deleteSession",
  responses: NO_CONTENT,
});

const getMe = adminRoute({
  method: "get",
  path: "/me",
  operationId: "getMe",
  responses: { 200: json(me, "The key behind this request") },
});

export function sessionRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(signIn, async (c) => {
    const hashes = await keyHashes(c.env, c.req.valid("json").key.trim());
    const admin = hashes && (await findAdminKey(openAdminDatabase(c.env), hashes));
    if (admin === undefined) throw await refused(c, "The admin key is not valid");
    const secret = await startSession(c.env, admin);
    setCookie(c, SESSION_COOKIE, secret, { ...COOKIE, maxAge: SESSION_SECONDS });
    return c.body(null, 204);
  });
  app.openapi(signOut, async (c) => {
    await endSession(c);
    deleteCookie(c, SESSION_COOKIE, COOKIE);
    return c.body(null, 204);
  });
  app.openapi(getMe, (c) => {
    const { id, name, role, via } = c.get("admin");
    return c.json({ keyId: id, name, role, via }, 200);
  });
  return app;
}

/** Gives the session's secret; only its hash is kept. */
async function startSession(env: Env, { id }: AdminKey): Promise<string> {
  const secret = newSecret("ses", FIRST_SHARD, randomBytes);
  const { hash } = await hashNewSecret(readPeppers(env), secret);
  const now = Date.now();
  await openAdminDatabase(env).batch([
    {
      sql: "INSERT INTO sessions (hash, key_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
      params: [hash, id, now, now + SESSION_SECONDS * 1000],
    },
  ]);
  return secret;
}

/** Of use at once: every request asks the database whether its session is there. */
async function endSession(c: Context<AdminEnv>): Promise<void> {
  const hashes = await sessionHashes(c);
  if (hashes === undefined) return;
  await openAdminDatabase(c.env).batch([
    {
      sql: "DELETE FROM sessions WHERE hash IN (SELECT value FROM json_each(?1))",
      params: [JSON.stringify(hashes)],
    },
  ]);
}
