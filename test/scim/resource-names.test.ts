import { describe } from "vitest";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { ALL, ANN, LENIENT, STRICT, testBodies } from "../support/body-rows.ts";

const WORK = { value: "a@example.com", type: "work" };

describe("names, RFC 7643 §2.1, §3", () => {
  testBodies([
    ["ignores an unknown attribute", LENIENT, { shoeSize: 43 }, ANN],
    ["refuses an unknown attribute", STRICT, { shoeSize: 43 }, "invalidSyntax"],
    [
      "ignores an unknown sub-attribute",
      LENIENT,
      { name: { nick: "A", givenName: "B" } },
      { ...ANN, name: { givenName: "B" } },
    ],
    ["refuses an unknown sub-attribute", STRICT, { name: { nick: "A" } }, "invalidSyntax"],
    ["ignores an unknown extension", LENIENT, { "urn:x:2.0:User": { a: 1 } }, ANN],
    ["refuses an unknown extension", STRICT, { "urn:x:2.0:User": { a: 1 } }, "invalidSyntax"],
    ["refuses a name twice in two spellings", ALL, { title: "a", TITLE: "b" }, "invalidSyntax"],
    [
      "refuses a sub-attribute twice in two spellings",
      ALL,
      { name: { givenName: "a", givenname: "b" } },
      "invalidSyntax",
    ],
    [
      "takes an extension",
      ALL,
      { [SCHEMA_ENTERPRISE]: { department: "Eng" } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    ],
    [
      "takes an extension's URN in any case",
      LENIENT,
      { [SCHEMA_ENTERPRISE.toUpperCase()]: { DEPARTMENT: "Eng" } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    ],
    ["drops an empty extension", ALL, { [SCHEMA_ENTERPRISE]: {} }, ANN],
    ["drops an extension that is null", ALL, { [SCHEMA_ENTERPRISE]: null }, ANN],
    ["refuses an extension that is no object", ALL, { [SCHEMA_ENTERPRISE]: "x" }, "invalidValue"],
    [
      "takes the SCIM 1.1 key of OneLogin",
      LENIENT,
      { "urn:scim:schemas:extension:enterprise:2.0": { department: "Eng" } },
      { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    ],
    [
      "expands dotted keys",
      LENIENT,
      { "name.givenName": "A", "name.familyName": "B" },
      { ...ANN, name: { familyName: "B", givenName: "A" } },
    ],
    [
      "expands URN keys",
      LENIENT,
      { [`${SCHEMA_ENTERPRISE}:department`]: "Eng" },
      { ...ANN, [SCHEMA_ENTERPRISE]: { department: "Eng" } },
    ],
    [
      "expands keys with a filter",
      LENIENT,
      { 'emails[type eq "work"].value': WORK.value },
      { ...ANN, emails: [WORK] },
    ],
    ["refuses dotted keys", STRICT, { "name.givenName": "A" }, "invalidSyntax"],
    ["refuses URN keys", STRICT, { [`${SCHEMA_USER}:title`]: "Dr" }, "invalidSyntax"],
    [
      "takes attributes under the core URN",
      LENIENT,
      { [SCHEMA_USER]: { title: "Dr" } },
      { ...ANN, title: "Dr" },
    ],
    [
      "ignores __proto__",
      LENIENT,
      JSON.parse('{"__proto__":{"title":"x"},"constructor":1,"toString":{}}'),
      ANN,
    ],
    ["refuses __proto__", STRICT, JSON.parse('{"__proto__":{"title":"x"}}'), "invalidSyntax"],
    ["refuses constructor", STRICT, JSON.parse('{"constructor":1}'), "invalidSyntax"],
  ]);
});
