/** A local instance: one state folder, served on one port of this machine by wrangler. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { request, type Api } from "./api.ts";
import { endOrphans } from "./children.ts";
import { keepFiring } from "./cron.ts";
import { migrate } from "./migrations.ts";
import {
  ensureSecrets,
  ensureStopped,
  makeState,
  readInstance,
  writeInstance,
  type InstanceRecord,
  type State,
} from "./state.ts";
import { EXIT, Stop } from "./stop.ts";
import { endChildren, spawnLocal, type Child } from "./wrangler.ts";

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 60_000;

export interface Instance extends Api {
  readonly url: string;
  /** Absent when the instance was claimed and its key is not in the state folder. */
  readonly key: string | undefined;
  /** Settles when the instance has ended, asked to or not. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the instance of a state folder and answers once it serves. `variables` are the Worker's,
 * beside its secrets. Throws Stop when it already runs, the port is taken, or the Worker doesn't
 * start.
 */
export async function startInstance(
  state: State,
  port: number,
  variables: Readonly<Record<string, string>> = {},
): Promise<Instance> {
  makeState(state);
  await ensureStopped(state);
  const url = `http://${HOST}:${port}`;
  const previous = readInstance(state);
  await refuseTakenPort(port);
  const secrets = ensureSecrets(state);
  const record: InstanceRecord = { url, pid: process.pid, ...keyOf(previous) };
  writeInstance(state, record);
  await migrate(state);

  const child = spawnLocal(state, devArguments(state, port, variables));
  child.stdout.pipe(process.stdout);
  child.stderr.pipe(process.stderr);
  const ended = once(child, "exit").then(() => undefined);
  const stop = stopper(state, child);
  try {
    const running = { ...record, ...(child.pid === undefined ? {} : { groupId: child.pid }) };
    writeInstance(state, running);
    await waitUntilServing(url, ended);
    const claimed = { ...running, ...(await claim({ url }, secrets.BOOTSTRAP_TOKEN, previous)) };
    writeInstance(state, claimed);
    const stopFiring = await keepFiring(url);
    void ended.then(stopFiring);
    return { url, key: claimed.adminKey, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

function devArguments(
  state: State,
  port: number,
  variables: Readonly<Record<string, string>>,
): string[] {
  const options = {
    ip: HOST,
    port: String(port),
    "inspector-port": "0",
    "persist-to": state.directory,
    // Given one, wrangler does not look at .dev.vars or .env.
    "env-file": state.secretsFile,
    "log-level": "error",
    "show-interactive-dev-session": "false",
  };
  return [
    "dev",
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...Object.entries(variables).map(([name, value]) => `--var=${name}:${value}`),
  ];
}

/** A port may be taken for a moment more by a run that is ending, or by somebody's connection. */
const PORT_PATIENCE_MS = 2_000;

async function refuseTakenPort(port: number): Promise<void> {
  const deadline = Date.now() + PORT_PATIENCE_MS;
  while (!(await isFree(port))) {
    if (Date.now() > deadline) {
      throw new Stop(
        EXIT.refused,
        `Port ${port} of ${HOST} is in use. Stop what uses it, or choose another port:\n  npm start -- --port ${port + 1}`,
      );
    }
    await pause(200);
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, HOST);
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

async function waitUntilServing(url: string, ended: Promise<void>): Promise<void> {
  const gone = ended.then(() => "gone" as const);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answer = await Promise.race([gone, isServing(url), pause(1_000, false)]);
    if (answer === "gone") throw new Stop(EXIT.refused, "The Worker ended before it served");
    if (answer) return;
    await pause(50);
  }
  throw new Stop(EXIT.refused, `The Worker did not serve within ${START_TIMEOUT_MS / 1000} s`);
}

async function isServing(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Claims an unclaimed instance; of a claimed one the key of the previous run is kept. */
async function claim(
  api: Api,
  secret: string,
  previous: InstanceRecord | undefined,
): Promise<{ adminKey?: string }> {
  const setup = z.object({ claimed: z.boolean() });
  if ((await request(api, "GET", "/setup", setup)).claimed) return keyOf(previous);
  const body = { secret, name: "local" };
  const answer = z.object({ key: z.string() });
  return { adminKey: (await request(api, "POST", "/setup/claim", answer, body)).key };
}

function keyOf(record: InstanceRecord | undefined): { adminKey?: string } {
  return record?.adminKey === undefined ? {} : { adminKey: record.adminKey };
}

function stopper(state: State, child: Child): () => Promise<void> {
  return async () => {
    await endChildren();
    if (child.pid !== undefined) await endOrphans(child.pid, state.directory);
    const record = readInstance(state);
    if (record !== undefined) writeInstance(state, { url: record.url, ...keyOf(record) });
  };
}
