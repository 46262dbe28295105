/** What a run makes of those who are missing. Pure. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { ORGANIZATION_LIMIT, USER_LIMIT, type Upstream } from "../src/sources/upstream.ts";
import type { Absent } from "../src/sync/missing-reads.ts";
import { judgeAbsence } from "../src/sync/missing-rules.ts";
import type { RunState } from "../src/sync/run-state.ts";
import { facts, readAll } from "./support/run-facts.ts";

const seed = inject("seed");
const scale = inject("scale");

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

interface Changed {
  readonly state: RunState;
  /** Whom it would remove, those who are missing asked for by their ids. */
  readonly gone: ReadonlySet<string>;
  /** The upstream when it was read. */
  readonly upstream: ReadonlySet<number>;
  readonly seen: ReadonlySet<number>;
  /** How many there were to be, and were in the upstream at any time. */
  readonly told: number;
}

/** A run over an upstream that changes between any two pages. */
function readWhileChanging(
  people: readonly number[],
  changes: readonly { readonly remove: number; readonly add: boolean }[],
): Changed {
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
  const gone = new Set(believed ? judged.gone.map(({ id }) => id) : []);
  return { state, gone, upstream: there, seen, told: people.length };
}

describe("an upstream that changes while it is read", () => {
  it("F-53 has nobody removed who is in it", () => {
    let [whole, doubted] = [0, 0];
    const change = fc.record({ remove: fc.nat({ max: 60 }), add: fc.boolean() });
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.array(change, { maxLength: 12 }), (count, changes) => {
        const people = Array.from({ length: count }, (_, n) => n);
        const { gone, upstream, seen, told, state } = readWhileChanging(people, changes);
        expect([...gone].filter((id) => upstream.has(Number(id)))).toEqual([]);
        // Not even asked for is anybody where the list had not as many as it said.
        const isWhole = seen.size === told;
        if (!isWhole) expect(state.doubts).not.toEqual([]);
        if (isWhole) whole++;
        else doubted++;
      }),
      { seed, numRuns: 2_000 * scale },
    );
    expect(Math.min(whole, doubted)).toBeGreaterThan(100 * scale);
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

  const NO_LIMIT = { least: 1_000_000, percent: 100, most: 1_000_000 };
  const people = (count: number) => Array.from({ length: count }, (_, n) => absent(n, false));
  const UNLIMITED = { ...UPSTREAM, userLimit: NO_LIMIT, organizationLimit: NO_LIMIT };

  it("F-55 are held, all of them, where the list is empty, whatever the limits are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.boolean(), (live, isLimited) => {
        const users = { live, absent: people(live) };
        // Nobody answers to an id either: an upstream that has lost everything says the same.
        const asked = new Map(users.absent.map(({ id }) => [id, "gone"] as const));
        const judged = judgeAbsence(
          { users, organizations: { live: 0, absent: [] }, asked },
          { upstream: isLimited ? UPSTREAM : UNLIMITED, total: 0, fresh: 0, left: 0 },
        );
        expect([judged.held, judged.gone.length]).toEqual(["source_empty", live]);
      }),
      { seed, numRuns: 200 },
    );
  });

  it("F-57 are held where half are gone and half are new, and not a person before", () => {
    const counts = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.nat({ max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat({ max: 60 }),
    );
    fc.assert(
      fc.property(counts, ([live, away, total, added]) => {
        const [gone, fresh] = [Math.min(away, live), Math.min(added, total)];
        const users = { live, absent: people(gone) };
        const asked = new Map(users.absent.map(({ id }) => [id, "gone"] as const));
        const judged = judgeAbsence(
          { users, organizations: { live: 0, absent: [] }, asked },
          { upstream: UNLIMITED, total, fresh, left: 0 },
        );
        const isOther = gone > 0 && gone * 2 >= live && fresh > 0 && fresh * 2 >= total;
        expect(judged.held).toBe(isOther ? "source_replaced" : undefined);
        expect(judged.gone).toHaveLength(gone);
      }),
      { seed, numRuns: 500 },
    );
  });

  it("F-64 are organizations as well: above their limit they are held, at it they go bottom up", () => {
    const place = (n: number): Absent => ({
      ...absent(n, true),
      type: "Organization",
      depth: n % 5,
    });
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 5_000 }), (live) => {
        const limit = Math.floor(Math.max(3, live / 10));
        const judgePlaces = (missing: number) =>
          judgeAbsence(
            {
              users: { live: 10, absent: [absent(1_000_000, true)] },
              organizations: { live, absent: Array.from({ length: missing }, (_, n) => place(n)) },
              asked: new Map(),
            },
            { upstream: UPSTREAM, total: 9, fresh: 0, left: 0 },
          );
        const { gone, held } = judgePlaces(limit);
        expect([held, gone.length]).toEqual([undefined, limit + 1]);
        const depths = gone.slice(1).map(({ depth }) => depth);
        expect(depths).toEqual(depths.toSorted((a, b) => b - a));
        expect(judgePlaces(limit + 1).held).toBe("organizations_missing");
      }),
      { seed, numRuns: 200 },
    );
  });
});
