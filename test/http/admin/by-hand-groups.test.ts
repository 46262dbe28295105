/** Groups by hand, and who is in them: each route good and bad. */
import { beforeEach, describe, expect, it } from "vitest";
import { adminOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { newSource, type Answer } from "../../support/client.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { idAt, newGroup, newUser, objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

let admin: Call;
let ada: string;
let bob: string;

beforeEach(async () => {
  admin = await adminOf("owner");
  ada = idOf(await admin("POST", "/users", { userName: "ada" }));
  bob = idOf(await admin("POST", "/users", { userName: "bob" }));
});

async function made(displayName: string, members: string[] = []): Promise<string> {
  const answer = await admin("POST", "/groups", { displayName, members });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

function said({ status, body }: Answer): [number, unknown] {
  return [status, body["code"]];
}

async function membersOf(id: string): Promise<string[]> {
  const { body } = await admin("GET", `/groups/${id}/members`);
  return objectsIn(body["data"]).map((one) => textAt(one, "id"));
}

describe("a group made by hand", () => {
  it("has the members named, and its users show it", async () => {
    const answer = await admin("POST", "/groups", {
      displayName: "Staff",
      externalId: "x",
      members: [ada, ada],
    });
    expect(answer.body, answer.text).toMatchObject({
      sourceId: null,
      displayName: "Staff",
      memberCount: 1,
      version: 1,
    });
    const id = idOf(answer);
    expect((await admin("GET", `/groups/${id}`)).body).toEqual(answer.body);
    expect((await admin("GET", `/users/${ada}`)).body["groups"]).toEqual([
      { id, displayName: "Staff" },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("gains and loses members; who is in or out already is passed over", async () => {
    const id = await made("Staff", [ada]);
    const path = `/groups/${id}/members`;
    const changed = await admin("POST", path, { add: [ada, bob], remove: [ada] });
    expect(changed.body, changed.text).toMatchObject({ memberCount: 2, version: 2 });
    expect((await admin("POST", path, { add: [bob] })).body["version"]).toBe(2);
    expect((await admin("POST", path, {})).body["version"]).toBe(2);
    await admin("POST", path, { remove: [ada] });
    expect(await membersOf(id)).toEqual([bob]);
    await admin("DELETE", `/users/${bob}`);
    expect(await membersOf(id)).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("is refused, and nothing changed, for what can't be", async () => {
    const id = await made("Staff");
    const other = await made("Other");
    const { headers } = await admin("GET", `/groups/${other}`);
    const old = { "if-match": headers.get("etag") ?? "" };
    await admin("PATCH", `/groups/${other}`, { displayName: "Others" });
    const nobody = "019a0000-0000-7000-8000-00000000000f";
    const many = Array.from({ length: 1_001 }, () => ada);
    const before = await steadyDump();
    for (const [method, path, body, expected, more] of [
      ["POST", "/groups", { displayName: "STAFF" }, [409, "uniqueness"], {}],
      ["POST", "/groups", { displayName: "New", members: [nobody] }, [400, "member_unknown"], {}],
      ["POST", "/groups", { displayName: "New", members: many }, [400, "invalid_value"], {}],
      ["PATCH", `/groups/${other}`, { displayName: "staff" }, [409, "uniqueness"], {}],
      ["PATCH", `/groups/${nobody}`, { displayName: "x" }, [404, "not_found"], {}],
      ["POST", `/groups/${id}/members`, { add: [nobody] }, [400, "member_unknown"], {}],
      ["POST", `/groups/${id}/members`, { add: many }, [400, "invalid_value"], {}],
      ["POST", `/groups/${nobody}/members`, { add: [ada] }, [404, "not_found"], {}],
      ["POST", `/groups/${nobody}/restore`, undefined, [404, "not_found"], {}],
      ["DELETE", `/groups/${nobody}`, undefined, [404, "not_found"], {}],
      ["DELETE", `/groups/${other}`, undefined, [412, "precondition_failed"], old],
      ["PATCH", `/groups/${other}`, { displayName: "x" }, [412, "precondition_failed"], old],
      ["POST", `/groups/${other}/members`, { add: [ada] }, [412, "precondition_failed"], old],
    ] as const) {
      const answer = await admin(
        method,
        path,
        JSON.parse(JSON.stringify(body ?? null)) ?? undefined,
        more,
      );
      expect([method, path, ...said(answer)], answer.text).toEqual([method, path, ...expected]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("is deleted and comes back without members, unless its name was taken", async () => {
    const id = await made("Staff", [ada]);
    expect((await admin("DELETE", `/groups/${id}`)).status).toBe(204);
    expect((await admin("GET", `/users/${ada}`)).body["groups"]).toEqual([]);
    const other = await made("staff");
    expect(said(await admin("POST", `/groups/${id}/restore`))).toEqual([409, "uniqueness"]);
    await admin("DELETE", `/groups/${other}`);
    const back = await admin("POST", `/groups/${id}/restore`);
    expect(back.body, back.text).toMatchObject({ displayName: "Staff", memberCount: 0 });
    expect(await violations()).toEqual([]);
  });

  it("has a name that a data source's group may have too", async () => {
    const source = await newSource(admin, "okta");
    await newGroup(source, "Staff");
    const id = await made("Staff");
    const hidden = await source.call("GET", `/Groups/${id}`);
    expect(hidden.status).toBe(404);
    expect(await violations()).toEqual([]);
  });

  it("of a data source comes back unless the source has another of the name", async () => {
    const source = await newSource(admin, "okta");
    const id = idAt(await newGroup(source, "Staff", [idAt(await newUser(source))]));
    await source.call("DELETE", `/Groups/${id}`);
    const other = await newGroup(source, "Staff");
    expect(said(await admin("POST", `/groups/${id}/restore`))).toEqual([409, "uniqueness"]);
    await source.call("DELETE", other);
    expect((await admin("POST", `/groups/${id}/restore`)).status).toBe(200);
    expect((await source.call("GET", `/Groups/${id}`)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });
});
