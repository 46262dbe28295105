/** Faults in what is answered, and to whom. */
import type { PlantedFault } from "./fault.ts";

export const PROTOCOL_FAULTS: readonly PlantedFault[] = [
  {
    name: "an error of KV answered as 401",
    edits: [
      {
        file: "src/sources/token-index.ts",
        find: 'env.TOKENS.get(hash, "json").catch(ignore)',
        replace:
          'env.TOKENS.get(hash, "json").catch(() => { throw new ScimError("unauthorized", ""); })',
      },
      {
        file: "src/sources/token-index.ts",
        find: 'import { z } from "zod";',
        replace: 'import { z } from "zod";\nimport { ScimError } from "../scim/error.ts";',
      },
    ],
    test: "test/protocol/access.test.ts",
    named: ["may not know a token yet"],
  },
  {
    name: "a token's state read from KV only",
    edits: [
      {
        file: "src/sources/gate.ts",
        find: '  if (token.status !== "enabled") throw unauthorized("token_disabled");\n',
        replace: "",
      },
    ],
    test: "test/protocol/tokens.test.ts",
    named: ["is useless once it is disabled"],
  },
  {
    name: "one read without its scope",
    edits: [
      {
        file: "src/directory/scope.ts",
        find: "  return `EXISTS (SELECT 1 FROM visible_orgs v",
        replace: "  return `1 OR EXISTS (SELECT 1 FROM visible_orgs v",
      },
    ],
    test: "test/protocol/isolation.test.ts",
    named: ["can't read another's"],
  },
  {
    name: "a write without its owner",
    edits: [
      {
        file: "src/sources/user-operations.ts",
        find: "if (user === undefined || user.deletedAt !== null || !user.visible) {",
        replace: "if (user === undefined || user.deletedAt !== null) {",
      },
      {
        file: "src/sources/user-operations.ts",
        find: "if (!mayChange(by, user)) {",
        replace: "if (!mayChange(by, user) && user.sourceId === null) {",
      },
    ],
    test: "test/protocol/isolation.test.ts",
    named: ["can't write another's"],
  },
  {
    name: "the password echoed",
    edits: [
      {
        file: "src/scim/user-schema.ts",
        find: 'caseExact: true,\n      mutability: "writeOnly",\n      returned: "never"',
        replace: 'caseExact: true,\n      mutability: "writeOnly",\n      returned: "default"',
      },
    ],
    test: "test/protocol/canary.test.ts",
    named: ["shows a password"],
  },
  {
    name: "a no-op written",
    edits: [
      {
        file: "src/sources/user-operations.ts",
        find: "if (isSame && further === undefined) return",
        replace: "if (isSame && further !== undefined) return",
      },
    ],
    test: "test/protocol/versions.test.ts",
    named: ["grows by one with each effective change, and only then"],
  },
  {
    name: "the answer of an Idempotency-Key outside the batch of its change",
    edits: [
      {
        file: "src/sources/write-batch.ts",
        find: "    ...oncePerRequest(done).flatMap(({ request }) => keptStatements(request)),\n",
        replace: "",
      },
    ],
    test: "test/http/admin/idempotency.test.ts",
    named: ["gives the same answer again", "makes one of eight at once"],
  },
  {
    name: "the last owner's key may go when two go at once",
    edits: [
      {
        file: "src/sources/admin-keys.ts",
        find: "OR (?3 AND NOT EXISTS (",
        replace: "OR (?3 AND 0 AND NOT EXISTS (",
      },
    ],
    test: "test/http/admin/admin-keys.test.ts",
    named: ["stays when both are revoked"],
  },
  {
    name: "an unknown attribute in a filter that matches nobody",
    edits: [
      {
        file: "src/http/query-part.ts",
        find: "resolveForEach(parseFilter(filter), types, profile);",
        replace: "silently(() => resolveForEach(parseFilter(filter), types, profile), types);",
      },
      {
        file: "src/http/query-part.ts",
        find: "type Place =",
        replace:
          "function silently<T>(read: () => T[], types: readonly ResourceType[]): (T | false)[] {\n  try {\n    return read();\n  } catch {\n    return types.map(() => false);\n  }\n}\n\ntype Place =",
      },
    ],
    test: "test/protocol/filters.test.ts",
    named: ["answers invalidFilter to what it can't answer"],
  },
  {
    name: "no names: who is found by a POST of a Bulk goes by the id meant for a new one",
    edits: [
      {
        file: "src/sources/references.ts",
        find: "return id === meant ? named : renamed(named, meant, id);",
        replace: "return named;",
      },
    ],
    test: "test/protocol/bulk-references.test.ts",
    named: ["to a POST that finds somebody leads to who is there"],
  },
  {
    name: "no circle: operations of a Bulk that name each other are decided once",
    edits: [
      {
        file: "src/sources/decide.ts",
        find: "if (decision.missing !== NO_KEYS || decision.names.areAsAssumed())",
        replace: "if (decision.names.past !== undefined)",
      },
    ],
    test: "test/protocol/bulk-references.test.ts",
    named: [
      "to a POST that finds somebody",
      "is refused where it stands, and where that is needed",
    ],
  },
];
