import { describe, expect, it } from "vitest";
import { bulkResponse, parseBulkOperation, parseBulkRequest } from "../../src/scim/bulk.ts";
import { orderOf, resolved, stepsOf } from "../../src/scim/bulk-references.ts";
import { ScimError } from "../../src/scim/error.ts";
import type { Json } from "../../src/scim/json.ts";
import { MESSAGE_BULK_REQUEST, MESSAGE_BULK_RESPONSE } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { refusal } from "../support/scim-error.ts";

const { rfc, okta } = PROFILES;

/** POSTs of users (or groups, with a capital letter) that name others: "a>b,c". */
function order(...given: string[]): string {
  const operations = given.map((text) => {
    const [name = "", named = ""] = text.split(">");
    const path = name === name.toLowerCase() ? "/Users" : "/Groups";
    const data = named.split(",").map((one) => `bulkId:${one}`);
    const refs = named === "" ? [] : data;
    return parseBulkOperation({ method: "POST", path, bulkId: name, data: refs }, rfc);
  });
  const names = operations.map(({ bulkId = "" }) => bulkId);
  return orderOf(stepsOf(operations))
    .map((index) => names[index])
    .join("");
}

describe("the order of operations", () => {
  it.each([
    [["a", "b", "c"], "abc"],
    [["a>b", "b", "c"], "bac"],
    [["a>c", "b", "c", "d"], "bcad"],
    [["a>d", "b>a", "c", "d"], "cdab"],
    [["a>c,b", "b>c", "c>d", "d"], "dcba"],
    [["a>c", "b>c", "c"], "cab"],
    [["a>b", "b>a", "c"], "abc"],
    [["a>c", "b", "c>a", "d>a"], "bacd"],
    [["a>a", "b"], "ab"],
    [["G>u", "x", "u>G"], "xuG"],
    [["a>c", "b>d", "c>a", "d>b"], "acbd"],
    [["a>z", "b"], "ab"],
  ])("%j is %s", (given, expected) => {
    expect(order(...given)).toBe(expected);
  });
});

describe("references", () => {
  it("stand where an id may, and nowhere else", () => {
    const operation = {
      method: "PATCH",
      path: "/Groups/bulkId:g",
      data: {
        value: "bulkId:a",
        path: 'members[value eq "bulkId:a" or value eq "x"]',
        $ref: "../Users/bulkId:a",
        list: ["bulkId:a", { members: [{ value: "bulkId:b c" }] }],
        title: 'says "bulkId:a"',
        other: ["xbulkId:a", "bulkId:", "bulkid:a", "../Users/bulkId:a"],
      },
    };
    const { id, data } = resolved(parseBulkOperation(operation, okta), (bulkId) => `<${bulkId}>`);
    expect([id, data]).toEqual([
      "<g>",
      {
        value: "<a>",
        path: 'members[value eq "<a>" or value eq "x"]',
        $ref: "../Users/<a>",
        list: ["<a>", { members: [{ value: "<b c>" }] }],
        title: 'says "bulkId:a"',
        other: ["xbulkId:a", "bulkId:", "bulkid:a", "../Users/bulkId:a"],
      },
    ]);
  });

  it("keep names of what every object inherits", () => {
    const data: Json = JSON.parse('{"__proto__": {"value": "bulkId:a"}, "constructor": 1}');
    const operation = parseBulkOperation({ method: "PUT", path: "/Users/1", data }, okta);
    expect(JSON.stringify(resolved(operation, () => "1").data)).toBe(
      '{"__proto__":{"value":"1"},"constructor":1}',
    );
  });
});

describe("a request", () => {
  it("without failOnErrors, or with null, never ends early", () => {
    const body = { schemas: [MESSAGE_BULK_REQUEST], Operations: [1] };
    expect(parseBulkRequest(body, rfc)).toEqual({ failOnErrors: Infinity, operations: [1] });
    expect(parseBulkRequest({ ...body, failOnErrors: null }, rfc).failOnErrors).toBe(Infinity);
    expect(parseBulkRequest({ ...body, FAILONERRORS: 3 }, rfc).failOnErrors).toBe(3);
  });

  it("is refused where what it holds is no list or text but has a length of its own", () => {
    const none = { length: { toString: 1, valueOf: 1 } };
    const body = { schemas: [MESSAGE_BULK_REQUEST], Operations: none };
    expect(refusal(() => parseBulkRequest(body, rfc)).message).toContain('"Operations"');
    for (const name of ["bulkId", "version", "path", "method"]) {
      const operation = { method: "POST", path: "/Users", bulkId: "a", data: {}, [name]: none };
      expect(refusal(() => parseBulkOperation(operation, rfc)).message).toContain(`"${name}"`);
    }
  });

  it("is answered without what was not performed", () => {
    const operations: Json[] = [{ Method: "post", BulkId: "a" }, { method: "PUT" }, 1];
    const error = new ScimError("not_found", "No such User");
    const results = [{ status: 201, location: "x/Users/1" }, undefined, { error }];
    expect(bulkResponse(operations, results)).toEqual({
      schemas: [MESSAGE_BULK_RESPONSE],
      Operations: [
        { method: "POST", bulkId: "a", location: "x/Users/1", status: "201" },
        { status: "404", response: expect.objectContaining({ status: "404" }) },
      ],
    });
  });
});
