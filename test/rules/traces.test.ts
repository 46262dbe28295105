/** What the log and the audit tell of settings, organizations and fields, and by whom: before, after, and no secret. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { idOf } from "../support/answer.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { accessTokenOf, newClient } from "../support/clients.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { resetFaults, faults } from "../support/faults.ts";
import { choose, newField, OKTA_URN, sourceWith, userUnder } from "../support/fields.ts";
import { keepQuiet } from "../support/quiet.ts";
import * as scim from "../support/scim.ts";
import { newOrganization, organizationBody, placedBody } from "../support/tree.ts";
import { insertTree, organizationId, putScope, targetOf } from "../support/trees.ts";
import worker from "../support/worker.ts";

keepQuiet();

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "okta", { name: "Okta" });
});

async function detailOf(query: string): Promise<JsonObject> {
  const { body, text } = await admin("GET", `/events?${query}&limit=1`);
  const [event] = scim.objectsIn(body["data"]);
  expect(event, text).toBeDefined();
  return (await admin("GET", `/events/${Number(event?.["seq"])}`)).body;
}

async function lastAudit(): Promise<JsonObject> {
  const { body } = await admin("GET", `/audit?chain=${source.id}&limit=1`);
  return scim.objectsIn(body["data"])[0] ?? {};
}

async function sentencesOf(path: string): Promise<string[]> {
  const { body, text } = await admin("GET", `/users/${scim.idAt(path)}/history`);
  expect(body["data"], text).toBeDefined();
  return scim.objectsIn(body["data"]).map((item) => scim.textAt(item, "sentence"));
}

describe("a change of a source", () => {
  const change = (path: string, method = "POST", body?: Json) =>
    admin(method, `/data-sources/${source.id}${path}`, body);

  it("tells of the scope and the target which ids come and go", async () => {
    const own = await targetOf(admin, source);
    const [asia, europe] = [organizationId(1), organizationId(2)];
    await insertTree([{ id: asia }, { id: europe }]);
    const group = scim.idAt(await scim.newGroup(await newSource(admin, "okta"), "Pilots"));
    const scope = { organizationIds: [asia, europe], groupIds: [group] };
    const put = await putScope(admin, source, { ...scope, targetOrganizationId: asia });
    expect(put.status, put.text).toBe(200);
    const diff = {
      "scope.organizationIds": { from: [own], to: [asia, europe] },
      "scope.groupIds": { from: [], to: [group] },
      targetId: { from: own, to: asia },
    };
    const event = await detailOf(`source=${source.id}`);
    expect(event).toMatchObject({ type: "source.scope_changed", truncated: false });
    expect(event["diff"]).toEqual(diff);
    expect(await lastAudit()).toMatchObject({ action: "source.scope_changed", changes: diff });
    await putScope(admin, source, { organizationIds: [] });
    expect((await lastAudit())["changes"]).toEqual({
      "scope.organizationIds": { from: [asia, europe], to: [] },
      "scope.groupIds": { from: [group], to: [] },
    });
  });

  it("tells of permissions, opening and provisioning what they were", async () => {
    const permissions = ["user:read"];
    await change("/permissions", "PUT", { apiOpen: true, permissions, confirm: true });
    const { diff } = await detailOf(`source=${source.id}`);
    expect(diff).toMatchObject({ permissions: { to: permissions } });
    await change("/permissions", "PUT", { apiOpen: false });
    expect(await lastAudit()).toMatchObject({ changes: { apiOpen: { from: true, to: false } } });
    await change("/provisioning/disable");
    const event = await detailOf(`source=${source.id}`);
    expect(event["diff"]).toEqual({ provisioning: { from: true, to: false } });
    expect(event["sentence"]).toMatch(
      /^The data source had its provisioning switched off, by admin/,
    );
  });

  it("tells of a namespace and the fields that were chosen by their names", async () => {
    const badge = await newField(admin, "badge");
    await choose(admin, source, OKTA_URN, [badge]);
    const diff = { namespace: { from: null, to: OKTA_URN }, fields: { from: [], to: ["badge"] } };
    expect((await detailOf(`source=${source.id}`))["diff"]).toEqual(diff);
    expect((await lastAudit())["changes"]).toEqual(diff);
  });

  it("tells of a client secret when it works until, and never what it is kept as", async () => {
    const { body } = await change("/client-secrets", "POST", { expiresInDays: 9 });
    const id = scim.textAt(body, "id");
    const event = await detailOf(`source=${source.id}`);
    const path = `clientSecrets.${id}`;
    expect(event["diff"]).toEqual({
      [`${path}.expiresAt`]: { to: body["expiresAt"] },
      [`${path}.hint`]: { to: body["hint"] },
      [`${path}.status`]: { to: "enabled" },
    });
    expect(event["sentence"]).toMatch(
      /^A client secret of the data source was created, by admin key/,
    );
    const kept = rowsOf(await dump(), "tokens").map((row) => String(row["hash"]));
    const log = JSON.stringify([rowsOf(await dump(), "events"), rowsOf(await dump(), "audit")]);
    expect(kept.filter((hash) => log.includes(hash))).toEqual([]);
    expect(log).not.toContain(scim.textAt(body, "secret"));
  });
});

it("shows what arrived and isn't kept up to the moment of asking", async () => {
  const path = `/data-sources/${source.id}/observed-attributes`;
  for (const [badge, count] of [
    ["7", 1],
    ["8", 2],
  ]) {
    await source.call("POST", "/Users", userUnder(OKTA_URN, { badge: badge ?? "" }));
    const { body } = await admin("GET", path);
    expect(scim.objectsIn(body["data"])).toMatchObject([
      { path: `${OKTA_URN}:badge`, count, code: "namespace_mismatch" },
    ]);
  }
});

describe("an event", () => {
  it("of a client names its secret and the source", async () => {
    const token = await accessTokenOf(await newClient(admin, source));
    const authorization = { authorization: `Bearer ${token}` };
    const body = scim.userBody({ userName: "ann" });
    const made = await source.call("POST", "/Users", body, authorization);
    expect(made.status, made.text).toBe(201);
    const event = await detailOf(`resource=${idOf(made)}`);
    expect(event["actorName"]).toMatch(/^client secret …/);
    expect(event["sentence"]).toMatch(
      /^The user was created, by the data source “Okta” \(client secret …/,
    );
    const ofActor = await detailOf(`actor=${scim.textAt(event, "actor")}`);
    expect(ofActor["seq"]).toBe(event["seq"]);
  });

  it("of an application names its key, and is found by it", async () => {
    const root = (await admin("GET", "/directories/default")).body["rootOrganizationId"] ?? "";
    const key = await admin("POST", "/application-keys", {
      name: "Intranet",
      organizationIds: [root],
      access: "write",
    });
    const path = await scim.newUser(source, { userName: "ann" });
    const sql = "UPDATE events SET actor = ?1, source_id = NULL WHERE resource_id = ?2";
    await env.DB.prepare(sql).bind(idOf(key), scim.idAt(path)).run();
    const event = await detailOf(`actor=${idOf(key)}`);
    expect(event).toMatchObject({
      actorName: "application key Intranet",
      sentence: "The user was created, by application key Intranet.",
    });
    expect(await sentencesOf(path)).toEqual([event["sentence"]]);
  });

  it("of an expiry is the schedule's, with what changed", async () => {
    faults.now = Date.UTC(2027, 0, 1);
    const soon = new Date(faults.now + 1_000).toISOString();
    const path = await scim.newUser(source, { userName: "ann", expireDate: soon });
    const time = new Date(faults.now + 60_000);
    await worker.scheduled(createScheduledController({ scheduledTime: time }), env);
    resetFaults();
    const event = await detailOf("actor=system");
    expect(event).toMatchObject({
      type: "user.expired",
      resourceId: scim.idAt(path),
      diff: { active: { from: true, to: false } },
      actorName: "the schedule",
      sentence: "The user was disabled, as its expireDate has come, by the schedule.",
    });
    const { body } = await admin("GET", "/changes");
    expect(scim.objectsIn(body["data"]).at(-1)).toMatchObject({ type: "user.expired", version: 2 });
    expect((await sentencesOf(path))[0]).toBe(event["sentence"]);
  });

  it("of a custom field tells what it was, by its name", async () => {
    const id = await newField(admin, "badge");
    await admin("PATCH", `/fields/${id}`, { label: "Pass" });
    const event = await detailOf(`resource=${id}`);
    expect(event).toMatchObject({ diff: { label: { from: "The badge", to: "Pass" } } });
    expect(event["sentence"]).toMatch(
      /^The custom field “badge” was changed \(label\), by admin key/,
    );
    const { body } = await admin("GET", "/audit?action=field.updated&limit=1");
    expect(scim.objectsIn(body["data"])[0]).toMatchObject({
      action: "field.updated",
      actorName: expect.stringMatching(/^admin key /),
      changes: { label: { from: "The badge", to: "Pass" } },
    });
  });

  it("of an organization tells from where to where it was moved", async () => {
    const target = await targetOf(admin, source);
    const sales = await newOrganization(source, { displayName: "Sales" });
    const east = await newOrganization(source, { displayName: "East" });
    await scim.patch(source, east, { op: "replace", path: "parent", value: scim.idAt(sales) });
    const event = await detailOf(`resource=${scim.idAt(east)}`);
    expect(event["diff"]).toEqual({ parent: { from: target, to: scim.idAt(sales) } });
    expect(event["sentence"]).toMatch(
      /^The organization “East” was moved from “Okta” to “Sales”, by/,
    );
  });
});

describe("why", () => {
  it("tells of the organizations that somebody is in what happened to them since", async () => {
    const sales = await newOrganization(source, { displayName: "Sales" });
    const below = organizationBody({ displayName: "East", parent: scim.idAt(sales) });
    const east = `/Organizations/${await scim.created(source, "/Organizations", below)}`;
    await scim.patch(source, sales, { op: "replace", path: "displayName", value: "Before" });
    const body = placedBody(scim.idAt(east), { userName: "ann" });
    const ann = `/Users/${await scim.created(source, "/Users", body)}`;
    await scim.patch(source, sales, { op: "replace", path: "displayName", value: "Trade" });
    await scim.patch(source, sales, { op: "replace", path: "code", value: "T" });
    await scim.newUser(source, { userName: "bob" });
    const sentences = await sentencesOf(ann);
    expect(sentences.map((one) => one.replace(/, by .*/, ""))).toEqual([
      "The organization “Trade” was changed (code)",
      "The organization “Trade” was changed (displayName)",
      "The user was created",
    ]);
    await scim.patch(source, ann, {
      op: "replace",
      path: "organizationId",
      value: await targetOf(admin, source),
    });
    expect((await sentencesOf(ann)).slice(0, 2).map((one) => one.replace(/, by .*/, ""))).toEqual([
      "The user was moved from “East” to “Okta”",
      "The user was created",
    ]);
  });

  it("tells that a membership ended because the group was deleted, to whom it concerns", async () => {
    const member = (op: string, path: string) => {
      return { op, path: "members", value: [{ value: scim.idAt(path) }] };
    };
    const [ann, bob, cy, dan] = await Promise.all(
      ["ann", "bob", "cy", "dan"].map((userName) => scim.newUser(source, { userName })),
    );
    const users = [ann ?? "", bob ?? "", cy ?? ""];
    const staff = await scim.newGroup(source, "Staff", users.map(scim.idAt));
    await scim.patch(source, staff, member("remove", bob ?? ""));
    await scim.patch(source, staff, member("remove", ann ?? ""));
    await scim.patch(source, staff, member("add", ann ?? ""));
    await source.call("DELETE", cy ?? "");
    await source.call("DELETE", staff);
    const ends = async (path = "") =>
      (await sentencesOf(path)).filter((one) => one.includes("which was deleted"));
    expect(await ends(ann)).toEqual([
      expect.stringMatching(/^Is no longer a member of the group “Staff”, which was deleted, by/),
    ]);
    expect([await ends(bob), await ends(cy), await ends(dan)]).toEqual([[], [], []]);
  });

  it("tells which custom field of somebody changed", async () => {
    const badge = await newField(admin, "badge");
    const own = await sourceWith(admin, "okta", OKTA_URN, [badge]);
    const body = userUnder(OKTA_URN, { badge: "7" }, { userName: "ann" });
    const ann = `/Users/${await scim.created(own, "/Users", body)}`;
    await scim.patch(own, ann, { op: "replace", path: `${OKTA_URN}:badge`, value: "8" });
    const event = await detailOf(`resource=${scim.idAt(ann)}`);
    expect(Object.values(Object(event["diff"]))).toEqual([{ from: "7", to: "8" }]);
    expect((await sentencesOf(ann))[0]).toContain("badge");
  });
});

describe("the change feed", () => {
  it("tells of organizations, as they are now, and of no settings", async () => {
    const sales = await newOrganization(source, { displayName: "Sales", code: "S" });
    const gone = await newOrganization(source, { displayName: "Gone" });
    await source.call("DELETE", gone);
    await newField(admin, "badge");
    await admin("PATCH", `/data-sources/${source.id}`, { description: "Ours" });
    const { body } = await admin("GET", "/changes?include=resource");
    const told = scim.objectsIn(body["data"]);
    expect(told.map(({ type, version }) => [type, version])).toEqual([
      ["organization.created", 1],
      ["organization.created", 1],
      ["organization.created", 1],
      ["organization.deleted", 2],
    ]);
    expect(told.map(({ resource }) => resource)).toEqual([
      // The source's own, which came to be with it.
      expect.objectContaining({ id: await targetOf(admin, source), displayName: "Okta" }),
      expect.objectContaining({
        id: scim.idAt(sales),
        sourceId: source.id,
        displayName: "Sales",
        parentId: await targetOf(admin, source),
        code: "S",
      }),
      null,
      null,
    ]);
  });
});
