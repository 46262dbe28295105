/** RFC 7644 §2 to §3.3 from outside, in the order of its table of contents. */
import { describe, expect, it } from "vitest";
import { MEDIA_TYPE } from "../../src/scim/messages.ts";
import { oneSource } from "../support/client.ts";
import { sample } from "../support/samples.ts";
import * as scim from "../support/scim.ts";

describe("§2 Authentication and Authorization", () => {
  it("MUST answer 401 with the ways to authenticate to whoever has no good token", async () => {
    const source = await oneSource("rfc");
    for (const authorization of ["", "Bearer x", "Basic YTpi"]) {
      const answer = await source.call("GET", "/Users", undefined, { authorization });
      scim.expectError(answer, 401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
    }
  });

  it("MUST ask for a token before it tells whether anything is there", async () => {
    const source = await oneSource("rfc");
    for (const [method, path] of [
      ["GET", "/Users/none"],
      ["POST", "/Users"],
      ["DELETE", "/Groups/none"],
      ["POST", "/Users/.search"],
    ] as const) {
      scim.expectError(await scim.send(`${source.base}${path}`, { method }), 401);
    }
  });

  it.skip(
    "TLS client authentication, HOBA, proof-of-possession tokens, cookies and HTTP Basic — not supported: bearer tokens alone are advertised",
  );
});

describe("§2.1 Use of Tokens as Authorizations", () => {
  it("MUST know by the token on whose behalf a request is made", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source);
    const url = `${new URL(source.base).origin}/scim/v2${user}`;
    const answer = await scim.send(url, { headers: scim.bearer(source) });
    expect(answer.body["id"]).toBe(scim.idAt(user));
  });
});

describe("§2.2 Anonymous Requests", () => {
  it("MUST NOT tell a stranger anything of people", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source);
    for (const path of [user, "/Users", "/Users/none", '/Users?filter=userName eq "x"']) {
      scim.expectError(await scim.send(`${source.base}${path}`, {}), 401);
    }
  });

  it.skip(
    "MAY create a user for a stranger who registers — not supported: a data source brings people in",
  );
});

describe("§3.1 Background", () => {
  it("MUST name in `schemas` what kind of message a body is", async () => {
    const source = await oneSource("rfc");
    const list = await source.call("GET", "/Users");
    expect(list.body["schemas"]).toEqual(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]);
    const error = await source.call("GET", "/Users/none");
    expect(error.body["schemas"]).toEqual(["urn:ietf:params:scim:api:messages:2.0:Error"]);
  });
});

describe("§3.2 SCIM Endpoints and HTTP Methods", () => {
  const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  const ENDPOINTS: Record<string, string> = {
    "/Users": "GET, POST",
    "/Groups": "GET, POST",
    "/Users/none": "GET, PUT, PATCH, DELETE",
    "/Groups/none": "GET, PUT, PATCH, DELETE",
    "/Users/.search": "POST",
    "/Groups/.search": "POST",
    "/": "GET",
    "/.search": "POST",
    "/Bulk": "POST",
    "/ServiceProviderConfig": "GET",
    "/ResourceTypes": "GET",
    "/Schemas": "GET",
  };

  it("MUST have the endpoints, each with its methods and no others", async () => {
    const source = await oneSource("rfc");
    for (const [path, allowed] of Object.entries(ENDPOINTS)) {
      for (const method of METHODS) {
        const { status, headers } = await source.call(method, path, undefined, {});
        const refused = !allowed.split(", ").includes(method);
        expect([path, method, status === 405]).toEqual([path, method, refused]);
        if (refused) expect(headers.get("allow")).toContain(allowed);
      }
    }
  });

  it("MUST answer 404 where there is no endpoint", async () => {
    const source = await oneSource("rfc");
    scim.expectError(await source.call("GET", "/Printers"), 404);
  });
});

describe("§3.3 Creating Resources", () => {
  it("MUST answer 201 with the resource, and SHALL say where it is in Location and meta.location", async () => {
    const source = await oneSource("rfc");
    const answer = await source.call("POST", "/Users", scim.userBody({}));
    expect(answer.status).toBe(201);
    const location = answer.headers.get("location");
    expect(answer.body["meta"]).toMatchObject({ location });
    const read = await scim.send(location ?? "", { headers: scim.bearer(source) });
    expect(read.body).toEqual(answer.body);
  });

  it("SHALL ignore what is readOnly in the body", async () => {
    const source = await oneSource("rfc");
    const body = scim.userBody({ id: "x", meta: { version: "x" }, groups: [{ value: "x" }] });
    const answer = await source.call("POST", "/Users", body);
    expect(answer.status).toBe(201);
    expect(answer.body["id"]).not.toBe("x");
    expect(answer.body).not.toHaveProperty("groups");
  });

  it("MUST answer 409 uniqueness where the resource exists already", async () => {
    const source = await oneSource("rfc");
    await scim.newUser(source, { userName: "bjensen" });
    await scim.newGroup(source, "Tour Guides");
    for (const [path, body] of [
      ["/Users", scim.userBody({ userName: "bjensen" })],
      ["/Groups", scim.groupBody("Tour Guides")],
    ] as const) {
      scim.expectError(await source.call("POST", path, body), 409, "uniqueness");
    }
  });

  it("sample: create a user", async () => {
    const source = await oneSource("rfc");
    const body = {
      schemas: [scim.CORE],
      userName: "bjensen",
      externalId: "bjensen",
      name: { formatted: "Ms. Barbara J Jensen III", familyName: "Jensen", givenName: "Barbara" },
    };
    const { status, headers, body: answer } = await source.call("POST", "/Users", body);
    expect(status).toBe(201);
    const location = `${source.base}/Users/${scim.textAt(answer, "id")}`;
    expect(headers.get("content-type")).toBe(MEDIA_TYPE);
    expect(headers.get("location")).toBe(location);
    expect(headers.get("etag")).toBe('W/"1"');
    expect(answer).toEqual({
      ...body,
      active: true,
      id: expect.stringMatching(/^[\w-]{36}$/),
      meta: {
        resourceType: "User",
        created: expect.any(String),
        lastModified: expect.any(String),
        location,
        version: 'W/"1"',
      },
    });
  });
});

describe("§3.3.1 Resource Types", () => {
  it("SHALL set meta.resourceType by the endpoint", async () => {
    const source = await oneSource("rfc");
    for (const path of [await scim.newUser(source), await scim.newGroup(source, "G")]) {
      const { body } = await source.call("GET", path);
      const resourceType = path.startsWith("/Users") ? "User" : "Group";
      expect(body["meta"]).toMatchObject({ resourceType });
    }
  });

  it("MUST refuse a resource of another type", async () => {
    const source = await oneSource("rfc");
    const answer = await source.call("POST", "/Users", sample("group"));
    scim.expectError(answer, 400, "invalidSyntax");
  });
});
