import { describe } from "vitest";
import { SCHEMA_ENTERPRISE } from "../../src/scim/messages.ts";
import { ALL, ANN, LENIENT, STRICT, testBodies } from "../support/body-rows.ts";

const WORK = { value: "a@example.com", type: "work" };
const HOME = { value: "b@example.com", type: "home" };

describe("values, RFC 7643 §2.4", () => {
  testBodies([
    ["takes one object for a list", LENIENT, { emails: WORK }, { ...ANN, emails: [WORK] }],
    ["refuses one object for a list", STRICT, { emails: WORK }, "invalidValue"],
    ["drops null elements", ALL, { emails: [null, WORK] }, { ...ANN, emails: [WORK] }],
    [
      "drops labels without content",
      ALL,
      { emails: [{ type: "home", primary: true }, { type: "other", value: "" }, WORK] },
      { ...ANN, emails: [WORK] },
    ],
    [
      "keeps equal values once",
      ["rfc", "entra"],
      { roles: [{ value: "a" }, { value: "b" }, { value: "a" }] },
      { ...ANN, roles: [{ value: "a" }, { value: "b" }] },
    ],
    [
      "keeps values that differ in primary once",
      ["rfc", "entra"],
      { emails: [WORK, { ...WORK, primary: true }] },
      { ...ANN, emails: [{ ...WORK, primary: true }] },
    ],
    [
      "takes any type of contact",
      ["rfc", "entra", "okta"],
      { emails: [WORK, HOME] },
      { ...ANN, emails: [WORK, HOME] },
    ],
    [
      "takes the work contact",
      ["standard"],
      { emails: [{ ...WORK, type: "Work" }] },
      { ...ANN, emails: [WORK] },
    ],
    [
      "takes a contact without type for the work one",
      ["standard"],
      { emails: [{ primary: true, value: "1" }] },
      { ...ANN, emails: [{ value: "1", type: "work", primary: true }] },
    ],
    ["refuses another contact", ["standard"], { emails: [HOME] }, "email_type_not_work"],
    [
      "refuses two contacts",
      ["standard"],
      { emails: [{ value: "1" }, { value: "2" }] },
      "invalidValue",
    ],
    [
      "applies contact rules to contacts only",
      ["standard"],
      { addresses: [{ type: "home", locality: "X" }], ims: [{ value: "x", type: "aim" }] },
      { ...ANN, ims: [{ value: "x", type: "aim" }], addresses: [{ locality: "X", type: "home" }] },
    ],
    [
      "lets the last primary win",
      ["entra", "okta"],
      {
        emails: [
          { ...WORK, primary: true },
          { ...HOME, primary: true },
        ],
      },
      {
        ...ANN,
        emails: [
          { ...WORK, primary: false },
          { ...HOME, primary: true },
        ],
      },
    ],
    [
      "refuses two primaries",
      STRICT,
      {
        emails: [
          { ...WORK, primary: true },
          { ...HOME, primary: true },
        ],
      },
      "invalidValue",
    ],
    [
      "takes any type of value",
      ALL,
      { ims: [{ value: "x", type: "matrix" }] },
      { ...ANN, ims: [{ value: "x", type: "matrix" }] },
    ],
    [
      "takes a manager by value",
      ALL,
      { [SCHEMA_ENTERPRISE]: { manager: { value: "m", displayName: "M" } } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
    ],
    [
      "takes a manager as a string",
      LENIENT,
      { [SCHEMA_ENTERPRISE]: { manager: "m" } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
    ],
    [
      "takes a manager as a list",
      LENIENT,
      { [SCHEMA_ENTERPRISE]: { manager: [{ value: "m" }] } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { manager: { value: "m" } } },
    ],
    ['drops a manager of ""', LENIENT, { [SCHEMA_ENTERPRISE]: { manager: "" } }, ANN],
    [
      'drops a manager with the value ""',
      LENIENT,
      { [SCHEMA_ENTERPRISE]: { manager: { value: "", $ref: "../Users/x" } } },
      ANN,
    ],
    ["drops a manager of null", ALL, { [SCHEMA_ENTERPRISE]: { manager: null } }, ANN],
    [
      "refuses a manager as a string",
      STRICT,
      { [SCHEMA_ENTERPRISE]: { manager: "m" } },
      "invalidValue",
    ],
    [
      "refuses two managers",
      ALL,
      { [SCHEMA_ENTERPRISE]: { manager: [{ value: "m" }, { value: "n" }] } },
      "invalidValue",
    ],
  ]);
});
