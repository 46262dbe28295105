/** Pulls of an upstream: people a second, and what a page of them costs the database. */
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { request, type Api } from "../src/cli/api.ts";
import { EXIT, Stop } from "../src/cli/stop.ts";
import type { Change, Script } from "../src/cli/upstream/script.ts";
import { median, percentile, rounded } from "./measure.ts";
import type { PullPlan } from "./plan.ts";
import type { Result } from "./results.ts";
import { startServer, type Bundles } from "./server.ts";
import type { StepCost } from "./step-cost.ts";
import { claimAt } from "./world.ts";

/** A result whose `rps` are people a second, and whose times are those of a page. */
export interface PullResult extends Result {
  /** Medians of all pages. */
  readonly page: Omit<StepCost, "endedAt">;
  /** The most that the server's process had in memory meanwhile; null where that is not told. */
  readonly peakMiB: number | null;
}

const PAGE_SIZE = 500;
const SECRET = "bench-upstream-token";
const POLL_MS = 100;

const created = z.object({ id: z.string() });
const tally = z.object({ read: z.int(), created: z.int(), updated: z.int(), unchanged: z.int() });
const run = z.object({
  id: z.string(),
  status: z.string(),
  detail: z.string().nullable(),
  counts: z.object({ User: tally }),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
type Run = z.infer<typeof run>;

const stepCosts: z.ZodType<StepCost[]> = z.array(
  z.object({
    trips: z.int(),
    rowsRead: z.int(),
    rowsWritten: z.int(),
    endedAt: z.number(),
  }),
);

interface Pulling {
  readonly api: Api;
  readonly sourceId: string;
  readonly plan: PullPlan;
}

/** The first pull, one that finds nothing changed, and one that finds a hundredth changed. */
export async function measurePulls(
  folder: string,
  bundles: Bundles,
  plan: PullPlan,
): Promise<PullResult[]> {
  const place = join(folder, "pulls");
  mkdirSync(place);
  const server = await startServer(place, bundles, [{ name: "pull", delayMs: 0 }]);
  const thread = new Worker(new URL("upstream.ts", import.meta.url));
  try {
    const [origin]: string[] = await once(thread, "message");
    const control = `${origin}/control/bench`;
    const token = { style: "fixed", secret: SECRET } as const;
    const script: Script = {
      token,
      people: { count: plan.people },
      organizations: { count: plan.organizations },
    };
    await post(control, script);
    const [{ benchUrl } = { benchUrl: "" }] = server.places;
    const api = await claimAt(benchUrl, server.bootstrapToken);
    const sourceId = await addSource(api, `${origin}/u/bench`);
    const pulling = { api, sourceId, plan };
    const { people } = plan;
    const first = await measured(pulling, "pull, first", { created: people });
    const second = await measured(pulling, "pull, unchanged", { unchanged: people });
    const changed: Change = { of: "Users", put: { every: 100, members: { title: "Analyst" } } };
    await post(`${control}/change`, changed);
    const updated = Math.ceil(people / 100);
    const third = await measured(pulling, "pull, 1 % changed", { updated });
    return [first, second, third];
  } finally {
    await thread.terminate();
    await server.stop();
  }
}

async function addSource(api: Api, base: string): Promise<string> {
  const { id } = await request(api, "POST", "/data-sources", created, {
    name: "Pulled",
    mode: "pull",
    token: SECRET,
    upstream: {
      userUrl: `${base}/Users`,
      orgUrl: `${base}/Organizations`,
      pageSize: PAGE_SIZE,
      schedule: { kind: "manual" },
    },
  });
  return id;
}

async function measured(
  pulling: Pulling,
  name: string,
  expected: Partial<Run["counts"]["User"]>,
): Promise<PullResult> {
  await takeSteps(pulling.api);
  forgetPeak();
  const { status, detail, counts, startedAt, endedAt } = await pull(pulling);
  const isRight = Object.entries(expected).every(([of, n]) => Reflect.get(counts.User, of) === n);
  if (status !== "success" || !isRight) {
    const said = `${status}, ${detail ?? ""}, ${JSON.stringify(counts.User)}`;
    throw new Stop(EXIT.refused, `Wrong end of "${name}": ${said}`);
  }
  const seconds = (Date.parse(endedAt ?? "") - Date.parse(startedAt ?? "")) / 1_000;
  const steps = await takeSteps(pulling.api);
  return {
    name,
    connections: 1,
    users: pulling.plan.people,
    delayMs: 0,
    rps: rounded(pulling.plan.people / seconds, 1),
    ...timesOf(steps),
    ratio: 1,
    ceiling: null,
    page: {
      trips: median(steps.map(({ trips }) => trips)),
      rowsRead: median(steps.map(({ rowsRead }) => rowsRead)),
      rowsWritten: median(steps.map(({ rowsWritten }) => rowsWritten)),
    },
    peakMiB: peakMiB(),
  };
}

function timesOf(steps: readonly StepCost[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const times = steps
    .map(({ endedAt }, index) => endedAt - (steps[index - 1]?.endedAt ?? endedAt))
    .slice(1)
    .sort((a, b) => a - b);
  // The platform's clock has whole milliseconds.
  const of = (part: number) => Math.max(1, percentile(times, part));
  return { p50Ms: of(0.5), p99Ms: of(0.99) };
}

async function pull({ api, sourceId }: Pulling): Promise<Run> {
  let last = await request(api, "POST", `/data-sources/${sourceId}/sync`, run, { kind: "full" });
  while (last.endedAt === null) {
    await wait(POLL_MS);
    last = await request(api, "GET", `/sync-runs/${last.id}`, run);
  }
  return last;
}

async function takeSteps({ url }: Api): Promise<StepCost[]> {
  return stepCosts.parse(await (await post(`${url}/steps`, {})).json());
}

async function post(url: string, body: object): Promise<Response> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}

/** The processes of servers that this one started, where the system tells. */
function serverProcesses(): string[] {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
    return children
      .split(" ")
      .filter(
        (pid) => pid !== "" && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "workerd",
      );
  } catch {
    return [];
  }
}

function forgetPeak(): void {
  for (const pid of serverProcesses()) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, "5");
    } catch {
      // Where that is forbidden, the peak is that of all pulls so far.
    }
  }
}

function peakMiB(): number | null {
  const peaks = serverProcesses().map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
  });
  return peaks.length === 0 ? null : Math.round(Math.max(...peaks));
}
