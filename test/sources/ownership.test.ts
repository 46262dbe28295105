/** Who owns somebody, who may take what, and what an old state must not stand in the way of. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { insertGroups, insertMembers, insertUsers, testId } from "../support/directory-rows.ts";
import { keepQuiet } from "../support/quiet.ts";
import { requestOf, writeTogether } from "../support/rpc.ts";
import { violations } from "../support/invariants.ts";

keepQuiet();

function text(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`${name} is no text`);
  return value;
}

const anna = (more = {}) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "anna",
  ...more,
});

async function remove(admin: Admin, { id }: Source): Promise<void> {
  const { body } = await admin("POST", `/data-sources/${id}/disable`);
  const confirm = encodeURIComponent(text(body, "name"));
  const { status } = await admin("DELETE", `/data-sources/${id}?confirm=${confirm}`);
  expect(status).toBe(204);
}

it("keeps the people of a deleted source, who then belong to nobody", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const { body: created } = await source.call("POST", "/Users", anna());
  await remove(admin, source);
  const { body } = await admin("GET", `/users/${text(created, "id")}`);
  expect(body).toMatchObject({ userName: "anna", sourceId: null });
  const { body: page } = await admin("GET", "/users");
  expect(page["data"]).toMatchObject([{ userName: "anna", sourceId: null }]);
});

it.each([
  [false, 409],
  [true, 200],
])("lets a source take over who belongs to nobody when adopt is %s", async (adopt, status) => {
  const admin = await claim();
  const former = await newSource(admin, "okta");
  const person = { title: "Guide", externalId: "f1" };
  const { body: created } = await former.call("POST", "/Users", anna(person));
  await remove(admin, former);
  const source = await newSource(admin, "okta", { switches: { adopt } });
  const answer = await source.call("POST", "/Users", anna({ externalId: "n1" }));
  expect(answer.status).toBe(status);
  const { body } = await admin("GET", `/users/${text(created, "id")}`);
  expect(body["sourceId"]).toBe(adopt ? source.id : null);
  if (!adopt) return;
  expect(answer.body).toMatchObject({ id: created["id"], title: "Guide", externalId: "n1" });
  expect((await source.call("GET", "/Users")).body["totalResults"]).toBe(1);
  expect(await violations()).toEqual([]);
});

it("takes nobody over who belongs to a source that exists", async () => {
  const admin = await claim();
  const owner = await newSource(admin, "okta");
  await owner.call("POST", "/Users", anna());
  const source = await newSource(admin, "okta", { switches: { adopt: true } });
  expect((await source.call("POST", "/Users", anna())).status).toBe(409);
});

it("disables a person whose work e-mail was another's before the source kept it unique", async () => {
  const admin = await claim();
  const emails = [{ value: "m@x.test", type: "work" }];
  const loose = await newSource(admin, "okta");
  const { body } = await loose.call("POST", "/Users", anna({ emails }));
  const strict = await newSource(admin, "standard");
  await strict.call("POST", "/Users", { userName: "bea", emails });
  await admin("PATCH", `/data-sources/${loose.id}`, { profile: "standard" });
  const operations = [{ op: "replace", path: "active", value: false }];
  const patch = await loose.call("PATCH", `/Users/${text(body, "id")}`, { Operations: operations });
  expect(patch.status).toBe(200);
  const taken = await loose.call("POST", "/Users", { userName: "cy", emails });
  expect(taken.status).toBe(409);
});

it("updates by a repeated POST with an extension, also where PATCH takes none without a path", async () => {
  const admin = await claim();
  const source = await newSource(admin, "rfc", { switches: { onDuplicate: "update" } });
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const person = { ...anna({ [urn]: { department: "Tours" } }) };
  person.schemas = [...person.schemas, urn];
  expect((await source.call("POST", "/Users", person)).status).toBe(201);
  expect((await source.call("POST", "/Users", person)).status).toBe(200);
});

it("empties many large groups in one batch, each of them whole", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const { body } = await admin("GET", `/data-sources/${source.id}`);
  const members = Array.from({ length: 4_500 }, (_, n) => testId(n));
  const groups = Array.from({ length: 5 }, (_, n) => testId(100_000 + n));
  const organizationId = text(body, "targetOrganizationId");
  const place = { sourceId: source.id, organizationId };
  await insertUsers(
    env.DB,
    members.map((id) => ({ ...place, id, attributes: { userName: id, active: true } })),
  );
  // The guard lets new groups be emptied.
  const createdAt = Date.now();
  await insertGroups(
    env.DB,
    groups.map((id) => ({ id, sourceId: source.id, attributes: { displayName: id }, createdAt })),
  );
  await insertMembers(
    env.DB,
    groups.flatMap((group) => members.map((user) => ({ group, user }))),
  );
  const outcomes = await writeTogether(
    source,
    groups.map((id) =>
      requestOf(source, {
        kind: "group.patch",
        id,
        operations: [],
        members: [{ op: "replace", values: [] }],
      }),
    ),
  );
  expect(outcomes.map(({ ok }) => ok)).toEqual(groups.map(() => true));
  expect(await env.DB.prepare("SELECT count(*) AS n FROM members").first("n")).toBe(0);
  expect(await env.DB.prepare("SELECT sum(member_count) AS n FROM groups").first("n")).toBe(0);
});
