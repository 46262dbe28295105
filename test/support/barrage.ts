/** Many requests at once that must all be refused well, and change nothing. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect } from "vitest";
import { MEDIA_TYPE, MESSAGE_ERROR } from "../../src/scim/messages.ts";
import { type Answer, claim, newSource, type Source } from "./client.ts";
import type { Malformed } from "./malformed.ts";
import * as scim from "./scim.ts";
import { scaled } from "./scale.ts";
import worker from "./worker.ts";

/** Requests in flight at once: below what the queue of a source takes. */
const BATCH = 50;

let sent = 0;

/** How many requests the tests of this file have sent so far. */
export function requestsSent(): number {
  return sent;
}

export interface Target {
  readonly source: Source;
  readonly user: string;
  readonly group: string;
  /** What is wrong with an error's answer, where its form is not SCIM's. */
  readonly problemOf?: (answer: Answer) => string | undefined;
}

/** A source with a user in a group. Without permissions it understands everything and does nothing. */
export async function target(profile: string, permitted: boolean): Promise<Target> {
  const admin = await claim();
  const source = await newSource(admin, profile);
  await admin("PATCH", `/data-sources/${source.id}`, { ratePerSecond: 10_000 });
  const user = await scim.newUser(source, { emails: [{ value: "a", type: "work" }], title: "T" });
  const group = await scim.newGroup(source, "G", [scim.idAt(user)]);
  if (!permitted)
    await env.DB.exec(
      "UPDATE data_sources SET config_version = config_version + 1, permissions = '[]'",
    );
  return { source, user, group };
}

/** Every row of every table, apart from when tokens were last used. */
async function dump(): Promise<string> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
  ).all<{ name: string }>();
  const tables = await env.DB.batch(
    results.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  );
  return JSON.stringify(
    tables.map(({ results: rows }, i) => [results[i]?.name, rows]),
    (key, value: unknown) => (key === "last_used_at" ? null : value),
  );
}

/** Sends at least `runs` requests, times the scale, made by `requests`, and expects each to be refused well. */
export async function expectRefused(
  { source, problemOf = problemOfScim }: Target,
  runs: number,
  requests: fc.Arbitrary<Malformed>,
  isRight: (answer: Answer) => boolean = () => true,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const before = await dump();
  const batch = fc.array(requests, { minLength: BATCH, maxLength: BATCH });
  await fc.assert(
    fc.asyncProperty(batch, async (list) => {
      // Another address for each, so that the limit on failures doesn't answer in our place.
      const answers = await Promise.all(list.map((one) => ask(source, one, sent++)));
      for (const [i, answer] of answers.entries()) {
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const problem = problemOf(answer) ?? (isRight(answer) ? undefined : "the wrong refusal");
        if (problem !== undefined)
          throw new Error(`${problem}: ${show(list[i])} → ${answer.status} ${answer.text}`);
      }
    }),
    { numRuns: Math.ceil(scaled(runs) / BATCH), endOnFailure: true },
  );
  expect(await dump()).toBe(before);
  return statuses;
}

async function ask(
  { base, token }: Source,
  { method, path, headers, body }: Malformed,
  n: number,
): Promise<Answer> {
  const address = `2001:db8::${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}`;
  const all = { authorization: `Bearer ${token}`, "cf-connecting-ip": address, ...headers };
  const request = new Request(`${base}${path}`, { method, headers: all, ...(body && { body }) });
  // Past the service binding, which costs as much as most refusals.
  return scim.read(await worker.fetch(request, env, createExecutionContext()));
}

function show(request: Malformed | undefined): string {
  const body = new TextDecoder().decode(request?.body);
  return JSON.stringify({ ...request, body });
}

const SCIM_TYPES = new Set<unknown>([
  undefined,
  "invalidFilter",
  "tooMany",
  "uniqueness",
  "mutability",
  "invalidSyntax",
  "invalidPath",
  "noTarget",
  "invalidValue",
  "invalidVers",
  "sensitive",
]);
const NAMES = new Set(["schemas", "status", "scimType", "detail"]);

/** What is wrong with an error's answer. RFC 7644 §3.12. */
function problemOfScim({ status, headers, body, text }: Answer): string | undefined {
  if (status < 400) return "accepted";
  if (status >= 500 && status !== 501) return "a fault of ours";
  if (headers.get("content-type") !== MEDIA_TYPE) return "no SCIM body";
  if (JSON.stringify(body["schemas"]) !== JSON.stringify([MESSAGE_ERROR])) return "no SCIM error";
  if (body["status"] !== String(status)) return "another status in the body";
  if (!SCIM_TYPES.has(body["scimType"])) return "an unknown scimType";
  if (!Object.keys(body).every((name) => NAMES.has(name))) return "an unknown name";
  if (typeof body["detail"] !== "string" || text.length > 600) return "a detail that says too much";
  if (headers.get("x-request-id") === null) return "no request id";
  if (status === 401 && headers.get("www-authenticate") === null) return "no WWW-Authenticate";
  if (status === 405 && headers.get("allow") === null) return "no Allow";
  return undefined;
}
