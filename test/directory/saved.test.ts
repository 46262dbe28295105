/** Databases of earlier versions are migrated, and everybody goes on: same ids, same tokens. */
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Json } from "../../src/scim/json.ts";
import { PERMISSIONS } from "../../src/sources/source.ts";
import { call, ORIGIN, type Answer } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { administer, callWith, migrate, SAVED, savedSource, type Known } from "../support/saved.ts";
import { idsOf, objectsIn, textAt } from "../support/scim.ts";

/** Whom each source brought, of all versions; a database has some of them. */
const PEOPLE: Record<string, readonly string[]> = {
  okta: ["ann", "bob"],
  rfc: ["cy"],
  standard: ["dora", "emil"],
};

describe.each(SAVED)("the database of $path", ({ sql, adminKey, sources, disabledToken, ids }) => {
  beforeEach(() => migrate(sql));

  function as(name: string, method: string, path: string, body?: Json): Promise<Answer> {
    const { base = "", token = "" } = sources[name] ?? {};
    return callWith(token, method, `${base}${path}`, body);
  }

  const admin = (method: string, path: string, body?: Json) =>
    administer(adminKey, method, path, body);

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
    expect((await callWith(disabledToken, "GET", `${base}/Users`)).status).toBe(401);
  });

  it("knows its admin, who sees the same sources", async () => {
    const { body } = await admin("GET", "/data-sources");
    const listed = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(body);
    expect(listed.data.map(({ id }) => id)).toEqual(Object.values(sources).map(({ id }) => id));
  });

  it("goes on with its events behind the last one", async () => {
    const before = await seqs();
    expect((await as("okta", "DELETE", `/Users/${ids["ann"]}`)).status).toBe(204);
    const [first = 0, ...others] = await seqs();
    expect(others).toEqual(before);
    expect(first).toBeGreaterThan(before[0] ?? 0);
  });

  async function seqs(): Promise<number[]> {
    const { body } = await admin("GET", "/events?limit=100");
    return objectsIn(body["data"]).map(({ seq }) => Number(seq));
  }
});

describe.each(SAVED.filter(({ stage }) => stage === undefined))(
  "what the database of $path knew nothing of",
  ({ sql, adminKey, sources, ids }) => {
    beforeEach(() => migrate(sql));

    const admin = (method: string, path: string, body?: Json) =>
      administer(adminKey, method, path, body);

    it("leaves its sources open, with all permissions", async () => {
      for (const { id } of Object.values(sources)) {
        const { body } = await admin("GET", `/data-sources/${id}/permissions`);
        expect(body).toMatchObject({ apiOpen: true, permissions: [...PERMISSIONS] });
      }
    });

    it("leaves each source its scope: it sees exactly its people", async () => {
      for (const [name, { id }] of Object.entries(sources)) {
        const { body: scope } = await admin("GET", `/data-sources/${id}/scope`);
        const target = textAt(scope, "targetOrganizationId");
        expect(scope).toMatchObject({ organizationIds: [target], groupIds: [] });
        expect(sql).toContain(
          `scope_organizations (source_id, organization_id) VALUES ('${id}', '${target}')`,
        );
        if (name === "closed") continue;
        const own = (PEOPLE[name] ?? []).flatMap((person) => ids[person] ?? []);
        const { base = "", token = "" } = sources[name] ?? {};
        const list = await callWith(token, "GET", `${base}/Users`);
        expect([name, list.body["totalResults"], idsOf(list)]).toEqual([name, own.length, own]);
      }
    });

    it("has no custom fields, and no source a namespace", async () => {
      expect((await admin("GET", "/fields")).body["data"]).toEqual([]);
      for (const { id } of Object.values(sources)) {
        const { body } = await admin("GET", `/data-sources/${id}/fields`);
        expect(body).toMatchObject({ namespace: null, fieldIds: [] });
      }
    });

    it("begins its audit with the first thing an admin does now", async () => {
      expect((await admin("GET", "/audit")).body["data"]).toEqual([]);
      const { id = "" } = sources["okta"] ?? {};
      await admin("PATCH", `/data-sources/${id}`, { description: "Goes on" });
      const { body } = await admin("GET", "/audit");
      expect(body["data"]).toMatchObject([
        { action: "source.updated", targetId: id, position: 1, chain: id },
      ]);
      const verified = await admin("POST", "/audit/verify", {});
      expect(verified.body).toMatchObject({ checked: 1, next: null });
      expect(verified.body["broken"]).toBeUndefined();
    });
  },
);

describe.each(SAVED.filter(({ elsewhere }) => elsewhere !== undefined))(
  "the other keys and the other directory of $path",
  ({ sql, adminKey, viewerKey, revokedKey, secondToken, sources, elsewhere, ids }: Known) => {
    beforeEach(() => migrate(sql));

    it("are what they were, with the rights they had", async () => {
      expect((await administer(viewerKey, "GET", "/users")).status).toBe(200);
      const refused = await administer(viewerKey, "POST", "/fields", {});
      expect([refused.status, refused.body["code"]]).toEqual([403, "forbidden"]);
      expect((await administer(revokedKey, "GET", "/users")).status).toBe(401);
      const { base } = savedSource.parse(sources["standard"]);
      const users = await callWith(secondToken ?? "", "GET", `${base}/Users`);
      expect(idsOf(users)).toEqual([ids["dora"], ids["emil"]]);
    });

    it("have the same person again, whom each sees alone", async () => {
      const { base, token, directoryId } = { ...savedSource.parse(elsewhere), ...elsewhere };
      const path = `/users?directoryId=${directoryId}`;
      const listed = await administer(adminKey, "GET", path);
      expect(objectsIn(listed.body["data"]).map(({ id }) => id)).toEqual([ids["fay"]]);
      const group = await callWith(token, "GET", `${base}/Groups/${ids["crew"]}`);
      expect(group.body).toMatchObject({ displayName: "Staff", members: [{ value: ids["fay"] }] });
      expect((await callWith(token, "GET", `${base}/Users/${ids["ann"]}`)).status).toBe(404);
      const again = { userName: "ANN@example.com", externalId: "00u1", title: "Captain" };
      const { status, body } = await callWith(token, "POST", `${base}/Users`, again);
      expect([status, body["id"], body["title"]]).toEqual([200, ids["fay"], "Captain"]);
      expect(await violations()).toEqual([]);
    });
  },
);
