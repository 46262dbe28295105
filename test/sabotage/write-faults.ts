/** Faults in the way of a write: the object, its queue and its batch. */
import type { PlantedFault } from "./fault.ts";

export const WRITE_FAULTS: readonly PlantedFault[] = [
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
        find: "INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (\n",
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
        find: "if (!this.#running) this.#start();",
        replace: "this.#start();",
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
        find: "if (!this.#running) this.#start();",
        replace: "this.#start();",
      },
      {
        file: "src/sources/group-length.ts",
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
        file: "src/sources/membership.ts",
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
    name: "an event outside its batch",
    edits: [
      {
        file: "src/sources/write-batch.ts",
        find: "    ...eventStatements(done.flatMap((one) => eventsOf(set, one, object, now))),\n",
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
    name: "no log of what changed nothing in a Bulk: done again, it may change something",
    edits: [
      {
        file: "src/sources/write-log.ts",
        find: "unlogged.map(settledRow)",
        replace:
          "unlogged.filter(({ opId }) => done.some(({ request }) => request.opId === opId)).map(settledRow)",
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
    named: ["brings back whom the source has deleted, by name"],
  },
];
