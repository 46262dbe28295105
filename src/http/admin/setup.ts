/** The first run: whoever holds BOOTSTRAP_TOKEN claims the deployment, once, and gets the first admin key. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConstraintViolation, type Statement } from "../../directory/database.ts";
import { ScimError } from "../../scim/error.ts";
import type { SecretHash } from "../../sources/secret.ts";
import { findAdminKey, insertKey, isClaimed, type AdminKey } from "../../sources/admin-keys.ts";
import { refused } from "./admin-auth.ts";
import { writeAudited } from "./admin-event.ts";
import { keyChange, newAdminKey } from "./admin-keys.ts";
import { claimBody, claimedKey, setupState } from "./contracts.ts";
import { openAdminDatabase } from "./place.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";

/** Shorter ones could be guessed; `openssl rand -hex 32` makes 64 characters. */
const MIN_BOOTSTRAP_LENGTH = 32;
export const SET_BOOTSTRAP =
  "openssl rand -hex 32 | npm run -s wrangler -- secret put BOOTSTRAP_TOKEN";

const getSetup = adminRoute({
  method: "get",
  path: "/setup",
  operationId: "getSetup",
  responses: { 200: json(setupState, "Whether somebody has claimed this deployment") },
});

const claimSetup = adminRoute({
  method: "post",
  path: "/setup/claim",
  operationId: "claimSetup",
  request: { body: { ...json(claimBody, ""), required: true } },
  responses: { 201: json(claimedKey, "The first admin key, shown once") },
});

export function setupRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(getSetup, async (c) => {
    return c.json({ claimed: await isClaimed(openAdminDatabase(c.env)) }, 200);
  });
  app.openapi(claimSetup, async (c) => c.json(await claim(c, c.req.valid("json")), 201));
  return app;
}

/** The bootstrap secret, or undefined when it is missing or too short to be safe. */
export function bootstrapSecret(env: Env): string | undefined {
  const secret = env.BOOTSTRAP_TOKEN?.trim() ?? "";
  return secret.length < MIN_BOOTSTRAP_LENGTH ? undefined : secret;
}

async function claim(
  c: Context<AdminEnv>,
  { secret, name }: z.infer<typeof claimBody>,
): Promise<z.infer<typeof claimedKey>> {
  const db = openAdminDatabase(c.env);
  // Asked first, so that a claimed deployment doesn't tell good secrets from bad ones.
  if (await isClaimed(db)) throw alreadyClaimed();
  const expected = bootstrapSecret(c.env);
  if (expected === undefined) throw locked();
  if (!(await isSame(secret.trim(), expected))) throw await refused(c, "The secret is wrong");
  const { key, secret: shown, hash } = await newAdminKey(c.env, name, "owner", Date.now());
  try {
    const by = { id: key.id, role: key.role };
    const change = { ...keyChange("setup.claimed", undefined, key), by };
    await writeAudited(c, db, change, claimStatements(key, hash));
  } catch (error) {
    // Two at once: the primary key of `claims` lets one of them in.
    if (error instanceof ConstraintViolation) throw alreadyClaimed();
    // The reply may have been lost behind the commit; then nobody else will ever see this key.
    if ((await findAdminKey(db, [hash.hash])) === undefined) throw error;
  }
  return { key: shown, keyId: key.id };
}

function claimStatements(key: AdminKey, hash: SecretHash): Statement[] {
  return [
    { sql: "INSERT INTO claims (id, claimed_at) VALUES (1, ?1)", params: [key.createdAt] },
    insertKey(key, hash),
  ];
}

/** Compares digests in constant time: neither the length nor a common beginning shows. */
async function isSame(given: string, expected: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [a, b] = await Promise.all([digest(given), digest(expected)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

function alreadyClaimed(): ScimError {
  return new ScimError("already_claimed", "This deployment has been claimed");
}

function locked(): ScimError {
  return new ScimError(
    "unavailable",
    `The secret BOOTSTRAP_TOKEN is missing or shorter than ${MIN_BOOTSTRAP_LENGTH} characters. Set it: ${SET_BOOTSTRAP}`,
    { retryAfterSeconds: 60 },
  );
}
