/** Measuring a case: its requests per second, how long they took, and how near it comes to its ceiling. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { EXIT, Stop } from "../src/cli/stop.ts";
import type { Done, Job } from "./load.ts";

export interface Loader {
  /** Throws Stop when an answer is wrong. */
  readonly send: (job: Omit<Job, "run">) => Promise<Sample>;
  readonly stop: () => Promise<unknown>;
}

export interface Sample {
  readonly latencies: Float64Array;
  readonly elapsedMs: number;
}

export function startLoader(): Loader {
  const thread = new Worker(new URL("load.ts", import.meta.url));
  let run = 0;
  return {
    send: async (job) => {
      const message: Job = { ...job, run: run++ };
      thread.postMessage(message);
      const [done]: Done[] = await once(thread, "message");
      if (done === undefined) throw new Error("No sample");
      if ("wrong" in done) {
        throw new Stop(EXIT.refused, `Wrong answer in "${job.name}": ${done.wrong}`);
      }
      return done;
    },
    stop: () => thread.terminate(),
  };
}

export interface Figures {
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The figures of several samples as of one. */
export function figuresOf(samples: readonly Sample[]): Figures {
  const all = samples.flatMap(({ latencies }) => [...latencies]).sort((a, b) => a - b);
  return {
    rps: rounded(rpsOf(samples), 1),
    p50Ms: rounded(percentile(all, 0.5), 3),
    p99Ms: rounded(percentile(all, 0.99), 3),
  };
}

/** How fast a case is beside its ceiling: the median of rounds, each measured within seconds. */
export function ratioOf(samples: readonly Sample[], ceiling: readonly Sample[]): number {
  const ratios = samples.flatMap((sample, round) => {
    const above = ceiling[round];
    return above === undefined ? [] : [rpsOf([sample]) / rpsOf([above])];
  });
  return rounded(median(ratios), 3);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function rpsOf(samples: readonly Sample[]): number {
  const count = samples.reduce((sum, { latencies }) => sum + latencies.length, 0);
  const ms = samples.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  return (count / ms) * 1_000;
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

export function rounded(number: number, digits: number): number {
  return Number(number.toFixed(digits));
}
