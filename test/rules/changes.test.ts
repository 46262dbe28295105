/** The change feed: everything, in order, at least once, whatever happens meanwhile. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feedStatements } from "../../src/directory/change-feed.ts";
import { adminOf } from "../support/admins.ts";
import { claim, newSource, type Admin } from "../support/client.ts";
import { decide, guardedSource, holdsOf, insertGroup } from "../support/guarded.ts";
import { measure } from "../support/measure.ts";
import { keepQuiet } from "../support/quiet.ts";
import { scaled } from "../support/scale.ts";
import { groupBody, newGroup, newUser, objectsIn, patchBody, textAt } from "../support/scim.ts";
import worker from "../support/worker.ts";

keepQuiet();

const DAY_MS = 86_400_000;

async function read(admin: Admin, query: string) {
  const { status, body, text } = await admin("GET", `/changes?${query}`);
  expect(status, text).toBe(200);
  return {
    seqs: objectsIn(body["data"]).map(({ seq }) => Number(seq)),
    data: objectsIn(body["data"]),
    cursor: textAt(body, "nextCursor"),
    hasMore: body["hasMore"] === true,
  };
}

/** Events right into the table, as many directories of a shard leave them. */
async function insertEvents(
  count: number,
  directory = "default",
  type = "user.updated",
  at = Date.now(),
): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO events (directory_id, at, type, resource_type, resource_id, actor, request_id, changes)
     SELECT ?2, ?4, ?3, iif(?3 LIKE 'user.%', 'User', 'DataSource'), 'u' || value, 'tok', 'r',
       '{"attributes":["title"]}'
     FROM json_each(?1)`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, i) => i)), directory, type, at)
    .run();
}

async function feedSeqs(directory = "default"): Promise<number[]> {
  const { results } = await env.DB.prepare(
    "SELECT seq FROM events WHERE directory_id = ? AND resource_type IN ('User', 'Group', 'Organization') ORDER BY seq",
  )
    .bind(directory)
    .run<{ seq: number }>();
  return results.map(({ seq }) => seq);
}

describe("the change feed", () => {
  it("says where it doesn't name all members of a change, and how many there are", async () => {
    const world = await guardedSource(1_050);
    const path = await insertGroup(world, 1_050);
    const empty = () => world.source.call("PUT", path, groupBody("Staff"));
    expect((await empty()).status).toBe(503);
    const [hold] = await holdsOf(world.source.id);
    if (hold === undefined) throw new Error("Nothing is held");
    expect(await decide(world.source.id, hold, "approved")).toEqual({ ok: true });
    expect((await empty()).status).toBe(200);
    const { data } = await read(await adminOf("owner"), "limit=50");
    const change = data.find(({ type }) => type === "group.updated");
    expect(change).toMatchObject({
      membersAdded: [],
      membersTruncated: true,
      membersRemovedTotal: 1_050,
    });
    expect(change?.["membersRemoved"]).toHaveLength(1_000);
    expect(change).not.toHaveProperty("membersAddedTotal");
  });

  it("tells who changed, in what, to which version, in order", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const user = await newUser(source);
    await source.call("PATCH", user, patchBody({ op: "replace", path: "title", value: "Chef" }));
    const group = await newGroup(source, "Staff");
    const id = user.replace("/Users/", "");
    await source.call(
      "PATCH",
      group,
      patchBody({ op: "add", path: "members", value: [{ value: id }] }),
    );
    await source.call("DELETE", user);
    const { data } = await read(admin, "limit=50");
    expect(data.map(({ type, version }) => [type, version])).toEqual([
      // The source's own.
      ["organization.created", 1],
      ["user.created", 1],
      ["user.updated", 2],
      ["group.created", 1],
      ["group.updated", 2],
      ["user.deleted", 3],
    ]);
    const { body } = await admin("GET", `/data-sources/${source.id}`);
    expect(data[0]).toMatchObject({
      resourceId: body["targetOrganizationId"],
      sourceId: source.id,
    });
    expect(data[2]).toMatchObject({ resourceId: id, attributes: ["title"], sourceId: source.id });
    expect(data[4]).toMatchObject({ membersAdded: [id], membersRemoved: [] });
    const { data: withResources } = await read(admin, "include=resource");
    expect(withResources[1]).toMatchObject({ resource: null });
    expect(withResources[3]).toMatchObject({ resource: { displayName: "Staff", memberCount: 0 } });
  });

  it("gives the same cursor for an empty page, and goes on from it", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await newUser(source);
    const { cursor } = await read(admin, "");
    const empty = await read(admin, `cursor=${cursor}`);
    expect(empty).toMatchObject({ seqs: [], cursor, hasMore: false });
    await newGroup(source, "Staff");
    expect((await read(admin, `cursor=${cursor}`)).data).toMatchObject([{ type: "group.created" }]);
  });

  it("refuses a cursor that was changed, or is another directory's", async () => {
    const admin = await claim();
    const { cursor } = await read(admin, "");
    const { body } = await admin("POST", "/directories", { name: "Acme" });
    for (const query of [
      `cursor=A${cursor.slice(1) === cursor ? "" : cursor.slice(2)}`,
      `cursor=${cursor}&directoryId=${textAt(body, "id")}`,
    ]) {
      const { status, body: problem } = await admin("GET", `/changes?${query}`);
      expect([status, problem["code"]]).toEqual([400, "invalid_cursor"]);
    }
  });

  it("passes what isn't its own, window by window", async () => {
    const admin = await claim();
    await insertEvents(2_500, "other");
    await insertEvents(3);
    let page = await read(admin, "limit=2");
    expect(page).toMatchObject({ seqs: [], hasMore: true });
    const all: number[] = [];
    while (page.hasMore) {
      page = await read(admin, `limit=2&cursor=${page.cursor}`);
      all.push(...page.seqs);
    }
    expect(all).toEqual(await feedSeqs());
  });

  it("reads a hundred for some hundred and twenty rows at most", async () => {
    await insertEvents(1_000);
    const { rowsRead } = await measure(feedStatements("default", 500, 100));
    expect(rowsRead).toBeLessThanOrEqual(120);
  });

  it("begins at a time where it is asked to, rather too early than too late", async () => {
    const admin = await claim();
    const now = Date.now();
    await insertEvents(2, "default", "user.created", now - 3 * DAY_MS);
    await insertEvents(2, "default", "user.updated", now);
    const since = (time: number) => `since=${encodeURIComponent(new Date(time).toISOString())}`;
    const all = await feedSeqs();
    expect((await read(admin, since(now - DAY_MS))).seqs).toEqual(all.slice(2));
    expect((await read(admin, since(now - 9 * DAY_MS))).seqs).toEqual(all);
    expect((await read(admin, since(now + DAY_MS))).seqs).toEqual([]);
  });
});

describe("a reader", () => {
  it("who stops and comes back while others write sees every change, once and in order", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const other = await newSource(admin, "okta");
    const reader = async (limits: readonly number[]): Promise<number[]> => {
      const seen: number[] = [];
      let cursor = "";
      for (const limit of limits) {
        const page = await read(admin, `limit=${limit}${cursor}`);
        seen.push(...page.seqs);
        cursor = `&cursor=${page.cursor}`;
      }
      for (
        let page = await read(admin, `limit=7${cursor}`);
        ;
        page = await read(admin, `limit=7${cursor}`)
      ) {
        seen.push(...page.seqs);
        cursor = `&cursor=${page.cursor}`;
        if (page.seqs.length === 0) return seen;
      }
    };
    let n = 0;
    const run = fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 12 }),
      fc.integer({ min: 2, max: 12 }),
      async (limits, writes) => {
        const writing = Promise.all(
          Array.from({ length: writes }, () =>
            newUser(n++ % 2 === 0 ? source : other, { userName: `u${n}@people.test` }),
          ),
        );
        const early = await reader(limits);
        await writing;
        const all = await feedSeqs();
        expect(early).toEqual(all.slice(0, early.length));
        expect(await reader(limits)).toEqual(all);
      },
    );
    await fc.assert(run, { numRuns: scaled(4) });
  });

  it("whose cursor is older than what is kept is told so, and one who has read it all is not", async () => {
    const admin = await adminOf("viewer");
    const now = Date.now();
    await insertEvents(5, "default", "user.created", now - 100 * DAY_MS);
    const old = await read(admin, "limit=2");
    const done = await read(admin, "limit=50");
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env);
    expect(await feedSeqs()).toEqual([]);
    const { status, body } = await admin("GET", `/changes?cursor=${old.cursor}`);
    expect([status, body["code"]]).toEqual([410, "cursor_expired"]);
    expect(body["hint"]).toContain("without a cursor");
    expect(await read(admin, `cursor=${done.cursor}`)).toMatchObject({
      seqs: [],
      cursor: done.cursor,
    });
    await insertEvents(1);
    expect((await read(admin, `cursor=${done.cursor}`)).seqs).toEqual(await feedSeqs());
  });

  it("whose database was brought back to an earlier state is told so", async () => {
    const admin = await claim();
    await insertEvents(5);
    const { cursor } = await read(admin, "");
    await env.DB.prepare("DELETE FROM events WHERE seq > 3").run();
    expect((await admin("GET", `/changes?cursor=${cursor}`)).status).toBe(410);
    await env.DB.prepare("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'events'").run();
    await insertEvents(9, "default", "user.updated", Date.now() + 5_000);
    expect((await admin("GET", `/changes?cursor=${cursor}`)).status).toBe(410);
  });
});
