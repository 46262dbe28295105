/** Upstreams that change while they are read: people come, go, move and are renamed between two pages. */
import { beforeEach, it } from "vitest";
import type { Fault, Script } from "../../src/cli/upstream/script.ts";
import { claim, type Admin } from "../support/client.ts";
import {
  expectConverges,
  expectUnharmed,
  modelOf,
  personOf,
  personRecord,
  placeRecord,
  scriptOf,
  type Model,
  type Person,
  type Place,
} from "../support/converge.ts";
import { newPulled, pull } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { PATIENCE, report, scaled, SEED } from "../support/scale.ts";

keepQuiet();

const RUNS = 52;
const PEOPLE = 8;
const PAGE = 3;
/** Below what the guard holds in a small directory, whatever a run sees of it. */
const REMOVED_MOST = 2;
/** Calls for people that a change can come before; of the last there are perhaps not so many. */
const CALLS = [2, 3, 4, 5, 6];

type Shape = NonNullable<Script["shape"]>;

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

/** Numbers are never given twice, so nobody has the name of one who is gone. */
interface Story {
  readonly model: Model;
  readonly next: number;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function withoutSome(people: readonly Person[], random: Random): readonly Person[] {
  if (people.length <= 6 || random.chance(0.3)) return people;
  const leaving = new Set(random.several(1, REMOVED_MOST, () => random.below(people.length)));
  return people.filter((_, index) => !leaving.has(index));
}

/** Two people take each other's names. */
function swapped(people: readonly Person[], random: Random): Person[] {
  const [a, b] = shuffled(people, random);
  return people.map((person) => {
    const other = person === a ? b : person === b ? a : undefined;
    return { ...person, userName: other?.userName ?? person.userName };
  });
}

/** What becomes of the upstream between two pages: one thing, or several. */
function turned({ model, next }: Story, random: Random, mayRemove: boolean): Story {
  const { places } = model;
  const more = random.several(0, 2, (n) => personOf(next + n, places.length));
  const stayed = mayRemove ? withoutSome(model.people, random) : model.people;
  const all = random.chance(0.5) ? [...more, ...stayed] : [...stayed, ...more];
  const ordered = random.chance(0.5) ? shuffled(all, random) : all;
  const named = random.chance(0.5) ? swapped(ordered, random) : ordered;
  const people = named.map((person) => {
    if (random.chance(0.8)) return person;
    const displayName = `Known as ${random.below(1_000)}`;
    return { ...person, displayName, place: random.pick(places).id };
  });
  return { model: { people, places: movedPlaces(places, random) }, next: next + more.length };
}

/** Organizations change their names and places, and stay a tree: above one only those before it. */
function movedPlaces(places: readonly Place[], random: Random): readonly Place[] {
  if (random.chance(0.7)) return places;
  return places.map((place, index) => ({
    ...place,
    displayName: `${place.id} ${random.below(100)}`,
    parent: index > 0 && random.chance(0.5) ? places[random.below(index)]?.id : undefined,
  }));
}

/** The upstream becomes that when it is asked for people for the nth time. */
function changeAt(call: number, { people, places }: Model, shape: Shape): Fault[] {
  const changes = [
    { of: "Users", give: people.map((person) => personRecord(person, shape)) },
    { of: "Organizations", give: places.map(placeRecord) },
  ] as const;
  return changes.map((change) => ({ on: "Users", call, act: { kind: "change", ...change } }));
}

interface Turn {
  readonly story: Story;
  readonly faults: readonly Fault[];
  /** Who was in the upstream before, after, and all the time between. */
  readonly staying: readonly Person[];
}

function newTurn(before: Story, random: Random, shape: Shape): Turn {
  const calls = shuffled(CALLS, random)
    .slice(0, 1 + random.below(2))
    .sort((a, b) => a - b);
  let story = before;
  let staying = before.model.people;
  const faults: Fault[] = [];
  for (const [nth, call] of calls.entries()) {
    story = turned(story, random, nth === 0);
    faults.push(...changeAt(call, story.model, shape));
    const ids = new Set(story.model.people.map(({ id }) => id));
    staying = staying.filter(({ id }) => ids.has(id));
  }
  return { story, faults, staying };
}

const KINDS = (["scim", "dialect"] as const).flatMap((shape) =>
  (["startIndex", "cursor"] as const).map((paging) => ({ shape, paging })),
);

it(
  "F-53 loses nobody who stays, in both shapes and by both ways of paging",
  PATIENCE,
  async (context) => {
    let runs = 0;
    for (const [index, { shape, paging }] of KINDS.entries()) {
      const random = new Random(SEED + index);
      // All are in one directory, where a name is one person's.
      const first = index * 1_000_000;
      const numbers = Array.from({ length: PEOPLE }, (_, n) => first + n);
      let story: Story = { model: modelOf(numbers, 3), next: first + PEOPLE };
      const script = { ...scriptOf(story.model, shape), paging };
      const source = await newPulled(admin, script, { pageSize: PAGE });
      await pull(source);
      for (let turns = 0; turns < scaled(RUNS / KINDS.length); turns++, runs++) {
        const turn = newTurn(story, random, shape);
        ({ story } = turn);
        await source.upstream.setFaults(...turn.faults);
        await pull(source);
        await expectUnharmed(source, turn.staying);
        await source.upstream.setFaults();
        await source.upstream.replace({ ...scriptOf(story.model, shape), paging });
        await expectConverges(source, story.model);
      }
    }
    report(context, "Pulls of an upstream that changes", { runs });
  },
);
