import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import { resetFaults } from "./support/faults.ts";

// Storage is shared by the tests of one file, so each test starts from an empty, migrated database.
beforeEach(async () => {
  resetFaults();
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});
