/** What stands behind a token: KV, the database, secrets, permissions and limits, there or not. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import { createApp } from "../../src/http/app.ts";
import { newSecret } from "../../src/sources/secret.ts";
import { fetchWith } from "../support/admins.ts";
import {
  anyone,
  ask,
  expectRefused,
  expectUseless,
  secondToken,
  tokenRow,
} from "../support/callers.ts";
import { claim, newSource, ORIGIN, type Answer, type Source } from "../support/client.ts";
import { failCall, faults, resetFaults } from "../support/faults.ts";
import { groupBody, newUser, objectsIn, patchBody, send, textAt } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

const OLD_PEPPER = "k1:test-pepper-test-pepper-test-pepper-00";

afterEach(() => {
  vi.useRealTimers();
});

describe("KV", () => {
  it("may still know a token that is gone: it is refused at once", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await secondToken(admin, source);
    const { hash } = await tokenRow(source.tokenId);
    const entry = await env.TOKENS.get(String(hash));
    const path = `/data-sources/${source.id}/tokens/${source.tokenId}`;
    await admin("POST", `${path}/disable`);
    await expectUseless(source, `Bearer ${source.token}`);
    await admin("DELETE", path);
    expect(await env.TOKENS.get(String(hash))).toBeNull();
    await env.TOKENS.put(String(hash), entry ?? "");
    await expectUseless(source, `Bearer ${source.token}`);
  });

  it.each(["forgets", "fails"] as const)("may not know a token yet (%s): D1 does", async (kv) => {
    const source = await newSource(await claim(), "okta");
    faults.kv = kv;
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
    expect((await ask(source, `Bearer ${source.token}`, "/Users", "POST")).status).toBe(201);
    expectRefused(await ask(source, `Bearer ${newSecret("scim", "00", randomBytes)}`));
  });

  it("may be wrong about whose a token is: the database is asked", async () => {
    const admin = await claim();
    const [mine, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    await newUser(other, { userName: "other@people.test" });
    const { hash } = await tokenRow(mine.tokenId);
    const lie = { tokenId: other.tokenId, sourceId: other.id };
    await env.TOKENS.put(String(hash), JSON.stringify(lie));
    const base = `${ORIGIN}/scim/v2`;
    const seen = await ask({ ...mine, base }, `Bearer ${mine.token}`);
    expect([seen.status, seen.body["totalResults"]]).toEqual([200, 0]);
    expect(await env.TOKENS.get(String(hash), "json")).toEqual({
      tokenId: mine.tokenId,
      sourceId: mine.id,
    });
  });

  it("may hold nonsense", async () => {
    const source = await newSource(await claim(), "okta");
    const { hash } = await tokenRow(source.tokenId);
    for (const nonsense of ["", "{", "null", "[]", '{"tokenId":1}']) {
      await env.TOKENS.put(String(hash), nonsense);
      const peppers = `k${crypto.randomUUID().slice(0, 8)}:${"new-pepper".repeat(4)},${OLD_PEPPER}`;
      const url = `${new URL(source.base).pathname}/Users`;
      const headers = { authorization: `Bearer ${source.token}` };
      const { status } = await fetchWith({ ...env, TOKEN_PEPPER: peppers }, url, { headers });
      expect(status, nonsense).toBe(200);
    }
  });

  it("and D1 failing together is 503, never 401", async () => {
    const source = await newSource(await claim(), "okta");
    const broken: Env = { ...env, DB: failing(env.DB), TOKENS: failing(env.TOKENS) };
    for (const token of [source.token, newSecret("scim", "00", randomBytes)]) {
      const url = `${new URL(source.base).pathname}/Users`;
      const answer = await fetchWith(broken, url, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  it("need not answer where D1 fails while a known token reads or writes: 503", async () => {
    const source = await newSource(await claim(), "okta");
    await ask(source, `Bearer ${source.token}`);
    failCall("worker", 1, "before");
    const read = await ask(source, `Bearer ${source.token}`);
    failCall("object", 1, "before", true);
    const written = await ask(source, `Bearer ${source.token}`, "/Users", "POST");
    resetFaults();
    for (const answer of [read, written]) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });
});

/** A binding all of whose methods reject. */
function failing<T extends object>(binding: T): T {
  return new Proxy(binding, {
    get(target, name) {
      if (name === "prepare") return () => failing({});
      if (name === "bind") return () => failing({});
      if (name === "then") return undefined;
      const value: unknown = Reflect.get(target, name);
      if (value !== undefined && typeof value !== "function") return value;
      return () => Promise.reject(new Error("Network connection lost."));
    },
  });
}

describe("a deployment without what it needs", () => {
  const incomplete: Record<string, Partial<Record<keyof Env, undefined | string>>> = {
    "no pepper": { TOKEN_PEPPER: undefined },
    "an empty pepper": { TOKEN_PEPPER: "" },
    "a short pepper": { TOKEN_PEPPER: "k1:short" },
    "a pepper without an id": { TOKEN_PEPPER: "a-pepper-that-is-long-enough-but-has-no-id" },
    "a short second pepper": { TOKEN_PEPPER: `${OLD_PEPPER},k2:short` },
    "no KV": { TOKENS: undefined },
    "no objects": { SOURCE: undefined },
    "no limits": { FAILURES: undefined },
    "no database": { DB: undefined },
  };

  it.each(Object.entries(incomplete))("serves nobody (%s)", async (_, missing) => {
    const source = await newSource(await claim(), "okta");
    const before = await steadyDump();
    // @ts-expect-error Bindings that the type promises are what is missing here.
    const bindings: Env = { ...env, ...missing };
    for (const { method, path } of everyRoute(new URL(source.base).pathname)) {
      const headers = anyone({ authorization: `Bearer ${source.token}` });
      const answer = await fetchWith(bindings, path, { method, headers });
      expect(answer.status, `${method} ${path}`).toBe(path === "/healthz" ? 200 : 503);
      await answer.body?.cancel();
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });
});

/** Every route of the Worker, the SCIM ones at a source's own base as well. */
function everyRoute(base: string): { method: string; path: string }[] {
  const routes = createApp().routes.filter(
    ({ path }) => !path.includes("*") && !path.endsWith("/v2"),
  );
  expect(routes.length).toBeGreaterThan(80);
  return routes.map(({ method, path }) => ({
    method: method === "ALL" ? "PATCH" : method,
    path: path.replace("/scim/:sourceKey/v2", base).replaceAll(/:\w+/g, "x"),
  }));
}

const NOT_PROVISIONING = "The data source's provisioning is disabled";

describe("what a source may do", () => {
  const refusals: [string, string, Record<string, string>][] = [
    [
      "disabled",
      "status = 'disabled'",
      { read: "The data source is disabled", write: "The data source is disabled" },
    ],
    [
      "a draft",
      "status = 'draft'",
      { read: "The data source is disabled", write: "The data source is disabled" },
    ],
    ["not provisioning", "provisioning = 0", { read: NOT_PROVISIONING, write: NOT_PROVISIONING }],
    [
      "closed",
      "api_open = 0",
      {
        read: "The API of the data source is not open",
        write: "The API of the data source is not open",
      },
    ],
    [
      "without user:read",
      `permissions = '["user:write"]'`,
      { read: "The data source lacks the permission user:read" },
    ],
    [
      "without user:write",
      `permissions = '["user:read"]'`,
      { write: "The data source lacks the permission user:write" },
    ],
    [
      "without any",
      "permissions = '[]'",
      {
        read: "The data source lacks the permission user:read",
        write: "The data source lacks the permission user:write",
      },
    ],
  ];

  it.each(refusals)("is refused at once when it is %s", async (_, change, { read, write }) => {
    const source = await newSource(await claim(), "okta");
    const authorization = `Bearer ${source.token}`;
    expect((await ask(source, authorization)).status).toBe(200);
    await env.DB.prepare(
      `UPDATE data_sources SET ${change}, config_version = config_version + 1 WHERE id = ?`,
    )
      .bind(source.id)
      .run();
    const got = await ask(source, authorization);
    expect([got.status, got.body["detail"]]).toEqual(read ? [403, read] : [200, undefined]);
    const posted = await ask(source, authorization, "/Users", "POST");
    expect([posted.status, posted.body["detail"]]).toEqual(write ? [403, write] : [201, undefined]);
    expect((await ask(source, authorization, "/ServiceProviderConfig")).status).toBe(200);
  });

  it("includes the answer to what it wrote, whether or not it may read", async () => {
    const source = await newSource(await claim(), "okta");
    await env.DB.prepare(
      `UPDATE data_sources SET config_version = config_version + 1, permissions = '["group:write"]'`,
    ).run();
    const posted = await source.call("POST", "/Groups", groupBody("Readers"));
    expect(posted.status).toBe(201);
    const path = `/Groups/${textAt(posted.body, "id")}`;
    expect((await source.call("GET", path)).status).toBe(403);
    const change = patchBody({ op: "replace", path: "displayName", value: "Writers" });
    const patched = await source.call("PATCH", `${path}?attributes=displayName`, change);
    expect([patched.status, patched.body["displayName"]]).toEqual([200, "Writers"]);
  });
});

describe("an address that keeps failing", () => {
  const from = (source: Source, address: string, token: string) =>
    send(`${source.base}/Users`, {
      headers: { authorization: `Bearer ${token}`, "cf-connecting-ip": address },
    });

  it.each(["unknown", "revoked"])("is slowed down (%s token), and no other is", async (kind) => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const second = await secondToken(admin, source);
    await admin("POST", `/data-sources/${source.id}/tokens/${second.id}/disable`);
    const bad = kind === "revoked" ? second.secret : newSecret("scim", "00", randomBytes);
    const address = crypto.randomUUID();
    const statuses: number[] = [];
    let last = await from(source, address, bad);
    for (; statuses.length < 40 && last.status === 401; last = await from(source, address, bad)) {
      statuses.push(last.status);
    }
    expect(last.status).toBe(429);
    expect(last.headers.get("retry-after")).toBe("60");
    expect(last.body["status"]).toBe("429");
    expect(statuses.length).toBeLessThanOrEqual(30);
    expectRefused(await from(source, crypto.randomUUID(), bad));
    // A colleague behind the same address whose token works is let in.
    expect((await from(source, address, source.token)).status).toBe(200);
  });
});

describe("a source that asks too often", () => {
  it("is told when to come back, while another is served", async () => {
    const admin = await claim();
    const [hasty, calm] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    await admin("PATCH", `/data-sources/${hasty.id}`, { ratePerSecond: 1 });
    await ask(hasty, `Bearer ${hasty.token}`);
    vi.useFakeTimers({ toFake: ["Date"] });
    const answers: Answer[] = [];
    for (let n = 0; n < 4; n++) answers.push(await ask(hasty, `Bearer ${hasty.token}`));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(last?.headers.get("retry-after")).toBe("1");
    expect(last?.body["detail"]).toBe("More than 1 requests per second");
    expect((await ask(calm, `Bearer ${calm.token}`)).status).toBe(200);
    vi.setSystemTime(Date.now() + 1000);
    expect((await ask(hasty, `Bearer ${hasty.token}`)).status).toBe(200);
  });

  it("spends one request on a write, also where the answer has to be read", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await admin("PATCH", `/data-sources/${source.id}`, { ratePerSecond: 1 });
    await ask(source, `Bearer ${source.token}`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
    const first = await source.call("POST", "/Groups", groupBody("One"));
    const second = await source.call("POST", "/Groups", groupBody("Two"));
    const third = await source.call("POST", "/Groups", groupBody("Three"));
    expect([first.status, second.status, third.status]).toEqual([201, 201, 429]);
    vi.setSystemTime(Date.now() + 10_000);
    const { body } = await source.call("GET", "/Groups");
    expect(objectsIn(body["Resources"]).map((one) => textAt(one, "displayName"))).toEqual([
      "One",
      "Two",
    ]);
  });
});
