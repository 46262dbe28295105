import { describe } from "vitest";
import { SCHEMA_ENTERPRISE } from "../../src/scim/messages.ts";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };

describe("complex attributes", () => {
  const before = { ...ANN, name: { familyName: "F", givenName: "G" } };
  testRows([
    {
      name: "adds the whole",
      before: ANN,
      operations: [add("name", { givenName: "G", familyName: "F" })],
      after: before,
    },
    {
      name: "adds a sub-attribute",
      before: ANN,
      operations: [add("name.givenName", "G")],
      after: { ...ANN, name: { givenName: "G" } },
    },
    {
      name: "merges an add",
      before,
      operations: [add("name", { givenName: "X" })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "merges a replace",
      before,
      operations: [replace("name", { givenName: "X" })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "merges without a path",
      before,
      operations: [merge({ name: { givenName: "X" } })],
      after: { ...ANN, name: { familyName: "F", givenName: "X" } },
    },
    {
      name: "removes a sub-attribute",
      before,
      operations: [remove("name.givenName")],
      after: { ...ANN, name: { familyName: "F" } },
    },
    {
      name: "removes a sub-attribute by null",
      before,
      operations: [replace("name.givenName", null)],
      after: { ...ANN, name: { familyName: "F" } },
    },
    {
      name: "removes a sub-attribute by null in the object",
      before,
      operations: [replace("name", { givenName: null })],
      after: { ...ANN, name: { familyName: "F" } },
    },
    { name: "removes the whole", before, operations: [remove("name")], after: ANN },
    { name: "removes the whole by null", before, operations: [replace("name", null)], after: ANN },
    {
      name: "removes the whole with its last sub-attribute",
      before,
      operations: [remove("name.givenName"), remove("name.familyName")],
      after: ANN,
    },
    {
      name: "removes a sub-attribute of nothing",
      before: ANN,
      operations: [remove("name.givenName")],
      after: "same",
    },
    { name: "changes nothing for {}", before, operations: [replace("name", {})], after: "same" },
    {
      name: "refuses a string",
      before,
      operations: [replace("name", "Ann")],
      after: "invalidValue",
    },
    {
      name: "refuses an unknown sub-attribute or passes over it",
      before,
      operations: [replace("name", { nick: "N" })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
  ]);
});

describe("extensions", () => {
  const before = { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng", division: "d" } };
  const only = (extension: { department?: string; division?: string }) => ({
    ...ANN,
    [SCHEMA_ENTERPRISE]: extension,
  });
  testRows([
    {
      name: "adds an attribute",
      before: ANN,
      operations: [add(`${SCHEMA_ENTERPRISE}:department`, "Eng")],
      after: only({ department: "Eng" }),
    },
    {
      name: "removes an attribute",
      before,
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: only({ department: "Eng" }),
    },
    {
      name: "removes the extension with its last attribute",
      before: only({ division: "d" }),
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: ANN,
    },
    {
      name: "removes an attribute of nothing",
      before: ANN,
      operations: [remove(`${SCHEMA_ENTERPRISE}:division`)],
      after: "same",
    },
    {
      name: "adds the whole",
      before: ANN,
      operations: [add(SCHEMA_ENTERPRISE, { department: "Eng" })],
      after: only({ department: "Eng" }),
    },
    {
      name: "replaces the attributes given",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, { department: "X", division: null })],
      after: only({ department: "X" }),
    },
    { name: "removes the whole", before, operations: [remove(SCHEMA_ENTERPRISE)], after: ANN },
    {
      name: "removes the whole by null",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, null)],
      after: ANN,
    },
    {
      name: "removes nothing by add of null",
      before,
      operations: [add(SCHEMA_ENTERPRISE, null)],
      after: "same",
    },
    {
      name: "refuses a string for the whole",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, "x")],
      after: "invalidValue",
    },
    {
      name: "refuses a name twice in the whole",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, { division: "x", Division: "y" })],
      after: "invalidSyntax",
    },
    {
      name: "refuses an unknown attribute in the whole or passes over it",
      before,
      operations: [replace(SCHEMA_ENTERPRISE, { x: 1 })],
      after: { lenient: "same", rfc: "invalidSyntax" },
    },
  ]);
});
