/** Random requests to two sources of one directory, some of them in trouble, against a model. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { everything, lastLook, people } from "../support/actions.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { commandsOf, commandsSent, lookAt, type Real } from "../support/commands.ts";
import { dump, restore, without } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { Model } from "../support/model.ts";
import { keepQuiet } from "../support/quiet.ts";
import { PATIENCE, report, scaled, SEED } from "../support/scale.ts";

const SEQUENCES = scaled(1_000);
const COMMANDS = 16;
/** After so many sequences the invariants are checked, and the database is emptied. */
const ROUND = 250;
/** Lanes of sequences at once that share sources: their writes meet in one group, under names of their own. */
const SHARING = 23;
/** Lanes whose sequences have sources of their own, to configure and to bring trouble to. */
const ALONE = 2;
const PROFILES = [
  ["okta", "okta"],
  ["okta", "rfc"],
];

keepQuiet();

let sequences = 0;

function twoSources(admin: Admin, profiles: readonly string[]): Promise<Source[]> {
  return Promise.all(profiles.map((profile) => newSource(admin, profile)));
}

function modelOf(sources: readonly Source[], profiles: readonly string[]): Model {
  const tokens = sources.map(({ tokenId: id, token: secret }) => ({ id, secret, enabled: true }));
  return new Model(
    tokens.map((token, n) => ({ profile: profiles[n] ?? "", enabled: true, tokens: [token] })),
  );
}

interface Lane {
  readonly profiles: readonly string[];
  /** Those that its sequences share, with the models of all that do. */
  readonly shared?: Shared;
}

interface Shared {
  readonly sources: readonly Source[];
  readonly models: Model[];
}

async function runLane(admin: Admin, { profiles, shared }: Lane, seed: number): Promise<void> {
  const commands = shared
    ? commandsOf(people, false, COMMANDS)
    : commandsOf(everything, true, COMMANDS);
  const sequence = fc.asyncProperty(commands, async (given) => {
    const sources = shared?.sources ?? (await twoSources(admin, profiles));
    const model = modelOf(sources, profiles);
    const real = { admin, sources, prefix: `s${sequences++}-` };
    await fc.asyncModelRun(() => ({ model, real }), given);
    shared?.models.push(model);
    if (shared === undefined) await lookAtBoth(model, real);
  });
  await fc.assert(sequence, { seed, numRuns: ROUND / (SHARING + ALONE) });
}

async function lookAtBoth(model: Model, real: Real): Promise<void> {
  for (const owner of real.sources.keys()) {
    for (const action of lastLook) await lookAt(action, owner, model, real);
  }
}

/** What sources that were shared show in the end is what all the models have. */
async function compareAll(admin: Admin, pairs: readonly Shared[]): Promise<void> {
  for (const { sources, models } of pairs) {
    const all = modelOf(sources, []);
    for (const { users, groups } of models.splice(0)) {
      all.users.push(...users);
      all.groups.push(...groups);
    }
    await lookAtBoth(all, { admin, sources, prefix: "" });
  }
}

it(
  `answers and keeps what the model does, over ${SEQUENCES} sequences`,
  PATIENCE,
  async (context) => {
    const admin = await claim();
    const pairs = await Promise.all(
      PROFILES.map(async (profiles) => ({
        sources: await twoSources(admin, profiles),
        models: [],
      })),
    );
    const start = without(await dump(), "epochs");
    const lanes = Array.from({ length: SHARING + ALONE }, (_, n): Lane => {
      const profiles = PROFILES[n % 2] ?? [];
      const shared = pairs[n % 2];
      return { profiles, ...(n < SHARING && shared && { shared }) };
    });
    for (let round = 0; sequences < SEQUENCES; round++) {
      const first = SEED + round * lanes.length;
      await Promise.all(lanes.map((lane, n) => runLane(admin, lane, first + n)));
      await compareAll(admin, pairs);
      expect(await violations()).toEqual([]);
      await restore(start);
    }
    report(context, "sequences against a model", { sequences, commands: commandsSent() });
  },
);
