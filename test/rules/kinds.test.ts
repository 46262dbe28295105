/** What a data source is: its kind, its type, its mode, its name, and whether it is on. */
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource } from "../support/client.ts";
import { eventsOf, textAt } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

const SOURCE = { name: "HR", mode: "push", profile: "okta" };

it.each(["standard", "custom"])("A4 makes a source of kind %s", async (kind) => {
  const admin = await claim();
  const { status, body } = await admin("POST", "/data-sources", { ...SOURCE, kind });
  expect([status, body["kind"], body["name"]]).toEqual([201, kind, "HR"]);
});

it("A5 shows what was made, and takes another name for it", async () => {
  const admin = await claim();
  const { body: created } = await admin("POST", "/data-sources", SOURCE);
  const path = `/data-sources/${textAt(created, "id")}`;
  const { token: _token, clientSecret: _secret, passwordMode: _mode, ...shown } = created;
  expect((await admin("GET", path)).body).toEqual(shown);
  const { status, body } = await admin("PATCH", path, { name: "Staff" });
  expect([status, body["name"], body["key"]]).toEqual([200, "Staff", created["key"]]);
});

it.each<[string, JsonObject, string]>([
  ["kind", { kind: "marketplace" }, "kind_not_supported"],
  ["type ldap", { type: "ldap" }, "source_type_unsupported"],
  ["type ad", { type: "ad" }, "source_type_unsupported"],
  ["type wecom", { type: "wecom" }, "source_type_unsupported"],
])("A6 refuses another %s", async (_, change, code) => {
  const admin = await claim();
  const before = await steadyDump();
  const { status, body } = await admin("POST", "/data-sources", { ...SOURCE, ...change });
  expect([status, body["code"]]).toEqual([422, code]);
  expect(differences(before, await steadyDump())).toEqual([]);
});

it.each(["push", "pull"])(
  "A104 keeps the mode it was made with, whatever is asked (%s)",
  async (mode) => {
    const admin = await claim();
    const { id } = await newSource(admin, "okta");
    const before = await steadyDump();
    const { status, body } = await admin("PATCH", `/data-sources/${id}`, { name: "Other", mode });
    expect([status, body["code"]]).toEqual([409, "mode_immutable"]);
    expect(differences(before, await steadyDump())).toEqual([]);
  },
);

it("A7 refuses the calls of a disabled source, and lets them in again", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const statuses: number[] = [];
  for (const action of ["disable", "enable"]) {
    await admin("POST", `/data-sources/${source.id}/${action}`);
    statuses.push((await source.call("GET", "/Users")).status);
  }
  expect(statuses).toEqual([403, 200]);
});

it("A8 switches provisioning off and on, and leaves the source as it is", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const path = `/data-sources/${source.id}`;
  const off = await admin("POST", `${path}/provisioning/disable`);
  expect([off.status, off.body["provisioning"], off.body["apiOpen"]]).toEqual([200, false, true]);
  const refused = await source.call("GET", "/Users");
  expect([refused.status, refused.body["detail"]]).toEqual([
    403,
    "The data source's provisioning is disabled",
  ]);
  expect((await admin("GET", path)).body).toMatchObject({ status: "enabled", provisioning: false });
  const again = await admin("POST", `${path}/provisioning/disable`);
  expect(again.headers.get("etag")).toBe(off.headers.get("etag"));
  expect((await admin("POST", `${path}/provisioning/enable`)).body["provisioning"]).toBe(true);
  expect((await source.call("GET", "/Users")).status).toBe(200);
  expect(await eventsOf(admin, source.id)).toEqual([
    "source.created",
    "source.provisioning_disabled",
    "source.provisioning_enabled",
  ]);
});

it("A116 takes no push while it is disabled", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  await admin("POST", `/data-sources/${source.id}/disable`);
  const before = await steadyDump();
  const refused = await source.call("POST", "/Users", { userName: "ann" });
  expect([refused.status, refused.body["detail"]]).toEqual([403, "The data source is disabled"]);
  expect(differences(before, await steadyDump())).toEqual([]);
  await admin("POST", `/data-sources/${source.id}/enable`);
  expect((await source.call("POST", "/Users", { userName: "ann" })).status).toBe(201);
});
