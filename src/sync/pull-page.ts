/** A step of a run that reads a page of the upstream and applies it. */
import { textOf } from "../directory/user.ts";
import { UNSETTLED } from "../sources/read-anew.ts";
import type { Source } from "../sources/source.ts";
import { applyPlan } from "./apply-plan.ts";
import type { Carrier, Next, RunMemory } from "./carrier.ts";
import type { KnownRow } from "./known.ts";
import { fitting, planRecords, type Hashed, type Plan, type PlanContext } from "./plan.ts";
import { draftOf, lacksGroups, openIn } from "./plan-records.ts";
import type { Planned } from "./planned.ts";
import { areOfSame, recordHash, unsettled } from "./record-hash.ts";
import { contextFor, groupsOf } from "./pull-context.ts";
import { afterPage } from "./run-reducer.ts";
import type { Going } from "./run-rows.ts";
import { refusedKey, type RunState } from "./run-state.ts";
import { seenAt } from "./seen.ts";
import type { UpstreamPage, UpstreamRecord, UpstreamType, UpstreamUser } from "./upstream-page.ts";
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
  const renamed = groupsRenamedBy(carrier.memory, hashed, context);
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

/** What a person's record says of a group. */
type Said = NonNullable<UpstreamUser["groups"]>[number];

function isRefused({ id, displayName }: Said, { refusedNames }: PlanContext): boolean {
  return refusedNames.has(refusedKey(id, displayName));
}

/** What is said last of each. */
function lastOf(said: readonly Said[]): Said[] {
  return [...new Map(said.map((one) => [one.id, one])).values()];
}

/**
 * Groups that are known from their members alone, where the upstream has no list of them. Of one
 * that can't be made the people come all the same.
 */
function groupsNamedBy(
  records: readonly UpstreamRecord[],
  context: PlanContext,
): Pick<Plan, "wishes" | "faults"> {
  const { groups, hasGroupList } = context;
  const said = hasGroupList ? [] : records.flatMap(groupsOf);
  const unknown = said.filter((one) => !groups.has(one.id) && !isRefused(one, context));
  const hashed = lastOf(unknown).map(asRecord);
  return planRecords(hashed, { ...context, known: new Map() }, draftOf(context));
}

function asRecord({ id: externalId, displayName }: Said): Hashed {
  const about = { externalId, body: { displayName }, members: undefined, lastModified: undefined };
  return { record: { type: "Group", ...about }, hash: "" };
}

/**
 * Groups that have another name in what is new here: records that are as they were have said theirs,
 * unless it was refused. One without a name is called by its id, which says nothing.
 */
function groupsRenamedBy(
  { planned }: RunMemory,
  hashed: readonly Hashed[],
  context: PlanContext,
): Pick<Plan, "wishes" | "faults"> {
  const { known, groupRows, hasGroupList } = context;
  const isOther = (said: Said): boolean => {
    const row = groupRows.get(said.id);
    if (row === undefined || said.displayName === said.id) return false;
    return nameOfGroup(planned, row) !== said.displayName;
  };
  const isNew = ({ record, hash }: Hashed) => !areOfSame(known.get(record.externalId)?.hash, hash);
  const told = hashed.filter(isNew).flatMap(({ record }) => groupsOf(record));
  const before = hashed.filter((one) => !isNew(one)).flatMap(({ record }) => groupsOf(record));
  const refused = before.filter(
    ({ id, displayName }) => groupRows.get(id)?.hash === `${UNSETTLED}${displayName}`,
  );
  const open = [...refused, ...told].filter((one) => !isRefused(one, context));
  const wanted = lastOf(open).filter(isOther);
  // Whatever was kept or planned of them, it is their name that differs; and a group's number is
  // none of those by which the people of the page were seen.
  const rows = new Map(
    [...groupRows].map(([id, row]) => [id, { ...row, seq: 0, hash: "another" }]),
  );
  const records = hasGroupList ? [] : wanted.map(asRecord);
  return planRecords(records, { ...context, known: rows }, draftOf(context));
}

/** In a dry run, as it would be by now. */
function nameOfGroup({ groups }: Planned, { id, name }: KnownRow): string | undefined {
  const group = groups.get(id);
  return group === undefined ? name : textOf(group.attributes, "displayName");
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
