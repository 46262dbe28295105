/** A step of a run that reads a page of the upstream and applies it. */
import type { Source } from "../sources/source.ts";
import { commitCheckpoint, commitRun, type StepDecided } from "../sources/commit-run.ts";
import type { Statement } from "../directory/database.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { hashStatements, PLANNED_SEQ, plannedKey } from "./known.ts";
import { counted, outcomeOf, toldFault } from "./outcome.ts";
import {
  fitting,
  planRecords,
  requestOf,
  type Hashed,
  type Plan,
  type PlanContext,
} from "./plan.ts";
import { draftOf, openIn } from "./plan-records.ts";
import { userNameKey } from "../directory/user.ts";
import { recordHash } from "./record-hash.ts";
import { contextFor, groupsOf } from "./pull-context.ts";
import { afterPage } from "./run-reducer.ts";
import { deferStatements, undeferStatements, type Going } from "./run-rows.ts";
import type { RunState } from "./run-state.ts";
import type { UpstreamPage, UpstreamRecord, UpstreamType } from "./upstream-page.ts";
import { begunAt, withFailed } from "./watermark.ts";

/** Applies a page. To be called while nothing else of the object writes. */
export async function applyPage(
  carrier: Carrier,
  going: Going,
  source: Source,
  { type, page }: { readonly type: UpstreamType; readonly page: UpstreamPage },
): Promise<Next> {
  const { records, faults } = page;
  const context = await contextFor(carrier, going, source, { type, records, faults });
  const extra = groupsNamedBy(page.records, context);
  const groups = new Map(context.groups);
  for (const { record, operation } of extra.wishes) groups.set(record.externalId, operation.id);
  const whole = { ...context, groups };
  const hashed = await withHashes(page.records, going.state.settings, whole);
  const plan = planRecords(hashed, whole, draftOf(whole));
  const { maxSeq } = going.state;
  // Whoever has a record that can't be read is there all the same.
  const unread = faults.flatMap(({ externalId }) => externalId ?? []);
  const seqs = [...plan.seqs, ...unread.flatMap((id) => context.known.get(id)?.seq ?? [])];
  carrier.seen(going.id).add(
    type,
    seqs.filter((seq) => seq <= maxSeq[type]),
    going.step + 1,
  );
  const isFresh = (id: string): boolean => {
    const row = context.known.get(id);
    return row === undefined || !context.hasSeen(row);
  };
  const before = {
    ...going.state,
    seenStep: going.step + 1,
    begunAt: begunAt(going.state, page.date, carrier.holder.now()),
  };
  const state = afterPage(before, {
    ...page,
    ...plan.facts,
    asked: source.upstream?.pageSize ?? 0,
    fresh: plan.facts.fresh + unread.filter(isFresh).length,
    nameless: page.faults.filter(({ externalId }) => externalId === undefined).length,
    newest: newestOf(page.records),
  });
  const fit = fitting(plan.wishes.map(({ record }) => record));
  return applyPlan(carrier, going, {
    plan: {
      ...plan,
      wishes: [...extra.wishes, ...plan.wishes.slice(0, fit)],
      deferred: [...plan.deferred, ...plan.wishes.slice(fit).map(({ record }) => record)],
      faults: [...page.faults, ...extra.faults, ...plan.faults],
    },
    context: whole,
    state: type === "User" ? { ...state, usersSeen: state.usersSeen + plan.facts.fresh } : state,
    type,
    read: page.length,
    freed: [],
  });
}

export interface Applying {
  readonly plan: Plan;
  readonly context: PlanContext;
  /** The run's state when it is applied. */
  readonly state: RunState;
  readonly type: UpstreamType;
  /** How many records were read for it. */
  readonly read: number;
  readonly freed: readonly string[];
}

/** Writes what was planned and where the run is then, as one batch. */
export async function applyPlan(
  carrier: Carrier,
  going: Going,
  { plan, context, state, type, read, freed }: Applying,
): Promise<Next> {
  const { holder, memory } = carrier;
  const { wishes, faults } = plan;
  const requests = wishes.map((wish, index) => requestOf(wish, context, index));
  const { dryRun } = going;
  const made = (decided: StepDecided | undefined) => {
    const outcome =
      decided === undefined
        ? { told: [], applied: [], failed: [], deferred: [], unchanged: 0 }
        : outcomeOf({ wishes, requests, decided, dryRun, context });
    const told = [...faults.map(toldFault), ...outcome.told];
    const counts = counted(going.counts, told, {
      type,
      read,
      unchanged: plan.unchanged + outcome.unchanged,
    });
    const whole = withFailed(state, [...faults, ...outcome.failed]);
    const after = progressed(going, { state: whole, counts, told }, holder.now());
    const statements: Statement[] = [
      ...after.statements,
      ...(context.isFinal
        ? undeferStatements(going.id, type, plan.handled)
        : deferStatements(going.id, [...plan.deferred, ...outcome.deferred])),
      ...(dryRun
        ? []
        : TYPES.flatMap((of) =>
            hashStatements(
              of,
              outcome.applied.filter((one) => one.type === of),
            ),
          )),
    ];
    return { statements, going: after.going };
  };
  if (wishes.length === 0) {
    const { statements, going: after } = made(undefined);
    const refusal = await commitCheckpoint(holder, statements);
    if (refusal !== undefined) return putOff(memory, refusal);
    memory.going = after;
    return MORE;
  }
  let after = going;
  const statements = (decided: StepDecided): Statement[] => {
    const written = made(decided);
    after = written.going;
    return written.statements;
  };
  const planned = dryRun ? memory.planned.organizations : [];
  const { proposal } = going.state;
  const step = { requests, freed, dryRun, proposal, planned, statements };
  const result = await commitRun(holder, step);
  if (!result.ok) return putOff(memory, result.refusal);
  memory.going = after;
  rememberPlaces(carrier, plan, result, going);
  return MORE;
}

const TYPES = ["Organization", "User", "Group"] as const;

/** New organizations are places for what comes next. */
function rememberPlaces(
  { memory }: Carrier,
  { wishes }: Plan,
  { decision, set }: StepDecided,
  { dryRun }: Going,
): void {
  const { organizations, planned } = memory;
  for (const [index, { record, operation, hash }] of wishes.entries()) {
    const outcome = decision.outcomes[index];
    if (outcome?.ok !== true) continue;
    const id = outcome.resource?.id ?? operation.id;
    if (dryRun && operation.kind.endsWith(".create")) {
      const row = { seq: PLANNED_SEQ, id, hash, isActive: true, parentId: null };
      planned.rows.set(plannedKey(record.type, record.externalId), row);
    }
    if (record.type === "Organization") {
      organizations.set(record.externalId, id);
      const made = dryRun ? set.tree.organizations.get(id) : undefined;
      if (made !== undefined) planned.organizations.push(made);
    }
    const { attributes } = outcome.resource ?? {};
    if (dryRun && record.type === "User" && attributes !== undefined) {
      planned.names.add(userNameKey(attributes));
    }
  }
}

export async function withHashes(
  records: readonly UpstreamRecord[],
  settings: string,
  context: PlanContext,
): Promise<Hashed[]> {
  return Promise.all(
    records.map(async (record) => {
      const hash = await recordHash(record, settings, openIn(record, context));
      return { record, hash };
    }),
  );
}

/**
 * Groups that are known from their members alone, where the upstream has no list of them. Of one
 * that can't be made the people come all the same.
 */
function groupsNamedBy(
  records: readonly UpstreamRecord[],
  context: PlanContext,
): Pick<Plan, "wishes" | "faults"> {
  const named = new Map(records.flatMap(groupsOf).map((group) => [group.id, group]));
  const unknown = [...named.values()].filter(({ id }) => !context.groups.has(id));
  const made = unknown.map(({ id: externalId, displayName }): Hashed => {
    const about = {
      externalId,
      body: { displayName },
      members: undefined,
      lastModified: undefined,
    };
    return { record: { type: "Group", ...about }, hash: "" };
  });
  const hashed = context.hasGroupList ? [] : made;
  return planRecords(hashed, { ...context, known: new Map() }, draftOf(context));
}

function newestOf(records: readonly UpstreamRecord[]): string | undefined {
  let newest: string | undefined;
  for (const { lastModified } of records) {
    const time = Date.parse(lastModified ?? "");
    if (!Number.isNaN(time) && (newest === undefined || time > Date.parse(newest))) {
      newest = lastModified;
    }
  }
  return newest;
}
