/** Bulk: what one request does, and says. RFC 7644 §3.7, §3.7.3. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, MEDIA_TYPE, MESSAGE_ERROR } from "../../src/scim/messages.ts";
import {
  bulk,
  bulkBody,
  operationsIn,
  pathsIn,
  postGroup,
  postUser,
  statusesIn,
} from "../support/bulk.ts";
import { call, claim, newSource, oneSource, ORIGIN } from "../support/client.ts";
import { dump } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";

const title = (value: string): JsonObject =>
  scim.patchBody({ op: "replace", path: "title", value });

describe("the example of RFC 7644 §3.7.3", () => {
  it("creates, replaces, changes and deletes, each under its version", async () => {
    const source = await oneSource("rfc");
    const [bob, dave, gone] = [
      await scim.newUser(source, { userName: "Bobby" }),
      await scim.newUser(source, { userName: "Dave" }),
      await scim.newUser(source, { userName: "Gone" }),
    ];
    const version = 'W/"1"';
    const nickName = { op: "add", path: "nickName", value: "Dave" };
    const answer = await bulk(
      source,
      [
        postUser("qwerty", { userName: "Alice" }),
        { method: "PUT", path: bob, version, data: scim.userBody({ userName: "Bob" }) },
        { method: "PATCH", path: dave, version, data: scim.patchBody(nickName) },
        { method: "DELETE", path: gone, version },
      ],
      { failOnErrors: 1 },
    );
    const [alice = ""] = pathsIn(answer, source);
    expect(operationsIn(answer)).toEqual([
      { location: source.base + alice, method: "POST", bulkId: "qwerty", version, status: "201" },
      { location: source.base + bob, method: "PUT", version: 'W/"2"', status: "200" },
      { location: source.base + dave, method: "PATCH", version: 'W/"2"', status: "200" },
      { location: source.base + gone, method: "DELETE", status: "204" },
    ]);
    expect(answer.headers.get("content-type")).toBe(MEDIA_TYPE);
    expect((await source.call("GET", alice)).body).toMatchObject({ userName: "Alice" });
    expect((await source.call("GET", bob)).body).toMatchObject({ userName: "Bob" });
    expect((await source.call("GET", dave)).body).toMatchObject({ nickName: "Dave" });
    scim.expectError(await source.call("GET", gone), 404);
    expect(await violations()).toEqual([]);
  });

  it("says of each that failed why", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source, { userName: "Bob" });
    const answer = await bulk(source, [
      { ...postUser("qwerty"), data: { schemas: [scim.CORE], userName: 1 } },
      { method: "PUT", path: user, version: 'W/"9"', data: scim.userBody({ userName: "Bob" }) },
      { method: "PATCH", path: "/Users/none", data: title("x") },
      { method: "DELETE", path: "/Groups/none" },
      postUser("taken", { userName: "BOB" }),
    ]);
    const detail = expect.stringMatching(/./);
    const error = (status: string, scimType?: string) => ({
      status,
      response: { schemas: [MESSAGE_ERROR], status, ...(scimType && { scimType }), detail },
    });
    const at = (path: string) => ({ location: source.base + path });
    expect(operationsIn(answer)).toEqual([
      { method: "POST", bulkId: "qwerty", ...error("400", "invalidValue") },
      { method: "PUT", ...at(user), ...error("412") },
      { method: "PATCH", ...at("/Users/none"), ...error("404") },
      { method: "DELETE", ...at("/Groups/none"), ...error("404") },
      { method: "POST", bulkId: "taken", ...error("409", "uniqueness") },
    ]);
  });
});

describe("an operation that is malformed", () => {
  const cases: readonly (readonly [what: string, operation: unknown, scimType: string])[] = [
    ["no object", "POST", "invalidSyntax"],
    ["null", null, "invalidSyntax"],
    ["of another method", { method: "GET", path: "/Users" }, "invalidSyntax"],
    ["of no method", { path: "/Users", data: {} }, "invalidSyntax"],
    ["of no path", { method: "POST", bulkId: "x", data: {} }, "invalidSyntax"],
    ["on another collection", { ...postUser("x"), path: "/Schemas" }, "invalidPath"],
    ["on the root", { ...postUser("x"), path: "/" }, "invalidPath"],
    ["a Bulk itself", { ...postUser("x"), path: "/Bulk" }, "invalidPath"],
    ["a POST to a resource", { ...postUser("x"), path: "/Users/1" }, "invalidPath"],
    ["a DELETE of a collection", { method: "DELETE", path: "/Users" }, "invalidPath"],
    ["with a query", { method: "DELETE", path: "/Users/1?x" }, "invalidPath"],
    ["with too long a path", { method: "DELETE", path: "/Users/1/2" }, "invalidPath"],
    ["a POST without bulkId", { ...postUser("x"), bulkId: null }, "invalidValue"],
    ["a POST without data", { method: "POST", path: "/Users", bulkId: "x" }, "invalidSyntax"],
    ["of a bulkId that is no text", { ...postUser("x"), bulkId: 1 }, "invalidSyntax"],
    [
      "a PATCH without operations",
      { method: "PATCH", path: "/Users/1", data: {} },
      "invalidSyntax",
    ],
  ];

  it.each(["okta", "rfc"])("is refused, and its neighbours are done (%s)", async (profile) => {
    const source = await oneSource(profile);
    for (const [index, [what, operation, scimType]] of cases.entries()) {
      const operations = [postUser(`a${index}`), operation, postUser(`b${index}`)];
      const answer = await source.call("POST", "/Bulk", {
        ...bulkBody([]),
        Operations: JSON.parse(JSON.stringify(operations)),
      });
      const [before, refused, after] = operationsIn(answer);
      expect([before?.["status"], after?.["status"]], what).toEqual(["201", "201"]);
      expect(refused, what).toMatchObject({ status: "400", response: { scimType } });
    }
    expect(await violations()).toEqual([]);
  });

  it("of which each has a bulkId that another has too, fails with it", async () => {
    const source = await oneSource();
    const answer = await bulk(source, [
      postUser("a"),
      postUser("b"),
      { ...postUser("a"), data: scim.userBody({ userName: "other" }) },
      postGroup("c", ["bulkId:a"]),
    ]);
    expect(statusesIn(answer)).toEqual(["400", "201", "400", "409"]);
  });
});

describe("the envelope", () => {
  it("takes names and methods in any letter case where the profile does", async () => {
    const operation = { METHOD: "post", PATH: "users/", BulkID: "x", Data: scim.userBody({}) };
    const okta = await oneSource("okta");
    const answer = await okta.call("POST", "/bulk/", { OPERATIONS: [operation] });
    expect(operationsIn(answer)).toMatchObject([{ method: "POST", bulkId: "x", status: "201" }]);
  });

  it("has the URN of its message and the method as the RFC has it under rfc", async () => {
    const rfc = await oneSource("rfc");
    scim.expectError(
      await rfc.call("POST", "/Bulk", { Operations: [postUser("x")] }),
      400,
      "invalidSyntax",
    );
    expect(statusesIn(await bulk(rfc, [{ ...postUser("x"), method: "post" }]))).toEqual(["400"]);
  });

  it("is refused as a whole when it is broken", async () => {
    const source = await oneSource("okta");
    const before = await dump();
    const one = [postUser("x")];
    for (const body of [
      [],
      {},
      { Operations: [] },
      { Operations: {} },
      { Operations: one, failOnErrors: 0 },
      { Operations: one, failOnErrors: "1" },
      { Operations: one, failOnErrors: 1.5 },
      { Operations: one, OPERATIONS: one },
    ]) {
      scim.expectError(await source.call("POST", "/Bulk", body), 400, "invalidSyntax");
    }
    expect(await dump()).toEqual(before);
  });

  it("is POST alone, with a token and in JSON", async () => {
    const source = await oneSource();
    const { status, headers } = await source.call("GET", "/Bulk");
    expect([status, headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    const text = { "content-type": "text/plain" };
    scim.expectError(await source.call("POST", "/Bulk", bulkBody([postUser("x")]), text), 415);
    const nobody = { authorization: "Bearer nobody" };
    scim.expectError(await source.call("POST", "/Bulk", bulkBody([postUser("x")]), nobody), 401);
  });

  it("works where the token alone decides, and locations then begin there", async () => {
    const source = await oneSource();
    const base = `${ORIGIN}/scim/v2`;
    const headers = { ...scim.bearer(source), "content-type": "application/json" };
    const body = bulkBody([postUser("x")]);
    const [operation] = operationsIn(await call("POST", `${base}/Bulk`, { body, headers }));
    expect(scim.textAt(operation ?? {}, "location")).toMatch(`${base}/Users/`);
  });
});

describe("failOnErrors", () => {
  const taken = { userName: "taken@bulk.test" };

  it("ends the performance after so many errors; what was done stays done", async () => {
    const source = await oneSource("rfc");
    await scim.newUser(source, taken);
    const operations = [
      postUser("a"),
      postUser("b", taken),
      postUser("c"),
      { method: "GET", path: "/Users" },
      postUser("d"),
    ];
    const statuses = async (failOnErrors: number, suffix: string): Promise<string[]> => {
      const fresh = operations.map((one, i) =>
        i === 1 || i === 3 ? one : postUser(`${suffix}${i}`),
      );
      return statusesIn(await bulk(source, fresh, { failOnErrors }));
    };
    expect(await statuses(1, "x")).toEqual(["201", "409"]);
    expect(await statuses(2, "y")).toEqual(["201", "409", "201", "400"]);
    expect(await statuses(3, "z")).toEqual(["201", "409", "201", "400", "201"]);
    const { body } = await source.call("GET", "/Users");
    expect(body["totalResults"]).toBe(1 + 1 + 2 + 3);
    expect(await violations()).toEqual([]);
  });

  it("counts over the groups of a long one", async () => {
    const source = await oneSource("rfc");
    await scim.newUser(source, taken);
    const operations = Array.from({ length: 90 }, (_, i) =>
      i === 10 || i === 70 ? postUser(`u${i}`, taken) : postUser(`u${i}`),
    );
    const answered = statusesIn(await bulk(source, operations, { failOnErrors: 2 }));
    expect(answered).toHaveLength(71);
    expect([answered[10], answered[70]]).toEqual(["409", "409"]);
  });
});

describe("permissions and tokens", () => {
  it("hold for each operation by itself", async () => {
    const source = await oneSource();
    await env.DB.prepare(
      `UPDATE data_sources SET config_version = config_version + 1, permissions = '["user:write"]'`,
    ).run();
    const answer = await bulk(source, [
      postGroup("g"),
      postUser("u"),
      postGroup("h", ["bulkId:u"]),
    ]);
    expect(statusesIn(answer)).toEqual(["403", "201", "403"]);
  });

  it("are asked for also where no operation could be read", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    expect(statusesIn(await bulk(source, [{ method: "GET" }]))).toEqual(["400"]);
    await admin("POST", `/data-sources/${source.id}/tokens`, {});
    await admin("POST", `/data-sources/${source.id}/tokens/${source.tokenId}/disable`);
    scim.expectError(await bulk(source, [{ method: "GET" }]), 401);
    scim.expectError(await bulk(source, [postUser("u")]), 401);
  });
});

describe("the limits that are advertised", () => {
  it("are kept: so many operations and no more", async () => {
    const source = await oneSource();
    const { body } = await source.call("GET", "/ServiceProviderConfig");
    expect(body["bulk"]).toEqual({
      supported: true,
      maxOperations: LIMITS.bulkOperations,
      maxPayloadSize: LIMITS.bulkBytes,
    });
    const many = (n: number) => Array.from({ length: n }, (_, i) => postUser(`u${i}`));
    const most = await bulk(source, many(LIMITS.bulkOperations));
    expect(new Set(statusesIn(most))).toEqual(new Set(["201"]));
    scim.expectError(await bulk(source, many(LIMITS.bulkOperations + 1)), 413, "tooMany");
  });

  it("are kept: so many bytes and no more", async () => {
    const source = await oneSource();
    const text = JSON.stringify(bulkBody([postUser("u")]));
    const send = (bytes: number) =>
      scim.send(`${source.base}/Bulk`, {
        method: "POST",
        body: text.padEnd(bytes),
        headers: { ...scim.bearer(source), "content-type": MEDIA_TYPE },
      });
    scim.expectError(await send(LIMITS.bulkBytes + 1), 413, "tooMany");
    expect(statusesIn(await send(LIMITS.bulkBytes))).toEqual(["201"]);
  });
});
