/** A POST that comes again, alone and in crowds, and one that wants what is another's. */
import { beforeEach, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { tally, times } from "../support/answer.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard");
});

const ANN: JsonObject = {
  userName: "ann",
  externalId: "1",
  displayName: "Ann",
  emails: [{ value: "ann@people.test", type: "work" }],
  phoneNumbers: [{ value: "+8613800000000", type: "work" }],
};

function post(attributes: JsonObject, by = source) {
  return by.call("POST", "/Users", scim.userBody(attributes));
}

it("A90 makes one user of a POST that is repeated", async () => {
  const first = await post(ANN);
  const before = await steadyDump();
  const again = await post(ANN);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect(differences(before, await steadyDump())).toEqual([]);
});

it("A90 knows by the userName who came without an externalId", async () => {
  const { externalId: _, ...unlabelled } = ANN;
  const first = await post(unlabelled);
  const labelled = await post(ANN);
  expect([labelled.status, labelled.body["id"]]).toEqual([200, first.body["id"]]);
  expect(labelled.body["externalId"]).toBe("1");
  expect((await post({ ...ANN, userName: "ann.renamed" })).body["id"]).toBe(first.body["id"]);
});

it("A91 leaves one user of fifty that come at once", async () => {
  const answers = await times(50, () => post(ANN));
  expect(tally(answers)).toEqual({ 200: 49, 201: 1 });
  expect(new Set(answers.map(({ body }) => body["id"])).size).toBe(1);
  expect((await source.call("GET", "/Users")).body["totalResults"]).toBe(1);
  expect(await scim.eventsOf(admin, `/Users/${scim.textAt(answers[0]?.body ?? {}, "id")}`)).toEqual(
    ["user.created"],
  );
  expect(await violations()).toEqual([]);
});

it("A92 updates what a repeated POST says, and leaves the rest", async () => {
  const first = await post({ ...ANN, title: "Cook" });
  const emails = [{ value: "ann.b@people.test", type: "work" }];
  const again = await post({ ...ANN, displayName: "Ann B.", emails });
  expect([again.status, again.body["id"]]).toEqual([200, first.body["id"]]);
  expect(again.body).toMatchObject({ displayName: "Ann B.", title: "Cook", emails });
  const path = `/Users/${scim.textAt(first.body, "id")}`;
  expect((await source.call("GET", path)).body).toEqual(again.body);
});

it.each<[string, JsonObject]>([
  ["userName", { userName: "Ann" }],
  ["phone", { phoneNumbers: [{ value: "+86 138-0000-0000", type: "work" }] }],
  ["e-mail", { emails: [{ value: "ANN@people.test", type: "work" }] }],
])("A93 refuses the %s of another identity, and changes nothing", async (_, taken) => {
  await post(ANN);
  const neighbour = await newSource(admin, "standard");
  const before = await steadyDump();
  const wanted = { userName: "bob", externalId: "2", ...taken };
  for (const by of [source, neighbour]) {
    const refused = await post(wanted, by);
    scim.expectError(refused, 409, "uniqueness");
    expect(refused.text).not.toContain(source.id);
  }
  expect(differences(before, await steadyDump())).toEqual([]);
});

it("A93 refuses them to PUT and PATCH as well", async () => {
  await post(ANN);
  const bob = await scim.newUser(source, { userName: "bob", externalId: "2" });
  const before = await steadyDump();
  const put = await source.call("PUT", bob, scim.userBody({ userName: "ann" }));
  scim.expectError(put, 409, "uniqueness");
  for (const path of ["emails", "phoneNumbers"]) {
    const { [path]: value = [] } = ANN;
    scim.expectError(
      await scim.patch(source, bob, { op: "replace", path, value }),
      409,
      "uniqueness",
    );
  }
  expect(differences(before, await steadyDump())).toEqual([]);
});
