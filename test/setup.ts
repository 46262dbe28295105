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
  do await reset();
  while (
    (await env.DB.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'users'").all()).results
      .length > 0
  );
}
