/** Lists of users and groups: pages, totals, and every filter that the documents name. */
import { beforeEach, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { oneSource, type Source } from "../support/client.ts";
import { tally, times } from "../support/answer.ts";
import * as scim from "../support/scim.ts";

let source: Source;

beforeEach(async () => {
  source = await oneSource("standard");
});

async function page(query: string): Promise<JsonObject> {
  const { status, body, text } = await source.call("GET", query);
  expect(status, text).toBe(200);
  return body;
}

it.each(["/Users", "/Groups"])("A88 pages through %s, with the right total", async (collection) => {
  const bodyOf = (n: number) =>
    collection === "/Users" ? scim.userBody({ userName: `u${n}` }) : scim.groupBody(`g${n}`);
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.push(await scim.created(source, collection, bodyOf(n)));
  const seen: string[] = [];
  for (const startIndex of [1, 4, 7, 8]) {
    const answer = await source.call("GET", `${collection}?startIndex=${startIndex}&count=3`);
    const length = Math.min(3, 8 - startIndex);
    expect(answer.body).toMatchObject({ totalResults: 7, startIndex, itemsPerPage: length });
    seen.push(...scim.idsOf(answer));
  }
  expect(seen).toEqual(ids);
  const total = await page(`${collection}?count=0`);
  expect([total["totalResults"], total["itemsPerPage"]]).toEqual([7, 0]);
  expect(total["Resources"] ?? []).toEqual([]);
});

it("A88 gives 100 where nothing is said, and 200 at most", async () => {
  for (const sent of [103, 100]) {
    const post = (n: number) =>
      source.call("POST", "/Users", scim.userBody({ userName: `u${sent}-${n}` }));
    expect(tally(await times(sent, post))).toEqual({ 201: sent });
  }
  for (const [query, length] of [
    ["/Users", 100],
    ["/Users?count=1000", 200],
    ["/Users?startIndex=201&count=1000", 3],
  ] as const) {
    expect(await page(query)).toMatchObject({ totalResults: 203, itemsPerPage: length });
  }
});

const LATE = "2030-01-01T00:00:00Z";
const EARLY = "2020-01-01T00:00:00Z";

const ANN: JsonObject = {
  userName: "ann",
  externalId: "a-1",
  displayName: "Ann",
  emails: [{ value: "ann@people.test", type: "work" }],
  phoneNumbers: [{ value: "+8613800000000", type: "work" }],
};

it.each([
  ['userName eq "ANN"', ["ann"]],
  ['externalId eq "a-1"', ["ann"]],
  ['externalId eq "A-1"', []],
  ['emails[type eq "work"].value eq "ann@people.test"', ["ann"]],
  ['emails.value eq "ANN@people.test"', ["ann"]],
  ['phoneNumbers[type eq "work"].value eq "+8613800000000"', ["ann"]],
  ['phoneNumbers.value eq "+8613800000000"', ["ann"]],
  ["active eq true", ["ann"]],
  ["active eq false", ["bob"]],
  [`meta.lastModified gt "${EARLY}"`, ["ann", "bob"]],
  [`meta.lastModified gt "${LATE}"`, []],
  ['displayName eq "ann"', ["ann"]],
  ['userName eq "ann" and active eq true', ["ann"]],
  ['userName eq "ann" and active eq false', []],
])("A89 finds by %s", async (filter, names) => {
  await scim.newUser(source, ANN);
  await scim.newUser(source, { userName: "bob", active: false });
  const { status, body } = await scim.find(source, filter);
  expect([status, body["totalResults"]]).toEqual([200, names.length]);
  expect(scim.objectsIn(body["Resources"]).map(({ userName }) => userName)).toEqual(names);
});

it("A89 finds by id, and a group by its displayName", async () => {
  const [ann, group] = [await scim.newUser(source, ANN), await scim.newGroup(source, "Staff")];
  await scim.newUser(source, { userName: "bob" });
  await scim.newGroup(source, "Guests");
  const one = await scim.find(source, `id eq "${scim.idAt(ann)}"`);
  expect(scim.idsOf(one)).toEqual([scim.idAt(ann)]);
  for (const filter of ['displayName eq "Staff"', `id eq "${scim.idAt(group)}"`]) {
    expect(scim.idsOf(await scim.find(source, filter, "/Groups"))).toEqual([scim.idAt(group)]);
  }
});

it.each([
  "shoeSize eq 44",
  'userName is "ann"',
  "userName eq",
  'password eq "x"',
  'emails[type eq "work"',
])("A89 answers 400 to %s, never everybody", async (filter) => {
  await scim.newUser(source, ANN);
  scim.expectError(await scim.find(source, filter), 400, "invalidFilter");
});
