/** Databases of earlier versions (test/saved), and those who knew them. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import type { Json } from "../../src/scim/json.ts";
import { call, ORIGIN, type Answer } from "./client.ts";

export const savedSource = z.object({ id: z.string(), base: z.string(), token: z.string() });

const known = z.object({
  adminKey: z.string(),
  /** Those of the default directory. */
  sources: z.record(z.string(), savedSource),
  disabledToken: z.string(),
  ids: z.record(z.string(), z.string()),
  viewerKey: z.string().optional(),
  revokedKey: z.string().optional(),
  /** Another of `standard`'s. */
  secondToken: z.string().optional(),
  /** A source of another directory, with one user and one group of its own. */
  elsewhere: savedSource.extend({ directoryId: z.string() }).optional(),
  /** Scopes, fields, applications and passwords, of a version that has them. */
  stage: z
    .object({
      namespace: z.string(),
      fieldId: z.string(),
      client: z.object({ sourceId: z.string(), secret: z.string() }),
      readerKey: z.string(),
      writerKey: z.string(),
      formerKey: z.string(),
    })
    .optional(),
});

const databases = import.meta.glob<string>("../saved/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const facts = import.meta.glob<unknown>("../saved/*.json", { import: "default", eager: true });

export const SAVED = Object.entries(databases).map(([path, sql]) => ({
  path,
  sql,
  ...known.parse(facts[path.replace(".sql", ".json")]),
}));

export type Known = (typeof SAVED)[number];

export async function migrate(sql: string): Promise<void> {
  await reset();
  await env.DB.batch(sql.split("\n\n").map((statement) => env.DB.prepare(statement)));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
}

export function callWith(
  secret: string,
  method: string,
  url: string,
  body?: Json,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/scim+json" };
  return call(method, url, { body, headers });
}

export function administer(
  key: string | undefined,
  method: string,
  path: string,
  body?: Json,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return call(method, `${ORIGIN}/api/v1${path}`, { body, headers });
}
