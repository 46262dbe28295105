/** Dry runs beside the runs that they are of. */
import { expect } from "vitest";
import type { Run } from "../../src/sync/run.ts";
import { dump, rowsOf } from "./dump.ts";
import { pull, recordsOf, type Pulled } from "./pulls.ts";

/** What a run has told, a line for each record; what is planned reads as if it were done. */
export async function linesOf(runId: string): Promise<string[]> {
  const rows = await recordsOf(runId);
  return rows.map((row) => {
    const result = row.result === "planned" ? "success" : row.result;
    const { resource_type, external_id, name, action, code, detail } = row;
    return [resource_type, external_id, name, action, result, code, detail].join(" | ");
  });
}

export async function expectAgreement(plan: Run, real: Run): Promise<void> {
  expect(await linesOf(plan.id)).toEqual(await linesOf(real.id));
  expect([plan.status, plan.reason, plan.counts]).toEqual([real.status, real.reason, real.counts]);
}

/** A dry run, which changes nothing, and the run after it, which does what that one said; returns the latter. */
export async function pulledAsPlanned(source: Pulled): Promise<Run> {
  const before = await directoryRows();
  const plan = await pull(source, { dryRun: true });
  expect(await directoryRows()).toEqual(before);
  const real = await pull(source);
  await expectAgreement(plan, real);
  return real;
}

async function directoryRows() {
  const all = await dump();
  return ["users", "groups", "organizations"].map((table) => rowsOf(all, table));
}
