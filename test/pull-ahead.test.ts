/** The page that is asked for early is the one that comes next, or it is not looked at. */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { askedAhead, surelyNext, type Ahead } from "../src/sync/ahead.ts";
import { afterPage } from "../src/sync/run-reducer.ts";
import type { Got, UpstreamPage } from "../src/sync/upstream-page.ts";
import { facts, FIRST } from "./support/run-facts.ts";

const seed = inject("seed");

const pages = fc.array(
  fc.record({
    length: fc.nat({ max: 10 }),
    total: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
    nextCursor: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
    isFresh: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

it("is where the reducer goes on, wherever it does", () => {
  let foretold = 0;
  fc.assert(
    fc.property(pages, (story) => {
      let state = FIRST;
      for (const { isFresh, ...page } of story) {
        const next = surelyNext(state, page);
        state = afterPage(state, facts({ ...page, fresh: isFresh ? page.length : 0 }));
        if (state.deferring) return;
        if (next === undefined) continue;
        expect(state.at).toEqual(next);
        foretold++;
      }
    }),
    { seed, numRuns: 2_000 },
  );
  expect(foretold).toBeGreaterThan(500);
});

it("is not asked for where the list may be at its end", () => {
  expect(surelyNext(FIRST, { length: 10, total: 10, nextCursor: undefined })).toBeUndefined();
  expect(
    surelyNext(FIRST, { length: 10, total: undefined, nextCursor: undefined }),
  ).toBeUndefined();
  expect(surelyNext(FIRST, { length: 0, total: 10, nextCursor: undefined })).toBeUndefined();
  const later = { ...FIRST, at: { cursor: "a" }, pages: 1, total: 30, fetched: 10 };
  expect(surelyNext(later, { length: 10, total: 30, nextCursor: undefined })).toBeUndefined();
});

const got: Promise<Got<UpstreamPage>> = Promise.resolve({
  ok: true,
  value: { records: [], faults: [], length: 0, total: 0, nextCursor: undefined },
});

const AHEAD: Ahead = {
  runId: "run_1",
  step: 4,
  connection: "one upstream",
  request: { type: "User", at: { startIndex: 101 }, since: "2026-01-01T00:00:00Z" },
  got,
};

it("is taken by the step that it was asked for", () => {
  expect(askedAhead(AHEAD, { ...AHEAD, request: { ...AHEAD.request } })).toBe(got);
  expect(askedAhead(undefined, AHEAD)).toBeUndefined();
});

it.each<[string, Partial<Ahead>]>([
  ["run", { runId: "run_2" }],
  ["step", { step: 5 }],
  ["upstream", { connection: "another upstream" }],
  ["list", { request: { ...AHEAD.request, type: "Group" } }],
  ["place", { request: { ...AHEAD.request, at: { startIndex: 1 } } }],
  ["way of paging", { request: { ...AHEAD.request, at: { cursor: "101" } } }],
  ["filter", { request: { ...AHEAD.request, since: undefined } }],
])("is not looked at by another %s", (_what, other) => {
  expect(askedAhead(AHEAD, { ...AHEAD, ...other })).toBeUndefined();
});
