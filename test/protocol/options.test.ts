/** OPTIONS, HEAD and where an answer stands. RFC 9110 §8.7, §9.3.2, §9.3.7. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, oneSource, ORIGIN } from "../support/client.ts";
import * as scim from "../support/scim.ts";

describe("OPTIONS", () => {
  it.each([
    ["", "GET, HEAD, OPTIONS"],
    ["/", "GET, HEAD, OPTIONS"],
    ["/Users", "GET, POST, HEAD, OPTIONS"],
    ["/users/", "GET, POST, HEAD, OPTIONS"],
    ["/Groups", "GET, POST, HEAD, OPTIONS"],
    ["/Users/x", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"],
    ["/Groups/x", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"],
    ["/.search", "POST, OPTIONS"],
    ["/Users/.search", "POST, OPTIONS"],
    ["/Groups/.search", "POST, OPTIONS"],
    ["/ServiceProviderConfig", "GET, HEAD, OPTIONS"],
    ["/ResourceTypes", "GET, HEAD, OPTIONS"],
    ["/ResourceTypes/User", "GET, HEAD, OPTIONS"],
    ["/Schemas", "GET, HEAD, OPTIONS"],
    ["/Schemas/x", "GET, HEAD, OPTIONS"],
    ["/Me", "OPTIONS"],
  ])("%s tells the methods to anybody, and nothing else", async (path, allow) => {
    for (const base of [`${ORIGIN}/scim/v2`, `${ORIGIN}/scim/nobody-00aaaaaaaa/v2`]) {
      const { status, headers, text } = await call("OPTIONS", base + path);
      expect([status, headers.get("allow"), text]).toEqual([204, allow, ""]);
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("has an Allow for Bulk too", async () => {
    const { status, headers } = await call("OPTIONS", `${ORIGIN}/scim/v2/Bulk`);
    expect([status, headers.get("allow")]).toEqual([204, expect.stringMatching(/OPTIONS$/)]);
  });

  it("is not for paths that lead nowhere", async () => {
    for (const path of ["/Nothing", "/Users/x/y"]) {
      scim.expectError(await call("OPTIONS", `${ORIGIN}/scim/v2${path}`), 404);
    }
  });
});

describe("HEAD", () => {
  it("answers as GET does, without a body", async () => {
    const source = await oneSource();
    const user = await scim.newUser(source);
    for (const path of [user, "/Users", "/Groups?count=1", "/", "/Schemas", "/Users/x", "/Me"]) {
      const init = { method: "HEAD", headers: scim.bearer(source) };
      const head = await exports.default.fetch(source.base + path, init);
      const get = await source.call("GET", path);
      expect(await head.text()).toBe("");
      expect([path, head.status]).toEqual([path, get.status]);
      for (const name of ["etag", "content-location", "content-type"]) {
        expect([path, head.headers.get(name)]).toEqual([path, get.headers.get(name)]);
      }
    }
    const stranger = await exports.default.fetch(`${source.base}/Users`, { method: "HEAD" });
    expect(stranger.status).toBe(401);
  });
});

describe("Content-Location", () => {
  it("says where what is shown stands, also where it isn't shown again", async () => {
    const source = await oneSource();
    const user = await scim.newUser(source);
    const group = await scim.newGroup(source, "a");
    const at = async (method: string, path: string, body?: Parameters<typeof call>[2]) => {
      const answer = await source.call(method, path, body?.body, body?.headers);
      expect(answer.status, answer.text).toBeLessThan(400);
      return answer.headers.get("content-location");
    };
    expect(await at("GET", user)).toBe(source.base + user);
    expect(await at("GET", group)).toBe(source.base + group);
    expect(await at("GET", user, { headers: { "if-none-match": "*" } })).toBe(source.base + user);
    const change = scim.patchBody({ op: "add", path: "title", value: "x" });
    expect(await at("PATCH", user, { body: change })).toBe(source.base + user);
    expect(await at("PUT", user, { body: scim.userBody({}) })).toBe(source.base + user);
    expect(await at("GET", "/Users")).toBeNull();
    // At /scim/v2 it stands under that address.
    const { headers } = await call("GET", `${ORIGIN}/scim/v2${user}`, {
      headers: scim.bearer(source),
    });
    expect(headers.get("content-location")).toBe(`${ORIGIN}/scim/v2${user}`);
  });
});
