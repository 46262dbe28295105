/** RFC 7644 §4 to §7 from outside, in the order of its table of contents. */
import { describe, expect, it } from "vitest";
import { isObject } from "../../src/scim/json.ts";
import { claim, newSource, oneSource, ORIGIN } from "../support/client.ts";
import { insertMany } from "../support/limits.ts";
import * as scim from "../support/scim.ts";

describe("§4 Service Provider Configuration Endpoints", () => {
  /** Where each promise is tried, by RFC and section. */
  const TRIED: Record<string, string> = {
    schemas: "7643 §8.5",
    "patch.supported": "7644 §3.5.2",
    "bulk.supported": "7644 §3.7",
    "bulk.maxOperations": "7644 §3.7.4",
    "bulk.maxPayloadSize": "7644 §3.7.4",
    "filter.supported": "7644 §3.4.2.2",
    "filter.maxResults": "7644 §4",
    "changePassword.supported": "7643 §5",
    "sort.supported": "7644 §3.4.2.3",
    "etag.supported": "7644 §3.14",
    "pagination.cursor": "9865 §2",
    "pagination.index": "7644 §3.4.2.4",
    "pagination.defaultPaginationMethod": "9865 §2.3",
    "pagination.cursorTimeout": "9865 §2.1",
    "pagination.defaultPageSize": "9865 §4",
    "pagination.maxPageSize": "9865 §4",
    authenticationSchemes: "7643 §5",
    "meta.resourceType": "7643 §8.5",
    "meta.location": "7643 §8.5",
  };

  const PATHS = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

  it("MUST answer GET, and to a stranger too, who has to learn how to authenticate", async () => {
    const source = await oneSource("rfc");
    for (const path of [...PATHS, "/ResourceTypes/User", `/Schemas/${scim.CORE}`]) {
      const answer = await scim.send(`${source.base}${path}`, {});
      expect([path, answer.status]).toEqual([path, 200]);
      expect((await source.call("GET", path)).body).toEqual(answer.body);
    }
  });

  it("SHALL refuse a filter with 403, and ignore sorting and paging", async () => {
    const source = await oneSource("rfc");
    for (const path of ["/ResourceTypes", "/Schemas"]) {
      scim.expectError(await source.call("GET", `${path}?filter=name%20eq%20%22User%22`), 403);
      const all = await source.call("GET", path);
      const query = "sortBy=name&sortOrder=descending&startIndex=2&count=1";
      expect((await source.call("GET", `${path}?${query}`)).body).toEqual(all.body);
      const { totalResults, itemsPerPage, startIndex } = all.body;
      const { length } = scim.objectsIn(all.body["Resources"]);
      expect([totalResults, itemsPerPage, startIndex]).toEqual([length, length, 1]);
    }
  });

  it("SHALL lead from a resource type to its endpoint and its schemas", async () => {
    const source = await oneSource("rfc");
    const { body } = await source.call("GET", "/ResourceTypes");
    for (const type of scim.objectsIn(body["Resources"])) {
      const extensions = scim.objectsIn(type["schemaExtensions"]);
      const urns = [type, ...extensions].map((one) => scim.textAt(one, "schema"));
      for (const urn of urns) {
        expect((await source.call("GET", `/Schemas/${urn}`)).body["id"]).toBe(urn);
      }
      expect((await source.call("GET", scim.textAt(type, "endpoint"))).status).toBe(200);
    }
  });

  it("MUST return filter.maxResults resources at once, and never one more", async () => {
    const source = await oneSource("rfc");
    const { filter } = (await source.call("GET", "/ServiceProviderConfig")).body;
    const { maxResults } = Object(filter);
    await insertMany(source, maxResults + 1);
    for (const count of [maxResults, maxResults + 1]) {
      const { body } = await source.call("GET", `/Users?filter=userName%20pr&count=${count}`);
      expect([body["totalResults"], body["itemsPerPage"]]).toEqual([maxResults + 1, maxResults]);
    }
  });

  it("MUST NOT promise anything that these suites do not try", async () => {
    const source = await oneSource("rfc");
    const { body } = await source.call("GET", "/ServiceProviderConfig");
    const promises = Object.entries(body).flatMap(([name, value]) =>
      isObject(value) ? Object.keys(value).map((part) => `${name}.${part}`) : [name],
    );
    expect(promises.sort()).toEqual(Object.keys(TRIED).sort());
  });
});

describe("§5 Preparation and Comparison of Internationalized Strings", () => {
  it("MUST compare user names by their prepared and case-mapped form", async () => {
    const source = await oneSource("rfc");
    await scim.newUser(source, { userName: "Ängström" });
    for (const userName of ["ängström", "a\u0308ngstro\u0308m", "ÄNGSTRÖM", "Äｎgström"]) {
      const answer = await source.call("POST", "/Users", scim.userBody({ userName }));
      scim.expectError(answer, 409, "uniqueness");
    }
  });

  it.skip(
    "MUST refuse in user names what PRECIS disallows — not supported: compatibility characters are folded to what they stand for",
  );
});

describe("§6.1 Associating Clients to Tenants", () => {
  it("MAY know the tenant by the URL, and the token has to belong to it", async () => {
    const admin = await claim();
    const [one, other] = [await newSource(admin, "rfc"), await newSource(admin, "rfc")];
    const user = await scim.newUser(one, { userName: "a" });
    scim.expectError(await scim.send(`${one.base}${user}`, { headers: scim.bearer(other) }), 401);
    const open = await scim.send(`${ORIGIN}/scim/v2${user}`, { headers: scim.bearer(other) });
    scim.expectError(open, 404);
  });
});

describe("§6.2 SCIM Identifiers with Multiple Tenants", () => {
  it("MUST have an externalId once within a tenant only", async () => {
    const admin = await claim();
    const [one, other] = [await newSource(admin, "rfc"), await newSource(admin, "rfc")];
    const mine = await scim.newUser(one, { userName: "a", externalId: "E" });
    const theirs = await scim.newUser(other, { userName: "b", externalId: "E" });
    expect(scim.idsOf(await scim.find(one, 'externalId eq "E"'))).toEqual([scim.idAt(mine)]);
    expect(scim.idsOf(await scim.find(other, 'externalId eq "E"'))).toEqual([scim.idAt(theirs)]);
  });
});

describe("§7.4 Bearer Token and Cookie Considerations", () => {
  it("MUST NOT take a token from the URL, a body or a cookie", async () => {
    const source = await oneSource("rfc");
    const form = `access_token=${source.token}`;
    const sent = [
      await scim.send(`${source.base}/Users?${form}`, {}),
      await scim.send(`${source.base}/Users`, { headers: { cookie: form } }),
      await scim.send(`${source.base}/Users`, { method: "POST", body: new URLSearchParams(form) }),
    ];
    for (const answer of sent) scim.expectError(answer, 401);
  });
});

describe("§7.5.2 Disclosure of Sensitive Information in URIs", () => {
  it("SHOULD let a client search by POST, without anything of a person in the URL", async () => {
    const source = await oneSource("rfc");
    const user = await scim.newUser(source, { userName: "bjensen" });
    const answer = await source.call("POST", "/Users/.search", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      filter: 'userName eq "bjensen"',
    });
    expect(scim.idsOf(answer)).toEqual([scim.idAt(user)]);
  });
});

describe("§7.8 Case-Insensitive Comparison and International Languages", () => {
  it("MUST NOT let two people have names that are the same but for case", async () => {
    const source = await oneSource("rfc");
    for (const userName of ["Élodie", "Иван", "Άννα", "Jürgen"]) {
      await scim.newUser(source, { userName });
      for (const same of [userName.toLowerCase(), userName.toUpperCase()]) {
        const answer = await source.call("POST", "/Users", scim.userBody({ userName: same }));
        scim.expectError(answer, 409, "uniqueness");
      }
    }
  });
});
