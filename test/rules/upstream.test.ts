/** Data sources as the page on upstream sync has them, as far as they are pushed to. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { call, claim, newSource, ORIGIN, type Admin } from "../support/client.ts";
import { accessTokenOf } from "../support/clients.ts";
import * as scim from "../support/scim.ts";
import { newOrganization } from "../support/tree.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

const HR: JsonObject = { name: "HR", description: "Everybody we employ", mode: "push" };

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

function create(change: JsonObject) {
  return admin("POST", "/data-sources", { ...HR, profile: "standard", ...change });
}

it("A101 brings organizations and users into the directory", async () => {
  const source = await newSource(admin, "standard");
  const sales = await newOrganization(source, { displayName: "Sales", externalId: "o-1" });
  const north = await newOrganization(source, { displayName: "North", parent: scim.idAt(sales) });
  const organization = scim.idAt(north);
  const user = await scim.newUser(source, { [scim.ENTERPRISE]: { organization } });
  const { body } = await admin("GET", `/users/${scim.idAt(user)}`);
  expect(body).toMatchObject({ userName: "some@one.test", organizationId: organization });
  expect((await source.call("GET", north)).body).toMatchObject({ parent: scim.idAt(sales) });
  expect((await source.call("GET", user)).body).toMatchObject({
    [scim.ENTERPRISE]: { organization },
  });
});

it("A102 comes by SCIM; other types are refused as not available", async () => {
  expect((await create({ type: "scim" })).status).toBe(201);
  const before = await steadyDump();
  for (const type of ["ldap", "ad", "wecom", "carrier pigeon"]) {
    const { status, body } = await create({ type, name: type });
    expect([type, status, body["code"]]).toEqual([type, 422, "source_type_unsupported"]);
  }
  expect(differences(before, await steadyDump())).toEqual([]);
});

describe("a new source", () => {
  it("A103 needs a name, takes a description, and stands in the list", async () => {
    for (const name of [null, "", "  "]) {
      const refused = await create(name === null ? { name: {} } : { name });
      expect([refused.status, refused.body["code"]]).toEqual([400, "invalid_value"]);
    }
    const draft = await create({ status: "draft" });
    expect(draft.body).toMatchObject({ ...HR, status: "draft" });
    const path = `/data-sources/${scim.textAt(draft.body, "id")}`;
    expect((await admin("POST", `${path}/enable`)).body["status"]).toBe("enabled");
    const { body } = await admin("GET", "/data-sources");
    expect(body["data"]).toMatchObject([{ ...HR, status: "enabled" }]);
  });

  it("A110 A111 shows where it takes users and organizations, and what opens them", async () => {
    const { body } = await create({ apiOpen: true, confirm: true });
    const { token: _token, clientSecret, ...shown } = body;
    const id = scim.textAt(body, "clientId");
    expect(body["tokenUrl"]).toBe(`${ORIGIN}/oauth/token`);
    const [client = {}] = scim.objectsIn([clientSecret ?? null]);
    const access = await accessTokenOf({ id, secret: scim.textAt(client, "secret") });
    const headers = {
      authorization: `Bearer ${access}`,
      "content-type": "application/scim+json",
    };
    for (const [name, sent] of [
      ["userUrl", scim.userBody({ userName: "ann" })],
      ["orgUrl", { displayName: "Sales" }],
    ] as const) {
      const url = scim.textAt(shown, name);
      const made = await call("POST", url, { body: sent, headers });
      expect(made.status, made.text).toBe(201);
      const read = await call("GET", `${url}/${scim.textAt(made.body, "id")}`, { headers });
      expect(read.body).toMatchObject(made.body);
      expect(scim.idsOf(await call("GET", url, { headers }))).toContain(made.body["id"]);
      expect((await call("GET", url)).status).toBe(401);
    }
  });
});

describe("the list of sources", () => {
  it("A113 shows what each is, and leads to its settings", async () => {
    await create({});
    await create({ name: "Okta", profile: "okta", status: "draft" });
    const { body } = await admin("GET", "/data-sources");
    const rows = scim.objectsIn(body["data"]);
    expect(rows).toMatchObject([
      { ...HR, type: "scim", kind: "standard", profile: "standard", status: "enabled" },
      { name: "Okta", mode: "push", profile: "okta", status: "draft", apiOpen: false },
    ]);
    for (const row of rows) {
      expect((await admin("GET", `/data-sources/${scim.textAt(row, "id")}`)).body).toEqual(row);
    }
  });

  it("A114 shows the name and the description that were given later", async () => {
    const { body } = await create({});
    const path = `/data-sources/${scim.textAt(body, "id")}`;
    const change = { name: "People", description: "" };
    expect((await admin("PATCH", path, change)).body).toMatchObject(change);
    expect((await admin("GET", "/data-sources")).body["data"]).toMatchObject([change]);
    const { body: log } = await admin("GET", `/events?source=${scim.textAt(body, "id")}`);
    expect(scim.objectsIn(log["data"])[0]).toMatchObject({
      type: "source.updated",
      changes: { attributes: ["name", "description"] },
    });
  });
});
