/** Ends a run with a table of what it tried, ready for the README. */
import type { Reporter, TestModule } from "vitest/node";
import type { Proof } from "./scale.ts";

export default class ProofReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap(proofsIn).map(rowOf);
    if (rows.length === 0) return;
    const head = ["| part | tried | seconds | seed |", "| --- | --- | --- | --- |"];
    process.stdout.write(`\n${[...head, ...rows].join("\n")}\n\n`);
  }
}

interface Timed extends Proof {
  readonly seconds: number;
}

function proofsIn(module: TestModule): Timed[] {
  return [...module.children.allTests()].flatMap((test) => {
    const { proof } = test.meta();
    const seconds = Math.round((test.diagnostic()?.duration ?? 0) / 1000);
    return proof === undefined ? [] : [{ ...proof, seconds }];
  });
}

function rowOf({ part, counts, seconds, seed }: Timed): string {
  const tried = Object.entries(counts).map(([what, n]) => `${n.toLocaleString("en")} ${what}`);
  return `| ${part} | ${tried.join(", ")} | ${seconds} | ${seed} |`;
}
