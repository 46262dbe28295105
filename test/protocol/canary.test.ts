/**
 * What must never get out: names, addresses, secrets and queries, each a canary of its own. After
 * successes and every kind of error the log, the errors' bodies and what is kept are searched.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { newSecret } from "../../src/sources/secret.ts";
import {
  CANARIES,
  CANARY,
  ERRORS,
  query,
  userWith,
  type CanaryWorld,
} from "../support/canaries.ts";
import { claim, newSource, ORIGIN, type Answer } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { failCall, resetFaults } from "../support/faults.ts";
import { idAt, newGroup, newUser, patchBody, send, textAt } from "../support/scim.ts";

/** What may stand in a line of the log. */
const FIELDS = {
  info: ["level", "requestId", "method", "route", "status", "ms", "sourceId", "tokenId", "reason"],
  error: ["level", "requestId", "causes"],
};

let logged: unknown[][] = [];

beforeEach(() => {
  logged = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...line: unknown[]) => {
      logged.push(line);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function newWorld(profile = "okta"): Promise<CanaryWorld> {
  const admin = await claim();
  const source = await newSource(admin, profile, {
    name: CANARY.organization,
    description: CANARY.body,
  });
  const user = await newUser(source, userWith());
  const group = await newGroup(source, CANARY.displayName, [idAt(user)]);
  const answers: Answer[] = [];
  const ask: CanaryWorld["ask"] = async (method, path, body, headers = {}) => {
    const answer = await send(`${source.base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${source.token}`,
        "content-type": "application/scim+json",
        "user-agent": CANARY.header,
        cookie: `session=${CANARY.query}`,
        "x-request-id": CANARY.header,
        "cf-connecting-ip": crypto.randomUUID(),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    answers.push(answer);
    return answer;
  };
  return { admin, source, user, group, answers, ask };
}

/** The log as text, after each line was found to be JSON with known fields. */
function searchedLog(): string {
  expect(logged.length).toBeGreaterThan(0);
  for (const line of logged) {
    const [text] = line;
    expect(line).toHaveLength(1);
    const parsed: JsonObject = JSON.parse(String(text));
    const known = parsed["level"] === "error" ? FIELDS.error : FIELDS.info;
    expect(known).toEqual(expect.arrayContaining(Object.keys(parsed)));
    expect(parsed["requestId"]).toMatch(/^[\w-]{1,64}$/);
  }
  return JSON.stringify(logged);
}

function expectSilence(text: string, secrets: readonly string[] = CANARIES): void {
  const plain = text.toLowerCase();
  const spelled = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  expect(spelled.filter((secret) => plain.includes(secret.toLowerCase()))).toEqual([]);
}

/** Every answer can be named, and no error repeats what it was about. */
function expectSilentErrors(answers: readonly Answer[]): void {
  for (const { status, headers, text } of answers) {
    expect(headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    if (status >= 400) expectSilence(text);
  }
}

async function succeed({ ask, user, group, admin }: CanaryWorld): Promise<void> {
  const { userName, filter, password, title } = CANARY;
  await ask("GET", query(`userName eq "${userName}"`));
  await ask("GET", query(`emails.value eq "${CANARY.email}" or userName co "${filter}"`));
  await ask("POST", "/Users/.search", { filter: `displayName sw "${filter}"` });
  await ask("GET", user);
  await ask("GET", `${user}?attributes=password`);
  await ask("PUT", user, userWith({ nickName: title }));
  await ask("PATCH", user, patchBody({ op: "replace", path: "password", value: password }));
  await ask("PATCH", user, patchBody({ op: "replace", value: { password, title: "Other" } }));
  await ask("PATCH", group, patchBody({ op: "replace", path: "displayName", value: `${title} 2` }));
  await ask("GET", `${group}?${CANARY.query}=${CANARY.query}`);
  await admin("GET", `/users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
  await admin("GET", "/events");
}

describe("after successes", () => {
  it("the log names nobody and no query", async () => {
    const world = await newWorld();
    await succeed(world);
    expect(world.answers.map(({ status }) => Math.floor(status / 100))).toEqual(
      world.answers.map(() => 2),
    );
    expectSilentErrors(world.answers);
    expectSilence(searchedLog(), [...CANARIES, world.source.token]);
  });

  it("no password, token or key is kept, and of changes no value but before and after", async () => {
    const world = await newWorld();
    await succeed(world);
    const { body } = await world.admin("POST", `/data-sources/${world.source.id}/tokens`, {});
    const kept = await dump();
    const all = JSON.stringify(kept);
    expect(all).toContain(CANARY.userName);
    expectSilence(all, [CANARY.password, world.source.token, textAt(body, "secret")]);
    expect(rowsOf(kept, "events").length).toBeGreaterThan(5);
    const events = rowsOf(kept, "events").map((row) => ({ ...row, diff: null }));
    expectSilence(JSON.stringify([events, rowsOf(kept, "op_log")]));
    const { keys } = await env.TOKENS.list();
    const values = await Promise.all(keys.map(({ name }) => env.TOKENS.get(name)));
    expectSilence(JSON.stringify([keys, values]), [...CANARIES, world.source.token]);
  });

  it.each(["GET", "POST", "PUT", "PATCH"])("no answer to %s shows a password", async (method) => {
    const { ask, user } = await newWorld();
    const body = {
      GET: undefined,
      POST: userWith(),
      PUT: userWith(),
      PATCH: patchBody({ op: "add", path: "password", value: CANARY.password }),
    }[method];
    const path = method === "POST" ? "/Users" : user;
    for (const attributes of ["", "?attributes=password,userName", "?excludedAttributes=id"]) {
      const { status, text } = await ask(method, path + attributes, body);
      expect(status).toBe(200);
      expectSilence(text, [CANARY.password, "password"]);
    }
  });
});

describe("after errors", () => {
  it("neither their bodies nor the log repeat what they were about", async () => {
    const world = await newWorld();
    for (const [status, run] of ERRORS) {
      const answer = await run(world);
      expect(answer.status, `${run.toString()} ${answer.text}`).toBe(status);
    }
    expectSilentErrors(world.answers);
    expectSilence(searchedLog(), [...CANARIES, world.source.token]);
  });

  it("nor do those of strict sources, which refuse more", async () => {
    const { ask, answers } = await newWorld("rfc");
    await ask("POST", "/Users", userWith());
    await ask("POST", "/Users", userWith({ userName: "x", active: CANARY.body }));
    await ask("POST", "/Users", { ...userWith({ userName: "x" }), schemas: [CANARY.body] });
    expect(answers.map(({ status }) => status)).toEqual([409, 400, 400]);
    expectSilentErrors(answers);
    expectSilence(searchedLog());
  });

  it("nor do refusals of a whole source or address", async () => {
    const { ask, answers, admin, source } = await newWorld();
    const bad = newSecret("scim", "00", randomBytes);
    const headers = { authorization: `Bearer ${bad}`, "cf-connecting-ip": crypto.randomUUID() };
    for (let n = 0; n < 31; n++) await ask("GET", query(CANARY.filter), undefined, headers);
    expect(answers.at(-1)?.status).toBe(429);
    await admin("POST", `/data-sources/${source.id}/disable`);
    expect((await ask("GET", query(`userName eq "${CANARY.filter}"`))).status).toBe(403);
    expect((await ask("POST", "/Users", userWith())).status).toBe(403);
    expectSilentErrors(answers);
    expectSilence(searchedLog(), [...CANARIES, bad, source.token]);
  });

  it("nor do those of a database that fails", async () => {
    const { ask, answers, user } = await newWorld();
    for (const mode of ["before", "after"] as const) {
      failCall("worker", 1, mode);
      expect((await ask("GET", query(`userName eq "${CANARY.userName}"`))).status).toBe(503);
      failCall("object", 1, mode, true);
      expect((await ask("PUT", user, userWith({ title: "Next" }))).status).toBe(503);
      resetFaults();
    }
    expectSilentErrors(answers);
    expectSilence(searchedLog());
  });

  // The parser's message quotes what it couldn't read, and goes into the stack with its lines.
  const broken = [`{"title":"${CANARY.title}`, "Canary77", "\n  at Canary77"];

  it.each(broken)("nor do those of a row that can't be read: %j", async (attributes) => {
    const { ask, answers, user, group } = await newWorld();
    await env.DB.prepare("UPDATE users SET attributes = ?1, folded = NULL").bind(attributes).run();
    expect((await ask("GET", user)).status).toBe(500);
    expect((await ask("PATCH", user, patchBody({ op: "remove", path: "title" }))).status).toBe(500);
    await env.DB.prepare("UPDATE groups SET attributes = ?1, folded = NULL").bind(attributes).run();
    expect((await ask("GET", group)).status).toBe(500);
    expectSilentErrors(answers);
    expectSilence(searchedLog(), [...CANARIES, "Canary77"]);
  });

  it("nor do those outside SCIM", async () => {
    const { admin, source } = await newWorld();
    const headers = {
      authorization: `Bearer ${CANARY.body}`,
      cookie: `__Host-muster=${CANARY.query}`,
    };
    const answers = [
      await send(`${ORIGIN}/nowhere?${CANARY.query}`, { headers }),
      await send(`${ORIGIN}/api/v1/users?filter=${CANARY.filter}`, { headers }),
      await admin("POST", "/data-sources", {
        name: CANARY.organization,
        mode: "push",
        profile: "okta",
      }),
      await admin("POST", "/data-sources", {
        name: CANARY.body,
        mode: CANARY.body,
        profile: "okta",
      }),
      await admin("DELETE", `/data-sources/${source.id}?confirm=${CANARY.query}`),
      await admin("GET", `/users?filter=${encodeURIComponent(`userName eq "${CANARY.filter}`)}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 401, 409, 400, 409, 400]);
    expectSilentErrors(answers);
    expectSilence(searchedLog());
  });
});
