/** Groups that an upstream has no list of: they are known from what its people say. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { expectSteady, membersOf, names, ofGroup, person, taken } from "../support/named-groups.ts";
import { exactly, newPulled, peopleOf, pull, recordsOf } from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
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
});

describe("a group whose new name is taken", () => {
  const tellers: [string, JsonObject[]][] = [
    ["all", ofGroup("1", "Two", "a", "b")],
    ["one who is new", [...ofGroup("1", "Two", "e"), ...ofGroup("1", "One", "a", "b")]],
    ["one who leaves", [{ ...ofGroup("1", "Two", "a")[0], active: false }, person("b")]],
  ];

  it.each(tellers)("has it as soon as it is free, where it is told by %s", async (_, told) => {
    const source = await newPulled(admin, { people: exactly(taken) }, { pageSize: 1 });
    await pull(source);
    const world = (display: string) => ({
      people: exactly([...told, ...ofGroup("2", display, "c", "d")]),
    });
    await source.upstream.replace(world("Two"));
    expect((await pulledAsPlanned(source)).reason).toBe("records_failed");
    expect(await names(source)).toEqual(["One", "Two"]);
    await expectSteady(source, ["1"]);
    await source.upstream.replace(world("Three"));
    await pulledAsPlanned(source);
    await pulledAsPlanned(source);
    expect(await names(source)).toEqual(["Three", "Two"]);
    await expectSteady(source, []);
    expect(await violations()).toEqual([]);
  });

  it("has it also where those who told it first are no longer in it", async () => {
    const settings = { deletionPolicy: "delete" } as const;
    const people = [...taken, ...ofGroup("1", "One", "z")];
    const source = await newPulled(admin, { people: exactly(people) }, settings);
    await pull(source);
    const [a = {}, b = {}] = ofGroup("1", "Two", "a", "b");
    const [z = {}] = ofGroup("1", "One", "z");
    await source.upstream.replace({ people: exactly([a, b, ...taken.slice(2), z]) });
    await pull(source);
    await source.upstream.replace({ people: exactly([person("a"), b, ...taken.slice(2)]) });
    expect((await pull(source)).counts.User.deleted).toBe(1);
    const last = exactly([person("a"), b, ...ofGroup("2", "Three", "c", "d")]);
    await source.upstream.replace({ people: last });
    await pulledAsPlanned(source);
    await pulledAsPlanned(source);
    expect(await names(source)).toEqual(["Three", "Two"]);
  });
});

describe("a new group whose name is taken", () => {
  it.each([1, 3, 100])(
    "is without its people until it is free, in pages of %i",
    async (pageSize) => {
      const source = await newPulled(admin, { people: exactly(taken) }, { pageSize });
      await pull(source);
      const newcomers = ofGroup("3", "Two", "e", "f", "g");
      // Somebody who was there is in it as well, with something else that is new.
      const b = { ...person("b", { title: "Chief" }), groups: [{ value: "3", display: "Two" }] };
      const all = (display: string) => [
        ...taken.slice(0, 1),
        b,
        ...newcomers,
        ...ofGroup("2", display, "c", "d"),
      ];
      await source.upstream.replace({ people: exactly(all("Two")) });
      const run = await pulledAsPlanned(source);
      expect([run.reason, run.counts.User, run.counts.Group]).toMatchObject([
        "records_failed",
        { created: 3, updated: 1, failed: 0 },
        { created: 0, failed: 1 },
      ]);
      expect((await peopleOf(source)).map(({ title }) => title)).toContain("Chief");
      expect(await membersOf(source)).toEqual(["a", "c", "d"]);
      await expectSteady(source, ["3"]);
      await source.upstream.replace({ people: exactly(all("Three")) });
      await pulledAsPlanned(source);
      await pulledAsPlanned(source);
      expect(await names(source)).toEqual(["One", "Three", "Two"]);
      expect(await membersOf(source)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
      await expectSteady(source, []);
      expect(await violations()).toEqual([]);
    },
  );

  it("is no reason to doubt a list that has somebody twice", async () => {
    const settings = { pageSize: 2, deletionPolicy: "disable" } as const;
    const many = Array.from({ length: 20 }, (_, n) => person(`p${n}`));
    const before = [...taken, person("e"), ...many];
    const source = await newPulled(admin, { people: exactly(before) }, settings);
    await pull(source);
    const [e = {}] = ofGroup("3", "Two", "e");
    const [a = {}] = ofGroup("1", "Two", "a");
    const [b = {}, c = {}, d = {}] = taken.slice(1);
    const [f = {}] = ofGroup("3", "Else", "f");
    const records = [a, e, f, b, c, a, d, e, ...many.slice(1)];
    await source.upstream.replace({ people: exactly(records) });
    const distinct = { kind: "overlay", members: { totalResults: 25 } } as const;
    await source.upstream.setFaults({ on: "Users", act: distinct });
    for (const disabled of [1, 0]) {
      const run = await pulledAsPlanned(source);
      expect([run.reason, run.counts.User.disabled]).toEqual(["records_failed", disabled]);
      await source.upstream.setFaults({ on: "Users", act: distinct });
    }
  });

  it.each([1, 100])(
    "leaves as they are those who wait for it, in pages of %i",
    async (pageSize) => {
      const source = await newPulled(admin, { people: exactly(taken) }, { pageSize });
      await pull(source);
      const newcomers = ofGroup("3", "Two", "e", "f", "g");
      const waiting = newcomers.map((one) => ({ ...one, organization: ["nowhere"] }));
      const world = (display: string) => ({
        people: exactly([...taken.slice(0, 2), ...waiting, ...ofGroup("2", display, "c", "d")]),
      });
      await source.upstream.replace(world("Two"));
      await pulledAsPlanned(source);
      const sql = "SELECT id FROM users WHERE external_id = ?";
      const id = String(await env.DB.prepare(sql).bind("e").first("id"));
      expect((await admin("POST", `/users/${id}/disable`)).status).toBe(200);
      await expectSteady(source, ["3"]);
      await source.upstream.replace(world("Three"));
      await pulledAsPlanned(source);
      await pulledAsPlanned(source);
      expect(await membersOf(source)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
      expect((await admin("GET", `/users/${id}`)).body["active"]).toBe(false);
    },
  );

  it("costs no row for those who wait for it, however many they are", async () => {
    const written = async (count: number): Promise<number> => {
      const crowd = Array.from({ length: count }, (_, n) => `crowd${n}of${count}`);
      const holder = ofGroup("2", "Two", `holder of ${count}`);
      const people = exactly([...holder, ...ofGroup("3", "Two", ...crowd)]);
      const source = await newPulled(admin, { people });
      await pull(source);
      resetFaults();
      await pull(source);
      return faults.rows.written;
    };
    expect(await written(40)).toBe(await written(1));
  });

  it("has all of its people after an incremental run as well", async () => {
    const at = (minute: number) => ({ meta: { lastModified: `2026-05-01T10:${minute}:00Z` } });
    const [c = {}, d = {}] = ofGroup("2", "Two", "c", "d");
    const [e = {}, f = {}] = ofGroup("3", "Two", "e", "f");
    const dated = [c, d, e, f, person("x")].map((one, n) => ({ ...one, ...at(10 + 2 * n) }));
    const source = await newPulled(admin, { people: exactly(dated) });
    await pull(source);
    const free = ofGroup("2", "Other", "c", "d").map((one, n) => ({ ...one, ...at(30 + n) }));
    await source.upstream.replace({ people: exactly([...free, ...dated.slice(2)]) });
    await pull(source, { kind: "incremental" });
    expect(await names(source)).toEqual(["Other", "Two"]);
    expect(await membersOf(source)).toEqual(["c", "d", "e", "f"]);
  });

  it.each([1, 100])("takes nobody out of the one that has it, in pages of %i", async (pageSize) => {
    const [c = {}, d = {}] = taken.slice(2);
    const admins = { value: "9", display: "Admins" };
    const before = { ...c, groups: [{ value: "2", display: "Two" }, admins] };
    const first = exactly([...taken.slice(0, 2), before, d]);
    const source = await newPulled(admin, { people: first }, { pageSize });
    await pull(source);
    expect(await membersOf(source)).toEqual(["a", "b", "c", "c", "d"]);
    const people = exactly([...taken.slice(0, 2), ...ofGroup("3", "Two", "c", "d")]);
    await source.upstream.replace({ people });
    expect((await pulledAsPlanned(source)).reason).toBe("records_failed");
    expect(await membersOf(source)).toEqual(["a", "b", "c", "d"]);
    await expectSteady(source, ["3"]);
  });
});
