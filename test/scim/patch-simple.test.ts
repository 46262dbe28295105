import { describe } from "vitest";
import { add, merge, remove, replace, testRows } from "../support/patch-rows.ts";

const ANN = { userName: "ann", active: true };

describe("simple attributes", () => {
  const before = { externalId: "1", ...ANN, displayName: "Ann" };
  testRows([
    { name: "adds", before: ANN, operations: [add("title", "Dr")], after: { ...ANN, title: "Dr" } },
    {
      name: "replaces by add",
      before,
      operations: [add("displayName", "B")],
      after: { ...before, displayName: "B" },
    },
    {
      name: "replaces",
      before,
      operations: [replace("userName", "bob")],
      after: { ...before, userName: "bob" },
    },
    {
      name: "replaces what is absent",
      before: ANN,
      operations: [replace("title", "Dr")],
      after: { ...ANN, title: "Dr" },
    },
    {
      name: "removes",
      before,
      operations: [remove("displayName")],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes with a value beside it",
      before,
      operations: [remove("displayName", "Ann")],
      after: { externalId: "1", ...ANN },
    },
    { name: "removes what is absent", before, operations: [remove("title")], after: "same" },
    {
      name: "removes by null",
      before,
      operations: [replace("displayName", null)],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes by add of null",
      before,
      operations: [add("displayName", null)],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "removes by null without a path",
      before,
      operations: [merge({ displayName: null })],
      after: { externalId: "1", ...ANN },
    },
    {
      name: "replaces externalId",
      before,
      operations: [replace("externalId", "2")],
      after: { ...before, externalId: "2" },
    },
    {
      name: "removes externalId",
      before,
      operations: [remove("externalId")],
      after: { ...ANN, displayName: "Ann" },
    },
    {
      name: "deactivates",
      before,
      operations: [replace("active", false)],
      after: { ...before, active: false },
    },
    {
      name: "keeps active when it is removed",
      before: { ...before, active: false },
      operations: [remove("active")],
      after: "same",
    },
    {
      name: "keeps the same object for equal content",
      before,
      operations: [replace("displayName", "Ann"), add("active", true)],
      after: "same",
    },
    {
      name: "keeps the same object for a change undone",
      before,
      operations: [remove("displayName"), add("displayName", "Ann")],
      after: "same",
    },
    { name: "keeps the same object for nothing", before, operations: [], after: "same" },
    {
      name: "keeps the same object for an empty value",
      before,
      operations: [merge({})],
      after: "same",
    },
    {
      name: "drops a password",
      before,
      operations: [replace("password", "secret")],
      after: "same",
    },
    { name: "removes a password", before, operations: [remove("password")], after: "same" },
    {
      name: "refuses a password of no string",
      before,
      operations: [replace("password", 1)],
      after: "invalidValue",
    },
    {
      name: "refuses another type",
      before,
      operations: [replace("displayName", { a: 1 })],
      after: "invalidValue",
    },
    {
      name: "refuses add without a value",
      before,
      operations: [{ op: "add", path: "title" }],
      after: "invalidValue",
    },
    {
      name: "refuses replace without a value",
      before,
      operations: [{ op: "replace" }],
      after: "invalidValue",
    },
    {
      name: "refuses remove without a path",
      before,
      operations: [{ op: "remove" }],
      after: "noTarget",
    },
    {
      name: "refuses remove without a path, but with a value",
      before,
      operations: [{ op: "remove", value: { title: "x" } }],
      after: "noTarget",
    },
    {
      name: "refuses a value that is no object without a path",
      before,
      operations: [merge("x")],
      after: "invalidValue",
    },
    {
      name: "applies operations in order",
      before,
      operations: [add("title", "a"), replace("title", "b"), remove("displayName")],
      after: { externalId: "1", ...ANN, title: "b" },
    },
    {
      name: "applies all or nothing",
      before,
      operations: [
        add("title", "a"),
        add("nickName", "n"),
        replace("locale", 1),
        remove("displayName"),
        remove("title"),
      ],
      after: "invalidValue",
    },
  ]);
});
