/** Admin keys of any role, and requests with bindings of one's own. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomBytes } from "../../src/directory/ids.ts";
import worker from "../../src/index.ts";
import type { Json } from "../../src/scim/json.ts";
import { hashNewSecret, newSecret, readPeppers } from "../../src/sources/secret.ts";
import type { Role } from "../../src/sources/admin-keys.ts";
import { call, ORIGIN, type Answer } from "./client.ts";

export const API = `${ORIGIN}/api/v1`;
export const BOOTSTRAP = "test-bootstrap-token-test-bootstrap-token";

/** Puts an admin key of that role into the database and gives its secret. */
export async function newKey(role: Role): Promise<{ id: string; secret: string }> {
  const id = `key_00${crypto.randomUUID().replaceAll("-", "")}`;
  const secret = newSecret("adm", "00", randomBytes);
  const { pepperId, hash } = await hashNewSecret(readPeppers(env), secret);
  await env.DB.prepare(
    // As if used just now: the first use in a minute is written, at a moment of its own.
    `INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, last_used_at)
     VALUES (?, ?, ?, ?, ?, 0, ?)`,
  )
    .bind(id, role, role, pepperId, hash, Date.now())
    .run();
  return { id, secret };
}

export type Call = (
  method: string,
  path: string,
  body?: Json,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Calls the admin API with a new key of that role. */
export async function adminOf(role: Role): Promise<Call> {
  const { secret } = await newKey(role);
  return withHeaders({ authorization: `Bearer ${secret}` });
}

export function withHeaders(common: Record<string, string>): Call {
  return (method, path, body, headers = {}) =>
    call(method, `${API}${path}`, {
      body,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...common,
        ...headers,
      },
    });
}

/** A request to the Worker with other bindings than the configured ones. */
export async function fetchWith(
  bindings: Env,
  path: string,
  init?: RequestInit,
): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(`${ORIGIN}${path}`, init);
  const response = await worker.fetch(request, bindings, context);
  await waitOnExecutionContext(context);
  return response;
}

/**
 * The statuses of one call again and again until it is limited. More than twice the limit of 30,
 * because the minute that is counted may end in between.
 */
export async function statusesUntilLimited(ask: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < 70 && statuses.at(-1) !== 429) statuses.push((await ask()).status);
  return statuses;
}

/** The statuses of answers whose order is chance. */
export function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).sort((a, b) => a - b);
}
