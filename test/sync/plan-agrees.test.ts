/** Whatever an upstream becomes: a dry run says line by line what the run after it does. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { SCHEMA_ENTERPRISE as ENTERPRISE } from "../../src/scim/messages.ts";
import { claim } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { exactly, newPulled, recordsOf } from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";
import { PATIENCE, report, scaled, SEED } from "../support/scale.ts";

keepQuiet();

const small = (max: number) => fc.nat({ max });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 3 });

/** Few names, addresses and places, so that many are wanted twice. */
const person = fc.record({
  id: small(11),
  name: small(13),
  mail: maybe(small(9)),
  place: maybe(small(6)),
  beside: maybe(small(6)),
  groups: fc.uniqueArray(small(3), { maxLength: 2 }),
  display: small(3),
  active: fc.constantFrom(true, true, true, true, false),
});
const place = fc.record({ id: small(5), name: small(7), parent: maybe(small(6)) });
const group = fc.record({
  id: small(3),
  name: small(4),
  members: fc.uniqueArray(small(13), { maxLength: 6 }),
});
const world = fc.record({
  people: fc.uniqueArray(person, { minLength: 6, maxLength: 12, selector: ({ id }) => id }),
  places: fc.uniqueArray(place, { minLength: 1, maxLength: 6, selector: ({ id }) => id }),
  groups: fc.uniqueArray(group, { maxLength: 4, selector: ({ id }) => id }),
});
type Drawn = typeof world extends fc.Arbitrary<infer T> ? T : never;

function script({ people, places, groups }: Drawn, world: string, withGroups: boolean) {
  return {
    people: exactly(
      people.map(({ id, name, mail, place: at, beside, groups: named, display, active }) => ({
        id: `p${id}`,
        userName: name % 2 === 0 ? `n${name}.${world}` : `N${name}.${world}`,
        active,
        ...(mail !== undefined && {
          emails: [{ value: `m${mail}@${world}.example`, type: "work" }],
        }),
        ...(at !== undefined && { [ENTERPRISE]: { organizationId: `o${at}` } }),
        ...(at !== undefined && beside !== undefined && { organization: [`o${at}`, `o${beside}`] }),
        ...(!withGroups && {
          groups: named.map((n) => ({ value: `g${n}`, display: `D${display}` })),
        }),
      })),
    ),
    organizations: exactly(
      places.map(({ id, name, parent }) => ({
        id: `o${id}`,
        displayName: `O${name}`,
        ...(parent !== undefined && { parent: `o${parent}` }),
      })),
    ),
    ...(withGroups && {
      groups: exactly(
        groups.map(({ id, name, members }) => ({
          id: `g${id}`,
          displayName: `G${name}`,
          members: members.map((n) => ({ value: `p${n}` })),
        })),
      ),
    }),
  };
}

const histories = fc.record({
  worlds: fc.array(world, { minLength: 2, maxLength: 4 }),
  withGroups: fc.boolean(),
  pageSize: fc.constantFrom(2, 3, 5, 100),
  deletionPolicy: fc.constantFrom("disable", "delete", "keep"),
});

it("a plan says line by line what the run does", PATIENCE, async (context) => {
  const admin = await claim();
  const limits = { least: 100, percent: 100, most: 500 };
  const counts = { histories: 0, runs: 0, lines: 0 };
  await fc.assert(
    fc.asyncProperty(histories, async ({ worlds, withGroups, ...settings }) => {
      // Each has names of its own: the sources share a directory.
      const world = crypto.randomUUID().slice(0, 8);
      const [first, ...rest] = worlds;
      if (first === undefined) return;
      const more = { ...settings, withGroups, userLimit: limits, organizationLimit: limits };
      const source = await newPulled(admin, script(first, world, withGroups), more);
      for (const next of [undefined, ...rest]) {
        if (next !== undefined) await source.upstream.replace(script(next, world, withGroups));
        const real = await pulledAsPlanned(source);
        counts.lines += (await recordsOf(real.id)).length;
        counts.runs++;
      }
      counts.histories++;
    }),
    // What it would be shrunk to takes a minute to find; the history itself is short.
    { seed: SEED, numRuns: scaled(8), endOnFailure: true },
  );
  expect(await violations()).toEqual([]);
  expect(counts.lines).toBeGreaterThan(scaled(8) * 20);
  report(context, "plans beside runs", counts);
});
