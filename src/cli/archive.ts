/** A state folder as one file. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { State } from "./state.ts";
import { EXIT, Stop } from "./stop.ts";

// Logs and wrangler's registry are of no use to a restored instance.
const LEFT_OUT = ["./logs", "./registry"];

/**
 * Writes the folder, secrets included, to a file that only its owner can read. The instance must
 * not be running. Throws Stop when the file exists or there is nothing to write.
 */
export function writeArchive(state: State, file: string): void {
  if (!existsSync(state.secretsFile)) {
    throw new Stop(EXIT.usage, `${state.directory} holds no instance`);
  }
  if (existsSync(file)) throw new Stop(EXIT.usage, `${file} exists already`);
  const beside = `${file}.new`;
  const excluded = LEFT_OUT.map((name) => `--exclude=${name}`);
  tar(["-cz", "-f", beside, ...excluded, "-C", state.directory, "."]);
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}

/**
 * Puts an archive in the place of the folder; what was there is kept beside it. Answers where, or
 * undefined when there was nothing. Throws Stop when the file is not an archive of an instance.
 */
export function readArchive(state: State, file: string, now: Date): string | undefined {
  mkdirSync(dirname(state.directory), { recursive: true });
  const fresh = mkdtempSync(
    join(dirname(state.directory), `${basename(state.directory)}-restore-`),
  );
  try {
    tar(["-xz", "-f", file, "-C", fresh]);
    if (!existsSync(join(fresh, "secrets.env")) || !existsSync(join(fresh, "v3"))) {
      throw new Stop(EXIT.usage, `${file} is not a backup of an instance`);
    }
    const kept = existsSync(state.directory)
      ? `${state.directory}-before-${fileTime(now)}`
      : undefined;
    if (kept !== undefined) renameSync(state.directory, kept);
    renameSync(fresh, state.directory);
    return kept;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The time as it can stand in a file's name: 20261122T074500Z. */
export function fileTime(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, "");
}

function tar(args: readonly string[]): void {
  // The files it makes hold secrets.
  const before = process.umask(0o077);
  const { status, stderr, error } = spawnSync("tar", args, { encoding: "utf8" });
  process.umask(before);
  if (status !== 0) throw new Stop(EXIT.refused, `tar failed: ${error?.message ?? stderr}`);
}
