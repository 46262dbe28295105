/** Filters over the wire. RFC 7644 §3.4.2.2. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { oneSource } from "../support/client.ts";
import { search, usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

const PEOPLE: JsonObject[] = [
  {
    userName: "ann",
    externalId: "E1",
    displayName: 'Änne "the" O\'Neil',
    emails: [
      { value: "ann@work.test", type: "work", primary: true },
      { value: "ann@home.test", type: "home" },
    ],
    [scim.ENTERPRISE]: { department: "Research", manager: { value: "m1" } },
  },
  {
    userName: "Bob+tag",
    active: false,
    displayName: "B\\b",
    emails: [{ value: "bob@work.test", type: "other" }],
    name: { familyName: "Ångström" },
  },
  {
    userName: "carol%_",
    externalId: "e1",
    title: "",
    nickName: "漢字 😀",
    name: { givenName: "Carol", familyName: "Zimt" },
  },
];

/** Filters and the users, by their first letter, that satisfy them. */
const FILTERS: [filter: string, found: string][] = [
  ['userName eq "ANN"', "a"],
  ['username EQ "bob+TAG"', "B"],
  ['userName ne "ann"', "Bc"],
  ['externalId eq "E1"', "a"],
  ['externalId eq "e1"', "c"],
  ['externalId ne "E1"', "Bc"],
  ['userName co "O"', "Bc"],
  ['userName sw "Car"', "c"],
  ['userName ew "%_"', "c"],
  ['userName co "%"', "c"],
  ['userName co "+"', "B"],
  ['userName co ""', "aBc"],
  ['userName gt "ann"', "Bc"],
  ['userName ge "ann"', "aBc"],
  ['userName lt "bob"', "a"],
  ['userName le "bob+tag"', "aB"],
  ["title pr", ""],
  ["not (title pr)", "aBc"],
  ["name pr", "Bc"],
  ["emails pr", "aB"],
  ["nickName eq null", "aB"],
  ["nickName ne null", "c"],
  ["active eq false", "B"],
  ["active eq true", "ac"],
  ["active ne true", "B"],
  ['displayName eq "änne \\"the\\" o\'neil"', "a"],
  ['displayName eq "B\\\\b"', "B"],
  ['displayName co "\\\\"', "B"],
  ['displayName eq "B\\u005cb"', "B"],
  ['name.familyName eq "ångström"', "B"],
  ['name.familyName sw "\\u00c5"', "B"],
  ['nickName co "字 😀"', "c"],
  ['nickName eq "\\u6f22\\u5b57 \\ud83d\\ude00"', "c"],
  ['emails eq "ann@home.test"', "a"],
  ['emails.value ew "work.test"', "aB"],
  ['emails[type eq "work" and value co "ann"]', "a"],
  ['emails[type eq "home" and primary eq true]', ""],
  ['emails[type eq "home"].value sw "ann"', "a"],
  ['emails[not (type eq "work")]', "aB"],
  [`${scim.ENTERPRISE}:department eq "research"`, "a"],
  [`${scim.ENTERPRISE}:manager.value eq "m1"`, "a"],
  [`${scim.ENTERPRISE}:department pr or active eq false`, "aB"],
  ['userName eq "ann" or userName eq "carol%_" and active eq false', "a"],
  ['(userName eq "ann" or userName eq "bob+tag") and active eq false', "B"],
  ['not (userName eq "ann") and not (active eq false)', "c"],
  ['meta.created gt "2020-01-01T00:00:00Z"', "aBc"],
  ['meta.lastModified lt "2020-01-01T00:00:00+01:00"', ""],
  ['meta.resourceType eq "User"', "aBc"],
  ['id pr and schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', "aBc"],
  ["userName eq \"nobody' OR '1'='1\"", ""],
];

const REFUSED = [
  'color eq "red"',
  "color pr",
  'name.color eq "red"',
  'emails[color eq "red"]',
  'urn:x:y:z eq "1"',
  `${scim.ENTERPRISE}:color pr`,
  '__proto__ eq "x"',
  "constructor pr",
  'emails.__proto__ eq "x"',
  'password eq "secret"',
  "password pr",
  'PassWord sw "a"',
  `${scim.CORE}:password pr`,
  "active gt true",
  'active co "t"',
  'active eq "yes"',
  "userName eq 5",
  "userName eq true",
  'name eq "x"',
  'meta.created gt "yesterday"',
  'meta.created co "2020"',
  "userName gt null",
  "userName",
  "userName eq",
  "userName eq ann",
  'userName eq "ann',
  'userName = "ann"',
  'eq "ann"',
  '"ann" eq userName',
  'userName eq "ann" and',
  'and userName eq "ann"',
  "(userName pr",
  "userName pr)",
  "()",
  "not userName pr",
  "not()",
  'emails[type eq "work"',
  "emails[]",
  "emails[emails[type pr]]",
  'emails[type eq "a"][type eq "b"]',
  'userName eq "\\ud800"',
  'userName eq "\\u0000"',
  'userName eq "a" ; drop table users',
  'userName eq "\\x"',
  " ",
  "%",
];

describe("RFC 7644 §3.4.2.2 filtering", { timeout: 30_000 }, () => {
  it("answers every operator over the wire, by GET and by POST", async () => {
    const source = await oneSource("rfc");
    const ids = new Map<string, string>();
    for (const person of PEOPLE) {
      ids.set(
        scim.idAt(await scim.newUser(source, person)),
        scim.textAt(person, "userName").slice(0, 1),
      );
    }
    for (const [filter, found] of FILTERS) {
      for (const answer of [
        await scim.find(source, filter),
        await search(source, "/Users", { filter }),
      ]) {
        const letters = scim
          .idsOf(answer)
          .map((id) => ids.get(id) ?? "?")
          .join("");
        expect([filter, answer.status, answer.body["totalResults"], letters]).toEqual([
          filter,
          200,
          found.length,
          found,
        ]);
      }
    }
  });

  it("answers invalidFilter to what it can't answer, and never everybody", async () => {
    const source = await oneSource("okta");
    await usersIn(source, 1);
    for (const filter of REFUSED) {
      for (const answer of [
        await scim.find(source, filter),
        await search(source, "/Users", { filter }),
      ]) {
        expect([filter, answer.status]).toEqual([filter, 400]);
        scim.expectError(answer, 400, "invalidFilter");
        // What was asked for is a person's data as well.
        expect(answer.text).not.toMatch(/secret|yesterday|drop table/);
      }
    }
  });

  it("finds groups by what they are and by who is in them", async () => {
    const source = await oneSource();
    const [ann = "", bob = ""] = await usersIn(source, 2);
    const both = scim.idAt(await scim.newGroup(source, "Both", [ann, bob]));
    const one = scim.idAt(await scim.newGroup(source, "One", [bob]));
    const found = async (filter: string, path = "/Groups") =>
      scim.idsOf(await scim.find(source, filter, path));
    expect(await found('displayName eq "BOTH"')).toEqual([both]);
    expect(await found(`members.value eq "${bob}"`)).toEqual([both, one]);
    expect(await found(`members[value eq "${ann}"]`)).toEqual([both]);
    expect(await found(`not (members[value eq "${ann}"])`)).toEqual([one]);
    expect(await found(`groups.value eq "${one}"`, "/Users")).toEqual([bob]);
    scim.expectError(await scim.find(source, 'userName eq "a"', "/Groups"), 400, "invalidFilter");
  });
});
