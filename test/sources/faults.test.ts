/** Every write with a fault at each of its steps: nothing is lost, nothing doubled, no fault is an answer about people. */
import { evictAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Answer } from "../support/client.ts";
import { dump, restore } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { endFaults, failCall, faults, isWrite, type Mode } from "../support/faults.ts";
import { violations, violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, writeTogether } from "../support/rpc.ts";
import { bringWorld, type World } from "../support/world.ts";
import { EIGHT_WRITES, isPutOff, WRITES, type Write } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

const MODES: readonly Mode[] = ["before", "after", "hang", "hang-after"];

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

interface Sound {
  readonly facts: JsonObject;
  /** D1 calls of the object, the last of which writes. */
  readonly calls: number;
  /** Those of the Worker, before and after it asks the object. */
  readonly workerCalls: number;
}

/** What the writes come to when all goes well, by an object that has an epoch. */
async function soundly(...writes: readonly Write[]): Promise<Sound> {
  await restore(world.start);
  await sendAll(writes);
  await restore(world.start);
  endFaults();
  const answers = await sendAll(writes);
  const { object: calls, worker: workerCalls } = faults.calls;
  expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
  const after = await dump();
  expect(violationsOf(after)).toEqual([]);
  return { facts: factsOf(after), calls, workerCalls };
}

function sendAll(writes: readonly Write[]): Promise<Answer[]> {
  return Promise.all(writes.map((write) => write.send(world)));
}

/** Sends the writes at once under the fault, then again, without it, those that were put off. */
async function underFault(
  writes: readonly Write[],
  expected: JsonObject,
  fault: () => void,
): Promise<Answer[]> {
  fault();
  const answers = await sendAll(writes);
  endFaults();
  for (const [index, write] of writes.entries()) {
    const answer = answers[index];
    if (answer !== undefined && answer.status >= 300) await sendAgain(write, answer);
  }
  const after = await dump();
  expect(factsOf(after)).toEqual(expected);
  expect(violationsOf(after)).toEqual([]);
  return answers;
}

async function sendAgain({ name, send, again }: Write, answer: Answer): Promise<void> {
  expect([name, answer.status, isPutOff(answer)]).toEqual([name, 503, true]);
  const { status } = await send(world);
  const allowed = again === "never" ? [] : again;
  expect(status < 300 || allowed.includes(status), `${name}: ${status} when sent again`).toBe(true);
}

describe("one fault of D1, at each call and in each mode,", () => {
  it.for(WRITES)("changes nothing about $name", async (write) => {
    const { facts, calls } = await soundly(write);
    expect(calls).toBeGreaterThanOrEqual(2);
    for (let call = 1; call <= calls; call++) {
      for (const mode of MODES) {
        await restore(world.start);
        const [answer] = await underFault([write], facts, () => failCall("object", call, mode));
        // What became of a write whose reply was lost is found out before anybody is answered.
        expect([mode, answer?.status === 503]).toEqual([mode, call < calls]);
        if (write.again === "never" || answer?.status === 503 || mode !== "after") continue;
        expect(write.again).toContain((await write.send(world)).status);
        expect(factsOf(await dump())).toEqual(facts);
      }
    }
  });

  it("and of the Worker, which reads what it answers with, changes nothing either", async () => {
    const writes = WRITES.filter(({ name }) => name === "POST of a group");
    const { facts, workerCalls } = await soundly(...writes);
    expect(workerCalls).toBe(1);
    await restore(world.start);
    const [answer] = await underFault(writes, facts, () => failCall("worker", 1, "before"));
    expect(answer?.status).toBe(503);
  });

  it.for(["POST of a user", "adding a member", "disabling a token"])(
    "changes nothing about %s by an object that starts anew",
    async (name) => {
      const writes = WRITES.filter((write) => write.name === name);
      const { facts, calls } = await soundly(...writes);
      for (let call = 1; call <= calls; call++) {
        for (const mode of MODES) {
          await restore(world.start);
          await evictAllDurableObjects();
          await underFault(writes, facts, () => failCall("object", call, mode));
        }
      }
    },
  );

  it("leaves the neighbours of eight writes at once unharmed", async () => {
    const { facts, calls } = await soundly(...EIGHT_WRITES);
    expect(calls).toBeGreaterThanOrEqual(4);
    for (let call = 1; call <= calls; call++) {
      for (const mode of MODES) {
        await restore(world.start);
        const answers = await underFault(EIGHT_WRITES, facts, () => failCall("object", call, mode));
        expect(answers.some(({ status }) => status < 300)).toBe(true);
      }
    }
  });
});

describe("faults of D1 that last from one call on", () => {
  it.for(WRITES)("put off $name until they end", async (write) => {
    const { facts, calls } = await soundly(write);
    for (let call = 1; call <= calls; call++) {
      await restore(world.start);
      failCall("object", call, call < calls ? "before" : "after", true);
      const answer = await write.send(world);
      expect([answer.status, isPutOff(answer)]).toEqual([503, true]);
      endFaults();
      // The last call writes: that nobody was told of it is a client's to bear where "again" is "never".
      expect(factsOf(await dump())).toEqual(call < calls ? factsOf(world.start) : facts);
      if (write.again !== "never" || call < calls) await sendAgain(write, answer);
      const after = await dump();
      expect(factsOf(after)).toEqual(facts);
      expect(violationsOf(after)).toEqual([]);
    }
  });

  it("put off eight writes at once until they end", async () => {
    const { facts, calls } = await soundly(...EIGHT_WRITES);
    for (let call = 1; call <= calls; call++) {
      for (const mode of ["before", "after"] as const) {
        await restore(world.start);
        const answers = await underFault(EIGHT_WRITES, facts, () =>
          failCall("object", call, mode, true),
        );
        expect(answers.some(({ status }) => status === 503)).toBe(true);
      }
    }
  });
});

describe("a write that the database refuses", () => {
  const users = (...names: string[]) =>
    names.map((userName) =>
      requestOf(world.source, {
        kind: "user.create",
        id: newId(),
        resource: resource({ userName, active: true }),
      }),
    );

  it("for any reason but its content is tried once more, not in smaller groups", async () => {
    let writes = 0;
    const outcomes = await writeTogether(world.source, users("a", "b", "c", "d"), (passing) => {
      if (passing.moment === "after" || !isWrite(passing.statements)) return;
      writes++;
      throw new Error("D1_ERROR: D1 DB is overloaded. Too many requests queued for too long.");
    });
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    expect(outcomes[0]).toMatchObject({ refusal: { reason: "unavailable" } });
    expect(writes).toBe(2);
  });

  it("fails alone: its neighbours in the batch are written", async () => {
    await env.DB.prepare(
      `CREATE TRIGGER refuse BEFORE INSERT ON users WHEN NEW.user_name_key = 'bad'
       BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: users.source_id, users.external_id'); END`,
    ).run();
    const outcomes = await writeTogether(world.source, users("a", "b", "c", "bad", "d", "e", "f"));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false, true, true, true]);
    expect(outcomes[3]).toMatchObject({ refusal: { reason: "uniqueness" } });
    expect(await violations()).toEqual([]);
  });

  it("since another source was faster is decided anew, and its neighbours are written", async () => {
    // Before each try of the batch, another source takes one more of its names.
    const names = ["a", "b", "c", "d", "e"];
    let batches = 0;
    let takes = false;
    const outcomes = await writeTogether(
      world.source,
      users(...names),
      async ({ place, moment }) => {
        if (place !== "object" || moment !== "before" || takes || ++batches % 2 === 1) return;
        if (batches > 6) return;
        takes = true;
        await world.other.call("POST", "/Users", { userName: names[batches / 2 - 1] ?? "" });
        takes = false;
      },
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false, true, true]);
    expect(outcomes[0]).toMatchObject({ refusal: { reason: "uniqueness" } });
    expect(await violations()).toEqual([]);
  });

  it("for its event is not written", async () => {
    await env.DB.prepare(
      "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END",
    ).run();
    for (const { name, send } of WRITES) {
      const { status } = await send(world);
      expect([name, status >= 500]).toEqual([name, true]);
    }
    expect(factsOf(await dump())).toEqual(factsOf(world.start));
  });

  it("since who should be restored was purged makes a new user", async () => {
    let batches = 0;
    faults.watch = async ({ place, moment, statements }) => {
      if (place !== "object" || moment === "after" || !isWrite(statements) || ++batches > 1) return;
      await env.DB.prepare("DELETE FROM users WHERE deleted_at IS NOT NULL").run();
    };
    const { status, body } = await world.source.call("POST", "/Users", { userName: "dora" });
    expect([status, batches]).toEqual([201, 2]);
    expect(body["id"]).not.toBe(world.id["dora"]);
  });
});
