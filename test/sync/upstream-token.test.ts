/** Access tokens, asked of a real token endpoint in each way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/scim/json.ts";
import { fetchPage } from "../../src/sync/upstream-list.ts";
import { fetchToken } from "../../src/sync/upstream-token.ts";
import { scaled } from "../support/scale.ts";
import {
  failureOf,
  fetcher,
  newUpstream,
  NOW,
  tokenOf,
  TOKEN,
  valueOf,
} from "../support/upstream.ts";
import type { Act, TokenScript } from "../../src/cli/upstream/script.ts";

const STYLES = ["query_get", "client_secret_post", "client_secret_basic"] as const;

const ODD = [
  "+ / = % & # ? ; : @ \\",
  "\"'`<>{}[]|^~",
  "  two spaces  ",
  "%2B%20+%%",
  "a:b:c",
  "密钥 🔑 ключ",
  "&client_id=other",
  "\u007f\t",
];

function withToken(token: TokenScript) {
  return newUpstream({ token, people: { count: 1 } });
}

describe.each(STYLES)("a token by %s", (style) => {
  it("opens the lists", async () => {
    const { connection } = await withToken({ ...TOKEN, style });
    const token = valueOf(await fetchToken(connection, fetcher, NOW));
    expect(token).toMatchObject({ style, expiresAt: NOW + 7_200_000 });
    const page = await fetchPage(connection, token, USERS, fetcher, NOW);
    expect(valueOf(page).length).toBe(1);
  });

  it("comes for credentials of any characters", async () => {
    const text = fc.oneof(
      fc.constantFrom(...ODD),
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ minLength: 1 }),
    );
    const one = fc.asyncProperty(text, text, async (clientId, secret) => {
      const { connection } = await withToken({ style, clientId, secret });
      valueOf(await fetchToken(connection, fetcher, NOW));
      const wrong = { ...connection, secret: `${secret}x` };
      expect(failureOf(await fetchToken(wrong, fetcher, NOW)).code).toBe("upstream_auth_failed");
    });
    await fc.assert(one, { numRuns: scaled(40), examples: ODD.map((odd) => [odd, odd]) });
  });

  it("doesn't come where a secret can't be sent", async () => {
    const { connection } = await withToken({ ...TOKEN, style });
    const half = { ...connection, secret: "\ud800" };
    expect(failureOf(await fetchToken(half, fetcher, NOW)).code).toBe("upstream_auth_failed");
  });
});

const USERS = { type: "User", at: { startIndex: 1 } } as const;

it("keeps what the token URL asks for already", async () => {
  const upstream = await withToken({ ...TOKEN, style: "query_get" });
  const tokenUrl = `${upstream.base}/token?tenant=a%20b`;
  const settings = { ...upstream.connection.upstream, tokenUrl };
  valueOf(await fetchToken({ ...upstream.connection, upstream: settings }, fetcher, NOW));
  const [asked] = await upstream.asked();
  expect(asked?.path).toBe("/token?tenant=a%20b&client_id=muster&client_secret=s3cret");
});

it("asks nobody for a fixed token", async () => {
  const upstream = await newUpstream({ token: { style: "fixed", secret: "fixed-token" } });
  const token = await tokenOf(upstream);
  expect(token.value).toBe("fixed-token");
  expect(token.expiresAt).toBeGreaterThan(NOW + 100 * 365 * 86_400_000);
  expect(await upstream.asked()).toEqual([]);
  for (const secret of ["a\r\nb: c", "密钥", ""]) {
    const failure = failureOf(await fetchToken({ ...upstream.connection, secret }, fetcher, NOW));
    expect(failure).toMatchObject({ call: "token", code: "upstream_auth_failed" });
  }
});

const LIFETIMES: [Json, number][] = [
  [null, 3_600],
  [1_200, 1_200],
  ["1200", 1_200],
  [" 90 ", 90],
  [59.9, 59],
  [0, 3_600],
  [-5, 3_600],
  ["soon", 3_600],
  [{}, 3_600],
  [1e300, 10 * 365 * 86_400],
];

it("takes the lifetime that is told, where it makes sense", async () => {
  for (const [expiresIn, seconds] of LIFETIMES) {
    const { connection } = await withToken({ ...TOKEN, expiresIn });
    const token = valueOf(await fetchToken(connection, fetcher, NOW));
    expect([expiresIn, token.expiresAt - NOW]).toEqual([expiresIn, seconds * 1_000]);
  }
});

const answers = (status: number, body: Json = {}): Act => ({ kind: "answer", status, body });

const REFUSALS: [Act, string, boolean][] = [
  [answers(400), "upstream_auth_failed", false],
  [answers(401), "upstream_auth_failed", false],
  [answers(403), "upstream_auth_failed", false],
  [answers(404), "upstream_not_found", false],
  [answers(405), "upstream_refused", false],
  [answers(429), "upstream_rate_limited", true],
  [answers(500), "upstream_unavailable", true],
  [answers(302), "upstream_redirected", false],
  [answers(204, ""), "upstream_malformed", false],
  [answers(200), "upstream_malformed", false],
  [answers(200, { access_token: "" }), "upstream_malformed", false],
  [answers(200, { access_token: 7 }), "upstream_malformed", false],
  [answers(200, []), "upstream_malformed", false],
  [answers(200, "<html>Sign in</html>"), "upstream_malformed", true],
  [answers(200, { error: "invalid_client" }), "upstream_auth_failed", false],
  [answers(200, { errcode: 40101, errmsg: "no" }), "upstream_auth_failed", false],
  [answers(200, { access_token: "a\nb" }), "upstream_auth_failed", false],
  [{ kind: "reset" }, "upstream_unavailable", true],
];

it("F-43 fails by what the token endpoint does, and asks it once", async () => {
  for (const [act, code, retryable] of REFUSALS) {
    const upstream = await newUpstream({ faults: [{ on: "token", act }] });
    const failure = failureOf(await fetchToken(upstream.connection, fetcher, NOW));
    expect([act, failure]).toMatchObject([act, { call: "token", code, retryable }]);
    expect(JSON.stringify(failure)).not.toContain(TOKEN.secret);
    expect((await upstream.asked()).length).toBe(1);
  }
});

it("isn't asked of addresses that were kept under other rules", async () => {
  const { connection } = await newUpstream({});
  for (const tokenUrl of [
    "http://127.0.0.1/token",
    "https://localhost/",
    "https://10.0.0.1/",
    null,
  ]) {
    const settings = { ...connection.upstream, tokenUrl };
    const strict = { ...connection, upstream: settings, allowLoopback: false };
    const noFetch = () => Promise.reject(new Error("Fetched"));
    const failure = failureOf(await fetchToken(strict, noFetch, NOW));
    expect(failure).toMatchObject({ code: "upstream_url_refused", retryable: false });
  }
});
