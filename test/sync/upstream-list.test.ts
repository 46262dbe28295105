/** Pages of an upstream's lists, by both ways of paging, in both shapes, read with indulgence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { canonicalJson } from "../../src/sync/record-hash.ts";
import { fetchPage } from "../../src/sync/upstream-list.ts";
import type { UpstreamPage } from "../../src/sync/upstream-page.ts";
import { scaled } from "../support/scale.ts";
import {
  failureOf,
  fetcher,
  newUpstream,
  NOW,
  pagesOf,
  tokenOf,
  valueOf,
} from "../support/upstream.ts";
import { LOOPS } from "../../src/cli/upstream/script.ts";

const PEOPLE = { type: "User", at: { startIndex: 1 } } as const;
const idsIn = (pages: readonly UpstreamPage[]) =>
  pages.flatMap(({ records }) => records.map(({ externalId }) => externalId));

describe.each(["scim", "dialect"] as const)("lists in the shape %s", (shape) => {
  it.each(["startIndex", "cursor"] as const)("come whole by %s", async (paging) => {
    const upstream = await newUpstream({
      shape,
      paging,
      pageMax: 40,
      people: { count: 101 },
      organizations: { count: 12 },
      groups: { count: 3 },
    });
    for (const [type, count] of [
      ["Organization", 12],
      ["User", 101],
      ["Group", 3],
    ] as const) {
      const pages = await pagesOf(upstream, type, 10);
      expect(pages.map(({ length }) => length)).toEqual([
        ...Array.from({ length: Math.floor(count / 40) }, () => 40),
        count % 40,
      ]);
      expect(new Set(idsIn(pages)).size).toBe(count);
      expect(pages.map(({ total }) => total)).toEqual(pages.map(() => count));
      expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
    }
    const [first] = await pagesOf(upstream, "User", 1);
    expect(first?.records[0]).toMatchObject({ type: "User", organizations: [expect.any(String)] });
  });

  it("come with what was changed since, in the upstream's own words", async () => {
    const upstream = await newUpstream({ shape, people: { count: 20 } });
    const before = idsIn(await pagesOf(upstream, "User", 5));
    const [page] = await pagesOf(upstream, "User", 1);
    const times = (page?.records ?? []).map(({ lastModified = "" }) => lastModified);
    const since = times.toSorted().at(-1) ?? "";
    await upstream.change({ of: "Users", put: { every: 7, members: { title: "Head" } } });
    const token = await tokenOf(upstream);
    const asked = { ...PEOPLE, since };
    const changed = valueOf(await fetchPage(upstream.connection, token, asked, fetcher, NOW));
    expect(idsIn([changed]).toSorted()).toEqual(
      before.filter((id) => Number(id.split("-")[1]) % 7 === 0).toSorted(),
    );
  });
});

it("sends what the URL asks for already along, but for its own paging", async () => {
  const upstream = await newUpstream({ people: { count: 1 } });
  const query = "?tenant=a%20b&startIndex=9&count=7&cursor=x&&filter=title%20pr&flag";
  const userUrl = `${upstream.base}/Users${query}`;
  const connection = {
    ...upstream.connection,
    upstream: { ...upstream.connection.upstream, userUrl, pageSize: 50 },
  };
  const token = await tokenOf(upstream);
  const since = '2026-01-01T00:00:00+08:00" or "1" eq "1';
  for (const request of [
    PEOPLE,
    { ...PEOPLE, at: { cursor: "a+b/c=&d" } },
    { ...PEOPLE, at: { cursor: "" } },
    { ...PEOPLE, since },
  ]) {
    await fetchPage(connection, token, request, fetcher, NOW);
  }
  const asked = (await upstream.asked()).map(({ path }) => path);
  expect(asked.slice(1)).toEqual([
    "/Users?tenant=a%20b&filter=title%20pr&flag&startIndex=1&count=50",
    "/Users?tenant=a%20b&filter=title%20pr&flag&cursor=a%2Bb%2Fc%3D%26d&count=50",
    "/Users?tenant=a%20b&filter=title%20pr&flag&cursor=&count=50",
    `/Users?tenant=a%20b&flag&startIndex=1&count=50&filter=${encodeURIComponent(
      '(title pr) and meta.lastModified gt "2026-01-01T00:00:00+08:00\\" or \\"1\\" eq \\"1"',
    ).replaceAll("'", "%27")}`,
  ]);
});

it("shows the token to the lists, and says what it takes", async () => {
  const upstream = await newUpstream({ people: { count: 1 } });
  const token = await tokenOf(upstream);
  await pagesOf(upstream, "User", 1);
  const last = (await upstream.asked()).at(-1);
  expect(last?.headers["authorization"]).toMatch(/^Bearer [\w-]+$/);
  expect(last?.headers["accept"]).toContain("application/scim+json");
  await upstream.setFaults({ on: "Users", call: 2, act: { kind: "expire" } });
  valueOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
  const failure = failureOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
  expect(failure).toMatchObject({ call: "User", code: "upstream_auth_failed" });
  const next = await tokenOf(upstream);
  expect(valueOf(await fetchPage(upstream.connection, next, PEOPLE, fetcher, NOW)).length).toBe(1);
});

it("F-53 is told by its total and its people that it changed while it was read", async () => {
  const act = { kind: "change", of: "Users", remove: [0, 1, 2], add: 1 } as const;
  const faults = [{ on: "Users", call: 2, act }] as const;
  const upstream = await newUpstream({ pageMax: 10, people: { count: 30 }, faults });
  const pages = await pagesOf(upstream, "User", 9);
  expect(pages.map(({ total }) => total)).toEqual([30, 28, 28]);
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 8]);
  // Those who moved up a page were not seen, though they are there.
  for (const lost of ["person-10", "person-11", "person-12"]) {
    expect(idsIn(pages)).not.toContain(lost);
  }
});

describe("F-50 an upstream that goes round in circles", () => {
  it.each(LOOPS.flatMap((loop) => [[loop, "startIndex"] as const, [loop, "cursor"] as const]))(
    "is known by %s, paging by %s",
    async (loop, paging) => {
      const faults = [{ on: "Users", act: { kind: "loop", loop } }] as const;
      const upstream = await newUpstream({ paging, pageMax: 10, people: { count: 55 }, faults });
      const pages = await pagesOf(upstream, "User", 8);
      if (paging === "startIndex" && (loop === "sameCursor" || loop === "earlier")) {
        // There are no cursors to go wrong.
        expect(new Set(idsIn(pages)).size).toBe(55);
        return;
      }
      const again = pages.filter((page, index) => {
        const known = idsIn(pages.slice(0, index));
        return index > 0 && page.length > 0 && idsIn([page]).every((id) => known.includes(id));
      });
      expect(again.length).toBeGreaterThan(0);
      const contents = new Set(pages.map(({ records }) => canonicalJson(records)));
      expect(contents.size < pages.length).toBe(loop !== "changedAgain");
      const cursors = pages.flatMap(({ nextCursor }) => nextCursor ?? []);
      const isCursorAgain = new Set(cursors).size < cursors.length;
      const turns = paging === "cursor" && loop !== "changedAgain";
      expect(isCursorAgain).toBe(turns);
    },
  );
});

describe("F-54 a total", () => {
  const TOTALS: readonly (readonly [Json, number | undefined])[] = [
    [7, 7],
    ["7", 7],
    [" 7 ", 7],
    [0, 0],
    [null, undefined],
    [-1, undefined],
    [1.5, undefined],
    ["many", undefined],
    ["", undefined],
    [true, undefined],
    [{}, undefined],
    ["9999999999999999999", undefined],
  ];

  it("is told where it is a number", async () => {
    const faults = TOTALS.map(([totalResults], index) => ({
      on: "Users" as const,
      call: index + 1,
      act: { kind: "overlay" as const, members: { totalResults } },
    }));
    const upstream = await newUpstream({ people: { count: 3 }, faults });
    const token = await tokenOf(upstream);
    for (const [given, total] of TOTALS) {
      const page = valueOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
      expect([given, page.length, page.total]).toEqual([given, 3, total]);
    }
  });
});

it("F-48 is not a list of everything in one page", async () => {
  const body = { Resources: Array.from({ length: 50_001 }, () => 0) };
  const act = { kind: "answer", status: 200, body } as const;
  const upstream = await newUpstream({ faults: [{ on: "Users", act }] });
  const token = await tokenOf(upstream);
  const failure = failureOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
  expect(failure.code).toBe("upstream_too_large");
});

describe("what an upstream may do differently", () => {
  const RESOURCE = { id: "1", userName: "ann" };
  const rows: [name: string, body: JsonObject, length: number][] = [
    ["no schemas", { totalResults: 1, Resources: [RESOURCE] }, 1],
    ["a small r", { totalResults: 1, resources: [RESOURCE] }, 1],
    ["all in capitals", { TOTALRESULTS: "1", RESOURCES: [RESOURCE] }, 1],
    ["numbers as text", { totalResults: "1", startIndex: "1", Resources: [RESOURCE] }, 1],
    ["an errcode of none", { errcode: 0, errmsg: "ok", Resources: [RESOURCE] }, 1],
    ["the same as text", { errcode: "0", error: null, Resources: [RESOURCE] }, 1],
    ["nothing, and saying so", { totalResults: 0 }, 0],
    ["nothing, as text", { totalResults: "0", Resources: null }, 0],
    ["nothing on this page", { totalResults: 9, itemsPerPage: 0 }, 0],
    ["an empty list", { Resources: [] }, 0],
    ["an empty cursor", { Resources: [RESOURCE], nextCursor: "" }, 1],
  ];

  it("is understood", async () => {
    const faults = rows.map(([, body], index) => ({
      on: "Users" as const,
      call: index + 1,
      act: { kind: "answer" as const, status: 200, body },
    }));
    const upstream = await newUpstream({ faults });
    const token = await tokenOf(upstream);
    for (const [name, , length] of rows) {
      const page = valueOf(await fetchPage(upstream.connection, token, PEOPLE, fetcher, NOW));
      expect([name, page.length, page.records.length]).toEqual([name, length, length]);
      expect([name, page.nextCursor]).toEqual([name, undefined]);
    }
  });

  it("is also a byte order mark, or another type", async () => {
    for (const [type, before] of [
      ["application/scim+json; charset=utf-8", "\ufeff"],
      ["text/plain", ""],
      ["application/json;charset=UTF-8", " \n"],
    ] as const) {
      const body = `${before}{"totalResults":1,"Resources":[{"id":"1","userName":"Ünal 张"}]}`;
      const act = { kind: "answer", status: 200, headers: { "content-type": type }, body } as const;
      const upstream = await newUpstream({ faults: [{ on: "Users", act }] });
      const [page] = await pagesOf(upstream, "User", 1);
      expect(page?.records).toMatchObject([{ body: { userName: "Ünal 张" } }]);
    }
  });
});

describe("the text that is compared", () => {
  it("is of what the resources say, not of how they are written", () => {
    const one = [{ id: "1", a: { x: 1, y: [1, 2] } }];
    const same = [{ a: { y: [1, 2], x: 1 }, id: "1" }];
    expect(canonicalJson(one)).toBe(canonicalJson(same));
    const others = [[{ id: "1", a: { x: 1, y: [2, 1] } }], [{ id: 1 }], [], [{}], [[]], [null]];
    expect(new Set([one, ...others].map(canonicalJson)).size).toBe(others.length + 1);
  });

  it("is of JSON as everybody writes it, but for the order of names", () => {
    const json = fc.jsonValue({ stringUnit: "binary" });
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(JSON.parse(JSON.stringify(value)));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        const [plain] = [JSON.stringify(value)].filter((one) => !one.includes("{"));
        expect(text).toBe(plain ?? text);
      }),
      { numRuns: scaled(500), examples: [['"\\\u0000\u007f\u2028\ud800🔑'], [{ __proto__: 1 }]] },
    );
  });

  it("is not asked for where a resource has no bottom", async () => {
    const text = `{"Resources":[${"[".repeat(100_000)}${"]".repeat(100_000)},{"id":"1","userName":"ann"}]}`;
    const act = { kind: "answer", status: 200, body: text } as const;
    const [page] = await pagesOf(await newUpstream({ faults: [{ on: "Users", act }] }), "User", 1);
    expect(page).toMatchObject({ length: 2, records: [{ externalId: "1" }], faults: [{}] });
  });
});
