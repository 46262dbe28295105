/** What a run makes of records: read, planned and decided on without a database, so by the hundred. */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import type { JsonObject } from "../src/scim/json.ts";
import { SCHEMA_ENTERPRISE } from "../src/scim/messages.ts";
import type { ResourceOperation } from "../src/sources/operation.ts";
import { requestOf } from "../src/sync/plan.ts";
import { removal } from "../src/sync/pull-removal.ts";
import {
  applyRecords,
  decide,
  keep,
  newPureWorld,
  numbers,
  peopleIn,
  personOf,
  readPage,
  shown,
  SOURCE,
  TARGET,
  worldOf,
  type PureWorld,
} from "./support/pure-pull.ts";

const seed = inject("seed");

/** Pages of a list in which some come more than once. */
const doubled = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  order: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 30 }),
});

/** Reads the list page by page, as a run that remembers whom it has seen. */
function readInPages(world: PureWorld, list: readonly JsonObject[], size: number) {
  const seen = new Set<string>();
  let [fresh, contradicted, written] = [0, 0, 0];
  for (let from = 0; from < list.length; from += size) {
    const page = list.slice(from, from + size);
    const { plan } = readPage(world, "User", page, { hasSeen: ({ id }) => seen.has(id) });
    fresh += plan.facts.fresh;
    contradicted += plan.facts.contradicted;
    written += plan.wishes.length;
    const here = peopleIn(world);
    for (const { id } of page) seen.add(here.get(String(id as string))?.id ?? "");
  }
  return { fresh, contradicted, written };
}

it("F-51 takes people who come twice, alike, for one", () => {
  fc.assert(
    fc.property(doubled, ({ size, order }) => {
      const world = newPureWorld();
      const list = order.map((n) => personOf(n));
      const distinct = new Set(order).size;
      const first = readInPages(world, list, size);
      expect(first).toEqual({ fresh: distinct, contradicted: 0, written: distinct });
      expect(world.users.size).toBe(distinct);
      expect(readInPages(world, list, size)).toMatchObject({ contradicted: 0, written: 0 });
    }),
    { seed, numRuns: 200 },
  );
});

it("F-52 keeps the later one of two that differ, and says that they do", () => {
  fc.assert(
    fc.property(doubled, ({ size, order }) => {
      const world = newPureWorld();
      const list = order.map((n, index) => personOf(n, { title: `Title ${index}` }));
      const { contradicted } = readInPages(world, list, size);
      const distinct = new Set(order).size;
      expect(world.users.size).toBe(distinct);
      expect(contradicted > 0).toBe(distinct < order.length);
      const last = new Map(order.map((n, index) => [`p-${n}`, `Title ${index}`]));
      expect(shown(world, "title")).toEqual(last);
    }),
    { seed, numRuns: 200 },
  );
});

it("F-60 takes nobody with another id for one who has the name", () => {
  const taking = fc.record({
    of: fc.nat({ max: 4 }),
    isUpper: fc.boolean(),
    isKnown: fc.boolean(),
    fresh: fc.integer({ min: 100, max: 999 }),
  });
  fc.assert(
    fc.property(taking, ({ of, isUpper, isKnown, fresh }) => {
      const world = worldOf(numbers(5).map((n) => personOf(n)));
      const before = new Map(world.users);
      const userName = isUpper ? `NAME.${of}` : `name.${of}`;
      const { outcome } = readPage(world, "User", [personOf(fresh, { userName })]);
      // Perhaps whoever has the name gives it up before the list is over.
      expect(outcome.deferred).toHaveLength(1);
      const holder = peopleIn(world).get(`p-${of}`)?.id ?? "";
      const idsChanged = new Map(isKnown ? [] : [[`p-${fresh}`, holder]]);
      const { told } = applyRecords(world, outcome.deferred, { isFinal: true, idsChanged }).outcome;
      expect(told).toMatchObject([
        { result: "failed", code: isKnown ? "uniqueness" : "id_changed", externalId: `p-${fresh}` },
      ]);
      expect(world.users).toEqual(before);
    }),
    { seed, numRuns: 100 },
  );
});

it("F-61 gives five names to others, however they go round", () => {
  const people = numbers(5).map((n) => personOf(n));
  const names = people.map(({ userName }) => String(userName as string));
  const given = fc.record({
    names: fc.shuffledSubarray(names, { minLength: 5 }),
    order: fc.shuffledSubarray(numbers(5), { minLength: 5 }),
    fresh: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 2 }),
    size: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(given, ({ names: taken, order, fresh, size }) => {
      const world = worldOf(people);
      const ids = new Map([...peopleIn(world)].map(([id, user]) => [id, user.id]));
      const wanted = taken.map((name, n) => (fresh.includes(n) ? `fresh.${n}` : name));
      const records = order.map((n) => personOf(n, { userName: wanted[n] ?? "" }));
      const waiting = [];
      for (let from = 0; from < 5; from += size) {
        const { plan, outcome } = readPage(world, "User", records.slice(from, from + size));
        waiting.push(...plan.deferred, ...outcome.deferred);
        expect([plan.faults, outcome.failed]).toEqual([[], []]);
      }
      const { outcome } = applyRecords(world, waiting, { isFinal: true });
      expect(outcome.failed).toEqual([]);
      const named = wanted.map((name, n): [string, string] => [`p-${n}`, name]);
      expect(shown(world, "userName")).toEqual(new Map(named));
      expect(new Map([...peopleIn(world)].map(([id, user]) => [id, user.id]))).toEqual(ids);
      expect(readPage(world, "User", records).plan.unchanged).toBe(5);
    }),
    { seed, numRuns: 500 },
  );
});

it("F-63 keeps people of organizations that nobody knows in the target, until they are there", () => {
  const places = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(places, fc.nat({ max: 5 }), (named, known) => {
      const world = newPureWorld();
      const organization = (n: number) => ({ id: `o-${n}`, displayName: `O ${n}` });
      readPage(world, "Organization", numbers(known).map(organization));
      const people = named.map((n, index) => personOf(index, { organization: [`o-${n}`] }));
      const { outcome } = readPage(world, "User", people);
      const placesOf = () => named.map((_, n) => peopleIn(world).get(`p-${n}`)?.organizationId);
      const strayed = outcome.told.filter(({ code }) => code === "organization_unknown");
      expect(strayed).toHaveLength(named.filter((n) => n >= known).length);
      const idOf = (n: number) =>
        [...world.organizations.values()].find((one) => one.attributes["externalId"] === `o-${n}`)
          ?.id;
      expect(placesOf()).toEqual(named.map((n) => (n < known ? idOf(n) : TARGET)));
      readPage(world, "Organization", numbers(6).map(organization));
      readPage(world, "User", people);
      expect(placesOf()).toEqual(named.map(idOf));
    }),
    { seed, numRuns: 200 },
  );
});

it("F-64 removes no organization before everybody is out of it", () => {
  const housed = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(housed, fc.nat({ max: 4 }), (places, gone) => {
      const world = newPureWorld();
      const all = numbers(5).map((n) => ({ id: `o-${n}`, displayName: `O ${n}` }));
      readPage(world, "Organization", all);
      readPage(
        world,
        "User",
        places.map((n, index) => personOf(index, { organization: [`o-${n}`] })),
      );
      const id = [...world.organizations.values()].find(
        ({ attributes }) => attributes["externalId"] === `o-${gone}`,
      )?.id;
      const removing = removal({ type: "Organization", id: id ?? "" }, "disable");
      const inside = [...world.users.values()].filter((user) => user.organizationId === id);
      expect(carryOut(world, [removing])).toEqual([inside.length === 0]);
      const path = `${SCHEMA_ENTERPRISE}:organizationId`;
      const operations = [{ op: "replace", path, value: TARGET }] as const;
      carryOut(
        world,
        inside.map((user) => ({ kind: "user.patch", id: user.id, operations })),
      );
      if (inside.length > 0) expect(carryOut(world, [removing])).toEqual([true]);
      expect(world.organizations.get(id ?? "")?.deletedAt).not.toBeNull();
      const people = [...peopleIn(world).values()];
      expect(people.map(({ attributes }) => attributes["active"])).toEqual(places.map(() => true));
      expect(people.filter((user) => user.organizationId === TARGET)).toHaveLength(inside.length);
    }),
    { seed, numRuns: 200 },
  );
});

/** Whether each of them was done. */
function carryOut(world: PureWorld, operations: readonly ResourceOperation[]): boolean[] {
  const context = { source: SOURCE, runId: "run_pure", step: world.step++ };
  const requests = operations.map((operation, n) => requestOf({ operation }, context, n));
  const { set, decision } = decide(world, requests);
  keep(world, set);
  return decision.outcomes.map(({ ok }) => ok);
}
