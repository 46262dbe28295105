/** What a dry run plans beside what only it has made so far. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { exactly, newPulled, pull } from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const people = (ids: readonly number[], more: (n: number) => JsonObject = () => ({})) =>
  exactly(ids.map((n) => ({ id: `p${n}`, userName: `p${n}`, ...more(n) })));
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
const group = (id: string, members: readonly number[]): JsonObject => ({
  id,
  displayName: `Group ${id}`,
  members: members.map((n) => ({ value: `p${n}` })),
});

describe("a dry run", () => {
  it("makes a group that people say they are in once, however many pages name it", async () => {
    const groups = (n: number) => ({
      groups: [{ value: "g", display: "Staff" }, ...(n > 6 ? [{ value: "h" }] : [])],
    });
    const source = await newPulled(admin, { people: people(numbers(10), groups) }, { pageSize: 3 });
    const run = await pulledAsPlanned(source);
    expect([run.counts.Group.created, run.counts.User.created]).toEqual([2, 10]);
  });

  it("calls a group as the last page does", async () => {
    const groups = (n: number) => ({ groups: [{ value: "g", display: n < 5 ? "Old" : "New" }] });
    const source = await newPulled(admin, { people: people(numbers(10), groups) }, { pageSize: 3 });
    const run = await pulledAsPlanned(source);
    expect(run.counts.Group).toMatchObject({ created: 1, updated: 1 });
  });

  it("puts people whom it would have made into groups of the list", async () => {
    const script = (n: number, groups: readonly JsonObject[]) => ({
      people: people(numbers(n)),
      groups: exactly(groups),
    });
    const all = [group("a", numbers(10)), group("b", [1, 8, 99]), group("c", [])];
    const source = await newPulled(admin, script(10, all), { pageSize: 3, withGroups: true });
    expect((await pulledAsPlanned(source)).counts.Group.created).toBe(3);
    const next = [group("a", [...numbers(9), 11]), group("b", [1, 8, 12]), group("d", [12, 13])];
    await source.upstream.replace(script(14, next));
    const run = await pulledAsPlanned(source);
    expect(run.counts.Group).toMatchObject({ created: 1, updated: 2 });
  });

  it("takes people who come twice alike for one, also where they are new or changed", async () => {
    const source = await newPulled(admin, { people: people(numbers(12)) }, { pageSize: 3 });
    await pull(source);
    const title = (n: number) => (n === 1 ? { title: "Chief" } : {});
    const twice = people([0, 1, 2, 20, 3, 1, 4, 5, 20, 6, 7, 5, 8, 9, 10], title);
    await source.upstream.replace({ people: twice });
    const distinct = { kind: "overlay", members: { totalResults: 12 } } as const;
    await source.upstream.setFaults({ on: "Users", act: distinct });
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.User]).toMatchObject([
      "success",
      { created: 1, updated: 1, disabled: 1 },
    ]);
  });

  const mail = (value: string) => ({ emails: [{ value: `${value}@example.com`, type: "work" }] });

  it("knows whose name and address it would have given away, and whose would be free", async () => {
    const named = (of: Record<number, JsonObject>) => (n: number) => of[n] ?? mail(`p${n}`);
    const first = { 7: { userName: "P1" }, 8: mail("p2"), 9: mail("p2") };
    const source = await newPulled(
      admin,
      { people: people(numbers(10), named(first)) },
      { pageSize: 3 },
    );
    const failed = await pulledAsPlanned(source);
    expect(failed.counts.User).toMatchObject({ created: 7, failed: 3 });
    // 0 and 1 have other names and addresses: 12 and 13 get theirs, 14 is too late for what 0 has now.
    const then = {
      0: { userName: "other", ...mail("other") },
      1: { userName: "p0", ...mail("more") },
      12: { userName: "p1", ...mail("p0") },
      13: mail("p1"),
      14: { userName: "Other", ...mail("p14") },
    };
    await source.upstream.replace({ people: people(numbers(15), named(then)) });
    const run = await pulledAsPlanned(source);
    expect(run.counts.User).toMatchObject({ updated: 2, failed: 1 });
  });
});
