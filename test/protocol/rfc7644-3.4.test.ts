/** RFC 7644 §3.4.1 to §3.4.2.1 and §3.4.3 from outside, in the order of its table of contents. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Answer, oneSource, type Source } from "../support/client.ts";
import { usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

let source: Source;
beforeEach(async () => {
  source = await oneSource("rfc");
});

function get(path: string): Promise<Answer> {
  return source.call("GET", path);
}

describe("§3.4.1 Retrieving a Known Resource", () => {
  it("sample: a user by id, as it was created", async () => {
    const posted = await source.call("POST", "/Users", scim.userBody({ title: "T" }));
    const answer = await get(`/Users/${scim.textAt(posted.body, "id")}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(posted.body);
    expect(answer.headers.get("etag")).toBe(posted.headers.get("etag"));
  });

  it("MUST answer 404 for an id that is none, and for another type's", async () => {
    const user = await scim.newUser(source);
    scim.expectError(await get("/Users/2819c223-7f76-453a-919d-413861904646"), 404);
    scim.expectError(await get(user.replace("Users", "Groups")), 404);
  });
});

describe("§3.4.2 Query Resources", () => {
  it("sample: a list of two users with some of their attributes", async () => {
    const ids = await usersIn(source, 2);
    const answer = await get("/Users?attributes=userName");
    expect(answer.body).toEqual({
      schemas: [LIST],
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 2,
      Resources: ids.map((id, i) => ({ schemas: [scim.CORE], id, userName: `user-${i}` })),
    });
  });

  it("MUST answer 200 and totalResults 0 where nothing is found", async () => {
    const answer = await scim.find(source, 'userName eq "nobody"');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ schemas: [LIST], totalResults: 0 });
    expect(scim.objectsIn(answer.body["Resources"])).toEqual([]);
  });

  it("MUST count in totalResults what all pages have together", async () => {
    await usersIn(source, 3);
    expect((await get("/Users?count=1")).body["totalResults"]).toBe(3);
  });
});

describe("§3.4.2.1 Query Endpoints", () => {
  it("MUST search the resources of an endpoint, and of no other", async () => {
    const user = await scim.newUser(source, { userName: "a", displayName: "same" });
    const group = await scim.newGroup(source, "same");
    const find = (path: string) => scim.find(source, 'displayName eq "same"', path);
    expect(scim.idsOf(await find("/Users"))).toEqual([scim.idAt(user)]);
    expect(scim.idsOf(await find("/Groups"))).toEqual([scim.idAt(group)]);
  });

  it.skip("MAY filter a single resource — not supported: it is there or not");

  it("MAY be asked at the root, for all types at once", async () => {
    const user = await scim.newUser(source, { userName: "a", displayName: "same" });
    const group = await scim.newGroup(source, "same");
    const answer = await scim.find(source, 'displayName eq "same"', "/");
    expect(answer.body).toMatchObject({ schemas: [LIST], totalResults: 2 });
    expect(scim.idsOf(answer).sort()).toEqual([scim.idAt(user), scim.idAt(group)].sort());
  });
});

describe("§3.4.3 Querying Resources Using HTTP POST", () => {
  const search = (path: string, request: JsonObject) =>
    source.call("POST", path, { schemas: [SEARCH], ...request });

  it("MUST take every parameter of a query in the body", async () => {
    await usersIn(source, 4);
    const request = {
      attributes: ["userName"],
      filter: 'userName sw "user"',
      startIndex: 2,
      count: 2,
    };
    const { body } = await search("/Users/.search", request);
    expect(body).toMatchObject({ schemas: [LIST], totalResults: 4, startIndex: 2 });
    expect(scim.objectsIn(body["Resources"])).toEqual(
      [1, 2].map((i) => ({
        schemas: [scim.CORE],
        id: expect.any(String),
        userName: `user-${i}`,
      })),
    );
    const { Resources } = (await search("/Users/.search", { excludedAttributes: ["meta"] })).body;
    expect(scim.objectsIn(Resources)[0]).not.toHaveProperty("meta");
  });

  it("MUST search all types at the root, where each has what its schema knows", async () => {
    const user = await scim.newUser(source, { userName: "s", displayName: "Smith" });
    const group = await scim.newGroup(source, "Smithy");
    await scim.newGroup(source, "Others");
    const both = await search("/.search", { filter: 'displayName sw "smith"' });
    expect(both.body).toMatchObject({ schemas: [LIST], totalResults: 2 });
    expect(scim.idsOf(both).sort()).toEqual([scim.idAt(user), scim.idAt(group)].sort());
    // RFC 7644 §3.4.2.1: an attribute that a type does not have counts as one without a value.
    const one = await search("/.search", { filter: 'userName pr and displayName sw "smith"' });
    expect(scim.idsOf(one)).toEqual([scim.idAt(user)]);
    const typed = await search("/.search", { filter: 'meta.resourceType eq "Group"' });
    expect(typed.body["totalResults"]).toBe(2);
  });

  it("sample: POST /.search with attributes, filter, startIndex and count", async () => {
    const user = await scim.newUser(source, { userName: "smith", displayName: "Smith James" });
    const request = {
      attributes: ["displayName", "userName"],
      filter: 'displayName sw "smith"',
      startIndex: 1,
      count: 10,
    };
    expect((await search("/.search", request)).body).toEqual({
      schemas: [LIST],
      totalResults: 1,
      itemsPerPage: 1,
      startIndex: 1,
      Resources: [
        {
          schemas: [scim.CORE],
          id: scim.idAt(user),
          userName: "smith",
          displayName: "Smith James",
        },
      ],
    });
  });

  it("MUST name the message in `schemas`", async () => {
    const answer = await source.call("POST", "/Users/.search", { filter: "id pr" });
    scim.expectError(answer, 400, "invalidSyntax");
  });
});
