/** The fields of a user: A60 to A62, A73, A74, A77 and A78 of the source documents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard");
});

const post = (attributes: JsonObject): Promise<Answer> =>
  source.call("POST", "/Users", scim.userBody(attributes));

async function usersOf(): Promise<unknown> {
  return (await source.call("GET", "/Users")).body["Resources"];
}

/** Attributes that each way of writing has to take or refuse alike. */
async function byEveryWay(
  attributes: JsonObject,
  check: (answer: Answer, way: string) => void | Promise<void>,
): Promise<void> {
  const path = await scim.newUser(source, { userName: "there.before" });
  const body = scim.userBody({ userName: "there.before", ...attributes });
  await check(await source.call("PUT", path, body), "PUT");
  await check(await scim.patch(source, path, { op: "replace", value: attributes }), "PATCH");
  await source.call("DELETE", path);
  await check(await post({ userName: "newcomer", ...attributes }), "POST");
}

function refuses(attributes: JsonObject): Promise<void> {
  return byEveryWay(attributes, (answer) => scim.expectError(answer, 400, "invalidValue"));
}

function takes(attributes: JsonObject): Promise<void> {
  return byEveryWay(attributes, (answer, way) => {
    expect(answer.status, `${way}: ${answer.text}`).toBeLessThan(300);
    expect(answer.body, way).toMatchObject(attributes);
  });
}

describe("A60 the id", () => {
  it("A60 is the server's: one that is sent is ignored", async () => {
    const id = "019a0000-1111-7000-8000-000000000001";
    const one = await post({ userName: "one", id });
    const two = await post({ userName: "two", id });
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(new Set([id, one.body["id"], two.body["id"]]).size).toBe(3);
    expect((await source.call("GET", `/Users/${id}`)).status).toBe(404);
  });

  it("A60 stays through every change", async () => {
    const path = await scim.newUser(source, { userName: "one" });
    const body = scim.userBody({ userName: "another", id: "x", externalId: "e" });
    expect((await source.call("PUT", path, body)).body["id"]).toBe(scim.idAt(path));
    const patched = await scim.patch(source, path, { op: "replace", value: { userName: "third" } });
    expect(patched.body["id"]).toBe(scim.idAt(path));
  });
});

describe("A61 the userName", () => {
  it("A61 is required", async () => {
    const { userName: _, ...body } = scim.userBody({ displayName: "Ann" });
    scim.expectError(await source.call("POST", "/Users", body), 400, "invalidValue");
    const path = await scim.newUser(source, { userName: "ann" });
    scim.expectError(await source.call("PUT", path, body), 400, "invalidValue");
    const remove = { op: "remove", path: "userName" };
    scim.expectError(await scim.patch(source, path, remove), 400, "mutability");
    expect((await source.call("GET", path)).body["userName"]).toBe("ann");
  });

  it("A61 is one in the directory, whatever its letter case, also of another source", async () => {
    const other = await newSource(admin, "standard");
    await scim.newUser(other, { userName: "Ann.Smith", externalId: "1" });
    scim.expectError(await post({ userName: "ann.SMITH" }), 409, "uniqueness");
    const path = await scim.newUser(source, { userName: "bob" });
    const value = "ANN.smith";
    const taken = await scim.patch(source, path, { op: "replace", path: "userName", value });
    scim.expectError(taken, 409, "uniqueness");
    const put = await source.call("PUT", path, scim.userBody({ userName: value }));
    scim.expectError(put, 409, "uniqueness");
  });

  it.each(["Az09_.@-", "a", "x".repeat(256)])("A61 takes %s", async (userName) => {
    expect((await post({ userName })).body["userName"]).toBe(userName);
    const path = await scim.newUser(source, { userName: "before" });
    await source.call("DELETE", `/Users/${scim.textAt((await post({ userName })).body, "id")}`);
    const patched = await scim.patch(source, path, { op: "replace", value: { userName } });
    expect(patched.body["userName"]).toBe(userName);
  });

  it.each(["", "a b", "张三", "a+b", "a/b", "x".repeat(257)])(
    "A61 refuses %j",
    async (userName) => {
      await refuses({ userName });
    },
  );
});

it("A62 the displayName is kept as it is sent", async () => {
  await takes({ displayName: "张三 / Ann O'Neil 😀" });
});

describe("A73 the externalId", () => {
  it("A73 is searched for exactly", async () => {
    const path = await scim.newUser(source, { externalId: "Ext-1" });
    expect(scim.idsOf(await scim.find(source, 'externalId eq "Ext-1"'))).toEqual([scim.idAt(path)]);
    expect(scim.idsOf(await scim.find(source, 'externalId eq "ext-1"'))).toEqual([]);
  });

  it("A73 is one within its source", async () => {
    await scim.newUser(source, { userName: "one", externalId: "e" });
    const path = await scim.newUser(source, { userName: "two" });
    const taken = { op: "replace", path: "externalId", value: "e" };
    scim.expectError(await scim.patch(source, path, taken), 409, "uniqueness");
    const body = scim.userBody({ userName: "two", externalId: "e" });
    scim.expectError(await source.call("PUT", path, body), 409, "uniqueness");
    const again = await post({ userName: "three", externalId: "e" });
    expect([again.status, again.body["userName"]]).toEqual([200, "three"]);
  });

  it("A73 is another's in another source", async () => {
    const other = await newSource(admin, "standard");
    await scim.newUser(other, { userName: "theirs", externalId: "e" });
    await scim.newUser(source, { userName: "ours", externalId: "e" });
    expect(scim.idsOf(await scim.find(source, 'externalId eq "e"'))).toHaveLength(1);
  });
});

it("A74 active is whether the user is enabled", async () => {
  const path = await scim.newUser(source);
  const set = (value: boolean) =>
    scim.patch(source, path, { op: "replace", value: { active: value } });
  const isEnabled = async () => (await admin("GET", path.toLowerCase())).body["active"];
  expect(await isEnabled()).toBe(true);
  await set(false);
  expect([await isEnabled(), (await source.call("GET", path)).body["active"]]).toEqual([
    false,
    false,
  ]);
  await set(true);
  expect(await isEnabled()).toBe(true);
  await source.call("PUT", path, scim.userBody({ active: false }));
  expect(await isEnabled()).toBe(false);
});

it("A77 shows the groups of a user, which only groups change", async () => {
  const path = await scim.newUser(source);
  const group = await scim.newGroup(source, "Staff", [scim.idAt(path)]);
  const other = scim.idAt(await scim.newGroup(source, "Others"));
  const groups = [
    { value: scim.idAt(group), $ref: `${source.base}${group}`, display: "Staff", type: "direct" },
  ];
  const shown = async () => (await source.call("GET", path)).body["groups"];
  expect(await shown()).toEqual(groups);
  await source.call("PUT", path, scim.userBody({ title: "T", groups: [{ value: other }] }));
  expect(await shown()).toEqual(groups);
  const add = { op: "add", path: "groups", value: [{ value: other }] };
  scim.expectError(await scim.patch(source, path, add), 400, "mutability");
  expect(await shown()).toEqual(groups);
  await scim.patch(source, group, { op: "remove", path: "members" });
  expect(await shown()).toBeUndefined();
});

describe("A78 lengths", () => {
  const email = (length: number): JsonObject => ({
    emails: [{ value: `${"x".repeat(length - 9)}@one.test`, type: "work" }],
  });

  it.each<[name: string, of: (length: number) => JsonObject, most: number]>([
    ["displayName", (length) => ({ displayName: "名".repeat(length) }), 128],
    ["externalId", (length) => ({ externalId: "e".repeat(length) }), 128],
    ["an e-mail address", email, 128],
    ["description", (length) => ({ description: "d".repeat(length) }), 512],
  ])("A78 of %s", async (_name, of, most) => {
    await takes(of(most));
    for (const user of scim.objectsIn((await source.call("GET", "/Users")).body["Resources"])) {
      await source.call("DELETE", `/Users/${scim.textAt(user, "id")}`);
    }
    await refuses(of(most + 1));
    expect(await usersOf()).toEqual([]);
  });

  it("A78 are wider for other profiles, but for the description", async () => {
    source = await newSource(admin, "okta");
    await takes({ displayName: "n".repeat(1024), externalId: "e".repeat(256) });
    const description = "d".repeat(513);
    scim.expectError(await post({ userName: "x", description }), 400, "invalidValue");
  });

  it("A78 do not touch what was there before", async () => {
    source = await newSource(admin, "okta");
    const path = await scim.newUser(source, { displayName: "n".repeat(200) });
    await admin("PATCH", `/data-sources/${source.id}`, { profile: "standard" });
    const change = await scim.patch(source, path, { op: "replace", value: { active: false } });
    expect(change.status, change.text).toBe(200);
  });
});
