/** What an upstream's records may be like: names that go round, trees that are none, ids that change. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, inject, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
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
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";
import type { Script } from "../../src/cli/upstream/script.ts";

keepQuiet();

const seed = inject("seed");

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const people = (names: readonly string[]): Script => ({
  people: exactly(names.map((userName, n) => ({ id: String(n), userName }))),
});
const names = (all: readonly JsonObject[]) => all.map((one) => textAt(one, "userName"));

describe("F-61 names that are given to others", () => {
  const NAMES = ["a", "b", "c", "d", "e"];

  it("arrive, in whatever way five people change theirs", { timeout: 300_000 }, async () => {
    const source = await newPulled(admin, people(NAMES), { pageSize: 2 });
    await pull(source);
    const orders = fc.shuffledSubarray([...NAMES, "f", "g"], { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        await source.upstream.replace(people(order));
        const run = await pull(source);
        expect([run.status, run.detail]).toEqual(["success", null]);
        expect(names(await peopleOf(source))).toEqual(order);
      }),
      { seed, numRuns: 25, endOnFailure: true },
    );
    expect(await violations()).toEqual([]);
  });

  it.each([2, 9, 12, 60])("arrive, but for a row of %i whose last can't have theirs", async (n) => {
    const label = (index: number) => String(index).padStart(2, "0");
    const row = (nameOf: (index: number) => string): Script => ({
      people: exactly(
        Array.from({ length: n }, (_, index) => ({ id: label(index), userName: nameOf(index) })),
      ),
    });
    await pull(await newPulled(admin, people(["taken"])));
    const source = await newPulled(
      admin,
      row((index) => `n${label(index)}`),
    );
    await pull(source);
    const before = names(await peopleOf(source));
    // The first gives its name to nobody; whoever comes after it waits for the next.
    await source.upstream.replace(
      row((index) => (index === n - 1 ? "taken" : `n${label(index + 1)}`)),
    );
    const run = await pull(source);
    expect([run.status, run.reason, run.counts.User.failed]).toEqual([
      "partial",
      "records_failed",
      n,
    ]);
    expect(names(await peopleOf(source))).toEqual(before);
    await source.upstream.replace(
      row((index) => (index === n - 1 ? "free" : `n${label(index + 1)}`)),
    );
    expect((await pull(source)).status).toBe("success");
    expect(names(await peopleOf(source)).at(-1)).toBe("free");
    expect(await violations()).toEqual([]);
  });
});

describe("F-62 F-63 trees that are none", () => {
  it("stand below the target, and each of their nodes once", { timeout: 300_000 }, async () => {
    const source = await newPulled(admin, {}, { pageSize: 3 });
    const size = 7;
    const parents = fc.array(fc.option(fc.nat({ max: size }), { nil: undefined }), {
      minLength: size,
      maxLength: size,
    });
    await fc.assert(
      fc.asyncProperty(parents, async (above) => {
        const organizations = above.map((parent, n) => ({
          id: String(n),
          displayName: `O${n}`,
          ...(parent !== undefined && { parent: String(parent) }),
        }));
        await source.upstream.replace({ organizations: exactly(organizations) });
        await pull(source);
        const tree = await organizationsOf(source);
        expect(tree).toHaveLength(size);
        for (const [n, parent] of above.entries()) {
          if (parent === undefined || parent === size) expect(tree[n]).toBe(`O${n} < target`);
        }
        expect(await violations()).toEqual([]);
      }),
      { seed, numRuns: 20, endOnFailure: true },
    );
  });
});

describe("F-60 somebody who comes back under another id", () => {
  const ann = (id: string) => ({ id, userName: "ann" });
  const others = Array.from({ length: 20 }, (_, n) => ({ id: `o${n}`, userName: `o${n}` }));
  const annIn = async (source: Pulled) =>
    (await peopleOf(source)).filter(({ userName }) => userName === "ann");
  const idOfAnn = async (source: Pulled) =>
    env.DB.prepare("SELECT id FROM users WHERE source_id = ? AND user_name_key = 'ann'")
      .bind(source.id)
      .first("id");

  it.each(["disable", "delete", "keep"] as const)(
    "is not taken for themselves at once, and is when nobody has the old one any more (%s)",
    async (deletionPolicy) => {
      const script = { people: exactly([ann("old"), ...others]) };
      const source = await newPulled(admin, script, { deletionPolicy, pageSize: 7 });
      await pull(source);
      const id = await idOfAnn(source);
      await source.upstream.replace({ people: exactly([ann("new"), ...others]) });
      const first = await pull(source);
      expect([first.status, first.counts.User.failed]).toEqual(["partial", 1]);
      expect(await annIn(source)).toMatchObject([{ externalId: "old", active: true }]);
      expect(await recordsOf(first.id)).toMatchObject([
        { external_id: "new", resource_id: id, result: "failed", code: "id_changed" },
      ]);
      const second = await pull(source);
      expect([second.status, second.counts.User.updated]).toEqual(["success", 1]);
      expect(await annIn(source)).toMatchObject([{ externalId: "new", active: true }]);
      expect(await idOfAnn(source)).toBe(id);
      expect((await pull(source)).counts.User.unchanged).toBe(21);
      expect(await violations()).toEqual([]);
    },
  );

  it("is not gone while a record that has the name can't be applied", async () => {
    const source = await newPulled(admin, { people: exactly([ann("old"), ...others]) });
    await pull(source);
    const unfit = { ...ann("new"), userName: "ANN", active: "perhaps" };
    await source.upstream.replace({ people: exactly([unfit, ...others]) });
    for (const _ of [1, 2, 3]) {
      expect((await pull(source)).counts.User).toMatchObject({ failed: 1, disabled: 0 });
      expect(await annIn(source)).toMatchObject([{ externalId: "old", active: true }]);
    }
    const id = await idOfAnn(source);
    await source.upstream.replace({ people: exactly([ann("new"), ...others]) });
    expect((await pull(source)).status).toBe("success");
    expect([await idOfAnn(source), await annIn(source)]).toMatchObject([
      id,
      [{ externalId: "new", active: true }],
    ]);
  });

  it("is themselves whoever else stays away, more of them than can be asked for", async () => {
    const all = Array.from({ length: 260 }, (_, n) => n);
    const crowd = (prefix: string) =>
      exactly(all.map((n) => ({ id: `${prefix}${n}`, userName: `crowd${n}` })));
    const source = await newPulled(admin, { people: crowd("a") }, { pageSize: 100 });
    await pull(source);
    await source.upstream.replace({ people: crowd("b") });
    expect((await pull(source)).counts.User).toMatchObject({ failed: 260, disabled: 0, held: 0 });
    const second = await pull(source);
    expect([second.status, second.counts.User.updated]).toEqual(["success", 260]);
    const people = await peopleOf(source);
    expect(people.filter(({ active }) => active)).toHaveLength(260);
    expect((await pull(source)).counts.User.unchanged).toBe(260);
  });

  it("who was gone for long comes back as who they were", async () => {
    const source = await newPulled(admin, { people: exactly([ann("old"), ...others]) });
    await pull(source);
    const id = await idOfAnn(source);
    await source.upstream.replace({ people: exactly(others) });
    await pull(source);
    expect(await annIn(source)).toMatchObject([{ active: false }]);
    await source.upstream.replace({ people: exactly([ann("new"), ...others]) });
    expect((await pull(source)).status).toBe("partial");
    expect((await pull(source)).status).toBe("success");
    expect(await annIn(source)).toMatchObject([{ externalId: "new", active: true }]);
    expect(await idOfAnn(source)).toBe(id);
  });

  it("is another person while the old one is there as well", async () => {
    const source = await newPulled(admin, { people: exactly([ann("old"), ...others]) });
    await pull(source);
    await source.upstream.replace({ people: exactly([ann("old"), ann("new"), ...others]) });
    for (const _ of [1, 2, 3]) {
      const run = await pull(source);
      expect(await recordsOf(run.id)).toMatchObject([{ external_id: "new", code: "uniqueness" }]);
    }
    expect(await annIn(source)).toMatchObject([{ externalId: "old", active: true }]);
  });
});

describe("F-56 more people than can be asked for", () => {
  it("have to be missing in two complete runs", async () => {
    const limits = { userLimit: { least: 1_000, percent: 100, most: 1_000 } };
    const source = await newPulled(admin, { people: { count: 500 } }, { ...limits, pageSize: 250 });
    await pull(source);
    const leaving = Array.from({ length: 240 }, (_, n) => n);
    await source.upstream.change({ of: "Users", remove: leaving });
    const first = await pull(source);
    expect([first.status, first.counts.User.disabled]).toEqual(["success", 0]);
    const second = await pull(source);
    expect([second.status, second.counts.User.disabled]).toEqual(["success", 240]);
    expect(await violations()).toEqual([]);
  });
});

describe("a source's policy", () => {
  const script = { people: { count: 12 }, organizations: { count: 3 } };

  it("can be that who is missing is deleted, and empty organizations with them", async () => {
    const source = await newPulled(admin, script, { deletionPolicy: "delete" });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: [2, 5, 8, 11] });
    await source.upstream.change({ of: "Organizations", remove: [2] });
    const run = await pull(source);
    expect([run.status, run.counts.User.deleted, run.counts.Organization.deleted]).toEqual([
      "success",
      4,
      1,
    ]);
    expect(await peopleOf(source)).toHaveLength(8);
    expect(await violations()).toEqual([]);
  });

  it("can be that nobody is touched", async () => {
    const source = await newPulled(admin, script, { deletionPolicy: "keep" });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: [1, 2, 3, 4, 5, 6] });
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled]).toEqual(["success", 0]);
    expect((await peopleOf(source)).every(({ active }) => active === true)).toBe(true);
  });
});
