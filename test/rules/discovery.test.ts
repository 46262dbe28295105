/** What a client learns before it has a token, and what is not there. */
import { describe, expect, it } from "vitest";
import { call, claim, newSource, oneSource, ORIGIN } from "../support/client.ts";
import { differences, steadyDump } from "../support/unchanged.ts";
import * as scim from "../support/scim.ts";

const DOCUMENTS = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

describe("discovery", () => {
  it("A38 is read without a token, also while the API is closed", async () => {
    const closed = { apiOpen: false, confirm: false };
    const source = await newSource(await claim(), "standard", closed);
    expect((await source.call("GET", "/Users")).status).toBe(403);
    for (const base of [source.base, `${ORIGIN}/scim/v2`]) {
      for (const path of DOCUMENTS) {
        const { status, headers } = await call("GET", `${base}${path}`);
        expect([path, status]).toEqual([path, 200]);
        expect(headers.get("content-type")).toBe("application/scim+json");
      }
    }
    const { body } = await call("GET", `${source.base}/ResourceTypes`);
    expect(scim.objectsIn(body["Resources"]).map((one) => one["endpoint"])).toEqual([
      "/Users",
      "/Groups",
      "/Organizations",
    ]);
  });

  it("A39 says of each capability what is true", async () => {
    const source = await oneSource("standard");
    const { body } = await call("GET", `${source.base}/ServiceProviderConfig`);
    expect(body).toMatchObject({
      patch: { supported: true },
      filter: { supported: true, maxResults: 200 },
      bulk: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
      authenticationSchemes: [{ type: "oauthbearertoken" }],
    });
    const user = await scim.newUser(source, { userName: "ann" });
    const bob = await scim.newUser(source, { userName: "bob" });
    const sorted = await source.call("GET", "/Users?sortBy=userName&sortOrder=descending");
    expect(scim.idsOf(sorted)).toEqual([bob, user].map(scim.idAt));
    expect(scim.idsOf(await scim.find(source, 'userName eq "ann"'))).toEqual([scim.idAt(user)]);
    const etag = (await source.call("GET", user)).headers.get("etag") ?? "";
    const known = await source.call("GET", user, undefined, { "if-none-match": etag });
    expect(known.status).toBe(304);
    const renamed = { op: "replace", path: "displayName", value: "Ann" };
    expect((await scim.patch(source, user, renamed)).status).toBe(200);
    const stale = await source.call("DELETE", user, undefined, { "if-match": etag });
    expect(stale.status).toBe(412);
  });
});

// The documents know neither Bulk nor .search; RFC 7644 does, and clients that can use them do.
describe("beside users and groups", () => {
  it("A43 answers /Me with 501, whatever is asked of it", async () => {
    const source = await oneSource("standard");
    const before = await steadyDump();
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const body = method === "GET" || method === "DELETE" ? undefined : scim.userBody({});
      scim.expectError(await source.call(method, "/Me", body), 501);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("A43 does what /Bulk and /.search ask for", async () => {
    const source = await oneSource("standard");
    const operation = { method: "POST", path: "/Users", bulkId: "a", data: scim.userBody({}) };
    const bulk = await source.call("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [operation],
    });
    expect(bulk.body["Operations"]).toMatchObject([{ bulkId: "a", status: "201" }]);
    const search = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      filter: 'userName eq "some@one.test"',
    };
    for (const path of ["/.search", "/Users/.search"]) {
      expect((await source.call("POST", path, search)).body["totalResults"], path).toBe(1);
    }
  });

  it("A43 answers what it doesn't know with an error body", async () => {
    const source = await oneSource("standard");
    for (const path of ["/Roles", "/Users/x/y", "/Me/x"]) {
      scim.expectError(await source.call("GET", path), 404);
    }
  });
});
