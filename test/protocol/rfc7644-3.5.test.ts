/** RFC 7644 §3.5.1, §3.5.2 and §3.6 from outside, in the order of its table of contents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { oneSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

let source: Source;
beforeEach(async () => {
  source = await oneSource("rfc");
});

async function bodyAt(path: string): Promise<JsonObject> {
  return (await source.call("GET", path)).body;
}

describe("§3.5.1 Replacing with PUT", () => {
  it("sample: replace a user, and what is left out is gone", async () => {
    const user = await scim.newUser(source, { userName: "bjensen", title: "Guide", locale: "en" });
    const body = {
      schemas: [scim.CORE],
      id: "2819c223-7f76-453a-919d-413861904646",
      userName: "bjensen",
      externalId: "bjensen",
      name: {
        formatted: "Ms. Barbara J Jensen III",
        familyName: "Jensen",
        givenName: "Barbara",
        middleName: "Jane",
      },
      roles: [],
      emails: [{ value: "bjensen@example.com" }, { value: "babs@jensen.org" }],
    };
    const answer = await source.call("PUT", user, body);
    expect(answer.status).toBe(200);
    const { schemas: _schemas, id: _id, roles: _roles, ...content } = body;
    expect(scim.contentOf(answer)).toEqual({ ...content, active: true });
    expect(answer.headers.get("etag")).toBe('W/"2"');
    expect(await bodyAt(user)).toEqual(answer.body);
  });

  it("MUST NOT create a resource", async () => {
    const answer = await source.call("PUT", "/Users/2819c223", scim.userBody({}));
    scim.expectError(answer, 404);
    expect((await source.call("GET", "/Users")).body["totalResults"]).toBe(0);
  });

  it("SHALL ignore what is readOnly, and MUST have what is required", async () => {
    const user = await scim.newUser(source);
    const meta = { resourceType: "Group", created: "2000-01-01T00:00:00Z" };
    const answer = await source.call("PUT", user, scim.userBody({ id: "x", meta }));
    expect([answer.status, answer.body["id"]]).toEqual([200, scim.idAt(user)]);
    const without = await source.call("PUT", user, { schemas: [scim.CORE], title: "T" });
    scim.expectError(without, 400, "invalidValue");
  });

  it("MUST replace the members of a group as a whole", async () => {
    const ann = scim.idAt(await scim.newUser(source, { userName: "ann" }));
    const bob = scim.idAt(await scim.newUser(source, { userName: "bob" }));
    const group = await scim.newGroup(source, "G", [ann]);
    expect((await source.call("PUT", group, scim.groupBody("G", [bob]))).status).toBe(200);
    expect(await scim.membersAt(source, group)).toEqual([bob]);
    await source.call("PUT", group, scim.groupBody("G"));
    expect(await scim.membersAt(source, group)).toEqual([]);
  });
});

describe("§3.5.2 Modifying with PATCH", () => {
  const TITLE = { op: "replace", path: "title", value: "Guide" };

  it("MUST have the message's URN and at least one operation, each add, remove or replace", async () => {
    const user = await scim.newUser(source);
    const { schemas } = scim.patchBody();
    for (const body of [
      { Operations: [TITLE] },
      { schemas: [scim.CORE], Operations: [TITLE] },
      { schemas: schemas ?? [] },
      { schemas: schemas ?? [], Operations: [] },
      { schemas: schemas ?? [], Operations: [{ ...TITLE, op: "move" }] },
    ]) {
      scim.expectError(await source.call("PATCH", user, body), 400, "invalidSyntax");
    }
  });

  it("MUST do all operations in order, or none", async () => {
    const user = await scim.newUser(source, { title: "Boss" });
    const second = { ...TITLE, value: "Second" };
    await scim.patch(source, user, TITLE, second);
    expect((await bodyAt(user))["title"]).toBe("Second");
    const wrong = { op: "replace", path: "id", value: "x" };
    scim.expectError(await scim.patch(source, user, TITLE, wrong), 400, "mutability");
    expect((await bodyAt(user))["title"]).toBe("Second");
  });

  it("MUST answer 200 with the resource, or 204", async () => {
    const user = await scim.newUser(source);
    const answer = await scim.patch(source, user, TITLE);
    expect([answer.status, answer.body["title"]]).toEqual([200, "Guide"]);
    const group = await scim.newGroup(source, "G");
    const operation = { op: "replace", path: "displayName", value: "H" };
    expect((await scim.patch(source, group, operation)).status).toBe(204);
    const asked = `${group}?attributes=displayName`;
    const shown = await scim.patch(source, asked, { ...operation, value: "I" });
    expect([shown.status, shown.body["displayName"]]).toEqual([200, "I"]);
  });

  it("MUST refuse a path that nobody knows or that is none", async () => {
    const user = await scim.newUser(source);
    for (const path of ["color", "name.nick", "emails[", "a b", "urn:x:y"]) {
      const answer = await scim.patch(source, user, { op: "add", path, value: "x" });
      expect([path, answer.status]).toEqual([path, 400]);
      expect(["invalidPath", "invalidFilter"]).toContain(answer.body["scimType"]);
    }
  });

  it("SHALL make the other values not primary where a new one is", async () => {
    const emails = [{ value: "a@x.test", type: "work", primary: true }];
    const user = await scim.newUser(source, { emails });
    const value = [{ value: "b@x.test", type: "home", primary: true }];
    await scim.patch(source, user, { op: "add", path: "emails", value });
    expect((await bodyAt(user))["emails"]).toEqual([
      { value: "a@x.test", type: "work", primary: false },
      ...value,
    ]);
  });

  it("MUST reach an extension's attribute by its URN", async () => {
    const user = await scim.newUser(source);
    const path = `${scim.ENTERPRISE}:department`;
    const { body } = await scim.patch(source, user, { op: "add", path, value: "Tours" });
    expect(body[scim.ENTERPRISE]).toEqual({ department: "Tours" });
    expect(body["schemas"]).toEqual([scim.CORE, scim.ENTERPRISE]);
  });
});

describe("§3.6 Deleting Resources", () => {
  it("sample: delete a user, who is 404 from then on", async () => {
    const user = await scim.newUser(source);
    const answer = await source.call("DELETE", user);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    scim.expectError(await source.call("GET", user), 404);
    scim.expectError(await source.call("PUT", user, scim.userBody({})), 404);
    scim.expectError(await scim.patch(source, user, { op: "remove", path: "title" }), 404);
    scim.expectError(await source.call("DELETE", user), 404);
  });

  it("MUST leave the resource out of every list, count and group", async () => {
    const user = await scim.newUser(source);
    const group = await scim.newGroup(source, "G", [scim.idAt(user)]);
    await source.call("DELETE", user);
    expect((await source.call("GET", "/Users")).body["totalResults"]).toBe(0);
    const found = await scim.find(source, 'userName eq "some@one.test"');
    expect(scim.idsOf(found)).toEqual([]);
    expect(await scim.membersAt(source, group)).toEqual([]);
  });

  it("MUST NOT take a deleted resource for a conflict", async () => {
    const user = await scim.newUser(source, { userName: "bjensen", externalId: "E" });
    await source.call("DELETE", user);
    await scim.newUser(source, { userName: "bjensen", externalId: "E" });
  });
});
