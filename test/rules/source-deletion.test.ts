/** The end of a data source: what has to come before, what ends with it, and what stays. */
import { beforeEach, expect, it } from "vitest";
import { tally, times } from "../support/answer.ts";
import { ask, expectUseless } from "../support/callers.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import { accessTokenOf, newClient, post } from "../support/clients.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { newOrganization } from "../support/tree.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard", { name: "The staff" });
});

function remove(confirm?: string): Promise<Answer> {
  const query = confirm === undefined ? "" : `?confirm=${encodeURIComponent(confirm)}`;
  return admin("DELETE", `/data-sources/${source.id}${query}`);
}

const disable = () => admin("POST", `/data-sources/${source.id}/disable`);

async function expectRefusal(answer: Answer, code: string): Promise<void> {
  expect([answer.status, answer.body["code"]]).toEqual([409, code]);
  const { body } = await admin("GET", "/data-sources");
  expect(scim.objectsIn(body["data"]).map(({ id }) => id)).toEqual([source.id]);
}

it("A125 is refused while the source is enabled", async () => {
  const before = await steadyDump();
  await expectRefusal(await remove("The staff"), "disable_first");
  expect(differences(before, await steadyDump())).toEqual([]);
  expect((await source.call("GET", "/Users")).status).toBe(200);
  await disable();
  expect((await remove("The staff")).status).toBe(204);
});

it("A125 leaves a source that is enabled at the same time, or none", async () => {
  await disable();
  const [deleted, enabled] = await Promise.all([
    remove("The staff"),
    admin("POST", `/data-sources/${source.id}/enable`),
  ]);
  const { status } = await admin("GET", `/data-sources/${source.id}`);
  const outcome = [deleted.status, enabled.status, status];
  expect([
    [204, 404, 404],
    [409, 200, 200],
  ]).toContainEqual(outcome);
  expect(await violations()).toEqual([]);
});

it("A126 needs the name of the source as its confirmation", async () => {
  await disable();
  const before = await steadyDump();
  for (const confirm of [undefined, "", "the staff", "yes"]) {
    await expectRefusal(await remove(confirm), "name_mismatch");
  }
  expect(differences(before, await steadyDump())).toEqual([]);
  expect(tally(await times(4, () => remove("The staff")))).toEqual({ 204: 1, 404: 3 });
});

it("A127 takes it out of the list, and ends its credentials", async () => {
  const client = await newClient(admin, source);
  const access = await accessTokenOf(client);
  expect((await ask(source, `Bearer ${access}`)).status).toBe(200);
  await disable();
  await remove("The staff");
  expect((await admin("GET", "/data-sources")).body["data"]).toEqual([]);
  for (const token of [source.token, access]) await expectUseless(source, `Bearer ${token}`);
  expect((await post(client)).status).toBe(401);
  expect((await admin("POST", `/data-sources/${source.id}/enable`)).status).toBe(404);
});

it("A128 leaves its people, groups and organizations, which belong to nobody then", async () => {
  const organization = await newOrganization(source, { displayName: "Sales" });
  const placed = { [scim.ENTERPRISE]: { organizationId: scim.idAt(organization) } };
  const user = await scim.newUser(source, { userName: "ann", ...placed });
  const group = await scim.newGroup(source, "Staff", [scim.idAt(user)]);
  await disable();
  await remove("The staff");
  const kept = await admin("GET", `/users/${scim.idAt(user)}`);
  expect(kept.body).toMatchObject({
    userName: "ann",
    active: true,
    sourceId: null,
    organizationId: scim.idAt(organization),
  });
  const members = await admin("GET", `/groups/${scim.idAt(group)}/members`);
  expect(scim.objectsIn(members.body["data"]).map(({ id }) => id)).toEqual([scim.idAt(user)]);
  const shown = await admin("GET", `/groups/${scim.idAt(group)}`);
  expect(shown.body).toMatchObject({ displayName: "Staff", sourceId: null });
  const next = await newSource(admin, "standard", { name: "The staff" });
  const claimed = await next.call("POST", "/Users", scim.userBody({ userName: "ann" }));
  scim.expectError(claimed, 409, "uniqueness");
  expect(await violations()).toEqual([]);
});
