import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readPage, userPage } from "../../src/directory/list.ts";
import { positionOf, type Position } from "../../src/directory/order.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { USER } from "../../src/scim/schemas.ts";
import { resolveSort } from "../../src/scim/sort.ts";
import { insertSources, insertUsers, insertVisible, testId } from "../support/directory-rows.ts";
import { measure } from "../support/measure.ts";
import { filterOf, idsOf, read, SOURCE, userRow, userRows, WHOLE } from "../support/pages.ts";
import { Random } from "../support/random.ts";

describe("sorted pages", () => {
  beforeEach(async () => {
    await insertSources(env.DB, ["ds_one"]);
    await insertVisible(env.DB, "ds_one");
  });

  /** All pages by position, each by its own count. */
  async function walked(sortBy: string, descending: boolean, text?: string): Promise<unknown[]> {
    const ids: unknown[] = [];
    const [sort] = resolveSort(sortBy, descending, [USER]);
    let after: Position | undefined;
    for (let page = 0; page < 30; page++) {
      const query = {
        startIndex: 1,
        count: 1 + (page % 3),
        ...(sort && { sort }),
        ...(after && { after }),
        ...(text !== undefined && { filter: filterOf(text) }),
      };
      const { rows } = await read(userPage(SOURCE, query));
      const last = rows.at(-1);
      if (last === undefined) return ids;
      ids.push(...idsOf(rows));
      after = positionOf(last, { type: USER, scope: SOURCE }, sort);
    }
    throw new Error("The walk does not end");
  }

  it.each(["title", "active", "meta.created", "emails.type", "userName"])(
    "follow on each other by %s, in both directions, also behind a filter",
    async (sortBy) => {
      const random = new Random(7);
      const rows = userRows(20).map((row) => ({
        ...row,
        createdAt: random.below(3),
        attributes: {
          ...row.attributes,
          ...(random.chance(0.6) && { title: random.pick(["", "a", "B", "é", "10", "9"]) }),
          ...(random.chance(0.6) && { active: random.chance(0.5) }),
          emails: random.chance(0.5) ? [] : [{ value: "x@y", type: random.pick(["a", "b"]) }],
        },
      }));
      await insertUsers(env.DB, rows);
      for (const descending of [false, true]) {
        for (const text of [undefined, "active eq true", 'userName sw "user"']) {
          const [sort] = resolveSort(sortBy, descending, [USER]);
          const whole = { startIndex: 1, count: 100, ...(sort && { sort }) };
          const filter = text === undefined ? {} : { filter: filterOf(text) };
          const { rows: all, total } = await read(userPage(SOURCE, { ...whole, ...filter }));
          expect(total).toBe(all.length);
          expect(await walked(sortBy, descending, text)).toEqual(idsOf(all));
        }
      }
    },
  );

  it(`compare the first ${LIMITS.sortKeyLength} characters`, async () => {
    const long = (length: number, end: string) => "\u{10400}".repeat(length - 1) + end;
    const titles = [long(256, "b"), long(256, "a"), long(257, "b"), long(257, "a")];
    await insertUsers(
      env.DB,
      titles.map((title, number) => ({
        ...userRow(number),
        attributes: { ...userRow(number).attributes, title },
      })),
    );
    expect(await walked("title", false)).toEqual([1, 0, 2, 3].map(testId));
  });

  it("are served for 10,000 users and no more, without a look at them", async () => {
    await insertUsers(env.DB, userRows(300));
    const pretend = (n: number) =>
      env.DB.prepare("UPDATE counters SET n = ? WHERE name = 'users'").bind(n).run();
    const [sort] = resolveSort("userName", false, [USER]);
    const query = { startIndex: 1, count: 10, ...(sort && { sort }) };
    await pretend(10_000);
    expect((await read(userPage(SOURCE, query))).rowsRead).toBeLessThanOrEqual(300 * 3 + 20);
    await pretend(10_001);
    const { results, rowsRead } = await measure(userPage(SOURCE, query));
    expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
    expect(rowsRead).toBeLessThanOrEqual(5);
    // Where an index bounds what is sorted, the scope may be of any size.
    const filter = filterOf('emails.value eq "user7@example.com"');
    expect(await read(userPage(SOURCE, { ...query, filter }))).toMatchObject({ total: 1 });
    expect(await read(userPage(WHOLE, query))).toMatchObject({ total: 300 });
  });
});
