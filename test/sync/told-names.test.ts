/** Groups that an upstream has no list of, whose people or an admin call them by different names. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { expectSteady, membersOf, names, ofGroup, person, taken } from "../support/named-groups.ts";
import { exactly, newPulled, pull, type Pulled } from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

describe("people who tell different names of a group", () => {
  const told = (name: string, of: Record<string, string>) =>
    person(name, {
      groups: Object.entries(of).map(([value, display]) => ({ value, display })),
    });
  const pulledWorlds = async (...worlds: JsonObject[][]): Promise<Pulled> => {
    const [first = [], ...rest] = worlds;
    const source = await newPulled(admin, { people: exactly(first) }, { pageSize: 1 });
    await pull(source);
    for (const world of rest) {
      await source.upstream.replace({ people: exactly(world) });
      await pulledAsPlanned(source);
    }
    return source;
  };
  const t = told("t", { 2: "Two" });

  it("are not asked again because the last name was refused", async () => {
    const a = told("a", { 1: "Old" });
    const c = (display: string) => told("c", { 1: display });
    const source = await pulledWorlds([a, c("Old"), t], [a, c("Mid"), t], [a, c("Two"), t]);
    await expectSteady(source, ["1"]);
    expect(await names(source)).toEqual(["Mid", "Two"]);
  });

  it("are not asked again because of another group that could not be made", async () => {
    const e = told("e", { 1: "Old", 3: "Two" });
    const b = (display: string) => told("b", { 1: display });
    const source = await pulledWorlds([t, e, b("Old")], [t, e, b("Fresh")]);
    await expectSteady(source, ["3"]);
    expect(await names(source)).toEqual(["Fresh", "Two"]);
  });

  it("give it the one that is free", async () => {
    const one = (name: string, display: string) => told(name, { 1: display });
    const three = [told("e", { 3: "Two" }), told("f", { 3: "Else" })];
    const source = await pulledWorlds(
      [t, one("a", "One"), one("b", "One")],
      [t, one("a", "Two"), one("b", "Free"), ...three],
    );
    expect(await names(source)).toEqual(["Else", "Free", "Two"]);
    await pulledAsPlanned(source);
    expect(await membersOf(source)).toEqual(["a", "b", "e", "f", "t"]);
    await expectSteady(source, []);
  });
});

describe("a group that was changed by hand", () => {
  const byHand = async (source: Pulled, name: string, change: JsonObject): Promise<void> => {
    const sql = "SELECT id FROM groups WHERE source_id = ? AND attributes ->> 'displayName' = ?";
    const id = await env.DB.prepare(sql).bind(source.id, name).first("id");
    await admin("POST", `/data-sources/${source.id}/disable`);
    expect((await admin("PATCH", `/groups/${String(id)}`, change)).status).toBe(200);
    await admin("POST", `/data-sources/${source.id}/enable`);
  };

  it("keeps its people where it is found by its name", async () => {
    const source = await newPulled(admin, { people: exactly(taken) }, { pageSize: 1 });
    await pull(source);
    await byHand(source, "One", { externalId: null });
    const [a = {}, ...others] = taken;
    const newcomers = ofGroup("1", "One", "n");
    const people = exactly([...newcomers, { ...a, title: "Chief" }, ...others]);
    await source.upstream.replace({ people });
    await pulledAsPlanned(source);
    expect(await membersOf(source)).toEqual(["a", "b", "c", "d"]);
    // Nobody was changed since: they come again because they aren't in it yet.
    await pull(source, { kind: "incremental" });
    expect(await membersOf(source)).toEqual(["a", "b", "c", "d", "n"]);
    await expectSteady(source, []);
  });

  it("has not forgotten the name that it could not have", async () => {
    const source = await newPulled(admin, { people: exactly(taken) });
    await pull(source);
    const told = ofGroup("1", "Two", "a", "b");
    await source.upstream.replace({ people: exactly([...told, ...taken.slice(2)]) });
    await pull(source);
    await byHand(source, "One", { displayName: "By hand" });
    await source.upstream.replace({
      people: exactly([...told, ...ofGroup("2", "Three", "c", "d")]),
    });
    await pulledAsPlanned(source);
    await pulledAsPlanned(source);
    expect(await names(source)).toEqual(["Three", "Two"]);
  });
});
