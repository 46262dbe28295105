/** A run's rows: its checkpoint, what it tells, what waits in it. */
import { z } from "zod";
import type { Row, Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Told } from "./outcome.ts";
import { parseRun, type Run, type RunStatus, type Tallies } from "./run.ts";
import { runState, type RunState } from "./run-state.ts";
import type { UpstreamRecord, UpstreamType } from "./upstream-page.ts";

/** A run as it goes on. */
export interface Going extends Run {
  readonly step: number;
  readonly state: RunState;
}

export const UNFINISHED =
  "SELECT * FROM runs WHERE source_id = ?1 AND status IN ('queued', 'running')";

const goingRow = z.object({
  step: z.number(),
  state: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(runState),
});

export function parseGoing(row: Row): Going {
  return { ...parseRun(row), ...goingRow.parse(row) };
}

export interface NewRun extends Pick<
  Run,
  "id" | "sourceId" | "trigger" | "actor" | "kind" | "dryRun" | "counts"
> {
  readonly state: RunState;
  readonly now: number;
}

export function startStatement(run: NewRun): Statement {
  return {
    sql: `INSERT INTO runs (id, source_id, trigger, actor, kind, dry_run, status, step, state, counts,
        created_at, started_at, heartbeat_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'running', 0, ?7, ?8, ?9, ?9, ?9)`,
    params: [
      run.id,
      run.sourceId,
      run.trigger,
      run.actor,
      run.kind,
      run.dryRun ? 1 : 0,
      JSON.stringify(run.state),
      JSON.stringify(run.counts),
      run.now,
    ],
  };
}

export interface Checkpoint {
  readonly state: RunState;
  readonly counts: Tallies;
  readonly now: number;
}

/** Aborts the batch unless the run is where it was when this was decided. */
export function checkpointStatements(
  { id, step }: Pick<Going, "id" | "step">,
  { state, counts, now }: Checkpoint,
): Statement[] {
  return [
    runAssertion(id, step),
    {
      sql: `UPDATE runs SET step = step + 1, state = ?2, counts = ?3, heartbeat_at = ?4 WHERE id = ?1`,
      params: [id, JSON.stringify(state), JSON.stringify(counts), now],
    },
  ];
}

function runAssertion(id: string, step: number): Statement {
  return {
    sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
      SELECT 1 FROM runs WHERE id = ?1 AND step = ?2 AND status IN ('queued', 'running'))`,
    params: [id, step],
  };
}

export interface Ending {
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** To follow the checkpoint of the same batch, or to stand alone where nothing else is written. */
export function endStatements(id: string, ending: Ending, now: number): Statement[] {
  return [
    {
      sql: `UPDATE runs SET status = ?2, reason = ?3, detail = ?4, ended_at = ?5, step = step + 1
        WHERE id = ?1 AND status IN ('queued', 'running')`,
      params: [id, ending.status, ending.reason, ending.detail, now],
    },
    { sql: "DELETE FROM run_deferred WHERE run_id = ?1", params: [id] },
  ];
}

/**
 * To follow the end of a run whose credentials were refused: after three of them in a row the
 * schedule asks no more, or the upstream might lock the client out. Later runs start it again.
 */
export function stopStatements(sourceId: string, runId: string): Statement[] {
  const isStopped = `(SELECT count(*) FROM (
      SELECT reason FROM runs WHERE source_id = ?1 ORDER BY created_at DESC, id DESC LIMIT 3
    ) WHERE reason = 'upstream_auth_failed') = 3
    AND EXISTS (SELECT 1 FROM data_sources WHERE id = ?1 AND next_run_at IS NOT NULL)`;
  return [
    {
      sql: `UPDATE runs SET detail = detail || ?3 WHERE id = ?2 AND ${isStopped}`,
      params: [sourceId, runId, STOPPED],
    },
    {
      sql: `UPDATE data_sources SET next_run_at = NULL WHERE id = ?1 AND ${isStopped}`,
      params: [sourceId],
    },
  ];
}

const STOPPED =
  ". This is the third time in a row: the schedule stands still until the connection is changed or a run is started by hand";

export function toldStatements(
  runId: string,
  told: readonly Told[],
  first: number,
  now: number,
): Statement[] {
  const rows = told.map(({ diff, ...one }, index) => ({
    ...one,
    n: first + index,
    diff: diff === undefined ? null : JSON.stringify(diff),
  }));
  return rowStatements(TELL, rows, runId, now);
}

const TELL = `INSERT INTO run_records (run_id, n, resource_type, external_id, resource_id, name, action,
    result, code, path, detail, diff, at)
  SELECT ?2, :row ->> 'n', :row ->> 'resourceType', :row ->> 'externalId', :row ->> 'resourceId',
    :row ->> 'name', :row ->> 'action', :row ->> 'result', :row ->> 'code', :row ->> 'path',
    :row ->> 'detail', :row ->> 'diff', ?3 :from`;

/** What comes twice is kept as it came last. */
export function deferStatements(runId: string, records: readonly UpstreamRecord[]): Statement[] {
  return rowStatements(
    `INSERT INTO run_deferred (run_id, resource_type, external_id, record)
      SELECT ?2, :row ->> 0, :row ->> 1, :row ->> 2 :from WHERE true
      ON CONFLICT (run_id, resource_type, external_id) DO UPDATE SET record = excluded.record`,
    records.map((record) => [record.type, record.externalId, JSON.stringify(record)]),
    runId,
  );
}

export function readDeferred(runId: string, type: UpstreamType, limit: number): Statement {
  return {
    sql: `SELECT record FROM run_deferred WHERE run_id = ?1 AND resource_type = ?2
      ORDER BY external_id LIMIT ${limit}`,
    params: [runId, type],
  };
}

/** What this code wrote a moment ago. */
export function parseDeferred({ record }: Row): UpstreamRecord {
  const parsed: UpstreamRecord = JSON.parse(String(record));
  return parsed;
}

export function undeferStatements(
  runId: string,
  type: UpstreamType,
  externalIds: readonly string[],
): Statement[] {
  return rowStatements(
    `DELETE FROM run_deferred WHERE run_id = ?2 AND resource_type = ?3
      AND external_id IN (SELECT :row :from)`,
    externalIds,
    runId,
    type,
  );
}
