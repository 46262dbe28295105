/** Somebody who was deleted, and is in the upstream's list again. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { exactly, newPulled, peopleOf, pull, recordsOf } from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

const many = (from: number): JsonObject[] =>
  Array.from({ length: 30 - from }, (_, n) => ({ id: `p${n + from}`, userName: `p${n + from}` }));

it.each([404, 500])(
  "comes back as they were, and is not missed by the run that brings them (%s by id)",
  async (status) => {
    const admin = await claim();
    const settings = { deletionPolicy: "delete", pageSize: 7 } as const;
    const source = await newPulled(admin, { people: exactly(many(0)) }, settings);
    await pull(source);
    const idOf = async (userName: string) =>
      env.DB.prepare("SELECT id FROM users WHERE user_name_key = ?").bind(userName).first("id");
    const before = await idOf("p0");
    await source.upstream.replace({ people: exactly(many(2)) });
    expect((await pull(source)).counts.User.deleted).toBe(2);
    expect(await peopleOf(source)).toHaveLength(28);
    await source.upstream.replace({ people: exactly(many(0)) });
    await source.upstream.setFaults({ on: "Users", one: true, act: { kind: "answer", status } });
    const run = await pull(source);
    expect([run.status, run.counts.User.created]).toEqual(["success", 2]);
    expect((await recordsOf(run.id)).map(({ name, action }) => `${name} ${action}`)).toEqual([
      "p0 create",
      "p1 create",
    ]);
    expect(await idOf("p0")).toBe(before);
    const { results } = await env.DB.prepare("SELECT * FROM missing").all();
    expect(results).toEqual([]);
    expect(await violations()).toEqual([]);
  },
);

it("counts again among those of whom so many may go, in a plan as in a run", async () => {
  const admin = await claim();
  const all = Array.from({ length: 60 }, (_, n) => ({ id: `p${n}`, userName: `p${n}` }));
  const source = await newPulled(admin, { people: exactly(all) }, { deletionPolicy: "delete" });
  await pull(source);
  for (const gone of [5, 10]) {
    await source.upstream.replace({ people: exactly(all.slice(gone)) });
    expect((await pull(source)).counts.User.deleted).toBe(5);
  }
  // A tenth of 60: of the 50 that there were it would be one too many.
  await source.upstream.replace({ people: exactly(all.slice(0, 54)) });
  const run = await pulledAsPlanned(source);
  expect([run.status, run.counts.User.created, run.counts.User.deleted]).toEqual([
    "success",
    10,
    6,
  ]);
  expect(await violations()).toEqual([]);
});

it("has no address any more that somebody else was given, in a plan as in a run", async () => {
  const admin = await claim();
  const person = (id: string, address?: string) => ({
    id,
    userName: id,
    ...(address !== undefined && { emails: [{ value: address, type: "work" }] }),
  });
  const others = many(0);
  const settings = { deletionPolicy: "delete", pageSize: 1 } as const;
  const before = [...others, person("gone", "one@example.org")];
  const source = await newPulled(admin, { people: exactly(before) }, settings);
  await pull(source);
  await source.upstream.replace({ people: exactly(others) });
  expect((await pull(source)).counts.User.deleted).toBe(1);
  const more = [person("a", "one@example.org"), person("gone"), person("b", "one@example.org")];
  await source.upstream.replace({ people: exactly([...others, ...more]) });
  const run = await pulledAsPlanned(source);
  expect((await recordsOf(run.id)).map(({ name, result }) => `${name} ${result}`)).toEqual([
    "a success",
    "gone success",
    "b failed",
  ]);
  expect(await violations()).toEqual([]);
});

it("is asked for to see whether an answer is to be believed, in a plan as in a run", async () => {
  const admin = await claim();
  const all = many(18);
  const userLimit = { least: 100, percent: 100, most: 500 };
  const settings = { deletionPolicy: "delete", userLimit } as const;
  const source = await newPulled(admin, { people: exactly(all) }, settings);
  await pull(source);
  for (const there of [all.slice(8), all.slice(0, 8)]) {
    await source.upstream.replace({ people: exactly(there) });
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.User.deleted]).toEqual(["success", 12 - there.length]);
  }
});
