/** What a run makes of pages and failures, whatever the upstream does. Pure, so by the thousand. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { ORGANIZATION_LIMIT, USER_LIMIT, type Upstream } from "../src/sources/upstream.ts";
import type { Absent } from "../src/sync/missing-reads.ts";
import { judgeAbsence } from "../src/sync/missing-rules.ts";
import { endingOf } from "../src/sync/run-ending.ts";
import { afterFailure, afterPage, type PageFacts } from "../src/sync/run-reducer.ts";
import { NO_TALLIES } from "../src/sync/run.ts";
import { firstState, nextPhase, type RunState } from "../src/sync/run-state.ts";
import { Seen } from "../src/sync/seen.ts";
import type { UpstreamFailure } from "../src/sync/upstream-page.ts";

const failure: UpstreamFailure = {
  call: "User",
  code: "upstream_unavailable",
  status: 503,
  retryable: true,
  retryAfterSeconds: undefined,
  detail: "",
};

const seed = inject("seed");
const scale = inject("scale");

const FIRST = firstState("settings", { User: 0, Group: 0, Organization: 0 });
const doubtsOf = ({ doubts }: RunState) => doubts.map(({ code }) => code);

function facts(more: Partial<PageFacts>): PageFacts {
  const length = more.length ?? 10;
  return {
    length,
    total: 30,
    nextCursor: undefined,
    asked: 10,
    fresh: length,
    contradicted: 0,
    nameless: 0,
    newest: undefined,
    ...more,
  };
}

/** Reads until the list ends; `page` gives the facts of the nth page. */
function readAll(page: (n: number, state: RunState) => PageFacts): RunState {
  let state = FIRST;
  for (let n = 0; !state.deferring; n++) {
    expect(n).toBeLessThan(25_000);
    state = afterPage(state, page(n, state));
  }
  return state;
}

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
      ...failure,
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

describe("a call that fails", () => {
  it("F-45, F-46 is tried six times at most, later and later", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        let state = FIRST;
        const waits: number[] = [];
        for (;;) {
          const after = afterFailure(state, failure, random);
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
        const after = afterFailure(FIRST, { ...failure, retryAfterSeconds: seconds }, 0.5);
        expect(after).toMatchObject({ kind: "wait", ms: seconds * 1_000 });
      }),
      { seed, numRuns: 200 },
    );
  });

  it("F-43 for good isn't tried again", () => {
    const refused = {
      ...failure,
      call: "token",
      code: "upstream_auth_failed",
      retryable: false,
    } as const;
    expect(afterFailure(FIRST, refused, 0)).toEqual({ kind: "fail" });
  });

  it.each([400, 410])("(%i) because of a cursor begins its list anew, once", (status) => {
    const expired = { ...failure, status, code: "upstream_refused", retryable: false } as const;
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
    const after = afterFailure(filtered, { ...failure, code, retryable: false }, 0);
    expect(after).toMatchObject({
      kind: "again",
      state: { since: undefined, pages: 0, fetched: 0 },
    });
  });
});

const UPSTREAM = {
  deletionPolicy: "disable",
  userLimit: USER_LIMIT,
  organizationLimit: ORGANIZATION_LIMIT,
} as Upstream;

function absent(n: number, before: boolean): Absent {
  return {
    type: "User",
    seq: n,
    id: String(n),
    externalId: String(n),
    name: String(n),
    depth: 0,
    before,
  };
}

/** A run over an upstream that changes between any two pages; who is missing is asked for. */
function readWhileChanging(
  people: readonly number[],
  changes: readonly { readonly remove: number; readonly add: boolean }[],
): { state: RunState; gone: Set<string>; upstream: Set<number> } {
  const upstream = [...people];
  const seen = new Set<number>();
  const size = 5;
  let next = 1_000;
  const state = readAll((n, { at }) => {
    const change = changes[n];
    if (change !== undefined && n > 0) {
      upstream.splice(change.remove % Math.max(upstream.length, 1), 1);
      if (change.add) upstream.push(next++);
    }
    const from = "startIndex" in at ? at.startIndex - 1 : 0;
    const page = upstream.slice(from, from + size);
    const fresh = page.filter((id) => !seen.has(id)).length;
    for (const id of page) seen.add(id);
    return facts({ asked: size, length: page.length, total: upstream.length, fresh });
  });
  const there = new Set(upstream);
  const missing = people.filter((id) => !seen.has(id)).map((id) => absent(id, false));
  const asked = new Map(
    missing.map(({ id }) => [id, there.has(Number(id)) ? "seen" : "gone"] as const),
  );
  const users = { live: people.length, absent: missing };
  const judged = judgeAbsence(
    { users, organizations: { live: 0, absent: [] }, asked },
    { upstream: UPSTREAM, total: upstream.length, fresh: 0, left: 0 },
  );
  const believed = state.doubts.length === 0 && judged.held === undefined;
  return { state, upstream: there, gone: new Set(believed ? judged.gone.map(({ id }) => id) : []) };
}

describe("an upstream that changes while it is read", () => {
  it("F-53 has nobody removed who is in it", () => {
    const change = fc.record({ remove: fc.nat({ max: 60 }), add: fc.boolean() });
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.array(change, { maxLength: 12 }), (count, changes) => {
        const people = Array.from({ length: count }, (_, n) => n);
        const { gone, upstream } = readWhileChanging(people, changes);
        expect([...gone].filter((id) => upstream.has(Number(id)))).toEqual([]);
      }),
      { seed, numRuns: 2_000 * scale },
    );
  });
});

describe("those who are missing", () => {
  const judge = (missing: number, live: number, before = true) =>
    judgeAbsence(
      {
        users: { live, absent: Array.from({ length: missing }, (_, n) => absent(n, before)) },
        organizations: { live: 0, absent: [] },
        asked: new Map(),
      },
      { upstream: UPSTREAM, total: live, fresh: 0, left: 0 },
    );

  it("F-56 are held above the limit, and not at it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 20_000 }), (live) => {
        const limit = Math.floor(Math.max(5, Math.min(live / 10, 500)));
        expect(judge(limit, live).held).toBeUndefined();
        expect(judge(limit + 1, live).held).toBe("people_missing");
      }),
      { seed, numRuns: 500 },
    );
  });

  it("for the first time, and who can't be asked for, are only noted", () => {
    const { gone, doubtful } = judge(5, 100, false);
    expect([gone, doubtful.length]).toEqual([[], 5]);
  });

  it("F-55 are held, all of them, where the list is empty", () => {
    const judged = judgeAbsence(
      {
        users: { live: 3, absent: [absent(1, false), absent(2, false), absent(3, false)] },
        organizations: { live: 0, absent: [] },
        asked: new Map(),
      },
      { upstream: UPSTREAM, total: 0, fresh: 0, left: 0 },
    );
    expect([judged.held, judged.gone.length]).toEqual(["source_empty", 3]);
  });

  it("F-57 are held where most are gone and most are new", () => {
    const judged = judgeAbsence(
      {
        users: { live: 4, absent: [absent(1, false), absent(2, false)] },
        organizations: { live: 0, absent: [] },
        asked: new Map(),
      },
      { upstream: UPSTREAM, total: 4, fresh: 2, left: 0 },
    );
    expect(judged.held).toBe("source_replaced");
  });
});

describe("what a run has seen", () => {
  const storage = () => {
    const kept = new Map<string, unknown>();
    return {
      get: <T>(key: string) => kept.get(key) as T | undefined,
      put: (key: string, value: unknown) => void kept.set(key, value),
      delete: (key: string) => kept.delete(key),
      list: <T>() => kept.entries() as IterableIterator<[string, T]>,
    };
  };

  it("is every row that was added, and no other", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 50_000 })),
        fc.nat({ max: 50_000 }),
        (rows, other) => {
          const seen = new Seen(storage(), "run");
          for (const [index, seq] of rows.entries()) seen.add("User", [seq], index + 1);
          expect(rows.every((seq) => seen.has("User", seq))).toBe(true);
          expect(seen.has("User", other)).toBe(rows.includes(other));
          expect(seen.has("Organization", rows[0] ?? 0)).toBe(false);
          expect([seen.isWhole(rows.length), seen.isWhole(rows.length + 1)]).toEqual([true, false]);
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  it("of a step that is taken again counts as new once more", () => {
    const seen = new Seen(storage(), "run");
    seen.add("User", [1, 2], 1);
    seen.add("User", [2, 3], 2);
    expect([1, 2, 3].map((seq) => seen.hadBefore("User", seq, 2))).toEqual([true, true, false]);
    expect([1, 2, 3].map((seq) => seen.hadBefore("User", seq, 3))).toEqual([true, true, true]);
  });
});
