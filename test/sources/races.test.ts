/** Requests at the same moment: whatever their order, the database tells of one that makes sense. */
import { describe, expect, it, vi } from "vitest";
import { isObject, type Json } from "../../src/scim/json.ts";
import { idOf, tally, times } from "../support/answer.ts";
import { claim, newSource, oneSource, type Answer, type Source } from "../support/client.ts";
import type { Row } from "../../src/directory/database.ts";
import { dump, rowsOf, type Dump } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { pauseCall } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";

const MANY = 64;

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

/** Ids of as many users. */
function users(source: Source, n: number): Promise<string[]> {
  return times(n, async (i) =>
    idOf(await source.call("POST", "/Users", { userName: `user${i}@x` })),
  );
}

async function group(source: Source, members: readonly string[] = []): Promise<string> {
  const values = members.map((value) => ({ value }));
  return idOf(await source.call("POST", "/Groups", { displayName: "Staff", members: values }));
}

function setActive(source: Source, id: string, value: boolean): Promise<Answer> {
  const operation = { op: "replace", path: "active", value };
  return source.call("PATCH", `/Users/${id}`, { Operations: [operation] });
}

function patch(op: "add" | "remove" | "replace", path: string, value: Json): Json {
  return { Operations: [{ op, path, value }] };
}

/** Ids of the group's members, in order. */
function bearers(from: Dump): Row[] {
  return rowsOf(from, "tokens").filter(({ type }) => type === "bearer");
}

async function membersOf(source: Source, id: string): Promise<string[]> {
  const { members } = (await source.call("GET", `/Groups/${id}`)).body;
  const list = Array.isArray(members) ? members.filter(isObject) : [];
  return list.flatMap(({ value }) => (typeof value === "string" ? value : [])).toSorted();
}

describe("64 requests at once", () => {
  it("that create the same user come to one, with one id in all answers", async () => {
    const source = await oneSource();
    const body = { userName: "ann@x", externalId: "1" };
    const answers = await times(MANY, () => source.call("POST", "/Users", body));
    expect(tally(answers)).toEqual({ 200: MANY - 1, 201: 1 });
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    expect(factsOf(await dump())["users"]).toMatchObject([
      { version: 1, events: ["user.created"] },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("that create one userName under different externalIds let one of them have it", async () => {
    const source = await oneSource();
    const answers = await times(MANY, (i) =>
      source.call("POST", "/Users", { userName: i % 2 ? "ann@x" : "ANN@x", externalId: `${i}` }),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
    expect(rowsOf(await dump(), "users")).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });

  it("that add a member each leave all 64 in the group", async () => {
    const source = await oneSource();
    const [ids, id] = [await users(source, MANY), await group(source)];
    const answers = await times(MANY, (i) =>
      source.call("PATCH", `/Groups/${id}`, patch("add", "members", [{ value: ids[i] ?? "" }])),
    );
    expect(tally(answers)).toEqual({ 204: MANY });
    expect(await membersOf(source, id)).toHaveLength(MANY);
    expect(await violations()).toEqual([]);
  });

  it("of which half add and half remove members do both", async () => {
    const source = await oneSource();
    const ids = await users(source, MANY);
    const [come, go] = [ids.slice(0, MANY / 2), ids.slice(MANY / 2)];
    const id = await group(source, go);
    const answers = await times(MANY, (i) => {
      const change =
        i % 2
          ? patch("add", "members", [{ value: come[i >> 1] ?? "" }])
          : patch("remove", "members", [{ value: go[i >> 1] ?? "" }]);
      return source.call("PATCH", `/Groups/${id}`, change);
    });
    expect(tally(answers)).toEqual({ 204: MANY });
    expect(await membersOf(source, id)).toEqual(come.toSorted());
    expect(await violations()).toEqual([]);
  });

  it("with the same If-Match let one of them through", async () => {
    const source = await oneSource();
    const [id = ""] = await users(source, 1);
    const answers = await times(MANY, (i) =>
      source.call("PATCH", `/Users/${id}`, patch("replace", "displayName", `Ann ${i}`), {
        "if-match": 'W/"1"',
      }),
    );
    expect(tally(answers)).toEqual({ 200: 1, 412: MANY - 1 });
    const winner = answers.find(({ status }) => status === 200);
    const { body } = await source.call("GET", `/Users/${id}`);
    expect(body["displayName"]).toBe(winner?.body["displayName"]);
    expect(winner?.headers.get("etag")).toBe('W/"2"');
    expect(await violations()).toEqual([]);
  });

  it("that create tokens leave no more than two", async () => {
    const admin = await claim();
    const { id } = await newSource(admin, "okta");
    const answers = await times(MANY, () => admin("POST", `/data-sources/${id}/tokens`, {}));
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
    expect(bearers(await dump())).toHaveLength(2);
    expect(await violations()).toEqual([]);
  });

  it("that disable both tokens leave one enabled", async () => {
    const admin = await claim();
    const { id, tokenId } = await newSource(admin, "okta");
    const tokens = [tokenId, idOf(await admin("POST", `/data-sources/${id}/tokens`, {}))];
    const answers = await times(MANY, (i) =>
      admin("POST", `/data-sources/${id}/tokens/${tokens[i % 2]}/disable`),
    );
    expect(tally(answers)).toEqual({ 200: MANY / 2, 409: MANY / 2 });
    const states = bearers(await dump()).map(({ status }) => String(status));
    expect(states.toSorted()).toEqual(["disabled", "enabled"]);
    expect(await violations()).toEqual([]);
  });

  it("that delete a user end with one deletion, and every other is told there is none", async () => {
    const source = await oneSource();
    const [id = ""] = await users(source, 1);
    await group(source, [id]);
    const answers = await times(MANY, () => source.call("DELETE", `/Users/${id}`));
    expect(tally(answers)).toEqual({ 204: 1, 404: MANY - 1 });
    expect(await violations()).toEqual([]);
  });
});

describe("two data sources", () => {
  it("may not have the same work e-mail, which one user may have twice", async () => {
    const admin = await claim();
    const switches = { switches: { uniqueContacts: true } };
    const [one, other] = await times(2, () => newSource(admin, "okta", switches));
    const emails = ["a@x", "b@x", "c@x", "d@x", "ann@x", "Ann@x"].map((value) => ({
      value,
      type: "work",
    }));
    expect((await one?.call("POST", "/Users", { userName: "ann", emails }))?.status).toBe(201);
    expect((await other?.call("POST", "/Users", { userName: "bob", emails }))?.status).toBe(409);
    expect(await violations()).toEqual([]);
  });

  it("that want one userName: of eight, one has it and seven are told it is taken", async () => {
    const admin = await claim();
    const sources = await times(8, () => newSource(admin, "okta"));
    const answers = await Promise.all(
      sources.map((source) => source.call("POST", "/Users", { userName: "ann@x" })),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 7 });
    expect(rowsOf(await dump(), "users")).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });

  it("that want one work e-mail: of eight, one has it and seven are told it is taken", async () => {
    const admin = await claim();
    const sources = await times(8, () => newSource(admin, "standard"));
    const answers = await Promise.all(
      sources.map((source, i) =>
        source.call("POST", "/Users", {
          userName: `ann${i}`,
          emails: [{ value: "ann@x", type: "work" }],
        }),
      ),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 7 });
    expect(await violations()).toEqual([]);
  });

  it("can be configured at once", async () => {
    const admin = await claim();
    const sources = await times(2, () => newSource(admin, "okta"));
    const answers = await times(16, (i) =>
      admin("PATCH", `/data-sources/${sources[i % 2]?.id}`, { description: `${i}` }),
    );
    expect(tally(answers)).toEqual({ 200: 16 });
    const versions = rowsOf(await dump(), "data_sources").map((row) => row["config_version"]);
    expect(versions).toEqual([9, 9]);
    expect(await violations()).toEqual([]);
  });

  it("can't take the same name at once", async () => {
    const admin = await claim();
    const sources = await times(4, () => newSource(admin, "okta"));
    const answers = await Promise.all(
      sources.map(({ id }) => admin("PATCH", `/data-sources/${id}`, { name: "Acme" })),
    );
    expect(tally(answers)).toEqual({ 200: 1, 409: 3 });
    expect(await violations()).toEqual([]);
  });

  it("can't be created under the same name at once", async () => {
    const admin = await claim();
    const answers = await times(8, () =>
      admin("POST", "/data-sources", { name: "Acme", mode: "push", profile: "okta" }),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 7 });
    expect(await violations()).toEqual([]);
  });
});

describe("what one request does after the other", () => {
  it("counts each time: disabled, enabled and disabled again is three versions and three events", async () => {
    const source = await oneSource();
    const [id = ""] = await users(source, 1);
    for (const active of [false, true, false]) {
      const { body } = await setActive(source, id, active);
      expect(body["active"]).toBe(active);
    }
    expect(factsOf(await dump())["users"]).toMatchObject([
      {
        version: 4,
        events: ["user.created", "user.disabled", "user.enabled", "user.disabled"],
      },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("counts each time though they arrive at once", async () => {
    const source = await oneSource();
    const [id = ""] = await users(source, 1);
    const answers = await Promise.all(
      [false, true, false].map((active) => setActive(source, id, active)),
    );
    expect(tally(answers)).toEqual({ 200: 3 });
    expect(factsOf(await dump())["users"]).toMatchObject([{ version: 4 }]);
    expect(await violations()).toEqual([]);
  });

  it("is decided under the settings before it: a write behind a disabled source is refused", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const held = pauseCall("object", 1, "before");
    const first = source.call("POST", "/Users", { userName: "first@x" });
    await held.reached();
    const off = admin("POST", `/data-sources/${source.id}/disable`);
    held.release();
    expect((await first).status).toBe(201);
    expect((await off).status).toBe(200);
    expect((await source.call("POST", "/Users", { userName: "second@x" })).status).toBe(403);
    expect(rowsOf(await dump(), "users")).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });
});
