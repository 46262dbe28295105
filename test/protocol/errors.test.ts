/** The form of every error, and discovery. RFC 7644 §3.12, §4, RFC 6750 §3. */
import { describe, expect, it } from "vitest";
import { MEDIA_TYPE } from "../../src/scim/messages.ts";
import { type Admin, claim, newSource, oneSource, ORIGIN, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

describe("RFC 7644 §3.12 errors", () => {
  it("have the same form for every status, and a request id", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source, { userName: "a" });
    const call = source.call;
    scim.expectError(await call("POST", "/Users", { schemas: [scim.CORE] }), 400, "invalidValue");
    scim.expectError(await call("GET", "/Users?filter=x"), 400, "invalidFilter");
    scim.expectError(await scim.patch(source, user, { op: "remove" }), 400, "noTarget");
    scim.expectError(
      await scim.patch(source, user, { op: "remove", path: "x y" }),
      400,
      "invalidPath",
    );
    scim.expectError(
      await scim.patch(source, user, { op: "remove", path: "userName" }),
      400,
      "mutability",
    );
    scim.expectError(
      await scim.patch(source, user, { op: "move", path: "title" }),
      400,
      "invalidSyntax",
    );
    scim.expectError(await call("GET", "/Users", undefined, { authorization: "" }), 401);
    scim.expectError(await call("GET", "/Users/none"), 404);
    scim.expectError(await call("GET", "/Nothing"), 404);
    scim.expectError(await call("PATCH", "/Users", {}), 405);
    scim.expectError(
      await call("POST", "/Users", scim.userBody({ userName: "A" })),
      409,
      "uniqueness",
    );
    scim.expectError(await call("DELETE", user, undefined, { "if-match": '"9"' }), 412);
    scim.expectError(
      await call("POST", "/Users", { userName: "x".repeat(256 * 1024) }),
      413,
      "tooMany",
    );
    scim.expectError(await call("GET", `/Users?x=${"x".repeat(8192)}`), 414);
    scim.expectError(await call("POST", "/Users", {}, { "content-type": "text/plain" }), 415);
    scim.expectError(await call("GET", "/Me"), 501);
    scim.expectError(await call("POST", "/Bulk", {}), 400, "invalidSyntax");
  });

  it("are of the same form for every path below /scim that leads nowhere", async () => {
    const source = await oneSource();
    const key = new URL(source.base).pathname.split("/")[2] ?? "";
    for (const path of [
      "/scim",
      "/scim/",
      "/SCIM/v2/Nothing",
      "/scim/v3/Users",
      `/scim/${key}`,
      `/scim/${key}/v2/Users/x/y`,
      `/scim/${key}/v2/Users%2fx`,
      `/scim/${key}/v2/%55sers;x=y`,
      `/scim/${key}/v2/Users/%00`,
      "/scim/a/b/v2/Users",
    ]) {
      const answer = await scim.send(`${ORIGIN}${path}`, { headers: scim.bearer(source) });
      expect([path, answer.status]).toEqual([path, 404]);
      scim.expectError(answer, 404);
    }
  });

  it("name the methods that a path has", async () => {
    const source = await oneSource();
    const paths = {
      "": "GET, HEAD, OPTIONS",
      "/Users": "GET, POST, HEAD, OPTIONS",
      "/Groups": "GET, POST, HEAD, OPTIONS",
      "/Users/x": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
      "/Groups/x": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
      "/.search": "POST, OPTIONS",
      "/Users/.search": "POST, OPTIONS",
      "/Groups/.search": "POST, OPTIONS",
      "/ServiceProviderConfig": "GET, HEAD, OPTIONS",
      "/Schemas": "GET, HEAD, OPTIONS",
      [`/Schemas/${scim.CORE}`]: "GET, HEAD, OPTIONS",
      "/ResourceTypes": "GET, HEAD, OPTIONS",
      "/ResourceTypes/User": "GET, HEAD, OPTIONS",
    };
    for (const [path, allow] of Object.entries(paths)) {
      const refused = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"].filter(
        (method) => !allow.split(", ").includes(method),
      );
      for (const method of refused) {
        const answer = await source.call(method, path);
        scim.expectError(answer, 405);
        expect([method, path, answer.headers.get("allow")]).toEqual([method, path, allow]);
      }
    }
  });

  it("carry the caller's request id where it is a plain one", async () => {
    const source = await oneSource();
    const idOf = async (id: string) =>
      (await source.call("GET", "/Users/x", undefined, { "x-request-id": id })).headers.get(
        "x-request-id",
      );
    expect(await idOf("0af7651916cd43dd8448eb211c80319c")).toBe("0af7651916cd43dd8448eb211c80319c");
    // Whatever might be a word or a name stays out of the log.
    for (const id of ["jane", "a b", "<script>", "a".repeat(65)]) {
      expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("and good answers alike forbid sniffing and caching, and have a request id", async () => {
    const source = await oneSource();
    const user = await scim.newUser(source);
    const answers = [
      await source.call("GET", user),
      await source.call("GET", "/Users"),
      await source.call("GET", "/Schemas"),
      await source.call("GET", "/Users/x"),
      await source.call("GET", user, undefined, { "if-none-match": "*" }),
      await source.call("DELETE", user),
      await source.call("PATCH", "/Users"),
      await source.call("GET", "/Me"),
    ];
    for (const { status, headers } of answers) {
      const seen = ["x-request-id", "x-content-type-options", "cache-control"].map((name) =>
        headers.get(name),
      );
      expect([status, ...seen]).toEqual([
        status,
        expect.stringMatching(/./),
        "nosniff",
        "no-store",
      ]);
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 304, 204, 405, 501]);
  });
});

const DISCOVERY = [
  "/ServiceProviderConfig",
  "/ResourceTypes",
  "/ResourceTypes/User",
  "/Schemas",
  `/Schemas/${scim.ENTERPRISE}`,
];

describe("RFC 7644 §4 discovery", () => {
  it.each(DISCOVERY)("is readable without a token, but not with a bad one: %s", async (path) => {
    const { source } = await configured();
    for (const base of [source.base, `${ORIGIN}/scim/v2`]) {
      const open = await scim.send(`${base}${path}`, {});
      expect([base, open.status, open.headers.get("content-type")]).toEqual([
        base,
        200,
        MEDIA_TYPE,
      ]);
      const known = await scim.send(`${base}${path}`, { headers: scim.bearer(source) });
      expect(known.body).toEqual(open.body);
      for (const authorization of [
        "Bearer x",
        `Bearer ${source.token}x`,
        "Basic YTpi",
        source.token,
      ]) {
        const answer = await scim.send(`${base}${path}`, { headers: { authorization } });
        scim.expectError(answer, 401);
      }
    }
  });

  it("is not found below a key that no source has", async () => {
    const { source } = await configured();
    const key = new URL(source.base).pathname.split("/")[2] ?? "";
    for (const other of [`${key}x`, key.slice(1), "none", "none-00aaaaaaaa", "none-zzaaaaaaaa"]) {
      const answer = await scim.send(`${ORIGIN}/scim/${other}/v2/ServiceProviderConfig`, {});
      scim.expectError(answer, 404);
    }
  });

  it("refuses filters, lest a part is taken for the whole", async () => {
    const { source } = await configured();
    for (const path of ["/Schemas", "/ResourceTypes"]) {
      scim.expectError(await source.call("GET", `${path}?filter=id%20pr`), 403);
    }
    scim.expectError(await source.call("GET", "/Schemas/urn:none"), 404);
  });
});

async function configured(): Promise<{ admin: Admin; source: Source }> {
  const admin = await claim();
  return { admin, source: await newSource(admin, "okta") };
}

describe("RFC 6750 §3 the WWW-Authenticate header", () => {
  const PATHS = [
    "GET /Users",
    "GET /Users/x",
    "POST /Users",
    "PUT /Users/x",
    "PATCH /Users/x",
    "DELETE /Users/x",
    "POST /Users/.search",
    "GET /",
    "POST /.search",
    "GET /Groups",
    "GET /Groups/x",
    "POST /Groups",
    "PUT /Groups/x",
    "PATCH /Groups/x",
    "DELETE /Groups/x",
    "POST /Groups/.search",
  ];

  it("stands in every 401, whatever else is wrong with the request", async () => {
    const { admin, source } = await configured();
    const other = await newSource(admin, "okta");
    const tokens = [
      undefined,
      "Bearer",
      "Bearer x",
      `Bearer ${source.token.slice(0, -1)}`,
      `Basic ${source.token}`,
      `Bearer ${other.token}`,
    ];
    for (const [i, authorization] of tokens.entries()) {
      for (const request of PATHS) {
        const [method = "", path = ""] = request.split(" ");
        const headers = {
          "cf-connecting-ip": `192.0.2.${i}`,
          ...(authorization !== undefined && { authorization }),
        };
        const url = `${source.base}${path}?attributes=id&excludedAttributes=id&filter=x&count=x`;
        const body = method === "GET" || method === "DELETE" ? {} : { body: "{" };
        const answer = await scim.send(url, { method, headers, ...body });
        scim.expectError(answer, 401);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
      }
    }
  });
});
