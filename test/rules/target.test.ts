/** Where people without an organization are placed: always in the scope. */
import { expect, it } from "vitest";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { pauseCall } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import {
  insertPath,
  insertTree,
  organizationId,
  placesOf,
  putScope,
  targetOf,
} from "../support/trees.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

interface World {
  readonly admin: Admin;
  /** Its scope is `europe`, and its target at first. */
  readonly source: Source;
  readonly europe: string;
  /** Below `europe`. */
  readonly sales: string;
  readonly asia: string;
}

async function newWorld(): Promise<World> {
  const admin = await claim();
  const [europe = "", sales = ""] = await insertPath(2);
  const asia = organizationId(50);
  await insertTree([{ id: asia }]);
  const source = await newSource(admin, "okta", { scope: { organizationIds: [europe] } });
  return { admin, source, europe, sales, asia };
}

function putTarget(admin: Admin, { id }: Source, organization: string) {
  return admin("PUT", `/data-sources/${id}/target`, { organizationId: organization });
}

it("A16 is one organization, which is read and replaced", async () => {
  const { admin, source, europe, sales } = await newWorld();
  const path = `/data-sources/${source.id}/target`;
  expect((await admin("GET", path)).body).toEqual({ organizationId: europe });
  const put = await putTarget(admin, source, sales);
  expect([put.status, put.body, put.headers.get("etag")]).toEqual([
    200,
    { organizationId: sales },
    'W/"2"',
  ]);
  expect((await admin("GET", path)).body).toEqual({ organizationId: sales });
  expect((await putTarget(admin, source, sales)).headers.get("etag")).toBe('W/"2"');
  expect(await scim.eventsOf(admin, source.id)).toEqual([
    "source.created",
    "source.target_changed",
  ]);
  expect(await violations()).toEqual([]);
});

it("A17 is refused outside the scope", async () => {
  const { admin, source, asia } = await newWorld();
  const before = await steadyDump();
  const outside = await putTarget(admin, source, asia);
  expect([outside.status, outside.body["code"]]).toEqual([409, "target_out_of_scope"]);
  const unknown = await putTarget(admin, source, "nobody");
  expect([unknown.status, unknown.body["code"]]).toEqual([400, "organization_unknown"]);
  expect(differences(before, await steadyDump())).toEqual([]);
});

it("A17 is refused outside the scope that a source is made with", async () => {
  const { admin, europe, sales, asia } = await newWorld();
  const body = { name: "x", mode: "push", profile: "okta", scope: { organizationIds: [europe] } };
  const outside = await admin("POST", "/data-sources", { ...body, targetOrganizationId: asia });
  expect([outside.status, outside.body["code"]]).toEqual([409, "target_out_of_scope"]);
  const { scope: _scope, ...rest } = body;
  const alone = await admin("POST", "/data-sources", { ...rest, targetOrganizationId: asia });
  expect([alone.status, alone.body["code"]]).toEqual([400, "invalid_value"]);
  expect((await admin("GET", "/data-sources")).body["data"]).toHaveLength(1);
  const inside = await admin("POST", "/data-sources", { ...body, targetOrganizationId: sales });
  expect([inside.status, inside.body["targetOrganizationId"]]).toEqual([201, sales]);
  expect(await violations()).toEqual([]);
});

it("A18 is where somebody without an organization lands", async () => {
  const { admin, source, europe, sales } = await newWorld();
  const first = scim.idAt(await scim.newUser(source, { userName: "ann" }));
  await putTarget(admin, source, sales);
  const second = scim.idAt(await scim.newUser(source, { userName: "bea" }));
  expect(await placesOf([first, second])).toEqual([europe, sales]);
});

it("A19 moves nobody who is somewhere already", async () => {
  const { admin, source, europe, sales } = await newWorld();
  const user = await scim.newUser(source, { userName: "ann" });
  await putTarget(admin, source, sales);
  const change = { op: "replace", path: "title", value: "Guide" };
  expect((await scim.patch(source, user, change)).status).toBe(200);
  const body = scim.userBody({ userName: "ann", title: "Chef" });
  expect((await source.call("PUT", user, body)).status).toBe(200);
  expect((await source.call("POST", "/Users", body)).status).toBe(200);
  expect(await placesOf([scim.idAt(user)])).toEqual([europe]);
});

it("A21 stays in the scope: it is not taken out without a new one", async () => {
  const { admin, source, europe, sales, asia } = await newWorld();
  const before = await steadyDump();
  const without = await putScope(admin, source, { organizationIds: [asia] });
  expect([without.status, without.body["code"]]).toEqual([409, "target_out_of_scope"]);
  const outside = { organizationIds: [asia], targetOrganizationId: sales };
  expect((await putScope(admin, source, outside)).body["code"]).toBe("target_out_of_scope");
  const none = { organizationIds: [], targetOrganizationId: asia };
  expect((await putScope(admin, source, none)).body["code"]).toBe("target_out_of_scope");
  expect(differences(before, await steadyDump())).toEqual([]);
  const moved = { organizationIds: [asia], targetOrganizationId: asia };
  expect((await putScope(admin, source, moved)).status).toBe(200);
  expect(await targetOf(admin, source)).toBe(asia);
  // What a scope without organizations leaves is no target of the next one.
  expect((await putScope(admin, source, { organizationIds: [] })).status).toBe(200);
  expect((await putScope(admin, source, { organizationIds: [europe] })).status).toBe(409);
  const back = { organizationIds: [europe], targetOrganizationId: sales };
  expect((await putScope(admin, source, back)).status).toBe(200);
  expect(await violations()).toEqual([]);
});

it("A21 stays in the scope, also where both change at once", async () => {
  const { admin, source, europe, sales, asia } = await newWorld();
  await putScope(admin, source, { organizationIds: [europe, asia] });
  const pause = pauseCall("object", 2, "before");
  const shrunk = putScope(admin, source, { organizationIds: [sales], targetOrganizationId: sales });
  await pause.reached();
  const moved = putTarget(admin, source, asia);
  pause.release();
  expect([(await shrunk).status, (await moved).status]).toEqual([200, 409]);
  expect(await targetOf(admin, source)).toBe(sales);
  expect(await violations()).toEqual([]);
});

it("A22 is said to be in the scope or not", async () => {
  const { admin, source, europe, sales } = await newWorld();
  const check = async () => (await admin("GET", `/data-sources/${source.id}/target/check`)).body;
  await putTarget(admin, source, sales);
  expect(await check()).toEqual({
    organizationId: sales,
    inScope: true,
    organizationName: "level 1",
    path: ["default", "level 0", "level 1"],
  });
  await putScope(admin, source, { organizationIds: [] });
  expect(await check()).toMatchObject({ organizationId: sales, inScope: false });
  await putScope(admin, source, { organizationIds: [europe] });
  expect(await check()).toMatchObject({ organizationId: sales, inScope: true });
});
