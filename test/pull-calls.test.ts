/** What a run makes of a call that fails. Pure. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { afterFailure, afterPage } from "../src/sync/run-reducer.ts";
import { doubtsOf, facts, FIRST, OUTAGE } from "./support/run-facts.ts";

const seed = inject("seed");

describe("a call that fails", () => {
  it("F-45, F-46 is tried six times at most, later and later", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        let state = FIRST;
        const waits: number[] = [];
        for (;;) {
          const after = afterFailure(state, OUTAGE, random);
          if (after.kind === "fail") break;
          if (after.kind === "wait") waits.push(after.ms);
          ({ state } = after);
        }
        expect(waits).toHaveLength(5);
        expect(waits).toEqual([...waits].sort((a, b) => a - b));
        expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it("F-45 waits as long as it is asked to", () => {
    fc.assert(
      fc.property(fc.nat({ max: 900 }), (seconds) => {
        const after = afterFailure(FIRST, { ...OUTAGE, retryAfterSeconds: seconds }, 0.5);
        expect(after).toMatchObject({ kind: "wait", ms: seconds * 1_000 });
      }),
      { seed, numRuns: 200 },
    );
  });

  it("F-43 for good isn't tried again", () => {
    const refused = {
      ...OUTAGE,
      call: "token",
      code: "upstream_auth_failed",
      retryable: false,
    } as const;
    expect(afterFailure(FIRST, refused, 0)).toEqual({ kind: "fail" });
  });

  it.each([400, 410])("(%i) because of a cursor begins its list anew, once", (status) => {
    const expired = { ...OUTAGE, status, code: "upstream_refused", retryable: false } as const;
    const third = { ...FIRST, at: { cursor: "c" }, pages: 2, fetched: 20, distinct: 20 };
    const after = afterFailure(third, expired, 0);
    if (after.kind !== "again") throw new Error(after.kind);
    expect(after.state).toMatchObject({ at: { startIndex: 1 }, pages: 0, fetched: 0 });
    let { state } = after;
    for (const fresh of [0, 0, 10]) state = afterPage(state, facts({ fresh, nextCursor: "d" }));
    expect([state.deferring, doubtsOf(state)]).toEqual([false, ["upstream_cursor_expired"]]);
    expect(afterFailure(state, expired, 0)).toEqual({ kind: "fail" });
    expect(doubtsOf(afterPage(state, facts({ fresh: 0, nextCursor: "e" })))).toContain(
      "list_repeats",
    );
    expect(afterFailure({ ...third, at: { startIndex: 21 } }, expired, 0).kind).toBe("fail");
  });

  it("because of its filter is asked again without one, from the beginning", () => {
    const code = "upstream_filter_refused";
    const filtered = { ...FIRST, since: "2026-01-01T00:00:00Z", pages: 2, fetched: 20 };
    const after = afterFailure(filtered, { ...OUTAGE, code, retryable: false }, 0);
    expect(after).toMatchObject({
      kind: "again",
      state: { since: undefined, pages: 0, fetched: 0 },
    });
  });
});
