/** Where a source may act: what is outside its scope is to it as if it did not exist. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { newKey, withHeaders } from "../support/admins.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { DIRECTORY, ROOT } from "../support/directory-rows.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import {
  insertTree,
  organizationId,
  newScopes,
  putScope,
  scopeOf,
  targetOf,
} from "../support/trees.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

async function sourceNames(admin: Admin): Promise<string[]> {
  const { body } = await admin("GET", "/data-sources");
  return scim.objectsIn(body["data"]).map((one) => scim.textAt(one, "name"));
}

async function userIds(source: Source, query = ""): Promise<string[]> {
  const list = await source.call("GET", `/Users${query}`);
  expect(list.body["totalResults"], list.text).toBe(scim.idsOf(list).length);
  return scim.idsOf(list).sort();
}

describe("a scope", () => {
  it("A9 is replaced as a whole and read back", async () => {
    const { admin, seller, eastern, europe, sales, asia } = await newScopes();
    const group = scim.idAt(await scim.newGroup(eastern, "Pilots"));
    const scope = {
      organizationIds: [asia, europe].sort(),
      groupIds: [group],
      targetOrganizationId: sales,
    };
    const put = await putScope(admin, seller, scope);
    expect([put.status, put.body, put.headers.get("etag")]).toEqual([200, scope, 'W/"2"']);
    expect((await scopeOf(admin, seller)).body).toEqual(scope);
    const less = await putScope(admin, seller, { organizationIds: [europe, europe] });
    const expected = { organizationIds: [europe], groupIds: [], targetOrganizationId: sales };
    expect(less.body).toEqual(expected);
    const read = await scopeOf(admin, seller);
    expect([read.body, read.headers.get("etag")]).toEqual([expected, 'W/"3"']);
    const { body } = await admin("GET", `/events?resource=${seller.id}&type=source.scope_changed`);
    expect(scim.objectsIn(body["data"]).map(({ changes }) => changes)).toEqual([
      { attributes: [], added: [], removed: [asia, group] },
      { attributes: [], added: [asia, europe].sort().concat(group), removed: [sales] },
    ]);
    expect(await violations()).toEqual([]);
  });

  it("A9 that is the same again is nothing", async () => {
    const { admin, seller, sales } = await newScopes();
    const before = await steadyDump();
    const again = await putScope(admin, seller, { organizationIds: [sales, sales] });
    expect([again.status, again.headers.get("etag")]).toEqual([200, 'W/"1"']);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("A9 is of the version that was read", async () => {
    const { admin, seller, europe, asia } = await newScopes();
    const path = `/data-sources/${seller.id}/scope`;
    const body = { organizationIds: [europe], groupIds: [] };
    expect((await admin("PUT", path, body)).status).toBe(200);
    const { secret } = await newKey("owner");
    const owner = withHeaders({ authorization: `Bearer ${secret}`, "if-match": 'W/"1"' });
    const stale = await owner("PUT", path, { organizationIds: [europe, asia], groupIds: [] });
    expect([stale.status, stale.body["code"]]).toEqual([412, "precondition_failed"]);
    expect((await scopeOf(admin, seller)).body["organizationIds"]).toEqual([europe]);
  });

  it("A10 that names what the directory has not is refused, each by a pointer", async () => {
    const { admin, seller, eastern, sales } = await newScopes();
    const [foreign, gone] = [organizationId(60), organizationId(61)];
    const { body: acme } = await admin("POST", "/directories", { name: "Acme" });
    const parentId = scim.textAt(acme, "rootOrganizationId");
    await insertTree([
      { id: foreign, directoryId: scim.textAt(acme, "id"), parentId },
      { id: gone },
    ]);
    await env.DB.prepare("UPDATE organizations SET deleted_at = 1 WHERE id = ?").bind(gone).run();
    const group = scim.idAt(await scim.newGroup(eastern, "Pilots"));
    const deleted = await scim.newGroup(eastern, "Old");
    await eastern.call("DELETE", deleted);
    const before = await steadyDump();
    const put = async (body: Parameters<typeof putScope>[2]) => {
      const { status, body: problem } = await putScope(admin, seller, body);
      const pointers = scim.objectsIn(problem["errors"]).map(({ pointer }) => pointer);
      return [status, problem["code"], pointers];
    };
    for (const id of ["nobody", foreign, gone]) {
      expect(await put({ organizationIds: [sales, id] })).toEqual([
        400,
        "organization_unknown",
        ["/organizationIds/1"],
      ]);
    }
    for (const id of ["nobody", sales, scim.idAt(deleted)]) {
      expect(await put({ organizationIds: [sales], groupIds: [group, id] })).toEqual([
        400,
        "group_unknown",
        ["/groupIds/1"],
      ]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
    const body = { name: "x", mode: "push", profile: "okta" };
    const scope = { organizationIds: [sales], groupIds: ["nobody"] };
    const made = await admin("POST", "/data-sources", { ...body, scope });
    const [fault] = scim.objectsIn(made.body["errors"]);
    expect([made.status, fault?.["pointer"]]).toEqual([400, "/scope/groupIds/0"]);
    expect(await violations()).toEqual([]);
    expect(await sourceNames(admin)).not.toContain("x");
  });

  it("A11 covers what is below its organizations", async () => {
    const { admin, seller, eastern, europe, asia } = await newScopes();
    const person = scim.idAt(await scim.newUser(seller, { userName: "ann" }));
    expect(await userIds(eastern)).toEqual([]);
    await putScope(admin, eastern, { organizationIds: [asia, europe] });
    expect(await userIds(eastern)).toEqual([person]);
    await putScope(admin, eastern, { organizationIds: [ROOT] });
    expect(await userIds(eastern)).toEqual([person]);
    await putScope(admin, eastern, { organizationIds: [asia] });
    expect(await userIds(eastern)).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("A12 is all that reads answer with; what is outside is 404", async () => {
    const { admin, seller, eastern, asia } = await newScopes();
    const hidden = await scim.newUser(eastern, { userName: "ann" });
    const pilots = await scim.newGroup(eastern, "Pilots", [scim.idAt(hidden)]);
    const own = scim.idAt(await scim.newUser(seller, { userName: "own" }));
    await putScope(admin, seller, { organizationIds: [await targetOf(admin, seller)] });
    expect(await userIds(seller)).toEqual([own]);
    expect(await userIds(seller, '?filter=userName eq "ann"')).toEqual([]);
    expect(await userIds(seller, `?filter=id eq "${scim.idAt(hidden)}"`)).toEqual([]);
    const groups = await seller.call("GET", "/Groups");
    expect([groups.body["totalResults"], scim.idsOf(groups)]).toEqual([0, []]);
    const change = scim.patchBody({ op: "replace", path: "displayName", value: "x" });
    for (const path of [hidden, pilots]) {
      for (const [method, body] of [
        ["GET", undefined],
        ["PATCH", change],
        ["DELETE", undefined],
      ] as const) {
        scim.expectError(await seller.call(method, path, body), 404);
      }
    }
    expect((await eastern.call("GET", hidden)).status).toBe(200);
    expect(await targetOf(admin, eastern)).toBe(asia);
  });

  it("A14 begins with an organization of the source's own", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const own = await targetOf(admin, source);
    const scope = { organizationIds: [own], groupIds: [], targetOrganizationId: own };
    expect((await scopeOf(admin, source)).body).toEqual(scope);
    const { body } = await admin("GET", `/data-sources/${source.id}/target/check`);
    expect([body["inScope"], body["path"]]).toEqual([true, [DIRECTORY, body["organizationName"]]]);
  });

  it("A14 that is set empty refuses writes and shows nothing", async () => {
    const { admin, seller, sales } = await newScopes();
    const user = await scim.newUser(seller, { userName: "ann" });
    const group = await scim.newGroup(seller, "Staff", [scim.idAt(user)]);
    const empty = await putScope(admin, seller, { organizationIds: [] });
    expect([empty.status, empty.body["organizationIds"]]).toEqual([200, []]);
    for (const collection of ["/Users", "/Groups"]) {
      for (const query of ["", "?filter=id pr", "?sortBy=id", "?cursor="]) {
        const list = await seller.call("GET", collection + query);
        expect([query, list.status, list.body["totalResults"], scim.idsOf(list)]).toEqual([
          query,
          200,
          0,
          [],
        ]);
      }
    }
    for (const path of [user, group]) scim.expectError(await seller.call("GET", path), 404);
    const before = await steadyDump();
    const writes: [string, string, JsonObject?][] = [
      ["POST", "/Users", scim.userBody({ userName: "bea" })],
      ["PATCH", user, scim.patchBody({ op: "replace", path: "active", value: false })],
      ["DELETE", user],
      ["POST", "/Groups", scim.groupBody("More")],
      ["DELETE", group],
    ];
    for (const [method, path, body] of writes) {
      const answer = await seller.call(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(answer.body["detail"]).toMatch(/scope .* empty/);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
    await putScope(admin, seller, { organizationIds: [sales] });
    expect((await seller.call("GET", user)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("A15 that shrinks hides people, and neither deletes nor disables them", async () => {
    const { admin, seller, sales, asia } = await newScopes();
    const user = await scim.newUser(seller, { userName: "ann" });
    await putScope(admin, seller, { organizationIds: [asia], targetOrganizationId: asia });
    scim.expectError(await seller.call("GET", user), 404);
    const { body } = await admin("GET", `/users/${scim.idAt(user)}`);
    expect(body).toMatchObject({ active: true, sourceId: seller.id, organizationId: sales });
    const again = await seller.call("POST", "/Users", scim.userBody({ userName: "ann" }));
    scim.expectError(again, 409, "uniqueness");
    await putScope(admin, seller, { organizationIds: [asia, sales] });
    expect((await seller.call("GET", user)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("goes with its source, which leaves no row of it", async () => {
    const { admin, seller, eastern, sales } = await newScopes();
    const group = scim.idAt(await scim.newGroup(eastern, "Pilots"));
    await putScope(admin, seller, { organizationIds: [sales], groupIds: [group] });
    const { body } = await admin("POST", `/data-sources/${seller.id}/disable`);
    const confirm = encodeURIComponent(scim.textAt(body, "name"));
    expect((await admin("DELETE", `/data-sources/${seller.id}?confirm=${confirm}`)).status).toBe(
      204,
    );
    for (const table of ["scope_organizations", "scope_groups", "visible_orgs"]) {
      const sql = `SELECT count(*) AS n FROM ${table} WHERE source_id = ?`;
      expect(await env.DB.prepare(sql).bind(seller.id).first("n")).toBe(0);
    }
  });
});
