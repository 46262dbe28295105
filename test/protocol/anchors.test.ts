/** Pages by index that follow on one another. RFC 7644 §3.4.2.4. */
import { describe, expect, it } from "vitest";
import { anchorAt, rememberAnchor } from "../../src/http/anchors.ts";
import { claim, newSource, oneSource, type Answer, type Source } from "../support/client.ts";
import { usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

function page(source: Source, startIndex: number, count = 2): Promise<Answer> {
  return source.call("GET", `/Users?startIndex=${startIndex}&count=${count}`);
}

async function idsAt(source: Source, startIndex: number, count = 2): Promise<string[]> {
  return scim.idsOf(await page(source, startIndex, count));
}

describe("the page after the last one", () => {
  it("passes nobody over when somebody before it has gone", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 6);
    expect(await idsAt(source, 1)).toEqual(ids.slice(0, 2));
    await source.call("DELETE", `/Users/${ids[0]}`);
    const next = await page(source, 3);
    expect(next.body).toMatchObject({ totalResults: 5, startIndex: 3 });
    expect(scim.idsOf(next)).toEqual(ids.slice(2, 4));
    expect(await idsAt(source, 5)).toEqual(ids.slice(4));
    // Nobody walked there: counted anew.
    expect(await idsAt(source, 4, 3)).toEqual(ids.slice(4));
  });

  it("begins anew with each walk", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 6);
    for (const startIndex of [1, 3, 5]) await idsAt(source, startIndex);
    await source.call("DELETE", `/Users/${ids[0]}`);
    const left = ids.slice(1);
    expect(await idsAt(source, 1)).toEqual(left.slice(0, 2));
    expect(await idsAt(source, 3)).toEqual(left.slice(2, 4));
    expect(await idsAt(source, 5)).toEqual(left.slice(4));
  });

  it("may have another size, and newcomers", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 5);
    expect(await idsAt(source, 1)).toEqual(ids.slice(0, 2));
    expect(await idsAt(source, 3, 100)).toEqual(ids.slice(2));
    expect(await idsAt(source, 6)).toEqual([]);
    const newcomer = scim.idAt(await scim.newUser(source, { userName: "new" }));
    expect(await idsAt(source, 6)).toEqual([newcomer]);
  });

  it("is of the same list: not of another source's, a filter's or a sorted one", async () => {
    const admin = await claim();
    const [source, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
    const ids = await usersIn(source, 4);
    const theirs: string[] = [];
    for (let i = 0; i < 4; i++) {
      theirs.push(scim.idAt(await scim.newUser(other, { userName: `other-${i}` })));
    }
    const groups: string[] = [];
    for (const name of ["a", "b", "c"]) groups.push(scim.idAt(await scim.newGroup(source, name)));
    expect(await idsAt(source, 1)).toEqual(ids.slice(0, 2));
    await source.call("DELETE", `/Users/${ids[0]}`);
    expect(await idsAt(other, 3)).toEqual(theirs.slice(2));
    expect(scim.idsOf(await source.call("GET", "/Groups?startIndex=3&count=2"))).toEqual(
      groups.slice(2),
    );
    for (const query of ["filter=userName pr", "sortBy=userName"]) {
      const answer = await source.call("GET", `/Users?${query}&startIndex=3&count=2`);
      expect(scim.idsOf(answer)).toEqual(ids.slice(3));
    }
  });

  it("is counted anew once the source was configured anew", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const ids = await usersIn(source, 4);
    expect(await idsAt(source, 1)).toEqual(ids.slice(0, 2));
    await source.call("DELETE", `/Users/${ids[0]}`);
    await admin("PATCH", `/data-sources/${source.id}`, { profile: "rfc" });
    await source.call("GET", "/Users?count=0");
    expect(await idsAt(source, 3)).toEqual(ids.slice(3));
  });
});

describe("an anchor", () => {
  it("is kept for five minutes", () => {
    rememberAnchor("list", 3, [7], 1_000);
    expect(anchorAt("list", 3, 1_000)).toEqual([7]);
    expect(anchorAt("list", 3, 300_999)).toEqual([7]);
    expect(anchorAt("list", 3, 301_000)).toBeUndefined();
    expect(anchorAt("list", 4, 1_000)).toBeUndefined();
    expect(anchorAt("another", 3, 1_000)).toBeUndefined();
  });

  it("makes room: two thousand are kept, the oldest goes first", () => {
    for (let index = 0; index < 2_000; index++) rememberAnchor("many", index, [index], 0);
    expect(anchorAt("many", 0, 0)).toEqual([0]);
    rememberAnchor("many", 0, [0], 0);
    rememberAnchor("many", 2_000, [0], 0);
    expect(anchorAt("many", 1, 0)).toBeUndefined();
    expect(anchorAt("many", 0, 0)).toEqual([0]);
    expect(anchorAt("many", 1_999, 0)).toEqual([1_999]);
  });
});
