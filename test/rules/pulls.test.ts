/** Pulling as the source documents have it: from the call of an admin to what stands in the directory. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Run } from "../../src/sync/run.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import {
  ended,
  exactly,
  newPulled,
  organizationsOf,
  peopleOf,
  type Pulled,
} from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

/** By the manual route, to its end. */
async function sync(source: Pulled, body: JsonObject = {}): Promise<Run> {
  const answer = await admin("POST", `/data-sources/${source.id}/sync`, body);
  expect(answer.status, answer.text).toBe(202);
  return ended(source, textAt(answer.body, "id"));
}

async function recordsOf(id: string, query = ""): Promise<JsonObject[]> {
  const { body } = await admin("GET", `/sync-runs/${id}/records${query}`);
  return objectsIn(body["data"]);
}

const person = (n: number, more: JsonObject = {}) => ({ id: `p${n}`, userName: `p${n}`, ...more });

describe("a manual sync", () => {
  it("A118 reads organizations, then people", async () => {
    const source = await newPulled(admin, { people: { count: 3 }, organizations: { count: 2 } });
    await sync(source);
    const routes = (await source.upstream.asked()).map(({ path }) => path.split("?")[0]);
    expect(routes.filter((route, n) => route !== routes[n - 1])).toEqual([
      "/token",
      "/Organizations",
      "/Users",
    ]);
  });

  it("A119 tells of each record what became of it, and why", async () => {
    const source = await newPulled(admin, { people: { count: 3 }, organizations: { count: 2 } });
    const run = await sync(source);
    expect([run.status, run.trigger, run.kind]).toEqual(["success", "manual", "full"]);
    const records = await recordsOf(run.id);
    expect(
      records.map(({ resourceType, action, result }) => [resourceType, action, result]),
    ).toEqual([
      ...Array(2).fill(["Organization", "create", "success"]),
      ...Array(3).fill(["User", "create", "success"]),
    ]);
    const shown = await admin("GET", `/sync-runs/${run.id}`);
    expect(shown.body).toMatchObject({ status: "success", counts: { User: { created: 3 } } });
  });

  it("A121 with a bad record is partial: the others are applied", async () => {
    const people = [person(1), { id: "p2" }, person(3, { active: "perhaps" }), person(4)];
    const source = await newPulled(admin, { people: exactly(people) });
    const run = await sync(source);
    expect([run.status, run.reason, run.counts.User.failed]).toEqual([
      "partial",
      "records_failed",
      2,
    ]);
    expect((await peopleOf(source)).map(({ userName }) => userName)).toEqual(["p1", "p4"]);
    const failed = await recordsOf(run.id, "?result=failed");
    expect(failed.map(({ externalId, path }) => [externalId, path])).toEqual([
      ["p2", "userName"],
      ["p3", "active"],
    ]);
  });

  it("A121 leaves whoever has a bad record as they are", async () => {
    const source = await newPulled(admin, { people: exactly([person(1), person(2)]) });
    await sync(source);
    const bad = person(2, { active: "perhaps" });
    await source.upstream.replace({ people: exactly([person(1), bad]) });
    expect((await sync(source)).status).toBe("partial");
    expect((await peopleOf(source)).map(({ active }) => active)).toEqual([true, true]);
  });

  it("A122 places a child that comes before its parent", async () => {
    const organizations = [
      { id: "b", displayName: "B", parent: "a" },
      { id: "a", displayName: "A" },
    ];
    const source = await newPulled(
      admin,
      { organizations: exactly(organizations) },
      { pageSize: 1 },
    );
    expect((await sync(source)).status).toBe("success");
    expect(await organizationsOf(source)).toEqual(["A < target", "B < A"]);
  });
});

describe("an upstream that isn't read to its end", () => {
  it.each([
    ["an error", { kind: "answer", status: 500 }, "failed"],
    ["a page for people", { kind: "answer", status: 200, body: "<html>" }, "failed"],
    ["a page that is cut off", { kind: "cut", bytes: 300, framing: "close" }, "failed"],
    ["a total that shrinks", { kind: "overlay", members: { totalResults: 20 } }, "partial"],
  ] as const)("A123 because of %s has nobody disabled or deleted", async (_, act, status) => {
    const source = await newPulled(admin, { people: { count: 30 } }, { pageSize: 10 });
    await sync(source);
    await source.upstream.change({ of: "Users", remove: [1] });
    await source.upstream.setFaults({ on: "Users", call: 2, onwards: true, act });
    const run = await sync(source);
    expect(run.status).toBe(status);
    const all = await peopleOf(source);
    expect(all.filter(({ active }) => active === true)).toHaveLength(30);
    expect(await violations()).toEqual([]);
  });
});

describe("an incremental sync", () => {
  it("A124 applies nobody again who is as before, and loses nobody who changed in the same second", async () => {
    const at = "2026-05-01T08:00:00Z";
    const meta = { lastModified: at };
    const source = await newPulled(admin, { people: exactly([person(1, { meta })]) });
    await sync(source);
    await source.upstream.replace({ people: exactly([person(1, { meta }), person(2, { meta })]) });
    const run = await sync(source, { kind: "incremental" });
    expect([run.kind, run.status]).toEqual(["incremental", "success"]);
    expect(run.counts.User).toMatchObject({ read: 2, unchanged: 1, created: 1 });
    expect((await peopleOf(source)).map(({ userName }) => userName)).toEqual(["p1", "p2"]);
  });
});
