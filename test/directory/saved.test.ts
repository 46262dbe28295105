/** Databases of earlier versions are migrated, and everybody goes on: same ids, same tokens. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Json } from "../../src/scim/json.ts";
import { call, ORIGIN, type Answer } from "../support/client.ts";
import { violations } from "../support/invariants.ts";

const known = z.object({
  adminKey: z.string(),
  sources: z.record(z.string(), z.object({ id: z.string(), base: z.string(), token: z.string() })),
  disabledToken: z.string(),
  ids: z.record(z.string(), z.string()),
});

const databases = import.meta.glob<string>("../saved/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const facts = import.meta.glob<unknown>("../saved/*.json", { import: "default", eager: true });

const SAVED = Object.entries(databases).map(([path, sql]) => ({
  path,
  sql,
  ...known.parse(facts[path.replace(".sql", ".json")]),
}));

describe.each(SAVED)("the database of $path", ({ sql, adminKey, sources, disabledToken, ids }) => {
  beforeEach(async () => {
    await reset();
    await env.DB.batch(sql.split("\n\n").map((statement) => env.DB.prepare(statement)));
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  });

  function as(name: string, method: string, path: string, body?: Json): Promise<Answer> {
    const { base = "", token = "" } = sources[name] ?? {};
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
    return call(method, `${base}${path}`, { body, headers });
  }

  it("is ready after its migrations, and whole", async () => {
    const { body } = await call("GET", `${ORIGIN}/readyz`);
    expect(body["checks"]).toContainEqual(
      expect.objectContaining({ name: "migrations:DB", ok: true }),
    );
    expect(await violations()).toEqual([]);
  });

  it.each([
    ["okta", "ann"],
    ["okta", "bob"],
    ["rfc", "cy"],
    ["standard", "dora"],
  ])("shows %s its %s by id and by name", async (source, name) => {
    const { body } = await as(source, "GET", `/Users/${ids[name]}`);
    expect(body).toMatchObject({ id: ids[name] });
    const filter = encodeURIComponent(`userName eq ${JSON.stringify(body["userName"])}`);
    const found = await as(source, "GET", `/Users?filter=${filter}`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: ids[name] }] });
  });

  it("keeps its groups and who is in them", async () => {
    const { body } = await as("okta", "GET", `/Groups/${ids["staff"]}`);
    expect(body).toMatchObject({
      displayName: "Staff",
      members: [{ value: ids["ann"] }, { value: ids["bob"] }],
    });
    expect((await as("rfc", "GET", "/Groups")).body).toMatchObject({
      Resources: [{ id: ids["empty"], displayName: "Empty" }],
    });
  });

  it("goes on to recognize, change, restore and delete its people", async () => {
    const again = await as("okta", "POST", "/Users", {
      userName: "ann@example.com",
      externalId: "00u1",
    });
    expect([again.status, again.body["id"]]).toEqual([200, ids["ann"]]);
    const enabled = await as("okta", "PATCH", `/Users/${ids["bob"]}`, {
      Operations: [{ op: "replace", path: "active", value: true }],
    });
    expect(enabled.body).toMatchObject({ active: true, meta: { version: 'W/"2"' } });
    const back = await as("okta", "POST", "/Users", {
      userName: "gone@example.com",
      externalId: "00u3",
    });
    expect([back.status, back.body["id"]]).toEqual([201, ids["gone"]]);
    expect((await as("okta", "DELETE", `/Users/${ids["ann"]}`)).status).toBe(204);
    expect((await as("standard", "POST", "/Users", { userName: "DORA" })).status).toBe(409);
    expect((await as("rfc", "POST", "/Users", { userName: "new" })).status).toBe(400);
    expect(await violations()).toEqual([]);
  });

  it("keeps out who was kept out", async () => {
    expect((await as("closed", "GET", "/Users")).status).toBe(403);
    const base = sources["okta"]?.base ?? "";
    const headers = { authorization: `Bearer ${disabledToken}` };
    expect((await call("GET", `${base}/Users`, { headers })).status).toBe(401);
  });

  it("knows its admin, who sees the same sources", async () => {
    const headers = { authorization: `Bearer ${adminKey}` };
    const { body } = await call("GET", `${ORIGIN}/api/v1/data-sources`, { headers });
    const listed = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(body);
    expect(listed.data.map(({ id }) => id)).toEqual(Object.values(sources).map(({ id }) => id));
  });
});
