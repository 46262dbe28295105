/** Runs, their records and what they hold as the admin API shows them. */
import type { z } from "zod";
import { maskedDiff } from "../../directory/diff.ts";
import { isReason, wordsOf, type Language } from "../../scim/catalogue.ts";
import type { Hold } from "../../sources/holds.ts";
import type { RunRecord } from "../../sync/run-reads.ts";
import type { Phase, Run, Tallies } from "../../sync/run.ts";
import { eventDetail } from "./activity-contracts.ts";
import { toRfc3339 } from "./represent.ts";
import type { holdPage, runRecord, syncRun } from "./run-contracts.ts";
import { keptPaths } from "./sentences.ts";

export function representRun(run: Run): z.infer<typeof syncRun> {
  const { id, sourceId, trigger, actor, kind, dryRun, status, counts, phase } = run;
  return {
    id,
    dataSourceId: sourceId,
    trigger,
    actor,
    kind,
    dryRun,
    settings: run.proposal ?? null,
    status,
    counts,
    progress: { phase, read: readIn(counts, phase), total: run.total ?? null },
    reason: run.reason,
    detail: run.detail,
    createdAt: toRfc3339(run.createdAt),
    startedAt: timeOrNull(run.startedAt),
    endedAt: timeOrNull(run.endedAt),
  };
}

/** After the last list, what was read is people. */
function readIn(counts: Tallies, phase: Phase): number {
  if (phase === "organizations") return counts.Organization.read;
  return phase === "groups" ? counts.Group.read : counts.User.read;
}

const shownDiff = eventDetail.shape.diff;

/** For viewers, before and after are masked as in events. */
export function representRecord(
  { diff, code, at, ...record }: RunRecord,
  language: Language,
  isMasked: boolean,
): z.infer<typeof runRecord> {
  const kept = keptPaths.parse(diff === null ? {} : JSON.parse(diff));
  const advice = code !== null && isReason(code) ? wordsOf(code, language).advice : null;
  return {
    ...record,
    code,
    advice,
    diff: shownDiff.parse(isMasked ? maskedDiff(kept) : kept),
    at: toRfc3339(at),
  };
}

export function representHold(hold: Hold): NonNullable<z.infer<typeof holdPage>["hold"]> {
  const { id, sourceId, runId, status, reason, setHash, n, decidedBy } = hold;
  return {
    id,
    dataSourceId: sourceId,
    runId,
    status,
    reason,
    setHash,
    count: n,
    createdAt: toRfc3339(hold.createdAt),
    updatedAt: toRfc3339(hold.updatedAt),
    decidedAt: timeOrNull(hold.decidedAt),
    decidedBy,
    until: timeOrNull(hold.until),
  };
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : toRfc3339(time);
}
