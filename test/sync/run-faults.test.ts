/** A fault at every step of a run: nobody is lost, doubled or disabled by it, and it comes right. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { RunStart } from "../../src/sources/operation.ts";
import { claim, type Admin } from "../support/client.ts";
import { endFaults, failCall, faults, type Mode } from "../support/faults.ts";
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

describe("a run whose object is lost after a commit", () => {
  it("goes on, or ends without missing anybody", LONG, async () => {
    const story = await newStory();
    const calls = await callsOfARun(story);
    for (let call = 1; call <= calls; call++) {
      await turn(story);
      let count = 0;
      faults.watch = ({ place, moment }) => {
        if (place === "object" && moment === "after" && ++count === call) throw new Error("lost");
        return undefined;
      };
      const run = startOf();
      await begin(story.source, run);
      await abortAllDurableObjects();
      faults.watch = undefined;
      await env.SOURCE.getByName(story.source.id).tick();
      await ended(story.source, run.runId);
      await expectRight(story);
    }
  });
});
