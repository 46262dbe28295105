/** F-50 Upstreams that go in circles, page by page as the real one gives them, on the reducer alone. */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { listPage } from "../src/cli/upstream/lists.ts";
import { LOOPS, type Loop } from "../src/cli/upstream/script.ts";
import { newWorld } from "../src/cli/upstream/world.ts";
import { isObject, type Json } from "../src/scim/json.ts";
import type { RunState } from "../src/sync/run-state.ts";
import { doubtsOf, facts, readAll } from "./support/run-facts.ts";

const seed = inject("seed");
const scale = inject("scale");

interface Circling {
  readonly count: number;
  readonly asked: number;
  readonly pageMax: number;
  readonly paging: "startIndex" | "cursor";
  readonly shape: "scim" | "dialect";
}

const circling = fc.record({
  count: fc.nat({ max: 40 }),
  asked: fc.integer({ min: 1, max: 9 }),
  pageMax: fc.integer({ min: 1, max: 9 }),
  paging: fc.constantFrom("startIndex", "cursor"),
  shape: fc.constantFrom("scim", "dialect"),
} as const);

const resourcesIn = (list: Json | undefined): Json[] => (Array.isArray(list) ? list : []);

/** The list as a run reads it, and the ids that it came by. */
function readIn(loop: Loop, { count, asked, ...script }: Circling) {
  const world = newWorld({ ...script, people: { count } });
  const seen = new Map<string, string>();
  const state = readAll((_, { at }: RunState) => {
    const query = new URLSearchParams({
      count: String(asked),
      ...("cursor" in at ? { cursor: at.cursor } : { startIndex: String(at.startIndex) }),
    });
    const { body } = listPage(world, "Users", query, loop);
    const records = resourcesIn(body["Resources"]).filter((one) => isObject(one));
    const known = records.map((one) => seen.get(JSON.stringify(one["id"])));
    const texts = records.map((one) => JSON.stringify(one));
    for (const [n, one] of records.entries()) seen.set(JSON.stringify(one["id"]), texts[n] ?? "");
    return facts({
      asked,
      length: records.length,
      total: Number(body["totalResults"]),
      nextCursor: typeof body["nextCursor"] === "string" ? body["nextCursor"] : undefined,
      fresh: known.filter((text) => text === undefined).length,
      contradicted: known.filter((text, n) => text !== undefined && text !== texts[n]).length,
    });
  });
  return { state, seen };
}

it.each(LOOPS)("F-50 comes out of %s, and believes only a list that it has all of", (loop) => {
  let doubted = 0;
  fc.assert(
    fc.property(circling, (upstream) => {
      const { state, seen } = readIn(loop, upstream);
      const { count, asked, pageMax } = upstream;
      const pages = Math.ceil(count / Math.min(asked, pageMax));
      // Of nobody there may be a hundred pages more.
      expect(state.pages).toBeLessThanOrEqual(2 * pages + (count === 0 ? 101 : 3));
      if (state.doubts.length === 0) expect(seen.size).toBe(count);
      else doubted++;
    }),
    { seed, numRuns: 100 * scale },
  );
  expect(doubted).toBeGreaterThan(0);
  expect(LOOPS).toHaveLength(6);
});

it("F-50 reads on over pages of nobody, and not for ever", () => {
  const nobody = facts({ length: 0, total: undefined, nextCursor: "next" });
  const somebody = facts({ length: 1, total: undefined });
  const after = (empty: number) => readAll((n) => (n < empty ? nobody : somebody));
  expect([after(100).distinct, doubtsOf(after(100))]).toEqual([1, []]);
  expect([after(101).distinct, doubtsOf(after(101))]).toEqual([0, ["list_repeats"]]);
});

it("F-50 believes the same upstreams when they go straight on", () => {
  fc.assert(
    fc.property(circling, (upstream) => {
      const { pageMax, asked } = upstream;
      const { state, seen } = readIn("sameCursor", {
        ...upstream,
        paging: "startIndex",
        pageMax: Math.max(pageMax, asked),
      });
      expect([doubtsOf(state), seen.size]).toEqual([[], upstream.count]);
    }),
    { seed, numRuns: 100 },
  );
});
