import { describe, expect, it } from "vitest";
import { parseSearchRequest, toListQuery } from "../../src/scim/list-query.ts";
import { LIMITS, MESSAGE_SEARCH } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { refusal } from "../support/scim-error.ts";

const { rfc, entra } = PROFILES;

describe("SearchRequest", () => {
  const urn = { schemas: [MESSAGE_SEARCH] };

  it.each([
    [{}, { descending: false, startIndex: 1, count: LIMITS.defaultCount }],
    [
      { startIndex: 0, count: -1 },
      { descending: false, startIndex: 1, count: 0 },
    ],
    [
      { startIndex: 7, count: LIMITS.maxCount + 1 },
      { descending: false, startIndex: 7, count: LIMITS.maxCount },
    ],
    [
      { Filter: "a pr", ATTRIBUTES: ["id"], excludedattributes: [], STARTINDEX: 2, Count: 5 },
      {
        filter: "a pr",
        attributes: ["id"],
        excludedAttributes: [],
        descending: false,
        startIndex: 2,
        count: 5,
      },
    ],
    [
      { SortBy: "userName", SORTORDER: "Descending", CURSOR: "" },
      { sortBy: "userName", descending: true, cursor: "", startIndex: 1, count: 100 },
    ],
  ])("reads %j", (sent, read) => {
    expect(parseSearchRequest({ ...urn, ...sent }, rfc)).toStrictEqual(read);
  });

  it.each([
    [{ filter: 1 }],
    [{ filter: null }],
    [{ attributes: "id" }],
    [{ attributes: [1] }],
    [{ attributes: Array(LIMITS.projectionNames + 1).fill("id") }],
    [{ attributes: { length: { toString: 1, valueOf: 1 } } }],
    [{ count: "5" }],
    [{ count: 1.5 }],
    [{ startIndex: true }],
    [{ sortBy: 1 }],
    [{ sortOrder: true }],
    [{ cursor: 5 }],
    [{ cursor: null }],
  ])("refuses %j as invalidSyntax", (sent) => {
    expect(refusal(() => parseSearchRequest({ ...urn, ...sent }, entra)).reason).toBe(
      "invalidSyntax",
    );
  });

  it("needs its URN where the profile is strict", () => {
    expect(parseSearchRequest({}, entra)).toBeDefined();
    expect(refusal(() => parseSearchRequest({}, rfc)).reason).toBe("invalidSyntax");
  });
});

describe("what a query asks for", () => {
  it("is one way of paging or the other", () => {
    const both = { cursor: "", startIndex: 1 };
    expect(refusal(() => toListQuery(both)).reason).toBe("invalidValue");
    expect(toListQuery({ cursor: "x" })).toMatchObject({ cursor: "x", count: 100 });
  });

  it("is none where less is asked for, and as many as are served where more is", () => {
    for (const [count, given] of [
      [0, 0],
      [-1, 0],
      [1, 1],
      [LIMITS.maxCount, LIMITS.maxCount],
      [LIMITS.maxCount + 1, LIMITS.maxCount],
    ] as const) {
      expect(toListQuery({ cursor: "", count })).toMatchObject({ count: given });
      expect(toListQuery({ count })).toMatchObject({ count: given });
    }
  });

  it("is in one direction or the other", () => {
    expect(toListQuery({ sortBy: "id", sortOrder: "DESCENDING" }).descending).toBe(true);
    expect(toListQuery({ sortBy: "id", sortOrder: "ascending" }).descending).toBe(false);
    for (const sortOrder of ["", "asc", "up", "descending "]) {
      expect(refusal(() => toListQuery({ sortOrder })).reason).toBe("invalidValue");
    }
  });
});
