import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { parseGroup } from "../../src/directory/group.ts";
import { groupById, groupsOf, membersOf, userById, type Scope } from "../../src/directory/read.ts";
import { parseUser } from "../../src/directory/user.ts";
import {
  DIRECTORY,
  insertGroups,
  insertMembers,
  insertUsers,
  insertVisible,
  ROOT,
  testId,
} from "../support/directory-rows.ts";
import { measure, planOf } from "../support/measure.ts";

const SOURCE: Scope = { directoryId: DIRECTORY, sourceId: "ds_one" };
const WHOLE: Scope = { directoryId: DIRECTORY };

const GROUP = testId(1_000_000);
const FOREIGN_GROUP = testId(1_000_001);
const DELETED_GROUP = testId(1_000_002);
const HIDDEN = testId(2_000_000);
const DELETED = testId(2_000_001);
const ELSEWHERE = testId(2_000_002);
const MEMBER = testId(1);

beforeEach(async () => {
  const user = (id: string) => ({ id, attributes: { userName: `user ${id}`, active: true } });
  await insertUsers(env.DB, [
    ...Array.from({ length: 1000 }, (_, number) => user(testId(number))),
    { ...user(HIDDEN), organizationId: "hidden" },
    { ...user(DELETED), deletedAt: 1 },
    { ...user(ELSEWHERE), directoryId: "elsewhere", organizationId: "elsewhere" },
  ]);
  await insertGroups(env.DB, [
    { id: GROUP, sourceId: "ds_one", attributes: { displayName: "Group" } },
    { id: FOREIGN_GROUP, sourceId: "ds_two", attributes: { displayName: "Foreign" } },
    { id: DELETED_GROUP, sourceId: "ds_one", attributes: { displayName: "Gone" }, deletedAt: 1 },
  ]);
  await insertMembers(
    env.DB,
    [GROUP, FOREIGN_GROUP, DELETED_GROUP].flatMap((group) => [
      { group, user: HIDDEN },
      { group, user: DELETED },
      ...Array.from({ length: 10 }, (_, number) => ({ group, user: testId(number) })),
    ]),
  );
  await insertVisible(env.DB, "ds_one", [ROOT]);
});

async function idsOf(statement: ReturnType<typeof userById>): Promise<unknown[]> {
  const { results } = await measure([statement]);
  return results.flat().map(({ id }) => id);
}

describe("userById", () => {
  it("gives the row of a visible user", async () => {
    const { results } = await measure([userById(SOURCE, MEMBER)]);
    const [row] = results[0] ?? [];
    expect(row && parseUser(row)).toMatchObject({
      id: MEMBER,
      organizationId: ROOT,
      attributes: { userName: `user ${MEMBER}` },
    });
  });

  it.each([
    ["in an organization out of scope", HIDDEN, [], [HIDDEN]],
    ["that was deleted", DELETED, [], []],
    ["of another directory", ELSEWHERE, [], []],
    ["that never was", testId(9), [testId(9)], [testId(9)]],
  ])("answers for a user %s", async (_, id, toSource, toAdmin) => {
    expect(await idsOf(userById(SOURCE, id))).toEqual(toSource);
    expect(await idsOf(userById(WHOLE, id))).toEqual(toAdmin);
  });
});

describe("groupById", () => {
  it("gives the row of a group of the source", async () => {
    const { results } = await measure([groupById(SOURCE, GROUP)]);
    const [row] = results[0] ?? [];
    expect(row && parseGroup(row)).toMatchObject({ id: GROUP, memberCount: 12 });
  });

  it("shows a source neither the groups of others nor deleted ones", async () => {
    expect(await idsOf(groupById(SOURCE, FOREIGN_GROUP))).toEqual([]);
    expect(await idsOf(groupById(SOURCE, DELETED_GROUP))).toEqual([]);
    expect(await idsOf(groupById(WHOLE, FOREIGN_GROUP))).toEqual([FOREIGN_GROUP]);
    expect(await idsOf(groupById(WHOLE, DELETED_GROUP))).toEqual([]);
  });
});

describe("groupsOf", () => {
  it("names the groups in scope of each user", async () => {
    const { results } = await measure([groupsOf(SOURCE, [MEMBER, testId(500), testId(2)])]);
    expect(results[0]).toEqual(
      [MEMBER, testId(2)].map((user_id) => ({
        user_id,
        group_id: GROUP,
        display_name: "Group",
      })),
    );
  });

  it("names the groups of all sources to an admin", async () => {
    const { results } = await measure([groupsOf(WHOLE, [MEMBER])]);
    expect(results[0]?.map(({ group_id }) => group_id)).toEqual([GROUP, FOREIGN_GROUP]);
  });

  it("reads, with the user, seven rows and two for each membership at most", async () => {
    for (const scope of [SOURCE, WHOLE]) {
      const memberships = 3;
      const { rowsRead } = await measure([userById(scope, MEMBER), groupsOf(scope, [MEMBER])]);
      expect(rowsRead).toBeLessThanOrEqual(7 + 2 * memberships);
    }
    const { rowsRead } = await measure([
      userById(SOURCE, testId(500)),
      groupsOf(SOURCE, [testId(500)]),
    ]);
    expect(rowsRead).toBeLessThanOrEqual(4);
  });
});

describe("membersOf", () => {
  it("pages through the members in scope", async () => {
    const first = await measure([membersOf(SOURCE, GROUP, 0, 6)]);
    const last = first.results[0]?.at(-1);
    const second = await measure([membersOf(SOURCE, GROUP, Number(last?.["seq"]), 6)]);
    const ids = [first, second].map(({ results }) => results[0]?.map(({ id }) => id));
    const members = Array.from({ length: 10 }, (_, number) => testId(number));
    expect(ids).toEqual([members.slice(0, 6), members.slice(6)]);
  });

  it("shows an admin the members of every organization", async () => {
    expect(await idsOf(membersOf(WHOLE, GROUP, 0))).toHaveLength(11);
  });

  it("shows nobody of a group that is deleted or out of scope", async () => {
    expect(await idsOf(membersOf(SOURCE, FOREIGN_GROUP, 0))).toEqual([]);
    expect(await idsOf(membersOf(WHOLE, DELETED_GROUP, 0))).toEqual([]);
  });

  it("reads two rows for each member", async () => {
    await insertMembers(
      env.DB,
      Array.from({ length: 900 }, (_, number) => ({ group: GROUP, user: testId(100 + number) })),
    );
    const { results, rowsRead } = await measure([membersOf(SOURCE, GROUP, 0)]);
    expect(results[0]).toHaveLength(910);
    // And the organization twice: to know that it is the only one, and to look.
    expect(rowsRead).toBeLessThanOrEqual(2 * 911 + 7);
    expect(await planOf(membersOf(SOURCE, GROUP, 0))).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
