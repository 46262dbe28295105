/** The first run: whoever holds BOOTSTRAP_TOKEN claims the deployment, once, and gets the first admin key. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConstraintViolation, type Statement } from "../../directory/database.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { prefixedId, randomBytes, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import { hashNewSecret, newSecret, readPeppers, type SecretHash } from "../../sources/secret.ts";
import { findAdminKey, isClaimed } from "../../sources/source-reads.ts";
import { ADMIN_SHARD, openAdminDatabase, refused } from "./admin-auth.ts";
import { claimBody, claimedKey, setupState } from "./contracts.ts";
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
  const key = newSecret("adm", ADMIN_SHARD, randomBytes);
  const hash = await hashNewSecret(readPeppers(c.env), key);
  const now = Date.now();
  const keyId = prefixedId("key", ADMIN_SHARD, uuidv7(now, randomBytes(10)));
  try {
    await db.batch(claimStatements({ keyId, name, hash, requestId: c.get("requestId") }, now));
  } catch (error) {
    // Two at once: the primary key of `claims` lets one of them in.
    if (error instanceof ConstraintViolation) throw alreadyClaimed();
    // The reply may have been lost behind the commit; then nobody else will ever see this key.
    if ((await findAdminKey(db, [hash.hash])) === undefined) throw error;
  }
  return { key, keyId };
}

interface Claim {
  readonly keyId: string;
  readonly name: string;
  readonly hash: SecretHash;
  readonly requestId: string;
}

function claimStatements({ keyId, name, hash, requestId }: Claim, now: number): Statement[] {
  return [
    { sql: "INSERT INTO claims (id, claimed_at) VALUES (1, ?1)", params: [now] },
    {
      sql: `INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at)
        VALUES (?1, ?2, 'owner', ?3, ?4, ?5)`,
      params: [keyId, name, hash.pepperId, hash.hash, now],
    },
    {
      sql: `INSERT INTO events (directory_id, source_id, at, type, resource_type, resource_id,
          actor, request_id, changes)
        VALUES (?1, NULL, ?2, 'setup.claimed', 'AdminKey', ?3, ?3, ?4, '{}')`,
      params: [DEFAULT_DIRECTORY, now, keyId, requestId],
    },
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
