/** The audit of what admins do: who, what, before and after; and that nobody can change what it says. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claim, newSource, type Admin } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { keepQuiet } from "../support/quiet.ts";
import { scaled } from "../support/scale.ts";
import { idAt, newUser, objectsIn, textAt } from "../support/scim.ts";

keepQuiet();

async function entries(admin: Admin, query = "") {
  const { status, body, text } = await admin("GET", `/audit?limit=200&${query}`);
  expect(status, text).toBe(200);
  return objectsIn(body["data"]);
}

/** Every page; the last heads of each chain, and what is broken. */
async function verify(admin: Admin, limit = 500) {
  const heads = new Map<unknown, unknown>();
  let checked = 0;
  for (let after: unknown = 0; ;) {
    const { status, body, text } = await admin("POST", "/audit/verify", {
      after: Number(after),
      limit,
    });
    expect(status, text).toBe(200);
    checked += Number(body["checked"]);
    for (const { chain, hmac } of objectsIn(body["heads"])) heads.set(chain, hmac);
    if (body["broken"] !== undefined) return { checked, heads, broken: body["broken"] };
    if (body["next"] === null) return { checked, heads, broken: undefined };
    after = body["next"];
  }
}

/** What an admin can do that needs an object, and what needs none. */
async function work(admin: Admin): Promise<string> {
  const source = await newSource(admin, "okta");
  const path = `/data-sources/${source.id}`;
  await admin("PATCH", path, { name: `Renamed ${source.id.slice(-4)}`, ratePerSecond: 5 });
  await admin("POST", `${path}/disable`);
  await admin("POST", `${path}/enable`);
  const token = await admin("POST", `${path}/tokens`, {});
  await admin("POST", `${path}/tokens/${textAt(token.body, "id")}/disable`);
  const key = await admin("POST", "/admin-keys", { name: "CI", role: "viewer" });
  await admin("DELETE", `/admin-keys/${textAt(key.body, "id")}`);
  await admin("POST", "/directories", { name: `Acme ${source.id.slice(-6)}` });
  return source.id;
}

describe("the audit", () => {
  it("tells who did what to what, before and after, and no secret", async () => {
    const admin = await claim();
    const id = await work(admin);
    const ofSource = (await entries(admin, `chain=${id}`)).toReversed();
    expect(ofSource.map(({ action }) => action)).toEqual([
      "source.created",
      "source.updated",
      "source.disabled",
      "source.enabled",
      "token.created",
      "token.disabled",
    ]);
    expect(ofSource[1]).toMatchObject({
      role: "owner",
      targetType: "DataSource",
      targetId: id,
      position: 2,
      changes: { ratePerSecond: { from: null, to: 5 } },
    });
    expect(ofSource[2]).toMatchObject({
      changes: { status: { from: "enabled", to: "disabled" } },
    });
    const deployment = (await entries(admin, "chain=deployment")).toReversed();
    expect(deployment.map(({ action }) => action)).toEqual([
      "setup.claimed",
      "key.created",
      "key.revoked",
      "directory.created",
    ]);
    const all = JSON.stringify(rowsOf(await dump(), "audit"));
    expect(all).not.toMatch(/mst_|hash|pepper-test/);
  });

  it("names the people whom the end of a source takes along, in its chain", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { name: "One" });
    const ids = [await newUser(source)].map(idAt);
    const path = `/data-sources/${source.id}`;
    await admin("POST", `${path}/disable`);
    await admin("DELETE", `${path}?confirm=One&people=disable&confirmPeople=1`);
    const [deleted, people] = await entries(admin, `chain=${source.id}`);
    expect(deleted).toMatchObject({ action: "source.deleted", position: 4 });
    expect(people).toMatchObject({
      action: "source.people_disabled",
      targetId: source.id,
      changes: { people: { from: ids } },
    });
    expect((await verify(admin)).broken).toBeUndefined();
  });

  it("has no entry for what was refused or changed nothing, nor for what sources do", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { name: "One" });
    await newUser(source);
    await admin("PATCH", `/data-sources/${source.id}`, { name: "One" });
    await admin("DELETE", `/data-sources/${source.id}?confirm=One`);
    expect(await entries(admin, `chain=${source.id}`)).toHaveLength(1);
  });

  it("is for owners", async () => {
    const admin = await claim();
    const { body } = await admin("POST", "/admin-keys", { name: "Op", role: "operator" });
    const headers = { authorization: `Bearer ${textAt(body, "secret")}` };
    const { call, ORIGIN } = await import("../support/client.ts");
    expect((await call("GET", `${ORIGIN}/api/v1/audit`, { headers })).status).toBe(403);
  });

  it("is neither changed nor deleted", async () => {
    await claim();
    for (const sql of ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"]) {
      await expect(env.DB.prepare(sql).run()).rejects.toThrow("audit is kept as it was written");
    }
  });

  it("stays whole while admins work at once", async () => {
    const admin = await claim();
    const names = Array.from({ length: 6 }, (_, i) => `Key ${i}`);
    const made = await Promise.all([
      ...names.map((name) => admin("POST", "/admin-keys", { name, role: "viewer" })),
      ...names.map((name) => admin("POST", "/directories", { name })),
    ]);
    const done = made.filter(({ status }) => status === 201).length;
    expect(made.filter(({ status }) => ![201, 503].includes(status))).toEqual([]);
    const { checked, broken } = await verify(admin);
    expect([checked, broken]).toEqual([done + 1, undefined]);
  });

  it("is proved page by page, with the heads that were there", async () => {
    const admin = await claim();
    const id = await work(admin);
    const whole = await verify(admin);
    expect(whole).toMatchObject({ checked: 10, broken: undefined });
    expect(new Set(whole.heads.keys())).toEqual(new Set(["deployment", id]));
    expect(await verify(admin, 1)).toEqual(whole);
    expect(await verify(admin, 3)).toEqual(whole);
  });

  it("shows that its end was cut off to whoever kept a head", async () => {
    const admin = await claim();
    const id = await work(admin);
    const before = await verify(admin);
    await tamper("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit WHERE chain = ?)", id);
    const after = await verify(admin);
    expect(after.broken).toBeUndefined();
    expect(after.heads.get(id)).not.toBe(before.heads.get(id));
    expect(after.heads.get("deployment")).toBe(before.heads.get("deployment"));
  });
});

async function tamper(sql: string, ...params: (string | number)[]): Promise<void> {
  const triggers = ["audit_is_not_changed", "audit_is_not_deleted"];
  for (const name of triggers) await env.DB.prepare(`DROP TRIGGER IF EXISTS ${name}`).run();
  await env.DB.prepare(sql)
    .bind(...params)
    .run();
}

const COLUMNS = ["chain", "at", "actor", "role", "action", "target_type", "target_id", "changes"];

describe("an audit that was tampered with", () => {
  it("names the row, whichever it is and whatever was changed", async () => {
    const admin = await claim();
    await work(admin);
    const rows = rowsOf(await dump(), "audit");
    const run = fc.asyncProperty(
      fc.nat(rows.length - 1),
      fc.constantFrom(...COLUMNS, "request_id", "previous", "hmac", "position"),
      async (index, column) => {
        const seq = Number(rows[index]?.["seq"]);
        const value = rows[index]?.[column] ?? null;
        const other = typeof value === "number" ? value + 1_000 : `${value}x`;
        await tamper(`UPDATE audit SET ${column} = ?1 WHERE seq = ?2`, other, seq);
        const { broken } = await verify(admin);
        await env.DB.prepare(`UPDATE audit SET ${column} = ?1 WHERE seq = ?2`)
          .bind(value, seq)
          .run();
        expect(broken).toMatchObject({ seq });
      },
    );
    await fc.assert(run, { numRuns: scaled(30) });
    expect((await verify(admin)).broken).toBeUndefined();
  });

  it("names the row after one that is gone", async () => {
    const admin = await claim();
    const id = await work(admin);
    const own = rowsOf(await dump(), "audit").filter(({ chain }) => chain === id);
    await tamper("DELETE FROM audit WHERE seq = ?", Number(own[2]?.["seq"]));
    expect((await verify(admin)).broken).toEqual({ seq: own[3]?.["seq"], chain: id, why: "gap" });
  });

  it("goes no further than the row that was put in the place of another", async () => {
    const admin = await claim();
    const id = await work(admin);
    const own = rowsOf(await dump(), "audit").filter(({ chain }) => chain === id);
    const [a, b] = [own[2], own[3]];
    await tamper("UPDATE audit SET position = 900 WHERE seq = ?", Number(a?.["seq"]));
    await tamper("UPDATE audit SET position = 3 WHERE seq = ?", Number(b?.["seq"]));
    await tamper("UPDATE audit SET position = 4 WHERE seq = ?", Number(a?.["seq"]));
    expect((await verify(admin)).broken).toMatchObject({ seq: a?.["seq"], chain: id });
  });
});
