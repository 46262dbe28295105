/** From when on the next incremental run asks: nothing that this one can't have read is before it. Pure. */
import type { Statement } from "../directory/database.ts";
import type { RunState } from "./run-state.ts";

/** So far the clock of an upstream that doesn't tell the time may be behind ours. */
const SKEW_MS = 86_400_000;

/** When the run began to read, in the upstream's time; `date` is what its answer said. */
export function begunAt(state: RunState, date: number | undefined, now: number): number {
  return state.begunAt ?? date ?? now - SKEW_MS;
}

/** With records that could not be applied: they are read again until they can. */
export function withFailed(
  state: RunState,
  failed: readonly { readonly lastModified?: string | undefined }[],
): RunState {
  if (failed.length === 0 || state.oldestFailed === null) return state;
  const times = failed.map(({ lastModified }) => Date.parse(lastModified ?? ""));
  if (times.some(Number.isNaN)) return { ...state, oldestFailed: null };
  return { ...state, oldestFailed: Math.min(state.oldestFailed ?? Infinity, ...times) };
}

/**
 * What was changed while the run went on may have been changed behind its back, and a time in the
 * future is none of the upstream's. Undefined where the one there is has to stay.
 */
export function watermarkOf({
  newest,
  begunAt: begun,
  oldestFailed,
}: RunState): string | undefined {
  if (newest === undefined || oldestFailed === null) return undefined;
  const latest = Math.min(begun ?? Infinity, oldestFailed ?? Infinity);
  return Date.parse(newest) <= latest ? newest : new Date(latest).toISOString();
}

/** To be told when all that came before it is applied. */
export function watermarkStatements(
  sourceId: string,
  { state }: { readonly state: RunState },
): Statement[] {
  const watermark = watermarkOf(state);
  if (watermark === undefined) return [];
  return [
    { sql: "UPDATE data_sources SET watermark = ?2 WHERE id = ?1", params: [sourceId, watermark] },
  ];
}
