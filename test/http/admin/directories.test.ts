/** Two directories on two databases: what belongs to one isn't there for the other. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, fetchWith, newKey, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { call, newSource, ORIGIN, type Source } from "../../support/client.ts";
import { endFaults, failCall, type Mode } from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { newGroup, newUser, objectsIn, patchBody, textAt } from "../../support/scim.ts";
import worker from "../../support/worker.ts";

const SECOND = env.DB_01 ?? env.DB;

function count(db: D1Database, table: string, where = "1"): Promise<unknown> {
  return db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).first("n");
}

async function newDirectory(admin: Call, name: string, shard = "01"): Promise<string> {
  const answer = await admin("POST", "/directories", { name, shard });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

describe("a directory", () => {
  it("is made in a shard, whose code its id carries", async () => {
    const admin = await adminOf("owner");
    const { status, headers, body } = await admin("POST", "/directories", {
      name: "Acme",
      shard: "01",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "Acme", shard: "01", version: 1 });
    expect(body["id"]).toMatch(/^dir_01[0-9a-f]{32}$/);
    expect(headers.get("location")).toBe(`/api/v1/directories/${textAt(body, "id")}`);
    const root = `id = '${textAt(body, "rootOrganizationId")}'`;
    expect([
      await count(SECOND, "organizations", root),
      await count(env.DB, "organizations", root),
    ]).toEqual([1, 0]);
    const shown = await admin("GET", `/directories/${textAt(body, "id")}`);
    expect(shown.body).toEqual(body);
  });

  it("is in the first shard where nothing is said, and listed beside the default one", async () => {
    const admin = await adminOf("owner");
    const { body } = await admin("POST", "/directories", { name: "Beta" });
    expect(body["id"]).toMatch(/^dir_00/);
    const first = await admin("GET", "/directories?limit=1");
    expect(objectsIn(first.body["data"]).map(({ name }) => name)).toEqual(["default"]);
    const cursor = textAt(first.body, "nextCursor");
    const second = await admin("GET", `/directories?limit=1&cursor=${cursor}`);
    expect(objectsIn(second.body["data"]).map(({ name }) => name)).toEqual(["Beta"]);
    expect(second.body["nextCursor"]).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it.each([
    ["a shard that isn't bound", { name: "X", shard: "02" }, 422, "shard_not_bound"],
    ["no shard code", { name: "X", shard: "first" }, 400, "invalid_value"],
    ["no name", { name: " " }, 400, "invalid_value"],
    ["a name that is taken, in other letters", { name: "DEFAULT" }, 409, "conflict"],
  ])("is refused with %s", async (_, body, status, code) => {
    const admin = await adminOf("owner");
    const answer = await admin("POST", "/directories", body);
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
    expect(await count(env.DB, "directories")).toBe(1);
    expect(await count(SECOND, "organizations")).toBe(1);
  });

  it("is renamed, by whoever knows its version", async () => {
    const admin = await adminOf("owner");
    const id = await newDirectory(admin, "Acme");
    const path = `/directories/${id}`;
    const rename = (name: string, version: number) =>
      admin("PATCH", path, { name }, { "if-match": `W/"${version}"` });
    expect((await rename("Acme Ltd", 1)).body).toMatchObject({ name: "Acme Ltd", version: 2 });
    expect((await rename("Acme SE", 1)).status).toBe(412);
    expect((await rename("default", 2)).status).toBe(409);
    expect((await rename("Acme Ltd", 2)).body["version"]).toBe(2);
    const known = await admin("GET", path, undefined, { "if-none-match": 'W/"2"' });
    expect(known.status).toBe(304);
    // The old name is free, also in the shard of the first one.
    await newDirectory(admin, "Acme");
  });

  it("that isn't there is not found, wherever it is named", async () => {
    const admin = await adminOf("owner");
    const id = "dir_0100000000000000000000000000000000";
    for (const path of ["users", "groups", "events", "data-sources"]) {
      expect((await admin("GET", `/${path}?directoryId=${id}`)).status, path).toBe(404);
    }
    const body = { name: "x", mode: "push", profile: "okta", directoryId: id };
    expect((await admin("POST", "/data-sources", body)).status).toBe(404);
  });
});

const MODES: readonly Mode[] = ["before", "after"];

describe("making a directory in another shard while a database fails", () => {
  it.each(MODES)("leaves nothing to be seen, and can be done again: %s", async (mode) => {
    const admin = await adminOf("owner");
    // The second database first, then the one that makes it a directory.
    for (const call of [1, 2]) {
      const name = `Acme ${call}`;
      failCall("worker", call, mode);
      const failed = await admin("POST", "/directories", { name, shard: "01" });
      endFaults();
      expect(failed.status).toBe(503);
      const done = call === 2 && mode === "after";
      expect(await count(env.DB, "directories", `name = '${name}'`)).toBe(done ? 1 : 0);
      const again = await admin("POST", "/directories", { name, shard: "01" });
      expect(again.status).toBe(done ? 409 : 201);
      const { body } = await admin("GET", "/directories");
      const named = objectsIn(body["data"]).filter((one) => one["name"] === name);
      expect(named).toHaveLength(1);
      await newSource(admin, "okta", { directoryId: textAt(named[0] ?? {}, "id") });
    }
  });
});

interface Two {
  readonly admin: Call;
  readonly id: string;
  readonly near: Source;
  readonly far: Source;
}

async function two(): Promise<Two> {
  const admin = await adminOf("owner");
  const id = await newDirectory(admin, "Acme");
  const near = await newSource(admin, "okta", { name: "IdP" });
  const far = await newSource(admin, "okta", { name: "IdP", directoryId: id });
  return { admin, id, near, far };
}

function names(body: JsonObject, field: string): unknown[] {
  return objectsIn(body["data"] ?? body["Resources"]).map((one) => one[field]);
}

describe("two directories in two databases", () => {
  it("hold people of one name, each its own", async () => {
    const { admin, id, near, far } = await two();
    expect([near.id.slice(0, 5), far.id.slice(0, 5)]).toEqual(["ds_00", "ds_01"]);
    expect([far.tokenId.slice(0, 6), far.token.slice(0, 11)]).toEqual(["tok_01", "mst_scim_01"]);
    for (const source of [near, far]) {
      const user = await newUser(source, { userName: "ann@people.test" });
      const group = await newGroup(source, "Staff");
      const member = patchBody({
        op: "add",
        path: "members",
        value: [{ value: user.replace("/Users/", "") }],
      });
      expect((await source.call("PATCH", group, member)).status).toBe(204);
    }
    await newUser(far, { userName: "bob@people.test" });
    const seen = async (source: Source) =>
      names((await source.call("GET", "/Users")).body, "userName");
    expect(await seen(near)).toEqual(["ann@people.test"]);
    expect(await seen(far)).toEqual(["ann@people.test", "bob@people.test"]);
    expect((await far.call("GET", "/Users?count=0")).body["totalResults"]).toBe(2);

    for (const [query, people] of [
      ["", 1],
      [`?directoryId=${id}`, 2],
    ] as const) {
      expect(names((await admin("GET", `/users${query}`)).body, "userName")).toHaveLength(people);
      expect(names((await admin("GET", `/groups${query}`)).body, "id")).toHaveLength(1);
      expect(names((await admin("GET", `/data-sources${query}`)).body, "id")).toHaveLength(1);
    }
    expect(await violations()).toEqual([]);
  });

  it("show nobody of one in the other", async () => {
    const { admin, id, near, far } = await two();
    const user = await newUser(far, { userName: "bob@people.test" });
    const group = await newGroup(far, "Staff");
    const [userId, groupId] = [user, group].map((path) => path.split("/")[2]);
    expect((await near.call("GET", user)).status).toBe(404);
    for (const path of [`/users/${userId}`, `/groups/${groupId}`, `/groups/${groupId}/members`]) {
      expect((await admin("GET", path)).status, path).toBe(404);
      expect((await admin("GET", `${path}?directoryId=${id}`)).status, path).toBe(200);
    }
    const other = await newDirectory(admin, "Third");
    expect((await admin("GET", `/users/${userId}?directoryId=${other}`)).status).toBe(404);
    const headers = { authorization: `Bearer ${far.token}` };
    expect((await call("GET", `${near.base}/Users`, { headers })).status).toBe(401);
    expect((await call("GET", `${far.base}/Users`, { headers })).status).toBe(200);
    expect((await call("GET", `${ORIGIN}/scim/v2/Users`, { headers })).status).toBe(200);
  });

  it("keep their own events, those of settings included", async () => {
    const { admin, id, far } = await two();
    await newUser(far, { userName: "bob@people.test" });
    await admin("PATCH", `/data-sources/${far.id}`, { description: "Far" });
    const here = names((await admin("GET", `/events?source=${far.id}`)).body, "type");
    const there = await admin("GET", `/events?directoryId=${id}`);
    expect(here).toEqual([]);
    expect(names(there.body, "type")).toEqual([
      "source.updated",
      "user.created",
      "organization.created",
      "source.created",
      "organization.created",
    ]);
    const feed = names((await admin("GET", `/changes?directoryId=${id}`)).body, "resourceId");
    const { body } = await admin("GET", `/directories/${id}`);
    const { body: own } = await admin("GET", `/data-sources/${far.id}`);
    const made = [body["rootOrganizationId"], own["targetOrganizationId"]];
    expect(feed.slice(0, 2)).toEqual(made);
  });

  it("revoke their own tokens at once", async () => {
    const { admin, near, far } = await two();
    const path = `/data-sources/${far.id}`;
    expect((await admin("GET", path)).body["directoryId"]).toMatch(/^dir_01/);
    expect((await far.call("GET", "/Users")).status).toBe(200);
    expect((await admin("POST", `${path}/disable`)).status).toBe(200);
    expect((await far.call("GET", "/Users")).status).toBe(403);
    expect((await near.call("GET", "/Users")).status).toBe(200);
    const rotated = await admin("POST", `${path}/tokens/${far.tokenId}/rotate`, {
      overlapHours: 0,
    });
    expect(rotated.status).toBe(201);
    expect((await far.call("GET", "/Users")).status).toBe(401);
  });

  it("are kept house for by the cron, each", async () => {
    await two();
    await worker.scheduled(createScheduledController({ scheduledTime: new Date() }), env);
    expect(await count(SECOND, "heartbeats")).toBe(1);
  });
});

describe("a shard that isn't bound", () => {
  async function without(): Promise<{ ask: (path: string) => Promise<Response>; at: Two }> {
    const at = await two();
    const { secret } = await newKey("owner");
    const { DB_01: _, ...bindings } = env;
    const headers = { authorization: `Bearer ${secret}` };
    return { at, ask: (path) => fetchWith(bindings, `/api/v1${path}`, { headers }) };
  }

  it("is out of order where something lives in it, not unknown", async () => {
    const { ask, at } = await without();
    const { DB_01: _, ...bindings } = env;
    expect((await ask(`/data-sources/${at.far.id}`)).status).toBe(503);
    expect((await ask(`/data-sources/${at.far.id}/tokens`)).status).toBe(503);
    expect((await ask(`/users?directoryId=${at.id}`)).status).toBe(503);
    expect((await ask(`/data-sources/${at.near.id}`)).status).toBe(200);
    const headers = { authorization: `Bearer ${at.far.token}` };
    const path = new URL(`${at.far.base}/Users`).pathname;
    expect((await fetchWith(bindings, path, { headers })).status).toBe(503);
    const discovery = new URL(`${at.far.base}/ServiceProviderConfig`).pathname;
    expect((await fetchWith(bindings, discovery, {})).status).toBe(503);
  });

  it("is unknown where nothing does", async () => {
    const { ask } = await without();
    expect((await ask(`/data-sources/ds_zz${"0".repeat(32)}`)).status).toBe(404);
  });

  it("is named by /readyz", async () => {
    await two();
    const { DB_01: _, ...bindings } = env;
    const text = await (await fetchWith(bindings, "/readyz")).text();
    expect(text).toContain("Not bound: DB_01");
  });
});
