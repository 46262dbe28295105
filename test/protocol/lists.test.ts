/** Pages of lists, by GET and by POST. RFC 7644 §3.4.2.4, §3.4.3. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/scim/messages.ts";
import { oneSource } from "../support/client.ts";
import { expectPage, search, usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

describe("RFC 7644 §3.4.2.4 pagination", { timeout: 30_000 }, () => {
  it("cuts the page that startIndex and count say, whatever whole numbers they are", async () => {
    const source = await oneSource("rfc");
    const ids = await usersIn(source, 7);
    const whole = fc.oneof(fc.integer({ min: -3, max: 10 }), fc.integer({ min: -1e9, max: 1e5 }));
    const given = fc.option(whole, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(given, given, fc.boolean(), async (startIndex, count, byPost) => {
        const first = Math.max(1, startIndex ?? 1);
        const size = Math.min(Math.max(0, count ?? LIMITS.defaultCount), LIMITS.maxCount);
        const wish = {
          ...(startIndex !== undefined && { startIndex }),
          ...(count !== undefined && { count }),
        };
        const query = Object.entries(wish).map(([name, value]) => `${name}=${value}`);
        const answer = byPost
          ? await search(source, "/Users", wish)
          : await source.call("GET", `/Users?${query.join("&")}`);
        const page = ids.slice(first - 1, first - 1 + size);
        expectPage(answer, { total: 7, startIndex: first, ids: page });
      }),
      {
        numRuns: 150,
        examples: [
          [0, 0, false],
          [7, 1, false],
          [8, 1, false],
          [1, -1, true],
        ],
      },
    );
  });

  it.each(["9e99", "1e400", "0x10", "1.5", "１", "٣", "one", "1 2", "--1", "NaN", "null"])(
    "answers invalidValue to the number %s",
    async (text) => {
      const source = await oneSource();
      for (const name of ["startIndex", "count"]) {
        const answer = await source.call("GET", `/Users?${name}=${encodeURIComponent(text)}`);
        scim.expectError(answer, 400, "invalidValue");
      }
    },
  );

  it.each([9e99, 1.5, "1", true, [1], {}])("answers 400 to %j in a search", async (number) => {
    const source = await oneSource();
    for (const name of ["startIndex", "count"]) {
      scim.expectError(await search(source, "/Users", { [name]: number }), 400, "invalidSyntax");
    }
  });

  it("takes an empty number for none", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 2);
    const answer = await source.call("GET", "/Users?startIndex=&count=&filter=");
    expectPage(answer, { total: 2, startIndex: 1, ids });
  });

  it.each(["", 'filter=title eq "t1"&', 'filter=userName sw "user"&'])(
    "gives every user once and in one order over all pages: %s",
    async (filter) => {
      const source = await oneSource();
      const all = await usersIn(source, 11);
      const ids = filter.includes("t1") ? all.filter((_, i) => i % 2 === 1) : all;
      for (const size of [1, 3, 4]) {
        const seen: string[] = [];
        for (let startIndex = 1; startIndex <= ids.length; startIndex += size) {
          const answer = await source.call(
            "GET",
            `/Users?${filter}startIndex=${startIndex}&count=${size}`,
          );
          expectPage(answer, {
            total: ids.length,
            startIndex,
            ids: ids.slice(startIndex - 1, startIndex - 1 + size),
          });
          seen.push(...scim.idsOf(answer));
        }
        expect(seen).toEqual(ids);
      }
    },
  );

  it("counts what comes and goes", async () => {
    const source = await oneSource();
    const [first = "", ...rest] = await usersIn(source, 3);
    await source.call("DELETE", `/Users/${first}`);
    expectPage(await source.call("GET", "/Users"), { total: 2, startIndex: 1, ids: rest });
    const changed = scim.patch(source, `/Users/${rest[0]}`, {
      op: "add",
      path: "title",
      value: "x",
    });
    expect((await changed).status).toBe(200);
    expectPage(await source.call("GET", "/Users"), { total: 2, startIndex: 1, ids: rest });
    expectPage(await source.call("GET", "/Users?count=0"), { total: 2, startIndex: 1, ids: [] });
  });

  it("counts and pages groups", async () => {
    const source = await oneSource();
    const ids: string[] = [];
    for (const name of ["C", "A", "B"]) ids.push(scim.idAt(await scim.newGroup(source, name)));
    expectPage(await source.call("GET", "/Groups?count=2"), {
      total: 3,
      startIndex: 1,
      ids: ids.slice(0, 2),
    });
    expectPage(await source.call("GET", "/Groups?startIndex=3&count=2"), {
      total: 3,
      startIndex: 3,
      ids: ids.slice(2),
    });
    expectPage(await search(source, "/Groups", { filter: 'displayName gt "a"' }), {
      total: 2,
      startIndex: 1,
      ids: [ids[0] ?? "", ids[2] ?? ""],
    });
  });
});

describe("RFC 7644 §3.4.3 querying by POST", () => {
  it("takes names in any letter case and needs no fields", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 3);
    const request = {
      FILTER: 'userName sw "user"',
      StartIndex: 2,
      COUNT: 1,
      Attributes: ["userName"],
    };
    const answer = await search(source, "/Users", request);
    expectPage(answer, { total: 3, startIndex: 2, ids: ids.slice(1, 2) });
    expectPage(await search(source, "/users/", {}), { total: 3, startIndex: 1, ids });
  });

  it("refuses what is no SearchRequest", async () => {
    const source = await oneSource("rfc");
    for (const body of [[], "x", 5, null, { schemas: [] }, { schemas: [scim.CORE] }]) {
      scim.expectError(await source.call("POST", "/Users/.search", body), 400, "invalidSyntax");
    }
    for (const fields of [
      { filter: 5 },
      { attributes: "id" },
      { attributes: [5] },
      { count: null },
    ]) {
      scim.expectError(await search(source, "/Groups", fields), 400, "invalidSyntax");
    }
    scim.expectError(await source.call("GET", "/Users/.search"), 405);
  });
});
