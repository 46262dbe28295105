/** How much a run tries, and by which seed: one place for both runtimes. See test/vitest.config.ts. */
import fc from "fast-check";
import { inject, type TestContext } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    scale: number;
    seed: number;
  }
  interface TaskMeta {
    proof?: Proof;
  }
}

/** What a part of the proof tried: one row of the table that the run ends with. */
export interface Proof {
  readonly part: string;
  /** What was counted → how many. */
  readonly counts: Readonly<Record<string, number>>;
  readonly seed: number;
}

/** 1 in CI; 10 in `npm run test:deep`. */
export const SCALE = inject("scale");
/** Of this run; `MUSTER_SEED` replays another. */
export const SEED = inject("seed");

/** For a test whose work grows with the scale; a busy machine is slow, not wrong. */
export const PATIENCE = { timeout: 600_000 + 3_600_000 * (SCALE - 1) };

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

/** As many as CI tries, times the scale. */
export function scaled(runs: number): number {
  return Math.ceil(runs * SCALE);
}

export function report({ task }: TestContext, part: string, counts: Proof["counts"]): void {
  task.meta.proof = { part, counts, seed: SEED };
}
