import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readPage, userPage, userPageAfter } from "../../src/directory/list.ts";
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
  plansOf,
  read,
  SOURCE,
  userRows,
  WHOLE,
} from "../support/pages.ts";

const VALUES = "x USING PRIMARY KEY (directory_id=? AND attribute=? AND key=?)";

/** Queries for one user, each with the index it goes through. */
const LOOKUPS = [
  [`id eq "${testId(777)}"`, "users_id"],
  ['userName eq "USER777@example.com"', "users_user_name"],
  ['externalId eq "E777"', "users_external_id"],
  ['emails.value eq "user777@Example.com"', VALUES],
  ['emails eq "user777@Example.com"', VALUES],
  ['emails[type eq "work" and value eq "user777@example.com"]', VALUES],
  ['emails[type eq "work"].value eq "user777@example.com"', VALUES],
  ['phoneNumbers.value eq "+49 777"', VALUES],
  ['userName eq "user777@example.com" and active eq true', "users_user_name"],
  ['name.givenName sw "g" and externalId eq "E777"', "users_external_id"],
  [
    'emails.value eq "user777@example.com" and userName eq "user777@example.com"',
    "users_user_name",
  ],
] as const;

describe("the price of a list", () => {
  beforeEach(async () => {
    await insertSources(env.DB, ["ds_one"]);
    await insertUsers(env.DB, userRows(1000));
    await insertVisible(env.DB, "ds_one");
  });

  it.each(LOOKUPS)("is seven rows at most for %s", async (text, index) => {
    for (const scope of [SOURCE, WHOLE]) {
      const statements = userPage(scope, { ...FIRST, filter: filterOf(text) });
      const { total, rows, rowsRead } = await read(statements);
      expect([total, idsOf(rows)]).toEqual([1, [testId(777)]]);
      expect(rowsRead).toBeLessThanOrEqual(7);
      const plan = await plansOf(statements);
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/SCAN (u|users|x|user_values)\b/);
    }
  });

  it("is a few rows for names that nobody has", async () => {
    for (const [text] of LOOKUPS) {
      const filter = filterOf(text.replaceAll("777", "7777").replace(testId(777), testId(7777)));
      const { total, rowsRead } = await read(userPage(SOURCE, { ...FIRST, filter }));
      expect([text, total]).toEqual([text, 0]);
      expect(rowsRead).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['userName eq "user1@example.com" or externalId eq "E2"', 2],
    ['userName eq "user1@example.com" or userName eq "USER2@example.com" or userName eq "x"', 2],
    ['emails.value eq "user1@example.com" or userName eq "user1@example.com"', 1],
    [
      `id eq "${testId(1)}" or emails[value eq "user2@example.com" or value eq "user3@example.com"]`,
      3,
    ],
    ['(userName eq "user1@example.com" and title pr) or externalId eq "E2"', 1],
  ])("is a few rows for alternatives that each have an index: %s", async (text, found) => {
    for (const scope of [SOURCE, WHOLE]) {
      const { total, rowsRead } = await read(userPage(scope, { ...FIRST, filter: filterOf(text) }));
      expect(total).toBe(found);
      expect(rowsRead).toBeLessThanOrEqual(30);
    }
  });

  it("is that of a scan where an alternative has no index", async () => {
    const filter = filterOf('userName eq "user1@example.com" or title pr');
    const { total, rowsRead } = await read(userPage(SOURCE, { ...FIRST, filter }));
    expect(total).toBe(1);
    expect(rowsRead).toBeLessThanOrEqual(1010);
  });

  it("is the page and the counters without a filter", async () => {
    const statements = userPage(SOURCE, { startIndex: 301, count: 100 });
    const { total, rows, rowsRead } = await read(statements);
    expect([total, rows.length]).toEqual([1000, 100]);
    expect(rowsRead - 300).toBeLessThanOrEqual(125);
    const first = await read(userPage(SOURCE, FIRST));
    expect(first.rowsRead).toBeLessThanOrEqual(125 + 1);
    const plan = await plansOf(statements);
    expect(plan).toContain("users_organization");
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN (?!CONSTANT)/);
  });

  it("is the page alone for those who walk the directory", async () => {
    const statements = userPageAfter(WHOLE, { after: [500], limit: 100 });
    const { rowsRead } = await measure(statements);
    expect(rowsRead).toBeLessThanOrEqual(101);
    const plan = await plansOf(statements);
    expect(plan).toContain("users_directory");
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN (?!CONSTANT)/);
  });

  it("is that of the users changed for meta.lastModified", async () => {
    const since = new Date(1_700_000_000_990).toISOString();
    const filter = filterOf(`meta.lastModified ge "${since}" and active eq true`);
    for (const scope of [SOURCE, WHOLE]) {
      const { total, rowsRead } = await read(userPage(scope, { ...FIRST, filter }));
      expect(total).toBe(10);
      expect(rowsRead).toBeLessThanOrEqual(100);
    }
  });

  it("grows by little with the organizations in scope", async () => {
    const ids = Array.from({ length: 20 }, (_, number) => `org ${number}`);
    await insertOrganizations(env.DB, ids);
    await insertVisible(env.DB, "ds_one", ids);
    const { rowsRead } = await read(userPage(SOURCE, FIRST));
    expect(rowsRead).toBeLessThanOrEqual(100 + 3 * 21 + 1);
  });
});

describe("a filter without an index", () => {
  const filter = filterOf('name.familyName eq "müller"');

  async function pretendUsers(n: number): Promise<void> {
    await env.DB.prepare("UPDATE counters SET n = ? WHERE name = 'users'").bind(n).run();
  }

  beforeEach(async () => {
    await insertUsers(env.DB, userRows(500));
    await insertVisible(env.DB, "ds_one");
  });

  it("is answered up to 10,000 users in scope", async () => {
    await pretendUsers(10_000);
    const { total, rowsRead } = await read(userPage(SOURCE, { ...FIRST, filter }));
    expect(total).toBe(500);
    expect(rowsRead).toBeLessThanOrEqual(500 + 500 + 110);
  });

  it("is refused above, without a look at any user", async () => {
    await pretendUsers(10_001);
    for (const text of ["title pr", 'not (userName eq "user1@example.com")', "active eq true"]) {
      const statements = userPage(SOURCE, { ...FIRST, filter: filterOf(text) });
      const { results, rowsRead } = await measure(statements);
      expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
      expect(rowsRead).toBeLessThanOrEqual(5);
    }
  });

  it("is answered above where an index bounds it", async () => {
    await pretendUsers(1_000_000);
    const text = 'name.familyName eq "müller" and emails.value eq "user1@example.com"';
    expect(await read(userPage(SOURCE, { ...FIRST, filter: filterOf(text) }))).toMatchObject({
      total: 1,
    });
  });
});

describe("with 100,000 users", () => {
  it("reads as few rows as with 1,000", { timeout: 120_000 }, async () => {
    await insertUsers(
      env.DB,
      userRows(100_000).map((row, number) => ({
        ...row,
        organizationId: number < 10 ? "org small" : ROOT,
        attributes: { ...row.attributes, phoneNumbers: [{ value: "+49 30 1" }] },
      })),
    );
    await insertVisible(env.DB, "ds_one");
    await insertVisible(env.DB, "ds_small", ["org small"]);
    await insertSources(env.DB, ["ds_one", "ds_small"]);
    for (const [text] of LOOKUPS.filter(([lookup]) => !lookup.startsWith("phone"))) {
      for (const scope of [SOURCE, WHOLE]) {
        const query = { ...FIRST, filter: filterOf(text) };
        const { total, rowsRead } = await read(userPage(scope, query));
        expect([text, total, rowsRead <= 7]).toEqual([text, 1, true]);
      }
    }
    const page = await read(userPage(SOURCE, FIRST));
    expect([page.total, page.rows.length]).toEqual([99_990, 100]);
    expect(page.rowsRead).toBeLessThanOrEqual(125 + 1);
    const walk = await measure(userPageAfter(WHOLE, { after: [90_000], limit: 100 }));
    expect(walk.rowsRead).toBeLessThanOrEqual(101);

    // Refused: for a source by its counters, for a directory by counting one user too many.
    const scan = { ...FIRST, filter: filterOf('name.givenName co "7"') };
    for (const [scope, bound] of [
      [SOURCE, 8],
      [WHOLE, 20_010],
    ] as const) {
      const { results, rowsRead } = await measure(userPage(scope, scan));
      expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
      expect(rowsRead).toBeLessThanOrEqual(bound);
    }

    // A number that all share, and a span in which all were changed, are no bounds.
    const shared = { ...FIRST, filter: filterOf('phoneNumbers.value eq "+49 30 1"') };
    const span = { ...FIRST, filter: filterOf('meta.lastModified gt "2000-01-01T00:00:00Z"') };
    for (const query of [shared, span]) {
      const { results, rowsRead } = await measure(userPage(SOURCE, query));
      expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
      expect(rowsRead).toBeLessThanOrEqual(80_000);
    }

    // Unless the scope is small.
    const small: Scope = { directoryId: DIRECTORY, sourceId: "ds_small" };
    expect(await read(userPage(small, span))).toMatchObject({ total: 10 });
  });
});
