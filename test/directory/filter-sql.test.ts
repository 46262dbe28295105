import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { filterCondition } from "../../src/directory/filter-sql.ts";
import { userPage, readPage } from "../../src/directory/list.ts";
import { Parameters } from "../../src/directory/parameters.ts";
import { ScimError } from "../../src/scim/error.ts";
import { parseFilter } from "../../src/scim/filter.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { resolveFilter, type ResolvedFilter } from "../../src/scim/resolve.ts";
import { USER } from "../../src/scim/schemas.ts";
import {
  DIRECTORY,
  insertGroups,
  insertMembers,
  insertUsers,
  insertVisible,
  testId,
} from "../support/directory-rows.ts";
import { measure } from "../support/measure.ts";

const SCOPE = { directoryId: DIRECTORY, sourceId: "ds_one" };
const BASE = "https://muster.example/v2";

const USERS = {
  Ann: {
    externalId: "E1",
    userName: "Ann",
    name: { givenName: "Ann", familyName: "É" },
    active: true,
    emails: [
      { value: "ann@Work.example", type: "work", primary: true },
      { value: "ann@home.example", type: "home" },
    ],
    photos: [{ value: "https://x/Ann.png", type: "photo" }],
    [SCHEMA_ENTERPRISE]: { department: "R&D", manager: { value: "M1" } },
  },
  Bob: {
    userName: "Bob",
    name: { formatted: "" },
    nickName: "",
    active: false,
    phoneNumbers: [{ value: "+49 1" }],
  },
  Eve: { userName: "ＥＶＥ", displayName: "İstanbul 😀", title: 'it\'s "100%"_' },
};

beforeEach(async () => {
  const users = Object.values(USERS).map((attributes, number) => ({
    id: testId(number),
    sourceId: number === 1 ? "ds_two" : "ds_one",
    attributes,
    version: number + 1,
    createdAt: Date.UTC(2024, number),
    updatedAt: Date.UTC(2024, number + 6),
  }));
  await insertUsers(env.DB, users);
  await insertVisible(env.DB, "ds_one");
  await insertGroups(env.DB, [
    { id: testId(100), sourceId: "ds_one", attributes: { displayName: "Staff" } },
    { id: testId(101), sourceId: "ds_one", attributes: { displayName: "Gone" }, deletedAt: 1 },
    { id: testId(102), sourceId: "ds_two", attributes: { displayName: "Foreign" } },
  ]);
  await insertMembers(env.DB, [
    { group: testId(100), user: testId(0) },
    { group: testId(101), user: testId(1) },
    { group: testId(102), user: testId(1) },
  ]);
});

function resolve(text: string): ResolvedFilter {
  return resolveFilter(parseFilter(text), USER, PROFILES.okta);
}

/** The user names that the filter finds. */
async function find(text: string): Promise<unknown[]> {
  const query = { filter: resolve(text), base: BASE, startIndex: 1, count: 100 };
  const { results } = await measure(userPage(SCOPE, query));
  const names = Object.keys(USERS);
  return readPage(results).rows.map(({ id }) => names.find((_, number) => testId(number) === id));
}

/** RFC 7644 §3.4.2.2: filters, and whom they find. */
const ANSWERS: readonly (readonly [filter: string, names: readonly string[]])[] = [
  ['userName eq "ANN"', ["Ann"]],
  ['userName eq "eve"', ["Eve"]],
  ['userName ne "ann"', ["Bob", "Eve"]],
  ['userName sw "b"', ["Bob"]],
  ['userName ew "N"', ["Ann"]],
  ['userName co "O"', ["Bob"]],
  ['userName co ""', ["Ann", "Bob", "Eve"]],
  ['nickName co ""', []],
  ['userName gt "ann"', ["Bob", "Eve"]],
  ['userName ge "ann" and userName lt "e"', ["Ann", "Bob"]],
  ['userName le "bob"', ["Ann", "Bob"]],
  ['name.familyName eq "é"', ["Ann"]],
  ['displayName ew "😀"', ["Eve"]],
  ['displayName ew "a very much longer text than is there"', []],
  ['displayName sw "i\u0307stan"', ["Eve"]],
  ['title co "it\'s \\"100%\\"_"', ["Eve"]],
  ['title co "%"', ["Eve"]],
  ["nickName pr", []],
  ['nickName eq ""', ["Bob"]],
  ["name pr", ["Ann"]],
  ["title eq null", ["Ann", "Bob"]],
  ["title ne null", ["Eve"]],
  ['title ne "x"', ["Ann", "Bob", "Eve"]],
  ['not (title eq "x")', ["Ann", "Bob", "Eve"]],
  ["active eq true", ["Ann"]],
  ['active eq "False"', ["Bob"]],
  ["active ne true", ["Bob", "Eve"]],
  ["active pr", ["Ann", "Bob"]],
  ['emails eq "ANN@work.example"', ["Ann"]],
  ['emails.type eq "home"', ["Ann"]],
  ['emails.value eq "ann@work.example" or emails.value eq "ann@home.example"', ["Ann"]],
  ['emails[type eq "work" and value co "WORK"]', ["Ann"]],
  ['emails[type eq "home" and value co "work"]', []],
  ['emails[type eq "work"].value sw "ann"', ["Ann"]],
  ["emails[not (primary pr)]", ["Ann"]],
  ["emails[primary eq true]", ["Ann"]],
  ["emails pr", ["Ann"]],
  ["not (emails pr)", ["Bob", "Eve"]],
  ['phoneNumbers.value eq "+49 1"', ["Bob"]],
  ['photos eq "https://x/Ann.png"', ["Ann"]],
  ['photos eq "https://x/ann.png"', []],
  ['photos[type eq "PHOTO" and value ew "Ann.png"]', ["Ann"]],
  ['photos[type eq "PHOTO" and value ew "ann.png"]', []],
  [`${SCHEMA_ENTERPRISE}:department eq "r&d"`, ["Ann"]],
  [`${SCHEMA_ENTERPRISE}:manager.value eq "M1"`, ["Ann"]],
  [`${SCHEMA_ENTERPRISE}:manager.value eq "m1"`, []],
  [`${SCHEMA_ENTERPRISE}:manager pr`, ["Ann"]],
  [`${SCHEMA_USER}:username eq "bob"`, ["Bob"]],
  [`schemas eq "${SCHEMA_ENTERPRISE}"`, ["Ann"]],
  [`schemas eq "${SCHEMA_USER}"`, ["Ann", "Bob", "Eve"]],
  ["schemas pr", ["Ann", "Bob", "Eve"]],
  [`id eq "${testId(1)}"`, ["Bob"]],
  ['externalId eq "E1"', ["Ann"]],
  ['externalId eq "e1"', []],
  ["externalId pr", ["Ann"]],
  ['meta.lastModified gt "2024-07-01T00:00:00Z"', ["Bob", "Eve"]],
  ['meta.lastModified ge "2024-07-01T02:00:00+02:00"', ["Ann", "Bob", "Eve"]],
  ['meta.created lt "2024-02-01T00:00:00Z"', ["Ann"]],
  ['meta.resourceType eq "User"', ["Ann", "Bob", "Eve"]],
  ['meta.version eq "W/\\"2\\""', ["Bob"]],
  [`meta.location eq "${BASE}/Users/${testId(2)}"`, ["Eve"]],
  ["meta pr", ["Ann", "Bob", "Eve"]],
  [`groups.value eq "${testId(100)}"`, ["Ann"]],
  [`groups.value ne "${testId(100)}"`, ["Bob", "Eve"]],
  [`groups.value eq "${testId(101)}" or groups.value eq "${testId(102)}"`, []],
  ['groups.display eq "STAFF"', ["Ann"]],
  [`groups.$ref ew "${testId(100)}"`, ["Ann"]],
  [`groups[value eq "${testId(100)}" and display sw "x"]`, []],
  ["groups pr", ["Ann"]],
  ['userName eq "ann" or (active eq false and not (title pr))', ["Ann", "Bob"]],
];

it("finds what each filter says", async () => {
  for (const [filter, names] of ANSWERS) expect.soft(await find(filter), filter).toEqual(names);
});

it("hides the external ids of other sources", async () => {
  await env.DB.exec(
    "UPDATE users SET external_id = 'E2', attributes = json_set(attributes, '$.externalId', 'E2') WHERE source_id = 'ds_two'",
  );
  expect(await find('externalId eq "E2"')).toEqual([]);
  expect(await find('externalId sw "E"')).toEqual(["Ann"]);
  expect(await find("externalId eq null")).toEqual(["Bob", "Eve"]);
});

it("answers 0 or 1, never NULL", async () => {
  const texts = ['title gt "a"', 'title co "a"', "name.givenName pr", 'emails[display ew "a"]'];
  const parameters = new Parameters();
  const question = { type: USER, scope: SCOPE, parameters };
  const conditions = texts.map((text) => filterCondition(resolve(text), question));
  const { sql, params } = parameters.statement(
    `SELECT ${conditions.map((condition) => `(${condition}) IN (0, 1)`).join(" AND ")} AS ok FROM users u`,
  );
  const { results } = await env.DB.prepare(sql)
    .bind(...params)
    .all();
  expect(results).toEqual([{ ok: 1 }, { ok: 1 }, { ok: 1 }]);
});

it("binds what the client sent and writes only names of schemas", () => {
  const parameters = new Parameters();
  const filter = resolve(`TITLE eq "x') OR 1=1 --" and EMAILS[TYPE sw "$.a"]`);
  const sql = filterCondition(filter, { type: USER, scope: SCOPE, parameters });
  expect(sql).not.toMatch(/1=1|\$\.a|TITLE|EMAILS/);
  expect(parameters.statement(sql).params).toEqual(["x') or 1=1 --", "$.a"]);
});

it("refuses to compare locations without a base", () => {
  const question = { type: USER, scope: SCOPE, parameters: new Parameters() };
  for (const text of ['meta.location co "x"', 'groups.$ref co "x"']) {
    expect(() => filterCondition(resolve(text), question)).toThrow(ScimError);
  }
});

describe("limits of D1", () => {
  const leaf = (number: number) => `emails[type eq "${number}" and display co "${number}"]`;

  it("takes as many comparisons as the parser does, side by side", async () => {
    const half = Array.from({ length: LIMITS.filterComparisons / 2 }, (_, index) => leaf(index));
    expect(await find(half.join(" or "))).toEqual([]);
    expect(await find(`title pr or ${half.slice(1).join(" and ")}`)).toEqual(["Eve"]);
  });

  it("takes them nested as deep as the parser does", async () => {
    let text = 'title pr and nickName ne "y"';
    for (let level = 0; level < LIMITS.filterDepth; level++) {
      text = `not (${text}) ${level % 2 === 0 ? "or" : "and"} name.givenName eq "${level}"`;
    }
    const fillers = Array.from({ length: 28 }, (_, index) => `nickName co "z${index}"`);
    expect(await find(`${text} or ${fillers.join(" or ")}`)).toHaveLength(0);
    expect(await find(`not (${fillers.join(" or ")})`)).toHaveLength(3);
  });

  it("takes more indexed alternatives than a compound SELECT has terms", async () => {
    const attributes = ["id", "userName", "externalId", "emails", "phoneNumbers", "groups"];
    const alternatives = attributes.map((name) => `${name} eq "x"`).join(" or ");
    expect(await find(`${alternatives} or userName eq "bob"`)).toEqual(["Bob"]);
  });

  it("looks for as many values of one attribute", async () => {
    const names = Array.from({ length: LIMITS.filterComparisons - 1 }, (_, index) => `"x${index}"`);
    const others = names.map((name) => `userName eq ${name}`).join(" or ");
    expect(await find(`${others} or userName eq "bob"`)).toEqual(["Bob"]);
  });
});
