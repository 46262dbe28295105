import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readRows, userPage, userPageAfter } from "../../src/directory/list.ts";
import type { Scope } from "../../src/directory/scope.ts";
import {
  DIRECTORY,
  insertOrganizations,
  insertSources,
  insertUsers,
  insertVisible,
  ROOT,
  testId,
} from "../support/directory-rows.ts";
import { measure } from "../support/measure.ts";
import {
  FIRST,
  filterOf,
  idsOf,
  read,
  SOURCE,
  userRow,
  userRows,
  WHOLE,
} from "../support/pages.ts";

describe("the list of a source", () => {
  // "org aa" is not visible; in order it would stand between the others.
  beforeEach(async () => {
    await insertOrganizations(env.DB, ["org b", "org a", "org aa"]);
    const places = ["org b", "org a", "org aa", "org a"];
    await insertUsers(env.DB, [
      ...userRows(12).map((row, number) => ({
        ...row,
        organizationId: places[number % 4] ?? ROOT,
      })),
      { ...userRow(12), organizationId: "org a", deletedAt: 1 },
      { ...userRow(13), organizationId: "org elsewhere", directoryId: "elsewhere" },
    ]);
    await insertVisible(env.DB, "ds_one", ["org b", "org a"]);
    await insertVisible(env.DB, "ds_two", [ROOT]);
    await insertSources(env.DB, ["ds_one", "ds_two"]);
  });

  const order = [1, 3, 5, 7, 9, 11, 0, 4, 8].map(testId);

  it("has the live users of the visible organizations, organization by organization", async () => {
    const { total, rows } = await read(userPage(SOURCE, FIRST));
    expect(total).toBe(9);
    expect(idsOf(rows)).toEqual(order);
    expect(rows[0]).toMatchObject({ seq: 2, organization_id: "org a", version: 1 });
  });

  it.each([undefined, 'userName sw "user"', 'meta.lastModified gt "2000-01-01T00:00:00Z"'])(
    "is cut into pages (filter: %s)",
    async (text) => {
      const filter = text === undefined ? {} : { filter: filterOf(text) };
      for (const [startIndex, count, ids] of [
        [1, 4, order.slice(0, 4)],
        [5, 4, order.slice(4, 8)],
        [9, 4, order.slice(8)],
        [10, 4, []],
        [1, 0, []],
        [0, 1, order.slice(0, 1)],
      ] as const) {
        const { total, rows } = await read(userPage(SOURCE, { ...filter, startIndex, count }));
        expect([total, idsOf(rows)]).toEqual([9, ids]);
      }
    },
  );

  it("is empty for a source that sees nothing", async () => {
    const scope: Scope = { directoryId: DIRECTORY, sourceId: "ds_two" };
    expect(await read(userPage(scope, FIRST))).toMatchObject({ total: 0, rows: [] });
    const filter = filterOf("userName pr");
    expect(await read(userPage(scope, { ...FIRST, filter }))).toMatchObject({ total: 0, rows: [] });
  });

  it.each([
    `id eq "${testId(2)}"`,
    'userName eq "user2@example.com"',
    'externalId eq "E2"',
    'emails.value eq "user2@example.com"',
    'phoneNumbers.value eq "+49 2"',
  ])("does not show what is hidden to those who know %s", async (text) => {
    const filter = filterOf(text);
    expect(await read(userPage(SOURCE, { ...FIRST, filter }))).toMatchObject({
      total: 0,
      rows: [],
    });
    expect(await read(userPage(WHOLE, { ...FIRST, filter }))).toMatchObject({ total: 1 });
  });

  it("refuses to skip more than 200,000", async () => {
    expect(() => userPage(SOURCE, { startIndex: 200_002, count: 1 })).toThrow(
      expect.objectContaining({ scimType: "tooMany" }),
    );
    expect(await read(userPage(SOURCE, { startIndex: 200_001, count: 1 }))).toMatchObject({
      total: 9,
    });
  });
});

describe("the list of a directory", () => {
  beforeEach(async () => {
    await insertOrganizations(env.DB, ["org a"]);
    await insertUsers(env.DB, [
      ...userRows(10).map((row, number) => ({
        ...row,
        organizationId: number % 3 === 0 ? "org a" : ROOT,
      })),
      { ...userRow(10), deletedAt: 1 },
      { ...userRow(11), organizationId: "org elsewhere", directoryId: "elsewhere" },
    ]);
  });

  const order = Array.from({ length: 10 }, (_, number) => testId(number));

  it("is in the order of seq", async () => {
    const { total, rows } = await read(userPage(WHOLE, { startIndex: 3, count: 5 }));
    expect([total, idsOf(rows)]).toEqual([10, order.slice(2, 7)]);
  });

  it.each([undefined, 'name.familyName eq "MÜLLER"', `id eq "${testId(1)}" or userName co "user"`])(
    "is walked from one seq to the next (filter: %s)",
    async (text) => {
      const filter = text === undefined ? {} : { filter: filterOf(text) };
      const seen: unknown[] = [];
      let afterSeq = 0;
      // Three pages are enough for ten.
      for (let page = 0; page < 4; page++) {
        const statements = userPageAfter(WHOLE, { ...filter, after: [afterSeq], limit: 4 });
        const rows = readRows((await measure(statements)).results);
        seen.push(...idsOf(rows));
        if (rows.length < 4) break;
        afterSeq = Number(rows.at(-1)?.["seq"]);
      }
      expect(seen).toEqual(order);
    },
  );
});
