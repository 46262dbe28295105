/** Limits of requests: what is advertised or allowed at n is refused at n + 1. */
import { describe, expect, it } from "vitest";
import { isObject } from "../../src/scim/json.ts";
import { LIMITS, MEDIA_TYPE, MESSAGE_SEARCH } from "../../src/scim/messages.ts";
import { oneSource, type Source } from "../support/client.ts";
import { insertMany, letters, limit, listOf, newest } from "../support/limits.ts";
import { search } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

describe("filters", () => {
  const filters: [what: string, most: number, filterOf: (n: number) => string][] = [
    ["characters", LIMITS.filterLength, (n) => `userName eq "${letters(n - 14)}"`],
    [
      "levels of brackets",
      LIMITS.filterDepth,
      (n) => `${"(".repeat(n)}userName pr${")".repeat(n)}`,
    ],
    [
      "levels of negation",
      LIMITS.filterDepth,
      (n) => `${"not (".repeat(n)}userName pr${")".repeat(n)}`,
    ],
    [
      "levels, the last in square brackets",
      LIMITS.filterDepth,
      (n) => `${"(".repeat(n - 1)}emails[type pr]${")".repeat(n - 1)}`,
    ],
    [
      "comparisons by and",
      LIMITS.filterComparisons,
      (n) => listOf(n, () => "userName pr").join(" and "),
    ],
    [
      "comparisons by or",
      LIMITS.filterComparisons,
      (n) => listOf(n, (i) => `title eq "${i}"`).join(" or "),
    ],
    [
      "comparisons in brackets",
      LIMITS.filterComparisons,
      (n) => `emails[${listOf(n, () => "value pr").join(" or ")}]`,
    ],
  ];
  for (const [what, most, filterOf] of filters) {
    limit(`${what} in a URL`, most, [400, "invalidFilter"], (n, source) =>
      scim.find(source, filterOf(n)),
    );
    limit(`${what} in a search`, most, [400, "invalidFilter"], (n, source) =>
      search(source, "/Users", { filter: filterOf(n) }),
    );
  }

  it("are refused at once however far they go beyond", async () => {
    const source = await oneSource();
    const bombs = [
      "(".repeat(2e5),
      "not (".repeat(4e4),
      "userName pr and ".repeat(1e4),
      "emails[".repeat(3e4),
      `userName eq "${"\\".repeat(1e5)}"`,
    ];
    const started = Date.now();
    for (const filter of bombs)
      scim.expectError(await search(source, "/Users", { filter }), 400, "invalidFilter");
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  limit(
    "characters in a PATCH path",
    LIMITS.filterLength,
    [400, "invalidPath"],
    async (n, source) =>
      scim.patch(source, await newest(source), { op: "add", path: "title".padEnd(n), value: "T" }),
  );
});

describe("pages", () => {
  it("are as long as ServiceProviderConfig says", async () => {
    const source = await oneSource();
    const { body } = await source.call("GET", "/ServiceProviderConfig");
    const { pagination, filter } = body;
    const { defaultPageSize, maxPageSize } = isObject(pagination) ? pagination : {};
    expect(isObject(filter) && filter["maxResults"]).toBe(maxPageSize);
    await insertMany(source, Number(maxPageSize) + 1);
    const sizeOf = async (query: string) =>
      (await source.call("GET", `/Users?${query}`)).body["itemsPerPage"];
    for (const query of ["", "filter=userName%20pr&"]) {
      expect(await sizeOf(query)).toBe(defaultPageSize);
      expect(await sizeOf(`${query}count=${Number(maxPageSize)}`)).toBe(maxPageSize);
      expect(await sizeOf(`${query}count=${Number(maxPageSize) + 1}`)).toBe(maxPageSize);
    }
    expect((await search(source, "/Users", { count: 10_000 })).body["itemsPerPage"]).toBe(
      maxPageSize,
    );
  });

  limit("as an index to start at", 200_001, [400, "tooMany"], (n, source) =>
    source.call("GET", `/Users?startIndex=${n}`),
  );

  const names = (n: number) => listOf(n, (i) => `name${i}`);
  for (const parameter of ["attributes", "excludedAttributes"]) {
    limit(`names in ${parameter}`, LIMITS.projectionNames, [400, "invalidValue"], (n, source) =>
      source.call("GET", `/Users?${parameter}=${names(n).join()}`),
    );
    limit(
      `names in ${parameter} of a search`,
      LIMITS.projectionNames,
      [400, "invalidSyntax"],
      (n, source) => search(source, "/Users", { [parameter]: names(n) }),
    );
  }
});

describe("requests", () => {
  limit("characters in a URL", LIMITS.urlLength, [414], (n, source) => {
    const path = "/Users?x=";
    return source.call("GET", `${path}${letters(n - source.base.length - path.length)}`);
  });

  const padded = (n: number) => JSON.stringify(scim.userBody({})).padEnd(n);
  const post = (source: Source, body: BodyInit) =>
    scim.send(`${source.base}/Users`, {
      method: "POST",
      body,
      headers: { ...scim.bearer(source), "content-type": MEDIA_TYPE },
    });
  limit("bytes in a body", LIMITS.bodyBytes, [413, "tooMany"], (n, source) =>
    post(source, padded(n)),
  );
  limit("bytes in a body of unknown length", LIMITS.bodyBytes, [413, "tooMany"], (n, source) =>
    post(source, new Blob([padded(n)]).stream()),
  );
  limit("bytes in a body, not characters", LIMITS.bodyBytes, [413, "tooMany"], (n, source) => {
    const body = JSON.stringify(scim.userBody({ title: "é" }));
    return post(source, body.padEnd(n - 1));
  });

  limit("levels of JSON", LIMITS.jsonDepth, [400, "invalidSyntax"], (n, source) => {
    // A filter of a search has no depth of its own; what is unknown there is passed over.
    const body = `{"schemas":["${MESSAGE_SEARCH}"],"x":${"[".repeat(n - 1)}${"]".repeat(n - 1)}}`;
    return scim.send(`${source.base}/Users/.search`, {
      method: "POST",
      body,
      headers: { ...scim.bearer(source), "content-type": MEDIA_TYPE },
    });
  });

  it("advertises no password change, and has none", async () => {
    const source = await oneSource();
    const { body } = await source.call("GET", "/ServiceProviderConfig");
    expect(body).toMatchObject({
      changePassword: { supported: false },
    });
  });

  limit("operations in a PATCH", LIMITS.patchOperations, [413, "tooMany"], async (n, source) => {
    const user = await newest(source);
    return scim.patch(
      source,
      user,
      ...listOf(n, (i) => ({ op: "replace", path: "title", value: `t${i}` })),
    );
  });
});
