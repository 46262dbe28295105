import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, statusesOf, type Call } from "../../support/admins.ts";
import { call, newSource, ORIGIN } from "../../support/client.ts";
import { objectsIn, textAt } from "../../support/scim.ts";

const MISSING = "ds_00019a0000000070008000000000000001";
const okta = (name: string): JsonObject => ({ name, mode: "push", profile: "okta" });

async function create(admin: Call, body: JsonObject): Promise<string> {
  const { status, body: created, text } = await admin("POST", "/data-sources", body);
  expect(status, text).toBe(201);
  return textAt(created, "id");
}

describe("POST /data-sources", () => {
  it("makes an enabled push source with a token that works at once", async () => {
    const admin = await adminOf("owner");
    const { status, headers, body } = await admin("POST", "/data-sources", {
      ...okta("Okta — Acme HR"),
      description: "The HR tenant",
      switches: { onDuplicate: "conflict" },
      apiOpen: true,
      confirm: true,
    });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`/api/v1/data-sources/${textAt(body, "id")}`);
    expect(headers.get("etag")).toBe('W/"1"');
    const { token, clientSecret, passwordMode, ...source } = body;
    expect(passwordMode).toBe("discard");
    expect(source).toMatchObject({
      name: "Okta — Acme HR",
      description: "The HR tenant",
      mode: "push",
      type: "scim",
      kind: "standard",
      status: "enabled",
      profile: "okta",
      switches: { onDuplicate: "conflict" },
      ratePerSecond: null,
      apiOpen: true,
      provisioning: true,
      configVersion: 1,
      clientId: source["id"],
      tokenUrl: `${ORIGIN}/oauth/token`,
      userUrl: `${textAt(source, "scimBaseUrl")}/Users`,
      orgUrl: `${textAt(source, "scimBaseUrl")}/Organizations`,
      warnings: [],
    });
    expect(clientSecret).toMatchObject({
      secret: expect.stringMatching(/^mst_cs_00[0-9A-Za-z]{49}$/),
    });
    expect(source["id"]).toMatch(/^ds_00[0-9a-f]{32}$/);
    expect(source["key"]).toMatch(/^okta-acme-hr-00[0-9a-z]{8}$/);
    expect(source["scimBaseUrl"]).toBe(`${ORIGIN}/scim/${textAt(source, "key")}/v2`);
    const [first = {}] = objectsIn([token ?? null]);
    const lifetime = Date.parse(textAt(first, "expiresAt")) - Date.now();
    expect(lifetime).toBeGreaterThan(364 * 86_400_000);
    const users = await call("GET", `${textAt(source, "scimBaseUrl")}/Users`, {
      headers: { authorization: `Bearer ${textAt(first, "secret")}` },
    });
    expect(users.status).toBe(200);
    expect((await admin("GET", `/data-sources/${textAt(body, "id")}`)).body).toEqual(source);
  });

  it("makes a draft, whose token is refused until it is enabled", async () => {
    const admin = await adminOf("owner");
    const source = await newSource(admin, "okta", { status: "draft" });
    expect((await source.call("GET", "/Users")).status).toBe(403);
    const { body } = await admin("POST", `/data-sources/${source.id}/enable`);
    expect(body["status"]).toBe("enabled");
    expect((await source.call("GET", "/Users")).status).toBe(200);
  });

  it.each<[string, JsonObject, number, string]>([
    ["pull without an upstream", { mode: "pull" }, 400, "invalid_value"],
    ["ldap", { type: "ldap" }, 422, "source_type_unsupported"],
    ["ad", { type: "ad" }, 422, "source_type_unsupported"],
    ["wecom", { type: "wecom" }, 422, "source_type_unsupported"],
    ["another kind", { kind: "exotic" }, 422, "kind_not_supported"],
    ["another mode", { mode: "sideways" }, 400, "invalid_value"],
    ["another profile", { profile: "nope" }, 400, "invalid_value"],
    ["no name", { name: "  " }, 400, "invalid_value"],
    ["a long name", { name: "x".repeat(129) }, 400, "invalid_value"],
    ["an unknown switch", { switches: { magic: true } }, 400, "invalid_value"],
    ["a switch of another type", { switches: { coerceBooleans: "yes" } }, 400, "invalid_value"],
    ["a status it can't begin with", { status: "disabled" }, 400, "invalid_value"],
    ["a token for no day", { tokenExpiresInDays: 0 }, 400, "invalid_value"],
    ["a token for half a day more", { tokenExpiresInDays: 1.5 }, 400, "invalid_value"],
    ["a token for ever", { tokenExpiresInDays: 1097 }, 400, "invalid_value"],
    ["an unknown field", { secret: "x" }, 400, "invalid_value"],
  ])("refuses %s", async (_, change, status, code) => {
    const admin = await adminOf("owner");
    const { status: answered, body } = await admin("POST", "/data-sources", {
      ...okta("x"),
      ...change,
    });
    expect(body).toMatchObject({ code, status });
    expect(answered).toBe(status);
    expect((await admin("GET", "/data-sources")).body["data"]).toEqual([]);
  });

  it("takes a token of one day, and of kind custom", async () => {
    const admin = await adminOf("owner");
    await create(admin, { ...okta("x"), kind: "custom", tokenExpiresInDays: 1 });
  });

  it("has each name once, whatever its letter case, also when 8 ask at once", async () => {
    const admin = await adminOf("owner");
    const names = ["Okta", "okta", "OKTA", "ＯＫＴＡ", "Okta", "okta", "OKTA", "okta"];
    const answers = await Promise.all(
      names.map((name) => admin("POST", "/data-sources", okta(name))),
    );
    const statuses = statusesOf(answers);
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body["code"]).toBe("conflict");
  });
});

describe("GET /data-sources", () => {
  it("pages through all of them, oldest first, by cursor", async () => {
    const admin = await adminOf("owner");
    const ids: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) ids.push(await create(admin, okta(name)));
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const { body } = await admin("GET", `/data-sources?limit=2${cursor}`);
      seen.push(...objectsIn(body["data"]).map(({ id }) => id));
      cursor = body["nextCursor"] === null ? "" : `&cursor=${textAt(body, "nextCursor")}`;
    } while (cursor !== "");
    expect(seen).toEqual([...ids].sort());
  });

  it.each([MISSING, "ds_zz019a0000000070008000000000000001", "x", "tok_00"])(
    "knows no %s",
    async (id) => {
      const admin = await adminOf("owner");
      for (const [method, path] of [
        ["GET", ""],
        ["PATCH", ""],
        ["DELETE", "?confirm=x"],
        ["POST", "/enable"],
        ["GET", "/tokens"],
        ["POST", "/tokens"],
        ["DELETE", "/tokens/x"],
      ] as const) {
        const body = method === "PATCH" ? {} : undefined;
        const answer = await admin(method, `/data-sources/${id}${path}`, body);
        expect(answer.status, `${method} ${path}`).toBe(404);
      }
    },
  );
});

describe("PATCH /data-sources/{id}", () => {
  it("changes what is given, as a new version", async () => {
    const admin = await adminOf("owner");
    const id = await create(admin, { ...okta("Okta"), description: "old" });
    const { status, headers, body } = await admin("PATCH", `/data-sources/${id}`, {
      name: "Entra",
      profile: "entra",
      switches: { removeByValue: false },
      ratePerSecond: 50,
    });
    expect(status).toBe(200);
    expect(headers.get("etag")).toBe('W/"2"');
    expect(body).toMatchObject({
      name: "Entra",
      description: "old",
      profile: "entra",
      switches: { removeByValue: false },
      ratePerSecond: 50,
      configVersion: 2,
    });
    expect((await admin("GET", `/data-sources/${id}`)).body).toEqual(body);
  });

  it("changes only the version that If-Match names", async () => {
    const admin = await adminOf("owner");
    const id = await create(admin, okta("Okta"));
    const change = (description: string, match: string) =>
      admin("PATCH", `/data-sources/${id}`, { description }, { "if-match": match });
    expect((await change("1", 'W/"2"')).status).toBe(412);
    expect((await change("2", '"nonsense"')).status).toBe(412);
    expect((await change("3", 'W/"1"')).status).toBe(200);
    const lost = await change("4", 'W/"1"');
    expect(lost.status).toBe(412);
    expect(lost.body["code"]).toBe("precondition_failed");
    expect((await change("5", "*")).body["description"]).toBe("5");
  });

  it("lets one of two win who read the same version", async () => {
    const admin = await adminOf("owner");
    const id = await create(admin, okta("Okta"));
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((description) =>
        admin("PATCH", `/data-sources/${id}`, { description }, { "if-match": 'W/"1"' }),
      ),
    );
    expect(statusesOf(answers)).toEqual([200, 412, 412, 412]);
  });

  it("refuses the name of another, and keeps one's own", async () => {
    const admin = await adminOf("owner");
    await create(admin, okta("Okta"));
    const id = await create(admin, okta("Entra"));
    const rename = (name: string) => admin("PATCH", `/data-sources/${id}`, { name });
    expect((await rename("OKTA")).status).toBe(409);
    expect((await rename("ENTRA")).body["name"]).toBe("ENTRA");
  });

  it.each<[JsonObject, string]>([
    [{ mode: "sideways" }, "/mode"],
    [{ key: "mine" }, "/key"],
    [{ ratePerSecond: 0 }, "/ratePerSecond"],
    [{ switches: { onDuplicate: "maybe" } }, "/switches/onDuplicate"],
  ])("refuses %j", async (body, pointer) => {
    const admin = await adminOf("owner");
    const id = await create(admin, okta("Okta"));
    const answer = await admin("PATCH", `/data-sources/${id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body["errors"]).toEqual([expect.objectContaining({ pointer })]);
  });

  it("changes nothing by nothing", async () => {
    const admin = await adminOf("owner");
    const id = await create(admin, okta("Okta"));
    expect((await admin("PATCH", `/data-sources/${id}`, {})).body["configVersion"]).toBe(1);
    const { body } = await admin("GET", `/events?source=${id}`);
    const types = objectsIn(body["data"]).map(({ type }) => type);
    expect(types).toEqual(["organization.created", "source.created"]);
  });
});

describe("a source", () => {
  it("is disabled, enabled and, when disabled, deleted by its name; its people stay", async () => {
    const admin = await adminOf("owner");
    const source = await newSource(admin, "okta");
    const path = `/data-sources/${source.id}`;
    const user = await source.call("POST", "/Users", { userName: "ada@x.test" });
    expect(user.status).toBe(201);
    const { body } = await admin("GET", path);
    const confirm = encodeURIComponent(textAt(body, "name"));

    expect((await admin("DELETE", `${path}?confirm=${confirm}`)).body["code"]).toBe(
      "disable_first",
    );
    expect((await admin("POST", `${path}/disable`)).body["status"]).toBe("disabled");
    expect((await source.call("GET", "/Users")).status).toBe(403);
    expect((await admin("POST", `${path}/enable`)).body["status"]).toBe("enabled");
    expect((await source.call("GET", "/Users")).status).toBe(200);
    await admin("POST", `${path}/disable`);

    expect((await admin("DELETE", path)).body["code"]).toBe("name_mismatch");
    expect((await admin("DELETE", `${path}?confirm=x`)).status).toBe(409);
    expect((await admin("DELETE", `${path}?confirm=${confirm}`)).status).toBe(204);
    expect((await admin("GET", path)).status).toBe(404);
    expect((await source.call("GET", "/Users")).status).toBe(401);
    expect((await admin("GET", `/users/${textAt(user.body, "id")}`)).status).toBe(200);
  });

  it("leaves its name to the next one", async () => {
    const admin = await adminOf("owner");
    const id = await create(admin, { ...okta("Okta"), status: "draft" });
    expect((await admin("DELETE", `/data-sources/${id}?confirm=Okta`)).status).toBe(204);
    const next = await create(admin, okta("Okta"));
    expect(next).not.toBe(id);
  });

  it("tells in its events who changed what", async () => {
    const admin = await adminOf("owner");
    const { body: me } = await admin("GET", "/me");
    const id = await create(admin, okta("Okta"));
    const renamed = await admin("PATCH", `/data-sources/${id}`, { name: "Entra" });
    await admin("POST", `/data-sources/${id}/disable`);
    const { body, text } = await admin("GET", `/events?source=${id}`);
    expect(body["data"]).toMatchObject([
      { type: "source.disabled", changes: { attributes: ["status"] } },
      {
        type: "source.updated",
        actor: me["keyId"],
        requestId: renamed.headers.get("x-request-id"),
        changes: { attributes: ["name"] },
      },
      { type: "organization.created", sourceId: id, resourceType: "Organization" },
      { type: "source.created", sourceId: id, resourceType: "DataSource", resourceId: id },
    ]);
    expect(text).not.toMatch(/Okta|Entra/);
  });
});
