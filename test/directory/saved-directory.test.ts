/** The stage before pulls: scopes, fields, applications, passwords and the audit go on, and pulls leave them be. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../src/scim/json.ts";
import { call, ORIGIN } from "../support/client.ts";
import { accessTokenOf } from "../support/clients.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, pull } from "../support/pulls.ts";
import { administer, callWith, migrate, SAVED, savedSource } from "../support/saved.ts";
import { idsOf, objectsIn, textAt } from "../support/scim.ts";

const STAGES = SAVED.flatMap(({ stage, ...rest }) =>
  stage === undefined ? [] : { stage, ...rest },
);

it("there is one", () => {
  expect(STAGES.map(({ path }) => path)).toEqual(["../saved/directory.sql"]);
});

describe.each(STAGES)("the database of $path", ({ stage, sql, adminKey, sources, ids }) => {
  beforeEach(() => migrate(sql));

  const scoped = savedSource.parse(sources["scoped"]);
  const at = (name: string): string => ids[name] ?? "";

  const admin = (method: string, path: string, body?: Json) =>
    administer(adminKey, method, path, body);

  const asScoped = (method: string, path: string, body?: Json) =>
    callWith(scoped.token, method, `${scoped.base}${path}`, body);

  it("has its sources pushed to, as they were", async () => {
    const rows = rowsOf(await dump(), "data_sources");
    const pushed = { mode: "push", upstream: null, upstream_secret: null, next_run_at: null };
    expect(rows).toHaveLength(Object.keys(sources).length + 1);
    for (const row of rows) expect(row).toMatchObject({ ...pushed, watermark: null });
    for (const { id } of Object.values(sources)) {
      expect((await admin("GET", `/data-sources/${id}`)).body).toMatchObject({ mode: "push" });
      const { status, body } = await admin("POST", `/data-sources/${id}/sync`, {});
      expect([status, body["code"]]).toEqual([409, "not_a_pull_source"]);
    }
  });

  it("leaves the scoped source what it may see and do, and no more", async () => {
    const path = `/data-sources/${scoped.id}`;
    expect((await admin("GET", `${path}/scope`)).body).toEqual({
      organizationIds: [at("sales")],
      groupIds: [at("team")],
      targetOrganizationId: at("north"),
    });
    const permissions = ["user:read", "user:write", "group:read", "organization:read"];
    expect((await admin("GET", `${path}/permissions`)).body).toMatchObject({ permissions });
    expect(idsOf(await asScoped("GET", "/Users"))).toEqual([at("hana"), at("gil")]);
    expect((await asScoped("GET", `/Users/${at("ann")}`)).status).toBe(404);
    expect((await asScoped("DELETE", `/Users/${at("hana")}`)).status).toBe(403);
    expect((await asScoped("GET", `/Groups/${at("team")}`)).body).toMatchObject({
      displayName: "Crew",
    });
    expect((await asScoped("POST", "/Groups", { displayName: "New" })).status).toBe(403);
    const placed = await asScoped("POST", "/Users", { userName: "ida" });
    expect(placed.status).toBe(201);
    const { body } = await admin("GET", `/users/${textAt(placed.body, "id")}`);
    expect(body).toMatchObject({ organizationId: at("north"), sourceId: scoped.id });
    expect(await violations()).toEqual([]);
  });

  it("keeps the tree, and an organization of a source", async () => {
    const { body } = await admin("GET", `/organizations/${at("north")}`);
    expect(body).toMatchObject({ parentId: at("sales"), displayName: "North", userCount: 1 });
    const okta = savedSource.parse(sources["okta"]);
    const again = { displayName: "Tours and trips", externalId: "org-1", code: "T" };
    const updated = await callWith(okta.token, "POST", `${okta.base}/Organizations`, again);
    expect([updated.status, updated.body["id"]]).toEqual([200, at("tours")]);
  });

  it("keeps custom fields, under the source's namespace", async () => {
    const { body } = await admin("GET", `/data-sources/${scoped.id}/fields`);
    expect(body).toEqual({ namespace: stage.namespace, fieldIds: [stage.fieldId] });
    const path = `/Users/${at("gil")}`;
    expect((await asScoped("GET", path)).body[stage.namespace]).toEqual({ desk: "4-17" });
    const changed = await asScoped("PATCH", path, {
      Operations: [{ op: "replace", path: `${stage.namespace}:desk`, value: "4-18" }],
    });
    expect(changed.body[stage.namespace]).toEqual({ desk: "4-18" });
  });

  it("lets clients and applications in with the secrets they have", async () => {
    const { sourceId, secret } = stage.client;
    const token = await accessTokenOf({ id: sourceId, secret });
    const { base } = savedSource.parse(sources["okta"]);
    const found = await callWith(token, "GET", `${base}/Users`);
    expect(idsOf(found)).toEqual([at("ann"), at("bob")]);
    const listed = async (key: string) => {
      const { status, body } = await administer(key, "GET", "/users");
      return [status, objectsIn(body["data"]).map(({ id }) => id)];
    };
    const people = [at("hana"), at("gil")];
    expect(await listed(stage.readerKey)).toEqual([200, people]);
    expect(await listed(stage.writerKey)).toEqual([200, people]);
    expect(await listed(stage.formerKey)).toEqual([401, []]);
    const body = { userName: "jon", organizationId: at("sales") };
    expect((await administer(stage.readerKey, "POST", "/users", body)).status).toBe(403);
    expect((await administer(stage.writerKey, "POST", "/users", body)).status).toBe(201);
  });

  it("keeps who was made by hand, the password too", async () => {
    const path = `/users/${at("hana")}`;
    expect((await admin("GET", path)).body).toMatchObject({
      sourceId: null,
      organizationId: at("sales"),
      furtherOrganizationIds: [at("north")],
      fields: { desk: "4-18" },
    });
    const check = async (password: string) =>
      (await admin("POST", `${path}/verify-password`, { password })).body["valid"];
    expect([await check("Tour-2026-guide"), await check("Tour-2026-guidE")]).toEqual([true, false]);
  });

  it("keeps the log, what was refused, and an audit that goes on unbroken", async () => {
    const { body: log } = await admin("GET", `/events?resource=${at("ann")}`);
    expect(objectsIn(log["data"]).map(({ type }) => type)).toEqual([
      "user.updated",
      "user.created",
    ]);
    const { body: refused } = await admin("GET", `/data-sources/${scoped.id}/refusals`);
    // What other tests were refused may have come since.
    expect(objectsIn(refused["data"]).at(-1)).toMatchObject({ code: "phone_region_mismatch" });
    const checked = async () => {
      const { body } = await admin("POST", "/audit/verify", {});
      expect(body["broken"]).toBeUndefined();
      return Number(body["checked"]);
    };
    const before = await checked();
    expect(before).toBeGreaterThan(10);
    await admin("PATCH", `/data-sources/${scoped.id}`, { description: "Goes on" });
    expect(await checked()).toBe(before + 1);
  });

  it("is pulled into beside its push sources, of whom nobody is touched", async () => {
    const rowsBefore = rowsOf(await dump(), "users");
    const source = await newPulled(admin, { people: { count: 12 }, organizations: { count: 2 } });
    const run = await pull(source);
    expect([run.status, run.counts.User.created]).toEqual(["success", 12]);
    const after = rowsOf(await dump(), "users");
    expect(after.filter((row) => row["source_id"] !== source.id)).toEqual(rowsBefore);
    expect(rowsBefore.every((row) => row["upstream_hash"] === null)).toBe(true);
    expect((await call("GET", `${ORIGIN}/healthz`)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });
});
