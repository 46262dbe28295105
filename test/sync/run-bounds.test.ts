/** What a run may cost at most, and how it ends where it doesn't get on. */
import { createScheduledController, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../src/sync/run.ts";
import { claim, type Admin } from "../support/client.ts";
import { faults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import {
  ended,
  exactly,
  newPulled,
  peopleOf,
  pull,
  runOf,
  start,
  startOf,
  type Pulled,
} from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import worker from "../support/worker.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const HOUR_MS = 3_600_000;

const many = (n: number) =>
  exactly(Array.from({ length: n }, (_, index) => ({ id: `p${index}`, userName: `p${index}` })));

const isStep = ({ sql }: { readonly sql: string }) => sql.startsWith("UPDATE runs SET step");

/** The object's alarms, so many at most and so long after one another, until the run is over. */
async function rung({ id }: Pulled, runId: string, most: number, apartMs: number): Promise<Run> {
  for (let rings = 0; rings < most; rings++) {
    const run = await runOf(runId);
    if (run.endedAt !== null) return run;
    await runDurableObjectAlarm(env.SOURCE.getByName(id));
    faults.now = (faults.now ?? Date.now()) + apartMs;
  }
  return runOf(runId);
}

describe("a run whose step the database refuses each time", () => {
  it("is tried slower and slower, and has failed after two hours", async () => {
    const source = await newPulled(admin, { people: many(5) });
    let tries = 0;
    faults.watch = ({ place, moment, statements }) => {
      if (place !== "object" || moment !== "before" || !statements.some(isStep)) return undefined;
      tries++;
      throw new Error("D1_ERROR: too large");
    };
    const call = startOf();
    await start(source, call);
    const run = await rung(source, call.runId, 400, 60_000);
    faults.watch = undefined;
    expect([run.status, run.reason]).toEqual(["failed", "run_stuck"]);
    const hours = ((run.endedAt ?? 0) - (run.startedAt ?? 0)) / HOUR_MS;
    expect(hours).toBeGreaterThan(2);
    expect(hours).toBeLessThan(2.5);
    expect(tries).toBeLessThan(40);
    expect((await pull(source)).status).toBe("success");
    expect(await violations()).toEqual([]);
  });
});

describe("a run whose own row can't be read", () => {
  it("has failed after two hours, and doesn't keep the next one from starting", async () => {
    const source = await newPulled(admin, { people: many(5) });
    const call = startOf();
    await start(source, call);
    await env.DB.prepare(`UPDATE runs SET state = '{"phase":"users"}' WHERE id = ?`)
      .bind(call.runId)
      .run();
    const run = await rung(source, call.runId, 400, 60_000);
    expect([run.status, run.reason]).toEqual(["failed", "run_stuck"]);
    expect((await pull(source)).status).toBe("success");
  });
});

describe("an upstream that fails once", () => {
  it("doesn't end a run that has gone on for hours", async () => {
    const source = await newPulled(admin, { people: many(6) }, { pageSize: 2 });
    const fails = { kind: "answer", status: 503 } as const;
    await source.upstream.setFaults({ on: "Users", call: 3, act: fails });
    faults.watch = ({ place, moment, statements }) => {
      const isDone = place === "object" && moment === "after" && statements.some(isStep);
      if (isDone) faults.now = (faults.now ?? Date.now()) + 0.8 * HOUR_MS;
      return undefined;
    };
    const run = await pull(source);
    faults.watch = undefined;
    expect([run.status, run.detail]).toEqual(["success", null]);
    expect(await peopleOf(source)).toHaveLength(6);
  });
});

describe("people who are asked for one by one", () => {
  it("take a step of a minute at a time, each of them once", async () => {
    const limit = { least: 100, percent: 100, most: 100 };
    const source = await newPulled(admin, { people: many(60) }, { userLimit: limit });
    await pull(source);
    await source.upstream.replace({ people: many(30) });
    let time = Date.now();
    // The upstream takes its time: so much goes by between two looks at the clock.
    Object.defineProperty(faults, "now", {
      configurable: true,
      enumerable: true,
      get: () => (time += 5_000),
      set: (now: number) => {
        time = Math.max(time, now);
      },
    });
    const call = startOf();
    await start(source, call);
    const first = await runDurableObjectAlarm(env.SOURCE.getByName(source.id));
    const isOne = ({ path }: { readonly path: string }) => path.startsWith("/Users/p");
    const askedAtOnce = (await source.upstream.asked()).filter(isOne).length;
    const run = await ended(source, call.runId);
    Object.defineProperty(faults, "now", { value: undefined, writable: true });
    expect([first, run.status, run.counts.User.disabled]).toEqual([true, "success", 30]);
    expect(askedAtOnce).toBeLessThan(20);
    const paths = (await source.upstream.asked()).filter(isOne).map(({ path }) => path);
    const again = paths.filter((path, index) => paths.indexOf(path) !== index);
    // And somebody who is there, in each step: what is said of the others is believed with them.
    expect([new Set(paths).size, new Set(again).size]).toEqual([31, 1]);
  });
});

describe("F-66 a clock that jumps ahead and is put back", () => {
  it("doesn't let a run wait for the time that it showed", async () => {
    const source = await newPulled(admin, { people: many(3) });
    const now = Date.now();
    const fails = { kind: "answer", status: 503 } as const;
    await source.upstream.setFaults({ on: "Users", call: 1, act: fails });
    faults.now = now + 10 * 365 * 24 * HOUR_MS;
    const call = startOf();
    await start(source, call);
    await runDurableObjectAlarm(env.SOURCE.getByName(source.id));
    faults.now = now;
    const minute = createScheduledController({ scheduledTime: new Date(now) });
    await worker.scheduled(minute, env);
    const run = await ended(source, call.runId);
    expect([run.status, run.detail]).toEqual(["success", null]);
    expect(run.endedAt).toBeLessThan(now + HOUR_MS);
  });
});
