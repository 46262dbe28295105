/** Runs, their records and what they hold, as contracts of the admin API. */
import { z } from "zod";
import { REMOVAL_ACTIONS } from "../../sources/guard.ts";
import { proposal } from "../../sources/proposal.ts";
import { ACTIONS, PHASES, RESULTS, RUN_KINDS, RUN_STATUSES, tallies } from "../../sync/run.ts";
import { diff } from "./activity-contracts.ts";
import { page, time } from "./contracts.ts";
import { upstreamChanges, upstreamSecrets } from "./upstream-contracts.ts";

const resourceType = z.enum(["Organization", "User", "Group"]);

const proposedSettings = proposal
  .extend({ upstream: upstreamChanges.optional() })
  .meta({ id: "ProposedSettings" });

export const syncRun = z
  .object({
    id: z.string(),
    dataSourceId: z.string(),
    trigger: z.enum(["manual", "schedule"]),
    /** An admin key's id, or `system`. */
    actor: z.string(),
    kind: z.enum(RUN_KINDS),
    dryRun: z.boolean(),
    /** Those that it is planned under, where they are not the data source's own. */
    settings: proposedSettings.nullable(),
    status: z.enum(RUN_STATUSES),
    counts: tallies,
    /** What it is at, how many records of it were read, and how many the upstream says there are. */
    progress: z.object({ phase: z.enum(PHASES), read: z.int(), total: z.int().nullable() }),
    /** Why it failed, is held, or left those alone who are missing: a code of /error-codes. */
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: "SyncRun" });

export const syncRunList = page(syncRun).meta({ id: "SyncRunList" });

export const syncBody = z
  .strictObject({
    kind: z.enum(RUN_KINDS).default("full"),
    /** Says what it would do, and does nothing. */
    dryRun: z.boolean().default(false),
    /** Of a dry run: what it would do if the data source had these. They are not kept. */
    settings: proposedSettings.optional(),
  })
  .refine(({ dryRun, settings }) => dryRun || settings === undefined, {
    path: ["settings"],
    message: "Goes with dryRun alone",
  })
  .meta({ id: "NewSyncRun" });

export const runRecord = z
  .object({
    n: z.int(),
    resourceType,
    externalId: z.string().nullable(),
    resourceId: z.string().nullable(),
    name: z.string().nullable(),
    action: z.enum(ACTIONS),
    result: z.enum(RESULTS),
    code: z.string().nullable(),
    /** Where in the upstream's record. */
    path: z.string().nullable(),
    detail: z.string().nullable(),
    /** What to do about `code`, in the language asked for. */
    advice: z.string().nullable(),
    diff,
    at: time,
  })
  .meta({ id: "SyncRunRecord" });

export const runRecordList = page(runRecord).meta({ id: "SyncRunRecordList" });

const hold = z
  .object({
    id: z.string(),
    dataSourceId: z.string(),
    /** Null for what was pushed. */
    runId: z.string().nullable(),
    status: z.enum(["waiting", "approved", "rejected", "replaced"]),
    reason: z.string(),
    /** To be repeated with a decision: it is about exactly this set. */
    setHash: z.string(),
    count: z.int(),
    createdAt: time,
    updatedAt: time,
    decidedAt: time.nullable(),
    decidedBy: z.string().nullable(),
    until: time.nullable(),
  })
  .meta({ id: "Hold" });

const held = z
  .object({
    resourceType,
    resourceId: z.string(),
    action: z.enum(REMOVAL_ACTIONS),
    name: z.string().nullable(),
    /** Who is taken out of the group, where that is held one by one: in a pull. */
    memberId: z.string().nullable(),
    memberName: z.string().nullable(),
    /** Whether what an admin agreed to is carried out; null for what was pushed, which its client sends again. */
    done: z.boolean().nullable(),
  })
  .meta({ id: "Held" });

/** `hold` is null where nothing waits. */
export const holdPage = page(held).extend({ hold: hold.nullable() }).meta({ id: "HoldPage" });

export const holdDecision = z
  .strictObject({ setHash: z.string().min(1).max(128) })
  .meta({ id: "HoldDecision" });

/** Settings that aren't stored yet are tested in place of those that are. */
export const connectionTestBody = z
  .strictObject({ upstream: upstreamChanges.optional(), ...upstreamSecrets })
  .meta({ id: "NewConnectionTest" });

export const connectionTest = z
  .object({
    ok: z.boolean(),
    steps: z.array(
      z.object({
        step: z.enum(["token", "organizations", "users", "mapping"]),
        ok: z.boolean(),
        /** Of the upstream's answer, where there was one. */
        status: z.int().nullable(),
        ms: z.int(),
        /** Records on the first page. */
        count: z.int().nullable(),
        /** How many there are, as the upstream says. */
        total: z.int().nullable(),
        code: z.string().nullable(),
        detail: z.string().nullable(),
        /** The first of them, as it is understood; of a person, as it would be kept. */
        sample: z.record(z.string(), z.unknown()).nullable(),
      }),
    ),
  })
  .meta({ id: "ConnectionTest" });
