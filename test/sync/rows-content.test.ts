/** What a run makes of lists that aren't what they say, and of records that can't be taken: a row after the other. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { Script } from "../../src/cli/upstream/script.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import {
  expectConverges,
  modelOf,
  newStory,
  peopleHere,
  personOf,
  personRecord,
  restored,
  runUnder,
  turned,
  unharmedRun,
  type Model,
  type Person,
  type Story,
} from "../support/converge.ts";
import { recordsOf } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { SEED } from "../support/scale.ts";

keepQuiet();

const LONG = { timeout: 100_000 };
const CASES = 20;
/** Far above what is missing here: what is held then is held whatever the limits are. */
const NO_LIMIT = { least: 10_000, percent: 100, most: 1_000_000 };

let admin: Admin;
let random: Random;

beforeEach(async () => {
  admin = await claim();
  random = new Random(SEED);
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const newOne = (people: number, more: Parameters<typeof newStory>[2] = {}): Promise<Story> =>
  newStory(admin, modelOf(numbers(people)), more);
const listOf = (given: readonly JsonObject[]): Script => ({
  people: { count: given.length, given, exactly: true },
});
const recordsIn = ({ people }: Model): JsonObject[] => people.map((one) => personRecord(one));

/** The records with some of them once more, each put where chance has it. */
function withDoubles(model: Model, change: (record: JsonObject) => JsonObject): JsonObject[] {
  const records = recordsIn(model);
  const doubles = random.several(1, 3, () => change(random.pick(records)));
  for (const double of doubles) records.splice(random.below(records.length + 1), 0, double);
  return records;
}

it("F-51 takes people who come twice for one", LONG, async () => {
  const story = await newOne(5);
  for (let n = 0; n < CASES; n++) {
    const model = n % 3 === 0 ? turned(story.model, n) : story.model;
    const records = withDoubles(model, (record) => record);
    const total = random.chance(0.5) ? model.people.length : records.length;
    const overlay = { kind: "overlay", members: { totalResults: total } } as const;
    const faults = [{ on: "Users", act: overlay }] as const;
    const run = await runUnder(story, { model, faults, script: listOf(records) });
    const isRight = total === model.people.length;
    // A page of nobody but doubles is taken for a circle.
    const endings = isRight ? ["success", "list_repeats"] : ["list_incomplete", "list_repeats"];
    expect(endings).toContain(run.reason ?? run.status);
    expect(run.counts.User.failed).toBe(0);
    if (run.status === "partial") expect(run.counts.User.disabled).toBe(0);
  }
});

it("F-52 misses nobody where one comes as two", LONG, async () => {
  const story = await newOne(5);
  for (let n = 0; n < CASES; n++) {
    const model = n % 3 === 0 ? turned(story.model, n) : story.model;
    const records = withDoubles(model, (record) => ({ ...record, title: `Other ${n}` }));
    const run = await runUnder(story, { model, script: listOf(records) });
    expect([run.status, run.counts.User.disabled]).toEqual(["partial", 0]);
  }
});

it("F-54 misses nobody where the number of people is wrong", LONG, async () => {
  const story = await newOne(5);
  const wrong: Json[] = [0, 1, 4, 6, 7, 100, "0", "4", "6", 1_000_000];
  const none: Json[] = [null, -1, 1.5, "many", "", true, {}, [], "9999999999999999999", "5 "];
  for (const [n, totalResults] of [...wrong, ...none].entries()) {
    const model = n % 3 === 0 ? turned(story.model, n) : story.model;
    const act = { kind: "overlay", members: { totalResults } } as const;
    const run = await runUnder(story, { model, faults: [{ on: "Users", act }] });
    const isLie = wrong.includes(totalResults);
    expect([totalResults, run.status]).toEqual([totalResults, isLie ? "partial" : "success"]);
    if (isLie) expect(run.counts.User.disabled).toBe(0);
  }
});

it("F-55 disables nobody where all are gone at once", LONG, async () => {
  const story = await newOne(4, { userLimit: NO_LIMIT, organizationLimit: NO_LIMIT });
  const answers: JsonObject[] = [
    { Resources: [], totalResults: 0 },
    { Resources: null, totalResults: 0 },
    { Resources: [], totalResults: "0" },
    { Resources: [], totalResults: null },
  ];
  for (const paging of ["startIndex", "cursor"] as const) {
    for (const organizations of [undefined, { count: 0 }]) {
      const more = { paging, ...(organizations && { organizations }) };
      const isGone = await runUnder(story, { script: { ...more, people: { count: 0 } } });
      expect([isGone.status, isGone.reason]).toEqual(["held", "source_empty"]);
      expect(isGone.counts.User.held).toBe(4);
      for (const members of answers) {
        const faults = [{ on: "Users", act: { kind: "overlay", members } }] as const;
        const run = await runUnder(story, { script: more, faults });
        expect([members, run.counts.User.disabled]).toEqual([members, 0]);
      }
    }
  }
});

async function holdOf({ source }: Story) {
  const sql = "SELECT * FROM holds WHERE source_id = ? AND status = 'waiting'";
  const hold = await env.DB.prepare(sql).bind(source.id).first();
  return { holdId: String(hold?.["id"]), setHash: String(hold?.["set_hash"]) };
}

/** As many gone as the limit lets go, and one more: of those an admin decides. */
it("F-56 holds who is missing above the limit, and nobody at it", LONG, async () => {
  const story = await newOne(11);
  const whole = story.model;
  const without = (gone: number): Model => ({ ...whole, people: whole.people.slice(gone) });
  for (let least = 0; least < CASES / 2; least++) {
    const userLimit = { least, percent: 0, most: 0 };
    const { status } = await admin("PATCH", `/data-sources/${story.source.id}`, {
      upstream: { userLimit },
    });
    expect(status).toBe(200);
    const applied = await unharmedRun(story, { model: without(least) });
    expect([applied.status, applied.counts.User.disabled]).toEqual(["success", least]);
    await unharmedRun(story, { model: whole });
    const held = await unharmedRun(story, { model: without(least + 1) });
    const { reason } = held;
    expect([held.status, reason, held.counts.User.held]).toEqual([
      "held",
      "people_missing",
      least + 1,
    ]);
    expect((await peopleHere(story.source)).filter(({ active }) => active)).toHaveLength(11);
    if (least % 2 === 0) {
      const decision = { decision: "approved", actor: "key_test", role: "operator" } as const;
      const call = { ...(await holdOf(story)), ...decision, requestId: "test" };
      const stub = env.SOURCE.getByName(story.source.id);
      expect(await stub.decideHold({ ...call, setHash: "of another set" })).toMatchObject({
        ok: false,
      });
      expect(await stub.decideHold(call)).toEqual({ ok: true });
      await expectConverges(story.source, story.model);
    }
    await restored(story, whole);
  }
});

it("F-57 holds what is missing where another directory answers", LONG, async () => {
  const story = await newOne(6, { userLimit: NO_LIMIT });
  const whole = story.model;
  let held = 0;
  for (let n = 0; n < CASES; n++) {
    const gone = 1 + random.below(6);
    const fresh = gone === 6 ? 1 + random.below(7) : random.below(8);
    const more = Array.from({ length: fresh }, (_, k) => personOf(1_000 + n * 10 + k));
    const people = [...whole.people.slice(gone), ...more];
    const run = await unharmedRun(story, { model: { ...whole, people } });
    const isOther = gone * 2 >= 6 && fresh > 0 && fresh * 2 >= people.length;
    const effect = [run.status, run.counts.User.disabled, run.counts.User.created];
    const shown = [gone, fresh];
    expect([...shown, ...effect]).toEqual([
      ...shown,
      ...(isOther ? ["held", 0, fresh] : ["success", gone, fresh]),
    ]);
    if (isOther) held++;
    await restored(story, whole);
  }
  expect(held).toBeGreaterThan(0);
});

const long = (length: number) => "x".repeat(length);

function without(record: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([own]) => own !== name));
}

/** Records of somebody who is known, and what is wrong with them. */
const INVALID: readonly ((ann: JsonObject) => Json)[] = [
  (ann) => without(ann, "userName"),
  (ann) => ({ ...ann, userName: "" }),
  (ann) => ({ ...ann, userName: null }),
  (ann) => ({ ...ann, userName: ["ann"] }),
  (ann) => ({ ...ann, userName: "with a space" }),
  (ann) => ({ ...ann, USERNAME: "another" }),
  (ann) => ({ ...ann, active: "perhaps" }),
  (ann) => ({ ...ann, active: {} }),
  (ann) => ({ ...ann, emails: [{ value: {} }] }),
  (ann) => ({ ...ann, emails: ["a@one.test", ["b"]] }),
  (ann) => ({ ...ann, expireDate: "soon" }),
  (ann) => ({ ...ann, expireDate: 7 }),
  (ann) => ({ ...ann, organization: [{}] }),
  (ann) => ({ ...ann, groups: [{ display: "G" }] }),
  (ann) => ({ ...ann, title: "\0" }),
  (ann) => ({ ...ann, name: { givenName: "\ud800" } }),
  (ann) => ({ ...ann, phoneNumbers: [{ value: "+8613800100000", phoneRegion: "1" }] }),
  (ann) => ({ ...ann, phoneNumbers: [{ value: "008613800100000" }] }),
  (ann) => ({ ...ann, description: long(513) }),
  (ann) => without(ann, "id"),
];

const deep = (levels: number): Json =>
  JSON.parse(`${'{"d":'.repeat(levels)}1${"}".repeat(levels)}`) as Json;

const OVERSIZE: readonly ((ann: JsonObject) => Json)[] = [
  ...[1_001, 10_000].map((count) => (ann: JsonObject) => ({
    ...ann,
    emails: Array.from({ length: count }, (_, n) => ({ value: `a${n}@one.test` })),
    padding: long(70_000),
  })),
  ...[70_000, 100_000, 500_000].map((length) => (ann: JsonObject) => ({
    ...ann,
    title: long(length),
  })),
  ...[30_000, 60_000].map((length) => (ann: JsonObject) => ({
    ...ann,
    title: "张".repeat(length),
  })),
  ...[257, 1_000, 10_000].map((length) => (ann: JsonObject) => ({
    ...ann,
    userName: long(length),
  })),
  ...[200, 1_000, 3_000].map((levels) => (ann: JsonObject) => ({ ...ann, x: deep(levels) })),
  ...[22, 100, 5_000].map((count) => (ann: JsonObject) => ({
    ...ann,
    organization: Array.from({ length: count }, (_, n) => `o-${n}`),
  })),
  ...[70_000, 200_000].map((count) => (ann: JsonObject) => ({ ...ann, x: Array(count).fill(0) })),
  (ann) => ({ ...ann, [long(70_000)]: true }),
  (ann) => ({ ...ann, name: { givenName: long(70_000) } }),
];

/** The record stands where it was among others, one of which is changed. */
async function tryRecord(story: Story, spoil: (ann: JsonObject) => Json, n: number): Promise<void> {
  const { model } = story;
  const index = n % model.people.length;
  const changed = (person: Person): Person => ({ ...person, displayName: `Case ${n}` });
  const people = model.people.map((one, at) => (at === index ? one : changed(one)));
  const given = people.map((one, at) => {
    const record = personRecord(one);
    return (at === index ? spoil(record) : record) as JsonObject;
  });
  const run = await unharmedRun(story, { model: { ...model, people }, script: listOf(given) });
  expect([n, run.status, run.counts.User.disabled]).toEqual([n, "partial", 0]);
  const failed = (await recordsOf(run.id)).filter(({ result }) => result === "failed");
  expect(failed).toHaveLength(1);
  const ann = people[index];
  const here = await peopleHere(story.source);
  for (const person of people) {
    const shown = here.find(({ externalId }) => externalId === person.id)?.shown;
    const wanted = person === ann ? model.people[index] : person;
    expect([n, shown]).toEqual([n, expect.stringContaining(`(${wanted?.displayName})`)]);
  }
  await restored(story, story.model);
}

it(
  "F-58 reports a record that can't be read, and leaves its person as they are",
  LONG,
  async () => {
    const story = await newOne(4);
    expect(INVALID).toHaveLength(CASES);
    for (const [n, spoil] of INVALID.entries()) await tryRecord(story, spoil, n);
  },
);

it("F-59 reports a record that is too large, and leaves its person as they are", LONG, async () => {
  const story = await newOne(4);
  expect(OVERSIZE).toHaveLength(CASES);
  for (const [n, spoil] of OVERSIZE.entries()) await tryRecord(story, spoil, n);
});
