/**
 * A run whose steps are not written, because the database refuses or we are mistaken: it is tried
 * again slower and slower, and ended when it has stood at one step for too long.
 */
import { numberIn, textIn } from "../directory/row.ts";
import type { Holder } from "../sources/group-commit.ts";
import { closed, type Carrier } from "./carrier.ts";
import { PATIENCE_MS } from "./run-reducer.ts";
import { endStatements, UNFINISHED, type Ending } from "./run-rows.ts";

/** After a mistake of ours, for the first time. */
export const MISTAKE_MS = 30_000;
/** The longest that a run waits for anything: what an upstream may ask for, and no more. */
export const WAIT_MAX_MS = 900_000;

/** Where the run stands, as its row says. */
export interface Standing {
  readonly runId: string;
  readonly step: number;
}

/** Of no run: what was approved waits to be carried out. */
export const APPROVAL: Standing = { runId: "", step: 0 };

/** Kept by the object: lost with it, the patience only begins anew. */
export interface Trouble extends Standing {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly tries: number;
}

/** Reads no more of the row than it has to: the rest of it may be what is wrong. */
export async function standing({ db, object }: Holder): Promise<Standing | undefined> {
  const [rows] = await db.batch([{ sql: UNFINISHED, params: [object] }]);
  const [row] = rows ?? [];
  return row && { runId: textIn(row, "id"), step: numberIn(row, "step") };
}

export function troubleAfter(
  before: Trouble | undefined,
  { runId, step }: Standing,
  now: number,
): Trouble {
  const isSame = before?.runId === runId && before.step === step;
  // A clock that was put back must not make the run wait for the time that it showed.
  if (!isSame || before.since > now) return { runId, step, since: now, tries: 1 };
  return { ...before, tries: before.tries + 1 };
}

export function isGivenUp({ since }: Trouble, now: number): boolean {
  return now - since > PATIENCE_MS;
}

export function waitAfter({ tries }: Trouble, ms: number): number {
  return Math.min(ms * 2 ** (tries - 1), WAIT_MAX_MS);
}

const GIVEN_UP: Ending = {
  status: "failed",
  reason: "run_stuck",
  detail: "A step of the run could not be written for two hours: what it had applied stays",
};

/** By itself, without what the steps are fenced with: that may be what can't be written. */
export async function giveUp(carrier: Carrier, { runId: id }: Standing): Promise<void> {
  const { db, now } = carrier.holder;
  await db.batch(endStatements(id, GIVEN_UP, now()));
  closed(carrier, { id });
}
