/** Random trees, people, groups and scopes: what a source is shown is what a model of it says. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import {
  insertGroups,
  insertMembers,
  insertUsers,
  ROOT,
  testId,
} from "../support/directory-rows.ts";
import { PATIENCE, report, scaled } from "../support/scale.ts";
import { membersAt } from "../support/scim.ts";
import { insertTree, organizationId, putScope } from "../support/trees.ts";
import { walk } from "../support/walk.ts";

const ORGANIZATIONS = 12;
const PEOPLE = 20;
/** Of the groups, so many belong to the source itself. */
const OWN = 3;
const GROUPS = 9;

const index = (length: number) => fc.nat(length - 1);
const lists = <T>(one: fc.Arbitrary<T>, length: number) =>
  fc.array(one, { minLength: length, maxLength: length });

const worlds = fc.record({
  /** The parent of each organization: an earlier one, or the root. */
  parents: lists(index(ORGANIZATIONS), ORGANIZATIONS),
  places: lists(index(ORGANIZATIONS), PEOPLE),
  members: lists(fc.uniqueArray(index(PEOPLE), { maxLength: 6 }), GROUPS),
  scopes: fc.array(
    fc.record({
      organizations: fc.uniqueArray(index(ORGANIZATIONS), { maxLength: 3 }),
      groups: fc.uniqueArray(index(GROUPS), { maxLength: 5 }),
    }),
    { minLength: 3, maxLength: 6 },
  ),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;
type Scope = World["scopes"][number];

/** Tells the rows of one run from those of another. */
const numbered = (run: number, first: number) => (n: number) => testId(first + run * 100 + n);

interface Ids {
  readonly organization: (n: number) => string;
  readonly user: (n: number) => string;
  readonly group: (n: number) => string;
}

async function insertWorld(run: number, world: World, source: Source, owner: Source): Promise<Ids> {
  const organization = (n: number) => organizationId(run * 100 + n);
  const [user, group] = [numbered(run, 1_000_000), numbered(run, 2_000_000)];
  await insertTree(
    world.parents.map((parent, n) => ({
      id: organization(n),
      parentId: parent < n ? organization(parent) : ROOT,
    })),
  );
  await insertUsers(
    env.DB,
    world.places.map((place, n) => ({
      id: user(n),
      organizationId: organization(place),
      attributes: { userName: user(n), active: true },
    })),
  );
  await insertGroups(
    env.DB,
    world.members.map((_, n) => ({
      id: group(n),
      sourceId: n < OWN ? source.id : owner.id,
      attributes: { displayName: group(n) },
    })),
  );
  await insertMembers(
    env.DB,
    world.members.flatMap((members, n) =>
      members.map((member) => ({ group: group(n), user: user(member) })),
    ),
  );
  return { organization, user, group };
}

function isBelow(world: World, n: number, roots: readonly number[]): boolean {
  const parent = world.parents[n] ?? 0;
  return roots.includes(n) || (parent < n && isBelow(world, parent, roots));
}

/** Who and what is in the scope, in the order of rows. */
function seenIn(world: World, { organizations, groups }: Scope) {
  const users = world.places.flatMap((place, n) =>
    isBelow(world, place, organizations) ? [n] : [],
  );
  const isEmpty = organizations.length + groups.length === 0;
  const seen = world.members.flatMap((_, n) =>
    !isEmpty && (n < OWN || groups.includes(n)) ? [n] : [],
  );
  return { users, groups: seen };
}

async function expectSeen(source: Source, world: World, scope: Scope, ids: Ids): Promise<void> {
  const seen = seenIn(world, scope);
  expect((await walk(source, "/Users?count=7")).sort()).toEqual(seen.users.map(ids.user).sort());
  expect(await walk(source, "/Groups?count=2")).toEqual(seen.groups.map(ids.group));
  for (const collection of ["/Users", "/Groups"] as const) {
    const { body } = await source.call("GET", `${collection}?count=0`);
    const { length } = collection === "/Users" ? seen.users : seen.groups;
    expect([collection, body["totalResults"]]).toEqual([collection, length]);
  }
  for (const n of seen.groups) {
    const members = (world.members[n] ?? []).filter((member) => seen.users.includes(member));
    expect(await membersAt(source, `/Groups/${ids.group(n)}`)).toEqual(
      members.map(ids.user).sort(),
    );
  }
}

it("shows what is in scope, and no more", PATIENCE, async (context) => {
  const admin: Admin = await claim();
  const owner = await newSource(admin, "okta");
  const counts = { worlds: 0, scopes: 0 };
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const source = await newSource(admin, "okta");
      const ids = await insertWorld(counts.worlds++, world, source, owner);
      for (const scope of world.scopes) {
        const [first] = scope.organizations;
        const put = await putScope(admin, source, {
          organizationIds: scope.organizations.map(ids.organization),
          groupIds: scope.groups.map(ids.group),
          ...(first === undefined ? {} : { targetOrganizationId: ids.organization(first) }),
        });
        expect(put.status, put.text).toBe(200);
        await expectSeen(source, world, scope, ids);
        counts.scopes++;
      }
    }),
    { numRuns: scaled(12) },
  );
  report(context, "random scopes, each shown as a model says", counts);
});
