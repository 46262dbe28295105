/** Runs wrangler: quietly, without asking, and without a connection beyond what the command is for. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { STATE_VARIABLE } from "./children.ts";
import type { State } from "./state.ts";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

const GUARD = join(ROOT, "src/cli/guard.ts");

// wrangler's own `bin` starts a second Node for this file; we are a Node that is new enough.
const WRANGLER = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "wrangler-dist/cli.js",
);

const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
};

/** The command and arguments that run wrangler with this Node. */
export function wranglerCommand(args: readonly string[]): [string, string[]] {
  return [process.execPath, ["--no-warnings", WRANGLER, ...args]];
}

/** The environment for commands that talk to Cloudflare. */
export function remoteEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...QUIET };
}

/** The environment for a local instance: nothing is looked up outside, nothing kept elsewhere. */
export function localEnvironment(state: State): NodeJS.ProcessEnv {
  return {
    ...remoteEnvironment(),
    CI: "1",
    // A third of wrangler's start is compiling itself.
    NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node"),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "true",
    CLOUDFLARE_INCLUDE_PROCESS_ENV: "false",
    X_LOCAL_OBSERVABILITY: "false",
    X_LOCAL_EXPLORER: "false",
    WRANGLER_LOG_PATH: join(state.directory, "logs"),
    WRANGLER_REGISTRY_PATH: join(state.directory, "registry"),
    [STATE_VARIABLE]: state.directory,
  };
}

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const children = new Set<Child>();

/** Starts a local wrangler in a process group of its own that ends when this process does. */
export function spawnLocal(state: State, args: readonly string[]): Child {
  const [command, rest] = wranglerCommand(args);
  const child = spawn(process.execPath, [GUARD, command, ...rest], {
    cwd: ROOT,
    env: localEnvironment(state),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** Ends every local wrangler with its group, and waits until the groups are gone. */
export async function endChildren(): Promise<void> {
  const ends = [...children].map(async (child) => {
    const gone = once(child, "exit");
    // What they say while they are taken away is noise.
    for (const output of [child.stdout, child.stderr]) output.unpipe().resume();
    // The guard takes a closed input for the end of its starter.
    child.stdin.end();
    await gone;
  });
  await Promise.all(ends);
}

/** Runs a local wrangler to its end. Throws an Error with its output unless it exits with 0. */
export async function runLocal(state: State, args: readonly string[]): Promise<void> {
  const child = spawnLocal(state, args);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`wrangler ${args[0]} failed:\n${chunks.join("")}`);
}
