/** What a run remembers of whom it has seen. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { Seen } from "../src/sync/seen.ts";

const seed = inject("seed");

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
          for (const [index, seq] of rows.entries()) {
            seen.add("User", [seq], { step: index + 1, since: index });
          }
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
    seen.add("User", [1, 2], { step: 1, since: 0 });
    seen.add("User", [2, 3], { step: 2, since: 1 });
    expect([1, 2, 3].map((seq) => seen.hadBefore("User", seq, 2))).toEqual([true, true, false]);
    expect([1, 2, 3].map((seq) => seen.hadBefore("User", seq, 3))).toEqual([true, true, true]);
  });

  it("of one step may be told in parts", () => {
    const seen = new Seen(storage(), "run");
    seen.add("User", [1], { step: 1, since: 0 });
    seen.add("User", [2], { step: 1, since: 0 });
    expect([1, 2].map((seq) => seen.hadBefore("User", seq, 1))).toEqual([false, false]);
    expect([1, 2].map((seq) => seen.hadBefore("User", seq, 2))).toEqual([true, true]);
  });

  it("is not whole again, once it was lost, by what is seen later", () => {
    const seen = new Seen(storage(), "run");
    seen.add("User", [3], { step: 3, since: 2 });
    seen.add("User", [4], { step: 4, since: 3 });
    expect([seen.isWhole(2), seen.isWhole(4)]).toEqual([false, false]);
  });
});
