/** RFC 7644 §3.4.2.2 to §3.4.2.5 from outside, in the order of its table of contents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Answer, oneSource, type Source } from "../support/client.ts";
import { usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

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

  it("MUST find groups by their members, and users by their groups", async () => {
    const ann = scim.idAt(await scim.newUser(source, { userName: "ann" }));
    await scim.newUser(source, { userName: "bob" });
    const group = scim.idAt(await scim.newGroup(source, "G", [ann]));
    await scim.newGroup(source, "H");
    for (const filter of [`members.value eq "${ann}"`, `members[value eq "${ann}"]`]) {
      expect(scim.idsOf(await scim.find(source, filter, "/Groups"))).toEqual([group]);
    }
    expect(scim.idsOf(await scim.find(source, `groups.value eq "${group}"`))).toEqual([ann]);
  });

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

describe("§3.4.2.3 Sorting", () => {
  const PEOPLE: JsonObject[] = [
    {
      userName: "a",
      externalId: "b",
      title: "beta",
      name: { givenName: "Z" },
      emails: [{ value: "z@x.test" }, { value: "a@x.test", primary: true }],
    },
    { userName: "C", externalId: "a", title: "Alpha", emails: [{ value: "b@x.test" }] },
    { userName: "b", externalId: "C", name: { givenName: "Y" }, active: false },
  ];

  async function expectSorted(sorted: Record<string, string>): Promise<void> {
    for (const person of PEOPLE) await scim.newUser(source, person);
    for (const [query, letters] of Object.entries(sorted)) {
      expect([query, (await namesIn(query)).join("")]).toEqual([query, letters]);
    }
  }

  it("MUST sort ascending unless told otherwise", () =>
    expectSorted({
      "sortBy=userName": "abC",
      "sortBy=userName&sortOrder=ascending": "abC",
      "sortBy=userName&sortOrder=descending": "Cba",
    }));

  it("SHALL sort without regard to case, except where caseExact is true", () =>
    expectSorted({ "sortBy=userName": "abC", "sortBy=externalId": "bCa" }));

  it("MUST put those without a value last, or first where descending", () =>
    expectSorted({
      "sortBy=title": "Cab",
      "sortBy=title&sortOrder=descending": "baC",
      "sortBy=emails.value": "aCb",
    }));

  it("MUST sort by a part of a complex attribute, and by the primary or else the first of several values", () =>
    expectSorted({ "sortBy=name.givenName": "baC", "sortBy=emails": "aCb" }));

  it("MUST sort before it cuts a page, and what a filter found", () =>
    expectSorted({
      "sortBy=userName&startIndex=2&count=1": "b",
      "sortBy=userName&sortOrder=descending&filter=active%20eq%20true": "Ca",
      [`sortBy=${scim.CORE}:USERNAME&count=2`]: "ab",
    }));
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
