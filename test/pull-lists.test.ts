/** What a run makes of the pages of a list, whatever the upstream does. Pure, so by the thousand. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { endingOf } from "../src/sync/run-ending.ts";
import { afterFailure, afterPage } from "../src/sync/run-reducer.ts";
import { NO_TALLIES } from "../src/sync/run.ts";
import { nextPhase } from "../src/sync/run-state.ts";
import { doubtsOf, facts, FIRST, OUTAGE, readAll } from "./support/run-facts.ts";

const seed = inject("seed");

describe("a list", () => {
  it("is believed when it has as many as it says, each of them once", () => {
    const state = readAll((n) => facts({ length: n < 3 ? 10 : 0 }));
    expect([state.pages, state.fetched, doubtsOf(state)]).toEqual([4, 30, []]);
  });

  it("F-54 is over without a further question after a page that is short", () => {
    const state = readAll((n) => facts({ total: 25, length: n < 2 ? 10 : 5 }));
    expect([state.pages, doubtsOf(state)]).toEqual([3, []]);
  });

  it("F-54 is over where a page after the last one is refused, or counts nobody", () => {
    let state = FIRST;
    for (const _ of [1, 2, 3]) state = afterPage(state, facts({}));
    expect(state.deferring).toBe(false);
    const refused = {
      ...OUTAGE,
      status: 404,
      code: "upstream_not_found",
      retryable: false,
    } as const;
    const after = afterFailure(state, refused, 0);
    expect(after).toMatchObject({ kind: "again", state: { deferring: true, doubts: [] } });
    for (const total of [0, undefined]) {
      const last = afterPage(state, facts({ length: 0, total }));
      expect([last.deferring, doubtsOf(last)]).toEqual([true, []]);
    }
  });

  it("F-54 is over where an upstream that doesn't page gives all of it again", () => {
    const state = readAll((n) => facts({ total: 10, fresh: n === 0 ? 10 : 0 }));
    expect([state.pages, doubtsOf(state)]).toEqual([2, []]);
  });

  it("F-54 is asked on where pages are shorter than asked for, and as long as each other", () => {
    const state = readAll((n) => facts({ asked: 100, total: 20, length: n < 3 ? 10 : 4 }));
    expect([state.pages, doubtsOf(state)]).toEqual([4, ["list_incomplete"]]);
  });

  it.each([
    ["F-53 that shrinks", (n: number) => facts({ total: n === 2 ? 29 : 30 }), "list_changed"],
    ["F-53 that grows", (n: number) => facts({ total: n === 2 ? 31 : 30 }), "list_changed"],
    ["F-54 that ends early", (n: number) => facts({ length: n < 2 ? 10 : 0 }), "list_incomplete"],
    [
      "F-54 that promises too little",
      (n: number) => facts({ total: 25, length: n < 5 ? 10 : 0 }),
      "list_incomplete",
    ],
    [
      "F-54 whose total is that of a page",
      (n: number) => facts({ total: 10, length: n < 5 ? 10 : 0 }),
      "list_incomplete",
    ],
    ["F-50 that repeats itself", (n: number) => facts({ fresh: n === 1 ? 0 : 10 }), "list_repeats"],
    ["F-52 that contradicts itself", () => facts({ contradicted: 1 }), "list_inconsistent"],
    ["F-58 with somebody without an id", () => facts({ nameless: 1 }), "record_without_id"],
  ])("%s is not believed", (_, page, code) => {
    const state = readAll(page);
    expect(doubtsOf(state)).toContain(code);
    const { phase } = nextPhase({ ...state, phase: "users" }, { kind: "full", hasGroups: false });
    expect(phase).toBe("done");
    expect(endingOf({ counts: NO_TALLIES, state }, undefined).status).toBe("partial");
  });

  it("F-54 without a total is read until a page is empty", () => {
    const state = readAll((n) => facts({ total: undefined, length: n < 4 ? 10 : 0 }));
    expect([state.pages, doubtsOf(state)]).toEqual([5, []]);
  });

  it("F-50 ends, however its cursors go in circles", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat({ max: 3 })), (stream) => {
        const fresh = stream[Symbol.iterator]();
        const state = readAll(() => {
          const length = 3;
          const { value = 0 } = fresh.next();
          return facts({
            total: undefined,
            length,
            fresh: Math.min(value, length),
            nextCursor: "c",
          });
        });
        expect(doubtsOf(state)).toContain("list_repeats");
      }),
      { seed, numRuns: 600 },
    );
  });
});
