import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readArchive, writeArchive } from "../../src/cli/archive.ts";
import { ensureSecrets, makeState, stateAt, writeInstance } from "../../src/cli/state.ts";
import { run, temporaryFolder } from "./run.ts";

const NOW = new Date("2026-11-22T07:45:00.123Z");

function someState(directory: string) {
  const state = stateAt(directory);
  makeState(state);
  mkdirSync(join(directory, "v3/d1"), { recursive: true });
  mkdirSync(join(directory, "logs"));
  writeFileSync(join(directory, "v3/d1/database"), "rows");
  return { state, secrets: ensureSecrets(state) };
}

it("brings back what it wrote, and keeps what was there", () => {
  const folder = temporaryFolder();
  const { state, secrets } = someState(join(folder, "state"));
  const file = join(folder, "backup.tar.gz");
  writeArchive(state, file);
  writeFileSync(join(state.directory, "v3/d1/database"), "other rows");

  const kept = readArchive(state, file, NOW);

  expect(kept).toBe(join(folder, "state-before-20261122T074500Z"));
  expect(readFileSync(join(kept ?? "", "v3/d1/database"), "utf8")).toBe("other rows");
  expect(readFileSync(join(state.directory, "v3/d1/database"), "utf8")).toBe("rows");
  expect(ensureSecrets(state)).toEqual(secrets);
  expect(existsSync(join(state.directory, "logs"))).toBe(false);
  expect(statSync(state.directory).mode & 0o777).toBe(0o700);
  expect(statSync(state.secretsFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).toSorted()).toEqual([
    "backup.tar.gz",
    "state",
    "state-before-20261122T074500Z",
  ]);
});

it("writes a file that only its owner reads, and never over another", () => {
  const folder = temporaryFolder();
  const { state } = someState(join(folder, "state"));
  const file = join(folder, "backup.tar.gz");
  writeArchive(state, file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(() => writeArchive(state, file)).toThrow("exists already");
});

it("refuses a file that is no backup, and leaves the state alone", () => {
  const folder = temporaryFolder();
  const { state } = someState(join(folder, "state"));
  const file = join(folder, "not.tar.gz");
  writeFileSync(file, "nothing");
  expect(() => readArchive(state, file, NOW)).toThrow("tar failed");
  expect(readdirSync(folder).toSorted()).toEqual(["not.tar.gz", "state"]);
});

it.each(["backup", "restore"])("%s refuses while the instance runs", async (program) => {
  const folder = temporaryFolder();
  const { state } = someState(join(folder, "state"));
  const file = join(folder, "backup.tar.gz");
  writeFileSync(file, "");
  // The process that waits here stands for `npm start`: what counts is its command line.
  const script = join(folder, "src/cli/start.ts");
  mkdirSync(join(folder, "src/cli"), { recursive: true });
  writeFileSync(script, "setInterval(() => undefined, 1_000);");
  const starter = spawn(process.execPath, [script]);
  writeInstance(state, { url: "http://127.0.0.1:1", pid: starter.pid ?? 0 });

  const args = program === "backup" ? ["--out", join(folder, "new.tar.gz")] : [file];
  const { code, stderr } = await run(program, [...args, "--state", state.directory]);
  starter.kill();

  expect(code).toBe(1);
  expect(stderr).toContain("Stop it first");
});
