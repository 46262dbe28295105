/** Bearer tokens: how they are sent, and every state they can be in. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import { createApp } from "../../src/http/app.ts";
import { newSecret } from "../../src/sources/secret.ts";
import { fetchWith, newKey } from "../support/admins.ts";
import {
  anyone,
  ask,
  expectRefused,
  expectUseless,
  secondToken,
  tokenRow,
} from "../support/callers.ts";
import { call, claim, newSource, ORIGIN, type Answer } from "../support/client.ts";
import { faults } from "../support/faults.ts";
import { newUser, send, textAt, userBody } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

const DAY_MS = 86_400_000;
const OLD_PEPPER = "k1:test-pepper-test-pepper-test-pepper-00";

afterEach(() => {
  vi.useRealTimers();
});

describe("an Authorization header", () => {
  it("is refused alike in every wrong form", async () => {
    const source = await newSource(await claim(), "okta");
    const { token } = source;
    const wrong = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
    const headers = {
      "a scheme alone": "Bearer",
      "a scheme and a space": "Bearer ",
      "no scheme": token,
      basic: `Basic ${btoa(`${token}:`)}`,
      "another scheme": `Token ${token}`,
      "two tokens in a list": `Bearer ${token}, Bearer ${token}`,
      "two tokens": `Bearer ${token} ${token}`,
      "a list of one scheme": `Bearer ${token},${token}`,
      "a wrong checksum": `Bearer ${wrong}`,
      "another case": `Bearer ${token.toUpperCase()}`,
      "a part": `Bearer ${token.slice(0, -7)}`,
      "one nobody has": `Bearer ${newSecret("scim", "00", randomBytes)}`,
      "one of no shard": `Bearer ${newSecret("scim", "zz", randomBytes)}`,
      "a session's": `Bearer ${newSecret("ses", "00", randomBytes)}`,
      "NUL characters": `Bearer ${token.slice(0, 20)}%00${token.slice(20)}`,
    };
    for (const [why, header] of Object.entries(headers)) {
      await expectUseless(source, header, why);
    }
  });

  it("has to be there, but for discovery", async () => {
    const source = await newSource(await claim(), "okta");
    for (const none of [undefined, ""]) {
      expectRefused(await ask(source, none));
      expectRefused(await ask(source, none, "/Users", "POST"));
      expect((await ask(source, none, "/ServiceProviderConfig")).status).toBe(200);
    }
  });

  it.each(["bearer", "BEARER", "Bearer "])("may spell its scheme %j", async (scheme) => {
    const source = await newSource(await claim(), "okta");
    expect((await ask(source, `${scheme} ${source.token}`)).status).toBe(200);
  });

  it.each(["access_token", "token", "authorization"])("is not looked for in ?%s=", async (name) => {
    const source = await newSource(await claim(), "okta");
    const path = `/Users?${name}=${encodeURIComponent(`Bearer ${source.token}`)}`;
    expectRefused(await ask(source, undefined, path));
    expectRefused(await ask(source, undefined, `/Users?${name}=${source.token}`));
  });

  it("is asked for on every route that has people, before anything else is said", async () => {
    const source = await newSource(await claim(), "okta");
    const routes = createApp().routes.filter(
      ({ path, method }) => /^\/scim\/v2\/(Users|Groups)/.test(path) && method !== "ALL",
    );
    expect(routes).toHaveLength(14);
    for (const { method, path } of routes) {
      const url = `${source.base}${path.replace("/scim/v2", "").replace(":id", "x")}`;
      // What can't be read either must not be told to a stranger.
      const answer = await send(`${url}?attributes=a&excludedAttributes=b&count=x`, {
        method,
        headers: anyone({ "content-type": "text/plain" }),
        ...(method !== "GET" && method !== "DELETE" && { body: "{" }),
      });
      expectRefused(answer, `${method} ${path}`);
    }
  });

  it("can't be got around by another spelling of the path", async () => {
    const source = await newSource(await claim(), "okta");
    await newUser(source);
    for (const spelling of spellings(new URL(source.base).pathname)) {
      const { status } = await send(`${ORIGIN}${spelling}`, { headers: anyone({}) });
      expect([400, 401, 404, 405], spelling).toContain(status);
    }
  });
});

/** Ways to write the path of /Users that some router somewhere takes for it. */
function spellings(base: string): string[] {
  const paths = [
    "/Users //Users /Users/ /users /USERS /./Users /x/../Users /Users/. /Users.json",
    "/%55sers /Us%65rs /%2555sers /Users%2f /Users%252f /%2e/Users /%2e%2e/v2/Users",
    "/Users;a=b /Users%00 /Users%3f /Users%20 /Users# /Users? /%5cUsers /Users/.search",
  ];
  return paths
    .join(" ")
    .split(" ")
    .flatMap((path) => [
      base + path,
      base.toUpperCase() + path,
      `/scim/v2${path}`,
      `/SCIM/V2${path}`,
    ]);
}

describe("the two kinds of credentials", () => {
  it("don't open each other's doors", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const { secret: key } = await newKey("owner");
    await expectUseless(source, `Bearer ${key}`);
    const bodies = [source.token, newSecret("adm", "00", randomBytes), "x", ""].map(
      async (secret) => {
        const answer = await call("GET", `${ORIGIN}/api/v1/data-sources`, {
          headers: anyone({ authorization: `Bearer ${secret}` }),
        });
        expect(answer.status).toBe(401);
        return { ...answer.body, requestId: "" };
      },
    );
    expect(new Set((await Promise.all(bodies)).map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

describe("a token", () => {
  it("is useless from the moment it expires", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { tokenExpiresInDays: 1 });
    const { expires_at: expiresAt } = await tokenRow(source.tokenId);
    vi.useFakeTimers({ toFake: ["Date"], now: Number(expiresAt) - 1 });
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
    vi.setSystemTime(Number(expiresAt));
    await expectUseless(source, `Bearer ${source.token}`);
  });

  it("is judged by the object's clock when it writes", async () => {
    const source = await newSource(await claim(), "okta", { tokenExpiresInDays: 1 });
    faults.now = Date.now() + DAY_MS;
    const before = await steadyDump();
    expectRefused(await ask(source, `Bearer ${source.token}`, "/Users", "POST"));
    expect(
      differences(before, await steadyDump()).filter(({ table }) => table !== "epochs"),
    ).toEqual([]);
  });

  it("is useless once it is disabled, and of use again once it is enabled", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await secondToken(admin, source);
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
    const path = `/data-sources/${source.id}/tokens/${source.tokenId}`;
    expect((await admin("POST", `${path}/disable`)).status).toBe(200);
    await expectUseless(source, `Bearer ${source.token}`);
    expect((await admin("POST", `${path}/enable`)).status).toBe(200);
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
  });

  it.each([
    ["GET", "/Users?filter=nonsense"],
    ["GET", "/Users?attributes=userName&excludedAttributes=userName"],
    ["GET", "/Users?count=many"],
    ["POST", "/Groups"],
    ["POST", "/Users?attributes=userName&excludedAttributes=userName"],
    ["POST", "/Users/.search"],
    ["PUT", "/Users/7"],
    ["PATCH", "/Users/7"],
  ])(
    "is useless once it is disabled, however wrong the request is: %s %s",
    async (method, path) => {
      const admin = await claim();
      const source = await newSource(admin, "okta");
      await secondToken(admin, source);
      const authorization = `Bearer ${source.token}`;
      expect((await ask(source, authorization)).status).toBe(200);
      expect((await ask(source, authorization, path, method)).status).not.toBe(401);
      await admin("POST", `/data-sources/${source.id}/tokens/${source.tokenId}/disable`);
      expectRefused(await ask(source, authorization, path, method));
    },
  );

  it("is useless once it is deleted", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await secondToken(admin, source);
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
    const path = `/data-sources/${source.id}/tokens/${source.tokenId}`;
    await admin("POST", `${path}/disable`);
    expect((await admin("DELETE", path)).status).toBe(204);
    await expectUseless(source, `Bearer ${source.token}`);
  });

  it("is useless once its source is deleted, at either base URL", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    expect((await ask(source, `Bearer ${source.token}`)).status).toBe(200);
    const { body } = await admin("POST", `/data-sources/${source.id}/disable`);
    const name = encodeURIComponent(textAt(body, "name"));
    expect((await admin("DELETE", `/data-sources/${source.id}?confirm=${name}`)).status).toBe(204);
    await expectUseless(source, `Bearer ${source.token}`);
    await expectUseless({ ...source, base: `${ORIGIN}/scim/v2` }, `Bearer ${source.token}`);
  });

  it("is useless at another source's base URL", async () => {
    const admin = await claim();
    const [mine, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    await expectUseless(other, `Bearer ${mine.token}`);
    await ask(mine, `Bearer ${mine.token}`);
    await expectUseless(other, `Bearer ${mine.token}`);
  });

  it("keeps working under a pepper that is being replaced", async () => {
    const source = await newSource(await claim(), "okta");
    const url = `${new URL(source.base).pathname}/Users`;
    const headers = { authorization: `Bearer ${source.token}` };
    const next = `k2:${"new-pepper".repeat(4)}`;
    const only = { ...env, TOKEN_PEPPER: next };
    expect((await fetchWith(only, url, { headers: anyone(headers) })).status).toBe(401);
    const rotated = { ...env, TOKEN_PEPPER: `${next},${OLD_PEPPER}` };
    expect((await fetchWith(rotated, url, { headers })).status).toBe(200);
  });

  it("keeps working under a pepper that is being replaced, also where KV has lost it", async () => {
    const source = await newSource(await claim(), "okta");
    const { hash } = await tokenRow(source.tokenId);
    await env.TOKENS.delete(String(hash));
    const peppers = { ...env, TOKEN_PEPPER: `k3:${"new-pepper".repeat(4)},${OLD_PEPPER}` };
    const url = `${new URL(source.base).pathname}/Users`;
    const headers = { authorization: `Bearer ${source.token}` };
    expect((await fetchWith(peppers, url, { headers })).status).toBe(200);
    expect(await env.TOKENS.get(String(hash), "json")).toEqual({
      tokenId: source.tokenId,
      sourceId: source.id,
    });
  });
});

describe("a token that is disabled while it writes", () => {
  it("loses nothing it was answered for, and takes no neighbour along", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const other = await secondToken(admin, source);
    const write = (token: string, name: string) =>
      call("POST", `${source.base}/Users`, {
        body: userBody({ userName: name }),
        headers: anyone({
          authorization: `Bearer ${token}`,
          "content-type": "application/scim+json",
        }),
      });
    const numbers = Array.from({ length: 16 }, (_, index) => index);
    const disabled: Promise<Answer>[] = [];
    const writes = numbers.map((n) => {
      const pair = [write(source.token, `keep${n}@a.test`), write(other.secret, `lose${n}@b.test`)];
      if (n === 8) {
        disabled.push(admin("POST", `/data-sources/${source.id}/tokens/${other.id}/disable`));
      }
      return Promise.all(pair);
    });
    const answers = await Promise.all(writes);
    expect((await Promise.all(disabled)).map(({ status }) => status)).toEqual([200]);
    const { results } = await env.DB.prepare("SELECT user_name_key AS name FROM users").run();
    const kept = new Set(results.map(({ name }) => name));
    expect(answers.map(([kept]) => kept?.status)).toEqual(numbers.map(() => 201));
    for (const n of numbers) {
      const status = answers[n]?.[1]?.status;
      expect([201, 401]).toContain(status);
      expect(kept.has(`lose${n}@b.test`), `write ${n} answered ${status}`).toBe(status === 201);
      expect(kept.has(`keep${n}@a.test`)).toBe(true);
    }
    expectRefused(await write(other.secret, "later@b.test"));
  });
});
