/** What a complete run found missing and an admin has agreed to remove. */
import type { Row, Statement } from "../directory/database.ts";
import { numberIn, textIn, textOrNullIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { ScimError } from "../scim/error.ts";
import { commitRun, type StepDecided, type StepResult } from "../sources/commit-run.ts";
import { admitRun } from "../sources/gate.ts";
import { DONE, goingOf, MORE, putOff, sourceOf, type Carrier, type Next } from "./carrier.ts";
import { counted, type Told } from "./outcome.ts";
import { tallies } from "./run.ts";
import type { ResourceOperation } from "../sources/operation.ts";
import { requestOf, type PlanContext } from "./plan.ts";
import { emptyOut } from "./pull-emptying.ts";
import { forgetStatements, removal } from "./pull-removal.ts";
import { toldStatements } from "./run-rows.ts";
import { partsOf } from "./spared-members.ts";

const AT_ONCE = 200;

/** Removes some of it; `done` where nothing is left. Throws `Superseded`. */
export async function applyApproved(carrier: Carrier): Promise<Next> {
  const { holder, memory } = carrier;
  const [rows = []] = await holder.db.batch([{ sql: APPROVED, params: [holder.object] }]);
  const [first] = rows;
  if (first === undefined) return DONE;
  // It may be on again since it was seen off, and no batch would say so.
  holder.known = undefined;
  try {
    const source = admitRun(await sourceOf(carrier));
    const context = { source, runId: textIn(first, "run_id"), step: numberIn(first, "next") };
    const approved = await approvedOf(carrier, rows, first);
    const places = approved.lines.flatMap(({ type, id }) => (type === "Organization" ? [id] : []));
    const result =
      (await emptyOut(carrier, { context, places, checkpoint: [] })) ??
      (await removeApproved(carrier, context, approved));
    return result.ok ? MORE : putOff(memory, result.refusal);
  } catch (error) {
    // A source that is disabled keeps what was agreed to until it is enabled again.
    if (error instanceof ScimError && error.reason === "data_source_disabled") return DONE;
    throw error;
  }
}

interface Approved {
  readonly holdId: string;
  /** Of the run that made the hold. */
  readonly counts: unknown;
  /** What is removed, and what was seen since. */
  readonly lines: readonly Line[];
  readonly back: readonly Line[];
}

/** Of the rows those that can go together: what is above others is empty only when they are gone. */
async function approvedOf(carrier: Carrier, rows: readonly Row[], first: Row): Promise<Approved> {
  const isBack = await backIn(carrier);
  const all = rows
    .filter((row) => row["resource_type"] === first["resource_type"])
    .filter((row) => row["depth"] === first["depth"])
    .map(lineOf);
  return {
    holdId: textIn(first, "hold_id"),
    counts: first["counts"],
    lines: all.filter((line) => !isBack(line)),
    back: all.filter(isBack),
  };
}

function removeApproved(
  { holder, exclusively }: Carrier,
  context: Pick<PlanContext, "source" | "runId" | "step">,
  { holdId, counts, lines, back }: Approved,
): Promise<StepResult> {
  const { runId, step } = context;
  const tasks = tasksOf(lines);
  const requests = tasks.map((task, index) =>
    requestOf({ operation: operationOf(task) }, context, index),
  );
  const statements = (decided: StepDecided): Statement[] => {
    const told = [
      ...tasks.map(([line], index) => toldOf(line, index, decided)),
      ...tasksOf(back).map(([line]) => toldBack(line)),
    ];
    return [
      ...toldStatements(runId, told, step, holder.now()),
      ...countStatements(runId, counts, told),
      ...doneStatements(holdId, [...lines, ...back]),
      ...forgetStatements(lines.flatMap(({ type, id }) => (type === "Group" ? [] : { type, id }))),
    ];
  };
  const wishes = { requests, freed: [], dryRun: false, statements };
  return exclusively(() => commitRun(holder, wishes));
}

/** What is one operation: members of one group go together. */
function tasksOf(lines: readonly Line[]): (readonly [Line, ...Line[]])[] {
  const ofOne = Map.groupBy(lines, ({ type, id }) => `${type} ${id}`);
  return [...ofOne.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [[first, ...rest] as const],
  );
}

function operationOf(lines: readonly [Line, ...Line[]]): ResourceOperation {
  const [{ type, id, action }] = lines;
  if (type !== "Group") return removal({ type, id }, action === "delete" ? "delete" : "disable");
  const values = lines.flatMap(({ memberId }) => memberId ?? []);
  return { kind: "group.patch", id, operations: [], members: [{ op: "remove", values }] };
}

/** Whether somebody was seen after the hold was made; of a run that goes on, by what it has seen so far. */
async function backIn(carrier: Carrier): Promise<(line: Line) => boolean> {
  const going = await goingOf(carrier);
  const seen = going === undefined || going.dryRun ? undefined : carrier.seen(going.id);
  return ({ type, seq, stands }) =>
    stands === "no" || (stands === "missing" && seen?.has(type, seq) === true);
}

/**
 * Those who are missing stay in missing until they are seen, who has left until their record is
 * applied, members until the list of their group is applied whole.
 */
const APPROVED = `SELECT l.hold_id, l.resource_type, l.resource_id, l.action, h.run_id,
    coalesce(u.seq, o.seq, 0) AS seq, coalesce(o.depth, 0) AS depth,
    CASE WHEN EXISTS (SELECT 1 FROM missing m WHERE m.source_id = ?1
        AND m.resource_type = l.resource_type AND m.resource_id = l.resource_id) THEN 'missing'
      WHEN u.upstream_hash = '' AND EXISTS (SELECT 1 FROM missing m WHERE m.source_id = ?1
        AND m.resource_type = 'Leaver' AND m.resource_id = l.resource_id) THEN 'left'
      WHEN g.upstream_hash = '' AND g.deleted_at IS NULL AND EXISTS (SELECT 1 FROM missing m
        WHERE m.source_id = ?1 AND m.resource_type = 'Member' AND m.resource_id = l.resource_id)
        THEN 'left'
      ELSE 'no' END AS stands,
    coalesce(u.external_id, o.external_id, g.external_id) AS external_id,
    coalesce(u.user_name_key, o.display_name, g.attributes ->> 'displayName', '') AS name,
    (SELECT counts FROM runs r WHERE r.id = h.run_id) AS counts,
    (SELECT coalesce(max(n), -1) + 1 FROM run_records r WHERE r.run_id = h.run_id) AS next
  FROM holds h
  CROSS JOIN held l ON l.hold_id = h.id AND l.done = 0
  LEFT JOIN users u ON l.resource_type = 'User' AND u.id = l.resource_id
  LEFT JOIN organizations o ON l.resource_type = 'Organization' AND o.id = l.resource_id
  LEFT JOIN groups g ON l.resource_type = 'Group'
    AND g.id = substr(l.resource_id, 1, instr(l.resource_id, ' ') - 1)
  WHERE h.id = (SELECT h.id FROM holds h
    WHERE h.source_id = ?1 AND h.status = 'approved' AND h.run_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM held l WHERE l.hold_id = h.id AND l.done = 0)
    ORDER BY h.created_at LIMIT 1)
  ORDER BY l.resource_type DESC, coalesce(o.depth, 0) DESC, l.resource_id
  LIMIT ${AT_ONCE}`;

interface Line {
  readonly type: "User" | "Organization" | "Group";
  readonly id: string;
  /** Of a group, who is taken out of it. */
  readonly memberId: string | undefined;
  readonly action: "delete" | "disable" | "update";
  readonly externalId: string | undefined;
  readonly name: string;
  readonly seq: number;
  /** Why it still holds what was agreed to. */
  readonly stands: "missing" | "left" | "no";
}

const TYPES = ["User", "Organization", "Group"] as const;

const ACTIONS: Readonly<Record<string, Line["action"]>> = {
  delete: "delete",
  remove_members: "update",
};

function lineOf(row: Row): Line {
  const [id, memberId] = partsOf(textIn(row, "resource_id"));
  return {
    type: TYPES.find((type) => type === row["resource_type"]) ?? "Organization",
    id,
    memberId,
    action: ACTIONS[textIn(row, "action")] ?? "disable",
    externalId: textOrNullIn(row, "external_id") ?? undefined,
    name: textIn(row, "name"),
    seq: numberIn(row, "seq"),
    stands: row["stands"] === "missing" ? "missing" : row["stands"] === "left" ? "left" : "no",
  };
}

function toldOf(line: Line, index: number, { decision }: StepDecided): Told {
  const outcome = decision.outcomes[index];
  const { refusal } = outcome?.ok === false ? outcome : {};
  const reason = typeof refusal === "object" ? refusal : undefined;
  const done = decision.done.find(({ effect }) => effect.resourceId === line.id);
  return {
    resourceType: line.type,
    externalId: line.externalId,
    resourceId: line.id,
    name: line.name,
    action: line.action,
    result: reason === undefined ? "success" : "failed",
    code: reason?.reason,
    path: undefined,
    detail: reason?.detail,
    diff: done?.trace.diff,
  };
}

function toldBack({ type, id, externalId, name }: Line): Told {
  return {
    resourceType: type,
    externalId,
    resourceId: id,
    name,
    action: "skip",
    result: "success",
    code: "came_back",
    path: undefined,
    detail: "Seen upstream after it was held: nothing was changed",
    diff: undefined,
  };
}

/** What the run came to in the end; how much of it was held stays to be seen. */
function countStatements(runId: string, counts: unknown, told: readonly Told[]): Statement[] {
  // Runs are purged before their holds are.
  if (typeof counts !== "string") return [];
  const before = tallies.parse(JSON.parse(counts));
  const after = counted(before, told, { type: "User", read: 0, unchanged: 0 });
  const failed = told.filter(({ result }) => result === "failed").length;
  return [
    {
      sql: `UPDATE runs SET counts = ?2, step = step + 1 WHERE id = ?1`,
      params: [runId, JSON.stringify(after)],
    },
    ...(failed === 0 ? [] : [{ sql: FAIL, params: [runId, failed] }]),
  ];
}

const FAIL = `UPDATE runs SET status = 'partial', reason = 'records_failed',
    detail = ?2 || ' of what was held failed; ' || detail
  WHERE id = ?1 AND status IN ('success', 'partial')`;

function doneStatements(holdId: string, lines: readonly Line[]): Statement[] {
  return rowStatements(
    `UPDATE held SET done = 1 WHERE hold_id = ?2
      AND (resource_type, resource_id) IN (SELECT :row ->> 0, :row ->> 1 :from)`,
    lines.map(({ type, id, memberId }) => [
      type,
      memberId === undefined ? id : `${id} ${memberId}`,
    ]),
    holdId,
  );
}
