import { describe } from "vitest";
import { LIMITS } from "../../src/scim/messages.ts";
import { ALL, ANN, LENIENT, STRICT, testBodies } from "../support/body-rows.ts";

describe("types and lengths, RFC 7643 §2.3", () => {
  testBodies([
    ["keeps a plain attribute", ALL, { title: "Dr" }, { ...ANN, title: "Dr" }],
    [
      "takes names in any case",
      ALL,
      { DisplayName: "A", ACTIVE: true },
      { ...ANN, displayName: "A" },
    ],
    ["passes over id, meta and groups", ALL, { id: "1", meta: {}, groups: [{ value: "g" }] }, ANN],
    ["drops null, [] and {}", ALL, { title: null, emails: [], name: {}, roles: null }, ANN],
    [
      "drops nulls inside",
      ALL,
      { name: { givenName: "A", familyName: null } },
      { ...ANN, name: { givenName: "A" } },
    ],
    ["drops a password", ALL, { password: "secret" }, ANN],
    ["refuses an empty password", ALL, { password: "" }, "invalidValue"],
    ["refuses a long password", ALL, { password: "x".repeat(257) }, "invalidValue"],
    ["refuses a missing userName", ALL, { userName: null }, "invalidValue"],
    ["refuses an empty userName", ALL, { userName: "" }, "invalidValue"],
    ["refuses a blank userName", ALL, { userName: "  " }, "invalidValue"],
    ["refuses a long userName", ALL, { userName: "x".repeat(257) }, "invalidValue"],
    [
      "takes a userName of 256",
      ALL,
      { userName: "x".repeat(256) },
      { ...ANN, userName: "x".repeat(256) },
    ],
    ["refuses control characters in userName", ALL, { userName: "a\tb" }, "invalidValue"],
    [
      "takes any printable userName",
      ["entra", "okta", "rfc"],
      { userName: "张 三+1" },
      { ...ANN, userName: "张 三+1" },
    ],
    ["takes ASCII in userName", ["standard"], { userName: "a+b" }, "invalidValue"],
    ["refuses another type: string", ALL, { displayName: 1 }, "invalidValue"],
    ["refuses another type: object", ALL, { displayName: { a: 1 } }, "invalidValue"],
    ["refuses another type: list", ALL, { displayName: ["a"] }, "invalidValue"],
    ["refuses another type: complex", ALL, { name: "Ann" }, "invalidValue"],
    ["refuses another type: element", ALL, { emails: ["a@example.com"] }, "invalidValue"],
    ["refuses another type: list of complex", ALL, { emails: "a@example.com" }, "invalidValue"],
    ["refuses another type: reference", ALL, { profileUrl: 1 }, "invalidValue"],
    ["refuses what is no base64", ALL, { x509Certificates: [{ value: "é" }] }, "invalidValue"],
    [
      "takes base64",
      ALL,
      { x509Certificates: [{ value: "MII=" }] },
      { ...ANN, x509Certificates: [{ value: "MII=" }] },
    ],
    ["refuses a long string", ALL, { title: "x".repeat(LIMITS.stringLength + 1) }, "invalidValue"],
    ["refuses a long externalId", ALL, { externalId: "x".repeat(257) }, "invalidValue"],
    ["drops an empty externalId", ALL, { externalId: "" }, ANN],
    [
      "refuses too many values",
      ALL,
      { roles: Array.from({ length: LIMITS.values + 1 }, (_, i) => ({ value: `${i}` })) },
      "invalidValue",
    ],
    ["keeps a false", ALL, { active: false }, { ...ANN, active: false }],
    ["takes booleans as strings", LENIENT, { active: "False" }, { ...ANN, active: false }],
    ["takes booleans as numbers", LENIENT, { active: 0 }, { ...ANN, active: false }],
    ["refuses booleans as strings", STRICT, { active: "False" }, "invalidValue"],
    ["refuses booleans as numbers", STRICT, { active: 1 }, "invalidValue"],
    ["refuses what is no boolean", ALL, { active: "yes" }, "invalidValue"],
  ]);
});
