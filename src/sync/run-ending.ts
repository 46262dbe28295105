/** What a run is called when it is over. */
import type { HoldReason } from "../sources/guard.ts";
import type { Ending, Going } from "./run-rows.ts";

/** Pure: one record that failed makes it `partial`, as does a list that was not believed. */
export function endingOf(
  { counts, state }: Pick<Going, "counts" | "state">,
  held: HoldReason | undefined,
): Ending {
  if (held !== undefined) {
    return {
      status: "held",
      reason: held,
      detail: "What would have been removed waits for an admin; everything else is applied",
    };
  }
  const failed = Object.values(counts).reduce((sum, tally) => sum + tally.failed, 0);
  const [doubt] = state.doubts;
  if (doubt !== undefined) {
    return { status: "partial", reason: doubt.code, detail: `${doubt.detail}: nobody was removed` };
  }
  if (failed > 0) {
    const records = failed === 1 ? "record" : "records";
    return { status: "partial", reason: "records_failed", detail: `${failed} ${records} failed` };
  }
  return { status: "success", reason: null, detail: null };
}
