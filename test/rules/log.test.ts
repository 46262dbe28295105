/** The activity log: who, when, what, before and after; why somebody is as they are; how long it is kept. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { boundedDiff, diffOf, maskedDiff } from "../../src/directory/diff.ts";
import { adminOf } from "../support/admins.ts";
import { claim, newSource, type Admin } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newGroup, newUser, objectsIn, patchBody, textAt, userBody } from "../support/scim.ts";
import worker from "../support/worker.ts";

keepQuiet();

const DAY_MS = 86_400_000;

async function eventsOf(admin: Admin, query: string) {
  const { status, body, text } = await admin("GET", `/events?${query}`);
  expect(status, text).toBe(200);
  return objectsIn(body["data"]);
}

async function detailOf(admin: Admin, id: unknown) {
  const { status, body, text } = await admin("GET", `/events/${Number(id)}`);
  expect(status, text).toBe(200);
  return body;
}

describe("A115 the log of a source", () => {
  it("A115 lists each change that came with its result: what was done, and what was refused", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const user = await newUser(source, { userName: "ann@people.test" });
    await source.call("PATCH", user, patchBody({ op: "replace", path: "active", value: false }));
    await source.call("DELETE", user);
    const refused = await source.call("DELETE", user);
    const done = await eventsOf(admin, `source=${source.id}&resourceType=User`);
    expect(done.map(({ type, outcome }) => [type, outcome])).toEqual([
      ["user.deleted", "done"],
      ["user.disabled", "done"],
      ["user.created", "done"],
    ]);
    await admin("GET", `/data-sources/${source.id}/refusals`);
    const [only] = await eventsOf(admin, `source=${source.id}&outcome=refused`);
    expect(only).toMatchObject({
      outcome: "refused",
      resourceType: "User",
      resourceId: user.replace("/Users/", ""),
      actor: source.tokenId,
      requestId: refused.headers.get("x-request-id"),
      refusal: { operation: "DELETE /Users", code: "not_found" },
    });
  });

  it("A115 has the values before and after, without a password", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const password = "Canary-Passw0rd-1";
    const user = await newUser(source, { title: "Cook", password });
    const change = patchBody(
      { op: "replace", path: "title", value: "Chef" },
      { op: "replace", path: "name.givenName", value: "Ann" },
      { op: "replace", path: "password", value: `${password}2` },
    );
    await source.call("PATCH", user, change);
    const [event] = await eventsOf(admin, `resource=${user.replace("/Users/", "")}`);
    const detail = await detailOf(admin, event?.["seq"]);
    expect(detail).toMatchObject({
      diff: { title: { from: "Cook", to: "Chef" }, "name.givenName": { to: "Ann" } },
      truncated: false,
      actorName: `token …${source.token.slice(-4)}`,
    });
    expect(detail["sentence"]).toContain("The user was changed (");
    expect(JSON.stringify(rowsOf(await dump(), "events"))).not.toContain("Passw0rd");
    expect(JSON.stringify(rowsOf(await dump(), "events"))).not.toContain(source.token);
  });

  it("A115 hides values from viewers, who see what changed", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const user = await newUser(source, { title: "Cook" });
    await source.call("PATCH", user, patchBody({ op: "replace", path: "title", value: "Chef" }));
    const viewer = await adminOf("viewer");
    const [event] = await eventsOf(viewer, `resource=${user.replace("/Users/", "")}`);
    expect((await detailOf(viewer, event?.["seq"]))["diff"]).toEqual({
      title: { from: "***", to: "***" },
    });
    const operator = await adminOf("operator");
    expect((await detailOf(operator, event?.["seq"]))["diff"]).toEqual({
      title: { from: "Cook", to: "Chef" },
    });
  });

  it("A115 names members by their ids, and how many a group has", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const id = (await newUser(source)).replace("/Users/", "");
    const group = await newGroup(source, "Staff");
    await source.call(
      "PATCH",
      group,
      patchBody({ op: "add", path: "members", value: [{ value: id }] }),
    );
    const [event] = await eventsOf(admin, `resource=${group.replace("/Groups/", "")}`);
    expect(event).toMatchObject({ changes: { added: [id], removed: [] } });
    expect(await detailOf(admin, event?.["seq"])).toMatchObject({
      diff: { memberCount: { from: 0, to: 1 } },
    });
  });
});

describe("a diff", () => {
  it("is of paths, lists whole, and parts of what is complex by themselves", () => {
    const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const before = { a: 1, list: [1], name: { x: "1", y: "2" }, [urn]: { d: "A" }, password: "p" };
    const after = {
      a: 1,
      list: [1, 2],
      name: { x: "1", z: "3" },
      [urn]: { d: "B" },
      password: "q",
    };
    expect(diffOf(before, after)).toEqual({
      list: { from: [1], to: [1, 2] },
      "name.y": { from: "2" },
      "name.z": { to: "3" },
      [`${urn}:d`]: { from: "A", to: "B" },
    });
  });

  it("of more than 8 KiB is kept without its values", () => {
    const large = diffOf({}, { title: "x".repeat(9_000), note: "y" });
    expect(boundedDiff(large)).toEqual({ diff: { title: {}, note: {} }, truncated: true });
    const small = diffOf({}, { title: "x".repeat(7_000) });
    expect(boundedDiff(small)).toEqual({ diff: small });
  });

  it("hides texts and numbers at any depth, and leaves what is true or absent", () => {
    const diff = diffOf({ a: [{ b: "c", d: 1, e: true }] }, { a: null, f: false });
    expect(maskedDiff(diff)).toEqual({
      a: { from: [{ b: "***", d: "***", e: true }], to: null },
      f: { to: false },
    });
  });
});

describe("why", () => {
  async function why(admin: Admin, query: string) {
    const { status, body, text } = await admin("GET", `/why?${query}`);
    expect(status, text).toBe(200);
    return {
      nextCursor: textAt(body, "nextCursor"),
      items: objectsIn(body["data"]),
      people: objectsIn(body["people"]),
    };
  }

  it("tells all that touched one person, in a sentence each, also after they are deleted", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { name: "Acme Okta" });
    const user = await newUser(source, { userName: "Ann@people.test", externalId: "e1" });
    const id = user.replace("/Users/", "");
    const group = await newGroup(source, "Staff");
    const members = (op: string) => patchBody({ op, path: "members", value: [{ value: id }] });
    await source.call("PATCH", group, members("add"));
    await source.call("PATCH", group, members("remove"));
    const clash = userBody({ userName: "ann@PEOPLE.test", externalId: "e2" });
    await source.call("POST", "/Users", clash);
    await source.call("POST", "/Users", clash);
    await source.call("DELETE", user);
    await admin("GET", `/data-sources/${source.id}/refusals`);
    const { items, people } = await why(admin, "userName=ann@people.test");
    expect(people).toEqual([{ id, state: "deleted" }]);
    const sentences = items.map((item) => textAt(item, "sentence"));
    const by = `by the data source “Acme Okta” (token …${source.token.slice(-4)}).`;
    expect(sentences).toEqual([
      `The user was deleted, ${by}`,
      "POST /Users of the data source “Acme Okta” was refused, 2 times in that hour (uniqueness): userName is already taken",
      `Was taken out of the group “Staff”, ${by}`,
      `Became a member of the group “Staff”, ${by}`,
      `The user was created, ${by}`,
    ]);
    const { body } = await admin("GET", `/users/${id}/history`);
    expect(objectsIn(body["data"]).map(({ sentence }) => sentence)).toEqual(sentences);
    const walked: unknown[] = [];
    let cursor = "";
    do {
      const page = await why(admin, `id=${id}&limit=2${cursor}`);
      walked.push(...page.items.map(({ sentence }) => sentence));
      cursor = page.nextCursor === "" ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(walked).toEqual(sentences);
  });

  it("tells why somebody never came, and knows nothing of a stranger", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await source.call("POST", "/Users", {
      ...userBody({ userName: "bob@people.test" }),
      active: "x",
    });
    await admin("GET", `/data-sources/${source.id}/refusals`);
    const { items, people } = await why(admin, "userName=bob@people.test");
    expect(people).toEqual([]);
    expect(items).toEqual([
      expect.objectContaining({
        outcome: "refused",
        refusal: expect.objectContaining({ path: "active", record: "bob@people.test" }),
      }),
    ]);
    for (const [path, status] of [
      ["/why?userName=carl@people.test", 404],
      ["/why?id=nobody", 404],
      ["/why", 400],
      ["/why?id=a&userName=b", 400],
      ["/users/nobody/history", 404],
    ] as const) {
      expect([path, (await admin("GET", path)).status]).toEqual([path, status]);
    }
  });

  it("tells what is left of somebody who is gone for good", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const user = await newUser(source);
    const id = user.replace("/Users/", "");
    await source.call("DELETE", user);
    await env.DB.prepare("DELETE FROM users WHERE id = ?").bind(id).run();
    const { items, people } = await why(admin, `id=${id}`);
    expect(people).toEqual([{ id, state: "purged" }]);
    expect(items).toHaveLength(2);
  });

  it("is asked about in one directory", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const id = (await newUser(source)).replace("/Users/", "");
    const { body } = await admin("POST", "/directories", { name: "Acme" });
    const query = `directoryId=${textAt(body, "id")}`;
    expect((await admin("GET", `/users/${id}/history?${query}`)).status).toBe(404);
    const { status } = await admin("GET", `/events/1?${query}`);
    expect(status).toBe(404);
  });
});

describe("what is kept", () => {
  const tick = (now: number, more: Partial<Env> = {}) =>
    worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), {
      ...env,
      ...more,
    });

  async function seed(now: number): Promise<void> {
    const days = [100, 91, 89, 31, 29, 0];
    await env.DB.batch(
      days.flatMap((age) => {
        const at = now - age * DAY_MS;
        return [
          env.DB.prepare(
            `INSERT INTO events (directory_id, at, type, resource_type, resource_id, actor, request_id, changes)
             VALUES ('default', ?1, 'user.created', 'User', ?2, 'tok', 'r', '{}')`,
          ).bind(at, `d${age}`),
          env.DB.prepare(
            `INSERT INTO refusals (directory_id, source_id, hour, operation, code, path, record, n,
               first_at, last_at, actor, request_id, detail)
             VALUES ('default', 'ds', ?1, 'o', 'c', '', ?2, 1, ?1, ?1, 'tok', 'r', '')`,
          ).bind(at, `d${age}`),
          env.DB.prepare("INSERT INTO request_counts VALUES ('ds', ?1, ?2, 2, 1)").bind(
            at,
            `d${age}`,
          ),
          env.DB.prepare(
            "INSERT INTO credential_attempts (source_id, at, why, hint, user_agent) VALUES ('ds', ?1, ?2, '', '')",
          ).bind(at, `d${age}`),
        ];
      }),
    );
  }

  async function kept(table: string, column: string): Promise<unknown[]> {
    return rowsOf(await dump(), table).map((row) => row[column]);
  }

  it("is ninety days of events and counts, thirty of refusals", async () => {
    const now = Date.now();
    await seed(now);
    await tick(now);
    expect(await kept("events", "resource_id")).toEqual(["d89", "d31", "d29", "d0"]);
    expect(new Set(await kept("request_counts", "route"))).toEqual(
      new Set(["d0", "d29", "d31", "d89"]),
    );
    expect(await kept("refusals", "record")).toEqual(["d29", "d0"]);
    expect(await kept("credential_attempts", "why")).toEqual(["d29", "d0"]);
  });

  it.each([
    ["40", ["d31", "d29", "d0"]],
    ["1", ["d29", "d0"]],
    ["no number", ["d89", "d31", "d29", "d0"]],
    ["1000", ["d100", "d91", "d89", "d31", "d29", "d0"]],
  ])("is as long as EVENT_DAYS=%s says, and never less than thirty days", async (days, left) => {
    const now = Date.now();
    await seed(now);
    await tick(now, { EVENT_DAYS: days });
    expect(await kept("events", "resource_id")).toEqual(left);
  });

  it("goes a thousand at a time, always from its beginning", async () => {
    const now = Date.now();
    await env.DB.prepare(
      `INSERT INTO events (directory_id, at, type, resource_type, resource_id, actor, request_id, changes)
       SELECT 'default', iif(value = 500, ?2, 0), 'user.created', 'User', value, 'tok', 'r', '{}'
       FROM json_each(?1)`,
    )
      .bind(JSON.stringify(Array.from({ length: 2_600 }, (_, i) => i)), now)
      .run();
    await tick(now);
    // A young event in between keeps those after it, so that one number says what is gone.
    expect(await kept("events", "resource_id")).toHaveLength(2_100);
    await tick(now);
    expect(await kept("events", "resource_id")).toHaveLength(2_100);
    expect(await kept("event_horizon", "seq")).toEqual([500]);
    await tick(now + 91 * DAY_MS);
    expect(await kept("events", "resource_id")).toHaveLength(1_100);
  });
});
