/** `expireDate`: the moment at which somebody is disabled. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { insertUsers, testId } from "../support/directory-rows.ts";
import { faults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";
import worker from "../support/worker.ts";

const HOUR_MS = 3_600_000;
const now = Date.UTC(2027, 0, 1);
const at = (ms: number) => new Date(ms).toISOString();
const PAST = at(now - HOUR_MS);
const SOON = at(now + HOUR_MS);
const LATER = at(now + 2 * HOUR_MS);

let admin: Admin;
let source: Source;

beforeEach(async () => {
  faults.now = now;
  admin = await claim();
  source = await newSource(admin, "okta");
});

function tick(time: number): Promise<void> {
  return worker.scheduled(createScheduledController({ scheduledTime: new Date(time) }), env);
}

async function stateOf(path: string): Promise<(Json | undefined)[]> {
  const { body } = await source.call("GET", path);
  return [body["active"], body["expireDate"]];
}

const set = (value: JsonObject): JsonObject => ({ op: "replace", value });

describe("the cron", () => {
  it("disables whoever's date has come, with a version and an event, and nobody else", async () => {
    const due = await scim.newUser(source, {
      userName: "due",
      displayName: "Éva",
      expireDate: SOON,
    });
    const later = await scim.newUser(source, { userName: "later", expireDate: LATER });
    const never = await scim.newUser(source, { userName: "never" });
    await tick(now + HOUR_MS - 1);
    expect(await stateOf(due)).toEqual([true, SOON]);
    await tick(now + HOUR_MS);
    expect(await stateOf(due)).toEqual([false, SOON]);
    expect([await stateOf(later), await stateOf(never)]).toEqual([
      [true, LATER],
      [true, undefined],
    ]);
    const { headers } = await source.call("GET", due);
    expect(headers.get("etag")).toBe('W/"2"');
    expect(await scim.eventsOf(admin, due)).toEqual(["user.created", "user.expired"]);
    expect(scim.idsOf(await scim.find(source, 'active eq false and displayName eq "éva"'))).toEqual(
      [scim.idAt(due)],
    );
    expect(await violations()).toEqual([]);
  });

  it("does so once", async () => {
    await scim.newUser(source, { expireDate: SOON });
    await tick(now + HOUR_MS);
    const before = await steadyDump();
    await tick(now + HOUR_MS);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("leaves those alone who are disabled or deleted already", async () => {
    const disabled = await scim.newUser(source, { expireDate: SOON, active: false });
    const deleted = await scim.newUser(source, { userName: "gone", expireDate: SOON });
    await source.call("DELETE", deleted);
    await tick(now + 2 * HOUR_MS);
    expect(await scim.eventsOf(admin, disabled)).toEqual(["user.created"]);
    expect(await scim.eventsOf(admin, deleted)).toEqual(["user.created", "user.deleted"]);
  });

  it("takes ten thousand a minute in batches of two hundred, those first who were due first", async () => {
    await insertDue(10_030, (index) => ({ id: testId(index), dueAt: now - 20_000 + index }));
    faults.batches.length = 0;
    await tick(now);
    const writes = faults.batches.filter(({ statements }) =>
      statements.some(({ sql }) => sql.startsWith("UPDATE users SET")),
    );
    expect(writes.length).toBe(50);
    expect(await dueIds()).toEqual(
      Array.from({ length: 30 }, (_, index) => testId(10_000 + index)),
    );
    const { results } = await env.DB.prepare(
      "SELECT count(*) AS n FROM events WHERE type = 'user.expired'",
    ).all();
    expect(results).toEqual([{ n: 10_000 }]);
    await tick(now);
    expect(await dueIds()).toEqual([]);
  });

  it("takes a few of another directory although ten thousand of one were due before", async () => {
    const { body } = await admin("POST", "/directories", { name: "Other" });
    const directoryId = scim.textAt(body, "id");
    await insertDue(10_000, (index) => ({ id: testId(index), dueAt: now - 20_000 + index }));
    await insertDue(3, (index) => ({ id: testId(20_000 + index), dueAt: now - 1, directoryId }));
    await tick(now);
    expect(await dueIds()).toEqual([9_997, 9_998, 9_999].map(testId));
  });

  it("leaves those to the next minute who are being changed, and takes the others", async () => {
    await insertDue(201, (index) => ({ id: testId(index), dueAt: now - 1_000 + index }));
    let left = 3;
    faults.watch = async ({ moment, statements }) => {
      const isWrite = statements.some(({ sql }) => sql.startsWith("UPDATE users SET"));
      if (moment !== "before" || !isWrite || left-- <= 0) return;
      await env.DB.prepare("UPDATE users SET version = version + 1 WHERE id = ?")
        .bind(testId(7))
        .run();
    };
    await tick(now);
    faults.watch = undefined;
    expect(await dueIds()).toEqual(Array.from({ length: 200 }, (_, index) => testId(index)));
    await tick(now);
    expect(await dueIds()).toEqual([]);
  });
});

interface Due {
  readonly id: string;
  readonly dueAt: number;
  readonly directoryId?: string;
}

async function insertDue(length: number, make: (index: number) => Due): Promise<void> {
  const due = Array.from({ length }, (_, index) => make(index));
  const rows = due.map(({ dueAt, ...row }) => ({
    ...row,
    attributes: { userName: row.id, active: true, expireDate: at(dueAt) },
  }));
  await insertUsers(env.DB, rows);
  await env.DB.prepare(
    `UPDATE users SET expires_at = unixepoch(attributes ->> 'expireDate', 'subsec') * 1000
      WHERE expires_at IS NULL AND attributes ->> 'expireDate' IS NOT NULL`,
  ).run();
}

/** Those who are enabled and due, in their order. */
async function dueIds(): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    "SELECT id FROM users WHERE expires_at <= ? AND active = 1 ORDER BY expires_at, id",
  )
    .bind(now)
    .all();
  return results.map(({ id }) => id);
}

describe("a date in the past", () => {
  it("disables at once, by POST, PUT and PATCH", async () => {
    const posted = await scim.newUser(source, { userName: "a", expireDate: PAST });
    expect(await stateOf(posted)).toEqual([false, PAST]);
    const put = await scim.newUser(source, { userName: "b" });
    await source.call("PUT", put, scim.userBody({ userName: "b", expireDate: PAST, active: true }));
    expect(await stateOf(put)).toEqual([false, PAST]);
    const patched = await scim.newUser(source, { userName: "c" });
    await scim.patch(source, patched, set({ expireDate: PAST }));
    expect(await stateOf(patched)).toEqual([false, PAST]);
    expect(await scim.eventsOf(admin, patched)).toEqual(["user.created", "user.disabled"]);
  });

  it("sent again and again is no change, also with active", async () => {
    const body = scim.userBody({ expireDate: PAST, active: true });
    const path = await scim.newUser(source, { expireDate: PAST, active: true });
    await scim.expectNothingHappens(admin, source, path, async () => {
      expect((await source.call("PUT", path, body)).status).toBe(200);
      expect((await source.call("POST", "/Users", body)).status).toBe(200);
      const value = { expireDate: PAST, active: true };
      expect((await scim.patch(source, path, set(value))).status).toBe(200);
    });
  });

  it("holds against a POST that says nothing of active", async () => {
    const path = await scim.newUser(source, { expireDate: PAST });
    expect((await source.call("POST", "/Users", scim.userBody({}))).status).toBe(200);
    expect(await stateOf(path)).toEqual([false, PAST]);
  });
});

describe("whoever has expired is enabled again", () => {
  it.each<[what: string, value: JsonObject, date: string | undefined]>([
    ["with a new date", { active: true, expireDate: LATER }, LATER],
    ["with none", { active: true, expireDate: null }, undefined],
    ["without a word of it, which takes it away", { active: true }, undefined],
  ])("%s", async (_what, value, date) => {
    const path = await scim.newUser(source, { expireDate: PAST });
    await scim.patch(source, path, set(value));
    expect(await stateOf(path)).toEqual([true, date]);
    await tick(now + HOUR_MS);
    expect(await stateOf(path)).toEqual([true, date]);
    await tick(now + 2 * HOUR_MS);
    expect(await stateOf(path)).toEqual([date === undefined, date]);
  });

  it("by a PUT without the date, and not by a new date alone", async () => {
    const path = await scim.newUser(source, { expireDate: PAST });
    await scim.patch(source, path, set({ expireDate: LATER }));
    expect(await stateOf(path)).toEqual([false, LATER]);
    await source.call("PUT", path, scim.userBody({ active: true }));
    expect(await stateOf(path)).toEqual([true, undefined]);
  });
});

it("is a date and time, or 400", async () => {
  for (const expireDate of ["tomorrow", "2027-02-30T00:00:00Z", 5]) {
    const answer = await source.call("POST", "/Users", scim.userBody({ expireDate }));
    scim.expectError(answer, 400, "invalidValue");
  }
});

it("costs nobody who has none a row of its index", async () => {
  await scim.newUser(source, { userName: "first" });
  const costOf = async (attributes: JsonObject): Promise<number> => {
    const before = faults.rows.written;
    await scim.newUser(source, attributes);
    return faults.rows.written - before;
  };
  const without = await costOf({ userName: "second" });
  expect(await costOf({ userName: "third", expireDate: SOON })).toBe(without + 1);
});
