/** What PUT, PATCH and DELETE do, how they are refused, and the requests that Entra and Okta make. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { oneSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

it("A94 replaces by PUT, changes what is named by PATCH, and ends by DELETE", async () => {
  const source = await oneSource("standard");
  const path = await scim.newUser(source, { userName: "ann", displayName: "Ann", title: "Cook" });
  const patched = await scim.patch(source, path, { op: "replace", path: "title", value: "Chef" });
  expect(patched.body).toMatchObject({ userName: "ann", displayName: "Ann", title: "Chef" });
  const put = await source.call("PUT", path, scim.userBody({ userName: "ann", nickName: "A" }));
  const { [scim.ENTERPRISE]: _placed, ...content } = scim.contentOf(put);
  expect(content).toEqual({ userName: "ann", nickName: "A", active: true });
  expect(scim.contentOf(await source.call("GET", path))).toEqual(scim.contentOf(put));
  const gone = await source.call("DELETE", path);
  expect([gone.status, gone.text]).toEqual([204, ""]);
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const bodies: Record<string, JsonObject> = {
      PUT: scim.userBody({ userName: "ann" }),
      PATCH: scim.patchBody({ op: "remove", path: "title" }),
    };
    scim.expectError(await source.call(method, path, bodies[method]), 404);
  }
});

it("A95 says what is wrong in an error of SCIM, with a status that is text", async () => {
  const source = await oneSource("standard");
  const path = await scim.newUser(source, { userName: "ann", externalId: "1" });
  const unknown = { op: "replace", path: "members[", value: "x" };
  const taken = scim.userBody({ userName: "ann", externalId: "2" });
  scim.expectError(await source.call("GET", "/Users/nobody"), 404);
  scim.expectError(await source.call("GET", "/Users?filter=%20x"), 400, "invalidFilter");
  scim.expectError(await source.call("POST", "/Users", { userName: 1 }), 400, "invalidValue");
  scim.expectError(await source.call("POST", "/Users", []), 400, "invalidSyntax");
  scim.expectError(await scim.patch(source, path, unknown), 400, "invalidPath");
  scim.expectError(await source.call("POST", "/Users", taken), 409, "uniqueness");
  scim.expectError(await source.call("PATCH", "/Users"), 405);
  const plain = { "content-type": "text/plain" };
  scim.expectError(await source.call("POST", "/Users", scim.userBody({}), plain), 415);
  const stale = { "if-match": 'W/"9"' };
  scim.expectError(await source.call("DELETE", path, undefined, stale), 412);
});

/** The profiles of both clients, and the one that follows the documents: their shapes fit each. */
const PROFILES: readonly ProfileName[] = ["standard", "entra", "okta"];

async function lookUp(source: Source, userName: string): Promise<Json | undefined> {
  return (await scim.find(source, `userName eq "${userName}"`)).body["totalResults"];
}

describe.each(PROFILES)("a client of profile %s", (profile) => {
  // Shapes: test/clients/entra and entra-legacy, update-by-path.json and disable-with-string.json.
  it("A96 may be Entra: look-up, create, capitalised operations, strings for booleans", async () => {
    const source = await oneSource(profile);
    expect(await lookUp(source, "ann@a.test")).toBe(0);
    const path = await scim.newUser(source, {
      userName: "ann@a.test",
      externalId: "0a21f0f2",
      active: true,
      emails: [{ primary: true, type: "work", value: "ann@a.test" }],
      meta: { resourceType: "User" },
      name: { formatted: "Ann A", familyName: "A", givenName: "Ann" },
      roles: [],
    });
    const changed = await scim.patch(
      source,
      path,
      { op: "Replace", path: "displayName", value: "Ann A." },
      { op: "Replace", path: 'emails[type eq "work"].value', value: "new@a.test" },
      { op: "Add", path: `${scim.ENTERPRISE}:department`, value: "R&D" },
      { op: "Replace", path: "active", value: "False" },
    );
    expect(changed.status, changed.text).toBe(200);
    expect(changed.body).toMatchObject({
      displayName: "Ann A.",
      active: false,
      emails: [{ value: "new@a.test", type: "work" }],
      [scim.ENTERPRISE]: { department: "R&D" },
    });
    const pathless = { active: "True", "name.familyName": "Other", title: "Cook" };
    const { body } = await scim.patch(source, path, { op: "Add", value: pathless });
    expect(body).toMatchObject({
      active: true,
      title: "Cook",
      name: { familyName: "Other", givenName: "Ann" },
    });
  });

  it("A96 may be Entra with groups: members added and removed by lists", async () => {
    const source = await oneSource(profile);
    const ids = [];
    for (const userName of ["ann", "bob"])
      ids.push(scim.idAt(await scim.newUser(source, { userName })));
    const group = await scim.newGroup(source, "Staff");
    const value = ids.map((id) => ({ $ref: null, value: id }));
    const add = await scim.patch(source, group, { op: "Add", path: "members", value });
    expect(add.status, add.text).toBe(204);
    expect(await scim.membersAt(source, group)).toEqual([...ids].sort());
    await scim.patch(source, group, { op: "Remove", path: "members", value: value.slice(0, 1) });
    expect(await scim.membersAt(source, group)).toEqual(ids.slice(1));
  });

  // Shapes: test/clients/okta, user-lifecycle.json and group-push.json.
  it("A96 may be Okta: look-up, create, PUT of what was read, deactivation without a path", async () => {
    const source = await oneSource(profile);
    expect(await lookUp(source, "ann@okta.test")).toBe(0);
    const path = await scim.newUser(source, {
      userName: "ann@okta.test",
      externalId: "00u1",
      name: { givenName: "Ann", familyName: "Okta" },
      emails: [{ primary: true, value: "ann@okta.test", type: "work" }],
      displayName: "Ann Okta",
      locale: "en-US",
      groups: [],
      password: "1mz050nqX",
      active: true,
    });
    expect(await lookUp(source, "ann@okta.test")).toBe(1);
    const { body: read } = await source.call("GET", path);
    const put = await source.call("PUT", path, { ...read, title: "Cook" });
    expect([put.status, put.body["title"]]).toEqual([200, "Cook"]);
    const off = await scim.patch(source, path, { op: "replace", value: { active: false } });
    expect([off.status, off.body["active"]]).toEqual([200, false]);
    const group = await scim.newGroup(source, "Push");
    const id = scim.idAt(path);
    const named = { op: "replace", value: { id: scim.idAt(group), displayName: "Pushed" } };
    expect((await scim.patch(source, group, named)).status).toBe(204);
    const joined = { op: "add", path: "members", value: [{ value: id, display: "ann@okta.test" }] };
    expect((await scim.patch(source, group, joined)).status).toBe(204);
    expect(await scim.membersAt(source, group)).toEqual([id]);
    const left = { op: "remove", path: `members[value eq "${id}"]` };
    expect((await scim.patch(source, group, left)).status).toBe(204);
    expect((await source.call("GET", group)).body["displayName"]).toBe("Pushed");
    expect(await scim.membersAt(source, group)).toEqual([]);
  });
});
