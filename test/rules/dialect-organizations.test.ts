/** The second dialect's organizations and lists, with their exact answers: A107 to A111. */
import { describe, expect, it } from "vitest";
import { isObject } from "../../src/scim/json.ts";
import { ask, dialectSource, list, newOrganization, newUser, namesIn } from "../support/dialect.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { idAt, newGroup, ORGANIZATION, textAt } from "../support/scim.ts";
import { targetOf } from "../support/tree.ts";

keepQuiet();

const EAST = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0800$/;

describe("Organizations", () => {
  it("A111 are created, shown with their parent, changed and deleted", async () => {
    const one = await dialectSource();
    const above = await ask(one, "POST", "/Organizations", {
      displayName: "Company",
      code: "C",
      createDate: "2010-01-23T04:56:22Z",
    });
    expect(above.status, above.text).toBe(201);
    const parent = textAt(above.body, "id");
    expect(above.body).toEqual({ errcode: 0, errmsg: "created", id: parent });
    const path = await newOrganization(one, { displayName: "Lab", code: "L", order: 123, parent });
    const { status, body } = await ask(one, "GET", path);
    expect([status, body]).toEqual([
      200,
      {
        schemas: [ORGANIZATION],
        id: idAt(path),
        displayName: "Lab",
        code: "L",
        order: 123,
        parent,
        parentCode: "C",
        parentName: "Company",
        meta: {
          resourceType: "Organization",
          created: expect.stringMatching(EAST),
          lastModified: expect.stringMatching(EAST),
          version: "1",
        },
      },
    ]);
    const put = await ask(one, "PUT", path, { displayName: "Labs", lastModifiedDate: "x" });
    expect([put.status, put.body]).toEqual([200, { errcode: 0, errmsg: "updated" }]);
    expect((await ask(one, "GET", path)).body).toMatchObject({ displayName: "Labs", code: "L" });
    const again = await ask(one, "POST", "/Organizations", { displayName: "Labs", parent });
    expect([again.status, again.body]).toEqual([
      200,
      { errcode: 0, errmsg: "updated", id: idAt(path) },
    ]);
    const full = await ask(one, "DELETE", `/Organizations/${parent}`);
    expect([full.status, full.body["errcode"]]).toEqual([409, 40903]);
    const gone = await ask(one, "DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    const { body: missing } = await ask(one, "DELETE", path);
    expect(missing).toEqual({ errcode: 40401, errmsg: "not exist" });
    expect(await violations()).toEqual([]);
  });

  it("A111 without a parent stand below the source's target", async () => {
    const one = await dialectSource();
    const { body } = await ask(one, "GET", await newOrganization(one));
    expect(body["parent"]).toBe(await targetOf(one));
    expect(body["parentName"]).toMatch(/^standard/);
  });
});

describe("lists", () => {
  it("A110 A111 have ten where nothing is said, and the documented form", async () => {
    const one = await dialectSource();
    for (let i = 0; i < 12; i++) {
      await newUser(one, { userName: `u${i}`, displayName: `U${i}` });
      await newOrganization(one, { displayName: `O${i}` });
    }
    const { status, body } = await list(one, "/Users");
    expect([status, { ...body, Resources: [] }]).toEqual([
      200,
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        totalResults: 12,
        itemsPerPage: 10,
        startIndex: "1",
        Resources: [],
      },
    ]);
    const newest = Array.from({ length: 12 }, (_, i) => `U${11 - i}`);
    expect(namesIn(await list(one, "/Users"))).toEqual(newest.slice(0, 10));
    const second = await list(one, "/Users", { startIndex: "11", count: "10" });
    expect(namesIn(second)).toEqual(newest.slice(10));
    expect(second.body).toMatchObject({ totalResults: 12, itemsPerPage: 10, startIndex: "11" });
    const all = await list(one, "/Users", { count: "-1" });
    expect(namesIn(all)).toEqual(newest);
    expect(all.body).toMatchObject({ totalResults: 12, itemsPerPage: 12, startIndex: "1" });
    expect(namesIn(await list(one, "/Users", { startIndex: "4", count: "3" }))).toEqual(
      newest.slice(3, 6),
    );
    const none = await list(one, "/Users", { count: "0" });
    expect([none.body["totalResults"], namesIn(none)]).toEqual([12, []]);
    const beyond = await list(one, "/Users", { count: "-1", startIndex: "50" });
    expect([beyond.body["totalResults"], namesIn(beyond)]).toEqual([12, []]);
    const rest = await list(one, "/Users", { count: "-1", startIndex: "11" });
    expect([rest.body["totalResults"], namesIn(rest)]).toEqual([12, newest.slice(10)]);
    const organizations = await list(one, "/Organizations", { count: "-1" });
    expect(organizations.body["totalResults"]).toBe(13);
    expect(namesIn(organizations).sort()).toContain("O11");
    expect(namesIn(await list(one, "/Organizations"))).toHaveLength(10);
  });

  it.each([
    ["count=-2", 40002],
    ["count=ten", 40002],
    ["count=10001", 40004],
    ["startIndex=x", 40002],
    ["startIndex=200002", 40004],
    [`filter=${encodeURIComponent('displayName eq "a"')}`, 40003],
    [`filter=${encodeURIComponent('userName co "a"')}`, 40003],
    [`filter=${encodeURIComponent('userName eq "a" and active eq true')}`, 40003],
    [`filter=${encodeURIComponent("userName eq 1")}`, 40003],
    [`filter=${encodeURIComponent('lastModified eq "2011-05-13T04:42:34Z"')}`, 40003],
    [`filter=${encodeURIComponent('lastModified gt "yesterday"')}`, 40003],
    ["filter=(", 40003],
  ])("A110 refuse %s", async (query, errcode) => {
    const { status, body } = await ask(await dialectSource(), "GET", `/Users?${query}`);
    expect([status, body]).toEqual([400, { errcode, errmsg: expect.stringMatching(/./) }]);
  });

  it("A110 find users by each documented condition", async () => {
    const one = await dialectSource();
    const sales = idAt(await newOrganization(one, { displayName: "Sales" }));
    const lab = idAt(await newOrganization(one, { displayName: "Lab" }));
    const group = idAt(await newGroup(one, "Everyone"));
    await newUser(one, {
      userName: "Ann",
      displayName: "A",
      organization: [sales, lab],
      group: [group],
      emails: [{ value: "ann@one.test" }],
      phoneNumbers: [{ value: "+86-13800000000" }],
    });
    await newUser(one, { userName: "bob", displayName: "B", organization: [lab] });
    const found = async (filter: string) => namesIn(await list(one, "/Users", { filter }));
    expect(await found('userName eq "ann"')).toEqual(["A"]);
    expect(await found('emails eq "ANN@one.test"')).toEqual(["A"]);
    for (const number of ["+86-13800000000", "+8613800000000", "13800000000"]) {
      expect([number, await found(`phoneNumbers eq "${number}"`)]).toEqual([number, ["A"]]);
    }
    expect(await found(`organization eq "${sales}"`)).toEqual(["A"]);
    expect(await found(`organization eq "${lab}"`)).toEqual(["B", "A"]);
    expect(await found('organization eq "nobody"')).toEqual([]);
    expect(await found(`group eq "${group}"`)).toEqual(["A"]);
    expect(await found('lastModified gt "2011-05-13T04:42:34Z"')).toEqual(["B", "A"]);
    expect(await found('lastModified gt "2100-05-13T04:42:34+0800"')).toEqual([]);
    expect(await found('lastModified lt "2100-05-13T04:42:34+0800"')).toEqual(["B", "A"]);
    const page = await list(one, "/Users", {
      filter: 'lastModified gt "2011-05-13T04:42:34Z"',
      startIndex: "2",
      count: "1",
    });
    expect([page.body["totalResults"], namesIn(page)]).toEqual([2, ["A"]]);
  });

  it("A111 find organizations by each documented condition", async () => {
    const one = await dialectSource();
    const top = idAt(await newOrganization(one, { displayName: "Top", code: "T-1" }));
    await newOrganization(one, { displayName: "Below", parent: top });
    const found = async (filter: string) => namesIn(await list(one, "/Organizations", { filter }));
    expect(await found('displayName eq "top"')).toEqual(["Top"]);
    expect(await found('code eq "t-1"')).toEqual(["Top"]);
    expect(await found(`parent eq "${top}"`)).toEqual(["Below"]);
    expect(await found('lastModified gt "2011-05-13T04:42:34Z"')).toHaveLength(3);
    expect(await found('lastModified lt "2011-05-13T04:42:34Z"')).toEqual([]);
    const answer = await list(one, "/Organizations", { filter: 'userName eq "a"' });
    expect([answer.status, answer.body["errcode"]]).toEqual([400, 40003]);
    const { body } = await list(one, "/Organizations", { filter: `parent eq "${top}"` });
    const [first] = Array.isArray(body["Resources"]) ? body["Resources"] : [];
    expect(isObject(first) && [first["parentName"], first["parentCode"]]).toEqual(["Top", "T-1"]);
  });
});
