import { expect, it } from "vitest";
import { nodeFinding } from "../../src/cli/doctor-command.ts";
import { run } from "./run.ts";
import { serverOf } from "./server.ts";

const HEALTHY = {
  ready: true,
  checks: [{ name: "claimed", ok: true, detail: "There is an owner" }],
};
const AMISS = {
  ready: false,
  checks: [{ name: "cron", ok: false, detail: "It has never run", fix: "npm run deploy" }],
};

const PUSHED = { mode: "push", upstream: null };
const IN_ORDER = { status: "enabled", apiOpen: true, provisioning: true };
const GOOD = { id: "ds_good", name: "Good", ...PUSHED, ...IN_ORDER };
const BAD = {
  id: "ds_bad",
  name: "Bad",
  ...PUSHED,
  status: "disabled",
  apiOpen: false,
  provisioning: false,
};
const PULLED = { ...GOOD, id: "ds_pulled", name: "Pulled", mode: "pull", apiOpen: false };
const inMinutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();
const upstream = (kind: string, nextRunAt: string | null) => ({
  upstream: { schedule: { kind }, nextRunAt },
});

const warned = (id: string, ...warnings: string[]) => ({
  id,
  expiresAt: "2027-01-01T00:00:00Z",
  warnings,
});

const REFUSALS = [
  { code: "region_mismatch", count: 2, fix: "Send one of the two." },
  { code: "not_found", count: 9, fix: "Check the id." },
  { code: "region_mismatch", count: 40, fix: "Send one of the two." },
];

/** An instance with a source in order and one that has everything. */
function answers(
  readiness: unknown,
  sources: readonly { id: string }[] = [GOOD, BAD],
  more: { runs?: unknown[]; hold?: unknown } = {},
) {
  return (path: string): unknown => {
    const isBad = path.includes(BAD.id);
    const list = (data: unknown[]) => ({ data, nextCursor: null });
    if (path === "/readyz") return readiness;
    if (path.includes("/scope")) return { organizationIds: isBad ? [] : ["o1"] };
    if (path.includes("/tokens")) return list(isBad ? [warned("tok_1", "expires_soon")] : []);
    if (path.includes("/client-secrets")) return list(isBad ? [warned("sec_1", "never_used")] : []);
    if (path.includes("/refusals")) return list(isBad ? REFUSALS : []);
    if (path.includes("/runs")) return list(more.runs ?? []);
    if (path.includes("/hold")) return { ...list([]), hold: more.hold ?? null };
    return list([...sources]);
  };
}

it("says of a healthy instance that there is nothing to tell", async () => {
  const { env } = await serverOf(answers(HEALTHY, [GOOD]));
  const { code, stdout, stderr } = await run("muster", ["doctor"], env);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n").map((line) => line.slice(0, 4))).toEqual([
    "ok  ",
    "ok  ",
    "ok  ",
    "ok  ",
    "",
  ]);
  expect(stdout).toContain(`Node ${process.versions.node}`);
  expect(stdout).toContain("source Good: Nothing to tell");
});

it("tells of a source what is off, empty, ends or was refused, each with what mends it", async () => {
  const { env, sent } = await serverOf(answers(HEALTHY));
  const { code, stdout } = await run("muster", ["doctor"], env);
  expect(code).toBe(0);
  const [, ofBad = ""] = stdout.split("Nothing to tell\n");
  expect(ofBad).toBe(
    [
      "warn  source Bad: It is disabled",
      "      npm run muster -- sources enable ds_bad",
      "warn  source Bad: Its API is closed",
      "      npm run muster -- permissions ds_bad --open",
      "warn  source Bad: Its provisioning is off: nothing is written",
      "warn  source Bad: Its scope has no organization: nobody is created",
      "      npm run muster -- scope ds_bad --organizations ID,…",
      "warn  source Bad: Token tok_1 expires soon (valid until 2027-01-01T00:00:00Z)",
      "      npm run muster -- tokens rotate ds_bad tok_1",
      "warn  source Bad: Client secret sec_1 never used (valid until 2027-01-01T00:00:00Z)",
      "      npm run muster -- secrets rotate ds_bad sec_1",
      "warn  source Bad: Refused 42 times within a day: region_mismatch",
      "      Send one of the two.",
      "warn  source Bad: Refused 9 times within a day: not_found",
      "      Check the id.",
      "",
    ].join("\n"),
  );
  const [asked = ""] = sent.flatMap(({ path }) => (path.includes("/refusals") ? [path] : []));
  const from = Date.parse(new URL(asked, "http://x").searchParams.get("from") ?? "");
  expect(Math.abs(Date.now() - 86_400_000 - from)).toBeLessThan(60_000);
});

it("exits with 1 where something has to be mended, and says it as JSON too", async () => {
  const { env } = await serverOf(answers(AMISS, []));
  const told = await run("muster", ["doctor"], env);
  expect([told.code, told.stderr]).toEqual([1, "1 of it has to be mended\n"]);
  expect(told.stdout).toContain("fail  cron: It has never run\n      npm run deploy\n");
  const { code, stdout } = await run("muster", ["doctor", "--json"], env);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toContainEqual({
    level: "fail",
    name: "cron",
    detail: "It has never run",
    fix: "npm run deploy",
  });
});

const ran = (status: string, reason: string | null = null, dryRun = false) => ({
  id: `run_${status}`,
  dryRun,
  status,
  reason,
});

it.each<[what: string, pulled: object, more: { runs?: unknown[]; hold?: unknown }, told: string[]]>(
  [
    [
      "one in order",
      upstream("every", inMinutes(5)),
      { runs: [ran("running"), ran("failed", null, true), ran("success"), ran("failed")] },
      ["ok    source Pulled: Nothing to tell"],
    ],
    [
      "one by hand that was never pulled",
      upstream("manual", null),
      {},
      ["warn  source Pulled: It was never pulled", "      npm run muster -- sync ds_pulled --wait"],
    ],
    [
      "one whose last run failed",
      upstream("hourly", inMinutes(-1)),
      { runs: [ran("queued"), ran("failed", "upstream_unreachable"), ran("success")] },
      [
        "fail  source Pulled: Its last run ended failed (upstream_unreachable)",
        "      npm run muster -- runs show run_failed --failed",
      ],
    ],
    [
      "one that waits for a decision",
      upstream("hourly", inMinutes(1)),
      { runs: [ran("held", "too_many_missing")], hold: { count: 12 } },
      [
        "warn  source Pulled: 12 removals are held until somebody decides",
        "      npm run muster -- held ds_pulled",
      ],
    ],
    [
      "one whose schedule has stopped",
      upstream("daily", "2026-01-01T02:00:00.000Z"),
      { runs: [ran("success")] },
      [
        "fail  source Pulled: Its schedule stands still: a run was due at 2026-01-01T02:00:00.000Z",
        "      npm run muster -- sync ds_pulled --wait",
      ],
    ],
  ],
)("tells of a source that is pulled what matters there: %s", async (_what, pulled, more, told) => {
  const source = { ...PULLED, ...pulled };
  const { env, sent } = await serverOf(answers(HEALTHY, [source], more));
  const { code, stdout } = await run("muster", ["doctor"], env);
  expect(stdout.trimEnd().split("\n").slice(3)).toEqual(told);
  expect(code).toBe(told[0]?.startsWith("fail") ? 1 : 0);
  expect(sent.filter(({ path }) => /tokens|client-secrets/.test(path))).toEqual([]);
});

it("exits with 3 where nobody answers", async () => {
  const env = { MUSTER_URL: "http://127.0.0.1:1", MUSTER_KEY: "key" };
  expect(await run("muster", ["doctor"], env)).toMatchObject({ code: 3, stdout: "" });
});

it("tells a Node that is too old", () => {
  expect(nodeFinding("22.17.1")).toMatchObject({ level: "fail", fix: "npm ci" });
  expect(nodeFinding("20.19.0").level).toBe("fail");
  for (const version of ["22.18.0", "24.0.0"]) expect(nodeFinding(version).level).toBe("ok");
});
