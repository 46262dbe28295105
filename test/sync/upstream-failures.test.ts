/** What goes wrong with a call, and as what it is told. */
import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../src/sync/upstream-failure.ts";
import { askFor, fetchPage } from "../../src/sync/upstream-list.ts";
import type { PageRequest } from "../../src/sync/upstream-page.ts";
import { fetchToken } from "../../src/sync/upstream-token.ts";
import { scaled } from "../support/scale.ts";
import {
  answers,
  failureOf,
  fetcher,
  inTurn,
  newUpstream,
  NOW,
  tokenOf,
  TOKEN,
  valueOf,
  type TestUpstream,
} from "../support/upstream.ts";
import type { Act, Fault } from "../../src/cli/upstream/script.ts";

const PEOPLE: PageRequest = { type: "User", at: { startIndex: 1 } };
const SINCE = { ...PEOPLE, since: "2026-01-01T00:00:00Z" };
const TYPES = [
  ["User", "Users"],
  ["Organization", "Organizations"],
  ["Group", "Groups"],
] as const;

type Row = readonly [act: Act, code: string, retryable: boolean];

const ROWS: readonly Row[] = [
  [answers(400), "upstream_refused", false],
  [answers(401), "upstream_auth_failed", false],
  [answers(403), "upstream_forbidden", false],
  [answers(404), "upstream_not_found", false],
  [answers(405), "upstream_refused", false],
  [answers(408), "upstream_timeout", true],
  [answers(410), "upstream_not_found", false],
  [answers(413), "upstream_refused", false],
  [answers(418), "upstream_refused", false],
  [answers(425), "upstream_rate_limited", true],
  [answers(429), "upstream_rate_limited", true],
  [answers(500), "upstream_unavailable", true],
  [answers(501), "upstream_unavailable", true],
  [answers(502, "<html>Bad gateway</html>"), "upstream_unavailable", true],
  [answers(503), "upstream_unavailable", true],
  [answers(599), "upstream_unavailable", true],
  [answers(204, ""), "upstream_malformed", false],
  [answers(206, { Resources: [] }), "upstream_malformed", false],
  [answers(200, ""), "upstream_malformed", true],
  [answers(200, " \n "), "upstream_malformed", true],
  [answers(200, "<!doctype html><title>Sign in</title>"), "upstream_malformed", true],
  [answers(200, "{"), "upstream_malformed", true],
  [answers(200, '{"Resources":[]} trailing'), "upstream_malformed", true],
  [answers(200, {}), "upstream_malformed", false],
  [answers(200, []), "upstream_malformed", false],
  [answers(200, [{ id: "1" }]), "upstream_malformed", false],
  [answers(200, "null"), "upstream_malformed", false],
  [answers(200, "7"), "upstream_malformed", false],
  [answers(200, { totalResults: 3 }), "upstream_malformed", false],
  [answers(200, { Resources: {} }), "upstream_malformed", false],
  [answers(200, { Resources: "none" }), "upstream_malformed", false],
  [answers(200, { totalResults: 0, Resources: "none" }), "upstream_malformed", false],
  [answers(200, { error: { message: "no" } }), "upstream_malformed", false],
  [answers(200, { error: "server_error", Resources: [] }), "upstream_malformed", false],
  [answers(200, { error: { code: 503 }, Resources: [] }), "upstream_unavailable", true],
  [answers(200, { error: "invalid_token" }), "upstream_auth_failed", false],
  [answers(200, { errcode: 40101, errmsg: "no" }), "upstream_auth_failed", false],
  [answers(200, { errcode: "40101", Resources: [] }), "upstream_auth_failed", false],
  [answers(200, { errcode: -1, errmsg: "Invalid access token" }), "upstream_auth_failed", false],
  [answers(200, { errcode: 40301 }), "upstream_forbidden", false],
  [answers(200, { errcode: 50001 }), "upstream_unavailable", true],
  [answers(200, { errcode: 42901 }), "upstream_rate_limited", true],
  [answers(200, { errcode: -1, Resources: [] }), "upstream_refused", false],
  [answers(200, { errcode: 7, Resources: [] }), "upstream_refused", false],
  [
    answers(200, { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "403" }),
    "upstream_forbidden",
    false,
  ],
  [
    { ...answers(200, '{"Resources":[{"id":"1","userName":"é"}]}'), encoding: "latin1" },
    "upstream_malformed",
    true,
  ],
  [{ ...answers(200, '{"Resources":[]}'), encoding: "utf16le" }, "upstream_malformed", true],
  [{ kind: "reset" }, "upstream_unavailable", true],
  [{ kind: "cut", bytes: 0, framing: "length" }, "upstream_unavailable", true],
];

describe.each(TYPES)("a page of the type %s", (type, on) => {
  it("fails as what it is, and says which call it was", async () => {
    const acts = ROWS.map(([act]) => act);
    const upstream = await newUpstream({ faults: inTurn(acts, on) });
    const token = await tokenOf(upstream);
    for (const [act, code, retryable] of ROWS) {
      const request = { ...PEOPLE, type };
      const failure = failureOf(await fetchPage(upstream.connection, token, request, fetcher, NOW));
      expect([act, failure]).toMatchObject([act, { call: type, code, retryable }]);
      if (act.kind === "answer") expect([act, failure.status]).toEqual([act, act.status]);
      expect(failure.detail).not.toMatch(/Sign in|gateway|Invalid access/);
    }
    const whole = await fetchPage(upstream.connection, token, { ...PEOPLE, type }, fetcher, NOW);
    expect(valueOf(whole).length).toBe(0);
  });
});

it("says that it is the filter which was refused", async () => {
  const acts = [answers(400), answers(501), answers(200, { errcode: 40001 })];
  const upstream = await newUpstream({ faults: inTurn(acts, "Users"), people: { count: 1 } });
  const token = await tokenOf(upstream);
  for (const act of acts) {
    const failure = failureOf(await fetchPage(upstream.connection, token, SINCE, fetcher, NOW));
    expect([act, failure.code]).toEqual([act, "upstream_filter_refused"]);
  }
  const { connection } = await newUpstream({ people: { count: 1 } });
  const wrong = { ...token, value: "unknown" };
  expect(failureOf(await fetchPage(connection, wrong, SINCE, fetcher, NOW)).code).toBe(
    "upstream_auth_failed",
  );
});

describe("F-45 how long to wait", () => {
  const HEADERS: readonly (readonly [string, number | undefined])[] = [
    ["0", 0],
    ["1", 1],
    [" 120 ", 120],
    ["900", 900],
    ["901", 900],
    ["99999999999999999999999999", 900],
    ["-1", undefined],
    ["1.5", undefined],
    ["+5", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["10s", undefined],
    ["120, 60", undefined],
    ["", undefined],
    ["soon", undefined],
    ["١٢", undefined],
    ["Sun, 22 Nov 2026 12:01:30 GMT", 90],
    ["Sunday, 22-Nov-26 12:01:30 GMT", 90],
    ["Sun Nov 22 12:01:30 2026", 90],
    ["Sun, 22 Nov 2026 11:59:59 GMT", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 900],
    ["Sun, 99 Nov 2026 12:01:30 GMT", undefined],
    ["2026-11-22T12:01:30Z", undefined],
    ["Sun, 22 Nov 2026 12:01:30 +0100", undefined],
  ];

  it("is taken from the header where it makes sense", () => {
    const read = HEADERS.map(([header]) => [header, parseRetryAfter(header, NOW)]);
    expect(read).toEqual(HEADERS);
    expect(parseRetryAfter(null, NOW)).toBeUndefined();
    expect(parseRetryAfter("Sun, 22 Nov 2026 12:01:30 GMT", undefined)).toBeUndefined();
  });

  it("comes with the failure, whatever the header is", async () => {
    const headers = [
      ...Array.from({ length: 120 }, (_, index) => String((index - 10) ** 3)),
      ...Array.from({ length: 80 }, (_, index) =>
        new Date(NOW + (index - 20) * 30_000).toUTCString(),
      ),
    ];
    const acts = headers.map((value) => answers(429, {}, { "retry-after": value }));
    const upstream = await newUpstream({ faults: inTurn(acts, "Users") });
    const token = await tokenOf(upstream);
    for (const header of headers) {
      const failure = failureOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
      expect(failure).toMatchObject({ code: "upstream_rate_limited", retryable: true });
      const seconds = failure.retryAfterSeconds;
      expect([header, seconds]).toEqual([header, parseRetryAfter(header, NOW)]);
      expect(seconds === undefined || (seconds >= 0 && seconds <= 900)).toBe(true);
    }
  });
});

describe("F-49 a redirect", () => {
  const STATUSES = [300, 301, 302, 303, 305, 307, 308];

  it("is followed nowhere, and nothing is sent along", async () => {
    const target = await newUpstream({ people: { count: 1 } });
    const upstream = await newUpstream({ people: { count: 1 } });
    const token = await tokenOf(upstream);
    const places = [target.base, target.otherBase, `${target.otherBase}//`, `/u/${target.name}`];
    for (const place of places) {
      for (const status of STATUSES) {
        const act = answers(status, "", { location: `${place}/token` });
        await upstream.setFaults(...(["token", "Users"] as const).map((on) => ({ on, act })));
        await expectRedirected(upstream, token);
      }
    }
    expect(await target.asked()).toEqual([]);
  });

  async function expectRedirected(
    { connection }: TestUpstream,
    token: Awaited<ReturnType<typeof tokenOf>>,
  ): Promise<void> {
    const calls = [
      fetchToken(connection, fetcher, NOW),
      fetchPage(connection, token, PEOPLE, fetcher, NOW),
      fetchPage(connection, token, SINCE, fetcher, NOW),
    ];
    for (const got of await Promise.all(calls)) {
      expect(failureOf(got)).toMatchObject({ code: "upstream_redirected", retryable: false });
    }
  }
});

describe("asking for one", () => {
  const one = (act: Act): Fault => ({ on: "Users", one: true, act });

  it("tells who is there from who is gone", async () => {
    const { connection, ...upstream } = await newUpstream({ people: { count: 3 } });
    const token = await tokenOf({ connection, ...upstream });
    await upstream.change({ of: "Users", remove: [1] });
    const ask = async (id: string) => valueOf(await askFor(connection, token, "User", id, fetcher));
    expect(await ask("person-0")).toBe("seen");
    expect(await ask("person-1")).toBe("gone");
    for (const id of ["..", ".", "", "\ud800"])
      expect([id, await ask(id)]).toEqual([id, "unknown"]);
    const before = await upstream.asked();
    for (const id of ["a/b", "a?b", "../x", "a b", "%2e%2e", "密钥", "a#b"]) {
      expect([id, await ask(id)]).toEqual([id, "gone"]);
    }
    const paths = (await upstream.asked()).slice(before.length).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/Users/"))).toHaveLength(7);
  });

  it("takes for gone only what is not found", async () => {
    const rows: [Act, string][] = [
      [answers(404), "gone"],
      [answers(404, "<html>"), "gone"],
      [answers(200, { id: "person-1" }), "unknown"],
      [answers(200, {}), "unknown"],
      [answers(200, []), "unknown"],
      [answers(200, { id: 0 }), "unknown"],
      [answers(410), "upstream_not_found"],
      [answers(401), "upstream_auth_failed"],
      [answers(403), "upstream_forbidden"],
      [answers(500), "upstream_unavailable"],
      [answers(302, "", { location: "/" }), "upstream_redirected"],
      [answers(200, ""), "upstream_malformed"],
      [answers(200, { errcode: 40401 }), "upstream_not_found"],
      [{ kind: "reset" }, "upstream_unavailable"],
      [{ kind: "cut", bytes: 10, framing: "close" }, "upstream_malformed"],
    ];
    for (const [act, outcome] of rows) {
      const upstream = await newUpstream({ people: { count: 1 }, faults: [one(act)] });
      const token = await tokenOf(upstream);
      const got = await askFor(upstream.connection, token, "User", "person-0", fetcher);
      expect([act, got.ok ? got.value : got.failure.code]).toEqual([act, outcome]);
    }
  });
});

it("tells neither the secret nor the token, whatever goes wrong", async () => {
  const secret = "canary-Xq7";
  for (const style of ["query_get", "client_secret_post", "client_secret_basic"] as const) {
    const acts = ROWS.slice(0, scaled(12)).map(([act]) => act);
    const faults = acts.map((act): Fault => ({ on: "token", act }));
    for (const fault of faults) {
      const upstream = await newUpstream({ token: { ...TOKEN, style, secret }, faults: [fault] });
      const failure = failureOf(await fetchToken(upstream.connection, fetcher, NOW));
      expect(JSON.stringify(failure)).not.toContain("canary");
    }
  }
});
