import { describe, expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import {
  LIMITS,
  MESSAGE_ERROR,
  MESSAGE_LIST,
  MESSAGE_PATCH,
  errorBody,
  listResponse,
  parsePatchOp,
} from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { refusal } from "../support/scim-error.ts";

const { rfc, entra } = PROFILES;
const schemas = [MESSAGE_PATCH];

describe("PatchOp", () => {
  it.each([
    [
      { op: "add", path: "a", value: 1 },
      { op: "add", path: "a", value: 1 },
    ],
    [
      { op: "Replace", path: "active", value: "False" },
      { op: "replace", path: "active", value: "False" },
    ],
    [
      { OP: "REMOVE", Path: "a" },
      { op: "remove", path: "a" },
    ],
    [
      { op: "remove", path: "a", Value: null },
      { op: "remove", path: "a", value: null },
    ],
    [
      { op: "add", path: null, value: { a: [] } },
      { op: "add", value: { a: [] } },
    ],
    [
      { op: "add", value: {}, name: "addMember" },
      { op: "add", value: {} },
    ],
  ])("reads %j", (sent, read) => {
    expect(parsePatchOp({ schemas, Operations: [sent] }, rfc)).toStrictEqual([read]);
  });

  it("takes its names in any letter case", () => {
    const body = {
      SCHEMAS: [MESSAGE_PATCH.toLowerCase()],
      operations: [{ op: "remove", path: "a" }],
    };
    expect(parsePatchOp(body, rfc)).toStrictEqual([{ op: "remove", path: "a" }]);
  });

  it.each([
    [null],
    ["x"],
    [[]],
    [{ schemas }],
    [{ schemas, Operations: [] }],
    [{ schemas, Operations: {} }],
    [{ schemas, Operations: [null] }],
    [{ schemas, Operations: [{ path: "a", value: 1 }] }],
    [{ schemas, Operations: [{ op: "move", path: "a" }] }],
    [{ schemas, Operations: [{ op: 1, path: "a" }] }],
    [{ schemas, Operations: [{ op: "add", path: 1, value: 1 }] }],
    [{ schemas, Operations: [{ op: "__proto__", path: "a" }] }],
  ])("refuses %j as invalidSyntax", (body) => {
    expect(refusal(() => parsePatchOp(body, entra)).reason).toBe("invalidSyntax");
  });

  it.each([[undefined], [[]], [["urn:other"]], ["urn:other"], [null]])(
    "with schemas %j is taken where the profile is lenient",
    (foreign) => {
      const body = { schemas: foreign, Operations: [{ op: "remove", path: "a" }] };
      expect(parsePatchOp(body, entra)).toHaveLength(1);
      expect(refusal(() => parsePatchOp(body, rfc)).reason).toBe("invalidSyntax");
    },
  );

  it("names the operation that is wrong, and not what it says", () => {
    const Operations = [
      { op: "add", value: {} },
      { op: "secret", path: "a" },
    ];
    const { message } = refusal(() => parsePatchOp({ schemas, Operations }, rfc));
    expect(message).toContain("Operations.1.op");
    expect(message).not.toContain("secret");
  });

  it.each([{ toString: 1, valueOf: 1 }, [{ toString: 1 }], 1, null])(
    "refuses what is no list but has a length of its own: %j",
    (length) => {
      const error = refusal(() => parsePatchOp({ schemas, Operations: { length } }, rfc));
      expect(error.message).toContain('"Operations"');
    },
  );

  it("has as many operations as allowed, and not one more", () => {
    const build = (length: number) => ({
      schemas,
      Operations: Array(length).fill({ op: "add", value: {} }),
    });
    expect(parsePatchOp(build(LIMITS.patchOperations), rfc)).toHaveLength(LIMITS.patchOperations);
    const error = refusal(() => parsePatchOp(build(LIMITS.patchOperations + 1), rfc));
    expect(error.reason).toBe("payload_too_large");
  });
});

it("lists a page", () => {
  expect(listResponse([{ id: "x" }], { totalResults: 41, startIndex: 41 })).toEqual({
    schemas: [MESSAGE_LIST],
    totalResults: 41,
    startIndex: 41,
    itemsPerPage: 1,
    Resources: [{ id: "x" }],
  });
});

it.each([
  [
    new ScimError("invalidFilter", "Why"),
    { status: "400", scimType: "invalidFilter", detail: "Why" },
  ],
  [new ScimError("uniqueness", "Why"), { status: "409", scimType: "uniqueness", detail: "Why" }],
  [new ScimError("not_found", "Why"), { status: "404", detail: "Why" }],
])("writes %s", (error, body) => {
  expect(errorBody(error)).toStrictEqual({ schemas: [MESSAGE_ERROR], ...body });
});
