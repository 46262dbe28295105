/** The guard's count while calls to the database fail, objects are lost, and many write at once. */
import { abortAllDurableObjects, evictAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "../support/client.ts";
import { dump, restore, rowsOf, sendLate, without, type Dump } from "../support/dump.ts";
import { endFaults, failCall, faults, loseWrite, type Mode } from "../support/faults.ts";
import {
  decide,
  guardedSource,
  heldIn,
  holdsOf,
  insertGroup,
  numbers,
  removeAll,
  statusesOf,
  type Guarded,
} from "../support/guarded.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { requestOf, write } from "../support/rpc.ts";
import { idAt, patchBody } from "../support/scim.ts";
import { isPutOff } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

const MODES: readonly Mode[] = ["before", "after", "hang", "hang-after"];

/** What the guard has counted and held of the source, in words that two runs share. */
async function guardOf({ source }: Guarded): Promise<unknown> {
  const all = await dump();
  const of = (table: string) => rowsOf(all, table).filter((row) => row["source_id"] === source.id);
  const holds = await holdsOf(source.id);
  return {
    counted: of("guard").map(({ active, removed }) => ({ active, removed })),
    groups: of("guard_groups").map(({ members, removed }) => ({ members, removed })),
    holds: holds.map(({ status, set_hash, n }) => ({ status, set_hash, n })),
    held: await Promise.all(holds.map(({ id }) => heldIn(id))),
    live: rowsOf(all, "users").filter((row) => row["deleted_at"] === null).length,
    events: rowsOf(all, "events").map(({ type }) => type),
  };
}

let world: Guarded;
let start: Dump;

beforeEach(async () => {
  world = await guardedSource(60);
  // Twelve of sixty may go: eleven have gone, so that the active ones were counted.
  await removeAll(world, numbers(11));
  start = without(await dump(), "epochs");
});

/** With a fault at each call of the write in each mode, then sent again, it comes to the same. */
async function expectSame(send: () => Promise<Answer>, last: number): Promise<void> {
  endFaults();
  await send();
  const { object: calls } = faults.calls;
  const sound = await guardOf(world);
  for (let call = 1; call <= calls; call++) {
    for (const mode of MODES) {
      await restore(start);
      failCall("object", call, mode);
      const answer = await send();
      endFaults();
      if (answer.headers.get("x-error-code") === "unavailable") {
        expect(isPutOff(answer)).toBe(true);
        expect((await send()).status).toBe(last);
      } else expect(answer.status).toBe(last);
      expect(await guardOf(world), `${mode} at ${call}`).toEqual(sound);
      expect(await violations()).toEqual([]);
    }
  }
}

describe("with a fault of D1 at each call and in each mode", () => {
  it("who is removed is counted once", async () => {
    await expectSame(() => world.source.call("DELETE", world.person(11)), 204);
  });

  it("who is held is held once", async () => {
    await removeAll(world, [11]);
    start = without(await dump(), "epochs");
    await expectSame(() => world.source.call("DELETE", world.person(12)), 503);
    expect((await holdsOf(world.source.id)).map(({ n }) => n)).toEqual([1]);
  });

  it("who joins a hold joins it once", async () => {
    await removeAll(world, [11, 12]);
    start = without(await dump(), "epochs");
    await expectSame(() => world.source.call("DELETE", world.person(13)), 503);
    expect((await holdsOf(world.source.id)).map(({ n }) => n)).toEqual([2]);
  });

  it("members who are taken out are counted once", async () => {
    const path = await insertGroup(world, 40, { from: 15 });
    start = without(await dump(), "epochs");
    const value = numbers(15, 20).map((n) => ({ value: idAt(world.person(n)) }));
    const body = patchBody({ op: "remove", path: "members", value });
    await expectSame(() => world.source.call("PATCH", path, body), 204);
  });

  it("a hold is decided once", async () => {
    await removeAll(world, [11, 12]);
    const [hold] = await holdsOf(world.source.id);
    if (hold === undefined) throw new Error("Nothing is held");
    start = without(await dump(), "epochs");
    endFaults();
    await decide(world.source.id, hold, "rejected");
    const { object: calls } = faults.calls;
    const sound = await guardOf(world);
    for (let call = 1; call <= calls; call++) {
      for (const mode of MODES) {
        await restore(start);
        failCall("object", call, mode);
        const answer = await decide(world.source.id, hold, "rejected");
        endFaults();
        if (!answer.ok) {
          expect(answer.refusal.reason).toBe("unavailable");
          expect(await decide(world.source.id, hold, "rejected")).toEqual({ ok: true });
        }
        expect(await guardOf(world)).toEqual(sound);
      }
    }
  });
});

describe("the same call again, of which the answer was lost,", () => {
  it("is told again that it is held, and when to come again", async () => {
    await removeAll(world, [11]);
    const request = requestOf(world.source, { kind: "user.delete", id: idAt(world.person(12)) });
    const first = await write(world.source, request);
    const before = await dump();
    await evictAllDurableObjects();
    expect(await write(world.source, request)).toEqual(first);
    expect(first).toMatchObject({
      refusal: { reason: "deletions_held", retryAfterSeconds: 3_600 },
    });
    expect(without(await dump(), "epochs")).toEqual(without(before, "epochs"));
  });
});

describe("many deletions at once", () => {
  it("go up to the limit, and the others are held", async () => {
    const many = numbers(40, 11);
    const answers = await Promise.all(
      many.map((n) => world.source.call("DELETE", world.person(n))),
    );
    expect(statusesOf(answers)).toEqual({ 204: 1, 503: 39 });
    const [hold, ...others] = await holdsOf(world.source.id);
    expect([hold?.n, others]).toEqual([39, []]);
    expect(await guardOf(world)).toMatchObject({ counted: [{ active: 60, removed: 12 }] });
    expect(await violations()).toEqual([]);
  });

  it("of one source leave the count of another alone", async () => {
    const other = await guardedSource(20, { admin: world.admin, from: 1_000 });
    const both = await Promise.all([
      Promise.all(numbers(12, 11).map((n) => world.source.call("DELETE", world.person(n)))),
      Promise.all(numbers(12).map((n) => other.source.call("DELETE", other.person(n)))),
    ]);
    expect(both.map(statusesOf)).toEqual([
      { 204: 1, 503: 11 },
      { 204: 10, 503: 2 },
    ]);
  });

  it("are counted on by the instance that comes after", async () => {
    await evictAllDurableObjects();
    expect(statusesOf(await removeAll(world, [11, 12]))).toEqual({ 204: 1, 503: 1 });
    await abortAllDurableObjects();
    expect(statusesOf(await removeAll(world, [12, 13]))).toEqual({ 503: 2 });
    expect((await holdsOf(world.source.id)).map(({ n }) => n)).toEqual([2]);
  });
});

describe("a batch that arrives late", () => {
  it.for([11, 12] as const)("counts and holds nothing: the deletion of %i", async (n) => {
    if (n === 12) await removeAll(world, [11]);
    const lost = loseWrite();
    const answer = await world.source.call("DELETE", world.person(n));
    expect(isPutOff(answer)).toBe(true);
    endFaults();
    await world.source.call("POST", "/Users", { userName: "new@guard.test" });
    const before = await dump();
    await expect(sendLate(lost())).rejects.toThrow("CHECK constraint failed: ok = 1");
    expect(await dump()).toEqual(before);
  });
});
