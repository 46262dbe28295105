/** Every documented call of the second dialect, with its exact answer: A107 to A111. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import {
  ask,
  dialectSource,
  list,
  newOrganization,
  newUser,
  newUserBody,
} from "../support/dialect.ts";
import { choose, newField, OKTA_URN } from "../support/fields.ts";
import { claim, newSource } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { CORE, ENTERPRISE, idAt, newGroup, textAt } from "../support/scim.ts";
import { targetOf } from "../support/tree.ts";

keepQuiet();

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe("POST /Users", () => {
  it("A110 creates a user of all documented fields, and GET shows them", async () => {
    const admin = await claim();
    const one = await newSource(admin, "standard");
    await choose(admin, one, OKTA_URN, [await newField(admin, "badge")]);
    const sales = idAt(await newOrganization(one, { displayName: "Sales" }));
    const lab = idAt(await newOrganization(one, { displayName: "Lab" }));
    const group = idAt(await newGroup(one, "Everyone"));
    const made = await ask(one, "POST", "/Users", {
      userName: "test",
      displayName: "Test",
      password: "Abcdef12",
      organization: [sales, lab],
      group: [group],
      emails: [{ value: "a@one.test" }, { value: "second@one.test" }],
      phoneNumbers: [{ value: "+86-13800000000" }],
      description: "Somebody",
      expireDate: "2100-01-23T12:56:22+0800",
      createDate: "2010-01-23T04:56:22Z",
      extendFields: { badge: "x", other: "y" },
    });
    expect(made.status, made.text).toBe(201);
    const id = textAt(made.body, "id");
    expect(made.body).toEqual({ errcode: 0, errmsg: "created", id });
    expect(made.headers.get("content-type")).toMatch(/^application\/json/);
    const { status, body } = await ask(one, "GET", `/Users/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      schemas: [CORE, ENTERPRISE],
      id,
      displayName: "Test",
      userName: "test",
      active: true,
      organization: [sales, lab],
      group: [group],
      emails: [{ value: "a@one.test" }],
      phoneNumbers: [{ value: "+86-13800000000" }],
      description: "Somebody",
      expireDate: "2100-01-23T04:56:22Z",
      [ENTERPRISE]: { badge: "x" },
      meta: {
        resourceType: "User",
        created: expect.stringMatching(UTC),
        lastModified: expect.stringMatching(UTC),
        version: "1",
      },
    });
    expect(await violations()).toEqual([]);
  });

  it("A110 shows what was pushed over SCIM, and the other way round", async () => {
    const one = await dialectSource();
    const made = await one.call("POST", "/Users", {
      schemas: [CORE],
      userName: "ann",
      externalId: "7",
      phoneNumbers: [{ value: "13800000000", type: "work" }],
      active: false,
    });
    const path = `/Users/${textAt(made.body, "id")}`;
    const { body } = await ask(one, "GET", path);
    expect(body).toMatchObject({
      userName: "ann",
      displayName: "ann",
      active: false,
      organization: [await targetOf(one)],
      group: [],
      phoneNumbers: [{ value: "+86-13800000000" }],
      [ENTERPRISE]: {},
    });
    expect(body).not.toHaveProperty("externalId");
    expect((await ask(one, "PUT", path, { displayName: "Ann" })).body).toEqual({
      errcode: 0,
      errmsg: "updated",
    });
    const after = await one.call("GET", path);
    expect(after.body).toMatchObject({ displayName: "Ann", externalId: "7", active: false });
  });

  it("A110 is an update where it is repeated, and nothing where nothing is new", async () => {
    const one = await dialectSource();
    const path = await newUser(one, { description: "kept" });
    const again = await ask(one, "POST", "/Users", newUserBody({ displayName: "Other" }));
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ errcode: 0, errmsg: "updated", id: idAt(path) });
    const { body } = await ask(one, "GET", path);
    expect(body).toMatchObject({ displayName: "Other", description: "kept" });
    await ask(one, "POST", "/Users", newUserBody({ displayName: "Other" }));
    expect((await ask(one, "GET", path)).body).toEqual(body);
  });

  it("A110 keeps to what the source's profile says of a repeated POST", async () => {
    const one = await dialectSource("rfc");
    await newUser(one);
    const again = await ask(one, "POST", "/Users", newUserBody());
    expect([again.status, again.body["errcode"]]).toEqual([409, 40901]);
  });

  it.each<[string, JsonObject, number, RegExp]>([
    ["no userName", { userName: null }, 40002, /userName/],
    ["no displayName", { displayName: "" }, 40002, /displayName/],
    ["a userName too long", { userName: "x".repeat(257) }, 40002, /userName/],
    ["a userName with spaces", { userName: "a b" }, 40002, /userName/],
    ["a password against the policy", { password: "123456" }, 40014, /password/i],
    ["an organization that is a text", { organization: "a" }, 40002, /organization/],
    ["an organization nobody has", { organization: ["a"] }, 40015, /organization/],
    ["a group that is no id", { group: [1] }, 40002, /group/],
    ["a group nobody has", { group: ["a"] }, 40018, /group/],
    ["an e-mail that is a text", { emails: "a@one.test" }, 40002, /emails/],
    ["an e-mail without a value", { emails: [{}] }, 40002, /emails/],
    ["another type", { emails: [{ value: "a@b.c", type: "home" }] }, 40012, /emails/],
    ["a phone without a plus", { phoneNumbers: [{ value: "86-13800000000" }] }, 40010, /phone/],
    ["a time that is none", { expireDate: "tomorrow" }, 40002, /expireDate/],
    ["fields that are a list", { extendFields: [] }, 40002, /extendFields/],
  ])("A110 refuses %s, and nothing is there", async (_, more, errcode, errmsg) => {
    const one = await dialectSource();
    const { status, body } = await ask(one, "POST", "/Users", newUserBody(more));
    expect([status, body]).toEqual([400, { errcode, errmsg: expect.stringMatching(errmsg) }]);
    expect((await list(one, "/Users")).body["totalResults"]).toBe(0);
  });

  it("A18 puts who has no organization where the source's target is", async () => {
    const one = await dialectSource();
    for (const [index, organization] of [undefined, null, []].entries()) {
      const more = { userName: `u${index}`, ...(organization !== undefined && { organization }) };
      const { body } = await ask(one, "GET", await newUser(one, more));
      expect(body["organization"]).toEqual([await targetOf(one)]);
    }
  });
});

describe("PUT /Users/{id}", () => {
  it("A110 changes what it names and keeps the rest", async () => {
    const one = await dialectSource();
    const [sales, lab] = [
      idAt(await newOrganization(one, { displayName: "Sales" })),
      idAt(await newOrganization(one, { displayName: "Lab" })),
    ];
    const group = idAt(await newGroup(one, "Everyone"));
    const path = await newUser(one, {
      organization: [sales],
      group: [group],
      emails: [{ value: "a@one.test" }],
      description: "kept",
    });
    const changes: [JsonObject, JsonObject][] = [
      [{}, {}],
      [{ displayName: "B", lastModifiedDate: "whenever" }, { displayName: "B" }],
      [{ userName: "other", password: "x", active: false }, {}],
      [{ emails: [{ value: "b@one.test" }] }, { emails: [{ value: "b@one.test" }] }],
      [{ organization: [lab, sales] }, { organization: [lab, sales] }],
      [{ organization: [sales] }, { organization: [sales] }],
      [{ organization: [] }, {}],
      [{ organization: null }, {}],
      [{ group: [] }, { group: [] }],
      [{ group: [group] }, { group: [group] }],
      [{ expireDate: "2100-01-01T00:00:00Z" }, { expireDate: "2100-01-01T00:00:00Z" }],
    ];
    let { body: expected } = await ask(one, "GET", path);
    for (const [change, shown] of changes) {
      const answer = await ask(one, "PUT", path, change);
      expect([change, answer.status, answer.body]).toEqual([
        change,
        200,
        { errcode: 0, errmsg: "updated" },
      ]);
      const { body } = await ask(one, "GET", path);
      expect(body).toEqual({ ...expected, ...shown, meta: expect.anything() });
      expected = body;
    }
    const taken = await ask(one, "PUT", path, { emails: [], description: null, expireDate: null });
    expect(taken.status).toBe(200);
    const { emails: _e, description: _d, expireDate: _x, meta: _m, ...rest } = expected;
    expect((await ask(one, "GET", path)).body).toEqual({ ...rest, meta: expect.anything() });
    expect(await violations()).toEqual([]);
  });

  it("A110 writes nothing where nothing is new", async () => {
    const one = await dialectSource();
    const group = idAt(await newGroup(one, "Everyone"));
    const path = await newUser(one, {
      group: [group],
      phoneNumbers: [{ value: "+86-13800000000" }],
    });
    const before = await ask(one, "GET", path);
    const { displayName, organization, phoneNumbers } = before.body;
    const same = { displayName, organization, phoneNumbers, group: [group] };
    expect((await ask(one, "PUT", path, JSON.parse(JSON.stringify(same)))).status).toBe(200);
    expect((await ask(one, "GET", path)).body).toEqual(before.body);
  });
});

describe("DELETE /Users/{id}", () => {
  it("A110 answers 204 with nothing, then 404", async () => {
    const one = await dialectSource();
    const path = await newUser(one);
    const gone = await ask(one, "DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const method of ["GET", "DELETE"]) {
      const { status, body } = await ask(one, method, path);
      expect([status, body]).toEqual([404, { errcode: 40401, errmsg: "not exist" }]);
    }
  });
});
