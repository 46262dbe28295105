/** RFC 7644 §3.4 from outside, in the order of its table of contents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Answer, oneSource, type Source } from "../support/client.ts";
import { usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

let source: Source;
beforeEach(async () => {
  source = await oneSource("rfc");
});

function get(path: string): Promise<Answer> {
  return source.call("GET", path);
}

async function namesIn(query: string): Promise<string[]> {
  const answer = await get(`/Users?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return scim.objectsIn(answer.body["Resources"]).map((user) => scim.textAt(user, "userName"));
}

describe("§3.4.1 Retrieving a Known Resource", () => {
  it("sample: a user by id, as it was created", async () => {
    const posted = await source.call("POST", "/Users", scim.userBody({ title: "T" }));
    const answer = await get(`/Users/${scim.textAt(posted.body, "id")}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(posted.body);
    expect(answer.headers.get("etag")).toBe(posted.headers.get("etag"));
  });

  it("MUST answer 404 for an id that is none, and for another type's", async () => {
    const user = await scim.newUser(source);
    scim.expectError(await get("/Users/2819c223-7f76-453a-919d-413861904646"), 404);
    scim.expectError(await get(user.replace("Users", "Groups")), 404);
  });
});

describe("§3.4.2 Query Resources", () => {
  it("sample: a list of two users with some of their attributes", async () => {
    const ids = await usersIn(source, 2);
    const answer = await get("/Users?attributes=userName");
    expect(answer.body).toEqual({
      schemas: [LIST],
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 2,
      Resources: ids.map((id, i) => ({ schemas: [scim.CORE], id, userName: `user-${i}` })),
    });
  });

  it("MUST answer 200 and totalResults 0 where nothing is found", async () => {
    const answer = await scim.find(source, 'userName eq "nobody"');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ schemas: [LIST], totalResults: 0 });
    expect(scim.objectsIn(answer.body["Resources"])).toEqual([]);
  });

  it("MUST count in totalResults what all pages have together", async () => {
    await usersIn(source, 3);
    expect((await get("/Users?count=1")).body["totalResults"]).toBe(3);
  });
});

describe("§3.4.2.1 Query Endpoints", () => {
  it("MUST search the resources of an endpoint, and of no other", async () => {
    const user = await scim.newUser(source, { userName: "a", displayName: "same" });
    const group = await scim.newGroup(source, "same");
    const find = (path: string) => scim.find(source, 'displayName eq "same"', path);
    expect(scim.idsOf(await find("/Users"))).toEqual([scim.idAt(user)]);
    expect(scim.idsOf(await find("/Groups"))).toEqual([scim.idAt(group)]);
  });

  it.skip("MAY filter a single resource — not supported: it is there or not");

  it.skip("GET at the root — not supported: POST /.search is the way to ask for all types at once");
});

describe("§3.4.2.2 Filtering", () => {
  const EMPLOYEE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const PEOPLE: JsonObject[] = [
    {
      userName: "bjensen",
      title: "Tour Guide",
      userType: "Employee",
      emails: [
        { value: "bjensen@example.com", type: "work", primary: true },
        { value: "babs@jensen.org", type: "home" },
      ],
      [EMPLOYEE]: { department: "Tours" },
    },
    {
      userName: "Jsmith",
      name: { familyName: "O'Malley" },
      userType: "Intern",
      active: false,
      emails: [{ value: "js@example.org", type: "home" }],
      ims: [{ value: "js@foo.com", type: "xmpp" }],
    },
    { userName: "mallory", title: "Boss", userType: "External" },
  ];
  const names = (letters: string) =>
    PEOPLE.map((person) => scim.textAt(person, "userName")).filter((name) =>
      letters.includes(name.slice(0, 1)),
    );

  /** Each filter with the first letters of those it is to find. */
  async function expectFound(filters: Record<string, string>): Promise<void> {
    for (const person of PEOPLE) await scim.newUser(source, person);
    for (const [filter, letters] of Object.entries(filters)) {
      const found = await namesIn(`filter=${encodeURIComponent(filter)}`);
      expect([filter, found]).toEqual([filter, names(letters)]);
    }
  }

  it("sample: the filters of the RFC", () =>
    expectFound({
      'userName eq "bjensen"': "b",
      'name.familyName co "O\'Malley"': "J",
      'userName sw "J"': "J",
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"': "J",
      "title pr": "bm",
      'meta.lastModified gt "2011-05-13T04:42:34Z"': "bJm",
      'meta.lastModified ge "2011-05-13T04:42:34Z"': "bJm",
      'meta.lastModified lt "2011-05-13T04:42:34Z"': "",
      'meta.lastModified le "2011-05-13T04:42:34Z"': "",
      'title pr and userType eq "Employee"': "b",
      'title pr or userType eq "Intern"': "bJm",
      'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"': "b",
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")': "b",
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")':
        "m",
      'userType eq "Employee" and (emails.type eq "work")': "b",
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]': "b",
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]':
        "bJ",
    }));

  it("MUST know every operator", () =>
    expectFound({
      'title eq "boss"': "m",
      'title ne "boss"': "bJ",
      'title co "uid"': "b",
      'title sw "to"': "b",
      'title ew "ss"': "m",
      "title pr": "bm",
      'title gt "boss"': "b",
      'title ge "boss"': "bm",
      'title lt "tour guide"': "m",
      'title le "tour guide"': "bm",
      "active eq true": "bm",
      "active ne true": "J",
      "emails pr": "bJ",
      "title eq null": "J",
    }));

  it("MUST take names and operators in any letter case", () =>
    expectFound({ 'USERNAME Eq "bjensen" AND Title PR': "b" }));

  it("MUST bind not before and, and before or, and brackets before all", () =>
    expectFound({
      'userType eq "Intern" or title pr and userType eq "Employee"': "bJ",
      '(userType eq "Intern" or title pr) and userType eq "Employee"': "b",
      "not (title pr) and active eq true": "",
      "not (title pr and active eq true)": "J",
    }));

  it("MUST match where any of several values matches, and in brackets one value by all", () =>
    expectFound({
      'emails.type eq "home" and emails.value co "example.com"': "b",
      'emails[type eq "home" and value co "example.com"]': "",
      'emails[not (type eq "work")]': "bJ",
    }));

  it("MUST refuse what it cannot answer, and whatever compares by order what has none", async () => {
    for (const filter of [
      'userName xx "x"',
      'userName eq "x" and',
      "userName",
      "active gt true",
      'x509Certificates.value gt "MIID"',
      'color eq "red"',
      'emails[type eq "work"',
    ]) {
      scim.expectError(await scim.find(source, filter), 400, "invalidFilter");
    }
  });
});

describe("§3.4.2.4 Pagination", () => {
  it("sample: GET /Users?startIndex=1&count=10", async () => {
    const ids = await usersIn(source, 12);
    const { body, ...answer } = await get("/Users?startIndex=1&count=10");
    expect(body).toMatchObject({ totalResults: 12, itemsPerPage: 10, startIndex: 1 });
    expect(scim.idsOf({ body, ...answer })).toEqual(ids.slice(0, 10));
    const next = await get("/Users?startIndex=11&count=10");
    expect(next.body).toMatchObject({ totalResults: 12, itemsPerPage: 2, startIndex: 11 });
    expect(scim.idsOf(next)).toEqual(ids.slice(10));
  });

  it("SHALL take a startIndex below 1 for 1, and a negative count for 0", async () => {
    const ids = await usersIn(source, 2);
    for (const startIndex of [0, -1]) {
      const answer = await get(`/Users?startIndex=${startIndex}`);
      expect([answer.body["startIndex"], scim.idsOf(answer)]).toEqual([1, ids]);
    }
    for (const count of [0, -1]) {
      const answer = await get(`/Users?count=${count}`);
      expect([answer.body["totalResults"], scim.idsOf(answer)]).toEqual([2, []]);
    }
  });

  it("MUST NOT return more than count, nor anything beyond the end", async () => {
    await usersIn(source, 3);
    expect(scim.idsOf(await get("/Users?count=2"))).toHaveLength(2);
    const beyond = await get("/Users?startIndex=4");
    expect([beyond.status, beyond.body["totalResults"], scim.idsOf(beyond)]).toEqual([200, 3, []]);
  });
});

describe("§3.4.2.5 Attributes", () => {
  const JANE = { userName: "j", title: "T", name: { givenName: "J", familyName: "D" } };
  const namesAt = async (path: string) => Object.keys((await get(path)).body).sort();

  it("MUST return the minimum and what `attributes` names, also by path and by URN", async () => {
    const user = await scim.newUser(source, JANE);
    expect(await namesAt(`${user}?attributes=title`)).toEqual(["id", "schemas", "title"]);
    const path = `${user}?attributes=${scim.CORE}:name.givenName`;
    expect((await get(path)).body["name"]).toEqual({ givenName: "J" });
  });

  it("MUST return the rest but what `excludedAttributes` names, and never exclude the minimum", async () => {
    const user = await scim.newUser(source, JANE);
    const path = `${user}?excludedAttributes=title,id,schemas,meta`;
    expect(await namesAt(path)).toEqual(["active", "id", "name", "schemas", "userName"]);
  });
});

describe("§3.4.3 Querying Resources Using HTTP POST", () => {
  const search = (path: string, request: JsonObject) =>
    source.call("POST", path, { schemas: [SEARCH], ...request });

  it("MUST take every parameter of a query in the body", async () => {
    await usersIn(source, 4);
    const request = {
      attributes: ["userName"],
      filter: 'userName sw "user"',
      startIndex: 2,
      count: 2,
    };
    const { body } = await search("/Users/.search", request);
    expect(body).toMatchObject({ schemas: [LIST], totalResults: 4, startIndex: 2 });
    expect(scim.objectsIn(body["Resources"])).toEqual(
      [1, 2].map((i) => ({
        schemas: [scim.CORE],
        id: expect.any(String),
        userName: `user-${i}`,
      })),
    );
    const { Resources } = (await search("/Users/.search", { excludedAttributes: ["meta"] })).body;
    expect(scim.objectsIn(Resources)[0]).not.toHaveProperty("meta");
  });

  it("MUST name the message in `schemas`", async () => {
    const answer = await source.call("POST", "/Users/.search", { filter: "id pr" });
    scim.expectError(answer, 400, "invalidSyntax");
  });
});
