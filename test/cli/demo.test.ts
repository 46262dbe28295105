import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../src/cli/wrangler.ts";
import { run, temporaryFolder } from "./run.ts";

const FILE = "okta/group-put.json";

function demo(fixtures: string, ...args: string[]) {
  return run("demo", ["--once", "--fixtures", fixtures, ...args]);
}

it("fails when a client sends something else", { timeout: 90_000 }, async () => {
  const fixtures = temporaryFolder();
  cpSync(join(ROOT, "test/clients"), fixtures, { recursive: true });
  writeFileSync(join(fixtures, "demo.json"), JSON.stringify([FILE]));

  const asRecorded = await demo(fixtures, "--update");
  expect(asRecorded).toMatchObject({ code: 0, stderr: "" });
  expect(asRecorded.stdout).toContain("Okta (profile okta): ");

  const recorded = readFileSync(join(fixtures, FILE), "utf8");
  const altered = recorded.replace(/"userName": "kira/, '"userName": "somebody.else');
  expect(altered).not.toBe(recorded);
  writeFileSync(join(fixtures, FILE), altered);
  const other = await demo(fixtures);
  expect(other.code).toBe(1);
  expect(other.stdout).toContain(`FAIL ${FILE}`);
  expect(other.stderr).toContain("requests were not answered as expected");
  expect(other.stderr).toContain("Not as in demo.expected.json");
});
