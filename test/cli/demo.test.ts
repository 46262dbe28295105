import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../src/cli/wrangler.ts";
import { run, temporaryFolder } from "./run.ts";

const FILE = "okta/group-put.json";

/** What the scenes tell, each after what was checked of it. */
const SCENES = [
  /ok {3}A number and its region .+\n +POST \/Users was refused: phone_region_mismatch\n +.+\n +Clear phoneRegion/,
  /ok {3}Fields under another namespace .+\n +urn:.+\n +Received urn:.+, expected urn:.+\n +Make the namespace/,
  /ok {3}A token that is rotated .+\n +\d+ requests with the old token, 20 with the new one, 0 refused\n/,
  /ok {3}A client that gets an access token\n +.+ for 7200 seconds\n +.+ found 1 person\n/,
  /ok {3}The second dialect\n +.+: 200\n +.+ created; .+ created; .+ updated\n +.+: 1 \(li\.na\)\n/,
  /ok {3}Why .+\n +The user was created, by the data source “Scenes” .+\n +POST \/Users .+ was refused \(phone_/,
  /ok {3}Whether the upstream .+\n +token: ok\n +organizations: ok, 6 of 6 .+\n +users: ok, 100 of 240 .+\n +mapping: ok\n +with another secret, token: upstream_auth_failed\n/,
  /ok {3}A first pull, .+\n +on the way: users, 200 of 240\n +success: 6 organizations and 240 people created\n/,
  /ok {3}The same people .+\n +success: 240 people unchanged, 0 created, 0 updated\n +no event was written\n/,
  /ok {3}An upstream that fails\n +failed: upstream_unavailable\n +.+ 503\n +nobody is disabled\n/,
  /ok {3}Half of the people .+\n +held: people_missing, 120 people .+; nobody is disabled\n +rejected, .+: success, nobody is disabled\n/,
];

function demo(fixtures: string, ...args: string[]) {
  return run("demo", ["--once", "--fixtures", fixtures, ...args]);
}

it("fails when a client sends something else", { timeout: 180_000 }, async () => {
  const fixtures = temporaryFolder();
  cpSync(join(ROOT, "test/clients"), fixtures, { recursive: true });
  writeFileSync(join(fixtures, "demo.json"), JSON.stringify([FILE]));

  const asRecorded = await demo(fixtures, "--update");
  expect(asRecorded).toMatchObject({ code: 0, stderr: "" });
  expect(asRecorded.stdout).toContain("Okta (profile okta): ");
  for (const told of SCENES) expect(asRecorded.stdout).toMatch(told);

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
