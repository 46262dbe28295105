/** What the calls of a run come to, whatever answers them: without a network, and in no time. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import type { Json } from "../src/scim/json.ts";
import {
  ORGANIZATION_LIMIT,
  upstream as settings,
  USER_LIMIT,
  type TokenStyle,
} from "../src/sources/upstream.ts";
import { codeOfStatus, parseRetryAfter } from "../src/sync/upstream-failure.ts";
import { BOUNDS, type Fetcher } from "../src/sync/upstream-fetch.ts";
import { askFor, fetchPage } from "../src/sync/upstream-list.ts";
import type { Connection, Got, UpstreamFailure } from "../src/sync/upstream-page.ts";
import { fetchToken } from "../src/sync/upstream-token.ts";
import { afterFailure, afterPage } from "../src/sync/run-reducer.ts";
import { facts, FIRST } from "./support/run-facts.ts";

const seed = inject("seed");
const NOW = Date.UTC(2026, 10, 22, 12);
const TOKEN = { value: "token", expiresAt: NOW + 3_600_000, style: "client_secret_post" } as const;
const PEOPLE = { type: "User", at: { startIndex: 1 } } as const;

function connectionOf(tokenStyle: TokenStyle = "client_secret_post"): Connection {
  const base = "https://hr.example.com";
  const upstream = settings.parse({
    tokenStyle,
    tokenUrl: `${base}/token`,
    clientId: "muster",
    userUrl: `${base}/Users`,
    orgUrl: `${base}/Organizations`,
    groupUrl: `${base}/Groups`,
    filterStyle: "meta.lastModified",
    pageSize: 10,
    schedule: { kind: "manual" },
    scheduledKind: "full",
    fullAt: null,
    deletionPolicy: "disable",
    userLimit: USER_LIMIT,
    organizationLimit: ORGANIZATION_LIMIT,
  });
  return { upstream, secret: "secret", allowLoopback: false };
}

const CONNECTION = connectionOf();

/** The calls of a run, each a way to ask the same upstream. */
const CALLS = {
  token: (fetcher: Fetcher) => fetchToken(CONNECTION, fetcher, NOW),
  organizations: (fetcher: Fetcher) =>
    fetchPage(CONNECTION, TOKEN, { ...PEOPLE, type: "Organization" }, fetcher, NOW),
  people: (fetcher: Fetcher) => fetchPage(CONNECTION, TOKEN, PEOPLE, fetcher, NOW),
  groups: (fetcher: Fetcher) =>
    fetchPage(CONNECTION, TOKEN, { ...PEOPLE, type: "Group" }, fetcher, NOW),
  one: (fetcher: Fetcher) => askFor(CONNECTION, TOKEN, "User", "p-1", fetcher, NOW),
} satisfies Record<string, (fetcher: Fetcher) => Promise<Got<unknown>>>;

function failureOf(got: Got<unknown>): UpstreamFailure {
  if (!got.ok) return got.failure;
  throw new Error(`It didn't fail: ${JSON.stringify(got.value)}`);
}

const answering = (make: () => Response) => () => Promise.resolve(make());
const statuses = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => from + n);

describe("a token", () => {
  it("F-43 that is refused fails the run at once, whatever the code is", async () => {
    for (const status of statuses(400, 500)) {
      const failure = failureOf(await CALLS.token(answering(() => new Response("{}", { status }))));
      const again = ["upstream_timeout", "upstream_rate_limited"].includes(failure.code);
      expect([status, afterFailure(FIRST, failure, 0).kind]).toEqual([
        status,
        again ? "wait" : "fail",
      ]);
    }
    for (const status of [400, 401, 403]) {
      expect(codeOfStatus(status, { call: "token", filtered: false })).toBe("upstream_auth_failed");
    }
  });

  it("F-44 that a page refuses again fails the run, at whichever page", async () => {
    const refused = failureOf(
      await CALLS.people(answering(() => new Response("{}", { status: 401 }))),
    );
    expect(refused).toMatchObject({ code: "upstream_auth_failed", status: 401, retryable: false });
    let state = FIRST;
    for (let page = 1; page <= 50; page++) {
      // Nothing of the state says that there ever was another token.
      expect(afterFailure(state, refused, 0)).toEqual({ kind: "fail" });
      state = afterPage(state, facts({ total: 10_000 }));
    }
    expect([state.pages, state.doubts]).toEqual([50, []]);
  });
});

describe("an answer", () => {
  const header = fc.oneof(
    fc.integer().map(String),
    fc.bigInt().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(/^[ -~]{0,20}$/),
  );

  it("F-45 is waited for as its header says, and never longer than a quarter of an hour", () => {
    fc.assert(
      fc.property(fc.option(header, { nil: null }), (text) => {
        const retryAfterSeconds = parseRetryAfter(text, NOW);
        const failure = { ...limited, retryAfterSeconds };
        const after = afterFailure(FIRST, failure, 0.999);
        if (after.kind !== "wait") throw new Error(after.kind);
        expect(after.ms).toBeGreaterThanOrEqual(0);
        expect(after.ms).toBeLessThanOrEqual(900_000);
        if (retryAfterSeconds === undefined) expect(after.ms).toBeLessThanOrEqual(1_000);
      }),
      { seed, numRuns: 500 },
    );
  });

  const limited: UpstreamFailure = {
    call: "User",
    code: "upstream_rate_limited",
    status: 429,
    retryable: true,
    retryAfterSeconds: undefined,
    detail: "",
  };

  it("F-47 that is cut off is none, at whichever byte", async () => {
    const person = (n: number): Json => ({ id: `p-${n}`, userName: `名字.${n}`, active: true });
    const Resources = Array.from({ length: 12 }, (_, n) => person(n));
    const whole = new TextEncoder().encode(JSON.stringify({ totalResults: 12, Resources }));
    const pageOf = (bytes: number) =>
      CALLS.people(answering(() => new Response(whole.subarray(0, bytes))));
    for (let bytes = 0; bytes < whole.length; bytes++) {
      const failure = failureOf(await pageOf(bytes));
      expect([bytes, failure.code]).toEqual([bytes, "upstream_malformed"]);
      const after = afterFailure(FIRST, failure, 0);
      expect(after).toMatchObject({ kind: "wait", state: { ...FIRST, tries: 1 } });
    }
    expect((await pageOf(whole.length)).ok).toBe(true);
  });

  it("F-49 that leads elsewhere fails the run, and leads nowhere", async () => {
    for (const status of statuses(300, 400)) {
      // The platform has no response of another status than these that is one of a redirect.
      const isRedirect = [301, 302, 303, 307, 308].includes(status);
      const location = "https://elsewhere.example/";
      for (const ask of Object.values(CALLS)) {
        const asked: Request[] = [];
        const failure = failureOf(
          await ask((request) => {
            asked.push(request);
            return Promise.resolve(
              isRedirect
                ? Response.redirect(location, status)
                : new Response(null, { status, headers: { location } }),
            );
          }),
        );
        expect([status, failure.code]).toEqual([status, "upstream_redirected"]);
        expect(afterFailure(FIRST, failure, 0)).toEqual({ kind: "fail" });
        expect(asked.map(({ redirect }) => redirect)).toEqual(["manual"]);
      }
    }
  });
});

describe("an answer without an end", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Parts of so many bytes, so many milliseconds apart. */
  const dripping = (everyMs: number, bytes = 1) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        controller.enqueue(new Uint8Array(bytes).fill(0x20));
      },
    });

  /** What comes of the call, and after how many seconds. */
  async function endOf(ask: (fetcher: Fetcher) => Promise<Got<unknown>>, fetcher: Fetcher) {
    const began = Date.now();
    let end: { code: string; seconds: number } | undefined;
    const asked = ask(fetcher).then((got) => {
      end = { code: failureOf(got).code, seconds: Math.floor((Date.now() - began) / 1_000) };
    });
    while (end === undefined && Date.now() - began < 100_000) {
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await asked;
    return end;
  }

  it.each(Object.keys(CALLS) as (keyof typeof CALLS)[])("F-48 ends: %s", async (name) => {
    const ask = CALLS[name];
    const body = (make: () => ReadableStream) => answering(() => new Response(make()));
    for (const everyMs of [1_000, 7_000, 15_000, 29_000]) {
      const end = await endOf(
        ask,
        body(() => dripping(everyMs)),
      );
      expect([everyMs, end]).toEqual([everyMs, { code: "upstream_timeout", seconds: 60 }]);
    }
    for (const everyMs of [30_001, 100_000]) {
      const end = await endOf(
        ask,
        body(() => dripping(everyMs)),
      );
      expect([everyMs, end]).toEqual([everyMs, { code: "upstream_timeout", seconds: 30 }]);
    }
    const silent = await endOf(ask, () => new Promise(() => undefined));
    expect(silent).toEqual({ code: "upstream_timeout", seconds: 10 });
    const flood = await endOf(
      ask,
      body(() => dripping(100, 1_024 * 1_024)),
    );
    expect(flood).toEqual({ code: "upstream_too_large", seconds: 1 });
    const told = { headers: { "content-length": String(BOUNDS.bytes + 1) } };
    const announced = await endOf(
      ask,
      answering(() => new Response(dripping(1_000), told)),
    );
    expect(announced?.code).toBe("upstream_too_large");
  });

  it("F-48 is read no further than what it may have", async () => {
    let given = 0;
    const part = 100_000;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += part;
          controller.enqueue(new Uint8Array(part));
        },
      },
      { highWaterMark: 0 },
    );
    const failure = failureOf(await CALLS.people(answering(() => new Response(stream))));
    expect(failure.code).toBe("upstream_too_large");
    expect(given).toBeLessThanOrEqual(BOUNDS.bytes + 2 * part);
  });
});
