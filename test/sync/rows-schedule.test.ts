/** Runs that are late, doubled, cut short, or of another time: a row after the other. */
import { abortAllDurableObjects, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { claim, type Admin } from "../support/client.ts";
import {
  expectAlike,
  expectConverges,
  modelOf,
  newStory,
  scriptOf,
  turned,
  type Story,
} from "../support/converge.ts";
import { faults } from "../support/faults.ts";
import { ended, pull, start, startOf } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { SEED } from "../support/scale.ts";
import worker from "../support/worker.ts";

keepQuiet();

const LONG = { timeout: 300_000 };
const CASES = 20;
const HOUR = 3_600_000;
const YEAR = 365.25 * 24 * HOUR;

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const tick = (now: number) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env);

async function runsOf({ source }: Story) {
  const { results } = await env.DB.prepare(
    "SELECT id, ended_at FROM runs WHERE source_id = ? ORDER BY created_at DESC, id DESC",
  )
    .bind(source.id)
    .all<{ id: string; ended_at: number | null }>();
  return results;
}

async function change(story: Story, n: number): Promise<void> {
  story.model = turned(story.model, n);
  await story.source.upstream.replace(scriptOf(story.model));
}

it("F-40 makes one run of all the windows that were missed", LONG, async () => {
  const schedule = { kind: "every", minutes: 60 } as const;
  const story = await newStory(admin, modelOf([0, 1, 2, 3]), { schedule });
  let now = Date.now();
  for (let n = 0; n < CASES; n++) {
    await change(story, n);
    const before = (await runsOf(story)).length;
    // One, and up to fifty of them.
    now += (1 + Math.round((n * 49) / (CASES - 1))) * HOUR + 120_000;
    faults.now = now;
    await tick(now);
    const runs = await runsOf(story);
    expect(runs).toHaveLength(before + 1);
    await ended(story.source, runs[0]?.id ?? "");
    now = Math.max(now, faults.now);
    await tick(now + 60_000);
    expect(await runsOf(story)).toHaveLength(before + 1);
    await expectAlike(story.source, story.model);
  }
  await expectConverges(story.source, story.model);
});

it("F-41 goes on with one run, whoever else starts another", LONG, async () => {
  const story = await newStory(admin, modelOf([0, 1, 2, 3]));
  const random = new Random(SEED);
  for (let n = 0; n < CASES; n++) {
    await change(story, n);
    const before = (await runsOf(story)).length;
    const calls = random.several(2, 12, () =>
      startOf(random.chance(0.3) ? { kind: "incremental" } : {}),
    );
    const ticks = random.several(0, 3, () => env.SOURCE.getByName(story.source.id).tick());
    const [answers] = await Promise.all([
      Promise.all(calls.map((call) => start(story.source, call))),
      ...ticks,
    ]);
    const begun = calls.filter((_, index) => answers[index]?.ok === true);
    // An alarm may end the first before the last is asked for.
    const runs = await runsOf(story);
    expect(runs).toHaveLength(before + begun.length);
    expect(runs.filter((run) => run.ended_at === null).length).toBeLessThanOrEqual(1);
    for (const { runId } of begun) await ended(story.source, runId);
    await expectConverges(story.source, story.model);
  }
});

it("F-42 goes on where it was when its object is lost after a step", LONG, async () => {
  const story = await newStory(admin, modelOf([0, 1, 2, 3, 4, 5]));
  const stub = () => env.SOURCE.getByName(story.source.id);
  for (let n = 0; n < CASES; n++) {
    await change(story, n);
    let left = 1 + n;
    faults.watch = ({ place, moment }) => {
      if (place === "object" && moment === "after" && --left === 0) throw new Error("lost");
      return undefined;
    };
    const call = startOf();
    for (let tries = 0; tries < 3; tries++) if ((await start(story.source, call)).ok) break;
    await abortAllDurableObjects();
    faults.watch = undefined;
    await stub().tick();
    await ended(story.source, call.runId);
    await expectConverges(story.source, story.model);
  }
});

it("F-66 reads the same whatever the clocks say, here and there", LONG, async () => {
  const story = await newStory(admin, modelOf([0, 1, 2, 3]));
  const random = new Random(SEED);
  const real = Date.now();
  for (let n = 0; n < CASES; n++) {
    faults.now = real + Math.round((random.next() * 20 - 10) * YEAR);
    story.model = turned(story.model, n);
    const script = scriptOf(story.model);
    // Times of the last change that are no times, or go to and fro by years.
    const given = (script.people?.given ?? []).map((record) => {
      const time = new Date(real + Math.round((random.next() * 40 - 20) * YEAR)).toISOString();
      const lastModified = random.pick([
        time,
        time.slice(0, 19),
        "yesterday",
        "2026-02-30T25:61:61Z",
      ]);
      return { ...record, meta: { lastModified } };
    });
    await story.source.upstream.replace({
      ...script,
      people: { count: given.length, given, exactly: true },
    });
    // What an incremental run doesn't see, the full ones after it do.
    const run = await pull(story.source, { kind: random.chance(0.5) ? "incremental" : "full" });
    expect(["success", "partial"]).toContain(run.status);
    if (run.kind === "incremental") expect(run.counts.User.disabled).toBe(0);
    await expectConverges(story.source, story.model);
  }
});
