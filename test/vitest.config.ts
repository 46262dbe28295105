import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** A busy machine is slow, not wrong: what is too slow is for a bench to say. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

/** What the Worker and its bindings do, in workerd. */
const workerd = {
  plugins: [
    cloudflareTest(async () => ({
      main: "./test/support/worker.ts",
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations("migrations"),
          TOKEN_PEPPER: "k1:test-pepper-test-pepper-test-pepper-00",
          BOOTSTRAP_TOKEN: "test-bootstrap-token-test-bootstrap-token",
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include: ["test/**/*.test.ts"],
    exclude: ["test/scim/**", "test/cli/**"],
    setupFiles: ["test/setup.ts"],
    ...patience,
    isolate: false,
    maxWorkers: 2,
  },
};

/** The protocol core and the command line, in plain Node. */
const node = {
  test: {
    name: "node",
    include: ["test/scim/**/*.test.ts", "test/cli/**/*.test.ts"],
    ...patience,
  },
};

export default defineConfig({ test: { projects: [workerd, node] } });
