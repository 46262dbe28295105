/** The guard against mass removal, over HTTP: what is pushed in an hour. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { setHashOf } from "../../src/sources/holds.ts";
import type { Answer } from "../support/client.ts";
import { bulk, operationsIn } from "../support/bulk.ts";
import { ask } from "../support/dialect.ts";
import { dump } from "../support/dump.ts";
import { faults } from "../support/faults.ts";
import {
  attributesOf,
  decide,
  guardedSource,
  heldIn,
  holdsOf,
  HOUR_MS,
  insertPeople,
  NOW,
  numbers,
  removeAll,
  statusesOf,
  type Guarded,
  type HoldRow,
} from "../support/guarded.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import {
  expectError,
  idAt,
  newUser,
  objectsIn,
  patchBody,
  textAt,
  userBody,
} from "../support/scim.ts";

keepQuiet();

/** Each way of removing a person. */
const WAYS: readonly {
  name: string;
  action: "delete" | "disable";
  remove: (world: Guarded, n: number) => Promise<Answer>;
}[] = [
  {
    name: "DELETE",
    action: "delete",
    remove: ({ source, person }, n) => source.call("DELETE", person(n)),
  },
  {
    name: "PUT",
    action: "disable",
    remove: ({ source, person }, n) =>
      source.call("PUT", person(n), userBody({ ...attributesOf(n), active: false })),
  },
  {
    name: 'PATCH with "False"',
    action: "disable",
    remove: ({ source, person }, n) =>
      source.call("PATCH", person(n), patchBody({ op: "Replace", path: "active", value: "False" })),
  },
  {
    name: "PATCH without a path",
    action: "disable",
    remove: ({ source, person }, n) =>
      source.call("PATCH", person(n), patchBody({ op: "replace", value: { active: false } })),
  },
  {
    name: "PATCH of a date that has passed",
    action: "disable",
    remove: ({ source, person }, n) => {
      const value = new Date(NOW - 86_400_000).toISOString();
      return source.call("PATCH", person(n), patchBody({ op: "add", path: "expireDate", value }));
    },
  },
  {
    name: "POST of somebody who is there",
    action: "disable",
    remove: ({ source }, n) =>
      source.call("POST", "/Users", userBody({ ...attributesOf(n), active: false })),
  },
  {
    name: "DELETE of the second dialect",
    action: "delete",
    remove: ({ source, person }, n) => ask(source, "DELETE", person(n)),
  },
  {
    name: "PUT of the second dialect",
    action: "disable",
    remove: ({ source, person }, n) => {
      const expireDate = new Date(NOW - 86_400_000).toISOString();
      return ask(source, "PUT", person(n), { displayName: `P ${n}`, expireDate });
    },
  },
];

async function onlyHold(id: string): Promise<HoldRow> {
  const [hold, ...others] = await holdsOf(id);
  if (hold === undefined || others.length > 0) throw new Error("Not one hold");
  return hold;
}

function expectHeld(answer: Answer, hold: HoldRow): void {
  expect(answer.status, answer.text).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("3600");
  expect(answer.headers.get("x-error-code")).toBe("deletions_held");
  expect(answer.text).toContain(hold.id);
}

function hexOf(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function expectSound(): Promise<void> {
  expect(await violations()).toEqual([]);
}

describe("a source that removes people", () => {
  it.for(WAYS)("by $name is held at the eleventh", async ({ action, remove }) => {
    const world = await guardedSource(30);
    for (const n of numbers(10)) {
      const answer = await remove(world, n);
      expect(answer.status, answer.text).toBeLessThan(300);
    }
    const eleventh = await remove(world, 10);
    const hold = await onlyHold(world.source.id);
    expect(eleventh.status, eleventh.text).toBe(503);
    expect(eleventh.headers.get("retry-after")).toBe("3600");
    expect(eleventh.text).toContain(hold.id);
    expect(await heldIn(hold.id)).toEqual([`User ${idAt(world.person(10))} ${action}`]);
    const { status, body } = await world.source.call("GET", world.person(10));
    expect([status, body["active"]]).toEqual([200, true]);
  });

  it("by Bulk has the first ten done and the others held", async () => {
    const world = await guardedSource(30);
    const operations = numbers(15).map((n) => ({ method: "DELETE", path: world.person(n) }));
    const other = { method: "POST", path: "/Users", bulkId: "a", data: userBody({}) };
    const answer = await bulk(world.source, [...operations, other]);
    const statuses = operationsIn(answer).map((one) => textAt(one, "status"));
    const expected = [...numbers(10).map(() => "204"), ...numbers(5).map(() => "503"), "201"];
    expect([answer.status, statuses]).toEqual([200, expected]);
    expect((await onlyHold(world.source.id)).n).toBe(5);
    await expectSound();
  });

  it.for([
    [54, 10],
    [55, 11],
    [60, 12],
    [499, 99],
    [500, 100],
    [700, 100],
  ] as const)("of %i active ones may remove %i in an hour", async ([people, limit]) => {
    const world = await guardedSource(people);
    await env.DB.prepare(
      "UPDATE users SET active = 0, attributes = json_set(attributes, '$.active', json('false')) WHERE id = ?",
    )
      .bind(idAt(world.person(people - 1)))
      .run();
    await insertPeople([people], {
      sourceId: world.source.id,
      organizationId: world.organizationId,
    });
    const answers = await removeAll(world, numbers(limit + 1));
    expect(statusesOf(answers)).toEqual({ 204: limit, 503: 1 });
    expect(answers.at(-1)?.status).toBe(503);
  });

  it("is let go by a small directory as a whole", async () => {
    const admin = (await guardedSource(0)).admin;
    for (const people of [1, 3, 5, 10]) {
      const world = await guardedSource(people, { admin, from: 100 * people });
      expect(statusesOf(await removeAll(world, numbers(people)))).toEqual({ 204: people });
      expect(await holdsOf(world.source.id)).toEqual([]);
    }
  });

  it("may go on with everything else", async () => {
    const world = await guardedSource(30);
    const { source, person } = world;
    const answers = await removeAll(world, numbers(12));
    expectHeld(answers[11] ?? expect.fail(), await onlyHold(source.id));
    const title = patchBody({ op: "replace", path: "title", value: "Chef" });
    expect((await source.call("PATCH", person(11), title)).status).toBe(200);
    await newUser(source, { userName: "new@guard.test" });
    const enabled = patchBody({ op: "replace", path: "active", value: true });
    expect((await source.call("PATCH", person(12), enabled)).status).toBe(200);
    await expectSound();
  });

  it("may take back whom it has sent in the last day, and is counted again after that", async () => {
    const world = await guardedSource(0);
    const place = { sourceId: world.source.id, organizationId: world.organizationId };
    await insertPeople(numbers(30), place, NOW - 24 * HOUR_MS + 1);
    await insertPeople(numbers(30, 100), place, NOW - 24 * HOUR_MS);
    expect(statusesOf(await removeAll(world, numbers(30)))).toEqual({ 204: 30 });
    expect(statusesOf(await removeAll(world, numbers(11, 100)))).toEqual({ 204: 10, 503: 1 });
  });

  it("may make and delete its test user as often as it likes, once that is back each time", async () => {
    const world = await guardedSource(30);
    const test = { userName: "test@guard.test", externalId: "test" };
    for (let round = 0; round < 15; round++) {
      const path = await newUser(world.source, test);
      expect((await world.source.call("DELETE", path)).status).toBe(204);
    }
  });

  it("begins anew with each hour, but what waits goes on waiting", async () => {
    const world = await guardedSource(40);
    expect(statusesOf(await removeAll(world, numbers(11)))).toEqual({ 204: 10, 503: 1 });
    faults.now = NOW + HOUR_MS / 2 - 1;
    expect(statusesOf(await removeAll(world, [11]))).toEqual({ 503: 1 });
    faults.now = NOW + HOUR_MS / 2;
    expect(statusesOf(await removeAll(world, [10, 11]))).toEqual({ 503: 2 });
    expect(statusesOf(await removeAll(world, numbers(10, 12)))).toEqual({ 204: 10 });
    expect(statusesOf(await removeAll(world, [22]))).toEqual({ 503: 1 });
    const hold = await onlyHold(world.source.id);
    expect(hold.n).toBe(3);
    await expectSound();
  });

  it("is held for the same removal once, and tells of it in the log of refusals", async () => {
    const world = await guardedSource(30);
    await removeAll(world, numbers(10));
    const [first] = await removeAll(world, [10]);
    const hold = await onlyHold(world.source.id);
    const before = await dump();
    const [second] = await removeAll(world, [10]);
    expect([second?.status, second?.body]).toEqual([503, first?.body]);
    expect(await dump()).toEqual(before);
    const { body } = await world.admin("GET", `/data-sources/${world.source.id}/refusals`);
    const [refusal] = objectsIn(body["data"]);
    expect(refusal).toMatchObject({ code: "deletions_held", count: 2 });
    const events = await world.admin("GET", "/events?type=hold.created");
    expect(objectsIn(events.body["data"])).toMatchObject([
      { resourceType: "Hold", resourceId: hold.id, sourceId: world.source.id },
    ]);
  });

  it("has one set, whose hash is that of its lines in their order", async () => {
    const world = await guardedSource(30);
    const path = world.person(11);
    await removeAll(world, numbers(11));
    const first = await onlyHold(world.source.id);
    const off = patchBody({ op: "replace", path: "active", value: false });
    await world.source.call("PATCH", path, off);
    const second = await onlyHold(world.source.id);
    expect(await heldIn(first.id)).toContain(`User ${idAt(path)} disable`);
    // To be deleted is more than to be disabled.
    await world.source.call("DELETE", path);
    await world.source.call("PATCH", path, off);
    const third = await onlyHold(world.source.id);
    const lines = await heldIn(first.id);
    expect(lines).toContain(`User ${idAt(path)} delete`);
    expect([first.n, second.n, third.n]).toEqual([1, 2, 2]);
    expect(new Set([first.set_hash, second.set_hash, third.set_hash]).size).toBe(3);
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(lines.join("\n")),
    );
    expect(third.set_hash).toBe(hexOf(digest));
    expect(await setHashOf([])).toHaveLength(64);
  });
});

describe("what is held", () => {
  let world: Guarded;
  let hold: HoldRow;

  beforeEach(async () => {
    world = await guardedSource(40);
    await removeAll(world, numbers(13));
    hold = await onlyHold(world.source.id);
  });

  it("may be removed for a day once an admin has approved it, and nothing else", async () => {
    expect(await decide(world.source.id, hold, "approved")).toEqual({ ok: true });
    faults.now = NOW + 24 * HOUR_MS - 1;
    expect(statusesOf(await removeAll(world, numbers(10, 20)))).toEqual({ 204: 10 });
    expect(statusesOf(await removeAll(world, [10, 11, 13]))).toEqual({ 204: 2, 503: 1 });
    faults.now = NOW + 24 * HOUR_MS;
    expect(statusesOf(await removeAll(world, [12]))).toEqual({ 503: 1 });
    expect((await holdsOf(world.source.id)).map(({ status }) => status)).toEqual([
      "approved",
      "waiting",
    ]);
    await expectSound();
  });

  it("is refused for a week once an admin has rejected it", async () => {
    expect(await decide(world.source.id, hold, "rejected")).toEqual({ ok: true });
    faults.now = NOW + 7 * 24 * HOUR_MS - 1;
    const [answer] = await removeAll(world, [10]);
    expectError(answer ?? expect.fail(), 403);
    expect(answer?.headers.get("x-error-code")).toBe("deletion_rejected");
    const off = patchBody({ op: "replace", path: "active", value: false });
    expect((await world.source.call("PATCH", world.person(11), off)).status).toBe(403);
    expect(statusesOf(await removeAll(world, [13]))).toEqual({ 204: 1 });
    faults.now = NOW + 7 * 24 * HOUR_MS;
    expect(statusesOf(await removeAll(world, [10]))).toEqual({ 204: 1 });
    await expectSound();
  });

  it("is decided with its event and its audit, once", async () => {
    await decide(world.source.id, hold, "approved");
    const before = await dump();
    expect(await decide(world.source.id, hold, "approved")).toEqual({ ok: true });
    expect(await dump()).toEqual(before);
    const { body } = await world.admin("GET", "/events?type=hold.approved");
    expect(objectsIn(body["data"])).toMatchObject([{ resourceId: hold.id, actor: "key_test" }]);
    const audit = await world.admin("GET", "/audit?limit=1");
    expect(objectsIn(audit.body["data"])).toMatchObject([
      { action: "hold.approved", targetType: "Hold", targetId: hold.id },
    ]);
  });

  it("is not decided where it has grown since", async () => {
    await removeAll(world, [13]);
    const before = await dump();
    const answer = await decide(world.source.id, hold, "approved");
    expect(answer).toMatchObject({ ok: false, refusal: { reason: "hold_replaced" } });
    expect(await dump()).toEqual(before);
    const grown = await onlyHold(world.source.id);
    expect(await decide(world.source.id, grown, "approved")).toEqual({ ok: true });
    expect(statusesOf(await removeAll(world, numbers(4, 10)))).toEqual({ 204: 4 });
  });

  it("can be decided otherwise as long as it is pushed", async () => {
    await decide(world.source.id, hold, "rejected");
    faults.now = NOW + 1;
    expect(await decide(world.source.id, hold, "approved")).toEqual({ ok: true });
    expect(statusesOf(await removeAll(world, [10, 11]))).toEqual({ 204: 2 });
    await decide(world.source.id, hold, "rejected");
    expect(statusesOf(await removeAll(world, [12]))).toEqual({ 403: 1 });
    await env.DB.prepare("UPDATE holds SET run_id = 'run_1'").run();
    expect(await decide(world.source.id, hold, "approved")).toMatchObject({
      refusal: { reason: "conflict" },
    });
  });

  it("is another source's to nobody else", async () => {
    const other = await guardedSource(0, { admin: world.admin });
    const answer = await decide(other.source.id, hold, "approved");
    expect(answer).toMatchObject({ ok: false, refusal: { reason: "not_found" } });
  });

  it("that was to be disabled is not to be deleted by that", async () => {
    const off = patchBody({ op: "replace", path: "active", value: false });
    await world.source.call("PATCH", world.person(20), off);
    await decide(world.source.id, await onlyHold(world.source.id), "approved");
    expect(statusesOf(await removeAll(world, [20]))).toEqual({ 503: 1 });
    expect((await world.source.call("PATCH", world.person(20), off)).status).toBe(200);
  });
});
