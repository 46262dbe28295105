/** A run: one pull of an upstream directory, as it is stored and shown. */
import { z } from "zod";
import type { Row } from "../directory/database.ts";
import { proposal, type Proposal } from "../sources/proposal.ts";

export const RUN_STATUSES = [
  "queued",
  "running",
  "success",
  "partial",
  "failed",
  "cancelled",
  "held",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_KINDS = ["full", "incremental"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What a run does to a record. */
export const ACTIONS = ["create", "update", "disable", "enable", "delete", "skip"] as const;
export type Action = (typeof ACTIONS)[number];

/** What came of it: `planned` in a dry run, `held` where an admin has to agree first. */
export const RESULTS = ["success", "failed", "planned", "held"] as const;
export type RecordResult = (typeof RESULTS)[number];

const count = z.number().int();
const tally = z.object({
  /** Records read. */
  read: count,
  created: count,
  updated: count,
  disabled: count,
  enabled: count,
  deleted: count,
  unchanged: count,
  failed: count,
  held: count,
});
export type Tally = z.infer<typeof tally>;

export const tallies = z.object({ Organization: tally, User: tally, Group: tally });
export type Tallies = z.infer<typeof tallies>;

export const NO_TALLY: Tally = {
  read: 0,
  created: 0,
  updated: 0,
  disabled: 0,
  enabled: 0,
  deleted: 0,
  unchanged: 0,
  failed: 0,
  held: 0,
};
export const NO_TALLIES: Tallies = { Organization: NO_TALLY, User: NO_TALLY, Group: NO_TALLY };

/** The steps of a run, in their order. */
export const PHASES = ["organizations", "users", "groups", "missing", "done"] as const;
export type Phase = (typeof PHASES)[number];

export interface Run {
  readonly id: string;
  readonly sourceId: string;
  readonly trigger: "manual" | "schedule";
  /** An admin key's id, or `system`. */
  readonly actor: string;
  readonly kind: RunKind;
  readonly dryRun: boolean;
  /** The settings it is planned under, where they are not those of the source. */
  readonly proposal: Proposal | undefined;
  readonly status: RunStatus;
  readonly counts: Tallies;
  /** What it is at, and how much the upstream says there is of it. */
  readonly phase: Phase;
  readonly total: number | undefined;
  /** Why it failed, is held, or did not believe in absence: a code of the catalogue. */
  readonly reason: string | null;
  readonly detail: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

const json = z.string().transform((text): unknown => JSON.parse(text));

const runRow = z.object({
  id: z.string(),
  source_id: z.string(),
  trigger: z.enum(["manual", "schedule"]),
  actor: z.string(),
  kind: z.enum(RUN_KINDS),
  dry_run: z.number().transform((value) => value === 1),
  status: z.enum(RUN_STATUSES),
  counts: json.pipe(tallies),
  state: json.pipe(
    z.object({
      phase: z.enum(PHASES),
      total: z.number().optional(),
      proposal: proposal.optional(),
    }),
  ),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  created_at: z.number(),
  started_at: z.number().nullable(),
  ended_at: z.number().nullable(),
});

/** Reads a row of `runs`; throws when the row is not what this code wrote. */
export function parseRun(row: Row): Run {
  const { source_id, dry_run, state, created_at, started_at, ended_at, ...same } =
    runRow.parse(row);
  return {
    ...same,
    sourceId: source_id,
    dryRun: dry_run,
    proposal: state.proposal,
    phase: state.phase,
    total: state.total,
    createdAt: created_at,
    startedAt: started_at,
    endedAt: ended_at,
  };
}
