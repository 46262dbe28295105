/** Users by hand: made, changed, switched, deleted and brought back, each route good and bad. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { newSource, type Answer } from "../../support/client.ts";
import { dump, rowsOf } from "../../support/dump.ts";
import { newField } from "../../support/fields.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { idAt, newUser, objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

let admin: Call;

beforeEach(async () => {
  admin = await adminOf("owner");
});

async function made(body: JsonObject): Promise<string> {
  const answer = await admin("POST", "/users", body);
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

async function placed(displayName: string): Promise<string> {
  const answer = await admin("POST", "/organizations", { displayName });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

function said({ status, body }: Answer): [number, unknown] {
  return [status, body["code"]];
}

async function root(): Promise<string> {
  return textAt((await admin("GET", "/directories/default")).body, "rootOrganizationId");
}

describe("a user made by hand", () => {
  it("is what was said, belongs to nobody and is put into the root", async () => {
    await newField(admin, "badge");
    const [sales, board] = [await placed("Sales"), await placed("Board")];
    const answer = await admin("POST", "/users", {
      userName: "Ada",
      attributes: {
        displayName: "Ada Lovelace",
        phoneRegion: "86",
        phoneNumbers: [{ value: "13800138000", type: "work" }],
      },
      fields: { badge: "b1" },
      organizationId: sales,
      furtherOrganizationIds: [board, sales],
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      sourceId: null,
      organizationId: sales,
      furtherOrganizationIds: [board],
      active: true,
      userName: "Ada",
      phone: { region: "86", number: "13800138000" },
      fields: { badge: "b1" },
      groups: [],
      version: 1,
    });
    const path = `/users/${idOf(answer)}`;
    expect(answer.headers.get("location")).toBe(`/api/v1${path}`);
    const read = await admin("GET", path);
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get("etag")).toBe(answer.headers.get("etag"));
    const bob = await admin("GET", `/users/${await made({ userName: "bob" })}`);
    expect(bob.body["organizationId"]).toBe(await root());
    const events = rowsOf(await dump(), "events").filter(({ type }) => type === "user.created");
    expect(events.map(({ source_id: source, version }) => [source, version])).toEqual([
      [null, 1],
      [null, 1],
    ]);
    expect(await violations()).toEqual([]);
  });

  it("is refused, and nothing changed, for what can't be", async () => {
    await newField(admin, "badge", "string", { unique: true });
    await made({ userName: "ada", fields: { badge: "b1" } });
    const nowhere = "019a0000-0000-7000-8000-00000000000f";
    const before = await steadyDump();
    for (const [body, expected] of [
      [{ userName: "ADA" }, [409, "uniqueness"]],
      [{ userName: "bob", fields: { badge: "B1" } }, [409, "uniqueness"]],
      [{ userName: "bob", fields: { nope: "x" } }, [400, "invalid_syntax"]],
      [{ userName: "bob", attributes: { dispalyName: "x" } }, [400, "invalid_syntax"]],
      [{ userName: "bob", attributes: { displayName: 5 } }, [400, "invalid_value"]],
      [{ userName: "bob", organizationId: nowhere }, [400, "organization_unknown"]],
      [{ userName: "bob", furtherOrganizationIds: [nowhere] }, [400, "organization_unknown"]],
      [{ userName: "bob", password: "x" }, [400, "password_rejected"]],
      [{ userName: "bob", directoryId: "dir_nope" }, [404, "not_found"]],
    ] as const) {
      const answer = await admin("POST", "/users", JSON.parse(JSON.stringify(body)));
      expect([body, ...said(answer)], answer.text).toEqual([body, ...expected]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });
});

describe("a change of a user", () => {
  it("merges the attributes, and takes away what is null", async () => {
    await newField(admin, "badge");
    const id = await made({
      userName: "ada",
      attributes: {
        displayName: "Ada",
        title: "Countess",
        name: { givenName: "A", familyName: "L" },
      },
      fields: { badge: "b1" },
    });
    const answer = await admin("PATCH", `/users/${id}`, {
      attributes: { title: null, name: { givenName: "Ada" }, nickName: "Addie" },
      fields: { badge: null },
      expireDate: "2999-01-01T00:00:00Z",
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body["attributes"]).toMatchObject({
      displayName: "Ada",
      name: { givenName: "Ada", familyName: "L" },
      nickName: "Addie",
      expireDate: "2999-01-01T00:00:00Z",
    });
    expect(answer.body["attributes"]).not.toHaveProperty("title");
    expect(answer.body["fields"]).toEqual({});
    expect(answer.body["version"]).toBe(2);
    const again = await admin("PATCH", `/users/${id}`, { attributes: { nickName: "Addie" } });
    expect(again.body["version"]).toBe(2);
    expect(await violations()).toEqual([]);
  });

  it("moves, and changes the further organizations", async () => {
    const [sales, board] = [await placed("Sales"), await placed("Board")];
    const id = await made({ userName: "ada" });
    const there = await admin("PATCH", `/users/${id}`, {
      organizationId: sales,
      furtherOrganizationIds: [board],
    });
    expect(there.body).toMatchObject({ organizationId: sales, furtherOrganizationIds: [board] });
    const on = await admin("PATCH", `/users/${id}`, { organizationId: board });
    expect(on.body).toMatchObject({ organizationId: board, furtherOrganizationIds: [] });
    expect(await violations()).toEqual([]);
  });

  it("asks for the version that the admin has seen", async () => {
    const id = await made({ userName: "ada" });
    const tag = (await admin("GET", `/users/${id}`)).headers.get("etag") ?? "";
    const change = { attributes: { title: "One" } };
    const once = await admin("PATCH", `/users/${id}`, change, { "if-match": tag });
    expect(once.status).toBe(200);
    const before = await steadyDump();
    for (const [method, path] of [
      ["PATCH", `/users/${id}`],
      ["DELETE", `/users/${id}`],
      ["POST", `/users/${id}/disable`],
      ["POST", `/users/${id}/enable`],
      ["POST", `/users/${id}/restore`],
    ] as const) {
      const body = method === "PATCH" ? { attributes: { title: "Two" } } : undefined;
      const answer = await admin(method, path, body, { "if-match": tag });
      expect([path, ...said(answer)]).toEqual([path, 412, "precondition_failed"]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("is audited with the admin's role, and an event of no source", async () => {
    const id = await made({ userName: "ada" });
    const operator = await adminOf("operator");
    await operator("POST", `/users/${id}/disable`);
    const all = await dump();
    const audit = rowsOf(all, "audit").filter(({ target_id: target }) => target === id);
    expect(audit.map(({ action, role }) => [action, role])).toEqual([
      ["user.created", "owner"],
      ["user.disabled", "operator"],
    ]);
    const { body } = await admin("POST", "/audit/verify", {});
    expect(JSON.stringify(body)).not.toContain('broken":true');
  });
});

describe("a user who was deleted", () => {
  it("is gone, frees the name, and comes back", async () => {
    const source = await newSource(admin, "okta");
    const id = idAt(await newUser(source, { userName: "ada", externalId: "e1" }));
    expect((await source.call("DELETE", `/Users/${id}`)).status).toBe(204);
    expect((await admin("GET", `/users/${id}`)).status).toBe(404);
    expect((await source.call("GET", `/Users/${id}`)).status).toBe(404);
    expect((await admin("DELETE", `/users/${id}`)).status).toBe(404);
    const back = await admin("POST", `/users/${id}/restore`);
    expect(back.status, back.text).toBe(200);
    expect(back.body).toMatchObject({ sourceId: source.id, version: 3 });
    expect((await source.call("GET", `/Users/${id}`)).status).toBe(200);
    expect((await admin("POST", `/users/${id}/restore`)).body["version"]).toBe(3);
    expect(await violations()).toEqual([]);
  });

  it("stays gone where the name was taken, or after thirty days", async () => {
    const id = await made({ userName: "ada" });
    await admin("DELETE", `/users/${id}`);
    const other = await made({ userName: "Ada" });
    expect(said(await admin("POST", `/users/${id}/restore`))).toEqual([409, "uniqueness"]);
    await admin("DELETE", `/users/${other}`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31 * 86_400_000 });
    try {
      expect(said(await admin("POST", `/users/${id}/restore`))).toEqual([404, "not_found"]);
    } finally {
      vi.useRealTimers();
    }
    expect((await admin("POST", `/users/${id}/restore`)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("comes back into the root where the organization is gone", async () => {
    const sales = await placed("Sales");
    const id = await made({ userName: "ada", organizationId: sales });
    await admin("DELETE", `/users/${id}`);
    await admin("DELETE", `/organizations/${sales}`);
    const back = await admin("POST", `/users/${id}/restore`);
    expect(back.body["organizationId"], back.text).toBe(await root());
    expect(await violations()).toEqual([]);
  });
});

describe("users by hand and data sources", () => {
  it("are seen by a source in whose scope they are, taken over by one that adopts", async () => {
    const source = await newSource(admin, "okta");
    const { body } = await admin("GET", `/data-sources/${source.id}`);
    const organizationId = textAt(body, "targetOrganizationId");
    const id = await made({ userName: "ada", organizationId });
    expect((await source.call("GET", `/Users/${id}`)).status).toBe(200);
    const refused = await source.call("DELETE", `/Users/${id}`);
    expect(refused.status).toBe(403);
    const adopting = await newSource(admin, "okta", { switches: { adopt: true } });
    const adopted = await adopting.call("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ada",
      externalId: "mine",
    });
    expect([adopted.status, adopted.body["id"]], adopted.text).toEqual([200, id]);
    expect(await violations()).toEqual([]);
  });

  it("are told apart from those of another directory", async () => {
    const acme = idOf(await admin("POST", "/directories", { name: "Acme", shard: "00" }));
    const id = await made({ userName: "ada" });
    const query = `?directoryId=${acme}`;
    const before = await steadyDump();
    for (const [method, path, body] of [
      ["PATCH", `/users/${id}${query}`, { active: false }],
      ["DELETE", `/users/${id}${query}`, undefined],
      ["POST", `/users/${id}/disable${query}`, undefined],
      ["POST", `/users/${id}/restore${query}`, undefined],
    ] as const) {
      expect([path, (await admin(method, path, body)).status]).toEqual([path, 404]);
    }
    const changes = differences(before, await steadyDump());
    expect(changes.filter(({ table }) => table !== "epochs")).toEqual([]);
    expect((await admin("POST", "/users", { userName: "ada", directoryId: acme })).status).toBe(
      201,
    );
    const list = await admin("GET", `/users${query}`);
    expect(objectsIn(list.body["data"]).map((one) => one["userName"])).toEqual(["ada"]);
    expect(await violations()).toEqual([]);
  });
});
