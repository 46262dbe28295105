import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../../src/scim/json.ts";
import { BOOTSTRAP, fetchWith, withHeaders } from "../../support/admins.ts";
import { call, ORIGIN } from "../../support/client.ts";

async function ready(bindings: Env = env): Promise<{ status: number; failed: JsonObject[] }> {
  const response = await fetchWith(bindings, "/readyz");
  const body: unknown = await response.json();
  const checks = isObject(body) && Array.isArray(body["checks"]) ? body["checks"] : [];
  expect(isObject(body) && body["ready"]).toBe(response.status === 200);
  return {
    status: response.status,
    failed: checks.filter(isObject).filter(({ ok }) => ok !== true),
  };
}

async function claimAndBeat(at = Date.now()): Promise<void> {
  await withHeaders({})("POST", "/setup/claim", { secret: BOOTSTRAP, name: "Ada" });
  await env.DB.prepare("INSERT OR REPLACE INTO heartbeats (name, at) VALUES ('cron', ?)")
    .bind(at)
    .run();
}

it("says at /healthz that it runs, whatever else fails", async () => {
  const { status, body } = await call("GET", `${ORIGIN}/healthz`);
  expect([status, body]).toEqual([200, { status: "ok" }]);
  const { TOKEN_PEPPER: _, ...bare } = env;
  await env.DB.exec("DROP TABLE schema_version");
  expect((await fetchWith(bare, "/healthz")).status).toBe(200);
});

describe("/readyz", () => {
  it("is ready once claimed and the schedule has run", async () => {
    expect((await ready()).failed.map(({ name }) => name)).toEqual(["claimed", "cron"]);
    await claimAndBeat();
    expect(await ready()).toEqual({ status: 200, failed: [] });
  });

  it("needs no bootstrap secret once claimed", async () => {
    const { BOOTSTRAP_TOKEN: _, ...without } = env;
    const before = (await ready(without)).failed.find(({ name }) => name === "bootstrap_token");
    expect(before?.["fix"]).toContain("secret put BOOTSTRAP_TOKEN");
    await claimAndBeat();
    expect(await ready(without)).toEqual({ status: 200, failed: [] });
  });

  it.each<[string, () => Promise<Env>, string, RegExp]>([
    [
      "a pepper",
      async () => {
        const { TOKEN_PEPPER: _, ...without } = env;
        return without;
      },
      "token_pepper",
      /secret put TOKEN_PEPPER/,
    ],
    [
      "a long pepper",
      async () => ({ ...env, TOKEN_PEPPER: "k1:short" }),
      "token_pepper",
      /openssl/,
    ],
    [
      "the right schema",
      async () => {
        await env.DB.exec("UPDATE schema_version SET version = 0");
        return env;
      },
      "migrations:DB",
      /d1 migrations apply DB --remote/,
    ],
    [
      "any schema",
      async () => {
        await env.DB.exec("DROP TABLE schema_version");
        return env;
      },
      "migrations:DB",
      /d1 migrations apply DB --remote/,
    ],
    [
      "a schedule that ran within 5 minutes",
      async () => {
        await claimAndBeat(Date.now() - 5 * 60_000 - 1000);
        return env;
      },
      "cron",
      /npm run deploy/,
    ],
  ])("misses %s, and says what to run", async (_, bindingsOf, name, fix) => {
    await claimAndBeat();
    const { status, failed } = await ready(await bindingsOf());
    expect(status).toBe(503);
    expect(failed).toEqual([expect.objectContaining({ name, fix: expect.stringMatching(fix) })]);
  });

  it("names a binding that is missing", async () => {
    await claimAndBeat();
    const bindings = new Proxy(env, {
      get: (target, name) => (name === "TOKENS" ? undefined : Reflect.get(target, name)),
    });
    const { failed } = await ready(bindings);
    expect(failed).toEqual([
      expect.objectContaining({ name: "bindings", detail: "Not bound: TOKENS" }),
    ]);
  });

  it("shows no secret", async () => {
    const text = await (await fetchWith(env, "/readyz")).text();
    expect(text).not.toContain(BOOTSTRAP);
    expect(text).not.toContain("test-pepper");
  });
});
