/** The end of a data source: what has to come before, what ends with it, and what stays. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
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

describe("A128 what becomes of its people", () => {
  const send = (query: string): Promise<Answer> =>
    admin("DELETE", `/data-sources/${source.id}?confirm=The%20staff&${query}`);

  const people = (n: number): Promise<string[]> =>
    times(n, (i) => scim.newUser(source, { userName: `person${i}` }));

  async function active(): Promise<unknown[]> {
    const { body } = await admin("GET", "/users?limit=200");
    return scim.objectsIn(body["data"]).map((user) => user["active"]);
  }

  it("A128 they are disabled, with an event each, where that is said", async () => {
    await people(7);
    await disable();
    expect((await send("people=disable")).status).toBe(204);
    expect(await active()).toEqual(Array.from({ length: 7 }, () => false));
    const { body } = await admin("GET", "/events?type=user.disabled&limit=100");
    expect(scim.objectsIn(body["data"])).toHaveLength(7);
    expect(await violations()).toEqual([]);
  });

  it("A128 they are deleted and leave their groups, where their number is confirmed", async () => {
    const users = await people(7);
    const group = await scim.newGroup(source, "Staff", users.slice(0, 3).map(scim.idAt));
    await disable();
    const before = await steadyDump();
    for (const confirmed of ["", "&confirmPeople=6"]) {
      const refused = await send(`people=delete${confirmed}`);
      expect([refused.status, refused.body["code"]]).toEqual([409, "people_confirmation_needed"]);
      expect(refused.body["detail"]).toContain("7 people");
    }
    expect(differences(before, await steadyDump())).toEqual([]);
    expect((await send("people=delete&confirmPeople=7")).status).toBe(204);
    expect(await active()).toEqual([]);
    const members = await admin("GET", `/groups/${scim.idAt(group)}/members`);
    expect(members.body["data"]).toEqual([]);
    const restored = await admin("POST", `/users/${scim.idAt(users[0] ?? "")}/restore`);
    expect(restored.body).toMatchObject({ userName: "person0", sourceId: null });
    expect(await violations()).toEqual([]);
  });

  it("A128 they stay as they are while the source is enabled, or another name is given", async () => {
    await people(2);
    const before = await steadyDump();
    await expectRefusal(await send("people=delete"), "disable_first");
    await disable();
    const other = await admin("DELETE", `/data-sources/${source.id}?confirm=x&people=disable`);
    await expectRefusal(other, "name_mismatch");
    expect(await active()).toEqual([true, true]);
    expect(before["users"]).toEqual((await steadyDump())["users"]);
  });

  it("A128 many are gone through by several requests", async () => {
    await people(3);
    await env.DB.prepare(MANY).run();
    await disable();
    const first = await send("people=delete&confirmPeople=2103");
    expect([first.status, first.body]).toEqual([202, { peopleLeft: 103 }]);
    expect((await admin("GET", `/data-sources/${source.id}`)).status).toBe(200);
    expect((await send("people=delete&confirmPeople=103")).status).toBe(204);
    expect(await active()).toEqual([]);
  });
});

/** As many as a request goes through, and more, like the first one that is there. */
const MANY = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
  INSERT INTO users (id, directory_id, source_id, organization_id, user_name_key, active, attributes,
    version, created_at, updated_at)
  SELECT printf('00000000-0000-7000-8000-%012d', i), directory_id, source_id, organization_id,
    'many' || i, 1, json_object('userName', 'many' || i, 'active', json('true')), 1, created_at, updated_at
  FROM n, (SELECT * FROM users ORDER BY seq LIMIT 1)`;

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
