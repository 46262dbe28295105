/**
 * Runs the command given as arguments, in the process group that this process leads, and ends the
 * whole group when the command ends or when standard input closes: the starter may die without
 * being able to say so, and workerd would go on holding the port.
 */
import { spawn } from "node:child_process";

// How long wrangler may take to put workerd away.
const GRACE_MS = 3_000;

const [command = "", ...rest] = process.argv.slice(2);
const child = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit"] });

let ending = false;

/** Ends what is left of the group, this process apart, and leaves with the command's exit code. */
function finish(code: number): void {
  ending = true;
  process.kill(-process.pid, "SIGTERM");
  process.exit(code);
}

function stop(): void {
  if (ending) return;
  ending = true;
  child.kill("SIGTERM");
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), GRACE_MS);
}

child.on("exit", (code) => finish(code ?? 1));
child.on("error", () => finish(1));
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.stdin.on("end", stop).on("error", stop).resume();
