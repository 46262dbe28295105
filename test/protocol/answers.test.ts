/** How answers differ by dialect: their media type, and what a create that updates is called. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { PROFILE_NAMES, PROFILES } from "../../src/scim/profile.ts";
import { bulk, statusesIn } from "../support/bulk.ts";
import { type Admin, claim, newSource, oneSource } from "../support/client.ts";
import * as scim from "../support/scim.ts";

const TYPES = ["application/scim+json", "application/json"] as const;

it("knows every profile", async () => {
  const admin = await claim();
  for (const profile of PROFILE_NAMES) {
    const { id } = await newSource(admin, profile);
    const { body } = await admin("GET", `/data-sources/${id}`);
    expect(body).toMatchObject({ profile, switches: {} });
  }
});

describe.each(TYPES)("answerType %s", (answerType) => {
  const typed = (admin: Admin) => newSource(admin, "okta", { switches: { answerType } });

  it("is the type of every answer with a body, refusals too", async () => {
    const source = await typed(await claim());
    const user = await scim.newUser(source, { userName: "ann" });
    const group = await scim.newGroup(source, "G");
    const answers = [
      await source.call("GET", user),
      await source.call("PUT", user, scim.userBody({ userName: "ann", title: "T" })),
      await scim.patch(source, user, { op: "replace", path: "title", value: "U" }),
      await source.call("POST", "/Users", scim.userBody({ userName: "bob" })),
      await source.call("GET", group),
      await scim.find(source, 'userName eq "ann"'),
      await scim.find(source, "userName eq"),
      await source.call("GET", "/Users/none"),
      await source.call("POST", "/Users", { userName: 1 }),
      await source.call("PUT", user, scim.userBody({ userName: "bob" })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 200, 201, 200, 200, 400, 404, 400, 409,
    ]);
    expect(new Set(answers.map(({ headers }) => headers.get("content-type")))).toEqual(
      new Set([answerType]),
    );
  });

  it("leaves the types that are read alone", async () => {
    const source = await typed(await claim());
    for (const [i, type] of TYPES.entries()) {
      const body = scim.userBody({ userName: `user-${i}` });
      const { status } = await source.call("POST", "/Users", body, { "content-type": type });
      expect(status).toBe(201);
    }
  });
});

it("answers a stranger at a source of any type by SCIM's", async () => {
  const { base } = await oneSource("onelogin");
  const answer = await scim.send(`${base}/Users`, { headers: { authorization: "Bearer none" } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toBe("application/scim+json");
});

const CREATES: Record<string, JsonObject> = {
  "/Users": { schemas: [scim.CORE], userName: "ann", externalId: "1" },
  "/Groups": { schemas: [scim.GROUP], displayName: "G", externalId: "1" },
};

describe.each([
  [false, 200],
  [true, 201],
])("updateAsCreated %s", (updateAsCreated, status) => {
  it.each(Object.keys(CREATES))("answers what it updates at %s accordingly", async (path) => {
    const admin = await claim();
    const source = await newSource(admin, "okta", { switches: { updateAsCreated } });
    const body = CREATES[path] ?? {};
    const created = await source.call("POST", path, body);
    expect(created.status).toBe(201);
    const id = scim.textAt(created.body, "id");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("1", "2"), async (externalId) => {
        const answer = await source.call("POST", path, { ...body, externalId });
        const expected = externalId === "1" ? { status, id } : { status: 409, id: undefined };
        expect({ status: answer.status, id: answer.body["id"] }).toEqual(expected);
      }),
      { numRuns: 8 },
    );
    const data = { ...body, externalId: "1" };
    const inBulk = await bulk(source, [{ method: "POST", path, bulkId: "again", data }]);
    expect(statusesIn(inBulk)).toEqual([String(status)]);
  });

  it("goes for 409 where a create does not update", async () => {
    const switches = { updateAsCreated, onDuplicate: "conflict" };
    const source = await newSource(await claim(), "okta", { switches });
    const body = CREATES["/Users"] ?? {};
    const answers = [
      await source.call("POST", "/Users", body),
      await source.call("POST", "/Users", body),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([201, 409]);
  });
});

it.each(PROFILE_NAMES.filter((name) => PROFILES[name].onDuplicate === "update"))(
  "shows that an empty group is empty (%s)",
  async (profile) => {
    const source = await oneSource(profile);
    const group = await scim.newGroup(source, "G");
    expect((await source.call("GET", group)).body["members"]).toEqual([]);
    const without = await source.call("GET", `${group}?excludedAttributes=members`);
    expect(without.body).not.toHaveProperty("members");
    const listed = await source.call("GET", "/Groups");
    expect(JSON.stringify(listed.body)).not.toContain("members");
  },
);
