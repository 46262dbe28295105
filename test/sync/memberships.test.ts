/** Who is in which group, whatever comes first and whatever of it can't be applied. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { membersOf, person } from "../support/named-groups.ts";
import {
  exactly,
  newPulled,
  organizationsOf,
  peopleOf,
  pull,
  recordsOf,
  type Pulled,
} from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

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
