/** RFC 7643 §3 and §9 from outside, in the order of its table of contents. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Answer, claim, newSource, oneSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

/** A POST, then what a GET of it says. */
async function kept(source: Source, attributes: JsonObject): Promise<JsonObject> {
  return (await source.call("GET", await scim.newUser(source, attributes))).body;
}

function post(source: Source, body: JsonObject): Promise<Answer> {
  return source.call("POST", "/Users", body);
}

describe("§3 SCIM Resources", () => {
  it("MUST have a `schemas` attribute that is not empty", async () => {
    const source = await oneSource("rfc");
    for (const schemas of [undefined, null, [], "x", [scim.GROUP], [scim.CORE, "urn:x"]]) {
      const body = { userName: "b", ...(schemas !== undefined && { schemas }) };
      scim.expectError(await post(source, body), 400, "invalidSyntax");
    }
  });

  it("MUST name in `schemas` what is in the resource", async () => {
    const source = await oneSource("rfc");
    const extension = { [scim.ENTERPRISE]: { department: "D" } };
    expect((await kept(source, { userName: "a", ...extension }))["schemas"]).toEqual([
      scim.CORE,
      scim.ENTERPRISE,
    ]);
    expect((await kept(source, { userName: "b" }))["schemas"]).toEqual([scim.CORE]);
    const unnamed = { schemas: [scim.CORE], userName: "c", ...extension };
    scim.expectError(await post(source, unnamed), 400, "invalidSyntax");
  });
});

describe("§3.1 Common Attributes", () => {
  it("MUST give every resource an id of its own, whatever the client says", async () => {
    const source = await oneSource("rfc");
    const first = await kept(source, { userName: "a", id: "2819c223" });
    const second = await kept(source, { userName: "b", id: "2819c223" });
    expect(first["id"]).not.toBe("2819c223");
    expect(second["id"]).not.toBe(first["id"]);
    expect(first["id"]).not.toBe("bulkId");
  });

  it("MUST NOT give an id to another resource again", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source);
    await source.call("DELETE", user);
    expect(await scim.newUser(source)).not.toBe(user);
  });

  it("MUST keep externalId as the client's, within the client's domain", async () => {
    const admin = await claim();
    const [one, other] = [await newSource(admin, "rfc"), await newSource(admin, "rfc")];
    expect(await kept(one, { userName: "a", externalId: "701984" })).toMatchObject({
      externalId: "701984",
    });
    expect(await kept(other, { userName: "b", externalId: "701984" })).toMatchObject({
      externalId: "701984",
    });
  });

  it("SHALL fill in meta itself, whatever the client says", async () => {
    const source = await oneSource("rfc");
    const told = { resourceType: "Group", created: "2010-01-23T04:56:22Z", version: 'W/"9"' };
    const answer = await post(source, scim.userBody({ meta: told }));
    const { meta } = answer.body;
    expect(meta).toEqual({
      resourceType: "User",
      created: expect.not.stringMatching(/^2010/),
      lastModified: scim.textAt(Object(meta), "created"),
      location: `${source.base}/Users/${scim.textAt(answer.body, "id")}`,
      version: 'W/"1"',
    });
  });

  it("MUST say the same in meta.location and meta.version as in the headers", async () => {
    const source = await oneSource("rfc");
    const { body, headers } = await source.call("GET", await scim.newUser(source));
    expect(body["meta"]).toMatchObject({
      location: headers.get("content-location"),
      version: headers.get("etag"),
    });
  });

  it("MUST change meta.lastModified with the resource, and meta.created never", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source);
    const before = Object((await source.call("GET", user)).body["meta"]);
    const changed = await scim.patch(source, user, { op: "add", path: "title", value: "T" });
    const after = Object(changed.body["meta"]);
    expect(after["created"]).toBe(before["created"]);
    expect(after["version"]).not.toBe(before["version"]);
    expect(Date.parse(after["lastModified"])).toBeGreaterThanOrEqual(
      Date.parse(before["lastModified"]),
    );
  });
});

describe("§3.2 Defining New Resource Types", () => {
  it.skip("types of one's own — not supported: the types are those of /ResourceTypes");
});

describe("§3.3 Attribute Extensions to Resources", () => {
  it("MUST keep an extension's attributes in a container named by its URN", async () => {
    const source = await oneSource("rfc");
    const answer = await post(source, scim.userBody({ department: "D" }));
    scim.expectError(answer, 400, "invalidSyntax");
    const extension = { [scim.ENTERPRISE]: { department: "D" } };
    expect(await kept(source, extension)).toMatchObject(extension);
  });
});

describe("§9.2 Passwords and Other Sensitive Security Data", () => {
  it("MUST NOT return a password, and MUST NOT find anybody by it", async () => {
    const source = await oneSource("rfc");
    const posted = await post(source, scim.userBody({ password: "t1meMa$heen" }));
    expect(posted.status).toBe(201);
    const asked = await source.call("GET", "/Users?attributes=password");
    expect(posted.text + asked.text).not.toContain("t1meMa");
    scim.expectError(await scim.find(source, 'password eq "t1meMa$heen"'), 400, "invalidFilter");
  });
});
