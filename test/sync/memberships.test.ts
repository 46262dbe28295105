/** Who is in which group, whatever comes first and whatever of it can't be applied. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import {
  exactly,
  newPulled,
  organizationsOf,
  peopleOf,
  pull,
  recordsOf,
  type Pulled,
} from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const person = (id: string, more: JsonObject = {}): JsonObject => ({ id, userName: id, ...more });

/** The ids upstream of those who are in the groups of the source. */
async function membersOf({ id }: Pulled): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    `SELECT u.external_id AS person FROM members m JOIN groups g ON g.seq = m.group_seq
      JOIN users u ON u.seq = m.user_seq WHERE g.source_id = ? ORDER BY u.external_id`,
  )
    .bind(id)
    .all();
  return results.map(({ person: one }) => one);
}

describe("members who aren't known", () => {
  const group = (...ids: string[]) =>
    exactly([{ id: "g", displayName: "G", members: ids.map((value) => ({ value })) }]);
  const people = (...ids: string[]) => exactly(ids.map((id) => person(id)));

  it("come into the group as soon as they are, and until then nothing is written", async () => {
    const groups = group("a", "b");
    const source = await newPulled(admin, { people: people("a"), groups }, { withGroups: true });
    expect((await pull(source)).status).toBe("success");
    expect((await pull(source)).counts.Group).toMatchObject({ unchanged: 1, updated: 0 });
    await source.upstream.replace({ people: people("a", "b"), groups });
    await pull(source);
    expect(await membersOf(source)).toEqual(["a", "b"]);
    expect((await pull(source)).counts.Group).toMatchObject({ unchanged: 1, updated: 0 });
  });

  it("because their record failed come into it when it doesn't", async () => {
    const groups = group("a", "b");
    const unread = exactly([person("a"), person("b", { active: "perhaps" })]);
    const source = await newPulled(admin, { people: unread, groups }, { withGroups: true });
    expect((await pull(source)).status).toBe("partial");
    await source.upstream.replace({ people: people("a", "b"), groups });
    await pull(source);
    expect(await membersOf(source)).toEqual(["a", "b"]);
  });

  it("because they were deleted are in it again when they come back", async () => {
    const all = Array.from({ length: 10 }, (_, n) => `p${n}`);
    const groups = group(...all);
    const source = await newPulled(
      admin,
      { people: people(...all), groups },
      { withGroups: true, deletionPolicy: "delete" },
    );
    await pull(source);
    await source.upstream.replace({ people: people(...all.slice(0, 8)), groups });
    await pull(source);
    expect(await membersOf(source)).toHaveLength(8);
    await source.upstream.replace({ people: people(...all), groups });
    await pull(source);
    expect(await membersOf(source)).toEqual(all);
    expect(await violations()).toEqual([]);
  });
});

const LONG = { timeout: 60_000 };

describe("a group of thousands", () => {
  const members = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, n) => ({ value: `person-${first + n}` }));
  const groups = (...lists: JsonObject[][]) =>
    exactly(lists.map((list, n) => ({ id: `g${n}`, displayName: `G${n}`, members: list })));
  const sizes = async ({ id }: Pulled) => {
    const { results } = await env.DB.prepare(
      "SELECT member_count AS n FROM groups WHERE source_id = ? ORDER BY name_key",
    )
      .bind(id)
      .all();
    return results.map(({ n }) => n);
  };

  it("comes as a whole, and is left alone where it is too large", LONG, async () => {
    const people = { count: 1_500 };
    // More than one batch takes, most of whom aren't known.
    const given = groups(members(1_400, 21_400), members(0, 1_500), members(0, 3));
    const source = await newPulled(
      admin,
      { people, groups: given },
      { withGroups: true, pageSize: 1_000 },
    );
    const first = await pull(source);
    expect([first.status, first.detail, first.counts.Group.created]).toEqual(["success", null, 3]);
    expect(await sizes(source)).toEqual([100, 1_500, 3]);
    const changed = groups(members(0, 20_001), members(0, 1_400), members(0, 3));
    await source.upstream.replace({ people, groups: changed });
    const second = await pull(source);
    expect([second.status, second.counts.Group]).toMatchObject([
      "partial",
      { updated: 1, failed: 1, unchanged: 1 },
    ]);
    expect(await recordsOf(second.id)).toMatchObject([
      { external_id: "g0", code: "record_too_large" },
      { external_id: "g1", action: "update" },
    ]);
    expect(await sizes(source)).toEqual([100, 1_400, 3]);
    expect(await violations()).toEqual([]);
  });
});

describe("I19 organizations that the upstream names and doesn't have", () => {
  it("are no reason to write the same people again", async () => {
    const people = exactly([person("a", { organization: ["nowhere"] }), person("b")]);
    const organizations = exactly([{ id: "o", displayName: "O", parent: "nowhere" }]);
    const source = await newPulled(admin, { people, organizations });
    const first = await pull(source);
    expect((await recordsOf(first.id)).map(({ code }) => code)).toEqual([
      "organization_unknown",
      "organization_unknown",
      null,
    ]);
    const second = await pull(source);
    expect(second.counts).toMatchObject({
      User: { unchanged: 2, updated: 0 },
      Organization: { unchanged: 1, updated: 0 },
    });
    const all = [
      { id: "o", displayName: "O", parent: "nowhere" },
      { id: "nowhere", displayName: "N" },
    ];
    await source.upstream.replace({ people, organizations: exactly(all) });
    await pull(source);
    expect((await peopleOf(source)).at(0)).toMatchObject({ organization: "N" });
    expect(await organizationsOf(source)).toEqual(["N < target", "O < N"]);
    expect(await recordsOf((await pull(source)).id)).toEqual([]);
  });
});

describe("a group that is known from its members alone, and can't be made", () => {
  it("is a record that failed, and its people come without it", async () => {
    const groups = [{ value: "long", display: "x".repeat(5_000) }, { value: "short" }];
    const source = await newPulled(admin, {
      people: exactly([person("a", { groups }), person("b")]),
    });
    const run = await pull(source);
    expect([run.status, run.reason, run.counts.Group]).toMatchObject([
      "partial",
      "records_failed",
      { created: 1, failed: 1 },
    ]);
    const [fault] = await recordsOf(run.id);
    expect(fault).toMatchObject({ resource_type: "Group", external_id: "long", result: "failed" });
    expect(await peopleOf(source)).toHaveLength(2);
    expect(await membersOf(source)).toEqual(["a"]);
    expect(await violations()).toEqual([]);
  });
});

describe("a group that is known from its members alone, and has another name upstream", () => {
  const staff = (n: number, display: string) =>
    Array.from({ length: n }, (_, i) =>
      person(`p${i}`, { groups: [{ value: "g", display }, { value: "unnamed" }] }),
    );
  const names = async ({ id }: Pulled) => {
    const sql =
      "SELECT attributes ->> 'displayName' AS name FROM groups WHERE source_id = ? ORDER BY 1";
    const { results } = await env.DB.prepare(sql).bind(id).all();
    return results.map(({ name }) => name);
  };

  const rows = async () => {
    const all = await dump();
    return ["users", "groups", "members"].map((table) => rowsOf(all, table));
  };

  it("has it here, once, and as it was told last", async () => {
    const source = await newPulled(admin, { people: exactly(staff(5, "Old")) }, { pageSize: 2 });
    await pull(source);
    const changed = [...staff(4, "New"), ...staff(5, "Newer").slice(4)];
    await source.upstream.replace({ people: exactly(staff(5, "New")) });
    const plan = await pull(source, { dryRun: true });
    const run = await pull(source);
    expect([plan.counts.Group.updated, run.counts.Group.updated]).toEqual([1, 1]);
    expect(await names(source)).toEqual(["New", "unnamed"]);
    await source.upstream.replace({ people: exactly(changed) });
    expect((await pull(source)).counts.Group.updated).toBe(1);
    expect(await names(source)).toEqual(["Newer", "unnamed"]);
    const again = await pull(source);
    expect([again.counts.Group.updated, again.counts.User.unchanged]).toEqual([0, 5]);
    expect(await violations()).toEqual([]);
  });

  const ofGroup = (id: string, display: string, ...people: string[]) =>
    people.map((name) => person(name, { groups: [{ value: id, display }] }));

  it.each([
    ["all", ofGroup("1", "Two", "a", "b")],
    ["one who is new", [...ofGroup("1", "Two", "e"), ...ofGroup("1", "One", "a", "b")]],
  ])("that was taken gets it when it is free, where it is told by %s", async (_, told) => {
    const before = [...ofGroup("1", "One", "a", "b"), ...ofGroup("2", "Two", "c", "d")];
    const source = await newPulled(admin, { people: exactly(before) }, { pageSize: 1 });
    await pull(source);
    const people = exactly([...told, ...ofGroup("2", "Three", "c", "d")]);
    await source.upstream.replace({ people });
    expect((await pulledAsPlanned(source)).status).toBe("partial");
    expect(await names(source)).toEqual(["One", "Three"]);
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.Group.updated]).toEqual(["success", 1]);
    expect(await names(source)).toEqual(["Three", "Two"]);
    const settled = await rows();
    expect((await pull(source)).counts.User.unchanged).toBe(people.count);
    expect(await rows()).toEqual(settled);
    expect(await violations()).toEqual([]);
  });
});
