/** What the profiles decide beside the table of quirks: each an ambiguity settled once. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { statusesIn } from "../support/bulk.ts";
import { type Admin, claim, newSource, oneSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

const LENIENT = ["okta", "entra", "standard"];
const ALL = [...LENIENT, "rfc"];
const work = { value: "a@one.test", type: "work" };

async function world(profile: string): Promise<{ admin: Admin; source: Source }> {
  const admin = await claim();
  return { admin, source: await newSource(admin, profile) };
}

/** What a client got is what it sends back, with something changed. */
const ECHOED: JsonObject = {
  schemas: [scim.CORE],
  id: "ours",
  meta: { resourceType: "Group", version: 'W/"99"' },
  groups: [{ value: "x" }],
  title: "T",
};

describe("a remove that selects nothing", () => {
  const operation = { op: "remove", path: 'emails[type eq "home"]' };

  it.each(LENIENT)("changes nothing (%s)", async (profile) => {
    const { admin, source } = await world(profile);
    const user = await scim.newUser(source, { userName: "a", emails: [work] });
    const remove = () => scim.patch(source, user, operation);
    const { status } = await scim.expectNothingHappens(admin, source, user, remove);
    expect(status).toBe(200);
  });

  it("answers noTarget in the strict profile", async () => {
    const { admin, source } = await world("rfc");
    const user = await scim.newUser(source, { emails: [work] });
    const remove = () => scim.patch(source, user, operation);
    const answer = await scim.expectNothingHappens(admin, source, user, remove);
    scim.expectError(answer, 400, "noTarget");
  });
});

describe("read-only attributes in a body", () => {
  it.each(LENIENT)("are passed over in a PATCH without a path (%s)", async (profile) => {
    const source = await oneSource(profile);
    const user = await scim.newUser(source, { userName: "a" });
    const { status, body } = await scim.patch(source, user, { op: "replace", value: ECHOED });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: scim.idAt(user), title: "T", meta: { version: 'W/"2"' } });
    expect(body).not.toHaveProperty("groups");
  });

  it.each(Object.keys(ECHOED).filter((name) => name !== "title"))(
    "are mutability in a strict PATCH: %s",
    async (name) => {
      const { admin, source } = await world("rfc");
      const user = await scim.newUser(source);
      const value = { title: "T", [name]: ECHOED[name] ?? null };
      const change = () => scim.patch(source, user, { op: "replace", value });
      const answer = await scim.expectNothingHappens(admin, source, user, change);
      scim.expectError(answer, 400, "mutability");
    },
  );

  it.each(ALL)("are passed over in a PUT (%s)", async (profile) => {
    const source = await oneSource(profile);
    const user = await scim.newUser(source, { userName: "a" });
    const { status, body } = await source.call("PUT", user, { ...ECHOED, userName: "b" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: scim.idAt(user), userName: "b", meta: { version: 'W/"2"' } });
    expect(body).not.toHaveProperty("groups");
  });

  it.each(LENIENT)("are passed over when a group is renamed by id (%s)", async (profile) => {
    const source = await oneSource(profile);
    const group = await scim.newGroup(source, "Old");
    const value = { id: scim.idAt(group), displayName: "New" };
    expect((await scim.patch(source, group, { op: "replace", value })).status).toBe(204);
    const { body } = await source.call("GET", group);
    expect(body).toMatchObject({ id: scim.idAt(group), displayName: "New" });
  });

  it.each(ALL)("are mutability as a path (%s)", async (profile) => {
    const { admin, source } = await world(profile);
    const user = await scim.newUser(source, { userName: "a" });
    for (const path of ["id", "meta.version", "groups", "schemas"]) {
      const change = () => scim.patch(source, user, { op: "replace", path, value: "x" });
      const answer = await scim.expectNothingHappens(admin, source, user, change);
      scim.expectError(answer, 400, "mutability");
    }
  });
});

describe("an extension's attribute without its URN, as a PATCH path", () => {
  it.each(LENIENT)("is that of the extension (%s)", async (profile) => {
    const source = await oneSource(profile);
    const user = await scim.newUser(source, { userName: "a" });
    const { status, text, body } = await scim.patch(
      source,
      user,
      { op: "Add", path: "manager", value: [{ $ref: null, value: "26118915" }] },
      { op: "Replace", path: "Department", value: "Eng" },
    );
    expect(status, text).toBe(200);
    expect(body["schemas"]).toEqual([scim.CORE, scim.ENTERPRISE]);
    const { organization: _, ...extension } = Object(body[scim.ENTERPRISE]);
    expect(extension).toEqual({ department: "Eng", manager: { value: "26118915" } });
    const removed = await scim.patch(source, user, { op: "Remove", path: "manager" });
    expect(removed.body[scim.ENTERPRISE]).toMatchObject({ department: "Eng" });
    expect(removed.body[scim.ENTERPRISE]).not.toHaveProperty("manager");
  });

  it("is invalidPath in the strict profile", async () => {
    const { admin, source } = await world("rfc");
    const user = await scim.newUser(source);
    for (const path of ["manager", "department", "manager.value"]) {
      const change = () => scim.patch(source, user, { op: "add", path, value: "x" });
      const answer = await scim.expectNothingHappens(admin, source, user, change);
      scim.expectError(answer, 400, "invalidPath");
    }
  });

  it.each(ALL)("is invalidPath for a group, which has no extension (%s)", async (profile) => {
    const source = await oneSource(profile);
    const group = await scim.newGroup(source, "G");
    const answer = await scim.patch(source, group, { op: "add", path: "department", value: "x" });
    scim.expectError(answer, 400, "invalidPath");
  });
});

describe("a profile that was changed", () => {
  it("reads the very next body, which the one before would have refused", async () => {
    const { admin, source } = await world("rfc");
    const user = await scim.newUser(source);
    const members = [scim.idAt(user)];
    const group = await scim.newGroup(source, "G", members);
    await admin("PATCH", `/data-sources/${source.id}`, { profile: "okta" });
    const value = members.map((id) => ({ value: id }));
    const answer = await scim.patch(source, group, { op: "remove", path: "members", value });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await scim.membersAt(source, group)).toEqual([]);
  });

  it("reads the very next filter, search and Bulk, too", async () => {
    const { admin, source } = await world("rfc");
    const user = await scim.newUser(source);
    const switchTo = (profile: string) => admin("PATCH", `/data-sources/${source.id}`, { profile });
    const filter = encodeURIComponent('active eq "True"');
    const remove = { op: "Remove", path: "title", value: "x" };
    const bulk = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        { method: "PATCH", path: `/Users/${scim.idAt(user)}`, data: { Operations: [remove] } },
      ],
    };
    const asked = [
      ["invalidFilter", () => source.call("GET", `/Users?filter=${filter}`)],
      ["invalidSyntax", () => source.call("POST", "/Users/.search", { filter: "userName pr" })],
    ] as const;
    for (const [scimType, ask] of asked) {
      scim.expectError(await ask(), 400, scimType);
      await switchTo("okta");
      expect((await ask()).status).toBe(200);
      await switchTo("rfc");
    }
    const statuses = async () => statusesIn(await source.call("POST", "/Bulk", bulk));
    expect(await statuses()).toEqual(["400"]);
    await switchTo("okta");
    expect(await statuses()).toEqual(["200"]);
  });
});
