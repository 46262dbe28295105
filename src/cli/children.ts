/** The processes that an instance is made of, seen through /proc. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Marks every process of an instance with its state folder. */
export const STATE_VARIABLE = "MUSTER_STATE";

/** The command line of a process, or undefined when it is gone. */
export function commandLine(pid: number): string | undefined {
  if (existsSync("/proc/self")) return readProc(pid, "cmdline")?.replaceAll("\0", " ");
  const ps = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return ps.status === 0 ? ps.stdout : undefined;
}

/** The processes of a group that carry the mark of the state folder; none where there is no /proc. */
export function groupMembers(groupId: number, directory: string): number[] {
  return processIds().filter(
    (pid) => groupOf(pid) === groupId && hasVariable(pid, STATE_VARIABLE, directory),
  );
}

/**
 * Ends what is left of an earlier run of the same state: a starter killed with -9 cannot take its
 * children along, and they keep the port. Only marked processes of the recorded group are touched.
 */
export async function endOrphans(groupId: number, directory: string): Promise<number> {
  const orphans = groupMembers(groupId, directory);
  for (const pid of orphans) signal(pid, "SIGKILL");
  for (let tries = 0; tries < 50 && groupMembers(groupId, directory).length > 0; tries++) {
    await pause(100);
  }
  return orphans.length;
}

/** Sends a signal to a process, or to a group when negative; one that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** proc(5): the name in brackets may hold anything, so the fields are counted from behind it. */
function groupOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  const [state, , group] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return group === undefined || state === "Z" ? undefined : Number(group);
}

function hasVariable(pid: number, name: string, value: string): boolean {
  return readProc(pid, "environ")?.split("\0").includes(`${name}=${value}`) ?? false;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
