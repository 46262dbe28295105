import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const MEMORY = "/dev/shm";

/** Databases of a test die with it: on a disk, waiting for its syncs is half of the run. */
const keepDatabasesInMemory = () => {
  if (process.env["TMPDIR"] !== undefined || !existsSync(MEMORY)) return;
  const folder = mkdtempSync(`${MEMORY}/muster-test-`);
  process.env["TMPDIR"] = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
};

keepDatabasesInMemory();

// Half of what a command of the command line takes is compiling itself, and tests start hundreds.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "../node_modules/.cache/node");

/** `npm run test:deep` multiplies what CI tries by ten; a seed that a run printed replays it. */
const provide = {
  scale: process.env["MUSTER_SCALE"] === "deep" ? 10 : Number(process.env["MUSTER_SCALE"] ?? 1),
  seed: Number(process.env["MUSTER_SEED"] ?? Date.now() % 2 ** 31),
};

const shared = {
  provide,
  // A busy machine is slow, not wrong: what is too slow is for a bench to say.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A test mostly waits for another process, so two per core keep a machine of two cores busy.
  maxWorkers: 4,
};

/** What the Worker and its bindings do, in workerd. */
const workerd = {
  plugins: [
    cloudflareTest(async () => ({
      main: "./test/support/worker.ts",
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        // Tests alone have a second shard.
        d1Databases: ["DB", "DB_01"],
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations("migrations"),
          TOKEN_PEPPER: "k1:test-pepper-test-pepper-test-pepper-00",
          MASTER_KEY: "m1:test-master-key-test-master-key-test-m-00",
          LOOPBACK_UPSTREAMS: "allow",
          BOOTSTRAP_TOKEN: "test-bootstrap-token-test-bootstrap-token",
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include: ["test/**/*.test.ts"],
    exclude: ["test/scim/**", "test/cli/**", "test/*.test.ts"],
    globalSetup: ["test/upstream/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    ...shared,
    isolate: false,
  },
};

/** The protocol core and the command line, in plain Node. */
const node = {
  test: {
    name: "node",
    include: ["test/scim/**/*.test.ts", "test/cli/**/*.test.ts", "test/*.test.ts"],
    ...shared,
  },
};

export default defineConfig({
  test: {
    projects: [workerd, node],
    reporters: ["default", "./test/support/proof-reporter.ts"],
  },
});
