/** The API of a source is closed until somebody opens it and means it; what it may do is said apart. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { PERMISSIONS } from "../../src/sources/source.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

function put(admin: Admin, { id }: Source, body: JsonObject): Promise<Answer> {
  return admin("PUT", `/data-sources/${id}/permissions`, body);
}

function shown({ status, body }: Answer): unknown[] {
  return [status, body["apiOpen"], body["permissions"]];
}

const CLOSED = { apiOpen: false, confirm: false };

describe("opening the API", () => {
  it("A44 is needed before anything is let in", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", CLOSED);
    const path = `/data-sources/${source.id}/permissions`;
    expect(shown(await admin("GET", path))).toEqual([200, false, []]);
    for (const [method, to] of [
      ["GET", "/Users"],
      ["POST", "/Users"],
      ["GET", "/Groups"],
      ["POST", "/Bulk"],
    ] as const) {
      const body = method === "POST" ? scim.userBody({}) : undefined;
      const { status, body: error } = await source.call(method, to, body);
      expect([to, status, error["detail"]]).toEqual([
        to,
        403,
        "The API of the data source is not open",
      ]);
    }
    await put(admin, source, { apiOpen: true, permissions: "all", confirm: true });
    expect((await source.call("GET", "/Users")).status).toBe(200);
    expect((await source.call("POST", "/Users", scim.userBody({}))).status).toBe(201);
    expect(await violations()).toEqual([]);
  });

  it("A45 has to be confirmed, also while a source is made", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", CLOSED);
    const before = await steadyDump();
    const refusals = [
      await put(admin, source, { apiOpen: true, permissions: "all" }),
      await put(admin, source, { apiOpen: true, permissions: "all", confirm: false }),
      await admin("POST", "/data-sources", {
        name: "x",
        mode: "push",
        profile: "okta",
        apiOpen: true,
      }),
    ];
    for (const { status, body } of refusals) {
      expect([status, body["code"]]).toEqual([409, "confirmation_needed"]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("needs no confirmation where it is open already, nor to close it", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    expect(shown(await put(admin, source, { apiOpen: true, permissions: ["user:read"] }))).toEqual([
      200,
      true,
      ["user:read"],
    ]);
    expect(shown(await put(admin, source, { apiOpen: false }))).toEqual([
      200,
      false,
      ["user:read"],
    ]);
    expect(await scim.eventsOf(admin, source.id)).toEqual([
      "source.created",
      "source.permissions_changed",
      "source.closed",
    ]);
  });

  it("is of the version that was read, and the same again is nothing", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const path = `/data-sources/${source.id}/permissions`;
    const stale = await newSource(admin, "okta");
    expect((await admin("GET", path)).headers.get("etag")).toBe('W/"1"');
    const mixed = [...PERMISSIONS].reverse();
    const same = await put(admin, source, { apiOpen: true, permissions: [...mixed, ...mixed] });
    expect([same.status, same.headers.get("etag"), same.body["permissions"]]).toEqual([
      200,
      'W/"1"',
      [...PERMISSIONS],
    ]);
    expect(await scim.eventsOf(admin, source.id)).toEqual(["source.created"]);
    expect((await put(admin, stale, { apiOpen: false })).headers.get("etag")).toBe('W/"2"');
  });

  it("A48 is undone at once, tokens untouched, while requests are under way", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const tokens = await admin("GET", `/data-sources/${source.id}/tokens`);
    const post = (n: number) => source.call("POST", "/Users", scim.userBody({ userName: `u${n}` }));
    const during = Array.from({ length: 20 }, (_, n) => post(n));
    const closed = await put(admin, source, { apiOpen: false });
    expect(closed.status).toBe(200);
    expect((await post(100)).status).toBe(403);
    expect((await source.call("GET", "/Users")).status).toBe(403);
    const statuses = (await Promise.all(during)).map(({ status }) => status);
    expect(statuses.filter((status) => ![201, 403].includes(status))).toEqual([]);
    const { results } = await env.DB.prepare("SELECT id FROM users").all();
    expect(results).toHaveLength(statuses.filter((status) => status === 201).length);
    const after = await admin("GET", `/data-sources/${source.id}/tokens`);
    const states = (answer: Answer) =>
      scim.objectsIn(answer.body["data"]).map(({ id, status }) => [id, status]);
    expect(states(after)).toEqual(states(tokens));
    await put(admin, source, { apiOpen: true, confirm: true });
    expect((await source.call("GET", "/Users")).status).toBe(200);
    expect(await violations()).toEqual([]);
  });
});

describe("permissions", () => {
  it("A46 are replaced as a whole, or all given at once", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { permissions: ["user:read"] });
    const read = async () => shown(await admin("GET", `/data-sources/${source.id}/permissions`));
    expect(await read()).toEqual([200, true, ["user:read"]]);
    await put(admin, source, { apiOpen: true, permissions: ["group:write", "group:read"] });
    expect(await read()).toEqual([200, true, ["group:read", "group:write"]]);
    await put(admin, source, { apiOpen: true, permissions: "all" });
    expect(await read()).toEqual([200, true, [...PERMISSIONS]]);
    await put(admin, source, { apiOpen: true, permissions: [] });
    expect(await read()).toEqual([200, true, []]);
  });

  it.each([["user:fly"], "every", [1]])("A46 refuses %j", async (permissions) => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const { status, body } = await put(admin, source, { apiOpen: true, permissions });
    expect([status, body["code"]]).toEqual([400, "invalid_value"]);
  });

  const CALLS = [
    ["user:read", "GET", "/Users"],
    ["user:write", "POST", "/Users"],
    ["group:read", "GET", "/Groups"],
    ["group:write", "POST", "/Groups"],
  ] as const;

  it.each(CALLS)("A47 lets nothing but %s be refused where it is missing", async (missing) => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const permissions = PERMISSIONS.filter((one) => one !== missing);
    await put(admin, source, { apiOpen: true, permissions });
    for (const [permission, method, path] of CALLS) {
      const body = path === "/Users" ? scim.userBody({}) : scim.groupBody("Staff");
      const answer = await source.call(method, path, method === "POST" ? body : undefined);
      const done = method === "POST" ? 201 : 200;
      expect([permission, answer.status]).toEqual([
        permission,
        permission === missing ? 403 : done,
      ]);
      if (permission !== missing) continue;
      expect(answer.body["detail"]).toBe(`The data source lacks the permission ${missing}`);
    }
  });
});
