/** Whether the Worker lives, and whether it is ready: each finding with the command that mends it. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoute } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { bindingName, openDatabase, shardsOf } from "../../directory/database.ts";
import { usedShards } from "../../directory/directory.ts";
import { SCHEMA_VERSION } from "../../directory/schema-version.ts";
import { heartbeats, schemaVersion } from "../../directory/tables.ts";
import { readMasterKeys } from "../../sources/sealed-secret.ts";
import { readPeppers } from "../../sources/secret.ts";
import { isClaimed } from "../../sources/admin-keys.ts";
import { health, readiness } from "./contracts.ts";
import { openAdminDatabase } from "./place.ts";
import { json, newRouter, type AdminEnv } from "./router.ts";
import { bootstrapSecret, SET_BOOTSTRAP } from "./setup.ts";

type Check = z.infer<typeof readiness>["checks"][number];

const HEARTBEAT_MAX_MS = 5 * 60_000;
const BINDINGS = ["DB", "TOKENS", "SOURCE", "FAILURES"] as const;
const SET_PEPPER =
  'echo "k1:$(openssl rand -hex 32)" | npm run -s wrangler -- secret put TOKEN_PEPPER';

const SET_MASTER_KEY =
  'echo "m1:$(openssl rand -hex 32)" | npm run -s wrangler -- secret put MASTER_KEY';

const getHealth = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  responses: { 200: json(health, "The Worker runs") },
});

const getReadiness = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  responses: {
    200: json(readiness, "Everything is in place"),
    503: json(readiness, "Something is missing; `fix` says what to run"),
  },
});

/** The only routes without a role: what they tell is the same for everybody. */
export function healthRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(getHealth, (c) => c.json({ status: "ok" } as const, 200));
  app.openapi(getReadiness, async (c) => {
    const { origin } = new URL(c.req.url);
    const checks = await runChecks(c.env, origin, Date.now());
    const ready = checks.every(({ ok }) => ok);
    return c.json({ ready, checks }, ready ? 200 : 503);
  });
  return app;
}

async function runChecks(env: Env, origin: string, now: number): Promise<Check[]> {
  const claimed = await attempt(() => isClaimed(openAdminDatabase(env)));
  const schemas = await Promise.all(shardsOf(env).map((shard) => checkSchema(env, shard)));
  return [
    await checkBindings(env),
    ...schemas,
    checkPepper(env),
    checkMasterKey(env),
    checkBootstrap(env, claimed),
    checkClaim(claimed, origin),
    await checkCron(env, now),
  ];
}

/** A shard that a directory lives in has to be bound as well. */
async function checkBindings(env: Env): Promise<Check> {
  const used = (await attempt(() => usedShards(openAdminDatabase(env)))) ?? [];
  const names = new Set([...BINDINGS, ...used.map(bindingName)]);
  const missing = [...names].filter((name) => Reflect.get(env, name) === undefined);
  if (missing.length === 0) return passed("bindings", "All bindings are there");
  const detail = `Not bound: ${missing.join(", ")}`;
  return { name: "bindings", ok: false, detail, fix: "npm run deploy" };
}

async function checkSchema(env: Env, shard: string): Promise<Check> {
  const binding = bindingName(shard);
  const name = `migrations:${binding}`;
  const version = await attempt(async () => {
    const read = await openDatabase(env, shard).read((query) => query.select().from(schemaVersion));
    return read[0]?.version;
  });
  if (version === SCHEMA_VERSION) return passed(name, `The schema is at version ${version}`);
  return {
    name,
    ok: false,
    detail: `The schema is ${version === undefined ? "missing" : `at version ${version}`}; this code needs version ${SCHEMA_VERSION}`,
    fix: `npm run -s wrangler -- d1 migrations apply ${binding} --remote`,
  };
}

function checkPepper(env: Env): Check {
  const name = "token_pepper";
  try {
    readPeppers(env);
    return passed(name, "The secret is set");
  } catch {
    const detail = "TOKEN_PEPPER is missing, malformed or too short: nobody can sign in";
    return { name, ok: false, detail, fix: SET_PEPPER };
  }
}

/** Only sources that are pulled need it: without it the others are as ready as ever. */
function checkMasterKey(env: Env): Check {
  const name = "master_key";
  const fix = SET_MASTER_KEY;
  if (env.MASTER_KEY === undefined) {
    return { name, ok: true, detail: "MASTER_KEY is not set: no source can be pulled", fix };
  }
  try {
    readMasterKeys(env);
    return passed(name, "The secret is set");
  } catch {
    const detail = "MASTER_KEY is malformed or too short: no source can be pulled";
    return { name, ok: false, detail, fix };
  }
}

/** It is of use only until the claim. */
function checkBootstrap(env: Env, claimed: boolean | undefined): Check {
  const name = "bootstrap_token";
  if (claimed === true) return passed(name, "Not needed any more");
  if (bootstrapSecret(env) !== undefined) return passed(name, "The secret is set");
  const detail = "BOOTSTRAP_TOKEN is missing or too short: nobody can claim this deployment";
  return { name, ok: false, detail, fix: SET_BOOTSTRAP };
}

function checkClaim(claimed: boolean | undefined, origin: string): Check {
  const name = "claimed";
  if (claimed === true) return passed(name, "There is an owner");
  const detail = claimed === false ? "Nobody has claimed this deployment" : "It can't be read";
  const fix = `curl -X POST ${origin}/api/v1/setup/claim -H 'content-type: application/json' -d '{"secret":"<BOOTSTRAP_TOKEN>","name":"<your name>"}'`;
  return { name, ok: false, detail, fix };
}

async function checkCron(env: Env, now: number): Promise<Check> {
  const name = "cron";
  const at = await attempt(async () => {
    const rows = await openAdminDatabase(env).read((query) =>
      query.select().from(heartbeats).where(eq(heartbeats.name, "cron")),
    );
    return rows[0]?.at;
  });
  const fix = "npm run deploy";
  if (at === undefined) return { name, ok: false, detail: "The schedule has never run", fix };
  const minutes = Math.floor((now - at) / 60_000);
  if (now - at <= HEARTBEAT_MAX_MS) return passed(name, "The schedule runs");
  return { name, ok: false, detail: `The schedule has not run for ${minutes} minutes`, fix };
}

function passed(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

/** A finding, not a failure: what can't be read is undefined. */
async function attempt<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
