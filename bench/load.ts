/** The thread that sends requests, so that what the server says in its log does not hold them up. */
import { parentPort } from "node:worker_threads";
import { caseOf, type Step, type Turn } from "./cases.ts";
import { openConnection, type Answer, type Connection } from "./connection.ts";
import type { World } from "./world.ts";

/** What to send: for so long that it is warm, then for so long that it counts. */
export interface Job {
  readonly name: string;
  readonly world: World;
  readonly connections: number;
  /** Another for each job. */
  readonly run: number;
  readonly warmUpMs: number;
  readonly ms: number;
}

/** How long each request took, and all of them together; or what was wrong. */
export type Done =
  { readonly latencies: Float64Array; readonly elapsedMs: number } | { readonly wrong: string };

async function carryOut(job: Job): Promise<Done> {
  const { world, connections } = job;
  const url = caseOf(job.name).to === "muster" ? world.musterUrl : world.benchUrl;
  const headers = { authorization: `Bearer ${world.token}` };
  const opened = await Promise.all(
    Array.from({ length: connections }, () => openConnection(url, headers)),
  );
  try {
    await allUntil(opened, job, job.warmUpMs, 0);
    const started = performance.now();
    const latencies = await allUntil(opened, job, job.ms, 1);
    return { latencies: Float64Array.from(latencies), elapsedMs: performance.now() - started };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const connection of opened) connection.close();
  }
}

/** Each connection begins another turn as long as there is time, and one at least. */
async function allUntil(
  opened: readonly Connection[],
  { name, world, run }: Job,
  ms: number,
  phase: 0 | 1,
): Promise<number[]> {
  const { turn } = caseOf(name);
  const end = performance.now() + ms;
  const all = opened.map(async (connection, index) => {
    const latencies: number[] = [];
    let number = 0;
    do {
      const which: Turn = { run: 2 * run + phase, connection: index, number: number++ };
      await carryOutTurn(connection, turn(world, which), latencies);
    } while (performance.now() < end);
    return latencies;
  });
  return (await Promise.all(all)).flat();
}

async function carryOutTurn(
  connection: Connection,
  steps: Generator<Step, void, Answer>,
  latencies: number[],
): Promise<void> {
  for (let step = steps.next(); !step.done;) {
    const started = performance.now();
    const answer = await connection.send(step.value);
    latencies.push(performance.now() - started);
    expectRight(step.value, answer);
    step = steps.next(answer);
  }
}

function expectRight({ method, path, status, shows }: Step, answer: Answer): void {
  if (answer.status === status && (shows === undefined || answer.body.includes(shows))) return;
  const said = answer.body.toString("utf8", 0, 500);
  const expected = shows === undefined ? String(status) : `${status} with ${shows}`;
  throw new Error(`${method} ${path}: expected ${expected}, got ${answer.status} ${said}`);
}

parentPort?.on("message", (job: Job) => {
  void carryOut(job).then((done) => parentPort?.postMessage(done));
});
