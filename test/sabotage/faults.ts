/** Faults worth planting: each was somebody's bug, or takes away one thing that the design rests on. */

export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface PlantedFault {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The file whose tests have to turn red, and a part of the name of each kind of them. */
  readonly test: string;
  readonly named: readonly string[];
}

export const FAULTS: readonly PlantedFault[] = [
  {
    name: "no fence: a late batch of a superseded instance is let in",
    edits: [
      {
        file: "src/sources/write-batch.ts",
        find: "e.object = ?1 AND e.epoch = ?2 AND",
        replace: "e.object = ?1 AND ?2 > 0 AND",
      },
    ],
    test: "test/sources/late-batch.test.ts",
    named: ["is refused after another instance wrote"],
  },
  {
    name: "no assertion: what was read may have changed before it is written",
    edits: [
      {
        file: "src/directory/write-rows.ts",
        find: "INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (",
        replace: "INSERT INTO assert_ok (ok) SELECT 0 WHERE 0 AND EXISTS (",
      },
      {
        file: "src/sources/write-batch.ts",
        find: "INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (",
        replace: "INSERT INTO assert_ok (ok) SELECT 0 WHERE 0 AND NOT EXISTS (",
      },
    ],
    test: "test/sources/restore.test.ts",
    named: ["between its read and its write", "is not written to by a batch from before"],
  },
  {
    name: "no queue: writes of one source are begun without end",
    edits: [
      {
        file: "src/sources/data-source.ts",
        find: "if (!this.#running) void this.#run();",
        replace: "void this.#run();",
      },
    ],
    test: "test/sources/queue.test.ts",
    named: ["takes 200 more writes and tells the others"],
  },
  {
    name: "no queue and no unique index: writes of one source interleave",
    edits: [
      {
        file: "src/sources/data-source.ts",
        find: "if (!this.#running) void this.#run();",
        replace: "void this.#run();",
      },
      {
        file: "src/sources/data-source.ts",
        find: "for (const request of queue.slice(0, GROUP_OPERATIONS)) {",
        replace: "for (const request of queue.slice(0, 1)) {",
      },
      {
        file: "migrations/0001_directory.sql",
        find: "CREATE UNIQUE INDEX users_external_id",
        replace: "CREATE INDEX users_external_id",
      },
      {
        file: "migrations/0001_directory.sql",
        find: "CREATE UNIQUE INDEX users_user_name",
        replace: "CREATE INDEX users_user_name",
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["that create the same user come to one"],
  },
  {
    name: "no claim: the outcome of a lost reply is guessed",
    edits: [
      {
        file: "src/sources/group-commit.ts",
        find: "claimAbove: claims ? holder.highestEpoch : undefined,",
        replace: "claimAbove: holder.highestEpoch === 0 ? 0 : undefined,",
      },
    ],
    test: "test/sources/late-batch.test.ts",
    named: ["a batch that"],
  },
  {
    name: "no operation log: what was done is done again",
    edits: [
      {
        file: "src/sources/decide.ts",
        find: "if (logged !== undefined) return",
        replace: "if (logged !== undefined && false) return",
      },
    ],
    test: "test/sources/faults.test.ts",
    named: ["changes nothing about"],
  },
  {
    name: "plain insert: a repeated POST is not recognized",
    edits: [
      {
        file: "src/sources/user-operations.ts",
        find: "  const known = sameIdentity(set, attributes, by);",
        replace:
          "  sameIdentity(set, attributes, by);\n  const known: ReadUser | undefined = undefined;",
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["that create the same user come to one"],
  },
  {
    name: "conflicts ignored: rows commit without their user",
    edits: [
      {
        file: "src/directory/write-users.ts",
        find: "const INSERT = `INSERT INTO users",
        replace: "const INSERT = `INSERT OR IGNORE INTO users",
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["that want one userName"],
  },
  {
    name: "members as a list: adding one writes what was read back",
    edits: [
      {
        file: "src/sources/group-operations.ts",
        find: '    case "add":\n      return [];',
        replace:
          '    case "add":\n      return current().filter((id) => !change.values.includes(id));',
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["that add a member each leave all 64"],
  },
  {
    name: "an error read as an empty list",
    edits: [
      {
        file: "src/http/reading.ts",
        find: "const [rows] = await reading.db.batch([besideStanding(statement, reading.caller)]);",
        replace:
          "const [standing] = await reading.db.batch([standingStatement(reading.caller)]);\n  const [found] = await reading.db.batch([statement]).catch(() => [[]]);\n  const rows = [{ id: null, ...standing?.[0], ...found?.[0] }];",
      },
    ],
    test: "test/sources/faults.test.ts",
    named: ["reading while D1 fails"],
  },
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
    name: "an error of D1 answered as 404",
    edits: [
      {
        file: "src/directory/database.ts",
        find: 'return unavailable("The database is not available");',
        replace: 'return new ScimError("not_found", "There is nothing here");',
      },
    ],
    test: "test/sources/faults.test.ts",
    named: ["reading while D1 fails"],
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
        find: "  const source = parameters.bind(scope.sourceId);\n  return `EXISTS",
        replace: "  const source = parameters.bind(scope.sourceId);\n  return `1 OR EXISTS",
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
        find: "if (user.sourceId !== by.source.id) {",
        replace: "if (user.sourceId === null) {",
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
        find: 'returned: "never"',
        replace: 'returned: "default"',
      },
    ],
    test: "test/protocol/canary.test.ts",
    named: ["shows a password"],
  },
  {
    name: "If-Match ignored",
    edits: [
      {
        file: "src/sources/deciding.ts",
        find: 'if (ifMatch === undefined || ifMatch === "*" || ifMatch.includes(version)) return;',
        replace: "if (version > 0) return;",
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["with the same If-Match let one of them through"],
  },
  {
    name: "a no-op written",
    edits: [
      {
        file: "src/sources/user-operations.ts",
        find: "if (equalJson(user.attributes, attributes)) return { outcome: answer(200, user) };",
        replace: "equalJson(user.attributes, attributes);",
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
        find: "    ...done.flatMap(({ request }) => keptStatements(request)),\n",
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
    name: "an event outside its batch",
    edits: [
      {
        file: "src/sources/write-batch.ts",
        find: "    ...eventStatements(done.map((one) => eventOf(set, one, object, now))),\n",
        replace: "",
      },
      {
        file: "src/sources/write-batch.ts",
        find: 'import { eventStatements } from "../directory/events.ts";\n',
        replace: "",
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["counts each time"],
  },
  {
    name: "a write that waited on settings decided under the old ones",
    edits: [
      {
        file: "src/sources/decide.ts",
        find: "if (admitted.configVersion !== request.configVersion) {",
        replace: "if (admitted.configVersion < 0) {",
      },
      {
        file: "src/sources/gate.ts",
        find: 'if (source.status !== "enabled") {',
        replace: 'if (source.status === "draft") {',
      },
    ],
    test: "test/sources/races.test.ts",
    named: ["is decided under the settings before it"],
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
  {
    name: "no log of what changed nothing in a Bulk: done again, it may change something",
    edits: [
      {
        file: "src/sources/write-batch.ts",
        find: "names.past.unlogged.map(settledRow)",
        replace:
          "names.past.unlogged.filter(({ opId }) => done.some(({ request }) => request.opId === opId)).map(settledRow)",
      },
    ],
    test: "test/sources/bulk-faults.test.ts",
    named: ["keeps its order where an operation changes nothing", "refuses what it refused"],
  },
  {
    name: "nobody gone: whom the source deleted is created anew, unread",
    edits: [
      {
        file: "src/sources/unread.ts",
        find: "AND g.user_name_key = j.value ->> 0 AND g.deleted_at IS NOT NULL)",
        replace: "AND g.user_name_key = j.value ->> 0 AND g.deleted_at = 0)",
      },
    ],
    test: "test/sources/unread.test.ts",
    named: ["brings back whom the source has deleted"],
  },
  {
    name: "a scope takes an organization that is gone by then",
    edits: [
      {
        file: "src/sources/write-scope.ts",
        find: "ON r.id = j.value AND r.deleted_at IS NULL AND +r.directory_id = ?2",
        replace: "ON r.id = j.value AND +r.directory_id = ?2",
      },
    ],
    test: "test/rules/scope-races.test.ts",
    named: ["A10 takes no organization"],
  },
  {
    name: "a target outside the scope",
    edits: [
      {
        file: "src/sources/settings-scope.ts",
        find: "if (targetPath.some((id) => inScope.has(id))) return;",
        replace: "if (targetPath.some((id) => inScope.has(id)) || targetPath.length > 0) return;",
      },
      {
        file: "src/sources/write-scope.ts",
        find: "...(source.scopeHasOrganizations ? [",
        replace: "...(source.scopeHasOrganizations && id === '' ? [",
      },
    ],
    test: "test/rules/target.test.ts",
    named: ["A17 is refused", "A21 stays"],
  },
  {
    name: "an API that opens by mistake",
    edits: [
      {
        file: "src/sources/settings-permissions.ts",
        find: "if (confirmed) return;",
        replace: "if (!confirmed) return;",
      },
    ],
    test: "test/rules/permissions.test.ts",
    named: ["A45 has to be confirmed"],
  },
  {
    name: "a group of another that is renamed by who may only change its members",
    edits: [
      {
        file: "src/sources/group-operations.ts",
        find: "if (!same && group.sourceId !== by.source.id) throw notOwner();",
        replace: "if (!same && group.sourceId === '') throw notOwner();",
      },
    ],
    test: "test/rules/listed-groups.test.ts",
    named: ["is not renamed"],
  },
];
