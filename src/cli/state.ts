/** The folder that holds a local instance: its database, secrets, and who runs it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { commandLine, endOrphans } from "./children.ts";
import { makeSecret, SECRET_NAMES, toEnvFile, type SecretName } from "./secrets.ts";
import { EXIT, Stop } from "./stop.ts";

export const DEFAULT_STATE = ".muster";

const instanceRecord = z.object({
  url: z.string(),
  adminKey: z.string().exactOptional(),
  /** The process that runs the instance; absent once it has stopped. */
  pid: z.int().positive().exactOptional(),
  /** The process group of its children. */
  groupId: z.int().positive().exactOptional(),
});
export type InstanceRecord = z.infer<typeof instanceRecord>;

export interface State {
  readonly directory: string;
  readonly secretsFile: string;
  readonly instanceFile: string;
}

export function stateAt(path: string): State {
  const directory = resolve(path);
  return {
    directory,
    secretsFile: join(directory, "secrets.env"),
    instanceFile: join(directory, "instance.json"),
  };
}

/** Makes the folder, readable by its owner alone. */
export function makeState(state: State): void {
  mkdirSync(state.directory, { recursive: true, mode: 0o700 });
}

/** The secrets of the instance; those missing are made and kept. */
export function ensureSecrets(state: State): Record<SecretName, string> {
  const kept = existsSync(state.secretsFile)
    ? parseEnv(readFileSync(state.secretsFile, "utf8"))
    : {};
  const secretOf = (name: SecretName): string => kept[name] ?? makeSecret(name);
  const secrets = {
    TOKEN_PEPPER: secretOf("TOKEN_PEPPER"),
    MASTER_KEY: secretOf("MASTER_KEY"),
    BOOTSTRAP_TOKEN: secretOf("BOOTSTRAP_TOKEN"),
  };
  if (SECRET_NAMES.some((name) => kept[name] === undefined)) {
    writePrivately(state.secretsFile, toEnvFile({ ...definedValues(kept), ...secrets }));
  }
  return secrets;
}

/** What instance.json says, or undefined when there is none. Throws Stop when it is damaged. */
export function readInstance(state: State): InstanceRecord | undefined {
  if (!existsSync(state.instanceFile)) return undefined;
  try {
    return instanceRecord.parse(JSON.parse(readFileSync(state.instanceFile, "utf8")));
  } catch {
    throw new Stop(EXIT.refused, `${state.instanceFile} cannot be read: repair it or remove it`);
  }
}

export function writeInstance(state: State, record: InstanceRecord): void {
  writePrivately(state.instanceFile, `${JSON.stringify(record, null, 2)}\n`);
}

/** Whether the process that instance.json names still runs. */
function isRunning(record: InstanceRecord | undefined): boolean {
  if (record?.pid === undefined || record.pid === process.pid) return false;
  // A process id may have gone to another program since.
  return /src\/cli\/(start|demo)\.ts/.test(commandLine(record.pid) ?? "");
}

/**
 * Makes sure that nobody uses the folder: its files change under our hands otherwise. Ends what a
 * killed starter left behind. Throws Stop while the instance runs.
 */
export async function ensureStopped(state: State): Promise<void> {
  const record = readInstance(state);
  if (isRunning(record)) {
    throw new Stop(
      EXIT.refused,
      `The instance in ${state.directory} runs at ${record?.url} (process ${record?.pid}). Stop it first.`,
    );
  }
  if (record?.groupId !== undefined) await endOrphans(record.groupId, state.directory);
}

// Written beside and renamed: a crash leaves the old file or the new one, never half of it.
function writePrivately(path: string, text: string): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, path);
}

function definedValues(values: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
}
