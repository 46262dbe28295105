/** Batches that D1 refuses: what one operation did to them its neighbours don't pay for. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dump } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { faults, isWrite } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, writeTogether } from "../support/rpc.ts";
import { bringWorld, type World } from "../support/world.ts";
import { WRITES } from "../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

let world: World;

beforeEach(async () => {
  world = await bringWorld();
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
