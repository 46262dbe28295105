/** A step of a run that reads a page of the upstream and applies it. */
import type { Source } from "../sources/source.ts";
import { applyPlan } from "./apply-plan.ts";
import type { Carrier, Next } from "./carrier.ts";
import { groupsNamedBy, groupsRenamedBy } from "./named-groups.ts";
import { fitting, planRecords, type Hashed, type Plan, type PlanContext } from "./plan.ts";
import { draftOf, lacksGroups, openIn } from "./plan-records.ts";
import { contextFor } from "./pull-context.ts";
import { recordHash } from "./record-hash.ts";
import { afterPage } from "./run-reducer.ts";
import type { Going } from "./run-rows.ts";
import type { RunState } from "./run-state.ts";
import { seenAt } from "./seen.ts";
import { unsettled } from "./unsettled.ts";
import type { UpstreamPage, UpstreamRecord, UpstreamType } from "./upstream-page.ts";
import { begunAt } from "./watermark.ts";

interface Got {
  readonly type: UpstreamType;
  readonly page: UpstreamPage;
}

/** Applies a page. To be called while nothing else of the object writes. */
export async function applyPage(
  carrier: Carrier,
  going: Going,
  source: Source,
  { type, page }: Got,
): Promise<Next> {
  const { records, faults } = page;
  const known = await contextFor(carrier, going, source, { type, records, faults });
  const extra = groupsNamedBy(records, known);
  const made = extra.wishes.map(
    ({ record, operation }) => [record.externalId, operation.id] as const,
  );
  const context = { ...known, groups: new Map([...known.groups, ...made]) };
  const hashed = await withHashes(records, going.state.settings, context);
  const plan = planRecords(hashed, context, draftOf(context));
  const renamed = groupsRenamedBy(carrier.memory.planned, hashed, context);
  const unread = unreadIn(page, context);
  const maxSeq = going.state.maxSeq[type];
  const seqs = [...plan.seqs, ...unread.seqs].filter((seq) => seq <= maxSeq);
  carrier.seen(going.id).add(type, seqs, seenAt(going));
  const { fresh } = plan.facts;
  const facts = { ...plan.facts, fresh: fresh + unread.fresh };
  const before = { ...going.state, begunAt: begunAt(going.state, page.date, carrier.holder.now()) };
  const state = stateAfter({ ...before, seenStep: going.step + 1 }, page, facts, source);
  return applyPlan(carrier, going, {
    // Names that are given up first are there for those that are new.
    plan: together(page, [renamed, extra], plan),
    context,
    state: type === "User" ? { ...state, usersSeen: state.usersSeen + fresh } : state,
    type,
    read: page.length,
    freed: [],
  });
}

/** Whoever has a record that can't be read is there all the same. */
function unreadIn(
  { faults }: UpstreamPage,
  { known, hasSeen }: PlanContext,
): { readonly seqs: readonly number[]; readonly fresh: number } {
  const rows = faults.flatMap(({ externalId }) =>
    externalId === undefined ? [] : [known.get(externalId)],
  );
  return {
    seqs: rows.flatMap((row) => row?.seq ?? []),
    fresh: rows.filter((row) => row === undefined || !hasSeen(row)).length,
  };
}

function stateAfter(
  before: RunState,
  page: UpstreamPage,
  facts: Plan["facts"],
  { upstream }: Source,
): RunState {
  return afterPage(before, {
    ...page,
    ...facts,
    asked: upstream?.pageSize ?? 0,
    nameless: page.faults.filter(({ externalId }) => externalId === undefined).length,
    newest: newestOf(page.records),
  });
}

/** What is too much for one batch is put off. */
function together(
  page: UpstreamPage,
  extra: readonly Pick<Plan, "wishes" | "faults">[],
  plan: Plan,
): Plan {
  const fit = fitting(plan.wishes.map(({ record }) => record));
  return {
    ...plan,
    wishes: [...extra.flatMap(({ wishes }) => wishes), ...plan.wishes.slice(0, fit)],
    deferred: [...plan.deferred, ...plan.wishes.slice(fit).map(({ record }) => record)],
    faults: [...page.faults, ...extra.flatMap(({ faults }) => faults), ...plan.faults],
  };
}

export async function withHashes(
  records: readonly UpstreamRecord[],
  settings: string,
  context: PlanContext,
): Promise<Hashed[]> {
  const hashes = await Promise.all(
    records.map((record) => recordHash(record, settings, openIn(record, context))),
  );
  return records.map((record, index) => {
    const hash = hashes[index] ?? "";
    return { record, hash: lacksGroups(record, context) ? unsettled(hash) : hash };
  });
}

function newestOf(records: readonly UpstreamRecord[]): string | undefined {
  let newest: string | undefined;
  let latest = -Infinity;
  for (const { lastModified } of records) {
    const time = Date.parse(lastModified ?? "");
    if (!(time > latest)) continue;
    latest = time;
    newest = lastModified;
  }
  return newest;
}
