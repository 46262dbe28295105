/** Requests that were refused: what is told of them, how they are counted, and what is not kept. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/sources/activity.ts";
import { anyone } from "../support/callers.ts";
import { call, claim, newSource, ORIGIN } from "../support/client.ts";
import { newClient, post } from "../support/clients.ts";
import { failCall, resetFaults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { refusalsOf } from "../support/refused.ts";
import { newUser, objectsIn, textAt, userBody } from "../support/scim.ts";

keepQuiet();

describe("A98 refused requests", () => {
  it("A98 lists each with time, operation, record, path, reason and advice", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await newUser(source, { userName: "ann@people.test", externalId: "one" });
    const taken = userBody({ userName: "ann@people.test", externalId: "two" });
    const { headers } = await source.call("POST", "/Users", taken);
    const [only, ...others] = await refusalsOf(admin, source);
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      sourceId: source.id,
      operation: "POST /Users",
      code: "uniqueness",
      path: "userName",
      record: "ann@people.test",
      resourceType: "User",
      count: 1,
      actor: source.tokenId,
      requestId: headers.get("x-request-id"),
      detail: "userName is already taken",
    });
    expect(only).toHaveProperty("firstAt");
    expect(only).toHaveProperty("fix");
  });

  it("A98 counts those of one kind and hour in one item, with the last request's id", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const ask = () => source.call("PATCH", "/Users/nobody", { Operations: "x" });
    await ask();
    await refusalsOf(admin, source);
    await ask();
    const { headers } = await ask();
    await source.call("GET", "/Users/somebody");
    const found = await refusalsOf(admin, source);
    expect(found.map(({ operation, record, count }) => [operation, record, count])).toEqual([
      ["GET /Users", "somebody", 1],
      ["PATCH /Users", "nobody", 3],
    ]);
    expect(found[1]).toMatchObject({ requestId: headers.get("x-request-id") });
  });

  it("A98 tells the operations of a Bulk one by one", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const { status } = await source.call("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        { method: "POST", path: "/Users", bulkId: "a", data: userBody({ userName: "" }) },
        { method: "DELETE", path: "/Users/nobody" },
      ],
    });
    expect(status).toBe(200);
    const found = await refusalsOf(admin, source);
    expect(
      new Set(found.map((one) => `${textAt(one, "operation")} ${textAt(one, "record")}`)),
    ).toEqual(new Set(["DELETE /Users nobody", "POST /Users "]));
  });

  it("A98 goes on page by page, newest first, under the filters it began with", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    for (const id of ["a", "b", "c"]) await source.call("GET", `/Users/${id}`);
    const path = `/data-sources/${source.id}/refusals`;
    const first = await admin("GET", `${path}?limit=2`);
    expect(objectsIn(first.body["data"]).map(({ record }) => record)).toEqual(["c", "b"]);
    const cursor = textAt(first.body, "nextCursor");
    const second = await admin("GET", `${path}?limit=2&cursor=${cursor}`);
    expect(objectsIn(second.body["data"]).map(({ record }) => record)).toEqual(["a"]);
    expect(second.body["nextCursor"]).toBeNull();
    expect((await admin("GET", `${path}?code=not_found&cursor=${cursor}`)).status).toBe(400);
    expect(await refusalsOf(admin, source, "code=uniqueness")).toEqual([]);
  });

  it("A98 keeps no secret, and nothing of a request whose token nobody has", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const secret = "Canary-Passw0rd-1";
    await source.call("POST", "/Users", { ...userBody({ userName: "" }), password: secret });
    const authorization = "Bearer canary-token-that-nobody-has";
    await source.call("GET", "/Users", undefined, { authorization });
    const found = await refusalsOf(admin, source);
    expect(found).toHaveLength(1);
    const rows = await env.DB.prepare("SELECT * FROM refusals, credential_attempts").all();
    expect(JSON.stringify(rows.results)).not.toMatch(/Passw0rd|nobody-has/);
    expect(JSON.stringify(rows.results)).not.toContain(source.token);
  });

  it("A98 counts faults of ours, and doesn't take them for refusals", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await source.call("GET", "/Users");
    failCall("worker", 1, "before");
    expect((await source.call("GET", "/Users/x")).status).toBe(503);
    resetFaults();
    expect(await refusalsOf(admin, source)).toEqual([]);
    const { body } = await admin("GET", `/data-sources/${source.id}/request-counts`);
    expect(body["totals"]).toEqual({ "2xx": 1, "5xx": 1 });
  });

  it("A98 is the same list for the whole directory among the events", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await source.call("GET", "/Users/nobody");
    await refusalsOf(admin, source);
    const { body } = await admin("GET", "/events?outcome=refused");
    expect(objectsIn(body["data"])).toEqual([
      expect.objectContaining({
        type: "request.refused",
        outcome: "refused",
        sourceId: source.id,
        resourceId: "nobody",
        refusal: expect.objectContaining({ code: "not_found", count: 1 }),
      }),
    ]);
  });
});

describe("A97 request counts", () => {
  it("A97 are by hour, route and class of status", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const path = await newUser(source);
    await source.call("GET", path);
    await source.call("GET", path);
    await source.call("GET", "/Users/nobody");
    const { body } = await admin("GET", `/data-sources/${source.id}/request-counts`);
    const hour = new Date(Date.now() - (Date.now() % HOUR_MS)).toISOString();
    const counts = objectsIn(body["data"]);
    const perRoute = new Map<string, number>();
    for (const one of counts) {
      const key = `${textAt(one, "route")} ${textAt(one, "status")}`;
      perRoute.set(key, (perRoute.get(key) ?? 0) + Number(one["count"]));
    }
    expect(Object.fromEntries(perRoute)).toEqual({
      "POST /Users 2xx": 1,
      "GET /Users/:id 2xx": 2,
      "GET /Users/:id 4xx": 1,
    });
    expect(body["totals"]).toEqual({ "2xx": 3, "4xx": 1 });
    expect(textAt(counts[0] ?? {}, "hour") <= hour).toBe(true);
  });

  it("A97 A98 count what was throttled, which is one kind of refusal whomever it is about", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const path = await newUser(source);
    await admin("PATCH", `/data-sources/${source.id}`, { ratePerSecond: 1 });
    await source.call("GET", "/Users");
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, n) => source.call("GET", `/Users/nobody-${n}`)),
      source.call("GET", path),
    ]);
    const throttled = answers.filter(({ status }) => status === 429).length;
    expect(throttled).toBeGreaterThan(10);
    const refused = await admin("GET", `/data-sources/${source.id}/refusals?code=rate_limited`);
    expect(objectsIn(refused.body["data"])).toEqual([
      expect.objectContaining({ operation: "GET /Users", record: "", count: throttled }),
    ]);
    const { body } = await admin("GET", `/data-sources/${source.id}/request-counts`);
    const ofUsers = objectsIn(body["data"]).filter(({ route }) => route === "GET /Users/:id");
    expect(ofUsers.reduce((sum, { count }) => sum + Number(count), 0)).toBe(answers.length);
  });

  it("A97 are asked for by time, and are not another source's", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const other = await newSource(admin, "okta");
    await source.call("GET", "/Users");
    const past = "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z";
    for (const path of [`${source.id}/request-counts?${past}`, `${other.id}/request-counts`]) {
      const { status, body } = await admin("GET", `/data-sources/${path}`);
      expect([status, body["data"], body["totals"]]).toEqual([200, [], {}]);
    }
  });
});

describe("a connection check", () => {
  it("A97 A98 tells of a client why it gets no access token, as the log and the counts do", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const client = await newClient(admin, source);
    const path = `/data-sources/${source.id}`;
    const ask = (id: string, secret: string) => post({ id, secret });
    const query = new URLSearchParams({ client_id: client.id, client_secret: client.secret });
    const askDialect = () =>
      call("GET", `${ORIGIN}/scim/api/token?${query.toString()}`, { headers: anyone({}) });
    expect((await ask(client.id, "wrong")).status).toBe(401);
    expect((await ask(`${client.id.slice(0, -1)}~`, "wrong")).status).toBe(401);
    await admin("POST", `${path}/client-secrets/${client.secretId}/disable`);
    expect((await ask(client.id, client.secret)).status).toBe(401);
    await admin("POST", `${path}/client-secrets/${client.secretId}/enable`);
    await admin("PUT", `${path}/permissions`, { apiOpen: false });
    expect([(await ask(client.id, client.secret)).status, (await askDialect()).status]).toEqual([
      403, 403,
    ]);
    const { body } = await admin("GET", `${path}/connection-check`);
    const hint = client.secret.slice(-4);
    expect(objectsIn(body["refusedCredentials"]).toReversed()).toMatchObject([
      { why: "invalid_client", hint: "" },
      { why: "token_disabled", hint },
      { why: "api_closed", hint },
      { why: "api_closed", hint },
    ]);
    const refused = objectsIn((await admin("GET", `${path}/refusals`)).body["data"]);
    const kinds = refused.map((one) =>
      ["operation", "code", "record"].map((name) => textAt(one, name)).join(),
    );
    expect(new Set(kinds)).toEqual(
      new Set([
        "GET /scim/api/token,api_closed,",
        "POST /oauth/token,api_closed,",
        "POST /oauth/token,invalid_client,",
        "POST /oauth/token,token_disabled,",
      ]),
    );
    expect(JSON.stringify([refused, body])).not.toContain(client.secret);
    const counts = await admin("GET", `${path}/request-counts`);
    expect(counts.body["totals"]).toEqual({ "4xx": 4 });
  });

  it("says what has arrived so far", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const check = async () =>
      (await admin("GET", `/data-sources/${source.id}/connection-check`)).body;
    expect(await check()).toEqual({
      firstRequestAt: null,
      lastRequestAt: null,
      firstUser: null,
      firstGroup: null,
      refusedCredentials: [],
    });
    const headers = {
      authorization: "Bearer not-the-token-at-all-WXYZ",
      "user-agent": "Okta SCIM",
    };
    await source.call("GET", "/Users", undefined, headers);
    await call("GET", `${source.base}/Users`);
    await source.call("GET", "/Users");
    const path = await newUser(source);
    const found = await check();
    expect(found["refusedCredentials"]).toEqual([
      expect.objectContaining({ why: "credential_missing", hint: "" }),
      expect.objectContaining({
        why: "credential_malformed",
        hint: "WXYZ",
        userAgent: "Okta SCIM",
      }),
    ]);
    expect(found["firstUser"]).toMatchObject({ id: path.replace("/Users/", "") });
    expect(found["firstGroup"]).toBeNull();
    expect(typeof found["firstRequestAt"]).toBe("string");
  });

  it("keeps the last twenty credentials that did not work, and none at a URL that nobody has", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const check = async () =>
      (await admin("GET", `/data-sources/${source.id}/connection-check`)).body;
    const attempt = (n: number, base = source.base) =>
      call("GET", `${base}/Users`, {
        headers: {
          authorization: `Bearer ${"x".repeat(20)}${1000 + n}`,
          "cf-connecting-ip": `10.0.0.${n}`,
        },
      });
    for (let n = 0; n < 15; n++) await attempt(n);
    await check();
    for (let n = 15; n < 25; n++) await attempt(n);
    await attempt(1, `${ORIGIN}/scim/nobody-00abcdefgh/v2`);
    const hints = objectsIn((await check())["refusedCredentials"]).map(({ hint }) => hint);
    expect(hints).toEqual(Array.from({ length: 20 }, (_, i) => String(1024 - i)));
    const { results } = await env.DB.prepare(
      "SELECT DISTINCT source_id FROM credential_attempts",
    ).run();
    expect(results).toEqual([{ source_id: source.id }]);
  });
});
