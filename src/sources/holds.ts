/** Holds: sets of removals that wait for an admin, or have had an admin's word. */
import { z } from "zod";
import type { Row, Statement } from "../directory/database.ts";
import type { Event } from "../directory/events.ts";
import { HOLD_REASONS, type RemovalAction } from "./guard.ts";

export const HOLD_STATUSES = ["waiting", "approved", "rejected", "replaced"] as const;

const time = z.number();

const holdRow = z.object({
  id: z.string(),
  source_id: z.string(),
  run_id: z.string().nullable(),
  status: z.enum(HOLD_STATUSES),
  reason: z.enum(HOLD_REASONS),
  set_hash: z.string(),
  n: z.number(),
  created_at: time,
  updated_at: time,
  decided_at: time.nullable(),
  decided_by: z.string().nullable(),
  until: time.nullable(),
});

export interface Hold {
  readonly id: string;
  /** The source, or the application key, whose removals they are. */
  readonly sourceId: string;
  /** Null for what was pushed. */
  readonly runId: string | null;
  readonly status: (typeof HOLD_STATUSES)[number];
  readonly reason: (typeof HOLD_REASONS)[number];
  readonly setHash: string;
  readonly n: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly decidedAt: number | null;
  /** Id of the admin key. */
  readonly decidedBy: string | null;
  /** Until when the decision stands for what is pushed. */
  readonly until: number | null;
}

/** Reads a row of `holds`; throws when the row is not what this code wrote. */
export function parseHold(row: Row): Hold {
  const { source_id, run_id, set_hash, created_at, updated_at, decided_at, decided_by, ...same } =
    holdRow.parse(row);
  return {
    ...same,
    sourceId: source_id,
    runId: run_id,
    setHash: set_hash,
    createdAt: created_at,
    updatedAt: updated_at,
    decidedAt: decided_at,
    decidedBy: decided_by,
  };
}

/** One removal of a hold. */
export interface Held {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: RemovalAction;
}

/** What an admin agrees to is this set and no other: SHA-256 of its lines in their order, in hexadecimal. */
export async function setHashOf(set: readonly Held[]): Promise<string> {
  const lines = set.map((one) => `${one.resourceType} ${one.resourceId} ${one.action}`).sort();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What waits does no longer: a newer set takes its place, or whose removals they are is gone. */
export function replacedStatements(sourceId: string, now: number): Statement[] {
  return [
    settledStatement(sourceId, "Another set took the place of what was held"),
    {
      sql: `UPDATE holds SET status = 'replaced', updated_at = ?2
        WHERE source_id = ?1 AND status = 'waiting'`,
      params: [sourceId, now],
    },
  ];
}

/**
 * Runs that came to the hold which waits are over with it: what else they are is what they would have
 * been. That they were held stays their reason, or stands in the detail. To go before the hold's own.
 */
export function settledStatement(sourceId: string, what: string): Statement {
  return { sql: SETTLE, params: [sourceId, what] };
}

const FAILED = ["User", "Group", "Organization"]
  .map((type) => `coalesce(counts ->> '$.${type}.failed', 0)`)
  .join(" + ");

const SETTLE = `UPDATE runs SET
    status = iif(state ->> '$.doubts[0].code' IS NULL AND ${FAILED} = 0, 'success', 'partial'),
    reason = coalesce(state ->> '$.doubts[0].code', iif(${FAILED} = 0, reason, 'records_failed')),
    detail = iif(${FAILED} = 0, '', (${FAILED}) || ' failed; ')
      || coalesce(state ->> '$.doubts[0].detail' || ': nobody was removed; ', '')
      || ?2 || ' (' || reason || ')'
  WHERE source_id = ?1 AND status = 'held' AND dry_run = 0
    AND created_at >= (SELECT r.created_at FROM holds h CROSS JOIN runs r ON r.id = h.run_id
      WHERE h.source_id = ?1 AND h.status = 'waiting')`;

/** What the log says of a new hold. */
export function holdCreated(
  {
    id,
    sourceId,
    reason,
    n,
    createdAt: at,
  }: Pick<Hold, "id" | "sourceId" | "reason" | "n" | "createdAt">,
  by: Pick<Event, "directoryId" | "actor" | "requestId">,
): Event {
  return {
    ...by,
    sourceId: sourceId.startsWith("ds_") ? sourceId : null,
    at,
    type: "hold.created",
    resourceType: "Hold",
    resourceId: id,
    changes: {},
    diff: { reason: { to: reason }, n: { to: n } },
  };
}
