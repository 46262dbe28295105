/** A batch that was given up on and arrives late is not written any more. */
import { abortAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dump, rowsOf, sendLate } from "../support/dump.ts";
import { endFaults, faults, isWrite, loseWrite, until } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, write } from "../support/rpc.ts";
import { bringWorld, type World } from "../support/world.ts";
import { isPutOff, WRITES, type Write } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

const ASSERTION = "CHECK constraint failed: ok = 1";

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

/** A write to each object that claims an epoch where it has none, and changes nothing a late batch counts on. */
async function writeElsewhere(): Promise<void> {
  for (const source of [world.source, world.other]) {
    const userName = `someone${crypto.randomUUID().slice(0, 8)}`;
    expect((await source.call("POST", "/Users", { userName })).status).toBe(201);
  }
  // A source that is disabled takes no more than this: its object asks, and refuses.
  await write(world.closed, requestOf(world.closed, { kind: "user.delete", id: newId() }));
}

const TO_KNOWN_OBJECTS: readonly Write[] = WRITES.filter(
  ({ name }) => name !== "creating a source",
);

describe("a batch that was never answered", () => {
  it.for(TO_KNOWN_OBJECTS)("is refused after another instance wrote: $name", async ({ send }) => {
    await writeElsewhere();
    const lost = loseWrite();
    expect(isPutOff(await send(world))).toBe(true);
    await abortAllDurableObjects();
    endFaults();
    await writeElsewhere();
    const before = await dump();
    await expect(sendLate(lost())).rejects.toThrow(ASSERTION);
    expect(await dump()).toEqual(before);
    expect(await violations()).toEqual([]);
  });

  it.for(TO_KNOWN_OBJECTS)(
    "is refused after the same instance went on: $name",
    async ({ send }) => {
      await writeElsewhere();
      const lost = loseWrite();
      expect(isPutOff(await send(world))).toBe(true);
      endFaults();
      await writeElsewhere();
      const before = await dump();
      await expect(sendLate(lost())).rejects.toThrow(ASSERTION);
      expect(await dump()).toEqual(before);
    },
  );

  it("is written before anybody claims, and then counts as done", async () => {
    await writeElsewhere();
    const lost = loseWrite();
    const body = { userName: "eve", externalId: "5" };
    expect(isPutOff(await world.source.call("POST", "/Users", body))).toBe(true);
    endFaults();
    await sendLate(lost());
    expect((await world.source.call("POST", "/Users", body)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("that creates a source is refused after the client created it again", async () => {
    const body = { name: "Acme", mode: "push", profile: "okta" };
    const lost = loseWrite();
    expect(isPutOff(await world.admin("POST", "/data-sources", body))).toBe(true);
    endFaults();
    expect((await world.admin("POST", "/data-sources", body)).status).toBe(201);
    const before = await dump();
    await expect(sendLate(lost())).rejects.toThrow("UNIQUE constraint failed: data_sources");
    expect(await dump()).toEqual(before);
  });

  it("doesn't belie the answer: a name once refused as taken isn't taken later", async () => {
    await writeElsewhere();
    let lost: Parameters<typeof sendLate>[0] | undefined;
    let taking = false;
    // The write is lost, and before the object looks again another source has taken the name.
    faults.watch = async ({ place, moment, statements }) => {
      if (place !== "object" || moment === "after" || taking) return;
      if (lost === undefined && isWrite(statements)) {
        lost = statements;
        throw new Error("D1_ERROR: Network connection lost.");
      }
      if (lost === undefined) return;
      taking = true;
      await world.other.call("POST", "/Users", { userName: "eve" });
    };
    expect((await world.source.call("POST", "/Users", { userName: "eve" })).status).toBe(409);
    endFaults();
    const rival = rowsOf(await dump(), "users").find((row) => row["user_name_key"] === "eve");
    expect((await world.other.call("DELETE", `/Users/${rival?.["id"]}`)).status).toBe(204);
    const before = await dump();
    await expect(sendLate(lost ?? [])).rejects.toThrow(ASSERTION);
    expect(await dump()).toEqual(before);
    expect(await violations()).toEqual([]);
  });
});

describe("a batch that is slower than its deadline", () => {
  it.for(TO_KNOWN_OBJECTS.slice(0, 3))("is not written twice: $name", async ({ send }) => {
    await writeElsewhere();
    faults.deadlineMs = 200;
    let held = false;
    let answered = false;
    let arrived = false;
    faults.watch = async ({ place, moment, statements }) => {
      if (place !== "object" || moment === "after" || held || !isWrite(statements)) return;
      held = true;
      await until(() => answered);
      arrived = true;
    };
    expect((await send(world)).status).toBeLessThan(300);
    const before = await dump();
    answered = true;
    await until(() => arrived);
    // A later write of the same object: the late batch is behind it.
    await writeElsewhere();
    const after = await dump();
    expect(rowsOf(after, "events")).toHaveLength(rowsOf(before, "events").length + 2);
    expect(await violations()).toEqual([]);
  });
});
