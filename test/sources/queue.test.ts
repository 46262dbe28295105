/** The queue of a source's object: its length and its patience. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { tally, times } from "../support/answer.ts";
import { oneSource, type Answer } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { faults, pauseCall, until } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource } from "../support/rpc.ts";

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

describe("a data source whose object is held up", () => {
  it("takes 200 more writes and tells the others when to come again", async () => {
    const source = await oneSource();
    const held = pauseCall("object", 1, "before");
    const first = source.call("POST", "/Users", { userName: "first@x" });
    await held.reached();
    const refused: Answer[] = [];
    const others = times(208, async (i) => {
      const answer = await source.call("POST", "/Users", { userName: `user${i}@x` });
      if (answer.status === 429) refused.push(answer);
      return answer;
    });
    await until(() => refused.length === 8);
    held.release();
    expect((await first).status).toBe(201);
    expect(tally(await others)).toEqual({ 201: 200, 429: 8 });
    for (const { headers } of refused) expect(headers.get("retry-after")).toBe("2");
    expect(rowsOf(await dump(), "users")).toHaveLength(201);
    expect(await violations()).toEqual([]);
  });

  it("puts off what has waited for more than ten seconds, and doesn't write it", async () => {
    const source = await oneSource();
    const held = pauseCall("object", 1, "before");
    const first = source.call("POST", "/Users", { userName: "first@x" });
    await held.reached();
    const stub = env.SOURCE.getByName(source.id);
    const waiting = ["ann", "bob"].map((userName) => {
      const created = resource({ userName, active: true });
      return stub.write(requestOf(source, { kind: "user.create", id: newId(), resource: created }));
    });
    // Calls arrive in their order: once this one has, all have.
    await stub.noteUse({});
    faults.now = Date.now() + 10_001;
    held.release();
    expect((await first).status).toBe(201);
    for (const outcome of await Promise.all(waiting)) {
      expect(outcome).toMatchObject({ refusal: { reason: "unavailable", retryAfterSeconds: 5 } });
    }
    expect((await source.call("POST", "/Users", { userName: "next@x" })).status).toBe(201);
    expect(rowsOf(await dump(), "users")).toHaveLength(2);
    expect(await violations()).toEqual([]);
  });
});
