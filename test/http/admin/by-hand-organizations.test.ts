/** Organizations by hand: the tree browsed and searched, made, moved, deleted and brought back. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { newSource, type Answer } from "../../support/client.ts";
import { faults, resetFaults } from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { newUser, objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

let admin: Call;
let root: string;

beforeEach(async () => {
  admin = await adminOf("owner");
  root = textAt((await admin("GET", "/directories/default")).body, "rootOrganizationId");
});

async function made(displayName: string, more: JsonObject = {}): Promise<string> {
  const answer = await admin("POST", "/organizations", { displayName, ...more });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

async function user(userName: string, organizationId: string, more: JsonObject = {}) {
  const answer = await admin("POST", "/users", { userName, organizationId, ...more });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

function said({ status, body }: Answer): [number, unknown] {
  return [status, body["code"]];
}

const namesIn = ({ body }: Answer) =>
  objectsIn(body["data"]).map((one) => textAt(one, "displayName"));

/** All pages of a list, two at a time. */
async function walk(path: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor = ""; ;) {
    const answer = await admin("GET", `${path}&limit=2${cursor}`);
    names.push(...namesIn(answer));
    const { nextCursor } = answer.body;
    if (typeof nextCursor !== "string") return names;
    cursor = `&cursor=${nextCursor}`;
  }
}

describe("the tree", () => {
  it("is browsed level by level: by order, then by name", async () => {
    const top = await made("Top");
    for (const [name, order] of [
      ["b", 2],
      ["A", 2],
      ["z", 1],
      ["m", -1],
    ] as const) {
      await made(name, { parentId: top, order });
    }
    for (const name of ["Ä", "c"]) await made(name, { parentId: top });
    expect(await walk(`/organizations?parentId=${top}`)).toEqual(["m", "z", "A", "b", "c", "Ä"]);
    const tops = await admin("GET", "/organizations");
    expect(tops.body["nextCursor"]).toBe(null);
    expect(objectsIn(tops.body["data"])).toMatchObject([
      { id: root, parentId: null, hasChildren: true },
    ]);
    expect(said(await admin("GET", "/organizations?parentId=nope"))).toEqual([404, "not_found"]);
    expect(said(await admin("GET", "/organizations/nope"))).toEqual([404, "not_found"]);
  });

  it("counts who is in an organization, and below it", async () => {
    const top = await made("Top");
    const below = await made("Below", { parentId: top });
    await user("ada", top);
    const bob = await user("bob", below);
    await user("cy", below);
    await admin("DELETE", `/users/${bob}`);
    const list = await admin("GET", `/organizations?parentId=${root}`);
    const found = objectsIn(list.body["data"]).find((one) => one["id"] === top);
    expect(found).toMatchObject({ userCount: 1, hasChildren: true });
    expect((await admin("GET", `/organizations/${top}`)).body).toMatchObject({
      userCount: 1,
      userCountWithDescendants: 2,
      path: [{ id: root }, { id: top, displayName: "Top" }],
    });
    expect((await admin("GET", `/organizations/${below}`)).body).toMatchObject({
      hasChildren: false,
      userCountWithDescendants: 1,
    });
  });

  it("is searched by name and code, with the whole path", async () => {
    const top = await made("Group 销售", { code: "S-1" });
    await made("Inner sales", { parentId: top });
    await made("Sales", { parentId: top, code: "other" });
    await made("Elsewhere", { code: "xSALESx" });
    expect(await walk("/organizations?q=sAlEs")).toEqual(["Elsewhere", "Inner sales", "Sales"]);
    const { body } = await admin("GET", "/organizations?q=inner");
    const [found = {}] = objectsIn(body["data"]);
    expect(objectsIn(found["path"]).map((one) => one["displayName"])).toEqual([
      "default",
      "Group 销售",
      "Inner sales",
    ]);
    expect(namesIn(await admin("GET", "/organizations?q=%E9%94%80"))).toEqual(["Group 销售"]);
    expect(namesIn(await admin("GET", "/organizations?q=100%25"))).toEqual([]);
  });

  it("reads three rows for each child shown, wherever the page begins", async () => {
    const top = await made("Top");
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
      INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key, depth,
        version, created_at, updated_at)
      SELECT 'org ' || i, 'default', ?1, printf('n%05d', i), printf('n%05d', i), 2, 1, 0, 0 FROM n`,
    )
      .bind(top)
      .run();
    const path = `/organizations?parentId=${top}&limit=100`;
    let { body } = await admin("GET", path);
    for (let page = 0; page < 3; page++) {
      resetFaults();
      ({ body } = await admin("GET", `${path}&cursor=${textAt(body, "nextCursor")}`));
      expect(objectsIn(body["data"])).toHaveLength(100);
      expect(faults.calls.worker).toBeLessThanOrEqual(2);
      expect(faults.rows.read).toBeLessThanOrEqual(3 * 101 + 20);
    }
  });
});

describe("an organization made by hand", () => {
  it("stands below the root or the parent named, and is seen by who sees that", async () => {
    const source = await newSource(admin, "okta");
    const target = textAt(
      (await admin("GET", `/data-sources/${source.id}`)).body,
      "targetOrganizationId",
    );
    const answer = await admin("POST", "/organizations", {
      displayName: "Sales",
      code: "S",
      order: 3,
      externalId: "x",
      parentId: target,
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      sourceId: null,
      parentId: target,
      code: "S",
      order: 3,
      externalId: "x",
      version: 1,
    });
    const read = await admin("GET", `/organizations/${idOf(answer)}`);
    expect(read.body).toMatchObject(answer.body);
    const seen = await source.call("GET", `/Organizations/${idOf(answer)}`);
    expect(seen.status).toBe(200);
    const renamed = await source.call("DELETE", `/Organizations/${idOf(answer)}`);
    expect(renamed.status).toBe(403);
    expect((await admin("GET", `/organizations/${await made("Top")}`)).body["parentId"]).toBe(root);
    expect(await violations()).toEqual([]);
  });

  it("is refused for what can't be, and nothing is changed", async () => {
    const top = await made("Top", { code: "T" });
    const below = await made("Below", { parentId: top });
    const nowhere = "019a0000-0000-7000-8000-00000000000f";
    const before = await steadyDump();
    for (const [method, path, body, expected] of [
      ["POST", "/organizations", { displayName: "TOP" }, [409, "uniqueness"]],
      ["POST", "/organizations", { displayName: "New", code: "t" }, [409, "uniqueness"]],
      [
        "POST",
        "/organizations",
        { displayName: "New", parentId: nowhere },
        [400, "organization_unknown"],
      ],
      ["PATCH", `/organizations/${below}`, { code: "T" }, [409, "uniqueness"]],
      ["PATCH", `/organizations/${top}`, { parentId: below }, [400, "organization_cycle"]],
      ["PATCH", `/organizations/${top}`, { parentId: top }, [400, "organization_cycle"]],
      ["PATCH", `/organizations/${root}`, { parentId: top }, [400, "organization_cycle"]],
      ["PATCH", `/organizations/${nowhere}`, { code: "x" }, [404, "not_found"]],
      ["DELETE", `/organizations/${top}`, undefined, [409, "organization_not_empty"]],
      ["DELETE", `/organizations/${root}`, undefined, [409, "organization_in_use"]],
      ["DELETE", `/organizations/${nowhere}`, undefined, [404, "not_found"]],
      ["POST", `/organizations/${nowhere}/restore`, undefined, [404, "not_found"]],
    ] as const) {
      const answer = await admin(method, path, body);
      expect([method, path, ...said(answer)], answer.text).toEqual([method, path, ...expected]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("is moved with all below it, renamed and reordered", async () => {
    const [here, there] = [await made("Here"), await made("There")];
    const team = await made("Team", { parentId: here, order: 1 });
    const inner = await made("Inner", { parentId: team });
    const moved = await admin("PATCH", `/organizations/${team}`, {
      parentId: there,
      displayName: "Crew",
      order: null,
      code: "C",
    });
    expect(moved.body, moved.text).toMatchObject({
      parentId: there,
      displayName: "Crew",
      order: null,
      code: "C",
      version: 2,
    });
    const { body } = await admin("GET", `/organizations/${inner}`);
    expect(objectsIn(body["path"]).map((one) => one["displayName"])).toEqual([
      "default",
      "There",
      "Crew",
      "Inner",
    ]);
    expect(await violations()).toEqual([]);
  });
});

describe("deleting an organization", () => {
  it("takes an empty one; its people can be moved in the same step", async () => {
    const [old, next] = [await made("Old"), await made("Next")];
    const ada = await user("ada", old);
    const bob = await user("bob", next, { furtherOrganizationIds: [old] });
    const cy = await user("cy", root, { furtherOrganizationIds: [old, next] });
    expect(said(await admin("DELETE", `/organizations/${old}`))).toEqual([
      409,
      "organization_not_empty",
    ]);
    const self = await admin("DELETE", `/organizations/${old}?moveUsersTo=${old}`);
    expect(self.status).toBe(400);
    const done = await admin("DELETE", `/organizations/${old}?moveUsersTo=${next}`);
    expect(done.status, done.text).toBe(204);
    const placeOf = async (id: string) => {
      const { body } = await admin("GET", `/users/${id}`);
      return [body["organizationId"], body["furtherOrganizationIds"], body["version"]];
    };
    expect(await placeOf(ada)).toEqual([next, [], 2]);
    expect(await placeOf(bob)).toEqual([next, [], 2]);
    expect(await placeOf(cy)).toEqual([root, [next], 2]);
    expect((await admin("GET", `/organizations/${old}`)).status).toBe(404);
    expect(await violations()).toEqual([]);
  });

  it("moves five hundred people, and not one more", { timeout: 60_000 }, async () => {
    const [old, next] = [await made("Old"), await made("Next")];
    const source = await newSource(admin, "okta", {
      scope: { organizationIds: [old, next] },
      targetOrganizationId: next,
    });
    const add = async (from: number, to: number) => {
      const operations = Array.from({ length: to - from }, (_, i) => ({
        method: "POST",
        path: "/Users",
        bulkId: `b${i}`,
        data: {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
          userName: `user ${from + i}`,
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { organizationId: old },
        },
      }));
      const answer = await source.call("POST", "/Bulk", {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        Operations: operations,
      });
      expect(answer.status, answer.text.slice(0, 500)).toBe(200);
    };
    for (let from = 0; from < 501; from += 100) await add(from, Math.min(from + 100, 501));
    const path = `/organizations/${old}?moveUsersTo=${next}`;
    await admin("PUT", `/data-sources/${source.id}/scope`, {
      organizationIds: [next],
      groupIds: [],
      targetOrganizationId: next,
    });
    await admin("POST", `/data-sources/${source.id}/disable`);
    const before = await steadyDump();
    expect(said(await admin("DELETE", path))).toEqual([409, "organization_not_empty"]);
    expect(differences(before, await steadyDump())).toEqual([]);
    const { body } = await admin(
      "GET",
      `/users?filter=${encodeURIComponent('userName eq "user 7"')}`,
    );
    const [one = {}] = objectsIn(body["data"]);
    expect((await admin("DELETE", `/users/${textAt(one, "id")}`)).status).toBe(204);
    const done = await admin("DELETE", path);
    expect(done.status, done.text).toBe(204);
    expect((await admin("GET", `/organizations/${next}`)).body["userCount"]).toBe(500);
    expect(await violations()).toEqual([]);
  });

  it("is undone where its parent is still there and its name free", async () => {
    const top = await made("Top");
    const id = await made("Team", { parentId: top, code: "T" });
    await admin("DELETE", `/organizations/${id}`);
    const other = await made("team", { parentId: top });
    const path = `/organizations/${id}/restore`;
    expect(said(await admin("POST", path))).toEqual([409, "uniqueness"]);
    await admin("DELETE", `/organizations/${other}`);
    const coded = await made("Other", { code: "t" });
    expect(said(await admin("POST", path))).toEqual([409, "uniqueness"]);
    await admin("DELETE", `/organizations/${coded}`);
    await admin("DELETE", `/organizations/${top}`);
    expect(said(await admin("POST", path))).toEqual([409, "conflict"]);
    await admin("POST", `/organizations/${top}/restore`);
    // Where it stood may be somewhere else by now.
    await admin("PATCH", `/organizations/${top}`, { parentId: await made("Above") });
    const source = await newSource(admin, "okta", { scope: { organizationIds: [top] } });
    const back = await admin("POST", path);
    expect(back.body, back.text).toMatchObject({ id, parentId: top, code: "T", version: 3 });
    expect((await source.call("GET", `/Organizations/${id}`)).status).toBe(200);
    expect((await newUser(source)).startsWith("/Users/")).toBe(true);
    expect(await violations()).toEqual([]);
  });
});
