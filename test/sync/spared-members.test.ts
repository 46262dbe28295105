/** A group that an upstream's list would empty: who is not in it any more stays until an admin agrees. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, pull, recordsOf, type Pulled } from "../support/pulls.ts";
import { textAt } from "../support/scim.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const people = { count: 60 };
const groupOf = (ids: readonly number[], more: JsonObject = {}) => ({
  count: 1,
  exactly: true,
  given: [
    {
      id: "g",
      displayName: "G",
      members: ids.map((id) => ({ value: `person-${id}` })),
      ...more,
    },
  ],
});
const range = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, n) => first + n);

async function sourceWith(ids: readonly number[]): Promise<Pulled> {
  const script = { people, groups: groupOf(ids) };
  const source = await newPulled(admin, script, { withGroups: true });
  expect((await pull(source)).status).toBe("success");
  return source;
}

const give = (source: Pulled, ids: readonly number[], more: JsonObject = {}) =>
  source.upstream.replace({ people, groups: groupOf(ids, more) });

async function group(source: Pulled): Promise<{ name: unknown; size: unknown }> {
  const row = await env.DB.prepare(
    `SELECT attributes ->> 'displayName' AS name, member_count AS n,
      (SELECT count(*) FROM members m WHERE m.group_seq = g.seq) AS counted
      FROM groups g WHERE source_id = ?`,
  )
    .bind(source.id)
    .first();
  expect(row?.["n"]).toBe(row?.["counted"]);
  return { name: row?.["name"], size: row?.["n"] };
}

async function decide({ id }: Pulled, decision: "approve" | "reject"): Promise<void> {
  const { body } = await admin("GET", `/data-sources/${id}/hold`);
  const { hold = null } = body;
  const setHash = isObject(hold) ? textAt(hold, "setHash") : "";
  const answer = await admin("POST", `/data-sources/${id}/hold/${decision}`, { setHash });
  expect(answer.status).toBe(204);
}

describe("a group of 40 whose list is empty", () => {
  it("keeps its members, takes all else of its record, and is held", async () => {
    const source = await sourceWith(range(0, 40));
    await give(source, [], { displayName: "New" });
    for (const dryRun of [true, false, false]) {
      const run = await pull(source, { dryRun });
      expect([run.status, run.reason, run.counts.Group.held]).toEqual([
        "held",
        "members_removed",
        1,
      ]);
      expect(await recordsOf(run.id)).toMatchObject([
        { external_id: "g", action: "update", result: "held", code: "members_held" },
      ]);
    }
    expect(await group(source)).toEqual({ name: "New", size: 40 });
    const { body } = await admin("GET", `/data-sources/${source.id}/hold?limit=30`);
    expect(body["hold"]).toMatchObject({ reason: "members_removed", count: 40 });
    expect(body["data"]).toHaveLength(30);
    const next = `/data-sources/${source.id}/hold?limit=30&cursor=${textAt(body, "nextCursor")}`;
    const rest = await admin("GET", next);
    expect(rest.body["data"]).toHaveLength(10);
    expect(rest.body["data"]).toMatchObject(
      Array(10).fill({ resourceType: "Group", action: "remove_members", name: "New" }),
    );
    expect(await violations()).toEqual([]);
  });

  it("takes whom the list has anew, and loses those alone who were held when an admin agrees", async () => {
    const source = await sourceWith(range(0, 40));
    await give(source, range(30, 45));
    const run = await pull(source);
    expect(run.status).toBe("held");
    expect(await group(source)).toMatchObject({ size: 45 });
    await decide(source, "approve");
    const after = await pull(source);
    expect([after.status, after.counts.Group.unchanged]).toEqual(["success", 1]);
    expect(await group(source)).toMatchObject({ size: 15 });
    expect(await recordsOf(run.id)).toMatchObject([
      { action: "update", result: "held" },
      { resource_type: "Group", action: "update", result: "success", code: null },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("keeps them where an admin says so, and is asked about again when they were back", async () => {
    const source = await sourceWith(range(0, 40));
    await give(source, []);
    expect((await pull(source)).status).toBe("held");
    await decide(source, "reject");
    for (const _ of [1, 2]) expect((await pull(source)).status).toBe("success");
    expect(await group(source)).toMatchObject({ size: 40 });
    await give(source, range(0, 40));
    expect((await pull(source)).status).toBe("success");
    await give(source, []);
    expect((await pull(source)).status).toBe("held");
  });

  it("keeps who is in the list again before what was agreed to is done", async () => {
    const source = await sourceWith(range(0, 40));
    await give(source, []);
    const run = await pull(source);
    await give(source, range(0, 40));
    await pull(source, { kind: "incremental" });
    await decide(source, "approve");
    await pull(source);
    expect((await recordsOf(run.id)).at(-1)).toMatchObject({ code: "came_back" });
    expect(await group(source)).toMatchObject({ size: 40 });
  });
});

it.each([
  [20, 0],
  [50, 25],
])("a group of %d may be left with %d", async (before, after) => {
  const source = await sourceWith(range(0, before));
  await give(source, range(0, after));
  expect((await pull(source)).status).toBe("success");
  expect(await group(source)).toMatchObject({ size: after });
});
