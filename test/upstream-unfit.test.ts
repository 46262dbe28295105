/** Resources of upstreams that can't be read: what is said of them. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../src/scim/json.ts";
import type { RecordFault, UpstreamType } from "../src/sync/upstream-page.ts";
import { readRecords } from "../src/sync/upstream-records.ts";

const ANN = { id: "1", userName: "ann" };

function faultOf(type: UpstreamType, raw: Json): RecordFault {
  const { records, faults } = readRecords(type, [raw]);
  const [fault] = faults;
  if (fault === undefined) throw new Error(`No fault: ${JSON.stringify(records)}`);
  expect(records).toEqual([]);
  return fault;
}

describe("F-58 F-59 a record that can't be read", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({ value: `a${n}@b.example` }));
  let deep: Json = "bottom";
  for (let level = 0; level < 1_000; level++) deep = { deep };
  const FAULTS: readonly (readonly [UpstreamType, Json, code: string, path: string])[] = [
    ["User", null, "record_invalid", ""],
    ["User", "ann", "record_invalid", ""],
    ["User", [ANN], "record_invalid", ""],
    ["User", {}, "record_invalid", "id"],
    ["User", { id: "1" }, "record_invalid", "userName"],
    ["User", { id: "1", userName: "" }, "record_invalid", "userName"],
    ["User", { id: "1", userName: ["ann"] }, "record_invalid", "userName"],
    ["User", { userName: "ann" }, "record_invalid", "id"],
    ["User", { ...ANN, USERNAME: "bob" }, "record_invalid", ""],
    ["User", { ...ANN, active: "perhaps" }, "record_invalid", "active"],
    ["User", { ...ANN, active: {} }, "record_invalid", "active"],
    ["User", { ...ANN, emails: [{ value: {} }] }, "record_invalid", "emails[0].value"],
    ["User", { ...ANN, emails: ["a", ["b"]] }, "record_invalid", "emails[1].value"],
    ["User", { ...ANN, expireDate: "soon" }, "record_invalid", "expireDate"],
    ["User", { ...ANN, expireDate: 7 }, "record_invalid", "expireDate"],
    ["User", { ...ANN, organization: [{}] }, "record_invalid", "organization"],
    ["User", { ...ANN, group: [null] }, "record_invalid", "group"],
    ["User", { ...ANN, groups: [{ display: "G" }] }, "record_invalid", "groups"],
    [
      "User",
      { ...ANN, organization: Array.from({ length: 22 }, (_, n) => `o-${n}`) },
      "record_invalid",
      "organization",
    ],
    ["User", { ...ANN, title: "\0" }, "record_invalid", "title"],
    ["User", { ...ANN, name: { givenName: "\ud800" } }, "record_invalid", "name.givenName"],
    ["User", { ...ANN, x: [1, Infinity] }, "record_invalid", "x[1]"],
    ["User", { ...ANN, emails: many }, "record_too_large", ""],
    ["User", { ...ANN, title: "张".repeat(30_000) }, "record_too_large", ""],
    ["Organization", { displayName: "A" }, "record_invalid", "id"],
    ["Organization", { id: "1" }, "record_invalid", "displayName"],
    ["Organization", { id: "1", displayName: "A", order: "first" }, "record_invalid", "order"],
    ["Group", { id: "1" }, "record_invalid", "displayName"],
    ["Group", { id: "1", displayName: "A", members: {} }, "record_invalid", "members"],
    ["Group", { id: "1", displayName: "A", members: [{}] }, "record_invalid", "members"],
  ];

  it("is a fault with its path", () => {
    for (const [type, raw, code, path] of FAULTS) {
      const fault = faultOf(type, raw);
      expect([fault.type, fault.code, fault.path]).toEqual([type, code, path]);
    }
  });

  it("is nested too deeply", () => {
    const fault = faultOf("User", { ...ANN, deep });
    expect(fault).toMatchObject({ code: "record_invalid", externalId: "1", name: "ann" });
    expect(fault.path).toMatch(/^deep(\.deep)+$/);
  });

  it("is too large or too deep for any reader", () => {
    const bottomless: Json = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    const zeros = Array.from({ length: 1_000_000 }, () => 0);
    const codeOf = (raw: JsonObject) => faultOf("User", { ...ANN, ...raw }).code;
    expect(codeOf({ x: bottomless })).toBe("record_invalid");
    expect(codeOf({ x: zeros })).toBe("record_too_large");
    expect(codeOf({ x: zeros.map(() => ({})) })).toBe("record_too_large");
    const group = { id: "g", displayName: "G", members: zeros };
    expect(faultOf("Group", group).path).toBe("members");
    const long = faultOf("User", { id: "1".repeat(10_000), userName: "a".repeat(70_000) });
    expect(long).toMatchObject({ externalId: undefined, name: "a".repeat(256) });
  });

  it("says whose it is, and keeps nobody else from theirs", () => {
    const bad = { ...ANN, id: "2", externalId: "2", active: "perhaps" };
    const { records, faults } = readRecords("User", [ANN, bad, { ...ANN, id: "3" }]);
    expect(records.map(({ externalId }) => externalId)).toEqual(["1", "3"]);
    expect(faults).toMatchObject([
      { externalId: "2", name: "ann", detail: '"active" is not a boolean' },
    ]);
  });

  it("takes no name for more than a name", () => {
    const raw: Json = JSON.parse(
      '{"id":"1","userName":"ann","__proto__":{"active":false},"constructor":"x"}',
    );
    const { records } = readRecords("User", [raw]);
    expect(records[0]?.body["active"]).toBe(true);
    expect(Object.getPrototypeOf(records[0]?.body)).toBe(Object.prototype);
  });
});
