/** The token endpoint and its access tokens: A31, A105, A107 to A109. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isObject } from "../../src/scim/json.ts";
import { adminOf, fetchWith, statusesUntilLimited, type Call } from "../support/admins.ts";
import { anyone, ask, expectRefused, expectUseless } from "../support/callers.ts";
import { call, newSource, ORIGIN, type Source } from "../support/client.ts";
import {
  accessTokenOf,
  askToken,
  basic,
  form,
  newClient,
  post,
  type Client,
} from "../support/clients.ts";
import { dump } from "../support/dump.ts";
import { failCall, faults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { groupBody, objectsIn, send, textAt, userBody } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

keepQuiet();

const HOUR_MS = 3_600_000;
const GRANT = { grant_type: "client_credentials" };

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly client: Client;
}

async function world(secret?: string): Promise<World> {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "okta");
  return { admin, source, client: await newClient(admin, source, secret) };
}

afterEach(() => vi.useRealTimers());

describe("POST /oauth/token", () => {
  it("A108 gives an access token for two hours for the pair that the source was made with", async () => {
    const admin = await adminOf("owner");
    const { body: made } = await admin("POST", "/data-sources", {
      name: "HR",
      mode: "push",
      profile: "standard",
      apiOpen: true,
      confirm: true,
    });
    const { clientSecret, tokenUrl } = made;
    expect(tokenUrl).toBe(`${ORIGIN}/oauth/token`);
    const secret = isObject(clientSecret) ? textAt(clientSecret, "secret") : "";
    const { status, headers, body } = await post({ id: textAt(made, "clientId"), secret });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^mst_at_00[\w.-]+$/),
      token_type: "Bearer",
      expires_in: 7200,
    });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("pragma")).toBe("no-cache");
    expect(headers.get("content-type")).toMatch(/^application\/json/);
  });

  it("A108 writes nothing, in one read of the database", async () => {
    const { client } = await world();
    const before = await steadyDump();
    const calls = faults.calls.worker;
    await accessTokenOf(client);
    expect(faults.calls.worker - calls).toBe(1);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("A108 refuses wrong pairs alike, and tells nobody which half is wrong", async () => {
    const { admin, source, client } = await world();
    const other = await newSource(admin, "okta");
    const foreign = await newClient(admin, other);
    const pairs = [
      { id: client.id, secret: "wrong" },
      { id: other.id, secret: client.secret },
      { id: client.id, secret: foreign.secret },
      { id: client.id, secret: source.token },
      { id: "ds_00ffffffffffffffffffffffffffffffff", secret: client.secret },
      { id: "ds_zzffffffffffffffffffffffffffffffff", secret: client.secret },
      { id: "me", secret: client.secret },
      { id: client.secretId, secret: client.secret },
    ];
    for (const pair of pairs) {
      for (const answer of [await post(pair), await basic(pair.id, pair.secret)]) {
        expect([pair.id, answer.status]).toEqual([pair.id, 401]);
        expect(answer.body).toEqual({
          error: "invalid_client",
          error_description: "The client id or secret is not valid",
        });
        expect(answer.headers.get("www-authenticate")).toBe(
          'Basic realm="muster", charset="UTF-8"',
        );
        expect(answer.headers.get("cache-control")).toBe("no-store");
      }
    }
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ["nothing", "", {}, 400, "invalid_request"],
    ["no grant_type", "client_id=a&client_secret=b", {}, 400, "invalid_request"],
    ["another grant_type", form({ grant_type: "password" }), {}, 400, "unsupported_grant_type"],
    ["no client", form(GRANT), {}, 401, "invalid_client"],
    ["half a client", form({ ...GRANT, client_id: "a" }), {}, 401, "invalid_client"],
    ["a parameter twice", "grant_type=a&grant_type=b", {}, 400, "invalid_request"],
    ["JSON", JSON.stringify(GRANT), { "content-type": "application/json" }, 400, "invalid_request"],
    ["too much", `x=${"y".repeat(20_000)}`, {}, 413, "invalid_request"],
    ["a broken header", form(GRANT), { authorization: "Basic %%%" }, 401, "invalid_client"],
    [
      "two ways at once",
      form({ ...GRANT, client_id: "a", client_secret: "b" }),
      { authorization: `Basic ${btoa("a:b")}` },
      400,
      "invalid_request",
    ],
  ])("answers %s as RFC 6749 says", async (_, body, headers, status, error) => {
    const answer = await askToken(body, headers);
    expect([answer.status, answer.body["error"]]).toEqual([status, error]);
    // RFC 6749 §5.2: no quote and no backslash, nothing beyond ASCII.
    expect(answer.body["error_description"]).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  it("keeps secrets out of URLs, and to POST", async () => {
    const { client } = await world();
    const query = form({ ...GRANT, client_id: client.id, client_secret: client.secret });
    const inUrl = await send(`${ORIGIN}/oauth/token?${query}`, {
      method: "POST",
      headers: anyone({ "content-type": "application/x-www-form-urlencoded" }),
    });
    expect([inUrl.status, inUrl.body["error"]]).toEqual([400, "invalid_request"]);
    const get = await call("GET", `${ORIGIN}/oauth/token?${query}`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  it("limits failures by address, and still serves who has the secret", async () => {
    const { client } = await world();
    const headers = { "cf-connecting-ip": crypto.randomUUID() };
    const attempt = (secret: string) =>
      askToken(form({ ...GRANT, client_id: client.id, client_secret: secret }), headers);
    const statuses = await statusesUntilLimited(() => attempt("wrong"));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const limited = await attempt("wrong");
    expect(limited.headers.get("retry-after")).toBe("60");
    expect((await attempt(client.secret)).status).toBe(200);
  });

  it("A116 refuses a disabled source, and says so to its client only", async () => {
    const { admin, source, client } = await world();
    const token = await accessTokenOf(client);
    await admin("POST", `/data-sources/${source.id}/disable`);
    const { status, body } = await post(client);
    expect(status).toBe(403);
    expect(body).toEqual({
      error: "unauthorized_client",
      error_description: "The data source is disabled",
    });
    expect((await ask(source, `Bearer ${token}`)).status).toBe(403);
    expect((await post({ ...client, secret: "wrong" })).status).toBe(401);
    await admin("POST", `/data-sources/${source.id}/enable`);
    expect((await ask(source, `Bearer ${token}`)).status).toBe(200);
  });

  it("is 503 when the database fails, never a refusal", async () => {
    const { client } = await world();
    failCall("worker", 1, "before", true);
    const { status, headers, body } = await post(client);
    expect([status, body["error"]]).toEqual([503, "temporarily_unavailable"]);
    expect(headers.get("retry-after")).toMatch(/^[1-9]/);
  });
});

describe("a secret of another system", () => {
  const SECRETS = [
    "p+a/s=s%w&o#r?d;1234",
    "100%25 sure, 100% + 1",
    "%41%42%43%44%45%46%47",
    "密码是很长的一串文字但没有空格啊",
    "пароль:с:двоеточием",
    " leading and trailing ",
    '"quotes" and \\back\\',
    "🔑".repeat(16),
    "a+b c%20d%2Be f+g",
  ];

  it.each(SECRETS)("A107 survives every way of sending it: %s", async (secret) => {
    const { client } = await world(secret);
    expect(client.secret).toBe(secret);
    const encoded = encodeURIComponent(secret);
    const plus = form({ s: secret }).slice(2);
    const answers = [
      await post(client),
      await askToken(
        `grant_type=client_credentials&client_id=${client.id}&client_secret=${encoded}`,
      ),
      await basic(client.id, secret),
      await basic(client.id, encoded),
      await basic(client.id, plus),
      await basic(encodeURIComponent(client.id), encoded),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    for (const wrong of [`${secret}x`, secret.slice(1), secret.toUpperCase() + secret]) {
      expect((await post({ ...client, secret: wrong })).status).toBe(401);
    }
  });

  it("A107 in Latin-1, as older clients put it into a header", async () => {
    const { client } = await world("Größenwahn-Straße");
    const authorization = `Basic ${btoa(`${client.id}:${client.secret}`)}`;
    expect((await askToken(form(GRANT), { authorization })).status).toBe(200);
  });

  it.each([
    ["fifteen characters", "x".repeat(15)],
    ["257 characters", "x".repeat(257)],
    ["a line break", "a secret of two\nlines of text"],
    ["half a character", "half a character \ud83d is none"],
  ])("A107 of %s is refused", async (_, secret) => {
    const admin = await adminOf("owner");
    const source = await newSource(admin, "okta");
    const before = await dump();
    const answer = await admin("POST", `/data-sources/${source.id}/client-secrets`, { secret });
    expect(answer.status).toBe(400);
    expect(answer.body["errors"]).toEqual([expect.objectContaining({ pointer: "/secret" })]);
    expect(differences(before, await dump())).toEqual([]);
  });

  it("A107 may be that of two sources, which learn nothing of each other", async () => {
    const { admin, client } = await world("shared by mistake, alas");
    const other = await newSource(admin, "okta");
    const same = await newClient(admin, other, client.secret);
    const ends = [await accessTokenOf(client), await accessTokenOf(same)];
    expect((await ask(other, `Bearer ${ends[1]}`)).status).toBe(200);
    expectRefused(await ask(other, `Bearer ${ends[0]}`));
    const path = `/data-sources/${other.id}/client-secrets`;
    const twice = await admin("POST", path, { secret: client.secret });
    expect([twice.status, twice.body["code"]]).toEqual([409, "conflict"]);
  });

  it("A107 is no bearer token, even where it is spelled like one", async () => {
    const admin = await adminOf("owner");
    const [one, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    await newClient(admin, one, other.token);
    expectRefused(await ask(one, `Bearer ${other.token}`));
    expect((await ask(other, `Bearer ${other.token}`)).status).toBe(200);
  });
});

describe("an access token", () => {
  it("A31 is accepted on the same endpoints as a bearer token", async () => {
    const { source, client } = await world();
    const headers = {
      authorization: `Bearer ${await accessTokenOf(client)}`,
      "content-type": "application/scim+json",
    };
    const as = (method: string, path: string, body?: object) =>
      send(source.base + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const user = await as("POST", "/Users", userBody({ userName: "ada" }));
    const group = await as("POST", "/Groups", groupBody("Staff", [textAt(user.body, "id")]));
    const userPath = `/Users/${textAt(user.body, "id")}`;
    const statuses = [
      user,
      group,
      await as("GET", userPath),
      await as("GET", "/Users?filter=userName%20eq%20%22ada%22"),
      await as("POST", "/Users/.search", {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      }),
      await as("GET", "/ServiceProviderConfig"),
      await as("PUT", userPath, userBody({ userName: "ada", displayName: "Ada" })),
      await as("DELETE", `/Groups/${textAt(group.body, "id")}`),
      await as("DELETE", userPath),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 200, 200, 200, 200, 200, 204, 204]);
    const elsewhere = await send(`${ORIGIN}/scim/v2/Users`, { headers });
    expect(elsewhere.status).toBe(200);
  });

  it("A31 is good at its own source only, and nowhere in the admin API", async () => {
    const { admin, client } = await world();
    const authorization = `Bearer ${await accessTokenOf(client)}`;
    await expectUseless(await newSource(admin, "okta"), authorization);
    const answer = await call("GET", `${ORIGIN}/api/v1/users`, {
      headers: anyone({ authorization }),
    });
    expect(answer.status).toBe(401);
  });

  it("A109 ends after two hours, to the second", async () => {
    const { source, client } = await world();
    const now = Date.parse("2026-05-01T00:00:00Z");
    vi.useFakeTimers({ toFake: ["Date"], now });
    const token = await accessTokenOf(client);
    vi.setSystemTime(now + 2 * HOUR_MS - 1);
    expect((await ask(source, `Bearer ${token}`)).status).toBe(200);
    vi.setSystemTime(now + 2 * HOUR_MS);
    await expectUseless(source, `Bearer ${token}`);
  });

  it("A109 ends with its client secret, and says so beforehand", async () => {
    const now = Date.parse("2026-05-01T00:00:00Z");
    vi.useFakeTimers({ toFake: ["Date"], now });
    const { admin, source } = await world();
    await admin("POST", `/data-sources/${source.id}/disable`);
    const short = await newSource(admin, "okta", { tokenExpiresInDays: 1 });
    const client = await newClient(admin, short);
    await env.DB.prepare("UPDATE tokens SET expires_at = ? WHERE id = ?")
      .bind(now + HOUR_MS, client.secretId)
      .run();
    const { body } = await post(client);
    expect(body["expires_in"]).toBe(3600);
    vi.setSystemTime(now + HOUR_MS);
    await expectUseless(short, `Bearer ${textAt(body, "access_token")}`);
    expect((await post(client)).status).toBe(401);
  });

  it.each(["disable", "DELETE", "rotate"])("A109 dies at once with its secret: %s", async (how) => {
    const { admin, source, client } = await world();
    const authorization = `Bearer ${await accessTokenOf(client)}`;
    expect((await ask(source, authorization)).status).toBe(200);
    const path = `/data-sources/${source.id}/client-secrets/${client.secretId}`;
    if (how === "rotate") await admin("POST", `${path}/rotate`, { overlapHours: 0 });
    else await admin("POST", `${path}/disable`);
    if (how === "DELETE") await admin("DELETE", path);
    await expectUseless(source, authorization);
    expect((await post(client)).status).toBe(401);
  });

  it("A127 dies with its source", async () => {
    const { admin, source, client } = await world();
    const authorization = `Bearer ${await accessTokenOf(client)}`;
    const { body } = await admin("POST", `/data-sources/${source.id}/disable`);
    await admin(
      "DELETE",
      `/data-sources/${source.id}?confirm=${encodeURIComponent(textAt(body, "name"))}`,
    );
    expectRefused(await ask(source, authorization));
    expect((await post(client)).status).toBe(401);
  });

  it("A31 is refused with any character of it changed", async () => {
    const { admin, source, client } = await world();
    const { body } = await admin("GET", `/data-sources/${source.id}/client-secrets`);
    const otherId = textAt(objectsIn(body["data"])[0] ?? {}, "id");
    const token = await accessTokenOf(client);
    for (let place = 0; place < token.length; place += 3) {
      const changed = token[place] === "0" ? "1" : "0";
      const forged = token.slice(0, place) + changed + token.slice(place + 1);
      expectRefused(await ask(source, `Bearer ${forged}`), forged);
    }
    const [grant = "", pepper, mac] = token.split(".");
    const forSecret = grant.replace(client.secretId.slice(-32), otherId.slice(-32));
    expect(forSecret).not.toBe(grant);
    expectRefused(await ask(source, `Bearer ${[forSecret, pepper, mac].join(".")}`));
  });

  it("lives through a change of peppers until its own is gone", async () => {
    const { source, client } = await world();
    const authorization = `Bearer ${await accessTokenOf(client)}`;
    const old = env.TOKEN_PEPPER ?? "";
    const fresh = "k2:another-pepper-another-pepper-another-00";
    const path = source.base.slice(ORIGIN.length);
    const under = async (pepper: string) =>
      (
        await fetchWith({ ...env, TOKEN_PEPPER: pepper }, `${path}/Users`, {
          headers: anyone({ authorization }),
        })
      ).status;
    expect([await under(`${fresh},${old}`), await under(fresh)]).toEqual([200, 401]);
  });
});
