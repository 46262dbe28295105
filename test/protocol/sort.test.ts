/** Sorted lists. RFC 7644 §3.4.2.3. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { oneSource, type Source } from "../support/client.ts";
import { expectPage, search } from "../support/lists.ts";
import * as scim from "../support/scim.ts";
import { walk, walkSearch } from "../support/walk.ts";

const ENTERPRISE = scim.ENTERPRISE;

/** Four people; each `sortBy` has an order of its own, in which ties stand in the order of creation. */
const PEOPLE: Readonly<Record<string, JsonObject>> = {
  ann: {
    userName: "Zann",
    name: { familyName: "Öz", givenName: "B" },
    title: "a",
    emails: [
      { value: "z@x.test", type: "home" },
      { value: "b@x.test", type: "work", primary: true },
    ],
    externalId: "b",
  },
  bob: {
    userName: "bob",
    name: { familyName: "abel", givenName: "a" },
    active: false,
    emails: [
      { value: "c@x.test", type: "work" },
      { value: "a@x.test", type: "home" },
    ],
    externalId: "B",
    [ENTERPRISE]: { department: "Sales", manager: { value: "1" } },
  },
  cyd: { userName: "ALF", name: { familyName: "ABEL", givenName: "c" }, title: "A" },
  dot: { userName: "carl", title: "b", [ENTERPRISE]: { department: "art" } },
};

async function people(source: Source): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [name, attributes] of Object.entries(PEOPLE)) {
    ids[scim.idAt(await scim.newUser(source, attributes))] = name;
  }
  return ids;
}

const ORDERS: readonly (readonly [sortBy: string, ascending: string, descending: string])[] = [
  ["userName", "cyd bob dot ann", "ann dot bob cyd"],
  ["username", "cyd bob dot ann", "ann dot bob cyd"],
  // Without a value: last and, descending, first.
  ["name.familyName", "bob cyd ann dot", "dot ann bob cyd"],
  ["Name.GivenName", "bob ann cyd dot", "dot cyd ann bob"],
  ["title", "ann cyd dot bob", "bob dot ann cyd"],
  // The primary e-mail or, without one, the first.
  ["emails", "ann bob cyd dot", "cyd dot bob ann"],
  ["emails.value", "ann bob cyd dot", "cyd dot bob ann"],
  ["emails.type", "ann bob cyd dot", "cyd dot ann bob"],
  // Case-exact.
  ["externalId", "bob ann cyd dot", "cyd dot ann bob"],
  [`${scim.CORE}:userName`, "cyd bob dot ann", "ann dot bob cyd"],
  [`${ENTERPRISE}:department`, "dot bob ann cyd", "ann cyd bob dot"],
  [`${ENTERPRISE.toUpperCase()}:manager.value`, "bob ann cyd dot", "ann cyd dot bob"],
  ["meta.created", "ann bob cyd dot", "dot cyd bob ann"],
  ["id", "ann bob cyd dot", "dot cyd bob ann"],
  ["meta.resourceType", "ann bob cyd dot", "ann bob cyd dot"],
  ["schemas", "ann bob cyd dot", "ann bob cyd dot"],
];

describe("RFC 7644 §3.4.2.3 sorting", { timeout: 60_000 }, () => {
  it("puts people in order, by index and by cursor, by GET and by POST", async () => {
    const source = await oneSource();
    const names = await people(source);
    const named = (ids: readonly string[]) => ids.map((id) => names[id]).join(" ");
    for (const [sortBy, ascending, descending] of ORDERS) {
      for (const [sortOrder, order] of Object.entries({ ascending, descending })) {
        const query = `sortBy=${encodeURIComponent(sortBy)}&sortOrder=${sortOrder}`;
        const list = await source.call("GET", `/Users?${query}`);
        expect([query, named(scim.idsOf(list))]).toEqual([query, order]);
        expect(named(await walk(source, `/Users?${query}&count=1`))).toBe(order);
        const request = { sortBy, sortOrder, count: 3 };
        expect(named(await walkSearch(source, "/Users", request))).toBe(order);
      }
    }
    const unsaid = await source.call("GET", "/Users?sortBy=userName");
    expect(named(scim.idsOf(unsaid))).toBe("cyd bob dot ann");
    const alone = await source.call("GET", "/Users?sortOrder=descending&sortBy=");
    expect(named(scim.idsOf(alone))).toBe("ann bob cyd dot");
  });

  it("goes together with filters and pages", async () => {
    const source = await oneSource();
    const ids = Object.entries(await people(source));
    const idOf = (name: string) => ids.find(([, known]) => known === name)?.[0] ?? "";
    const path = "/Users?sortBy=userName&sortOrder=descending";
    expectPage(await source.call("GET", `${path}&startIndex=2&count=2`), {
      total: 4,
      startIndex: 2,
      ids: ["dot", "bob"].map(idOf),
    });
    expectPage(await source.call("GET", `${path}&filter=title pr&startIndex=2&count=1`), {
      total: 3,
      startIndex: 2,
      ids: [idOf("dot")],
    });
    expectPage(await source.call("GET", `${path}&startIndex=5`), {
      total: 4,
      startIndex: 5,
      ids: [],
    });
    const filter = 'userName eq "bob" or userName eq "alf"';
    const found = { filter, sortBy: "userName", count: 1 };
    expect(await walkSearch(source, "/Users", found)).toEqual(["cyd", "bob"].map(idOf));
  });

  it("keeps its place by cursor when names change behind it and before it", async () => {
    const source = await oneSource();
    const ids: string[] = [];
    for (const userName of ["a", "b", "c", "d", "e", "f"]) {
      ids.push(scim.idAt(await scim.newUser(source, { userName })));
    }
    const [a, b, c, d, e, f] = ids;
    const rename = (id: string | undefined, value: string) =>
      scim.patch(source, `/Users/${id}`, { op: "replace", path: "userName", value });
    const seen = await walk(source, "/Users?sortBy=userName&count=2", async (page) => {
      if (page > 0) return;
      // The last one shown goes, as does one shown before; another one moves to the end.
      await source.call("DELETE", `/Users/${b}`);
      await rename(c, "x");
      await scim.newUser(source, { userName: "aa" });
    });
    expect(seen).toEqual([a, b, d, e, f, c]);
  });

  it("takes the longest filter along, page by page", async () => {
    const source = await oneSource();
    const ids = Object.entries(await people(source));
    // Each with a value of its own, half of them behind an index.
    const names = Array.from({ length: 48 }, (_, i) =>
      i % 2 === 0 ? `userName eq "nobody${i}"` : `title eq "none${i}"`,
    );
    const filter = [...names, "title pr", 'userName eq "bob"'].join(" or ");
    const request = { filter, sortBy: "name.familyName", sortOrder: "descending", count: 1 };
    const seen = await walkSearch(source, "/Users", request);
    const named = seen.map((id) => ids.find(([known]) => known === id)?.[1]);
    expect(named).toEqual(["dot", "ann", "bob", "cyd"]);
    const root = await walkSearch(source, "", request);
    expect(root).toEqual(seen);
  });

  it("orders groups", async () => {
    const source = await oneSource();
    const ids: string[] = [];
    for (const name of ["b", "A", "c"]) ids.push(scim.idAt(await scim.newGroup(source, name)));
    const [b, a, c] = ids;
    expect(await walk(source, "/Groups?sortBy=displayName&count=1")).toEqual([a, b, c]);
    const down = search(source, "/Groups", { sortBy: "displayName", sortOrder: "descending" });
    expect(scim.idsOf(await down)).toEqual([c, b, a]);
  });

  it.each(["nothing", "name", "password", "groups", "emails[primary eq true]", "a b", "addresses"])(
    "answers invalidPath to sortBy=%s",
    async (sortBy) => {
      const source = await oneSource();
      const path = `/Users?sortBy=${encodeURIComponent(sortBy)}`;
      scim.expectError(await source.call("GET", path), 400, "invalidPath");
      scim.expectError(await search(source, "/Users", { sortBy }), 400, "invalidPath");
    },
  );

  it("answers invalidValue to a sortOrder that is none", async () => {
    const source = await oneSource();
    const answer = source.call("GET", "/Users?sortBy=userName&sortOrder=up");
    scim.expectError(await answer, 400, "invalidValue");
  });

  it("is advertised", async () => {
    const { body } = await (await oneSource()).call("GET", "/ServiceProviderConfig");
    expect(body["sort"]).toEqual({ supported: true });
  });
});
