/** The commands about sources that are pulled: what they send, what they show, how they end. */
import { describe, expect, it } from "vitest";
import { barOf } from "../../src/cli/run-commands.ts";
import { run } from "./run.ts";
import { serverOf } from "./server.ts";

const SOURCE = {
  id: `ds_00${"0".repeat(32)}`,
  key: "hr",
  name: "HR",
  mode: "pull",
  profile: "standard",
  status: "enabled",
  scimBaseUrl: null,
};
const RUN = {
  id: "run_1",
  dataSourceId: SOURCE.id,
  trigger: "manual",
  kind: "full",
  dryRun: false,
  status: "success",
  counts: { User: { read: 12, created: 3, failed: 0 } },
  progress: { phase: "done", read: 12, total: 12 },
  reason: null,
  detail: null,
  createdAt: "2026-01-01T00:00:00Z",
};
const URLS = ["--user-url", "https://hr.example/U", "--org-url", "https://hr.example/O"];
const ADD = ["sources", "add", "--name", "HR", "--mode", "pull", ...URLS];

describe("sources add --mode pull", () => {
  it.each([
    [
      ["--token-url", "https://hr.example/t", "--client-id", "m", "--every", "15"],
      {
        upstream: {
          tokenUrl: "https://hr.example/t",
          clientId: "m",
          schedule: { kind: "every", minutes: 15 },
        },
        clientSecret: "s3cret",
      },
    ],
    [
      ["--daily", "02:00"],
      { upstream: { schedule: { kind: "daily", at: "02:00" } }, token: "s3cret" },
    ],
    [["--manual"], { upstream: { schedule: { kind: "manual" } }, token: "s3cret" }],
  ])("sends %j with the secret of the environment", async (args, body) => {
    const { env, sent } = await serverOf(() => SOURCE);
    const given = { ...env, MUSTER_UPSTREAM_SECRET: "s3cret" };
    const { code, stdout, stderr } = await run("muster", [...ADD, ...args], given);
    expect([code, stderr]).toEqual([0, ""]);
    expect(sent.map((one) => one.body)).toMatchObject([{ name: "HR", mode: "pull", ...body }]);
    expect(stdout).not.toContain("s3cret");
  });

  it.each([
    [ADD.slice(0, -2), "--org-url is missing"],
    [[...ADD, "--manual", "--every", "15"], "Give one of"],
    [[...ADD, "--every", "1"], "--every must be"],
    [[...ADD, "--client-secret", "x"], "client-secret"],
  ])("refuses %j", async (args, message) => {
    const { env, sent } = await serverOf(() => SOURCE);
    const { code, stderr } = await run("muster", args, { ...env, MUSTER_UPSTREAM_SECRET: "x" });
    expect([code, sent]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });
});

describe("sync", () => {
  it.each([
    [["--full"], { kind: "full", dryRun: false }],
    [["--incremental", "--dry-run"], { kind: "incremental", dryRun: true }],
    [
      ["--dry-run", "--settings", '{"profile":"okta"}'],
      { kind: "full", dryRun: true, settings: { profile: "okta" } },
    ],
  ])("%j starts a run", async (args, body) => {
    const { env, sent } = await serverOf((path) => (path.endsWith(SOURCE.id) ? SOURCE : RUN));
    const { code, stdout } = await run("muster", ["sync", SOURCE.id, ...args], env);
    expect([code, sent.at(-1)?.body]).toEqual([0, body]);
    expect(stdout).toContain("run_1");
  });

  it.each([
    ["success", 0],
    ["partial", 1],
    ["failed", 1],
    ["held", 1],
  ])("--wait ends as the run did: %s", async (status, expected) => {
    const ended = { ...RUN, status, reason: status === "success" ? null : "upstream_timeout" };
    const { env } = await serverOf((path) => (path.endsWith(SOURCE.id) ? SOURCE : ended));
    const { code, stdout } = await run("muster", ["sync", SOURCE.id, "--wait"], env);
    expect(code).toBe(expected);
    expect(stdout).toMatch(/User +12 +3/);
    const json = await run("muster", ["sync", SOURCE.id, "--wait", "--json"], env);
    expect(JSON.parse(json.stdout)).toEqual(ended);
  });

  it.each([
    [["--settings", "{}"], "--settings goes with --dry-run"],
    [["--dry-run", "--settings", "[1]"], "--settings is not a JSON object"],
    [["--dry-run", "--settings", "profile=okta"], "--settings is not a JSON object"],
  ])("%j is a mistake of usage", async (args, said) => {
    const { env, sent } = await serverOf(() => SOURCE);
    const { code, stderr } = await run("muster", ["sync", SOURCE.id, ...args], env);
    expect([code, sent]).toEqual([2, []]);
    expect(stderr).toContain(said);
  });

  it("shows how far it is, where it can be known", () => {
    expect(barOf(5, null)).toBe("5");
    expect(barOf(10, 20)).toBe(`${"▓".repeat(10)}${"░".repeat(10)} 10 / 20`);
    expect(barOf(30, 20)).toBe(`${"▓".repeat(20)} 30 / 20`);
  });
});

it("runs cancel ends a run, and says what is refused", async () => {
  const { env, sent } = await serverOf(() => ({ ...RUN, status: "running" }));
  const { code, stdout } = await run("muster", ["runs", "cancel", "run_1"], env);
  expect([code, stdout]).toEqual([0, expect.stringContaining("run_1 ends")]);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /api/v1/sync-runs/run_1/cancel",
  ]);
  const missing = await run("muster", ["runs", "cancel"], env);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("runs cancel <run>")]);
});

it("decides about the set that it shows", async () => {
  const hold = { id: "hold_1", reason: "people_missing", setHash: "abc", count: 1, runId: null };
  const one = { resourceType: "User", resourceId: "u1", action: "disable", name: "ann" };
  const left = { resourceType: "Group", resourceId: "g1", action: "remove_members", name: "crew" };
  const data = [
    { ...one, memberName: null },
    { ...left, memberName: "bob" },
  ];
  const answer = (path: string) => {
    if (path.endsWith(SOURCE.id)) return SOURCE;
    return path.includes("/hold?") ? { hold, data, nextCursor: null } : null;
  };
  const { env, sent } = await serverOf(answer);
  const shown = await run("muster", ["held", SOURCE.id], env);
  expect([shown.code, shown.stdout.includes("ann")]).toEqual([0, true]);
  expect(shown.stdout).toContain("crew: bob");
  await run("muster", ["held", SOURCE.id, "--approve"], env);
  const posted = sent.filter(({ method }) => method === "POST");
  expect(posted.map(({ path, body }) => [path, body])).toEqual([
    [`/api/v1/data-sources/${SOURCE.id}/hold/approve`, { setHash: "abc" }],
  ]);
});
