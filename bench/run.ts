/** `npm run bench`: Muster beside what the platform does at best, in one run on this machine. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { main, readArguments, EXIT, Stop } from "../src/cli/stop.ts";
import { ROOT } from "../src/cli/wrangler.ts";
import { aimsOf } from "./aims.ts";
import { BLOCKS, caseOf, isPossible, SLOW_BLOCK, type Block } from "./cases.ts";
import { startLoader, type Loader } from "./measure.ts";
import { PLANS, SLOW_MS, type Plan } from "./plan.ts";
import type { PullResult } from "./pulls.ts";
import { aimsText, pullTableOf, tableOf } from "./report.ts";
import { Results } from "./results.ts";
import type { Bundles, Server } from "./server.ts";
import { makeWorld, type World } from "./world.ts";

const MEMORY = "/dev/shm";

const HELP = `npm run bench [-- --quick | --full | --smoke] [-- --part requests|pull] [-- --state memory|disk] [-- --out FILE]

Measures Muster beside its ceilings: what the same machine does in the same minutes with nothing of
Muster in between. Everything runs in one workerd process, asked over loopback without a proxy.
Then a source pulls an upstream directory: all of it, nothing of it changed, a hundredth of it changed.

  --quick      within a minute: 64 connections alone, shorter turns
  --full       more turns, and a million users too
  --smoke      a few requests of each kind: shows that it works, measures nothing
  --part P     requests or pulls alone
  --state S    where the databases are: in memory (the default where ${MEMORY} is) or on disk
  --out FILE   the results as JSON (bench/results.json)
`;

function planOf(values: { quick: boolean; full: boolean; smoke: boolean }): Plan {
  if (values.smoke) return PLANS.smoke;
  if (values.quick) return PLANS.quick;
  return values.full ? PLANS.full : PLANS.usual;
}

function makeFolder(state: string | undefined): string {
  if (state !== undefined && state !== "memory" && state !== "disk") {
    throw new Stop(EXIT.usage, "--state must be memory or disk");
  }
  if (state === "memory" && !existsSync(MEMORY)) {
    throw new Stop(EXIT.refused, `There is no ${MEMORY} on this machine`);
  }
  const inMemory = state !== "disk" && existsSync(MEMORY);
  return mkdtempSync(join(inMemory ? MEMORY : tmpdir(), "muster-bench-"));
}

/** What a run works with. */
interface Bench {
  readonly plan: Plan;
  readonly loader: Loader;
  readonly results: Results;
}

async function measureAll(bench: Bench, worlds: readonly World[], slow: World): Promise<void> {
  for (const block of BLOCKS) {
    for (const connections of bench.plan.connections) {
      await measureBlock(bench, block, { worlds, connections, delayMs: 0 });
    }
  }
  const connections = bench.plan.slowConnections;
  await measureBlock(bench, SLOW_BLOCK, { worlds: [slow], connections, delayMs: SLOW_MS });
}

interface Round {
  readonly worlds: readonly World[];
  readonly connections: number;
  readonly delayMs: number;
}

async function measureBlock(
  { plan, loader, results }: Bench,
  block: Block,
  { worlds, connections, delayMs }: Round,
): Promise<void> {
  const all = [...block.ceilings.map(caseOf), ...block.cases];
  for (let round = 0; round < plan.rounds; round++) {
    for (const one of all) {
      for (const world of worlds.filter((candidate) => isPossible(one, candidate))) {
        const { warmUpMs, ms } = plan;
        const job = { name: one.name, world, connections, warmUpMs, ms };
        results.add(one, { connections, users: world.users, delayMs }, await loader.send(job));
      }
    }
  }
  say(`  measured with ${connections} connections: ${all.map(({ name }) => name).join("; ")}`);
}

async function makeWorlds(server: Server, { sizes }: Plan): Promise<[World[], World]> {
  const users = [...sizes, sizes[0] ?? 0];
  const worlds: World[] = [];
  for (const [index, place] of server.places.entries()) {
    worlds.push(await makeWorld(place, users[index] ?? 0, server.bootstrapToken));
  }
  const slow = worlds.pop();
  if (slow === undefined) throw new Error("There is no world");
  return [worlds, slow];
}

const PARTS = ["requests", "pull"] as const;
type Part = (typeof PARTS)[number];

/** Both of them where none is named. */
function partsOf(named: string | undefined): readonly Part[] {
  if (named === undefined) return PARTS;
  const parts = PARTS.filter((part) => part === named);
  if (parts.length === 0) throw new Stop(EXIT.usage, "--part must be requests or pull");
  return parts;
}

interface Wanted {
  readonly plan: Plan;
  readonly parts: readonly Part[];
  readonly out: string;
}

async function bench(folder: string, { plan, parts, out }: Wanted): Promise<void> {
  // Loading wrangler takes seconds, which a mistake in the options should not.
  const { bundleWorkers } = await import("./server.ts");
  const bundles = await bundleWorkers(folder);
  say(`Databases in ${folder}; ${availableParallelism()} cores, load ${loadNow()}`);
  const results = parts.includes("requests")
    ? await benchRequests(folder, bundles, plan)
    : undefined;
  const pulls = parts.includes("pull") ? await benchPulls(folder, bundles, plan) : [];
  const list = results?.list() ?? [];
  writeFileSync(out, `${JSON.stringify([...list, ...pulls], null, 2)}\n`);
  if (results !== undefined) say(`\n${tableOf(list)}\n\n${aimsText(aimsOf(results, plan))}`);
  if (pulls.length > 0) say(`\n${pullTableOf(pulls)}`);
  say(`\nLoad ${loadNow()}, ${process.uptime().toFixed(0)} s; figures in ${out}`);
}

async function benchPulls(folder: string, bundles: Bundles, plan: Plan): Promise<PullResult[]> {
  const { measurePulls } = await import("./pulls.ts");
  return measurePulls(folder, bundles, plan.pull);
}

async function benchRequests(folder: string, bundles: Bundles, plan: Plan): Promise<Results> {
  const { startServer } = await import("./server.ts");
  const server = await startServer(folder, bundles, [
    ...plan.sizes.map((size) => ({ name: String(size), delayMs: 0 })),
    { name: "slow", delayMs: SLOW_MS },
  ]);
  const loader = startLoader();
  const results = new Results();
  try {
    const [worlds, slow] = await makeWorlds(server, plan);
    say(`Filled after ${process.uptime().toFixed(0)} s`);
    await measureAll({ plan, loader, results }, worlds, slow);
  } finally {
    await loader.stop();
    await server.stop();
  }
  return results;
}

function loadNow(): string {
  return loadavg()[0]?.toFixed(1) ?? "unknown";
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main(async () => {
  const { values } = readArguments({
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      part: { type: "string" },
      state: { type: "string" },
      out: { type: "string", default: join(ROOT, "bench/results.json") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const parts = partsOf(values.part);
  const folder = makeFolder(values.state);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => process.exit(EXIT.refused));
  await bench(folder, { plan: planOf(values), parts, out: values.out });
});
