/** What the second dialect costs the database: what SCIM does, and as much with many as with few. */
import { describe, expect, it } from "vitest";
import type { Answer } from "../support/client.ts";
import { bulkSource } from "../support/bulk-source.ts";
import { ask, list, newUserBody } from "../support/dialect.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { idAt, idsOf } from "../support/scim.ts";

interface Cost {
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

type Costs = Readonly<Record<string, Cost>>;

async function costOf(run: () => Promise<Answer>, status = 200): Promise<Cost> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  expect(answer.status, answer.text.slice(0, 500)).toBe(status);
  return { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

async function costsWith(size: number): Promise<Costs> {
  const { source, spare } = await bulkSource(size);
  const path = spare(0);
  await ask(source, "GET", path);
  await ask(source, "PUT", path, { displayName: "warm" });
  // Until the isolate knows what the directory does with passwords.
  await ask(source, "POST", "/Users", newUserBody({ userName: "warm" }));
  const change = { displayName: "changed" };
  const page = async (startIndex: number) => {
    const answer = await list(source, "/Users", { startIndex: String(startIndex), count: "100" });
    expect(idsOf(answer)).toHaveLength(100);
    return answer;
  };
  return {
    get: await costOf(() => ask(source, "GET", path)),
    page: await costOf(() => page(1)),
    nextPage: await costOf(() => page(101)),
    find: await costOf(() => list(source, "/Users", { filter: `userName eq "nobody"` })),
    create: await costOf(
      () => ask(source, "POST", "/Users", newUserBody({ emails: [{ value: "new@one.test" }] })),
      201,
    ),
    change: await costOf(() => ask(source, "PUT", path, change)),
    same: await costOf(() => ask(source, "PUT", path, change)),
    remove: await costOf(() => ask(source, "DELETE", `/Users/${idAt(spare(1))}`), 204),
  };
}

const LIMITS: Costs = {
  get: { trips: 1, read: 16, written: 0 },
  // Groups and organizations come in a batch of their own: two rows for each membership, of which
  // the newest of few have three and the newest of many one.
  page: { trips: 2, read: 1_010, written: 0 },
  nextPage: { trips: 2, read: 1_310, written: 0 },
  find: { trips: 1, read: 10, written: 0 },
  create: { trips: 2, read: 24, written: 18 },
  change: { trips: 2, read: 20, written: 8 },
  same: { trips: 1, read: 14, written: 0 },
  remove: { trips: 2, read: 24, written: 18 },
};

const costs: { few: Costs; many: Costs } = { few: {}, many: {} };

describe("the second dialect", { timeout: 120_000 }, () => {
  it("is measured with a thousand users", async () => {
    costs.few = await costsWith(1_000);
    expect(Object.keys(costs.few)).toEqual(Object.keys(LIMITS));
  });

  it("is measured with twenty thousand", async () => {
    costs.many = await costsWith(20_000);
    expect(Object.keys(costs.many)).toEqual(Object.keys(LIMITS));
  });

  it("costs as much with few as with many, and no more than it may", () => {
    const { page: _few, nextPage: _nextOfFew, ...few } = costs.few;
    const { page: _many, nextPage: _nextOfMany, ...many } = costs.many;
    expect(many).toEqual(few);
    const all = [...Object.entries(costs.few), ...Object.entries(costs.many)];
    const over = all.filter(([name, cost]) => {
      const { trips = 0, read = 0, written = 0 } = LIMITS[name] ?? {};
      return cost.trips > trips || cost.read > read || cost.written > written;
    });
    expect(over, JSON.stringify(over)).toEqual([]);
  });
});
