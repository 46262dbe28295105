/**
 * What requests cost a source whose scope names half of a large tree: no more than one that has an
 * organization of its own. In full (`npm run test:deep`): 10,000 organizations, 64 deep, of which
 * 5,000 are named, and 100,000 people.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { attributesOf } from "../support/bulk-source.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import {
  insertGroups,
  insertMembers,
  insertUsers,
  ROOT,
  testId,
} from "../support/directory-rows.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { PATIENCE, scaled } from "../support/scale.ts";
import * as scim from "../support/scim.ts";
import { insertTree, organizationId, putScope } from "../support/trees.ts";

const ORGANIZATIONS = scaled(1_000);
const PEOPLE = scaled(10_000);
const DEPTH = 64;
const GROUP = testId(5_000_000);
const THOUSAND = testId(5_000_001);
const NEWCOMER = 9_000_000;

/** Chains that hang below the root, one after the other. */
const TREE = Array.from({ length: ORGANIZATIONS }, (_, n) => ({
  id: organizationId(n),
  parentId: n % DEPTH === 0 ? ROOT : organizationId(n - 1),
}));
/** Every other one: they cover all but the first of each chain. */
const NAMED = TREE.filter((_, n) => n % 2 === 1).map(({ id }) => id);
const SEEN = Array.from({ length: PEOPLE }, (_, n) => n).filter(
  (n) => (n % ORGANIZATIONS) % DEPTH !== 0,
);
const DEEPEST = organizationId(DEPTH - 1);

interface Cost {
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

const costs: Record<string, Cost> = {};

async function note(name: string, run: () => Promise<Answer>, status = 200): Promise<Answer> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  expect(answer.status, `${name}: ${answer.text.slice(0, 500)}`).toBe(status);
  costs[name] = { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
  return answer;
}

async function scopedSource(): Promise<{ admin: Admin; source: Source }> {
  const admin = await claim();
  for (let n = 0; n < ORGANIZATIONS; n += 1_000) await insertTree(TREE.slice(n, n + 1_000));
  const source = await newSource(admin, "okta");
  await insertUsers(
    env.DB,
    Array.from({ length: PEOPLE }, (_, n) => ({
      id: testId(n),
      sourceId: source.id,
      organizationId: organizationId(n % ORGANIZATIONS),
      attributes: attributesOf(n),
    })),
  );
  await insertGroups(env.DB, [
    { id: GROUP, sourceId: source.id, attributes: { displayName: "Everybody" } },
    { id: THOUSAND, sourceId: source.id, attributes: { displayName: "A thousand" } },
  ]);
  await insertMembers(env.DB, [
    ...SEEN.slice(10).map((n) => ({ group: GROUP, user: testId(n) })),
    // The first of a chain is out of sight.
    ...[0, ...SEEN.slice(10, 1_009)].map((n) => ({ group: THOUSAND, user: testId(n) })),
  ]);
  const scope = { organizationIds: NAMED, targetOrganizationId: DEEPEST };
  const put = await putScope(admin, source, scope);
  expect(put.status, put.text.slice(0, 500)).toBe(200);
  return { admin, source };
}

/** The path of a user in no group whom the source sees, deep in the tree. */
function spare(number: number): string {
  return `/Users/${testId(SEEN[number] ?? 0)}`;
}

function titled(value: string): JsonObject {
  return scim.patchBody({ op: "replace", path: "title", value });
}

/** Until the isolate knows the source and the object has claimed its epoch. */
async function warm(source: Source): Promise<void> {
  await source.call("GET", spare(0));
  await source.call("PATCH", spare(0), titled("Warm"));
}

async function read(source: Source): Promise<void> {
  await note("GET by id", () => source.call("GET", spare(1)));
  await note("GET by id, outside", () => source.call("GET", `/Users/${testId(0)}`), 404);
  for (const [name, filter] of [
    ["userName eq", 'userName eq "USER77@people.test"'],
    ["externalId eq", 'externalId eq "x77"'],
    ["emails.value eq", 'emails.value eq "user77@people.test"'],
  ] as const) {
    const found = await note(name, () => scim.find(source, filter));
    expect(scim.idsOf(found)).toEqual([testId(77)]);
  }
  const outside = await note("userName eq, outside", () =>
    scim.find(source, 'userName eq "user0@people.test"'),
  );
  expect(scim.idsOf(outside)).toEqual([]);
  let cursor = "";
  for (const page of ["page, first", "page, second", "page, third"]) {
    const query = `/Users?count=100&attributes=id&cursor=${cursor}`;
    const list = await note(page, () => source.call("GET", query));
    expect([list.body["totalResults"], scim.idsOf(list).length]).toEqual([SEEN.length, 100]);
    cursor = scim.textAt(list.body, "nextCursor");
  }
}

/** Each page follows the one before, as a client walks. */
async function walk(source: Source): Promise<void> {
  await source.call("GET", "/Users?count=100");
  for (const startIndex of [101, 201, 301]) {
    const query = `/Users?count=100&attributes=id&startIndex=${startIndex}`;
    const list = await note(`index page, ${startIndex}`, () => source.call("GET", query));
    expect([list.body["totalResults"], scim.idsOf(list).length]).toEqual([SEEN.length, 100]);
  }
}

async function readGroups(source: Source): Promise<void> {
  const path = `/Groups/${THOUSAND}`;
  const group = await note("group of 1,000", () => source.call("GET", path));
  const shown = scim.valuesOf(group.body["members"]).sort();
  expect(shown).toEqual(SEEN.slice(10, 1_009).map(testId).sort());
  const without = `/Groups/${GROUP}?excludedAttributes=members`;
  await note("group without members", () => source.call("GET", without));
}

async function write(source: Source): Promise<void> {
  const body = scim.userBody(attributesOf(NEWCOMER));
  await note("POST", () => source.call("POST", "/Users", body), 201);
  await note("POST unchanged", () => source.call("POST", "/Users", body));
  const placed = scim.userBody({
    ...attributesOf(NEWCOMER + 1),
    [scim.ENTERPRISE]: { organizationId: organizationId(ORGANIZATIONS - 1) },
  });
  await note("POST placed", () => source.call("POST", "/Users", placed), 201);
  await note("PATCH title", () => source.call("PATCH", spare(2), titled("Chef")));
  await note("PATCH unchanged", () => source.call("PATCH", spare(2), titled("Chef")));
  const member = [{ value: scim.idAt(spare(3)) }];
  const add = scim.patchBody({ op: "add", path: "members", value: member });
  await note("add member", () => source.call("PATCH", `/Groups/${GROUP}`, add), 204);
  await note("add member unchanged", () => source.call("PATCH", `/Groups/${GROUP}`, add), 204);
  await note("DELETE", () => source.call("DELETE", spare(4)), 204);
}

/** The dialect that keeps contacts unique: a row more for each, here an address and a number. */
async function writeStandard(admin: Admin, source: Source): Promise<void> {
  await admin("PATCH", `/data-sources/${source.id}`, { profile: "standard" });
  await warm(source);
  const body = scim.userBody(attributesOf(NEWCOMER + 2));
  const made = await note("standard POST", () => source.call("POST", "/Users", body), 201);
  await note("standard POST unchanged", () => source.call("POST", "/Users", body));
  const path = `/Users/${scim.textAt(made.body, "id")}`;
  await note("standard DELETE", () => source.call("DELETE", path), 204);
}

function expectWithin(prefix: string, budget: Partial<Cost>): void {
  const names = Object.keys(costs).filter((name) => name.startsWith(prefix));
  expect(names).not.toEqual([]);
  for (const name of names) {
    for (const [part, limit] of Object.entries(budget)) {
      expect(Reflect.get(costs[name] ?? {}, part), `${name}: ${part}`).toBeLessThanOrEqual(limit);
    }
  }
}

describe("what requests cost with a scope in a large tree", () => {
  it("is measured", PATIENCE, async () => {
    const { admin, source } = await scopedSource();
    await warm(source);
    await read(source);
    await walk(source);
    await readGroups(source);
    await write(source);
    await writeStandard(admin, source);
    expect(Object.keys(costs)).toHaveLength(25);
  });
});

describe("the cost of a request with a scope in a large tree", () => {
  it("is one round trip and ten rows for one user", () => {
    for (const lookup of ["GET by id", "userName", "externalId", "emails"]) {
      expectWithin(lookup, { trips: 1, read: 10, written: 0 });
    }
  });

  it("is one round trip for a page of a hundred", () => {
    // As many organizations are passed as have a hundred people, and another one.
    const passed = (100 * ORGANIZATIONS) / PEOPLE + 1;
    expectWithin("page", { trips: 1, read: 130 + passed, written: 0 });
    expectWithin("index page", { trips: 1, read: 130 + passed, written: 0 });
  });

  it("is one round trip for a thousand members, a row more for each whom the scope may hide", () => {
    // And as many organizations as it takes to know that they are many.
    expectWithin("group of 1,000", { trips: 1, read: 3_010 + 51, written: 0 });
    expectWithin("group without members", { trips: 1, read: 10, written: 0 });
  });

  it("is two round trips, 24 rows read and 18 written for a new user", () => {
    expectWithin("POST", { trips: 2, read: 24, written: 18 });
  });

  it("is two round trips, 20 rows read and 8 written for one attribute", () => {
    expectWithin("PATCH", { trips: 2, read: 20, written: 8 });
  });

  it("is one round trip, 14 rows and nothing written where nothing changes", () => {
    for (const name of ["POST unchanged", "PATCH unchanged", "add member unchanged"]) {
      expectWithin(name, { trips: 1, read: 14, written: 0 });
    }
  });

  it("is two round trips, 16 rows read and 10 written to add a member", () => {
    expectWithin("add member", { trips: 2, read: 16, written: 10 });
  });

  it("is two round trips, 24 rows read and 18 written to delete a user", () => {
    expectWithin("DELETE", { trips: 2, read: 24, written: 18 });
  });

  it("is a row more for each contact that nobody else may have", () => {
    expectWithin("standard POST", { trips: 2, read: 24, written: 18 + 2 });
    expectWithin("standard POST unchanged", { trips: 1, read: 14, written: 0 });
    expectWithin("standard DELETE", { trips: 2, read: 24 + 2, written: 18 });
  });
});
