/** Clients at once, some of whom never learn what became of their requests: one order explains what all saw. */
import { expect, it } from "vitest";
import { times } from "../support/answer.ts";
import { claim, newSource } from "../support/client.ts";
import { NOBODY_YET, stepPeople } from "../support/directory-spec.ts";
import { historyOf, startTroubles } from "../support/history.ts";
import { violations } from "../support/invariants.ts";
import { isLinearizable } from "../support/linearize.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { PATIENCE, report, scaled, SEED } from "../support/scale.ts";

const HISTORIES = scaled(100);
/** Histories at once, each of a source of its own. */
const LANES = 8;

keepQuiet();

it(`explains ${HISTORIES} histories of eight clients each`, PATIENCE, async (context) => {
  const admin = await claim();
  const counts = { histories: 0, requests: 0, "of unknown outcome": 0, undecided: 0 };
  const unsound: string[] = [];
  const sources = await times(LANES, () => newSource(admin, "okta"));
  startTroubles();
  const lanes = sources.map(async (source) => {
    while (counts.histories < HISTORIES && unsound.length === 0) {
      const n = counts.histories++;
      const history = await historyOf(source, `h${n}-`, new Random(SEED + n));
      counts.requests += history.length;
      counts["of unknown outcome"] += history.filter(({ told }) => told === undefined).length;
      const isSound = isLinearizable(history, NOBODY_YET, stepPeople);
      if (isSound === undefined) counts.undecided++;
      if (isSound !== false) continue;
      unsound.push(`seed ${SEED}, history ${n}: ${JSON.stringify(history)}`);
    }
  });
  const ended = await Promise.allSettled(lanes);
  expect(ended.filter(({ status }) => status === "rejected")).toEqual([]);
  expect(unsound).toEqual([]);
  expect(await violations()).toEqual([]);
  // On a busy machine calls come too late that nobody delayed, and too little is known of some.
  expect(counts.undecided).toBeLessThanOrEqual(HISTORIES / 20);
  expect(counts["of unknown outcome"]).toBeGreaterThan(HISTORIES / 2);
  report(context, "histories of eight clients, explained by one order", counts);
});
