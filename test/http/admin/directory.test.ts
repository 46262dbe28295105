import { describe, expect, it } from "vitest";
import { type Json, type JsonObject } from "../../../src/scim/json.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { newSource, type Source } from "../../support/client.ts";
import { objectsIn, textAt } from "../../support/scim.ts";

const UNKNOWN = "019a0000-0000-7000-8000-00000000ffff";

async function setting(): Promise<{ admin: Call; source: Source }> {
  const admin = await adminOf("owner");
  return { admin, source: await newSource(admin, "okta") };
}

async function create(source: Source, path: string, body: JsonObject): Promise<string> {
  const answer = await source.call("POST", path, body);
  expect(answer.status, answer.text).toBe(201);
  return textAt(answer.body, "id");
}

/** The values of one field over all pages. */
async function walk(admin: Call, path: string, field: string): Promise<Json[]> {
  const values: Json[] = [];
  let cursor = "";
  do {
    const next = cursor === "" ? path : `${path}&cursor=${cursor}`;
    const { status, body, text } = await admin("GET", next);
    expect(status, text).toBe(200);
    values.push(...objectsIn(body["data"]).map((item) => item[field] ?? null));
    cursor = textAt(body, "nextCursor");
  } while (cursor !== "");
  return values;
}

describe("users", () => {
  it("are shown as the directory keeps them", async () => {
    const { admin, source } = await setting();
    const id = await create(source, "/Users", {
      userName: "Ada@x.test",
      externalId: "7",
      name: { givenName: "Ada" },
      active: false,
    });
    const { status, body } = await admin("GET", `/users/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id,
      sourceId: source.id,
      organizationId: expect.any(String),
      furtherOrganizationIds: [],
      active: false,
      userName: "Ada@x.test",
      phone: null,
      fields: {},
      groups: [],
      attributes: {
        userName: "Ada@x.test",
        externalId: "7",
        name: { givenName: "Ada" },
        active: false,
      },
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("of all sources are listed by cursor, each once, also when some are deleted meanwhile", async () => {
    const { admin, source } = await setting();
    const other = await newSource(admin, "okta");
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      ids.push(await create(i % 2 ? source : other, "/Users", { userName: `u${i}` }));
    }
    expect(await walk(admin, "/users?limit=3", "id")).toEqual(ids);
    const first = await admin("GET", "/users?limit=3");
    await other.call("DELETE", `/Users/${ids[0] ?? ""}`);
    const next = await admin("GET", `/users?limit=3&cursor=${textAt(first.body, "nextCursor")}`);
    expect(next.body["data"]).toMatchObject(ids.slice(3, 6).map((id) => ({ id })));
  });

  it("are found by a SCIM filter, page by page", async () => {
    const { admin, source } = await setting();
    for (let i = 0; i < 5; i++) {
      await create(source, "/Users", { userName: `u${i}`, title: i === 2 ? "CEO" : "Clerk" });
    }
    const clerks = encodeURIComponent('title eq "clerk"');
    expect(await walk(admin, `/users?limit=2&filter=${clerks}`, "userName")).toEqual([
      "u0",
      "u1",
      "u3",
      "u4",
    ]);
    const one = encodeURIComponent('userName eq "U2"');
    expect(await walk(admin, `/users?limit=2&filter=${one}`, "userName")).toEqual(["u2"]);
  });

  it.each(["userName eq", "shoeSize eq 1", "password pr", "(".repeat(100)])(
    "aren't found by %j, which is said",
    async (filter) => {
      const { admin } = await setting();
      const { status, body } = await admin("GET", `/users?filter=${encodeURIComponent(filter)}`);
      expect(status).toBe(400);
      expect(body["code"]).toBe("invalid_filter");
    },
  );

  it("that are gone or never were are not found", async () => {
    const { admin, source } = await setting();
    const id = await create(source, "/Users", { userName: "ada" });
    await source.call("DELETE", `/Users/${id}`);
    expect((await admin("GET", `/users/${id}`)).status).toBe(404);
    expect((await admin("GET", `/users/${UNKNOWN}`)).status).toBe(404);
  });
});

describe("groups", () => {
  it("are shown with the number of their members, who are listed by cursor", async () => {
    const { admin, source } = await setting();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await create(source, "/Users", { userName: `u${i}` }));
    const id = await create(source, "/Groups", {
      displayName: "Engineers",
      members: ids.map((value) => ({ value })),
    });
    expect((await admin("GET", `/groups/${id}`)).body).toMatchObject({
      id,
      sourceId: source.id,
      displayName: "Engineers",
      memberCount: 5,
      attributes: { displayName: "Engineers" },
      version: 1,
    });
    expect(await walk(admin, `/groups/${id}/members?limit=2`, "id")).toEqual(ids);
  });

  it("are listed and filtered", async () => {
    const { admin, source } = await setting();
    for (const displayName of ["A", "B", "C"]) await create(source, "/Groups", { displayName });
    expect(await walk(admin, "/groups?limit=2", "displayName")).toEqual(["A", "B", "C"]);
    const filter = encodeURIComponent('displayName eq "b"');
    expect(await walk(admin, `/groups?limit=2&filter=${filter}`, "displayName")).toEqual(["B"]);
  });

  it("that aren't there are not found, nor are their members", async () => {
    const { admin } = await setting();
    expect((await admin("GET", `/groups/${UNKNOWN}`)).status).toBe(404);
    expect((await admin("GET", `/groups/${UNKNOWN}/members`)).status).toBe(404);
  });
});

describe("events", () => {
  it("come newest first, by source, by resource and by cursor", async () => {
    const { admin, source } = await setting();
    const other = await newSource(admin, "okta");
    const id = await create(source, "/Users", { userName: "ada" });
    const user = `/Users/${id}`;
    await source.call("PATCH", user, {
      Operations: [{ op: "replace", path: "title", value: "Countess" }],
    });
    await source.call("DELETE", user);
    await create(other, "/Users", { userName: "bob" });

    const ofUser = await admin("GET", `/events?resource=${id}`);
    expect(ofUser.body["data"]).toMatchObject([
      { type: "user.deleted", resourceType: "User", resourceId: id, actor: source.tokenId },
      { type: "user.updated", changes: { attributes: ["title"] } },
      { type: "user.created", sourceId: source.id },
    ]);
    expect(ofUser.text).not.toContain("Countess");
    const first = await admin("GET", `/events?source=${source.id}&limit=3`);
    const next = textAt(first.body, "nextCursor");
    const last = await admin("GET", `/events?source=${source.id}&limit=3&cursor=${next}`);
    expect(last.body["nextCursor"]).toBeNull();
    const events = [first, last].flatMap(({ body }) => objectsIn(body["data"]));
    expect(events.map(({ type }) => type)).toEqual([
      "user.deleted",
      "user.updated",
      "user.created",
      "organization.created",
      "source.created",
    ]);
    expect((await admin("GET", "/events?source=nobody")).body).toEqual({
      data: [],
      nextCursor: null,
    });
  });
});
