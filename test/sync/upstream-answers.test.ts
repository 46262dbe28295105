/** Answers that don't come whole, or never end: no page is believed that didn't come to its end. */
import { describe, expect, it } from "vitest";
import type { Act } from "../../src/cli/upstream/script.ts";
import { BOUNDS } from "../../src/sync/upstream-fetch.ts";
import { fetchPage } from "../../src/sync/upstream-list.ts";
import type { PageRequest } from "../../src/sync/upstream-page.ts";
import { fetchToken } from "../../src/sync/upstream-token.ts";
import {
  answers,
  failureOf,
  fetcher,
  inTurn,
  newUpstream,
  NOW,
  tokenOf,
  valueOf,
} from "../support/upstream.ts";

const PEOPLE: PageRequest = { type: "User", at: { startIndex: 1 } };

describe("F-47 a page of about 4 kB, cut off", () => {
  const READY = { people: { count: 7 } };
  const AT_ONCE = 6;

  async function pageLength(): Promise<number> {
    const upstream = await newUpstream(READY);
    const token = await tokenOf(upstream);
    const response = await fetch(`${upstream.base}/Users?count=100&startIndex=1`, {
      headers: { authorization: `Bearer ${token.value}` },
    });
    return (await response.arrayBuffer()).byteLength;
  }

  // Where the length is told it is the platform that notices, and it says so in the log each time.
  it.each([
    ["close", 1],
    ["length", 97],
    ["chunked", 97],
  ] as const)("is never believed, with the framing %s", async (framing, step) => {
    const length = await pageLength();
    expect(length).toBeGreaterThan(4_000);
    const cuts = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
    const acts = cuts.map((bytes): Act => ({ kind: "cut", bytes, framing }));
    const upstream = await newUpstream({ ...READY, faults: inTurn(acts, "Users") });
    const token = await tokenOf(upstream);
    const ask = () => fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW);
    for (let start = 0; start < cuts.length; start += AT_ONCE) {
      const some = cuts.slice(start, start + AT_ONCE);
      for (const got of await Promise.all(some.map(ask))) {
        const { code, retryable } = failureOf(got);
        expect(retryable).toBe(true);
        expect(["upstream_unavailable", "upstream_malformed"]).toContain(code);
      }
    }
    expect(valueOf(await ask()).records).toHaveLength(7);
  });
});

describe("F-48 an answer without an end", () => {
  async function failureTo(act: Act, bounds: typeof BOUNDS) {
    const upstream = await newUpstream({ faults: [{ on: "Users", act }] });
    const token = await tokenOf(upstream);
    return failureOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW, bounds));
  }

  it("ends by its size", async () => {
    const failure = await failureTo({ kind: "flood" }, BOUNDS);
    expect(failure).toMatchObject({ code: "upstream_too_large", retryable: false });
  });

  it("isn't begun where its length is told", async () => {
    const body = { Resources: [], padding: "x".repeat(2_000) };
    const failure = await failureTo(answers(200, body), { ...BOUNDS, bytes: 1_000 });
    expect(failure).toMatchObject({ code: "upstream_too_large", status: 200 });
  });

  it("ends by its time, however slowly it comes", async () => {
    const bounds = { ...BOUNDS, totalMs: 300 };
    const failure = await failureTo({ kind: "drip", everyMs: 20 }, bounds);
    expect(failure).toMatchObject({ code: "upstream_timeout", retryable: true });
  });

  it("ends where nothing more comes, long before its time", async () => {
    const bounds = { ...BOUNDS, idleMs: 50 };
    const failure = await failureTo({ kind: "drip", everyMs: 100_000 }, bounds);
    expect(failure).toMatchObject({ code: "upstream_timeout", retryable: true });
  });

  it("is waited for as long as something comes", async () => {
    const { connection } = await newUpstream({});
    const parts = [...Array.from({ length: 12 }, () => " "), "[]"];
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await scheduler.wait(40);
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    });
    const slow = () => Promise.resolve(new Response(body));
    const bounds = { ...BOUNDS, idleMs: 400 };
    const failure = failureOf(await fetchToken(connection, slow, NOW, bounds));
    // It was read to its end: there is nothing wrong but what it says.
    expect(failure.code).toBe("upstream_malformed");
  });

  it("ends where its headers don't come", async () => {
    const failure = await failureTo({ kind: "hang" }, { ...BOUNDS, headersMs: 200 });
    expect(failure).toMatchObject({ code: "upstream_timeout", retryable: true });
  });

  it("ends also where a fetcher doesn't heed the signal", async () => {
    const { connection } = await newUpstream({});
    const forever = () => new Promise<Response>(() => undefined);
    const bounds = { ...BOUNDS, headersMs: 50 };
    const failure = failureOf(await fetchToken(connection, forever, NOW, bounds));
    expect(failure).toMatchObject({ call: "token", code: "upstream_timeout" });
  });
});
