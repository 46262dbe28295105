/** Users newest first: who is on a page, and what it costs however many there are. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { userPage } from "../../src/directory/list.ts";
import {
  insertOrganizations,
  insertSources,
  insertUsers,
  insertVisible,
  ROOT,
  testId,
} from "../support/directory-rows.ts";
import { filterOf, idsOf, read, SOURCE, userRow, WHOLE } from "../support/pages.ts";

const ORGANIZATIONS = [1, 2, 3, 4].map((number) => testId(5_000_000 + number));

/** The numbers of the users, in the order of their coming, each with its organization. */
async function fill(places: readonly number[], visible: readonly number[]): Promise<void> {
  await insertSources(env.DB, ["ds_one"]);
  await insertOrganizations(env.DB, ORGANIZATIONS);
  await insertUsers(
    env.DB,
    places.map((place, number) => ({
      ...userRow(number),
      organizationId: ORGANIZATIONS[place] ?? ROOT,
    })),
  );
  await insertVisible(
    env.DB,
    "ds_one",
    visible.map((place) => ORGANIZATIONS[place] ?? ROOT),
  );
}

function expectedFrom(places: readonly number[], visible: readonly number[]): string[] {
  return places
    .flatMap((place, number) => (visible.includes(place) ? [testId(number)] : []))
    .reverse();
}

describe("users newest first", () => {
  it("come in that order, whatever the scope is and however pages are cut", async () => {
    const places = Array.from({ length: 900 }, (_, number) =>
      number < 600 ? number % 2 : 2 + (number % 2),
    );
    for (const visible of [[0], [0, 1], [2], [0, 3], [0, 1, 2, 3], [4]]) {
      await env.DB.exec("DELETE FROM users; DELETE FROM user_values; DELETE FROM counters");
      await env.DB.exec("DELETE FROM organizations WHERE parent_id IS NOT NULL");
      await env.DB.exec("DELETE FROM visible_orgs; DELETE FROM data_sources");
      await fill(places, visible);
      const expected = expectedFrom(places, visible);
      await fc.assert(
        fc.asyncProperty(fc.nat(950), fc.integer({ min: 1, max: 120 }), async (skip, count) => {
          const query = { startIndex: skip + 1, count, order: "newestOfEach" } as const;
          const { total, rows } = await read(userPage(SOURCE, query));
          const page = expected.slice(skip, skip + count);
          expect([total, idsOf(rows)]).toEqual([expected.length, page]);
          const near = await read(userPage(SOURCE, { ...query, order: "newest" }));
          expect(idsOf(near.rows)).toEqual(page.slice(0, near.rows.length));
          const last = rows.at(-1);
          if (last === undefined) return;
          const after = [last["seq"] ?? null];
          const next = await read(userPage(SOURCE, { ...query, after }));
          expect(idsOf(next.rows)).toEqual(expected.slice(skip + count, skip + 2 * count));
        }),
        { numRuns: 12 },
      );
    }
  });

  it("come so of the whole directory, and where a filter picks them", async () => {
    const places = [0, 0, 1, 1, 0];
    await fill(places, [0]);
    const query = { startIndex: 1, count: 10, order: "newest" } as const;
    expect(idsOf((await read(userPage(WHOLE, query))).rows)).toEqual(expectedFrom(places, [0, 1]));
    const filter = filterOf("title pr or userName pr");
    const found = await read(userPage(SOURCE, { ...query, filter }));
    expect([found.total, idsOf(found.rows)]).toEqual([3, expectedFrom(places, [0])]);
    const after = [found.rows[0]?.["seq"] ?? null];
    const rest = await read(userPage(SOURCE, { ...query, filter, after }));
    expect([rest.total, idsOf(rest.rows)]).toEqual([3, expectedFrom(places, [0]).slice(1)]);
  });

  it.each([
    ["all", [0, 1, 2, 3], 330],
    ["a quarter", [0], 1_050],
  ])("cost as much with ten times the users, where the scope has %s", async (_, visible, limit) => {
    const prices: number[] = [];
    for (const size of [1_000, 10_000]) {
      await env.DB.exec("DELETE FROM users; DELETE FROM user_values; DELETE FROM counters");
      await env.DB.exec("DELETE FROM organizations WHERE parent_id IS NOT NULL");
      await env.DB.exec("DELETE FROM visible_orgs; DELETE FROM data_sources");
      await fill(
        Array.from({ length: size }, (__, number) => number % 4),
        visible,
      );
      const query = { startIndex: 1, count: 100, order: "newest" } as const;
      const { rows, rowsRead } = await read(userPage(SOURCE, query));
      expect(rows).toHaveLength(100);
      prices.push(rowsRead);
    }
    const [small = 0, large = 0] = prices;
    expect(large - small).toBeLessThanOrEqual(5);
    expect(large).toBeLessThanOrEqual(limit);
  });

  it("cost as little for a source that sees none of the newest", async () => {
    const places = Array.from({ length: 6_000 }, (_, number) => (number < 3_000 ? 0 : 1));
    await fill(places, [0]);
    const query = { startIndex: 1, count: 100 };
    const near = await read(userPage(SOURCE, { ...query, order: "newest" }));
    expect([near.rows, near.rowsRead <= 1_300]).toEqual([[], true]);
    const { rows, rowsRead } = await read(userPage(SOURCE, { ...query, order: "newestOfEach" }));
    expect(idsOf(rows)).toEqual(expectedFrom(places, [0]).slice(0, 100));
    expect(rowsRead).toBeLessThanOrEqual(620);
  });
});
