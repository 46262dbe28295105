/** What was planned of a page, or of what was put off, as one batch with where the run is then. */
import type { Statement } from "../directory/database.ts";
import { commitCheckpoint, commitRun, type StepDecided } from "../sources/commit-run.ts";
import type { ResourceRequest } from "../sources/operation.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { hashStatements } from "./known.ts";
import { counted, NOTHING, outcomeOf, toldFault, type StepOutcome } from "./outcome.ts";
import { nameOf, requestOf, type Plan, type PlanContext } from "./plan.ts";
import { plannedFor, rememberPlanned, treeOf } from "./planned.ts";
import { deferStatements, undeferStatements, type Going } from "./run-rows.ts";
import { refusedKey, withRefused, type RunState } from "./run-state.ts";
import { seenAt } from "./seen.ts";
import { sparedStatements } from "./spared-members.ts";
import type { RecordFault, UpstreamRecord, UpstreamType } from "./upstream-page.ts";
import { withFailed } from "./watermark.ts";

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
export async function applyPlan(carrier: Carrier, going: Going, applying: Applying): Promise<Next> {
  const { holder, memory } = carrier;
  const { plan, context, freed } = applying;
  if (plan.wishes.length === 0) {
    const { statements, going: after } = written(going, applying, NOTHING, holder.now());
    const refusal = await commitCheckpoint(holder, statements);
    if (refusal !== undefined) return putOff(memory, refusal);
    memory.going = after;
    return MORE;
  }
  const requests = plan.wishes.map((wish, index) => requestOf(wish, context, index));
  const hashes = hashesOfNew(plan);
  let after = going;
  let applied: StepOutcome["applied"] = [];
  const statements = (decided: StepDecided): Statement[] => {
    noteFound(carrier, going, plan, decided);
    const outcome = outcomeOf({ ...decidedStep(going, applying, requests), decided });
    applied = outcome.applied;
    const all = written(going, applying, withoutNew(outcome, hashes), holder.now());
    after = all.going;
    return all.statements;
  };
  const { dryRun } = going;
  const { proposal } = going.state;
  const { source } = context;
  if (dryRun && applying.type === "Organization") await treeOf(memory.planned, holder.db, source);
  const result = await commitRun(holder, {
    requests,
    freed,
    dryRun,
    proposal,
    ...(dryRun && { planned: plannedFor(memory.planned, plan.wishes, source) }),
    hashes,
    statements,
  });
  if (!result.ok) return putOff(memory, result.refusal);
  memory.going = after;
  if (dryRun) rememberPlanned(memory.planned, { wishes: plan.wishes, applied }, result, source);
  rememberPlaces(carrier, plan, result);
  return MORE;
}

/** New people, who come with the hash of their record: to add it later would be a row more for each. */
function hashesOfNew({ wishes }: Plan): ReadonlyMap<string, string> {
  const people = wishes.filter(({ operation }) => operation.kind === "user.create");
  return new Map(people.map(({ operation, hash }) => [operation.id, hash]));
}

/** Without what new people came with. Whoever was there under another id is not new. */
function withoutNew(outcome: StepOutcome, hashes: ReadonlyMap<string, string>): StepOutcome {
  return { ...outcome, applied: outcome.applied.filter(({ id, hash }) => hashes.get(id) !== hash) };
}

function decidedStep({ dryRun }: Going, { plan, context }: Applying, requests: ResourceRequest[]) {
  return { wishes: plan.wishes, requests, dryRun, context };
}

/** The run's own rows, and the run as it is then. */
function written(
  going: Going,
  { plan, context, state, type, read }: Applying,
  outcome: StepOutcome,
  now: number,
): { readonly statements: Statement[]; readonly going: Going } {
  const told = [...plan.faults.map(toldFault), ...outcome.told];
  const unchanged = plan.unchanged + outcome.unchanged;
  const counts = counted(going.counts, told, { type, read, unchanged });
  const failed = [...plan.faults, ...outcome.failed];
  // A name that is refused is the group's to be tried again: no record has to come for it.
  const hasNoList = (one: { readonly type: UpstreamType }) =>
    one.type === "Group" && !context.hasGroupList;
  const again = failed.filter((one) => !hasNoList(one));
  const awaiting = withFailed(state, outcome.lacksGroups ? [...again, {}] : again);
  const whole = withRefused(awaiting, failed.filter(hasNoList).map(refusedIn));
  const after = progressed(going, { state: whole, counts, told }, now);
  const statements = [
    ...after.statements,
    ...(context.isFinal
      ? undeferStatements(going.id, type, plan.handled)
      : deferStatements(going.id, [...plan.deferred, ...outcome.deferred])),
    ...sparedStatements(going.id, outcome.spared),
    ...(going.dryRun ? [] : keptHashes(outcome)),
  ];
  return { statements, going: after.going };
}

function refusedIn(failed: RecordFault | UpstreamRecord): string {
  const name = "code" in failed ? failed.name : nameOf(failed);
  return refusedKey(failed.externalId ?? "", name ?? "");
}

const TYPES = ["Organization", "User", "Group"] as const;

function keptHashes({ applied }: StepOutcome): Statement[] {
  const ofType = Map.groupBy(applied, ({ type }) => type);
  return TYPES.flatMap((type) => hashStatements(type, ofType.get(type) ?? []));
}

/** Whoever was there already, or is brought back, has an old row: it must not be missed. */
function noteFound(
  { seen }: Carrier,
  going: Going,
  { wishes }: Plan,
  { decision, set }: StepDecided,
): void {
  const found = wishes.flatMap(({ operation }, index) => {
    const outcome = decision.outcomes[index];
    if (operation.kind !== "user.create" || outcome?.ok !== true) return [];
    return set.users.get(outcome.resource?.id ?? "")?.seq ?? [];
  });
  const old = found.filter((seq) => seq <= going.state.maxSeq.User);
  if (old.length > 0) seen(going.id).add("User", old, seenAt(going));
}

/** New organizations are places for what comes next. */
function rememberPlaces({ memory }: Carrier, { wishes }: Plan, { decision }: StepDecided): void {
  for (const [index, { record, operation }] of wishes.entries()) {
    const outcome = decision.outcomes[index];
    if (record.type !== "Organization" || outcome?.ok !== true) continue;
    memory.organizations.set(record.externalId, outcome.resource?.id ?? operation.id);
  }
}
