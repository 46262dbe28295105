/** What ends with a source or an organization: all that hung on it, and nothing else. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { adminOf, withHeaders, type Call } from "../support/admins.ts";
import { idOf } from "../support/answer.ts";
import { anyone } from "../support/callers.ts";
import { newSource, type Answer, type Source } from "../support/client.ts";
import { accessTokenOf, newClient, post } from "../support/clients.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import * as scim from "../support/scim.ts";
import { expectRefusal, newOrganization } from "../support/tree.ts";
import { putScope, scopeOf, targetOf } from "../support/trees.ts";

keepQuiet();

let admin: Call;
/** Makes the organizations that others are given. */
let host: Source;
let guest: Source;

beforeEach(async () => {
  admin = await adminOf("owner");
  host = await newSource(admin, "okta");
  guest = await newSource(admin, "okta");
});

async function applicationOf(organizationIds: string[]): Promise<{ id: string; ask: Call }> {
  const made = await admin("POST", "/application-keys", { name: "Wiki", organizationIds });
  const secret = scim.textAt(made.body, "secret");
  return { id: idOf(made), ask: withHeaders({ authorization: `Bearer ${secret}` }) };
}

async function end({ id }: Source): Promise<void> {
  const { body } = await admin("POST", `/data-sources/${id}/disable`);
  const confirm = encodeURIComponent(scim.textAt(body, "name"));
  const { status, text } = await admin("DELETE", `/data-sources/${id}?confirm=${confirm}`);
  expect(status, text).toBe(204);
}

async function tablesOf(id: string): Promise<string[]> {
  const tables = Object.entries(await dump());
  return tables.flatMap(([table, rows]) =>
    rows.some((row: JsonObject) => row["source_id"] === id) ? [table] : [],
  );
}

async function events(query: string): Promise<JsonObject[]> {
  return scim.objectsIn((await admin("GET", `/events?${query}`)).body["data"]);
}

describe("a source that is deleted", () => {
  it("leaves its people, what it did and what was refused, and nothing else", async () => {
    const group = scim.idAt(await scim.newGroup(host, "Pilots"));
    const own = await targetOf(admin, guest);
    await putScope(admin, guest, { organizationIds: [own], groupIds: [group] });
    const client = await newClient(admin, guest);
    const token = await accessTokenOf(client);
    const ann = await scim.newUser(guest, { userName: "ann" });
    await guest.call("DELETE", "/Users/nobody");
    await guest.call("GET", "/Users", undefined, anyone({ authorization: "Bearer x" }));
    const stub = env.SOURCE.getByName(guest.id);
    const note = async () => {
      await stub.noteUse({ counts: [{ hour: 0, route: "GET /Users", status: 2, count: 1 }] });
      await stub.noteObserved([["urn:x:y", 1, 0]]);
      await runDurableObjectAlarm(stub);
    };
    await note();
    await admin("GET", `/data-sources/${guest.id}/connection-check`);
    const before = await tablesOf(guest.id);
    expect(before).toEqual(
      expect.arrayContaining([
        "tokens",
        "scope_groups",
        "scope_organizations",
        "visible_orgs",
        "observed_attributes",
        "source_activity",
        "request_counts",
        "refusals",
      ]),
    );

    await end(guest);
    await note();
    expect(await tablesOf(guest.id)).toEqual(["events", "refusals", "users"]);
    expect((await post(client)).status).toBe(401);
    const authorization = anyone({ authorization: `Bearer ${token}` });
    const gone = await guest.call("GET", "/Users", undefined, authorization);
    expect(gone.status, gone.text).toBe(401);
    const { body } = await admin("GET", `/users/${scim.idAt(ann)}`);
    expect(body).toMatchObject({ userName: "ann", sourceId: null });
    expect(await violations()).toEqual([]);
  });
});

describe("an organization", () => {
  const remove = (path: string): Promise<Answer> => host.call("DELETE", path);

  it("that is a source's target, or all that is in its scope, stays", async () => {
    const sales = await newOrganization(host);
    const id = scim.idAt(sales);
    const own = await targetOf(admin, guest);
    await putScope(admin, guest, { organizationIds: [own, id], targetOrganizationId: id });
    expectRefusal(await remove(sales), 409, /target of a data source/);
    await putScope(admin, guest, { organizationIds: [id] });
    expectRefusal(await remove(sales), 409, /target of a data source/);
    await putScope(admin, guest, { organizationIds: [own], targetOrganizationId: own });
    expect((await remove(sales)).status).toBe(204);
    expect(await violations()).toEqual([]);
  });

  it("that is one of a scope leaves it, which is a version and an event of that source", async () => {
    const sales = await newOrganization(host);
    const [id, own] = [scim.idAt(sales), await targetOf(admin, guest)];
    await putScope(admin, guest, { organizationIds: [own, id] });
    const before = await scopeOf(admin, guest);
    expect((await remove(sales)).status).toBe(204);
    const after = await scopeOf(admin, guest);
    expect(after.body["organizationIds"]).toEqual([own]);
    expect([before, after].map(({ headers }) => headers.get("etag"))).toEqual(['W/"2"', 'W/"3"']);
    expect((await events(`source=${guest.id}&limit=1`))[0]).toMatchObject({
      type: "source.updated",
      resourceId: guest.id,
      changes: { attributes: ["scope"], organizations: [id] },
    });
    expect((await scim.newUser(guest, { userName: "ann" })).startsWith("/Users/")).toBe(true);
    expect(await violations()).toEqual([]);
  });

  it("that is the target stays, while the other one of the scope goes at the same time", async () => {
    const [sales, east] = [
      await newOrganization(host),
      await newOrganization(host, { displayName: "East" }),
    ];
    const ids = [scim.idAt(sales), scim.idAt(east)];
    await putScope(admin, guest, { organizationIds: ids, targetOrganizationId: ids[0] ?? "" });
    const answers = await Promise.all([remove(sales), remove(east)]);
    expect(answers.map(({ status }) => status)).toEqual([409, 204]);
    expect((await scopeOf(admin, guest)).body["organizationIds"]).toEqual([ids[0]]);
  });

  it("was all that an application was given: it then sees nothing", async () => {
    await scim.newUser(host, { userName: "ann" });
    await scim.newGroup(host, "Pilots");
    const sales = await newOrganization(host);
    const { id, ask } = await applicationOf([scim.idAt(sales)]);
    const own = await targetOf(admin, host);
    const wider = await applicationOf([scim.idAt(sales), own]);
    const before = await admin("GET", `/application-keys/${id}`);
    expect((await remove(sales)).status).toBe(204);
    const after = await admin("GET", `/application-keys/${id}`);
    expect(after.body["organizationIds"]).toEqual([]);
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
    for (const path of ["/users", "/groups"]) {
      expect((await ask("GET", path)).body["data"]).toEqual([]);
    }
    const feed = await ask("GET", "/changes?include=resource");
    expect([feed.status, feed.text.includes('"ann"')]).toEqual([200, false]);
    const { body } = await wider.ask("GET", "/users");
    expect(scim.objectsIn(body["data"]).map(({ userName }) => userName)).toEqual(["ann"]);
    expect(rowsOf(await dump(), "scope_organizations")).not.toContainEqual(
      expect.objectContaining({ organization_id: scim.idAt(sales) }),
    );
    expect(await violations()).toEqual([]);
  });
});
