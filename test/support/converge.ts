/** Small upstream directories that tests write out, and whether what was pulled is like them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Fault, Script } from "../../src/cli/upstream/script.ts";
import { equalJson, type JsonObject } from "../../src/scim/json.ts";
import type { Run } from "../../src/sync/run.ts";
import type { Admin } from "./client.ts";
import { violations } from "./invariants.ts";
import { newPulled, pull, recordsOf, type Pulled, type RecordRow } from "./pulls.ts";
import { ENTERPRISE } from "./scim.ts";

export interface Person {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  /** The id of an organization; without one it is the source's target. */
  readonly place?: string | undefined;
  readonly active?: boolean;
}

export interface Place {
  readonly id: string;
  readonly displayName: string;
  readonly parent?: string | undefined;
}

export interface Model {
  readonly people: readonly Person[];
  readonly places: readonly Place[];
}

type Shape = NonNullable<Script["shape"]>;

/** People of these numbers, in turn in the places. */
export function modelOf(people: readonly number[], places = 2): Model {
  const organizations = Array.from({ length: places }, (_, n) => ({
    id: `o-${n}`,
    displayName: `O ${n}`,
  }));
  return { people: people.map((n) => personOf(n, places)), places: organizations };
}

export function personOf(n: number, places = 2, more: Partial<Person> = {}): Person {
  const place = places > 0 ? `o-${n % places}` : undefined;
  return { id: `p-${n}`, userName: `name.${n}`, displayName: `Person ${n}`, place, ...more };
}

export function personRecord(
  { id, userName, displayName, place, active = true }: Person,
  shape: Shape = "scim",
): JsonObject {
  const placed = place === undefined ? {} : { [ENTERPRISE]: { organizationId: place } };
  return {
    id,
    userName,
    displayName,
    active,
    ...(shape === "dialect" ? { organization: place === undefined ? [] : [place] } : placed),
  };
}

export function placeRecord({ id, displayName, parent }: Place): JsonObject {
  return { id, displayName, ...(parent !== undefined && { parent }) };
}

export function scriptOf({ people, places }: Model, shape: Shape = "scim"): Script {
  const given = people.map((person) => personRecord(person, shape));
  return {
    shape,
    people: { count: given.length, given, exactly: true },
    organizations: { count: places.length, given: places.map(placeRecord), exactly: true },
  };
}

export interface Here {
  readonly id: string;
  readonly externalId: string;
  readonly shown: string;
  readonly active: boolean;
}

/** The source's people as "id userName (displayName) in place", deleted ones left out. */
export async function peopleHere({ id, targetId }: Pick<Pulled, "id" | "targetId">) {
  const { results } = await env.DB.prepare(
    `SELECT u.id, u.external_id, u.active, u.attributes ->> 'userName' AS name,
        u.attributes ->> 'displayName' AS shown,
        iif(o.id = ?2, 'target', coalesce(o.external_id, o.id)) AS place
      FROM users u JOIN organizations o ON o.id = u.organization_id
      WHERE u.source_id = ?1 AND u.deleted_at IS NULL ORDER BY u.external_id`,
  )
    .bind(id, targetId)
    .all<Record<"id" | "external_id" | "name" | "shown" | "place", string> & { active: number }>();
  return results.map((row): Here => ({
    id: row.id,
    externalId: row.external_id,
    shown: `${row.external_id} ${row.name} (${row.shown}) in ${row.place}`,
    active: row.active === 1,
  }));
}

function shownAbove({ people, places }: Model): string[] {
  const known = new Set(places.map(({ id }) => id));
  return people
    .map(({ id, userName, displayName, place = "", active = true }) => {
      const where = known.has(place) ? place : "target";
      return `${id} ${userName} (${displayName}) in ${where} ${active}`;
    })
    .sort();
}

async function placesHere({ id, targetId }: Pick<Pulled, "id" | "targetId">): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT o.external_id || ' ' || o.display_name || ' < ' ||
        iif(p.id = ?2, 'target', p.external_id) AS shown
      FROM organizations o JOIN organizations p ON p.id = o.parent_id
      WHERE o.source_id = ?1 AND o.deleted_at IS NULL AND o.id <> ?2 ORDER BY o.external_id`,
  )
    .bind(id, targetId)
    .all<{ shown: string }>();
  return results.map(({ shown }) => shown);
}

/** What is to be alike: who is there, active or not, that nobody else is active, and the tree. */
async function compared(source: Pulled, { people, places }: Model) {
  const here = await peopleHere(source);
  const ids = new Set(people.map(({ id }) => id));
  const there = here.filter(({ externalId }) => ids.has(externalId));
  const others = here.filter(({ externalId, active }) => active && !ids.has(externalId));
  return {
    here: {
      people: there.map(({ shown, active }) => `${shown} ${active}`).sort(),
      others: others.map(({ shown }) => shown),
      places: await placesHere(source),
    },
    above: {
      people: shownAbove({ people, places }),
      others: [],
      places: places
        .map(({ id, displayName, parent }) => `${id} ${displayName} < ${parent ?? "target"}`)
        .sort(),
    },
  };
}

/** Also nobody is there twice, and the database is in order. */
export async function expectAlike(source: Pulled, model: Model): Promise<void> {
  const { here, above } = await compared(source, model);
  expect(here).toEqual(above);
  expect(await violations()).toEqual([]);
}

/**
 * Two complete runs at most make it like the upstream; and the one that finds it so writes nothing,
 * which is the third at the latest.
 */
export async function expectConverges(source: Pulled, model: Model): Promise<void> {
  for (let runs = 1; ; runs++) {
    const run = await pull(source);
    const { here, above } = await compared(source, model);
    // What can't be done about a record is said by each run, although nothing is written.
    const isWritten = ({ code, result }: RecordRow) => code === null || result !== "success";
    const records = (await recordsOf(run.id)).filter(isWritten);
    if (runs >= 3) expect([run.status, run.reason, records]).toEqual(["success", null, []]);
    if (runs >= 2) expect(here).toEqual(above);
    if (run.status === "success" && records.length === 0 && equalJson(here, above)) break;
  }
  expect(await violations()).toEqual([]);
}

/** An upstream directory, what is in it, and the source that is like it. */
export interface Story {
  readonly source: Pulled;
  model: Model;
}

export async function newStory(
  admin: Admin,
  model: Model,
  more: Parameters<typeof newPulled>[2] = {},
): Promise<Story> {
  const source = await newPulled(admin, scriptOf(model), { pageSize: 2, ...more });
  const run = await pull(source);
  expect([run.status, run.detail]).toEqual(["success", null]);
  await expectAlike(source, model);
  return { source, model };
}

export interface Trial {
  readonly faults?: readonly Fault[];
  /** What is in the upstream from then on; the same where nothing is said. */
  readonly model?: Model;
  /** How it is sent, where it differs. */
  readonly script?: Script;
}

/**
 * A run while the upstream is so: whoever is in it before and afterwards is here as before. Then it
 * is as it should be again, and the source becomes like it.
 */
export async function runUnder(story: Story, trial: Trial): Promise<Run> {
  const run = await unharmedRun(story, trial);
  await story.source.upstream.replace(scriptOf(story.model));
  await expectConverges(story.source, story.model);
  return run;
}

/** The upstream is so again, and the source becomes like it; nobody who is here becomes another one. */
export async function restored(story: Story, model: Model): Promise<void> {
  const { source } = story;
  const before = await peopleHere(source);
  story.model = model;
  await source.upstream.replace(scriptOf(model));
  await expectConverges(source, model);
  const after = new Map((await peopleHere(source)).map((one) => [one.externalId, one.id]));
  const others = before.filter(({ externalId, id }) => (after.get(externalId) ?? id) !== id);
  expect(others).toEqual([]);
}

/** The first half of it: the upstream is left as it was. */
export async function unharmedRun(story: Story, trial: Trial): Promise<Run> {
  const { source, model: before } = story;
  const { faults = [], model = before, script = {} } = trial;
  const known = new Map((await peopleHere(source)).map((one) => [one.externalId, one.id]));
  await source.upstream.replace({ ...scriptOf(model), faults, ...script });
  const run = await pull(source);
  story.model = model;
  const active = model.people.filter((one) => one.active !== false);
  const ids = new Set(active.map(({ id }) => id));
  const here = await peopleHere(source);
  for (const { id, active: wasActive = true } of before.people) {
    const found = here.filter(({ externalId }) => externalId === id);
    expect(found.map((one) => one.id)).toEqual([known.get(id)]);
    if (ids.has(id) && wasActive) expect([id, found[0]?.active]).toEqual([id, true]);
  }
  return run;
}

/** The first one leaves, another one comes, the next is renamed, and one more moves: nobody twice. */
export function turned({ people, places }: Model, n: number): Model {
  const [, second, third, ...rest] = people;
  if (second === undefined || third === undefined) throw new Error("They are too few");
  const place = places[n % Math.max(1, places.length)]?.id;
  const renamed = { ...second, displayName: `Turned ${n}`, userName: `turned.${n}` };
  const fresh = personOf(NEXT + n, places.length);
  return { people: [renamed, { ...third, place: place ?? third.place }, ...rest, fresh], places };
}

/** Numbers of those who come later. */
const NEXT = 1_000;

/** Who is in the upstream all the time is here, and active. */
export async function expectUnharmed(source: Pulled, staying: readonly Person[]): Promise<void> {
  const here = await peopleHere(source);
  const wanted = staying.filter(({ active = true }) => active).map(({ id }) => [id, [true]]);
  const found = wanted.map(([id]) => [
    id,
    here.filter(({ externalId }) => externalId === id).map(({ active }) => active),
  ]);
  expect(found).toEqual(wanted);
}
