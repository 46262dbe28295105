/** Every write with a fault at each of its steps: nothing is lost, nothing doubled, no fault is an answer about people. */
import { evictAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { newSource, type Answer } from "../support/client.ts";
import { dump, restore } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { endFaults, failCall, faults, type Mode } from "../support/faults.ts";
import { violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
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
      await restore(world.start);
      const fault = (): void => failCall("object", call, call % 2 === 0 ? "after" : "before", true);
      const answers = await underFault(EIGHT_WRITES, facts, fault);
      expect(answers.some(({ status }) => status === 503)).toBe(true);
    }
  });
});

const READS: readonly { name: string; read: () => Promise<Answer> }[] = [
  { name: "a user", read: () => world.source.call("GET", `/Users/${world.id["ann"]}`) },
  { name: "a user who is not there", read: () => world.source.call("GET", "/Users/1") },
  { name: "the users", read: () => world.source.call("GET", "/Users") },
  {
    name: "the users with their groups",
    read: () => world.source.call("GET", "/Users?attributes=userName,groups"),
  },
  {
    name: "users by name",
    read: () => world.source.call("GET", '/Users?filter=userName eq "nobody"'),
  },
  {
    name: "users by a search in a body",
    read: () => world.source.call("POST", "/Users/.search", { filter: 'title eq "x"' }),
  },
  { name: "a group", read: () => world.source.call("GET", `/Groups/${world.id["staff"]}`) },
  { name: "the groups", read: () => world.source.call("GET", "/Groups") },
  {
    name: "the groups with their members",
    read: () => world.source.call("GET", "/Groups?attributes=members"),
  },
  { name: "the schemas", read: () => world.source.call("GET", "/Schemas") },
  { name: "the data sources", read: () => world.admin("GET", "/data-sources") },
  { name: "the directory's users", read: () => world.admin("GET", "/users") },
  { name: "the events", read: () => world.admin("GET", "/events") },
];

describe("reading while D1 fails", () => {
  it.for(READS)("$name is put off", async ({ read }) => {
    const { status, text } = await read();
    endFaults();
    await read();
    const calls = Math.max(faults.calls.worker, 1);
    for (let call = 1; call <= calls; call++) {
      for (const mode of ["before", "after"] as const) {
        failCall("worker", call, mode, true);
        const answer = await read();
        endFaults();
        expect([answer.status, isPutOff(answer)]).toEqual([503, true]);
      }
    }
    const after = await read();
    expect([after.status, after.text]).toEqual([status, text]);
  });
});

describe("a token that this isolate has not seen", () => {
  it.for(["fails", "forgets"] as const)("is found in D1 while KV %s", async (kv) => {
    const source = await newSource(world.admin, "okta");
    faults.kv = kv;
    expect((await source.call("GET", "/Users")).status).toBe(200);
    expect((await source.call("POST", "/Users", { userName: "new" })).status).toBe(201);
  });

  it("puts the request off while KV and D1 fail", async () => {
    const source = await newSource(world.admin, "okta");
    faults.kv = "fails";
    failCall("worker", 1, "before", true);
    for (const method of ["GET", "POST"]) {
      expect(isPutOff(await source.call(method, "/Users", method === "GET" ? undefined : {}))).toBe(
        true,
      );
    }
    endFaults();
    expect((await source.call("GET", "/Users")).status).toBe(200);
  });

  it("puts the request off while D1 fails, though KV knows the token", async () => {
    const source = await newSource(world.admin, "okta");
    failCall("worker", 1, "before", true);
    expect(isPutOff(await source.call("GET", '/Users?filter=userName eq "ann"'))).toBe(true);
    expect(isPutOff(await source.call("POST", "/Users", { userName: "new" }))).toBe(true);
  });

  it("can be made while KV fails", async () => {
    faults.kv = "fails";
    const source = await newSource(world.admin, "okta");
    expect((await source.call("GET", "/Users")).status).toBe(200);
  });
});
