/** The queue of a source's object: its order, its length and its patience. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { idOf, tally, times } from "../support/answer.ts";
import { claim, newSource, oneSource, type Answer, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { faults, pauseCall, until } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource } from "../support/rpc.ts";

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

async function newUser(source: Source): Promise<string> {
  return idOf(await source.call("POST", "/Users", { userName: "ann@x" }));
}

function setActive(source: Source, id: string, value: boolean): Promise<Answer> {
  const operation = { op: "replace", path: "active", value };
  return source.call("PATCH", `/Users/${id}`, { Operations: [operation] });
}

describe("what one request does after the other", () => {
  it("counts each time: disabled, enabled and disabled again is three versions and three events", async () => {
    const source = await oneSource();
    const id = await newUser(source);
    for (const active of [false, true, false]) {
      const { body } = await setActive(source, id, active);
      expect(body["active"]).toBe(active);
    }
    expect(factsOf(await dump())["users"]).toMatchObject([
      {
        version: 4,
        events: ["user.created", "user.disabled", "user.enabled", "user.disabled"],
      },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("counts each time though they arrive at once", async () => {
    const source = await oneSource();
    const id = await newUser(source);
    const answers = await Promise.all(
      [false, true, false].map((active) => setActive(source, id, active)),
    );
    expect(tally(answers)).toEqual({ 200: 3 });
    expect(factsOf(await dump())["users"]).toMatchObject([{ version: 4 }]);
    expect(await violations()).toEqual([]);
  });

  it("is decided under the settings before it: a write behind a disabled source is refused", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const held = pauseCall("object", 1, "before");
    const first = source.call("POST", "/Users", { userName: "first@x" });
    await held.reached();
    const off = admin("POST", `/data-sources/${source.id}/disable`);
    held.release();
    expect((await first).status).toBe(201);
    expect((await off).status).toBe(200);
    expect((await source.call("POST", "/Users", { userName: "second@x" })).status).toBe(403);
    expect(rowsOf(await dump(), "users")).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });
});

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
    await stub.noteUse([]);
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
