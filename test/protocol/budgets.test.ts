/**
 * What requests cost the database, with a thousand users and with a hundred thousand: the same.
 * Rows are those that D1 bills for; a round trip is a call, however many statements it carries.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { sealCursor } from "../../src/http/cursor.ts";
import { queryKey } from "../../src/http/query-part.ts";
import { USER } from "../../src/scim/schemas.ts";
import { readPeppers } from "../../src/sources/secret.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { attributesOf, bulkSource, type BulkSource } from "../support/bulk-source.ts";
import type { Answer } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { idsOf, membersAt, patchBody, textAt, userBody } from "../support/scim.ts";

interface Cost {
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

type Costs = Readonly<Record<string, Cost>>;

const SMALL = 1_000;
const LARGE = 100_000;

/** A new user's number, which nobody has. */
const NEWCOMER = 9_000_000;

const costs: { small: Costs; large: Costs } = { small: {}, large: {} };

async function costsWith(size: number): Promise<Costs> {
  const world = await bulkSource(size);
  await warm(world);
  return {
    ...(await readCosts(world, size)),
    ...(await writeCosts(world, size)),
    ...(await memberCosts(world)),
    ...(await deletionCosts(world)),
    ...(await standardCosts(world)),
  };
}

async function costOf(run: () => Promise<Answer>, status = 200): Promise<Cost> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  expect(answer.status, answer.text.slice(0, 500)).toBe(status);
  return { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

/** Until the isolate knows the source and the object has claimed its epoch. */
async function warm({ source, spare }: BulkSource): Promise<void> {
  await source.call("GET", spare(0));
  await source.call("PATCH", spare(0), patchBody({ op: "remove", path: "title" }));
}

function change(value: string): JsonObject {
  return patchBody({ op: "replace", path: "title", value });
}

function newcomer(number: number): JsonObject {
  return userBody(attributesOf(NEWCOMER + number));
}

async function readCosts({ source, spare, group }: BulkSource, size: number): Promise<Costs> {
  const get = (path: string) => costOf(() => source.call("GET", path));
  const find = async (filter: string, count: number): Promise<Cost> => {
    const cost = await costOf(async () => {
      const found = await source.call("GET", `/Users?filter=${encodeURIComponent(filter)}`);
      expect(idsOf(found)).toHaveLength(count);
      return found;
    });
    return cost;
  };
  const page = await costOf(async () => {
    const list = await source.call("GET", "/Users?count=100");
    expect([list.body["totalResults"], idsOf(list).length]).toEqual([size + 50, 100]);
    return list;
  });
  const pages = await pageCosts(source, size + 50);
  expect(await membersAt(source, group("thousand"))).toHaveLength(1_000);
  return {
    "GET by id": await get(spare(1)),
    "GET by id, 3 memberships": await get(spare(0, 3)),
    "GET by id, 20 memberships": await get(spare(0, 20)),
    "userName eq": await find('userName eq "USER77@people.test"', 1),
    "userName eq, of nobody": await find('userName eq "nobody"', 0),
    "externalId eq": await find('externalId eq "x77"', 1),
    "emails.value eq": await find('emails.value eq "user77@people.test"', 1),
    "emails[type eq].value eq": await find(
      'emails[type eq "work"].value eq "user77@people.test"',
      1,
    ),
    "phoneNumbers.value eq": await find('phoneNumbers.value eq "+49 30 77"', 1),
    "page of 100": page,
    ...pages,
    "GET group of 1,000": await get(group("thousand")),
    "GET group without members": await get(`${group("everybody")}?excludedAttributes=members`),
  };
}

/** By cursor at the beginning and far down, and the second page by index after the first. */
async function pageCosts(source: BulkSource["source"], total: number): Promise<Costs> {
  const page = (query: string) =>
    costOf(async () => {
      const list = await source.call("GET", `/Users?count=100&attributes=id&${query}`);
      expect([list.body["totalResults"], idsOf(list).length]).toEqual([total, 100]);
      return list;
    });
  const next = async (path: string) => {
    const { body, text } = await source.call("GET", path);
    expect(textAt(body, "nextCursor"), text.slice(0, 500)).not.toBe("");
    return textAt(body, "nextCursor");
  };
  const second = await next("/Users?count=100&cursor=");
  const deep = await cursorAt(source, total - 150);
  await source.call("GET", "/Users?count=100");
  const warm = await page("startIndex=101");
  // Skips once; the page after it does not.
  await source.call("GET", `/Users?count=100&startIndex=${total - 250}`);
  return {
    "cursor page, first": await page("cursor="),
    "cursor page, second": await page(`cursor=${second}`),
    "cursor page, deep": await page(`cursor=${deep}`),
    "index page, second": warm,
    "index page, deep": await page(`startIndex=${total - 150}`),
  };
}

/** A cursor behind that many people, without walking there. */
async function cursorAt(source: BulkSource["source"], skipped: number): Promise<string> {
  const row = await env.DB.prepare(
    "SELECT seq, organization_id FROM users ORDER BY seq LIMIT 1 OFFSET ?",
  )
    .bind(skipped - 1)
    .first<{ seq: number; organization_id: string }>();
  const query = queryKey(source, [{ type: USER, isEmpty: false }]);
  const position = [row?.organization_id ?? "", row?.seq ?? 0];
  return sealCursor(readPeppers(env), query, position, Date.now());
}

async function writeCosts({ source, spare }: BulkSource, size: number): Promise<Costs> {
  const patch = (body: JsonObject) => costOf(() => source.call("PATCH", spare(2), body));
  const put = (more: JsonObject) =>
    costOf(() => source.call("PUT", spare(3), userBody({ ...attributesOf(size + 3), ...more })));
  const newWork = { op: "replace", path: 'emails[type eq "work"].value', value: "new@a.test" };
  return {
    "POST okta": await costOf(() => source.call("POST", "/Users", newcomer(0)), 201),
    "POST okta unchanged": await costOf(() => source.call("POST", "/Users", newcomer(0))),
    "PATCH title": await patch(change("Chef")),
    "PATCH unchanged": await patch(change("Chef")),
    "PATCH active": await patch(patchBody({ op: "replace", path: "active", value: false })),
    "PATCH e-mail": await patch(patchBody(newWork)),
    "PUT unchanged": await put({}),
    "PUT title": await put({ title: "Chef" }),
  };
}

async function memberCosts({ source, spare, group }: BulkSource): Promise<Costs> {
  const member = [{ value: spare(4).replace("/Users/", "") }];
  const add = patchBody({ op: "add", path: "members", value: member });
  const groups = { "10": "ten", "10,000": "ten thousand", all: "everybody" } as const;
  const list: [string, Cost][] = [];
  for (const [size, name] of Object.entries(groups)) {
    const cost = () => costOf(() => source.call("PATCH", group(name), add), 204);
    list.push([`add member to ${size}`, await cost()]);
    list.push([`add member to ${size} unchanged`, await cost()]);
  }
  return Object.fromEntries(list);
}

async function deletionCosts({ source, spare }: BulkSource): Promise<Costs> {
  const remove = (path: string) => costOf(() => source.call("DELETE", path), 204);
  return {
    "DELETE user": await remove(spare(5)),
    "DELETE user, 3 memberships": await remove(spare(0, 3)),
    "DELETE user, 20 memberships": await remove(spare(0, 20)),
  };
}

/** The dialect that keeps contacts unique: a row more for each. */
async function standardCosts(world: BulkSource): Promise<Costs> {
  const { admin, source } = world;
  await admin("PATCH", `/data-sources/${source.id}`, { profile: "standard" });
  await warm(world);
  const created = await source.call("POST", "/Users", newcomer(1));
  const path = `/Users/${textAt(created.body, "id")}`;
  return {
    "POST standard": await costOf(() => source.call("POST", "/Users", newcomer(2)), 201),
    "POST standard unchanged": await costOf(() => source.call("POST", "/Users", newcomer(2))),
    "DELETE user standard": await costOf(() => source.call("DELETE", path), 204),
  };
}

/** What an operation may cost, by the beginning of its name. */
function expectWithin(prefix: string, budget: Partial<Cost>): void {
  const names = Object.keys(costs.large).filter((name) => name.startsWith(prefix));
  expect(names).not.toEqual([]);
  for (const name of names) {
    for (const [part, limit] of Object.entries(budget)) {
      for (const size of [costs.small, costs.large]) {
        expect(Reflect.get(size[name] ?? {}, part), `${name}: ${part}`).toBeLessThanOrEqual(limit);
      }
    }
  }
}

// Measured once; what follows looks at the numbers.
describe("what requests cost", () => {
  it("is measured with a thousand users", { timeout: 60_000 }, async () => {
    costs.small = await costsWith(SMALL);
    expect(Object.keys(costs.small)).toHaveLength(37);
  });

  it("is measured with a hundred thousand", { timeout: 120_000 }, async () => {
    costs.large = await costsWith(LARGE);
    expect(Object.keys(costs.large)).toHaveLength(37);
  });
});

describe("the cost of a request", () => {
  it("is the same with a thousand users and with a hundred thousand", () => {
    expect(costs.large).toEqual(costs.small);
  });

  it("is one round trip and ten rows for one user, and two for each membership", () => {
    for (const lookup of ["userName", "externalId", "emails", "phoneNumbers"]) {
      expectWithin(lookup, { trips: 1, read: 10, written: 0 });
    }
    expectWithin("GET by id", { trips: 1, read: 50, written: 0 });
    expectWithin("GET by id, 3", { read: 16 });
    expect(costs.large["GET by id"]?.read).toBeLessThanOrEqual(10);
  });

  it("is one round trip and 130 rows for a page of a hundred with its total", () => {
    expectWithin("page of 100", { trips: 1, read: 130, written: 0 });
    expectWithin("cursor page", { trips: 1, read: 130, written: 0 });
    expectWithin("index page", { trips: 1, read: 130, written: 0 });
  });

  it("is one round trip for a thousand members, two rows for each", () => {
    expectWithin("GET group of 1,000", { trips: 1, read: 2_010, written: 0 });
    expectWithin("GET group without members", { trips: 1, read: 10, written: 0 });
  });

  it("is two round trips, 24 rows read and 18 written for a new user", () => {
    expectWithin("POST", { trips: 2, read: 24, written: 18 });
  });

  it("is two round trips, 20 rows read and 8 written for one attribute", () => {
    for (const name of ["PATCH title", "PUT title"]) {
      expectWithin(name, { trips: 2, read: 20, written: 8 });
    }
    // The guard counts who is removed.
    expectWithin("PATCH active", { trips: 2, read: 20, written: 9 });
    // A row goes from user_values and another comes.
    expectWithin("PATCH e-mail", { trips: 2, read: 20, written: 10 });
  });

  it("is one round trip, 14 rows and nothing written where nothing changes", () => {
    const names = Object.keys(costs.large).filter((name) => name.endsWith("unchanged"));
    expect(names).toHaveLength(7);
    for (const name of names) expectWithin(name, { trips: 1, read: 14, written: 0 });
  });

  it("is two round trips, 16 rows read and 10 written to add a member to any number", () => {
    expectWithin("add member", { trips: 2, read: 16, written: 10 });
    const [ten, tenThousand, all] = ["10", "10,000", "all"].map(
      (size) => costs.large[`add member to ${size}`],
    );
    expect([tenThousand, all]).toEqual([ten, ten]);
  });

  it("is two round trips, 24 rows read and 18 written to delete a user, three more of each for a membership", () => {
    expectWithin("DELETE user", { trips: 2, read: 24 + 60, written: 18 + 60 });
    expectWithin("DELETE user, 3", { read: 24 + 9, written: 18 + 9 });
    expectWithin("DELETE user standard", { read: 24, written: 18 });
    expect(costs.large["DELETE user"]?.read).toBeLessThanOrEqual(24);
  });
});
