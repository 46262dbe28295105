/** Runs the programs of the command line as npm does. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../src/cli/wrangler.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles once the text has come out; rejects when the program ends before. */
  readonly says: (text: string) => Promise<void>;
}

/** Starts `src/cli/<program>.ts`; it is ended with the test at the latest. */
export function begin(
  program: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Running {
  const child = spawn(process.execPath, [join(ROOT, `src/cli/${program}.ts`), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = once(child, "close").then(([code]) => ({
    code: typeof code === "number" ? code : null,
    stdout,
    stderr,
  }));
  const says = async (text: string) => {
    while (!stdout.includes(text)) {
      const more = await Promise.race([once(child.stdout, "data"), ended]);
      if (!Array.isArray(more)) throw new Error(`${program} ended: ${stdout}${stderr}`);
    }
  };
  return { child, ended, says };
}

export async function run(
  program: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return begin(program, args, env).ended;
}

/** A folder of its own for the test, gone afterwards. */
export function temporaryFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "muster-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
