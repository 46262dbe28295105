import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import { resetFaults } from "./support/faults.ts";

// Storage is shared by the tests of one file, so each test starts from an empty, migrated database.
beforeEach(async () => {
  resetFaults();
  await emptied();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

/** One reset may run into the last writes of the test before it, and leave the database as it was. */
async function emptied(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await reset();
    const sql = "SELECT 1 FROM sqlite_schema WHERE name = 'users'";
    if ((await env.DB.prepare(sql).first()) === null) return;
  }
  throw new Error("The database of the test before can't be emptied");
}
