/** How holds end: carried out, with whoever's removals they are, and of age. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { withHeaders } from "../support/admins.ts";
import { anyone } from "../support/callers.ts";
import { claim, newSource, type Admin } from "../support/client.ts";
import { testId } from "../support/directory-rows.ts";
import {
  guardedSource,
  heldIn,
  holdsOf,
  insertPeople,
  numbers,
  removeAll,
} from "../support/guarded.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, pull } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";
import worker from "../support/worker.ts";

keepQuiet();

const statusesOf = async (id: string) => (await holdsOf(id)).map(({ status }) => status);

async function deleted(admin: Admin, path: string, name: string): Promise<void> {
  await admin("POST", `${path}/disable`);
  const { status, text } = await admin("DELETE", `${path}?confirm=${encodeURIComponent(name)}`);
  expect(status, text).toBe(204);
}

describe("what waits", () => {
  it("ends with the source whose removals they are", async () => {
    const { admin, source, ...world } = await guardedSource(30);
    await removeAll({ source, ...world }, numbers(11));
    expect(await statusesOf(source.id)).toEqual(["waiting"]);
    const path = `/data-sources/${source.id}`;
    const { body } = await admin("GET", path);
    await deleted(admin, path, textAt(body, "name"));
    expect(await statusesOf(source.id)).toEqual(["replaced"]);
    expect(await violations()).toEqual([]);
  });

  it("ends with the application whose removals they are", async () => {
    const { admin, organizationId } = await guardedSource(0);
    await insertPeople(numbers(30), { sourceId: null, organizationId });
    const { body } = await admin("POST", "/application-keys", {
      name: "Intranet",
      access: "write",
      organizationIds: [organizationId],
    });
    const call = withHeaders(anyone({ authorization: `Bearer ${textAt(body, "secret")}` }));
    for (const n of numbers(11)) await call("DELETE", `/users/${testId(n)}`);
    const id = textAt(body, "id");
    expect(await statusesOf(id)).toEqual(["waiting"]);
    expect((await admin("PATCH", `/application-keys/${id}`, { name: "Other" })).status).toBe(200);
    expect(await statusesOf(id)).toEqual(["waiting"]);
    expect((await admin("DELETE", `/application-keys/${id}`)).status).toBe(204);
    expect(await statusesOf(id)).toEqual(["replaced"]);
    expect(await violations()).toEqual([]);
  });
});

describe("what was agreed to", () => {
  async function lines(admin: Admin, path: string): Promise<(readonly [unknown, number])[]> {
    const { body } = await admin("GET", path);
    const done = objectsIn(body["data"]).map((one) => one["done"]);
    return [true, false, null].flatMap((value) => {
      const n = done.filter((one) => one === value).length;
      return n === 0 ? [] : [[value, n] as const];
    });
  }

  it("is shown as done once a pull has carried it out", async () => {
    const admin = await claim();
    const source = await newPulled(admin, { people: { count: 40 } });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: numbers(12) });
    const runId = `run_00${crypto.randomUUID().replaceAll("-", "")}`;
    const run = await pull(source, { runId });
    const ofRun = `/sync-runs/${run.id}/held`;
    expect(await lines(admin, ofRun)).toEqual([[false, 12]]);
    const { body } = await admin("GET", ofRun);
    const [{ setHash = "" } = {}] = objectsIn([body["hold"] ?? null]);
    const approved = await admin("POST", `/sync-runs/${run.id}/approve-held`, { setHash });
    expect(approved.status, approved.text).toBe(204);
    await pull(source);
    expect(await lines(admin, ofRun)).toEqual([[true, 12]]);
  });

  it("is for the client to do where it was pushed", async () => {
    const { admin, source, ...world } = await guardedSource(30);
    await removeAll({ source, ...world }, numbers(12));
    expect(await lines(admin, `/data-sources/${source.id}/hold`)).toEqual([[null, 2]]);
  });
});

describe("after 90 days", () => {
  const NOW = 1_800_000_000_000;
  const DAYS = 86_400_000;
  const tick = () =>
    worker.scheduled(createScheduledController({ scheduledTime: new Date(NOW) }), env);

  interface Old {
    readonly status: string;
    readonly run?: boolean;
    readonly done?: 0 | 1;
    readonly days?: number;
    /** The source is deleted. */
    readonly gone?: boolean;
  }

  async function insertHold(n: number, sourceId: string, old: Old): Promise<string> {
    const id = `hold_${n}`;
    const at = NOW - (old.days ?? 91) * DAYS;
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO holds (id, source_id, run_id, status, reason, set_hash, n, created_at, updated_at)
          VALUES (?1, ?2, ?3, ?4, 'people_missing', ?1, 1, ?5, ?5)`,
      ).bind(id, sourceId, old.run === true ? "run" : null, old.status, at),
      env.DB.prepare("INSERT INTO held VALUES (?1, 'User', 'u', 'disable', ?2)").bind(
        id,
        old.done ?? 0,
      ),
    ]);
    return id;
  }

  it.each<[string, Old, boolean]>([
    ["one that waits stays", { status: "waiting" }, true],
    ["one decided less than 90 days ago stays", { status: "approved", days: 89 }, true],
    ["one approved of what was pushed goes", { status: "approved" }, false],
    ["one rejected of what was pushed goes", { status: "rejected" }, false],
    ["one that another took the place of goes", { status: "replaced", run: true }, false],
    ["one approved of a pull goes when done", { status: "approved", run: true, done: 1 }, false],
    ["one approved of a pull stays until done", { status: "approved", run: true }, true],
    ["one rejected of a pull stays", { status: "rejected", run: true }, true],
    ["one rejected goes with its source", { status: "rejected", run: true, gone: true }, false],
    ["one to be done goes with its source", { status: "approved", run: true, gone: true }, false],
  ])("%s", async (_, old, stays) => {
    const admin = await claim();
    const { id: sourceId } = await newSource(admin, "okta", { name: "HR" });
    if (old.gone === true) await deleted(admin, `/data-sources/${sourceId}`, "HR");
    const id = await insertHold(1, sourceId, old);
    await tick();
    expect([(await holdsOf(sourceId)).length, (await heldIn(id)).length]).toEqual(
      stays ? [1, 1] : [0, 0],
    );
  });

  it("those that stay are in nobody's way", async () => {
    const admin = await claim();
    const { id: sourceId } = await newSource(admin, "okta");
    for (const n of numbers(25)) {
      await insertHold(n, sourceId, { status: "rejected", run: true, days: 200 });
    }
    await insertHold(99, sourceId, { status: "replaced" });
    await tick();
    expect((await holdsOf(sourceId)).length).toBe(25);
  });
});
