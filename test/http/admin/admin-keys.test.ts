import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  adminOf,
  BOOTSTRAP,
  fetchWith,
  newKey,
  statusesOf,
  withHeaders,
  type Call,
} from "../../support/admins.ts";
import { faults, pauseCall } from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { objectsIn, textAt } from "../../support/scim.ts";

async function made(owner: Call, role: string): Promise<{ id: string; as: Call; secret: string }> {
  const { status, body, text } = await owner("POST", "/admin-keys", { name: `a ${role}`, role });
  expect(status, text).toBe(201);
  const secret = textAt(body, "secret");
  return {
    id: textAt(body, "id"),
    as: withHeaders({ authorization: `Bearer ${secret}` }),
    secret,
  };
}

async function stored(id: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare("SELECT * FROM admin_keys WHERE id = ?").bind(id).first();
}

describe("an admin key", () => {
  it("is made with a role, shows its secret once, and works", async () => {
    const owner = await adminOf("owner");
    const { status, headers, body } = await owner("POST", "/admin-keys", {
      name: " CI ",
      role: "operator",
    });
    expect(status).toBe(201);
    const id = textAt(body, "id");
    const secret = textAt(body, "secret");
    expect(body).toEqual({
      id: expect.stringMatching(/^key_00[0-9a-f]{32}$/),
      name: "CI",
      role: "operator",
      hint: secret.slice(-4),
      version: 1,
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
      revokedAt: null,
      secret,
    });
    expect(headers.get("location")).toBe(`/api/v1/admin-keys/${id}`);
    expect(headers.get("etag")).toBe('W/"1"');
    const me = await withHeaders({ authorization: `Bearer ${secret}` })("GET", "/me");
    expect(me.body).toMatchObject({ name: "CI", role: "operator", via: "key" });
    for (const path of ["/admin-keys", `/admin-keys/${id}`, "/events"]) {
      expect((await owner("GET", path)).text).not.toContain(secret);
    }
    expect(JSON.stringify(await stored(id))).not.toContain(secret);
    expect(await violations()).toEqual([]);
  });

  it("is listed page by page, revoked ones included", async () => {
    const owner = await adminOf("owner");
    const ids: string[] = [];
    for (const role of ["viewer", "operator", "owner"]) ids.push((await made(owner, role)).id);
    await owner("DELETE", `/admin-keys/${ids[1]}`);
    const first = await owner("GET", "/admin-keys?limit=2");
    const second = await owner(
      "GET",
      `/admin-keys?limit=2&cursor=${textAt(first.body, "nextCursor")}`,
    );
    expect(second.body["nextCursor"]).toBeNull();
    const all = [first, second].flatMap(({ body }) => objectsIn(body["data"]));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(all).toHaveLength(4);
    expect(all.find(({ id }) => id === ids[1])?.["revokedAt"]).toMatch(/Z$/);
  });

  it("takes another name and role, in force at once", async () => {
    const owner = await adminOf("owner");
    const { id, as } = await made(owner, "viewer");
    const path = `/admin-keys/${id}`;
    expect((await as("GET", "/admin-keys")).status).toBe(403);
    const changed = await owner("PATCH", path, { name: "Chief", role: "owner" });
    expect(changed.body).toMatchObject({ name: "Chief", role: "owner", version: 2 });
    expect((await as("GET", "/admin-keys")).status).toBe(200);
    const again = await owner("PATCH", path, { name: "Chief", role: "owner" });
    expect([again.status, again.body["version"]]).toEqual([200, 2]);
  });

  it("is changed by whoever knows its version, and not sent twice", async () => {
    const owner = await adminOf("owner");
    const { id } = await made(owner, "viewer");
    const path = `/admin-keys/${id}`;
    const known = (header: string, version: string) => ({ [header]: version });
    expect((await owner("GET", path, undefined, known("if-none-match", 'W/"1"'))).status).toBe(304);
    const stale = await owner("PATCH", path, { name: "X" }, known("if-match", 'W/"9"'));
    expect([stale.status, stale.body["code"]]).toEqual([412, "precondition_failed"]);
    expect((await owner("DELETE", path, undefined, known("if-match", 'W/"9"'))).status).toBe(412);
    const fresh = await owner("PATCH", path, { name: "X" }, known("if-match", '"1"'));
    expect([fresh.status, fresh.headers.get("etag")]).toEqual([200, 'W/"2"']);
    expect((await owner("GET", path, undefined, known("if-none-match", 'W/"1"'))).status).toBe(200);
  });

  it("ends at once when it is revoked, with its sessions, and stays so", async () => {
    const owner = await adminOf("owner");
    const { id, as, secret } = await made(owner, "owner");
    const signedIn = await withHeaders({})("POST", "/session", { key: secret });
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const session = withHeaders({ cookie });
    expect([(await as("GET", "/me")).status, (await session("GET", "/me")).status]).toEqual([
      200, 200,
    ]);
    expect((await owner("DELETE", `/admin-keys/${id}`)).status).toBe(204);
    expect([(await as("GET", "/me")).status, (await session("GET", "/me")).status]).toEqual([
      401, 401,
    ]);
    expect(await env.DB.prepare("SELECT * FROM sessions").first()).toBeNull();
    const before = await stored(id);
    expect((await owner("DELETE", `/admin-keys/${id}`)).status).toBe(204);
    expect(await stored(id)).toEqual(before);
    const changed = await owner("PATCH", `/admin-keys/${id}`, { role: "viewer" });
    expect([changed.status, changed.body["code"]]).toEqual([409, "key_revoked"]);
  });

  it("that isn't there is not found", async () => {
    const owner = await adminOf("owner");
    for (const [method, body] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const) {
      const { status } = await owner(method, "/admin-keys/key_00", body);
      expect([method, status]).toEqual([method, 404]);
    }
  });
});

describe("the last owner's key", () => {
  it("is neither revoked nor demoted", async () => {
    const { id, secret } = await newKey("owner");
    const owner = withHeaders({ authorization: `Bearer ${secret}` });
    await made(owner, "operator");
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { role: "operator" }],
      ["PATCH", { role: "viewer" }],
    ] as const) {
      const answer = await owner(method, `/admin-keys/${id}`, body);
      expect([answer.status, answer.body["code"]]).toEqual([409, "last_owner_key"]);
    }
    expect((await owner("PATCH", `/admin-keys/${id}`, { name: "Me" })).status).toBe(200);
  });

  it("stays when both are revoked, or demoted, at once", async () => {
    const keys = [await newKey("owner"), await newKey("owner")];
    const calls = keys.map(({ secret }) => withHeaders({ authorization: `Bearer ${secret}` }));
    const [first, second] = keys.map(({ id }) => `/admin-keys/${id}`);
    const held = pauseCall("worker", 1, "before");
    const one = calls[0]?.("DELETE", second ?? "");
    await held.reached();
    const other = await calls[1]?.("PATCH", first ?? "", { role: "viewer" });
    held.release();
    const answers = [await one, other].flatMap((answer) => answer ?? []);
    expect(statusesOf(answers)).toEqual([200, 409]);
    const owners = await env.DB.prepare(
      "SELECT count(*) AS n FROM admin_keys WHERE role = 'owner' AND revoked_at IS NULL",
    ).first("n");
    expect(owners).toBe(1);
  });
});

describe("the last use of a key", () => {
  const used = async (id: string) => (await stored(id))?.["last_used_at"];

  it("is written at its first request, and once a minute", async () => {
    const { id, secret } = await newKey("viewer");
    const ask = () =>
      fetchWith(env, "/api/v1/me", { headers: { authorization: `Bearer ${secret}` } });
    const set = (at: number | null) =>
      env.DB.prepare("UPDATE admin_keys SET last_used_at = ? WHERE id = ?").bind(at, id).run();
    await set(null);
    await ask();
    const first = await used(id);
    expect(first).toBeGreaterThan(Date.now() - 60_000);
    await set(7);
    await Promise.all([ask(), ask(), ask()]);
    expect(await used(id)).toBe(7);
  });

  it("isn't waited for, and its failure is nobody's", async () => {
    const { secret } = await newKey("viewer");
    await env.DB.prepare("UPDATE admin_keys SET last_used_at = NULL").run();
    faults.watch = () => {
      throw new Error("D1_ERROR: Network connection lost.");
    };
    const answer = await withHeaders({ authorization: `Bearer ${secret}` })("GET", "/me");
    expect(answer.status).toBe(200);
  });
});

it("leaves an event for each change, with names and no values", async () => {
  const owner = await adminOf("owner");
  const { id } = await made(owner, "viewer");
  await owner("PATCH", `/admin-keys/${id}`, { name: "Zebra", role: "operator" });
  await owner("DELETE", `/admin-keys/${id}`);
  const { body, text } = await owner("GET", `/events?resource=${id}`);
  expect(objectsIn(body["data"]).map(({ type, changes }) => [type, changes])).toEqual([
    ["key.revoked", { attributes: ["revokedAt"] }],
    ["key.updated", { attributes: ["name", "role"] }],
    ["key.created", {}],
  ]);
  expect(text).not.toContain("Zebra");
});

it("is made by the claim too, with its hint", async () => {
  const { body } = await withHeaders({})("POST", "/setup/claim", {
    secret: BOOTSTRAP,
    name: "Ada",
  });
  const row = await stored(textAt(body, "keyId"));
  expect(row).toMatchObject({ role: "owner", hint: textAt(body, "key").slice(-4), version: 1 });
});
