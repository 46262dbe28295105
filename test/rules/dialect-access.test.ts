/** Who may speak the second dialect, and how it is refused: A31, A105, A107 to A109, A115, A116. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { ERROR_NUMBERS } from "../../src/scim/dialect-error.ts";
import { REASONS, type Row } from "../../src/scim/catalogue.ts";
import { adminOf, statusesUntilLimited, type Call } from "../support/admins.ts";
import { anyone } from "../support/callers.ts";
import { call, newSource, type Answer, type Source } from "../support/client.ts";
import { accessTokenOf, newClient, type Client } from "../support/clients.ts";
import { ask, DIALECT, list, newOrganization, newUser, newUserBody } from "../support/dialect.ts";
import { keepQuiet } from "../support/quiet.ts";
import { eventsOf, idAt, newGroup, objectsIn, send, textAt } from "../support/scim.ts";
import { neighbours, targetOf } from "../support/tree.ts";

keepQuiet();

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly client: Client;
}

async function world(secret?: string): Promise<World> {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "standard");
  return { admin, source, client: await newClient(admin, source, secret) };
}

function queryOf({ id, secret }: Pick<Client, "id" | "secret">): string {
  return `client_id=${encodeURIComponent(id)}&client_secret=${encodeURIComponent(secret)}`;
}

function tokenFor(query: string, headers: Record<string, string> = anyone({})): Promise<Answer> {
  return call("GET", `${DIALECT}/token?${query}`, { headers });
}

const INVALID = { errcode: 40101, errmsg: "Invalid access token" };
const WRONG = { errcode: 40101, errmsg: "The client id or secret is not valid" };

afterEach(() => vi.useRealTimers());

describe("/scim/api/token", () => {
  it("A105 A108 A109 gives an access token for two hours, and nothing else", async () => {
    const { client } = await world();
    const { status, body, headers } = await tokenFor(queryOf(client));
    expect([status, body]).toEqual([
      200,
      { access_token: expect.stringMatching(/^mst_at_/), expires_in: 7200 },
    ]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toMatch(/^application\/json/);
  });

  it("A105 also to a POST, of a form or with a query", async () => {
    const { client } = await world();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const url = `${DIALECT}/token`;
    const posted = (at: string, body?: string) =>
      send(at, { method: "POST", headers: anyone(form), ...(body !== undefined && { body }) });
    for (const answer of [
      await posted(url, queryOf(client)),
      await posted(`${url}?${queryOf(client)}`, ""),
      await call("POST", `${url}?${queryOf(client)}`, { headers: anyone({}) }),
    ]) {
      expect([answer.status, Object.keys(answer.body)]).toEqual([
        200,
        ["access_token", "expires_in"],
      ]);
    }
    const twice = await posted(`${url}?${queryOf(client)}`, queryOf(client));
    expect([twice.status, twice.body["errcode"]]).toEqual([400, 40001]);
    const put = await call("PUT", url, { headers: anyone({}) });
    expect([put.status, put.body["errcode"], put.headers.get("allow")]).toEqual([
      405,
      40501,
      "GET, POST, HEAD, OPTIONS",
    ]);
  });

  it.each([
    "a+b/c=d%e&f#g+h/i=j%k&l#",
    "密码 – naïve ✓ 长一点的密码密码密码密码",
    "%41%2B%25 ' \" \\ ; = ? two words",
  ])("A107 takes the secret %s as it was encoded", async (secret) => {
    const { client } = await world(secret);
    expect((await tokenFor(queryOf(client))).status).toBe(200);
    const form = new URLSearchParams({ client_id: client.id, client_secret: secret }).toString();
    expect((await tokenFor(form)).status).toBe(200);
    expect((await tokenFor(`${queryOf(client)}x`)).body).toEqual(WRONG);
  });

  it("A108 refuses wrong pairs alike, in the dialect's form, and limits them by address", async () => {
    const { client } = await world();
    const pairs = [
      "",
      `client_id=${client.id}`,
      queryOf({ id: client.id, secret: "wrong" }),
      queryOf({ id: "ds_00ffffffffffffffffffffffffffffffff", secret: client.secret }),
      queryOf({ id: "me", secret: client.secret }),
    ];
    for (const query of pairs) {
      const { status, body } = await tokenFor(query);
      expect([query, status, body]).toEqual([query, 401, WRONG]);
    }
    const headers = anyone({});
    const wrong = queryOf({ id: client.id, secret: "wrong" });
    const statuses = await statusesUntilLimited(() => tokenFor(wrong, headers));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const limited = await tokenFor(wrong, headers);
    expect([limited.body["errcode"], limited.headers.get("retry-after")]).toEqual([42901, "60"]);
    expect((await tokenFor(queryOf(client), headers)).status).toBe(200);
  });

  it("A116 refuses the secret of a source that is disabled", async () => {
    const { admin, source, client } = await world();
    await admin("POST", `/data-sources/${source.id}/disable`);
    const { status, body } = await tokenFor(queryOf(client));
    expect([status, body]).toEqual([
      403,
      { errcode: 40304, errmsg: "The data source is disabled" },
    ]);
  });

  it("A107 logs no query", async () => {
    const { client } = await world("secret-in-a-query-string-of-some-length");
    const said: string[] = [];
    const spies = (["log", "info", "warn", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words) => void said.push(words.join(" "))),
    );
    await tokenFor(queryOf(client));
    await tokenFor(`${queryOf(client)}x`);
    for (const spy of spies) spy.mockRestore();
    const lines = said.filter((line) => line.includes("/scim/api/token"));
    expect(lines).toHaveLength(2);
    expect(said.join("\n")).not.toMatch(/secret-in-a-query|client_secret/);
  });
});

describe("access to /scim/api/v2", () => {
  it("A31 A109 takes access tokens until they end, on both dialects", async () => {
    const { source, client } = await world();
    const { body } = await tokenFor(queryOf(client));
    const token = textAt(body, "access_token");
    const by = { ...source, token };
    expect((await list(by, "/Users")).status).toBe(200);
    expect((await list({ ...source, token: await accessTokenOf(client) }, "/Users")).status).toBe(
      200,
    );
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 7_200_000 });
    const { status, body: late, headers } = await list(by, "/Users");
    expect([status, late]).toEqual([401, INVALID]);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="muster"');
  });

  it("A109 says of every other token that it is no access token", async () => {
    const { source } = await world();
    const user = await newUser(source);
    for (const token of ["", "x", source.token.slice(0, -1), `${source.token}x`]) {
      for (const [method, path] of [
        ["GET", user],
        ["GET", "/Users"],
        ["POST", "/Users"],
        ["PUT", user],
        ["DELETE", user],
        ["GET", "/Organizations"],
      ] as const) {
        const { status, body } = await ask(
          { ...source, token },
          method,
          path,
          method === "GET" ? undefined : {},
        );
        expect([method, path, status, body]).toEqual([method, path, 401, INVALID]);
      }
    }
    expect((await ask(source, "GET", user)).status).toBe(200);
  });

  it("A116 refuses a source that is disabled, an API that is closed, and what is not permitted", async () => {
    const { admin, source } = await world();
    const user = await newUser(source);
    const group = idAt(await newGroup(source, "Everyone"));
    const allow = (body: JsonObject) =>
      admin("PUT", `/data-sources/${source.id}/permissions`, body);
    const refused = async (method: string, path: string, body?: JsonObject) => {
      const answer = await ask(source, method, path, body);
      return [answer.status, answer.body["errcode"]];
    };
    const permissions = ["user:write", "organization:read"];
    expect((await allow({ apiOpen: true, permissions })).status).toBe(200);
    expect(await refused("GET", user)).toEqual([403, 40302]);
    expect(await refused("GET", "/Users")).toEqual([403, 40302]);
    expect(await refused("POST", "/Organizations", { displayName: "A" })).toEqual([403, 40302]);
    expect(await refused("PUT", user, { displayName: "B", group: [group] })).toEqual([403, 40302]);
    expect(await refused("PUT", user, { displayName: "B", group: ["nobody's"] })).toEqual([
      403, 40302,
    ]);
    expect(await refused("PUT", user, { displayName: "B", group: [] })).toEqual([200, 0]);
    expect((await allow({ apiOpen: false })).status).toBe(200);
    expect(await refused("GET", "/Organizations")).toEqual([403, 40303]);
    expect((await allow({ apiOpen: true, permissions, confirm: true })).status).toBe(200);
    expect(await refused("GET", "/Organizations")).toEqual([200, undefined]);
    await admin("POST", `/data-sources/${source.id}/disable`);
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect(await refused(method, user, method === "GET" ? undefined : {})).toEqual([403, 40304]);
    }
  });

  it("A12 A13 keeps to the source's scope", async () => {
    const { host, guest } = await neighbours("standard");
    const own = idAt(await newOrganization(guest, { displayName: "Own" }));
    const user = await newUser(guest, { organization: [own] });
    expect((await ask(host, "GET", user)).body).toEqual({ errcode: 40401, errmsg: "not exist" });
    expect((await list(host, "/Users")).body["totalResults"]).toBe(0);
    const filter = `organization eq "${own}"`;
    expect((await list(host, "/Users", { filter })).body["totalResults"]).toBe(0);
    const placed = await ask(
      host,
      "POST",
      "/Users",
      newUserBody({ userName: "x", organization: [await targetOf(guest)] }),
    );
    expect([placed.status, placed.body["errcode"]]).toEqual([
      403,
      ERROR_NUMBERS.organization_out_of_scope,
    ]);
  });

  it("A12 does not tell that somebody is also in an organization that the source doesn't see", async () => {
    const { host, guest } = await neighbours("standard");
    const shared = await targetOf(host);
    const hidden = idAt(
      await newOrganization(guest, { displayName: "Own", parent: await targetOf(guest) }),
    );
    const user = await newUser(guest, { organization: [shared, hidden] });
    expect((await ask(guest, "GET", user)).body["organization"]).toEqual([shared, hidden]);
    expect((await ask(host, "GET", user)).body["organization"]).toEqual([shared]);
    const filter = `organization eq "${hidden}"`;
    expect((await list(host, "/Users", { filter })).body["totalResults"]).toBe(0);
    expect((await list(guest, "/Users", { filter })).body["totalResults"]).toBe(1);
    const other = await ask(host, "PUT", user, { displayName: "Z" });
    expect([other.status, other.body["errcode"]]).toEqual([403, 40301]);
    const taken = await ask(host, "POST", "/Users", newUserBody());
    expect([taken.status, taken.body["errcode"]]).toEqual([409, 40901]);
  });

  it("answers paths, methods and media types that it doesn't have in its own form", async () => {
    const { source } = await world();
    const user = await newUser(source);
    const answers: [string, string, Record<string, string>, number, number][] = [
      ["PATCH", user, {}, 405, 40501],
      ["PUT", "/Users", {}, 405, 40501],
      ["GET", "/Groups", {}, 404, 40401],
      ["GET", "/ServiceProviderConfig", {}, 404, 40401],
      ["POST", "/Users", { "content-type": "text/plain" }, 415, 41501],
    ];
    for (const [method, path, headers, status, errcode] of answers) {
      const body = method === "GET" ? undefined : {};
      const answer = await ask(source, method, path, body, headers);
      expect([method, path, answer.status, answer.body]).toEqual([
        method,
        path,
        status,
        { errcode, errmsg: expect.any(String) },
      ]);
    }
    const tolerated = await ask(source, "GET", "/users/");
    expect(tolerated.status).toBe(200);
  });
});

describe("the log", () => {
  it("A115 has what this dialect changed, memberships among it, and what it was refused", async () => {
    const { admin, source } = await world();
    const group = await newGroup(source, "Everyone");
    const user = await newUser(source, { group: [idAt(group)] });
    await ask(source, "PUT", user, { displayName: "B" });
    await ask(source, "PUT", user, { group: [] });
    await ask(source, "PUT", user, { group: [] });
    await ask(source, "POST", "/Users", newUserBody({ userName: "a b" }));
    await ask(source, "DELETE", user);
    expect(await eventsOf(admin, user)).toEqual(["user.created", "user.updated", "user.deleted"]);
    expect(await eventsOf(admin, group)).toEqual([
      "group.created",
      "group.updated",
      "group.updated",
    ]);
    const { body } = await admin("GET", `/data-sources/${source.id}/refusals`);
    const [refusal] = objectsIn(body["data"]);
    expect(refusal).toMatchObject({ operation: "POST /Users", code: "invalidValue", count: 1 });
  });

  it("counts its requests with SCIM's", async () => {
    const { admin, source } = await world();
    const user = await newUser(source);
    await ask(source, "GET", user);
    await source.call("GET", user);
    await admin("GET", `/data-sources/${source.id}/refusals`);
    const { results } = await env.DB.prepare(
      "SELECT route, sum(n) AS n FROM request_counts WHERE source_id = ? GROUP BY route",
    )
      .bind(source.id)
      .all<{ route: string; n: number }>();
    expect(Object.fromEntries(results.map(({ route, n }) => [route, n]))).toMatchObject({
      "POST /Users": 1,
      "GET /Users/:id": 2,
    });
  });
});

describe("error numbers", () => {
  it("are one for each code, and begin with its status", () => {
    const numbers = Object.values(ERROR_NUMBERS);
    expect(new Set(numbers).size).toBe(numbers.length);
    const rows: Readonly<Record<string, Row>> = REASONS;
    for (const [reason, number] of Object.entries(ERROR_NUMBERS)) {
      expect([reason, Math.floor(number / 100)]).toEqual([reason, rows[reason]?.status]);
    }
  });

  it("are the same for a refusal on either dialect", async () => {
    const { source } = await world();
    const answer = await ask(
      source,
      "POST",
      "/Users",
      newUserBody({ phoneNumbers: [{ value: "0086138000" }] }),
    );
    expect(answer.headers.get("x-error-code")).toBe("phone_needs_plus");
    expect(answer.body["errcode"]).toBe(ERROR_NUMBERS.phone_needs_plus);
  });
});
