/** What the guard counted and held back, into rows: in the batch of what it let go. */
import type { Statement } from "../directory/database.ts";
import { eventStatements } from "../directory/events.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { GuardSet } from "./guard-set.ts";
import { holdCreated, setHashOf, settledStatement, type Held, type Hold } from "./holds.ts";
import { directoryOf } from "./operation.ts";
import type { WorkingSet } from "./working-set.ts";

/** A hold that begins or grows. */
export interface GrownHold {
  readonly before: Hold | undefined;
  readonly after: Hold;
  readonly joining: readonly Held[];
}

/** Undefined where nothing joins a hold. */
export async function grownHold(
  { guard, snapshot }: WorkingSet,
  removerId: string | undefined,
  now: number,
): Promise<GrownHold | undefined> {
  const [first] = guard.heldBack;
  if (first === undefined || removerId === undefined) return undefined;
  const { joining, all } = guard.held();
  const before = snapshot.guard.waiting;
  const setHash = await setHashOf(all);
  const after: Hold = {
    id: first.hold.id,
    sourceId: removerId,
    runId: null,
    status: "waiting",
    reason: first.hold.reason,
    createdAt: now,
    decidedAt: null,
    decidedBy: null,
    until: null,
    ...before,
    setHash,
    n: all.length,
    updatedAt: now,
  };
  return { before, after, joining };
}

/** Only one object writes these rows, and the batch asserts its epoch: hence no further assertion. */
export function guardStatements(
  { guard, snapshot }: WorkingSet,
  removerId: string | undefined,
  grown: GrownHold | undefined,
): Statement[] {
  return [
    ...(removerId === undefined ? [] : countStatements(guard, removerId)),
    ...[...guard.decided.values()].flatMap(settledRuns),
    ...rowStatements(DECIDE, [...guard.decided.values()]),
    ...(grown === undefined ? [] : holdStatements(grown, guard, directoryIn(snapshot, guard))),
  ];
}

function countStatements(guard: GuardSet, removerId: string): Statement[] {
  const { facts, removed, groups } = guard;
  const counted = [...groups].filter(([id, group]) => facts.groups.get(id) !== group);
  return [
    ...(removed === facts.removed
      ? []
      : [{ sql: COUNT, params: [removerId, facts.hour, facts.active ?? null, removed] }]),
    ...rowStatements(
      COUNT_GROUP,
      counted.map(([id, { members, removed: some }]) => [id, members, some]),
      removerId,
      facts.hour,
    ),
  ];
}

const COUNT = `INSERT INTO guard (source_id, hour, active, removed) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (source_id) DO UPDATE SET hour = ?2, active = ?3, removed = ?4`;

const COUNT_GROUP = `INSERT INTO guard_groups (source_id, group_id, hour, members, removed)
  SELECT ?2, :row ->> 0, ?3, :row ->> 1, :row ->> 2 :from WHERE true
  ON CONFLICT (source_id, group_id) DO UPDATE SET hour = excluded.hour,
    members = excluded.members, removed = excluded.removed`;

/** Of what was missing in a pull: what is pushed has no runs. */
function settledRuns({ sourceId, runId, status }: Hold): Statement[] {
  return runId === null ? [] : [settledStatement(sourceId, `An admin ${status} what was held`)];
}

const DECIDE = `UPDATE holds SET status = :row ->> 'status', updated_at = :row ->> 'updatedAt',
    decided_at = :row ->> 'decidedAt', decided_by = :row ->> 'decidedBy', until = :row ->> 'until'
  :from WHERE holds.id = :row ->> 'id'`;

function directoryIn({ source }: WorkingSet["snapshot"], { heldBack }: GuardSet): string {
  return source?.directoryId ?? heldBack.map(({ request }) => directoryOf(request))[0] ?? "";
}

function holdStatements(
  { before, after, joining }: GrownHold,
  { heldBack: [first] }: GuardSet,
  directoryId: string,
): Statement[] {
  const { actor = "", requestId = "" } = first?.request ?? {};
  const by = { directoryId, actor, requestId };
  return [
    ...(before === undefined
      ? [...rowStatements(BEGIN, [after]), ...eventStatements([holdCreated(after, by)])]
      : rowStatements(GROW, [after])),
    ...rowStatements(
      JOIN,
      joining.map(({ resourceType, resourceId, action }) => [resourceType, resourceId, action]),
      after.id,
    ),
  ];
}

const BEGIN = `INSERT INTO holds (id, source_id, run_id, status, reason, set_hash, n, created_at,
    updated_at)
  SELECT :row ->> 'id', :row ->> 'sourceId', :row ->> 'runId', 'waiting', :row ->> 'reason',
    :row ->> 'setHash', :row ->> 'n', :row ->> 'createdAt', :row ->> 'updatedAt' :from`;

const GROW = `UPDATE holds SET set_hash = :row ->> 'setHash', n = :row ->> 'n',
    updated_at = :row ->> 'updatedAt'
  :from WHERE holds.id = :row ->> 'id'`;

const JOIN = `INSERT INTO held (hold_id, resource_type, resource_id, action)
  SELECT ?2, :row ->> 0, :row ->> 1, :row ->> 2 :from WHERE true
  ON CONFLICT (hold_id, resource_type, resource_id) DO UPDATE SET action = excluded.action`;
