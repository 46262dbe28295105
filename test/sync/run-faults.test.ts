/** A fault at every step of a run: nobody is lost, doubled or disabled by it, and it comes right. */
import { abortAllDurableObjects, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { RunStart } from "../../src/sources/operation.ts";
import { claim, type Admin } from "../support/client.ts";
import { endFaults, failCall, faults, isWrite, type Mode } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";
import { violations } from "../support/invariants.ts";
import {
  ended,
  newPulled,
  peopleOf,
  pull,
  recordsOf,
  start,
  startOf,
  type Pulled,
} from "../support/pulls.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const MODES: readonly Mode[] = ["before", "after", "hang", "hang-after"];
const PEOPLE = 9;
/** Dozens of runs one after the other. */
const LONG = { timeout: 600_000 };

/** An upstream that goes on changing, and what the directory is to be. */
interface Story {
  readonly source: Pulled;
  readonly gone: string[];
  people: number;
}

async function newStory(): Promise<Story> {
  const script = { people: { count: PEOPLE }, organizations: { count: 3 } };
  const source = await newPulled(admin, script, { pageSize: 4 });
  await pull(source);
  return { source, gone: [], people: PEOPLE };
}

/** The oldest one leaves, another one comes, and some get a new title. */
async function turn(story: Story): Promise<void> {
  const { change } = story.source.upstream;
  const leaving = story.gone.length;
  await change({ of: "Users", remove: [leaving], add: 1 });
  await change({ of: "Users", put: { every: 3, members: { title: `Title ${leaving}` } } });
  story.gone.push(`person-${leaving}`);
  story.people++;
}

async function expectRight({ source, gone, people }: Story): Promise<void> {
  await pull(source);
  const all = await peopleOf(source);
  const disabled = all.flatMap((one) =>
    one["active"] === false ? [textAt(one, "externalId")] : [],
  );
  expect(disabled.sort()).toEqual([...gone].sort());
  expect(all).toHaveLength(people);
  expect(await violations()).toEqual([]);
}

/** Calls that a run makes to the database, its start included. */
async function callsOfARun(story: Story): Promise<number> {
  await turn(story);
  failCall("object", 1_000, "before");
  await pull(story.source);
  const { object } = faults.calls;
  endFaults();
  return object;
}

/** As a client does that isn't told what came of it. */
async function begin(source: Pulled, call: RunStart): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    if ((await start(source, call)).ok) return;
  }
  throw new Error("The run can't be started");
}

describe("a run under faults of the database", () => {
  it.each(MODES)(
    "(%s, at each call) comes right in the next one at the latest",
    LONG,
    async (mode) => {
      const story = await newStory();
      const calls = await callsOfARun(story);
      expect(calls).toBeGreaterThan(15);
      for (let call = 1; call <= calls; call++) {
        await turn(story);
        failCall("object", call, mode);
        const run = startOf();
        await begin(story.source, run);
        await ended(story.source, run.runId);
        endFaults();
        await expectRight(story);
      }
      const last = await pull(story.source);
      expect([last.status, await recordsOf(last.id)]).toEqual(["success", []]);
    },
  );
});

/** The step that the run has got to. */
async function stepOf({ runId }: RunStart): Promise<number | null> {
  return env.DB.prepare("SELECT step FROM runs WHERE id = ?").bind(runId).first<number>("step");
}

/** Lets the object hear nothing more from the nth batch on that it writes. */
function loseAfter(commit: number): { readonly hasStruck: () => boolean } {
  let commits = 0;
  let hasStruck = false;
  faults.watch = ({ place, moment, statements }) => {
    if (place !== "object") return undefined;
    if (moment === "after" && isWrite(statements) && ++commits === commit) hasStruck = true;
    if (hasStruck) throw new Error("D1_ERROR: Network connection lost.");
    return undefined;
  };
  return { hasStruck: () => hasStruck };
}

describe("a run whose object is lost after a commit", () => {
  it("goes on, or ends without missing anybody", LONG, async () => {
    const story = await newStory();
    const stub = () => env.SOURCE.getByName(story.source.id);
    const steps: (number | null)[] = [];
    for (let commit = 1; ; commit++) {
      await turn(story);
      const run = startOf();
      await begin(story.source, run);
      const { hasStruck } = loseAfter(commit);
      await runDurableObjectAlarm(stub());
      await abortAllDurableObjects();
      endFaults();
      if (!hasStruck()) break;
      steps.push(await stepOf(run));
      await stub().tick();
      await ended(story.source, run.runId);
      await expectRight(story);
    }
    expect(steps.length).toBeGreaterThan(7);
    // The last batch is a step and the end of the run.
    const within = steps.slice(0, -1);
    expect(within).toEqual(within.map((_, index) => index + 1));
  });
});
