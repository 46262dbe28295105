/** A database that was set back to an older state, or overtaken, below an object that lives on. */
import { evictAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dump, restore, rowsOf, sendLate, type Dump } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { endFaults, failCall, faults, isWrite, loseWrite } from "../support/faults.ts";
import { violations, violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { bringWorld, type World } from "../support/world.ts";
import { isPutOff, RESOURCE_WRITES, WRITES } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

async function epoch(): Promise<number> {
  const rows = rowsOf(await dump(), "epochs");
  return Number(rows.find(({ object }) => object === world.source.id)?.["epoch"]);
}

async function setEpochs(change: string): Promise<void> {
  await env.DB.prepare(`UPDATE epochs SET epoch = epoch ${change}`).run();
}

/** Some days of work, the backup of before them, and an object that has come far since. */
async function backupThenWork(): Promise<Dump> {
  await world.source.call("POST", "/Users", { userName: "kept" });
  const backup = await dump();
  for (let day = 0; day < 3; day++) {
    await evictAllDurableObjects();
    for (const { send } of RESOURCE_WRITES) await send(world);
  }
  return backup;
}

describe("an older database restored", () => {
  const LIVES = [
    ["a living object", () => Promise.resolve()],
    ["an object that starts anew", evictAllDurableObjects],
  ] as const;

  it.for(LIVES)("below %s is written to like any other", async ([, evict]) => {
    const expected: unknown[] = [];
    const backup = await backupThenWork();
    for (let times = 0; times < 2; times++) {
      const reached = await epoch();
      await restore(backup);
      expect(await epoch()).toBeLessThan(reached);
      await evict();
      for (const { send } of WRITES) expect((await send(world)).status).toBeLessThan(500);
      expect(await epoch()).toBeGreaterThan(reached);
      const after = await dump();
      expect(violationsOf(after)).toEqual([]);
      expected.push(factsOf(after));
    }
    expect(expected[1]).toEqual(expected[0]);
  });

  it("without its epochs is written to like any other", async () => {
    await backupThenWork();
    const reached = await epoch();
    await env.DB.prepare("DELETE FROM epochs").run();
    expect((await world.source.call("POST", "/Users", { userName: "new" })).status).toBe(201);
    expect(await epoch()).toBeGreaterThan(reached);
  });

  it("is not written to by a batch from before, though its epoch is lower", async () => {
    const backup = await backupThenWork();
    const lost = loseWrite();
    expect(isPutOff(await world.source.call("POST", "/Users", { userName: "late" }))).toBe(true);
    endFaults();
    await restore(backup);
    expect((await world.source.call("POST", "/Users", { userName: "new" })).status).toBe(201);
    const before = await dump();
    await expect(sendLate(lost())).rejects.toThrow("CHECK constraint failed: ok = 1");
    expect(await dump()).toEqual(before);
  });

  it.for(RESOURCE_WRITES.slice(0, 3))(
    "survives a fault at each call of $name",
    async ({ send }) => {
      await send(world);
      for (const call of [1, 2, 3]) {
        for (const mode of ["before", "after", "hang-after"] as const) {
          await restore(world.start);
          await setEpochs("- 1");
          failCall("object", call, mode);
          const answer = await send(world);
          endFaults();
          if (answer.status >= 300) {
            expect(isPutOff(answer)).toBe(true);
            expect((await send(world)).status).toBeLessThan(300);
          }
          expect(await violations()).toEqual([]);
        }
      }
    },
  );
});

describe("an object that was overtaken by another instance", () => {
  it.for(RESOURCE_WRITES)("stops, and its successor carries out $name", async ({ send }) => {
    await send(world);
    const expected = factsOf(await dump());
    await restore(world.start);
    await setEpochs("+ 10");
    const overtaken = await epoch();
    expect((await send(world)).status).toBeLessThan(300);
    expect(factsOf(await dump())).toEqual(expected);
    expect((await world.source.call("POST", "/Users", { userName: "next" })).status).toBe(201);
    expect(await epoch()).toBe(overtaken + 1);
    expect(await violations()).toEqual([]);
  });

  it("between its read and its write writes nothing, and its successor does", async () => {
    await world.source.call("POST", "/Users", { userName: "warm" });
    const before = await epoch();
    let overtakes = 0;
    faults.watch = async ({ place, moment, statements }) => {
      if (place !== "object" || moment === "after" || !isWrite(statements) || overtakes++ > 0)
        return;
      await setEpochs("+ 10");
    };
    expect((await world.source.call("POST", "/Users", { userName: "eve" })).status).toBe(201);
    expect(overtakes).toBe(2);
    expect(await epoch()).toBe(before + 11);
    expect(await violations()).toEqual([]);
  });

  it("with a queue loses none of it", async () => {
    await world.source.call("POST", "/Users", { userName: "warm" });
    await setEpochs("+ 10");
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        world.source.call("POST", "/Users", { userName: `user${i}` }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(201));
    expect(await violations()).toEqual([]);
  });
});
