/** The fields of a group: A79 to A87 of the source documents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

let admin: Admin;
let source: Source;
let users: string[];
let group: string;

/** A group with the first of three users. */
beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard");
  users = [];
  for (const userName of ["a", "b", "c"]) {
    users.push(scim.idAt(await scim.newUser(source, { userName })));
  }
  group = await scim.newGroup(source, "Staff", users.slice(0, 1));
});

const add = (...members: JsonObject[]) => ({ op: "add", path: "members", value: members });

/** A body by POST and PUT, and the same attributes by PATCH; each has to leave all as it was. */
async function refusals(attributes: JsonObject): Promise<Answer[]> {
  const body = { ...scim.groupBody("Staff"), ...attributes };
  const newcomer = { ...scim.groupBody("Newcomers"), ...attributes };
  const before = await stateOf();
  const answers = [
    await source.call("POST", "/Groups", newcomer),
    await source.call("PUT", group, body),
    await scim.patch(source, group, { op: "replace", value: attributes }),
  ];
  expect(await stateOf()).toEqual(before);
  for (const answer of answers) scim.expectError(answer, 400, "invalidValue");
  return answers;
}

async function stateOf(): Promise<Json[]> {
  const { body } = await source.call("GET", "/Groups?attributes=displayName,externalId,members");
  return [body["Resources"] ?? null, (await source.call("GET", group)).body];
}

it("A79 the id is the server's, and stays", async () => {
  const made = await source.call("POST", "/Groups", { ...scim.groupBody("Others"), id: "mine" });
  expect([made.status, made.body["id"] === "mine"]).toEqual([201, false]);
  const put = await source.call("PUT", group, { ...scim.groupBody("New name"), id: "mine" });
  expect(put.body["id"]).toBe(scim.idAt(group));
});

describe("A80 the displayName", () => {
  it("A80 is required", async () => {
    await refusals({ displayName: "" });
    const body = { schemas: [scim.GROUP] };
    scim.expectError(await source.call("POST", "/Groups", body), 400, "invalidValue");
    scim.expectError(await source.call("PUT", group, body), 400, "invalidValue");
    const remove = { op: "remove", path: "displayName" };
    scim.expectError(await scim.patch(source, group, remove), 400, "mutability");
  });

  it("A80 has up to 64 characters", async () => {
    await refusals({ displayName: "组".repeat(65) });
    const displayName = "组".repeat(64);
    const { status, body } = await source.call("POST", "/Groups", scim.groupBody(displayName));
    expect([status, body["displayName"]]).toEqual([201, displayName]);
  });

  it("A80 has more for other profiles", async () => {
    source = await newSource(admin, "okta");
    await scim.newGroup(source, "g".repeat(256));
  });
});

describe("A81 the externalId", () => {
  it("A81 is kept and found", async () => {
    await scim.patch(source, group, { op: "add", path: "externalId", value: "g-1" });
    const found = await scim.find(source, 'externalId eq "g-1"', "/Groups");
    expect(scim.idsOf(found)).toEqual([scim.idAt(group)]);
  });

  it("A81 has up to 64 characters", async () => {
    await refusals({ externalId: "e".repeat(65) });
    const body = { ...scim.groupBody("Others"), externalId: "e".repeat(64) };
    expect((await source.call("POST", "/Groups", body)).status).toBe(201);
  });
});

it("A82, A84 the value of a member is the user's id, its $ref the user's full URL", async () => {
  const { body } = await source.call("GET", group);
  const [id = ""] = users;
  expect(body["members"]).toEqual([
    { value: id, type: "User", $ref: `${source.base}/Users/${id}` },
  ]);
  const url = new URL(scim.textAt(scim.objectsIn(body["members"])[0] ?? {}, "$ref"));
  expect(url.protocol).toBe("https:");
  expect((await source.call("GET", url.href.slice(source.base.length))).body["id"]).toBe(id);
});

describe("A83 the type of a member", () => {
  it("A83 may be User", async () => {
    const [, value = ""] = users;
    const answer = await scim.patch(source, group, add({ value, type: "User" }));
    expect(answer.status, answer.text).toBe(204);
    expect(await scim.membersAt(source, group)).toContain(value);
  });

  it("A83 is refused where it is Group, in so many words", async () => {
    const other = scim.idAt(await scim.newGroup(source, "Others"));
    const members = [{ value: users[1] ?? "" }, { value: other, type: "Group" }];
    for (const { body } of await refusals({ members })) {
      expect(scim.textAt(body, "detail")).toMatch(/takes the type User only/);
    }
  });
});

describe("A85 a member nobody knows", () => {
  async function expectNamed(id: string): Promise<void> {
    const members = [{ value: users[1] ?? "" }, { value: id }, { value: users[2] ?? "" }];
    for (const { body } of await refusals({ members })) {
      expect(scim.textAt(body, "detail")).toMatch(`no User has the id "${id}"`);
    }
    scim.expectError(await scim.patch(source, group, add(...members)), 400, "invalidValue");
    expect(await scim.membersAt(source, group)).toEqual(users.slice(0, 1));
  }

  it("A85 is refused by name, and nothing changes", () =>
    expectNamed("019a0000-1111-7000-8000-000000000001"));

  it("A85 is refused alike where it is out of scope", async () => {
    const other = await newSource(admin, "standard");
    await expectNamed(scim.idAt(await scim.newUser(other, { userName: "theirs" })));
  });

  it("A85 is refused alike where it was deleted, or is a group", async () => {
    const gone = await scim.newUser(source, { userName: "gone" });
    await source.call("DELETE", gone);
    await expectNamed(scim.idAt(gone));
    await expectNamed(scim.idAt(group));
  });
});

it("A86 lists are without members, and one group is with them", async () => {
  const { body } = await source.call("GET", "/Groups");
  const [one] = scim.objectsIn(body["Resources"]);
  expect([one?.["displayName"], one && "members" in one]).toEqual(["Staff", false]);
  expect(await scim.membersAt(source, group)).toEqual(users.slice(0, 1));
});

describe("A87 members", () => {
  const membersAre = async (...ids: readonly string[]): Promise<void> => {
    expect(await scim.membersAt(source, group)).toEqual([...ids].sort());
  };
  const patch = async (...operations: JsonObject[]): Promise<void> => {
    const { status, text } = await scim.patch(source, group, ...operations);
    expect(status, text).toBe(204);
  };
  const values = (...ids: readonly string[]) => ids.map((value) => ({ value }));

  it("A87 are replaced as a whole by PUT", async () => {
    const [, b = "", c = ""] = users;
    await source.call("PUT", group, { ...scim.groupBody("Staff"), members: values(b, c) });
    await membersAre(b, c);
    await source.call("PUT", group, scim.groupBody("Staff"));
    await membersAre();
  });

  it("A87 are added, replaced and removed by PATCH", async () => {
    const [a = "", b = "", c = ""] = users;
    await patch(add(...values(b)));
    await membersAre(a, b);
    await patch({ op: "replace", path: "members", value: values(b, c) });
    await membersAre(b, c);
    await patch({ op: "remove", path: `members[value eq "${b}"]` });
    await membersAre(c);
    await patch({ op: "remove", path: "members", value: values(c) });
    await membersAre();
    await patch(add(...values(a)), { op: "remove", path: "members" });
    await membersAre();
  });

  it("A87 are there once, however often they are added", async () => {
    const [a = ""] = users;
    await scim.expectNothingHappens(admin, source, group, async () => {
      await patch(add(...values(a, a)));
      await patch(add(...values(a)), add(...values(a)));
    });
    await membersAre(a);
  });
});
