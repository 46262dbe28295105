/** A step of a run that applies what was put off while a list was read. */
import type { Source } from "../sources/source.ts";
import { applyPlan } from "./apply-plan.ts";
import { readChangedIds } from "./changed-ids.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { commitCheckpoint } from "../sources/commit-run.ts";
import { areTooMany } from "./leavers.ts";
import { nextPhase, type Course } from "./run-state.ts";
import { seenAt } from "./seen.ts";
import { fitting, planRecords, type Plan, type PlanContext } from "./plan.ts";
import { draftOf } from "./plan-records.ts";
import { contextFor } from "./pull-context.ts";
import { withHashes } from "./pull-page.ts";
import { parseDeferred, readDeferred, type Going } from "./run-rows.ts";
import type { UpstreamOrganization, UpstreamRecord, UpstreamType } from "./upstream-page.ts";

/** Organizations name each other: all that wait are looked at together. */
const ORGANIZATIONS_AT_ONCE = 10_000;
const AT_ONCE = 500;
/** They wait for having thousands of members. */
const GROUPS_AT_ONCE = 8;
const LIMIT = {
  Organization: ORGANIZATIONS_AT_ONCE,
  User: AT_ONCE,
  Group: GROUPS_AT_ONCE,
} as const;

/** Applies some of what waits; the phase is over when nothing does. */
export async function applyDeferred(
  carrier: Carrier,
  going: Going,
  source: Source,
  { type, course }: { readonly type: UpstreamType; readonly course: Course },
): Promise<Next> {
  const [rows = []] = await carrier.holder.db.batch([readDeferred(going.id, type, LIMIT[type])]);
  const all = rows.map(parseDeferred);
  const waiting = all.slice(0, fitting(all));
  if (waiting.length === 0) return endPhase(carrier, going, course);
  const context = await contextFor(carrier, going, source, { type, records: waiting });
  const final = { ...context, isFinal: true, hasSeen: () => false };
  if (type === "User") return applyPeople(carrier, going, final, waiting);
  const ready = type === "Organization" ? readyOf(waiting, context) : { records: waiting };
  const placed = { ...final, cut: "cut" in ready ? ready.cut : undefined };
  const plan = await planned(ready.records, placed, going);
  return applyPlan(carrier, going, {
    plan,
    context: placed,
    state: going.state,
    type,
    read: 0,
    freed: [],
  });
}

async function endPhase({ holder, memory }: Carrier, going: Going, course: Course): Promise<Next> {
  const state = nextPhase(going.state, course);
  const after = progressed(going, { state, counts: going.counts, told: [] }, holder.now());
  const refusal = await commitCheckpoint(holder, after.statements);
  if (refusal !== undefined) return putOff(memory, refusal);
  memory.going = after.going;
  return MORE;
}

/** What has become the same meanwhile is done as well. */
async function planned(
  records: readonly UpstreamRecord[],
  context: PlanContext,
  { state }: Going,
): Promise<Plan> {
  const hashed = await withHashes(records, state.settings, context);
  const plan = planRecords(hashed, context, draftOf(context));
  return { ...plan, handled: records.map(({ externalId }) => externalId) };
}

async function applyPeople(
  carrier: Carrier,
  going: Going,
  context: PlanContext,
  records: readonly UpstreamRecord[],
): Promise<Next> {
  const { holder } = carrier;
  const { holdsLeavers = await areTooMany(holder.db, going, context.source, context.now) } =
    going.state;
  const state = { ...going.state, holdsLeavers };
  const step = going.step + 1;
  const seen = carrier.seen(going.id);
  const { relinked, doubtful } = await readChangedIds(holder.db, going, {
    records: records.filter(({ externalId }) => !context.known.has(externalId)),
    source: context.source,
    hasSeen: (seq) => seen.hadBefore("User", seq, step),
  });
  const found = [...relinked.values()].map(({ seq }) => seq);
  // Whoever was looked for under the old id must not be missed by it.
  if (found.length > 0) seen.add("User", found, seenAt(going));
  const known = new Map([...context.known, ...relinked]);
  const whole = { ...context, known, idsChanged: doubtful, holdsLeavers };
  return applyPlan(carrier, going, {
    plan: await planned(records, whole, going),
    context: whole,
    state: found.length > 0 ? { ...state, seenStep: step } : state,
    type: "User",
    read: 0,
    freed: [...known.values()].map(({ id }) => id),
  });
}

/**
 * Those who can be placed now: below what is there, from the top; a move by itself, because the
 * tree it is decided on is the one that is stored. Where nothing is ready, what stands below
 * nothing known goes below the target, and a circle is cut where it is least arbitrary.
 */
export function readyOf(
  waiting: readonly UpstreamRecord[],
  { organizations, known, source }: Pick<PlanContext, "organizations" | "known" | "source">,
): Ready {
  const all = waiting.filter((record) => record.type === "Organization");
  const ids = new Set(all.map(({ externalId }) => externalId));
  const placeOf = ({ parent }: UpstreamOrganization): string | undefined =>
    parent === undefined ? source.targetId : organizations.get(parent);
  const isMove = (record: UpstreamOrganization): boolean => {
    const row = known.get(record.externalId);
    return row !== undefined && row.parentId !== placeOf(record);
  };
  const waitsForNobody = all.filter(({ parent }) => parent === undefined || !ids.has(parent));
  const placed = waitsForNobody.filter((record) => placeOf(record) !== undefined);
  const still = placed.filter((record) => !isMove(record)).slice(0, AT_ONCE);
  if (still.length > 0) return { records: still };
  if (placed.length > 0) return { records: placed.slice(0, 1) };
  if (waitsForNobody.length > 0) return { records: waitsForNobody.slice(0, 1) };
  return { records: all.slice(0, 1), cut: all[0]?.externalId };
}

interface Ready {
  readonly records: readonly UpstreamRecord[];
  readonly cut?: string | undefined;
}
