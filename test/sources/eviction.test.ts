/** Objects that go away: between writes, in the middle of one, and with what they held in memory. */
import { abortAllDurableObjects, evictAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { askObject } from "../../src/sources/object.ts";
import { dump, restore, rowsOf } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { endFaults, faults, pauseCall } from "../support/faults.ts";
import { violations, violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, write } from "../support/rpc.ts";
import { bringWorld, type World } from "../support/world.ts";
import { WRITES } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

describe("an object that is lost while it writes", () => {
  it.for(WRITES)("is replaced, and $name is carried out once", async ({ send, again }) => {
    expect((await send(world)).status).toBeLessThan(300);
    await restore(world.start);
    endFaults();
    await send(world);
    const { object: calls } = faults.calls;
    const expected = factsOf(await dump());
    for (let call = 0; call <= calls; call++) {
      await restore(world.start);
      const held =
        call === 0 ? pauseCall("object", 1, "before") : pauseCall("object", call, "after");
      const answer = send(world);
      await held.reached();
      await abortAllDurableObjects();
      expect((await answer).status).toBeLessThan(300);
      endFaults();
      const after = await dump();
      expect(factsOf(after)).toEqual(expected);
      expect(violationsOf(after)).toEqual([]);
      if (again === "never") continue;
      expect(again).toContain((await send(world)).status);
      expect(factsOf(await dump())).toEqual(expected);
    }
  });

  it("takes its queue along, and every write of it is carried out once", async () => {
    const held = pauseCall("object", 2, "after");
    const answers = Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        world.source.call("POST", "/Users", {
          userName: `user${i % 16}`,
          externalId: `x${i % 16}`,
        }),
      ),
    );
    await held.reached();
    await abortAllDurableObjects();
    const statuses = (await answers).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(16);
    expect(statuses.filter((status) => status === 200)).toHaveLength(16);
    const ids = new Set((await answers).map(({ body }) => body["id"]));
    expect(ids.size).toBe(16);
    expect(await violations()).toEqual([]);
  });
});

describe("an object that is evicted", () => {
  it("between any two writes leaves nothing behind that they need", async () => {
    const expected: unknown[] = [];
    for (const evict of [() => Promise.resolve(), evictAllDurableObjects]) {
      await restore(world.start);
      for (const { send } of WRITES) {
        await evict();
        await send(world);
      }
      const after = await dump();
      expect(violationsOf(after)).toEqual([]);
      expected.push(factsOf(after));
    }
    expect(expected[1]).toEqual(expected[0]);
  });

  it("while writes wait finishes them", async () => {
    const answers = Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        world.source.call("POST", "/Users", { userName: `user${i}` }),
      ),
    );
    await evictAllDurableObjects();
    expect((await answers).map(({ status }) => status)).toEqual(Array(16).fill(201));
    expect(await violations()).toEqual([]);
  });

  it("claims a higher epoch with its first write", async () => {
    const epoch = async () =>
      rowsOf(await dump(), "epochs").find(({ object }) => object === world.source.id)?.["epoch"];
    await world.source.call("POST", "/Users", { userName: "a" });
    const before = Number(await epoch());
    await world.source.call("POST", "/Users", { userName: "b" });
    expect(await epoch()).toBe(before);
    await evictAllDurableObjects();
    await world.source.call("POST", "/Users", { userName: "c" });
    expect(await epoch()).toBe(before + 1);
  });
});

describe("an operation that is sent twice under one id", () => {
  const requests = () => [
    requestOf(world.source, {
      kind: "user.create",
      id: newId(),
      resource: resource({ userName: "eve", active: true }),
    }),
    {
      ...requestOf(world.source, {
        kind: "user.patch",
        id: world.id["ann"] ?? "",
        operations: [{ op: "replace", path: "displayName", value: "Ann" }],
      }),
      ifMatch: [1],
    },
    requestOf(world.source, { kind: "user.delete", id: world.id["bob"] ?? "" }),
    requestOf(world.source, {
      kind: "group.patch",
      id: world.id["staff"] ?? "",
      operations: [],
      members: [{ op: "add", values: [world.id["cy"] ?? ""] }],
    }),
    requestOf(world.source, { kind: "group.delete", id: world.id["guests"] ?? "" }),
  ];

  it.for(["one after the other", "at once", "with another instance between"])(
    "%s is carried out once and answered twice alike",
    async (how) => {
      for (const request of requests()) {
        const events = rowsOf(await dump(), "events").length;
        const first = write(world.source, request);
        if (how !== "at once") await first;
        if (how === "with another instance between") await abortAllDurableObjects();
        const second = write(world.source, request);
        expect(await second).toEqual(await first);
        expect(await first).toMatchObject({ ok: true });
        expect(rowsOf(await dump(), "events")).toHaveLength(events + 1);
        expect(await violations()).toEqual([]);
      }
    },
  );

  it("while it waits in one group is carried out once", async () => {
    const held = pauseCall("object", 1, "before");
    const blocking = world.source.call("POST", "/Users", { userName: "first" });
    await held.reached();
    const [create, patch] = requests();
    if (create === undefined || patch === undefined) throw new Error("No requests");
    const outcomes = [create, patch, create, patch].map((request) => write(world.source, request));
    held.release();
    const [first, second, third, fourth] = await Promise.all(outcomes);
    await blocking;
    expect([first, second]).toMatchObject([{ status: 201 }, { status: 200 }]);
    expect([third, fourth]).toEqual([first, second]);
    expect(await violations()).toEqual([]);
  });
});

describe("an object that can't be reached", () => {
  /** The bindings, with an object whose calls fail like this, and how often it was called. */
  function unreachable(error: unknown): { failing: Env; calls: () => number } {
    let calls = 0;
    const write = (): never => {
      calls++;
      throw error;
    };
    const SOURCE = new Proxy(env.SOURCE, {
      get: (target, name) => (name === "getByName" ? () => ({ write }) : Reflect.get(target, name)),
    });
    return { failing: { ...env, SOURCE }, calls: () => calls };
  }

  it.for([
    ["is asked three times when the way there broke", {}, 3],
    ["is asked once when it is overloaded", { overloaded: true }, 1],
  ] as const)("%s", async ([, flags, times]) => {
    const error = Object.assign(new Error("Network connection lost."), flags);
    const { failing, calls } = unreachable(error);
    const request = requestOf(world.source, { kind: "user.delete", id: newId() });
    await expect(askObject(failing, world.source.id, request)).rejects.toMatchObject({
      reason: "unavailable",
      retryAfterSeconds: 2,
    });
    expect(calls()).toBe(times);
  });
});
