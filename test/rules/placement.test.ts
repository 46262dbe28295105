/** Which organization a user is in: who says so, and who says nothing of it. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { PROFILE_NAMES } from "../../src/scim/profile.ts";
import { askObject } from "../../src/sources/object.ts";
import type { UserOperation } from "../../src/sources/operation.ts";
import { claim, newSource, oneSource, type Source } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import * as tree from "../support/tree.ts";

const { ENTERPRISE } = scim;

function extension(values: JsonObject): JsonObject {
  return scim.userBody({ [ENTERPRISE]: values });
}

describe("without an organization", () => {
  it.each(PROFILE_NAMES)("A18 a new user is in the target (%s)", async (profile) => {
    const source = await oneSource(profile);
    const user = await scim.newUser(source);
    const target = await tree.targetOf(source);
    expect(await tree.placeOf(user)).toBe(target);
    const { body } = await source.call("GET", user);
    expect(body[ENTERPRISE]).toEqual(profile === "standard" ? { organization: target } : undefined);
  });

  it.each(["standard", "okta", "rfc"])("A19 a user stays where it is (%s)", async (profile) => {
    const source = await oneSource(profile);
    const organization = scim.idAt(await tree.newOrganization(source));
    const user = `/Users/${await scim.created(source, "/Users", tree.placedBody(organization))}`;
    const path = `${ENTERPRISE}:organizationId`;
    const silent = [
      () => source.call("PUT", user, scim.userBody({ title: "a" })),
      () => source.call("PUT", user, { ...tree.placedBody(null), title: "b" }),
      () => source.call("PUT", user, { ...tree.placedBody(""), title: "c" }),
      () => scim.patch(source, user, { op: "remove", path }),
      () => scim.patch(source, user, { op: "remove", path: ENTERPRISE }),
      () => scim.patch(source, user, { op: "replace", path, value: "" }),
      () => scim.patch(source, user, { op: "add", path: "title", value: "d" }),
    ];
    for (const say of silent) {
      const answer = await say();
      expect(answer.status, answer.text).toBe(200);
      expect(await tree.placeOf(user)).toBe(organization);
    }
    expect(await violations()).toEqual([]);
  });

  it("A19 nor does a repeated POST move anybody", async () => {
    const source = await oneSource("okta");
    const organization = scim.idAt(await tree.newOrganization(source));
    const user = await scim.created(source, "/Users", tree.placedBody(organization));
    const again = await source.call("POST", "/Users", scim.userBody({ title: "x" }));
    expect([again.status, again.body["id"]]).toEqual([200, user]);
    expect(again.body[ENTERPRISE]).toEqual({ organizationId: organization });
    expect(await tree.placeOf(user)).toBe(organization);
  });
});

describe("with an organization", () => {
  it.each(PROFILE_NAMES)("A20 a user is there, by organizationId (%s)", async (profile) => {
    const source = await oneSource(profile);
    const organization = scim.idAt(await tree.newOrganization(source));
    const made = await source.call("POST", "/Users", tree.placedBody(organization));
    expect(made.status, made.text).toBe(201);
    const name = profile === "standard" ? "organization" : "organizationId";
    expect(made.body[ENTERPRISE]).toEqual({ [name]: organization });
    const user = `/Users/${scim.textAt(made.body, "id")}`;
    expect((await source.call("GET", user)).body).toEqual(made.body);
    expect(await tree.placeOf(user)).toBe(organization);
  });

  it("A20 also by organization, where that is an id", async () => {
    const { admin, source } = await tree.adminAndSource("standard");
    const [one = "", two = ""] = (await tree.newChain(source, 2)).map(scim.idAt);
    const made = await source.call("POST", "/Users", extension({ organization: one }));
    const user = `/Users/${scim.textAt(made.body, "id")}`;
    expect(made.body[ENTERPRISE]).toEqual({ organization: one });
    const moved = await scim.patch(source, user, {
      op: "replace",
      path: `${ENTERPRISE}:organization`,
      value: two,
    });
    expect(moved.body[ENTERPRISE]).toEqual({ organization: two });
    const alias = { op: "replace", path: `${ENTERPRISE}:organizationId`, value: one };
    expect((await scim.patch(source, user, alias)).body[ENTERPRISE]).toEqual({ organization: one });
    const both = extension({ organization: one, organizationId: two });
    scim.expectError(await source.call("PUT", user, both), 400, "invalidValue");
    await scim.expectNothingHappens(admin, source, user, () =>
      source.call("PUT", user, extension({ organization: one })),
    );
    expect(await scim.eventsOf(admin, user)).toEqual([
      "user.created",
      "user.updated",
      "user.updated",
    ]);
    expect(await violations()).toEqual([]);
  });

  it("is text beside it elsewhere", async () => {
    const source = await oneSource("okta");
    const organization = scim.idAt(await tree.newOrganization(source));
    const made = await source.call("POST", "/Users", extension({ organization: "ACME" }));
    expect(made.body[ENTERPRISE]).toEqual({ organization: "ACME" });
    const user = `/Users/${scim.textAt(made.body, "id")}`;
    const value = { organizationId: organization };
    const moved = await scim.patch(source, user, { op: "add", path: ENTERPRISE, value });
    expect(moved.body[ENTERPRISE]).toEqual({ organization: "ACME", organizationId: organization });
    const found = await scim.find(source, `${ENTERPRISE}:organization eq "acme"`);
    expect(scim.idsOf(found)).toEqual([scim.idAt(user)]);
  });

  it.each(["POST", "POST again", "PUT", "PATCH"])(
    "A13 A76 nothing is stored for one that is unknown or out of scope (%s)",
    async (how) => {
      const admin = await claim();
      const source = await newSource(admin, "standard");
      const foreign = scim.idAt(await tree.newOrganization(await newSource(admin, "okta")));
      const user = await scim.newUser(source, { userName: "known" });
      const body = (id: string) => tree.placedBody(id, { userName: "known", title: "changed" });
      const ask = (id: string) => {
        if (how === "POST") return source.call("POST", "/Users", { ...body(id), userName: "new" });
        if (how === "POST again") return source.call("POST", "/Users", body(id));
        if (how === "PUT") return source.call("PUT", user, body(id));
        const value = { title: "changed", [ENTERPRISE]: { organizationId: id } };
        return scim.patch(source, user, { op: "replace", value });
      };
      await scim.expectNothingHappens(admin, source, user, async () => {
        scim.expectError(await ask(crypto.randomUUID()), 400, "invalidValue");
        scim.expectError(await ask("Engineering"), 400, "invalidValue");
        scim.expectError(await ask(foreign), 403);
      });
      const { body: list } = await source.call("GET", "/Users");
      expect(list["totalResults"]).toBe(1);
    },
  );

  it("can be asked for", async () => {
    const source = await oneSource("standard");
    const ids = (await tree.newChain(source, 2)).map(scim.idAt);
    for (const [i, id] of [...ids, ...ids].entries()) {
      await scim.created(source, "/Users", tree.placedBody(id, { userName: `u${i}` }));
    }
    const count = async (filter: string) => (await scim.find(source, filter)).body["totalResults"];
    expect(await count(`${ENTERPRISE}:organizationId eq "${ids[0]}"`)).toBe(2);
    expect(await count(`${ENTERPRISE}:organization eq "${ids[0]}" and userName eq "u2"`)).toBe(1);
    expect(await count(`${ENTERPRISE}:organization eq "${crypto.randomUUID()}"`)).toBe(0);
    const either = ids.map((id) => `${ENTERPRISE}:organizationId eq "${id}"`).join(" or ");
    expect(await count(either)).toBe(4);
    const sorted = await source.call("GET", `/Users?sortBy=${ENTERPRISE}:organization`);
    expect(sorted.status, sorted.text).toBe(200);
    const { body } = await source.call("GET", "/Users?count=0");
    expect(body["totalResults"]).toBe(4);
  });
});

describe("further organizations", () => {
  /** As a dialect asks that has a word for them. */
  async function ask(
    source: Source,
    operation: UserOperation & { kind: "user.patch" },
    configVersion = 1,
  ) {
    return askObject(env, source.id, {
      opId: crypto.randomUUID(),
      directoryId: "default",
      actor: source.tokenId,
      requestId: "test",
      configVersion,
      operation,
    });
  }

  async function furtherOf(user: string): Promise<string[]> {
    const { results } = await env.DB.prepare(
      "SELECT organization_id FROM user_organizations WHERE user_id = ?1",
    )
      .bind(scim.idAt(user))
      .run<{ organization_id: string }>();
    return results.map((row) => row.organization_id).sort();
  }

  it("come, go and are never the primary one", async () => {
    const { admin, source } = await tree.adminAndSource("okta");
    const chain = (await tree.newChain(source, 3)).map(scim.idAt);
    const [one = "", two = "", three = ""] = chain;
    const user = `/Users/${await scim.created(source, "/Users", tree.placedBody(one))}`;
    const set = (...furtherOrganizations: string[]) =>
      ask(source, {
        kind: "user.patch",
        id: scim.idAt(user),
        operations: [],
        furtherOrganizations,
      });
    expect(await set(one, two, two)).toMatchObject({ ok: true, status: 200 });
    expect(await furtherOf(user)).toEqual([two]);
    await scim.expectNothingHappens(admin, source, user, () => set(two));
    await set(three, two);
    expect(await furtherOf(user)).toEqual([two, three].sort());
    const path = `${ENTERPRISE}:organizationId`;
    expect((await scim.patch(source, user, { op: "add", path, value: three })).status).toBe(200);
    expect(await furtherOf(user)).toEqual([two]);
    tree.expectRefusal(await source.call("DELETE", `/Organizations/${two}`), 409, /below|users/);
    expect(await set(crypto.randomUUID())).toMatchObject({ ok: false });
    const { body } = await admin("GET", `/events?resource=${scim.idAt(user)}`);
    expect(JSON.stringify(body)).toContain(two);
    expect((await source.call("DELETE", user)).status).toBe(204);
    expect(await furtherOf(user)).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("are twenty at most, and keep an organization from being deleted", async () => {
    const source = await oneSource("okta");
    const user = scim.idAt(await scim.newUser(source));
    const ids: string[] = [];
    for (let i = 0; i < 21; i++) {
      ids.push(scim.idAt(await tree.newOrganization(source, { displayName: `o${i}` })));
    }
    const set = (furtherOrganizations: string[]) =>
      ask(source, { kind: "user.patch", id: user, operations: [], furtherOrganizations });
    expect(await set(ids)).toMatchObject({ ok: false, refusal: { reason: "invalidValue" } });
    expect(await set(ids.slice(1))).toMatchObject({ ok: true });
    tree.expectRefusal(await source.call("DELETE", `/Organizations/${ids[1]}`), 409, /users/);
    expect((await source.call("DELETE", `/Organizations/${ids[0]}`)).status).toBe(204);
    expect(await violations()).toEqual([]);
  });
});
