/**
 * What clients are known to send beside the letter of the RFCs, thirty rows of two columns: the
 * answer of the lenient profiles and that of the strict one.
 */
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import {
  expectFound,
  expectUnchangedGroup,
  groupOf,
  patchQuirk,
  quirk,
  removeByValue,
} from "../support/quirk.ts";
import * as scim from "../support/scim.ts";

const WORK = 'emails[type eq "work"].value';
const DEPARTMENT = `${scim.ENTERPRISE}:department`;
const MANAGER = `${scim.ENTERPRISE}:manager`;
const ENGINEERING = { [scim.ENTERPRISE]: { department: "Eng" } };
const home = { value: "home@one.test", type: "home" };

patchQuirk(1, 'active "False"', {
  before: { active: true },
  operations: [{ op: "Replace", path: "active", value: "False" }],
  lenient: { active: false },
  strict: "invalidValue",
});

patchQuirk(2, "active 0", {
  before: { active: true },
  operations: [{ op: "replace", path: "active", value: 0 }],
  lenient: { active: false },
  strict: "invalidValue",
});

patchQuirk(2, "active 1", {
  before: { active: false },
  operations: [{ op: "replace", value: { active: 1 } }],
  lenient: { active: true },
  strict: "invalidValue",
});

patchQuirk(3, "dotted and bracketed keys without a path", {
  before: {},
  operations: [{ op: "replace", value: { "name.givenName": "A", [WORK]: "x@one.test" } }],
  lenient: { name: { givenName: "A" }, emails: [{ value: "x@one.test", type: "work" }] },
  strict: "invalidSyntax",
});

patchQuirk(4, "a key of URN and attribute without a path", {
  before: {},
  operations: [{ op: "add", value: { [DEPARTMENT]: "Eng" } }],
  lenient: ENGINEERING,
  strict: "invalidSyntax",
});

patchQuirk(5, "an extension's object without a path", {
  before: { [scim.ENTERPRISE]: { division: "D" } },
  operations: [{ op: "replace", value: ENGINEERING }],
  lenient: { [scim.ENTERPRISE]: { division: "D", department: "Eng" } },
  strict: "invalidSyntax",
});

patchQuirk(6, "replace of a selected value that is absent", {
  before: { emails: [home] },
  operations: [{ op: "replace", path: WORK, value: "x@one.test" }],
  lenient: { emails: [home, { value: "x@one.test", type: "work" }] },
  strict: "noTarget",
});

patchQuirk(7, "add to a selected value that is absent", {
  before: {},
  operations: [{ op: "add", path: 'phoneNumbers[type eq "mobile"].value', value: "+49 1" }],
  lenient: { phoneNumbers: [{ value: "+49 1", type: "mobile" }] },
});

quirk(8, "remove of members by a list of values", {
  async lenient({ source }) {
    const { group, ids } = await groupOf(source, 3);
    const answer = await removeByValue(source, group, ids.slice(0, 1));
    expect(answer.status).toBe(204);
    expect(await scim.membersAt(source, group)).toEqual(ids.slice(1));
  },
  async strict({ admin, source }) {
    const { group, ids } = await groupOf(source, 3);
    const remove = () => removeByValue(source, group, ids.slice(0, 1));
    const answer = await scim.expectNothingHappens(admin, source, group, remove);
    scim.expectError(answer, 400, "invalidSyntax");
  },
});

quirk(9, "remove of a member that is none", async ({ admin, source }) => {
  const { group } = await groupOf(source, 2);
  const stranger = await scim.newUser(source, { userName: "stranger" });
  for (const id of [scim.idAt(stranger), "not-an-id"]) {
    const operation = { op: "remove", path: `members[value eq "${id}"]` };
    await expectUnchangedGroup({ admin, source }, group, operation);
  }
});

quirk(10, "replace of members by an empty list", async ({ admin, source }) => {
  const { group } = await groupOf(source, 3);
  const answer = await scim.patch(source, group, { op: "replace", path: "members", value: [] });
  expect(answer.status).toBe(204);
  expect(await scim.membersAt(source, group)).toEqual([]);
  expect(await scim.eventsOf(admin, group)).toEqual(["group.created", "group.updated"]);
});

quirk(11, "add of a member that is one", async ({ admin, source }) => {
  const { group, ids } = await groupOf(source, 2);
  const operation = { op: "add", path: "members", value: ids.map((value) => ({ value })) };
  await expectUnchangedGroup({ admin, source }, group, operation);
});

patchQuirk(12, "a manager that is a plain string", {
  before: {},
  operations: [{ op: "add", path: MANAGER, value: "26118915" }],
  lenient: { [scim.ENTERPRISE]: { manager: { value: "26118915" } } },
  strict: "invalidValue",
});

const managed = { [scim.ENTERPRISE]: { department: "Eng", manager: { value: "26118915" } } };
patchQuirk(13, 'a manager cleared by ""', {
  before: managed,
  operations: [{ op: "replace", path: MANAGER, value: "" }],
  lenient: ENGINEERING,
  strict: "invalidValue",
});

patchQuirk(13, "a manager cleared by null", {
  before: managed,
  operations: [{ op: "replace", path: MANAGER, value: null }],
  lenient: ENGINEERING,
});

patchQuirk(14, 'a selection by primary "True"', {
  before: { roles: [{ value: "a" }, { value: "b", primary: true }] },
  operations: [{ op: "replace", path: 'roles[primary eq "True"].value', value: "c" }],
  lenient: { roles: [{ value: "a" }, { value: "c", primary: true }] },
  strict: "invalidFilter",
});

quirk(15, "URNs and names in any letter case", async ({ source }) => {
  const urn = scim.ENTERPRISE.toUpperCase();
  const user = await scim.newUser(source, {
    [scim.ENTERPRISE]: { CostCenter: "7" },
    emails: [home],
  });
  const answer = await scim.patch(
    source,
    user,
    { op: "ADD", path: `${urn}:DEPARTMENT`, value: "Eng" },
    { op: "replace", path: 'EMAILS[TYPE EQ "home"].VALUE', value: "b@one.test" },
  );
  expect(scim.contentOf(answer)).toMatchObject({
    emails: [{ value: "b@one.test", type: "home" }],
    [scim.ENTERPRISE]: { costCenter: "7", department: "Eng" },
  });
  await expectFound(source, user, `${urn}:Department Eq "eng"`);
});

quirk(16, "the core URN in paths and filters", async ({ source }) => {
  const user = await scim.newUser(source, { name: { familyName: "A" } });
  const answer = await scim.patch(
    source,
    user,
    { op: "replace", path: `${scim.CORE}:name.familyName`, value: "B" },
    { op: "add", path: `${scim.CORE}:emails`, value: [home] },
  );
  expect(scim.contentOf(answer)).toMatchObject({ name: { familyName: "B" }, emails: [home] });
  await expectFound(
    source,
    user,
    `${scim.CORE}:name.familyName eq "b" and ${scim.CORE}:userName sw "some"`,
  );
  await expectFound(source, user, `${scim.CORE}:emails[type eq "home"]`);
});

quirk(17, "capitalised names in a POST", async ({ source }) => {
  const body = { Schemas: [scim.CORE], UserName: "a", DisplayName: "A", Active: false };
  const answer = await source.call("POST", "/Users", body);
  expect(answer.status, answer.text).toBe(201);
  expect(scim.contentOf(answer)).toEqual({ userName: "a", displayName: "A", active: false });
});

// JumpCloud and Atlassian leave it out or empty, Google adds 1.0, Entra's old groups a URL.
const LEGACY_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
const SCHEMAS: JsonObject[] = [
  {},
  { schemas: [] },
  { schemas: null },
  { schemas: ["urn:scim:schemas:core:1.0"] },
  { schemas: [scim.CORE, "urn:scim:schemas:core:1.0"] },
];
quirk(18, "schemas empty, missing and foreign", {
  async lenient({ source }) {
    for (const [i, schemas] of SCHEMAS.entries()) {
      const answer = await source.call("POST", "/Users", { ...schemas, userName: `user-${i}` });
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body["schemas"]).toEqual([scim.CORE]);
    }
    const { status, body } = await source.call("POST", "/Groups", {
      schemas: [scim.GROUP, LEGACY_GROUP],
      displayName: "G",
    });
    expect([status, body["schemas"]]).toEqual([201, [scim.GROUP]]);
    const operation = { op: "add", path: "externalId", value: "1" };
    const patched = await source.call("PATCH", `/Groups/${scim.textAt(body, "id")}`, {
      Operations: [operation],
    });
    expect(patched.status).toBe(204);
  },
  async strict({ admin, source }) {
    for (const schemas of SCHEMAS) {
      const answer = await source.call("POST", "/Users", { ...schemas, userName: "a" });
      scim.expectError(answer, 400, "invalidSyntax");
    }
    const foreign = { schemas: [scim.GROUP, LEGACY_GROUP], displayName: "G" };
    scim.expectError(await source.call("POST", "/Groups", foreign), 400, "invalidSyntax");
    const user = await scim.newUser(source);
    const bare = { Operations: [{ op: "add", path: "title", value: "T" }] };
    const answer = await scim.expectNothingHappens(admin, source, user, () =>
      source.call("PATCH", user, bare),
    );
    scim.expectError(answer, 400, "invalidSyntax");
  },
});

quirk(19, "application/json with a charset", async ({ source }) => {
  const json = { "content-type": "application/json; charset=utf-8" };
  const answer = await source.call("POST", "/Users", scim.userBody({}), json);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("content-type")).toBe("application/scim+json");
});

quirk(20, "a body of no type or of text/plain", async ({ source }) => {
  const body = new TextEncoder().encode(JSON.stringify(scim.userBody({})));
  for (const type of [{}, { "content-type": "text/plain" }]) {
    const headers = { ...scim.bearer(source), ...type };
    scim.expectError(
      await scim.send(`${source.base}/Users`, { method: "POST", headers, body }),
      415,
    );
  }
});

quirk(21, "slashes, letter case and flags in the URL", async ({ source }) => {
  const user = await scim.newUser(source);
  for (const path of [
    "/Users/",
    "//Users",
    "/users",
    "/Users?",
    "/Users?aadOptscim062020",
    "/Users/?&",
  ]) {
    const answer = await source.call("GET", path);
    expect([path, answer.status, scim.idsOf(answer)]).toEqual([path, 200, [scim.idAt(user)]]);
  }
  const one = await source.call("GET", `//users/${scim.idAt(user)}/?aadOptscim062020&x=1`);
  expect(one.body["id"]).toBe(scim.idAt(user));
});

quirk(22, "a filter that nobody satisfies", async ({ source }) => {
  await scim.newUser(source, { externalId: "1" });
  const answer = await scim.find(source, 'externalId eq "2"');
  expect([answer.status, answer.body["totalResults"], answer.body["Resources"]]).toEqual([
    200,
    0,
    [],
  ]);
});

quirk(23, "a filter on an attribute that is none", async ({ source }) => {
  for (const filter of ['color eq "red"', 'emails.color eq "red"', 'userName eq "a" or color pr']) {
    scim.expectError(await scim.find(source, filter), 400, "invalidFilter");
  }
});

quirk(24, "pages of nothing", async ({ source }) => {
  const id = scim.idAt(await scim.newUser(source));
  const page = async (query: string) => {
    const answer = await source.call("GET", `/Users?${query}`);
    const { totalResults, startIndex, itemsPerPage } = answer.body;
    return [answer.status, totalResults, startIndex, itemsPerPage, scim.idsOf(answer)];
  };
  expect(await page("count=0")).toEqual([200, 1, 1, 0, []]);
  expect(await page("startIndex=0")).toEqual([200, 1, 1, 1, [id]]);
  expect(await page("startIndex=5")).toEqual([200, 1, 5, 0, []]);
});

const jane = scim.userBody({ userName: "jane", externalId: "1" });

quirk(25, "a POST for a person who is disabled", {
  async lenient({ admin, source }) {
    const user = await scim.newUser(source, { ...jane, active: false });
    const { status, body, headers } = await source.call("POST", "/Users", jane);
    expect([status, body["id"], body["active"]]).toEqual([200, scim.idAt(user), true]);
    expect(headers.get("location")).toBe(`${source.base}${user}`);
    expect(await scim.eventsOf(admin, user)).toEqual(["user.created", "user.reactivated"]);
  },
  async strict({ admin, source }) {
    const user = await scim.newUser(source, { ...jane, active: false });
    const post = () => source.call("POST", "/Users", jane);
    scim.expectError(await scim.expectNothingHappens(admin, source, user, post), 409, "uniqueness");
  },
});

quirk(26, "a POST repeated", {
  async lenient({ admin, source }) {
    const user = await scim.newUser(source, jane);
    const post = () => source.call("POST", "/Users", jane);
    const { status, body } = await scim.expectNothingHappens(admin, source, user, post);
    expect([status, body["id"]]).toEqual([200, scim.idAt(user)]);
    expect(await scim.eventsOf(admin, user)).toEqual(["user.created"]);
  },
  async strict({ admin, source }) {
    const user = await scim.newUser(source, jane);
    const post = () => source.call("POST", "/Users", jane);
    scim.expectError(await scim.expectNothingHappens(admin, source, user, post), 409, "uniqueness");
  },
});

quirk(27, "DELETE twice", async ({ admin, source }) => {
  const {
    group,
    ids: [id = ""],
  } = await groupOf(source, 1);
  for (const path of [`/Users/${id}`, group]) {
    const { status, text } = await source.call("DELETE", path);
    expect([status, text]).toEqual([204, ""]);
    const again = () => source.call("DELETE", path);
    scim.expectError(await scim.expectNothingHappens(admin, source, path, again), 404);
  }
});

patchQuirk(28, "one bad operation of five", {
  before: { title: "T" },
  operations: [
    { op: "replace", path: "title", value: "U" },
    { op: "add", path: "emails", value: [home] },
    { op: "remove", path: "title" },
    { op: "replace", path: "color", value: "red" },
    { op: "replace", path: "active", value: false },
  ],
  lenient: "invalidPath",
});

quirk(
  29,
  "quotes, backslashes, plus signs and letters of all kinds in a filter",
  async ({ source }) => {
    for (const [i, value] of [
      'a"b',
      "a\\b",
      "a+b",
      "a%b_c",
      "Ünïcødé 漢字 😀",
      "a' OR 1=1 --",
    ].entries()) {
      const user = await scim.newUser(source, { userName: value, externalId: `${i}` });
      await expectFound(source, user, `userName eq ${JSON.stringify(value)}`);
    }
  },
);

const two = [
  { ...home, primary: true },
  { value: "b@one.test", primary: true },
];
const demoted = [
  { ...home, primary: false },
  { value: "b@one.test", primary: true },
];
quirk(30, "two primaries in a POST", {
  async lenient({ source }) {
    const answer = await source.call("POST", "/Users", scim.userBody({ emails: two }));
    expect([answer.status, answer.body["emails"]]).toEqual([201, demoted]);
  },
  async strict({ source }) {
    const answer = await source.call("POST", "/Users", scim.userBody({ emails: two }));
    scim.expectError(answer, 400, "invalidValue");
  },
});

patchQuirk(30, "two primaries in a PATCH", {
  before: {},
  operations: [{ op: "replace", path: "emails", value: two }],
  lenient: { emails: demoted },
  strict: "invalidValue",
});
