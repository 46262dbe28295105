import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  groupPage,
  groupPageAfter,
  readPage,
  readRows,
  userPage,
} from "../../src/directory/list.ts";
import { GROUP } from "../../src/scim/schemas.ts";
import {
  insertGroups,
  insertMembers,
  insertSources,
  insertUsers,
  insertVisible,
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
  userRow,
  userRows,
  WHOLE,
} from "../support/pages.ts";

describe("groups in lists and filters", () => {
  const groupId = (number: number) => testId(1_000_000 + number);

  beforeEach(async () => {
    await insertSources(env.DB, ["ds_one", "ds_two"]);
    await insertUsers(env.DB, [
      ...userRows(300),
      { ...userRow(300), organizationId: "org hidden" },
      { ...userRow(301), deletedAt: 1 },
    ]);
    await insertVisible(env.DB, "ds_one");
    await insertGroups(env.DB, [
      ...Array.from({ length: 200 }, (_, number) => ({
        id: groupId(number),
        sourceId: number % 10 === 9 ? "ds_two" : "ds_one",
        attributes: { externalId: `X${number}`, displayName: `Group ${number}` },
      })),
      { id: groupId(200), sourceId: "ds_one", attributes: { displayName: "Gone" }, deletedAt: 1 },
    ]);
    await insertMembers(
      env.DB,
      Array.from({ length: 200 }, (_, number) => [number, 7, 300].map((user) => ({ number, user })))
        .flat()
        // User 7 is in group 7 once.
        .filter(({ number, user }, index) => user !== 7 || number !== 7 || index % 3 === 0)
        .map(({ number, user }) => ({ group: groupId(number), user: testId(user) })),
    );
  });

  it("lists the groups of the source in the order of seq", async () => {
    const statements = groupPage(SOURCE, { startIndex: 9, count: 3 });
    const { total, rows, rowsRead } = await read(statements);
    expect([total, idsOf(rows)]).toEqual([180, [8, 10, 11].map(groupId)]);
    expect(rowsRead).toBeLessThanOrEqual(3 + 8 + 3);
    const plan = await plansOf(statements);
    expect(plan).toContain("groups_source");
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN (?!CONSTANT)/);
  });

  it("lists all groups of the directory from one seq to the next", async () => {
    const { results } = await measure(groupPageAfter(WHOLE, { after: [8], limit: 3 }));
    expect(idsOf(readRows(results))).toEqual([8, 9, 10].map(groupId));
    expect(await read(groupPage(WHOLE, FIRST))).toMatchObject({ total: 200 });
  });

  it.each([
    [`id eq "${groupId(5)}"`, "groups_id"],
    ['displayName eq "GROUP 5"', "groups_name"],
    ['externalId eq "X5"', "groups_external_id"],
    [`members.value eq "${testId(5)}"`, "members_user"],
    [`members[value eq "${testId(5)}"]`, "members_user"],
    [`members eq "${testId(5)}" and displayName sw "group"`, "members_user"],
    [`displayName eq "Group 5" and members.value eq "${testId(7)}"`, "groups_name"],
  ])("finds one group by %s", async (text, index) => {
    for (const scope of [SOURCE, WHOLE]) {
      const statements = groupPage(scope, { ...FIRST, filter: filterOf(text, GROUP) });
      const { total, rows, rowsRead } = await read(statements);
      expect([total, idsOf(rows)]).toEqual([1, [groupId(5)]]);
      expect(rowsRead).toBeLessThanOrEqual(12);
      const plan = await plansOf(statements);
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/SCAN (g|m|mu|groups|members)\b/);
    }
  });

  it("finds the groups of a user, and of no user that is hidden", async () => {
    const ofUser = (number: number) => ({
      ...FIRST,
      filter: filterOf(`members.value eq "${testId(number)}"`, GROUP),
    });
    expect(await read(groupPage(SOURCE, ofUser(7)))).toMatchObject({ total: 180 });
    expect(await read(groupPage(SOURCE, ofUser(300)))).toMatchObject({ total: 0 });
    expect(await read(groupPage(WHOLE, ofUser(300)))).toMatchObject({ total: 200 });
    const either = `members.value eq "${testId(5)}" or members.value eq "${testId(7)}"`;
    const ofEither = { ...FIRST, filter: filterOf(either, GROUP) };
    expect(await read(groupPage(SOURCE, ofEither))).toMatchObject({ total: 180 });
  });

  it("finds the users of a group without a look at the others", async () => {
    const filter = filterOf(`groups.value eq "${groupId(5)}"`);
    const { rows, rowsRead } = await read(userPage(SOURCE, { ...FIRST, filter }));
    expect(idsOf(rows)).toEqual([5, 7].map(testId));
    expect(rowsRead).toBeLessThanOrEqual(30);
    const foreign = filterOf(`groups.value eq "${groupId(9)}"`);
    expect(await read(userPage(SOURCE, { ...FIRST, filter: foreign }))).toMatchObject({ total: 0 });
  });

  it("looks at memberships up to 10,000 in scope, and at none above", async () => {
    const questions = [
      () => userPage(SOURCE, { ...FIRST, filter: filterOf('groups.display eq "group 5"') }),
      () => groupPage(SOURCE, { ...FIRST, filter: filterOf('members.type eq "user"', GROUP) }),
      () => userPage(SOURCE, { ...FIRST, filter: filterOf('groups[value sw "0"]') }),
    ];
    expect((await read(questions[0]?.() ?? [])).total).toBe(2);
    expect((await read(questions[1]?.() ?? [])).total).toBe(180);
    await env.DB.exec(`UPDATE groups SET member_count = 10000 WHERE id = '${groupId(0)}'`);
    for (const question of questions) {
      const { results, rowsRead } = await measure(question());
      expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
      expect(rowsRead).toBeLessThanOrEqual(2 * 180 + 10);
    }
    const byId = filterOf(`title pr or groups.value eq "${groupId(5)}"`);
    expect(await read(userPage(SOURCE, { ...FIRST, filter: byId }))).toMatchObject({ total: 2 });
  });

  it("looks at no memberships of more than 10,000 groups", async () => {
    await insertGroups(
      env.DB,
      Array.from({ length: 10_000 }, (_, number) => ({
        id: groupId(1000 + number),
        sourceId: "ds_one",
        attributes: { displayName: `Empty ${number}` },
      })),
    );
    const filter = filterOf('groups.display eq "group 5"');
    const { results, rowsRead } = await measure(userPage(SOURCE, { ...FIRST, filter }));
    expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
    expect(rowsRead).toBeLessThanOrEqual(2 * 10_001 + 10);
  });

  it("refuses to scan more than 10,000 groups of a source", async () => {
    await env.DB.exec("UPDATE counters SET n = 10001 WHERE name = 'groups' AND owner = 'ds_one'");
    const filter = filterOf('displayName co "5"', GROUP);
    const { results, rowsRead } = await measure(groupPage(SOURCE, { ...FIRST, filter }));
    expect(() => readPage(results)).toThrow(expect.objectContaining({ scimType: "tooMany" }));
    expect(rowsRead).toBeLessThanOrEqual(3);
  });
});
