/** Organizations as a SCIM resource: what one source may do with its own. */
import { describe, expect, it } from "vitest";
import { PROFILE_NAMES } from "../../src/scim/profile.ts";
import { bulkBody, pathsIn, statusesIn } from "../support/bulk.ts";
import { claim, newSource, oneSource } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import * as tree from "../support/tree.ts";

describe("an organization", () => {
  it("A111 is created, read, replaced, patched and deleted like any resource", async () => {
    const { admin, source } = await tree.adminAndSource("standard");
    const body = { code: "S-1", externalId: "o-1", order: 0, displayName: "Sales" };
    const made = await source.call("POST", "/Organizations", tree.organizationBody(body));
    expect(made.status, made.text).toBe(201);
    const parent = await tree.targetOf(source);
    expect(scim.contentOf(made)).toEqual({ ...body, parent });
    const path = `/Organizations/${scim.textAt(made.body, "id")}`;
    expect(made.headers.get("location")).toBe(`${source.base}${path}`);
    expect((await source.call("GET", path)).body).toEqual(made.body);
    const { etag } = Object.fromEntries(made.headers);
    const same = await source.call("GET", path, undefined, { "if-none-match": etag ?? "" });
    expect(same.status).toBe(304);

    const put = await source.call("PUT", path, tree.organizationBody({ displayName: "Verkauf" }));
    expect(scim.contentOf(put)).toEqual({ displayName: "Verkauf", parent });
    const patched = await scim.patch(
      source,
      path,
      { op: "add", path: "order", value: 7 },
      { op: "replace", value: { code: "S-2" } },
      { op: "remove", path: "parent" },
    );
    expect(scim.contentOf(patched)).toEqual({
      displayName: "Verkauf",
      parent,
      code: "S-2",
      order: 7,
    });
    const stale = await source.call("PUT", path, tree.organizationBody(), { "if-match": 'W/"1"' });
    scim.expectError(stale, 412);
    expect((await source.call("DELETE", path)).status).toBe(204);
    scim.expectError(await source.call("GET", path), 404);
    expect(await scim.eventsOf(admin, path)).toEqual([
      "organization.created",
      "organization.updated",
      "organization.updated",
      "organization.deleted",
    ]);
    expect(await violations()).toEqual([]);
  });

  it("changes nothing where nothing changes", async () => {
    const { admin, source } = await tree.adminAndSource("okta");
    const body = tree.organizationBody({ code: "S", order: 1, externalId: "x" });
    const path = `/Organizations/${await scim.created(source, "/Organizations", body)}`;
    const parent = await tree.targetOf(source);
    for (const same of [body, { ...body, parent }, { ...body, parent: "" }]) {
      await scim.expectNothingHappens(admin, source, path, () => source.call("PUT", path, same));
      await scim.expectNothingHappens(admin, source, path, () =>
        source.call("POST", "/Organizations", same),
      );
    }
    await scim.expectNothingHappens(admin, source, path, () =>
      scim.patch(source, path, { op: "replace", path: "parent", value: parent }),
    );
  });

  it.each(PROFILE_NAMES)("is in ResourceTypes and Schemas (%s)", async (profile) => {
    const source = await oneSource(profile);
    const { body } = await source.call("GET", "/ResourceTypes/Organization");
    expect(body).toMatchObject({ endpoint: "/Organizations", schema: scim.ORGANIZATION });
    const schema = await source.call("GET", `/Schemas/${scim.ORGANIZATION}`);
    expect(scim.objectsIn(schema.body["attributes"]).map(({ name }) => name)).toEqual([
      "displayName",
      "code",
      "parent",
      "order",
    ]);
  });

  it("needs permissions of its own", async () => {
    const source = await oneSource("okta");
    const path = await tree.newOrganization(source);
    await tree.setPermissions(source, ["user:read", "user:write", "organization:read"]);
    const post = await source.call("POST", "/Organizations", tree.organizationBody());
    tree.expectRefusal(post, 403, /organization:write/);
    expect((await source.call("GET", path)).status).toBe(200);
    await tree.setPermissions(source, ["user:read", "user:write", "organization:write"]);
    tree.expectRefusal(await source.call("GET", path), 403, /organization:read/);
    tree.expectRefusal(await source.call("GET", "/Organizations"), 403, /organization:read/);
    expect((await source.call("DELETE", path)).status).toBe(204);
  });

  it.each([
    ["no name", { displayName: null }, 400],
    ["an empty name", { displayName: "" }, 400],
    ["a long name", { displayName: "n".repeat(129) }, 400],
    ["a long code", { code: "c".repeat(65) }, 400],
    ["an order that is none", { order: "first" }, 400],
    ["a parent that is none", { parent: { value: "x" } }, 400],
  ])("is refused with %s", async (_, attributes, status) => {
    const source = await oneSource("okta");
    const answer = await source.call("POST", "/Organizations", tree.organizationBody(attributes));
    scim.expectError(answer, status, "invalidValue");
    const list = await source.call("GET", "/Organizations");
    expect(list.body["totalResults"]).toBe(1);
  });
});

describe("a repeated POST", () => {
  it("A90 is the same organization, by its label or by its name below the parent", async () => {
    const source = await oneSource("okta");
    const post = (attributes: object) =>
      source.call("POST", "/Organizations", tree.organizationBody({ ...attributes }));
    const first = await post({ displayName: "Sales" });
    const again = await post({ displayName: "SALES", externalId: "s", order: 3 });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body["id"]).toBe(first.body["id"]);
    const renamed = await post({ displayName: "Vertrieb", externalId: "s" });
    expect([renamed.status, scim.contentOf(renamed)]).toMatchObject([
      200,
      { displayName: "Vertrieb", order: 3, externalId: "s" },
    ]);
    scim.expectError(await post({ displayName: "Vertrieb", externalId: "t" }), 409, "uniqueness");
    expect(await violations()).toEqual([]);
  });

  it("A91 makes one of 64 at once", async () => {
    const source = await oneSource("okta");
    const body = tree.organizationBody({ externalId: "one" });
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => source.call("POST", "/Organizations", body)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body["id"])).size).toBe(1);
    expect(await violations()).toEqual([]);
  });

  it("is 409 in the strict profile", async () => {
    const source = await oneSource("rfc");
    await tree.newOrganization(source);
    const again = await source.call("POST", "/Organizations", tree.organizationBody());
    scim.expectError(again, 409, "uniqueness");
  });
});

describe("what is unique", () => {
  it("is a name below one parent, and a code in the directory", async () => {
    const admin = await claim();
    const [source, other] = [await newSource(admin, "rfc"), await newSource(admin, "rfc")];
    const sales = await tree.newOrganization(source, { displayName: "Sales", code: "A" });
    const below = await tree.newOrganization(source, {
      displayName: "sales",
      parent: scim.idAt(sales),
    });
    await tree.newOrganization(other, { displayName: "Sales", code: "B" });
    const code = tree.organizationBody({ displayName: "New", code: "b" });
    scim.expectError(await source.call("POST", "/Organizations", code), 409, "uniqueness");
    const rename = { op: "replace", path: "code", value: "a" };
    scim.expectError(await scim.patch(source, below, rename), 409, "uniqueness");
    const up = { op: "replace", path: "parent", value: await tree.targetOf(source) };
    scim.expectError(await scim.patch(source, below, up), 409, "uniqueness");
    expect((await source.call("DELETE", below)).status).toBe(204);
    await tree.newOrganization(source, { displayName: "sales", parent: scim.idAt(sales) });
    expect(await violations()).toEqual([]);
  });
});

describe("a move", () => {
  it("takes what is below along", async () => {
    const { admin, source } = await tree.adminAndSource("okta");
    const [top = "", middle = "", low = ""] = await tree.newChain(source, 3);
    const elsewhere = await tree.newOrganization(source, { displayName: "Elsewhere" });
    const moved = await scim.patch(source, middle, {
      op: "replace",
      value: { parent: scim.idAt(elsewhere), displayName: "moved" },
    });
    expect(scim.contentOf(moved)).toEqual({
      displayName: "moved",
      parent: scim.idAt(elsewhere),
    });
    expect((await scim.eventsOf(admin, middle)).at(-1)).toBe("organization.moved");
    expect((await source.call("GET", low)).status).toBe(200);
    expect((await source.call("DELETE", top)).status).toBe(204);
    expect(await violations()).toEqual([]);
  });

  it("A122 never closes a circle", async () => {
    const source = await oneSource("okta");
    const chain = await tree.newChain(source, 3);
    for (const below of chain) {
      const move = { op: "replace", path: "parent", value: scim.idAt(below) };
      const answer = await scim.patch(source, chain[0] ?? "", move);
      scim.expectError(answer, 400, "invalidValue");
      tree.expectRefusal(answer, 400, /below it/);
    }
    expect(await violations()).toEqual([]);
  });

  it("never closes a circle within one Bulk either", async () => {
    const source = await oneSource("okta");
    const one = await tree.newOrganization(source, { displayName: "one" });
    const two = await tree.newOrganization(source, { displayName: "two" });
    const patch = (path: string, parent: string) => ({
      method: "PATCH",
      path,
      data: scim.patchBody({ op: "replace", path: "parent", value: scim.idAt(parent) }),
    });
    const answer = await source.call("POST", "/Bulk", bulkBody([patch(one, two), patch(two, one)]));
    expect(statusesIn(answer)).toEqual(["200", "400"]);
    expect(await violations()).toEqual([]);
  });

  it("ends 64 levels below the root", async () => {
    const source = await oneSource("okta");
    // The source's own organization is the first level.
    const chain = await tree.newChain(source, 63);
    const last = scim.idAt(chain.at(-1) ?? "");
    const body = tree.organizationBody({ parent: last });
    tree.expectRefusal(await source.call("POST", "/Organizations", body), 400, /64 levels/);
    const [top = "", below = ""] = await tree.newChain(
      source,
      2,
      await tree.newOrganization(source),
    );
    const lower = scim.idAt(chain.at(-2) ?? "");
    const move = { op: "replace", path: "parent", value: lower };
    tree.expectRefusal(await scim.patch(source, top, move), 400, /64 levels/);
    expect((await scim.patch(source, below, move)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it.each(["POST", "PATCH"] as const)("A76 needs a parent that is there (%s)", async (method) => {
    const admin = await claim();
    const [source, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    const path = await tree.newOrganization(source);
    const foreign = scim.idAt(await tree.newOrganization(other));
    const ask = (parent: string) =>
      method === "POST"
        ? source.call("POST", "/Organizations", tree.organizationBody({ displayName: "N", parent }))
        : scim.patch(source, path, { op: "replace", path: "parent", value: parent });
    await scim.expectNothingHappens(admin, source, path, async () => {
      scim.expectError(await ask(crypto.randomUUID()), 400, "invalidValue");
      scim.expectError(await ask(foreign), 403);
    });
  });
});

describe("DELETE", () => {
  it("takes only what is empty", async () => {
    const source = await oneSource("okta");
    const path = await tree.newOrganization(source);
    const child = await tree.newOrganization(source, { parent: scim.idAt(path) });
    tree.expectRefusal(await source.call("DELETE", path), 409, /organizations below/);
    expect((await source.call("DELETE", child)).status).toBe(204);
    const user = `/Users/${await scim.created(source, "/Users", tree.placedBody(scim.idAt(path)))}`;
    tree.expectRefusal(await source.call("DELETE", path), 409, /users/);
    expect((await source.call("DELETE", user)).status).toBe(204);
    expect((await source.call("DELETE", path)).status).toBe(204);
    expect(await violations()).toEqual([]);
  });

  it("looks at what went before it in the same Bulk", async () => {
    const source = await oneSource("okta");
    const [top = "", below = ""] = await tree.newChain(source, 2);
    const user = await scim.created(source, "/Users", tree.placedBody(scim.idAt(below)));
    const answer = await source.call(
      "POST",
      "/Bulk",
      bulkBody([
        { method: "DELETE", path: `/Users/${user}` },
        { method: "DELETE", path: below },
        { method: "DELETE", path: top },
      ]),
    );
    expect(statusesIn(answer)).toEqual(["204", "204", "204"]);
    expect(await violations()).toEqual([]);
  });

  it("leaves the source's own organization, which is not its to rename or move either", async () => {
    const source = await oneSource("okta");
    const path = `/Organizations/${await tree.targetOf(source)}`;
    const { body } = await source.call("GET", path);
    expect(body).not.toHaveProperty("parent");
    tree.expectRefusal(await source.call("DELETE", path), 403, /directory itself/);
    const rename = { op: "replace", path: "displayName", value: "Mine" };
    tree.expectRefusal(await scim.patch(source, path, rename), 403, /directory itself/);
    const put = await source.call("PUT", path, tree.organizationBody());
    tree.expectRefusal(put, 403, /directory itself/);
  });
});

describe("a Bulk", () => {
  it("makes a tree and puts people into it", async () => {
    const source = await oneSource("okta");
    const post = (bulkId: string, path: string, data: object) => ({
      method: "POST",
      path,
      bulkId,
      data: { ...data },
    });
    const answer = await source.call(
      "POST",
      "/Bulk",
      bulkBody([
        post("u", "/Users", tree.placedBody("bulkId:low")),
        post("low", "/Organizations", tree.organizationBody({ parent: "bulkId:top" })),
        post("top", "/Organizations", tree.organizationBody({ displayName: "Top" })),
      ]),
    );
    expect(statusesIn(answer)).toEqual(["201", "201", "201"]);
    const [user = "", low = "", top = ""] = pathsIn(answer, source);
    expect(await tree.placeOf(user)).toBe(scim.idAt(low));
    expect((await source.call("GET", low)).body["parent"]).toBe(scim.idAt(top));
    expect(await violations()).toEqual([]);
  });
});
