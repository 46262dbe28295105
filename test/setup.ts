import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import { resetFaults } from "./support/faults.ts";
import { migrated } from "./support/migrated.ts";

const SHARDS = [env.DB, env.DB_01].filter((db) => db !== undefined);

// Storage is shared by the tests of one file, so each test starts from an empty, migrated database.
beforeEach(async () => {
  resetFaults();
  await emptied();
  await migrated(SHARDS);
});

/** One reset may run into the last writes of the test before it, and leave the database as it was. */
async function emptied(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await reset();
    const sql = "SELECT 1 FROM sqlite_schema WHERE name = 'users'";
    const left = await Promise.all(SHARDS.map((db) => db.prepare(sql).first()));
    if (left.every((row) => row === null)) return;
  }
  throw new Error("A database of the test before can't be emptied");
}
