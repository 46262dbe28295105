import { describe } from "vitest";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { GROUP } from "../../src/scim/schemas.ts";
import { CUSTOM_USER, FIELDS } from "../support/custom-user.ts";
import { add, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };

describe("required, read-only and immutable", () => {
  const fields = { ...ANN, [FIELDS]: { badge: "7", desk: { floor: 1, room: "a" } } };
  testRows([
    {
      name: "refuses to remove userName",
      before: ANN,
      operations: [remove("userName")],
      after: "mutability",
    },
    {
      name: "refuses to remove userName by null",
      before: ANN,
      operations: [replace("userName", null)],
      after: "mutability",
    },
    {
      name: "lets userName be removed and set",
      before: ANN,
      operations: [replace("userName", null), add("userName", "bob")],
      after: { ...ANN, userName: "bob" },
    },
    {
      name: "refuses an empty userName",
      before: ANN,
      operations: [replace("userName", "")],
      after: "invalidValue",
    },
    {
      name: "refuses to remove a group's displayName",
      type: GROUP,
      before: { displayName: "g" },
      operations: [remove("displayName")],
      after: "mutability",
    },
    {
      name: "refuses an empty displayName of a group",
      type: GROUP,
      before: { displayName: "g" },
      operations: [replace("displayName", "")],
      after: "invalidValue",
    },
    {
      name: "refuses members, which are kept apart",
      type: GROUP,
      before: { displayName: "g" },
      operations: [add("members", [{ value: "u" }])],
      after: "mutability",
    },
    { name: "refuses id", before: ANN, operations: [replace("id", "x")], after: "mutability" },
    {
      name: "refuses meta",
      before: ANN,
      operations: [replace("meta.created", "x")],
      after: "mutability",
    },
    {
      name: "refuses schemas",
      before: ANN,
      operations: [add("schemas", ["urn:x"])],
      after: "mutability",
    },
    {
      name: "refuses groups",
      before: ANN,
      operations: [add("groups", [{ value: "g" }])],
      after: "mutability",
    },
    {
      name: "refuses to remove groups",
      before: ANN,
      operations: [remove("groups")],
      after: "mutability",
    },
    {
      name: "refuses a value of groups",
      before: ANN,
      operations: [remove('groups[value eq "g"]')],
      after: "mutability",
    },
    {
      name: "refuses a manager's displayName",
      before: ANN,
      operations: [replace(`${SCHEMA_ENTERPRISE}:manager.displayName`, "M")],
      after: "mutability",
    },
    {
      name: "refuses the core schema as a whole",
      before: ANN,
      operations: [remove(SCHEMA_USER)],
      after: "mutability",
    },
    {
      name: "sets an immutable attribute once",
      type: CUSTOM_USER,
      before: ANN,
      operations: [add(`${FIELDS}:badge`, "7")],
      after: { ...ANN, [FIELDS]: { badge: "7" } },
    },
    {
      name: "takes its value again",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:badge`, "7")],
      after: "same",
    },
    {
      name: "refuses another value",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:badge`, "8")],
      after: "mutability",
    },
    {
      name: "refuses its removal",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:badge`)],
      after: "mutability",
    },
    {
      name: "refuses its removal with the extension",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(FIELDS)],
      after: "mutability",
    },
    {
      name: "refuses another value of a sub-attribute",
      type: CUSTOM_USER,
      before: fields,
      operations: [replace(`${FIELDS}:desk.room`, "b")],
      after: "mutability",
    },
    {
      name: "removes a complex value with an immutable part",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:desk`)],
      after: { ...ANN, [FIELDS]: { badge: "7" } },
    },
    {
      name: "refuses to remove a required sub-attribute",
      type: CUSTOM_USER,
      before: fields,
      operations: [remove(`${FIELDS}:desk.floor`)],
      after: "mutability",
    },
    {
      name: "wants a required sub-attribute",
      type: CUSTOM_USER,
      before: ANN,
      operations: [add(`${FIELDS}:desk.room`, "a")],
      after: "invalidValue",
    },
  ]);
});
