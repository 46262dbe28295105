/** Who is who, and what stands where: names and ids that change, trees that are none. A row after the other. */
import { beforeEach, expect, it } from "vitest";
import { claim, type Admin } from "../support/client.ts";
import {
  expectAlike,
  expectConverges,
  modelOf,
  newStory,
  peopleHere,
  personOf,
  placeRecord,
  restored,
  runUnder,
  scriptOf,
  unharmedRun,
  type Model,
  type Person,
  type Place,
  type Story,
} from "../support/converge.ts";
import { violations } from "../support/invariants.ts";
import { organizationsOf, pull, recordsOf } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { report, SEED } from "../support/scale.ts";

keepQuiet();

const LONG = { timeout: 100_000 };
const CASES = 20;
const NO_LIMIT = { least: 10_000, percent: 100, most: 1_000_000 };

let admin: Admin;
let random: Random;

beforeEach(async () => {
  admin = await claim();
  random = new Random(SEED);
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

it("F-60 takes nobody with another id for one who has the name", LONG, async () => {
  const story = await newStory(admin, modelOf(numbers(4)));
  const spell = [
    (name: string) => name,
    (name: string) => name.toUpperCase(),
    (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  ];
  for (let n = 0; n < CASES; n++) {
    const { model, source } = story;
    const changing = new Set(random.several(1, 2, () => random.below(4)));
    const ids = await peopleHere(source);
    const people = model.people.map((person, index): Person => {
      if (!changing.has(index)) return person;
      const userName = random.pick(spell)(person.userName);
      return { ...person, id: `${person.id}:${n}`, userName, displayName: "Somebody else" };
    });
    await source.upstream.replace(scriptOf({ ...model, people }));
    const run = await pull(source);
    expect([n, run.status, run.counts.User.failed]).toEqual([n, "partial", changing.size]);
    const here = await peopleHere(source);
    // Nobody is added, and nobody becomes another one.
    expect(here.map(({ id, externalId }) => [id, externalId])).toEqual(
      ids.map(({ id, externalId }) => [id, externalId]),
    );
    expect(here.filter(({ shown }) => shown.includes("Somebody else"))).toEqual([]);
    await source.upstream.replace(scriptOf(model));
    await expectConverges(source, model);
  }
});

/** So many fives of people, who give their names to each other. */
const FIVES = 25;

it("F-61 gives names to others, however they go round", LONG, async (context) => {
  const all = modelOf(numbers(5 * FIVES), 1);
  const story = await newStory(admin, all, { pageSize: 40 });
  let permutations = 0;
  for (let n = 0; n < CASES; n++) {
    const people = numbers(FIVES).flatMap((five) => {
      const own = all.people.slice(five * 5, five * 5 + 5);
      // Some of the names are new, or those of before.
      const names = own.map(({ userName }, k) =>
        random.chance(0.2) ? `n${n}.${five}.${k}` : userName,
      );
      const given = shuffled(names);
      permutations++;
      return own.map((person, k) => ({ ...person, userName: given[k] ?? person.userName }));
    });
    const run = await unharmedRun(story, { model: { ...all, people: shuffled(people) } });
    expect([run.status, run.detail]).toEqual(["success", null]);
    await expectAlike(story.source, story.model);
  }
  await expectConverges(story.source, story.model);
  report(context, "Five names given to others", { permutations });
});

const TREE = 7;
const treeStory = (): Promise<Story> =>
  newStory(admin, modelOf(numbers(3), TREE), { pageSize: 4, organizationLimit: NO_LIMIT });

/** Each above has an index of its own, of another, or one that nobody has. */
function graphOf(places: readonly Place[], parent: () => number): Place[] {
  return shuffled(places.map((place) => ({ ...place, parent: `o-${parent()}` })));
}

it("F-62 F-63 puts what is in a circle, or below nobody, below the target", LONG, async () => {
  const story = await treeStory();
  const { model } = story;
  for (let n = 0; n < CASES; n++) {
    const organizations = graphOf(model.places, () => random.below(TREE));
    const given = organizations.map(placeRecord);
    const script = { organizations: { count: TREE, given, exactly: true } };
    await unharmedRun(story, { script });
    expect(await organizationsOf(story.source)).toHaveLength(TREE);
    expect(await violations()).toEqual([]);
    // Mended: above each only those before it.
    const places = model.places.map((place, index) =>
      index === 0 || random.chance(0.3) ? place : { ...place, parent: `o-${random.below(index)}` },
    );
    await runUnder(story, { model: { ...model, places } });
  }
});

it(
  "F-63 keeps those whose organization nobody knows in the target, until it is there",
  LONG,
  async () => {
    const story = await treeStory();
    for (let n = 0; n < CASES; n++) {
      const { model } = story;
      const late: Place = {
        id: `late-${n}`,
        displayName: `Late ${n}`,
        parent: random.chance(0.5) ? `o-${random.below(TREE)}` : undefined,
      };
      const fresh = personOf(100 + n, TREE, { place: late.id });
      const lost = { ...late, id: `below-${n}`, displayName: `Below ${n}`, parent: `unknown-${n}` };
      const others = model.people.slice(-3).map((one) => ({ ...one, place: "o-0" }));
      const people = [...others, fresh];
      const broken = { people, places: [...model.places.slice(0, TREE), lost] };
      const run = await unharmedRun(story, { model: broken });
      expect(run.status).toBe("success");
      const records = (await recordsOf(run.id)).filter(
        ({ code }) => code === "organization_unknown",
      );
      expect(new Set(records.map((one) => one.external_id))).toEqual(new Set([lost.id, fresh.id]));
      const parent = late.id;
      const places = [...model.places.slice(0, TREE), { ...lost, parent }, late];
      await runUnder(story, { model: { people, places } });
    }
  },
);

/** What becomes of the people of organizations that are gone. */
const FATES: Readonly<Record<string, (person: Person) => Person | undefined>> = {
  "are elsewhere": (person) => ({ ...person, place: "o-0" }),
  "still name it": (person) => person,
  "are gone as well": () => undefined,
  "are disabled there": (person) => ({ ...person, active: false }),
};

it("F-64 removes organizations that had people, and loses none of them", LONG, async () => {
  const story = await newStory(admin, modelOf(numbers(8), 4), {
    pageSize: 4,
    organizationLimit: NO_LIMIT,
    userLimit: NO_LIMIT,
  });
  const whole: Model = {
    ...story.model,
    places: story.model.places.map((place, n) => (n === 3 ? { ...place, parent: "o-2" } : place)),
  };
  for (const [fate, become] of Object.entries(FATES)) {
    for (const gone of [["o-1"], ["o-3"], ["o-2", "o-3"], ["o-1", "o-3"], ["o-1", "o-2", "o-3"]]) {
      await restored(story, whole);
      const people = whole.people.flatMap((person) =>
        gone.includes(person.place ?? "") ? (become(person) ?? []) : [person],
      );
      const places = whole.places.filter(({ id }) => !gone.includes(id));
      const run = await runUnder(story, { model: { people, places } });
      expect([fate, gone, run.status, run.detail]).toEqual([fate, gone, "success", null]);
    }
  }
});

it("F-65 builds chains of organizations as deep as they may be, in any order", LONG, async () => {
  const story = await newStory(admin, modelOf([0, 1], 0), {
    pageSize: 9,
    organizationLimit: NO_LIMIT,
  });
  for (let n = 0; n < CASES; n++) {
    const depth = n < CASES - 2 ? 1 + random.below(12) : 40;
    const chain = numbers(depth).map((level): Place => ({
      id: `c-${level}`,
      displayName: `Level ${level} ${n % 3}`,
      parent: level === 0 ? undefined : `c-${level - 1}`,
    }));
    const people = story.model.people.map((person) => ({ ...person, place: `c-${depth - 1}` }));
    await runUnder(story, { model: { people, places: shuffled(chain) } });
  }
});
