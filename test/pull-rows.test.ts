/** Rows of what can go wrong with a pull, tried by the hundred on the functions that decide them. */
import fc from "fast-check";
import { globSync, readFileSync } from "node:fs";
import { expect, inject, it } from "vitest";
import { nextRunAt } from "../src/sources/schedule-times.ts";
import { readyOf } from "../src/sync/pull-deferred.ts";
import { afterFailure, afterPage, type PageFacts } from "../src/sync/run-reducer.ts";
import { runState, type RunState } from "../src/sync/run-state.ts";
import type { UpstreamOrganization } from "../src/sync/upstream-page.ts";
import { FIRST, OUTAGE } from "./support/run-facts.ts";

const seed = inject("seed");

const page = fc.record({
  length: fc.nat({ max: 5 }),
  total: fc.option(fc.nat({ max: 30 }), { nil: undefined }),
  isFresh: fc.boolean(),
  hasCursor: fc.boolean(),
  newest: fc.constantFrom(undefined, "2026-01-01T00:00:00Z", "1926-01-01T00:00:00Z", "never"),
});

interface Read {
  readonly length: number;
  readonly total: number | undefined;
  readonly isFresh: boolean;
  readonly hasCursor: boolean;
  readonly newest: string | undefined;
}

function factsOf({ length, total, isFresh, hasCursor, newest }: Read): PageFacts {
  return {
    length,
    total,
    asked: 5,
    nextCursor: hasCursor ? "next" : undefined,
    fresh: isFresh ? length : 0,
    contradicted: 0,
    nameless: 0,
    newest,
  };
}

/** As the run's row keeps it. */
const kept = (state: RunState): RunState => runState.parse(JSON.parse(JSON.stringify(state)));

it("F-42 goes on from what was kept as if nothing had been lost", () => {
  fc.assert(
    fc.property(fc.array(page, { minLength: 1, maxLength: 30 }), (pages) => {
      let [whole, resumed] = [FIRST, FIRST];
      for (const one of pages) {
        if (whole.deferring) break;
        whole = afterPage(whole, factsOf(one));
        resumed = kept(afterPage(kept(resumed), factsOf(one)));
      }
      expect(resumed).toEqual(kept(whole));
    }),
    { seed, numRuns: 500 },
  );
});

it("F-40 counts the next window from now, however many were missed", () => {
  const timing = {
    schedule: { kind: "every", minutes: 60 },
    scheduledKind: "full",
    fullAt: null,
  } as const;
  for (let missed = 1; missed <= 50; missed++) {
    const now = Date.UTC(2026, 0, 1) + missed * 3_600_000 + 1;
    expect(nextRunAt(timing, now)).toEqual({ at: now + 3_600_000, kind: "full" });
  }
});

it("F-46 asks for the same page again after an outage, and gives it up after six in a row", () => {
  const story = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(story, fc.double({ min: 0, max: 0.999, noNaN: true }), (outages, random) => {
      let state = FIRST;
      for (const times of outages) {
        const before = state;
        for (let n = 1; n <= times; n++) {
          const after = afterFailure(state, OUTAGE, random);
          expect(after.kind).toBe(n < 6 ? "wait" : "fail");
          if (after.kind === "fail") return;
          ({ state } = after);
          expect({ ...state, tries: 0 }).toEqual({ ...before, tries: 0 });
        }
        state = afterPage(
          state,
          factsOf({ length: 1, total: 30, isFresh: true, hasCursor: false, newest: undefined }),
        );
        expect([state.tries, state.doubts]).toEqual([0, []]);
      }
    }),
    { seed, numRuns: 1_000 },
  );
});

/** A list of so many, in pages of ten, of which the first says another number. */
function readLying(count: number, told: number): RunState {
  let state = FIRST;
  for (let read = 0; !state.deferring;) {
    const length = Math.min(10, count - read);
    read += length;
    state = afterPage(state, {
      ...factsOf({ length, total: told, isFresh: true, hasCursor: false, newest: undefined }),
    });
  }
  return state;
}

it("F-54 believes a number only when as many came", () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.nat({ max: 90 }), (count, told) => {
      const { doubts, distinct } = readLying(count, told);
      expect(doubts.length === 0).toBe(distinct === told);
      if (told > count) expect(doubts.map(({ code }) => code)).toEqual(["list_incomplete"]);
    }),
    { seed, numRuns: 500 },
  );
});

it("F-62, F-63 places every organization once, whatever they say is above them", () => {
  const parents = fc.integer({ min: 1, max: 200 }).chain((size) =>
    fc.array(fc.option(fc.nat({ max: size }), { nil: undefined }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(parents, (above) => {
      let waiting = above.map((parent, n): UpstreamOrganization => ({
        type: "Organization",
        externalId: String(n),
        body: {},
        parent: parent === undefined ? undefined : String(parent),
        lastModified: undefined,
      }));
      const organizations = new Map<string, string>();
      const context = { organizations, known: new Map(), source: { targetId: "target" } };
      for (let steps = 0; waiting.length > 0; steps++) {
        expect(steps).toBeLessThanOrEqual(above.length);
        const { records } = readyOf(waiting, context as unknown as Parameters<typeof readyOf>[1]);
        expect(records.length).toBeGreaterThan(0);
        const placed = new Set(records.map(({ externalId }) => externalId));
        waiting = waiting.filter(({ externalId }) => !placed.has(externalId));
        for (const id of placed) organizations.set(id, id);
      }
      expect(organizations.size).toBe(above.length);
    }),
    { seed, numRuns: 5_000 },
  );
});

it("F-65 keeps no more of a long list than of a short one", () => {
  let state = FIRST;
  for (let n = 0; n < 2_000; n++) {
    state = afterPage(
      state,
      factsOf({ length: 50, total: 100_000, isFresh: true, hasCursor: false, newest: undefined }),
    );
  }
  expect([state.fetched, state.doubts]).toEqual([100_000, []]);
  expect(JSON.stringify(state).length).toBeLessThan(1_000);
});

it("F-66 takes the upstream's times for labels: the latest is kept, and what is none is not", () => {
  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom(undefined, "", "never", "2026-02-30T25:61:61Z"),
  );
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 10 }), (times) => {
      let state = FIRST;
      for (const newest of times) {
        state = afterPage(
          state,
          factsOf({ length: 1, total: 99, isFresh: true, hasCursor: false, newest }),
        );
      }
      const real = times.map((one) => Date.parse(one ?? "")).filter((one) => !Number.isNaN(one));
      const first = times.find((one) => one !== undefined);
      // One that is no time stays only as long as no other has come before it.
      if (first !== undefined && !Number.isNaN(Date.parse(first))) {
        expect(Date.parse(state.newest ?? "")).toBe(Math.max(...real));
      }
      expect(state.at).toEqual({ startIndex: 1 + times.length });
    }),
    { seed, numRuns: 1_000 },
  );
});

const ROWS = Array.from({ length: 27 }, (_, n) => `F-${40 + n}`);
/** Names of tests, those in the rows of an `each` included. */
const NAMED = /(?<!\bdescribe)(?:[([,:]|=>)\s*["'`]((?:F-\d\d(?:, | )?)+)/g;

/** The rows that tests of these files are named after. */
const namedIn = (glob: string): Set<string> =>
  new Set(
    globSync(glob)
      .map((file) => readFileSync(file, "utf8"))
      .flatMap((text) => [...text.matchAll(NAMED)])
      .flatMap(([, rows = ""]) => rows.match(/F-\d\d/g) ?? []),
  );

it("has a test for each row, of the whole run too", () => {
  const whole = namedIn("test/sync/{rows-*,changing}.test.ts");
  expect(ROWS.filter((row) => !whole.has(row))).toEqual([]);
  const pure = namedIn("test/pull-*.test.ts");
  // Which of two starts is the first one is for the database to say.
  expect(ROWS.filter((row) => row !== "F-41" && !pure.has(row))).toEqual([]);
});
