/** What became of the records of a step: for the run's own record of it, and for its numbers. */
import type { Diff } from "../directory/diff.ts";
import type { EventType } from "../directory/events.ts";
import { userNameKey } from "../directory/user.ts";
import type { StepDecided } from "../sources/commit-run.ts";
import type { Done } from "../sources/decide.ts";
import type { Outcome, ResourceRequest } from "../sources/operation.ts";
import type { Applied } from "./known.ts";
import type { Spared } from "./spared-members.ts";
import { nameOf, type PlanContext, type Wish } from "./plan.ts";
import type { Action, RecordResult, Tallies, Tally } from "./run.ts";
import { unsettled, unsettledName } from "./unsettled.ts";
import type { RecordFault, UpstreamRecord, UpstreamType } from "./upstream-page.ts";

/** A line of what a run tells. */
export interface Told {
  readonly resourceType: UpstreamType;
  readonly externalId: string | undefined;
  readonly resourceId: string | undefined;
  readonly name: string | undefined;
  readonly action: Action;
  readonly result: RecordResult;
  readonly code: string | undefined;
  readonly path: string | undefined;
  readonly detail: string | undefined;
  readonly diff: Diff | undefined;
}

export interface StepOutcome {
  readonly told: readonly Told[];
  /** Those that are as upstream now, and groups whose name is not. */
  readonly applied: readonly (Applied & { readonly type: UpstreamType })[];
  /** Those that are not, whatever comes. */
  readonly failed: readonly UpstreamRecord[];
  /** Refused for what may still change in this run. */
  readonly deferred: readonly UpstreamRecord[];
  readonly unchanged: number;
  /** Whether groups could not be made: their people have to come again, whenever they were changed. */
  readonly lacksGroups: boolean;
  /** Groups of which a list took more members than go without an admin. */
  readonly spared: readonly Spared[];
}

/** Of a step that has nothing to write. */
export const NOTHING: StepOutcome = {
  told: [],
  applied: [],
  failed: [],
  deferred: [],
  unchanged: 0,
  lacksGroups: false,
  spared: [],
};

interface Step {
  readonly wishes: readonly Wish[];
  readonly requests: readonly ResourceRequest[];
  readonly decided: StepDecided;
  readonly dryRun: boolean;
  readonly context: Pick<PlanContext, "isFinal" | "idsChanged" | "hasGroupList">;
}

export function outcomeOf({ wishes, requests, decided, dryRun, context }: Step): StepOutcome {
  const byRequest = Map.groupBy(decided.decision.done, ({ request }) => request.opId);
  const told: Told[] = [];
  const applied: (Applied & { type: UpstreamType })[] = [];
  const deferred: UpstreamRecord[] = [];
  const failed: UpstreamRecord[] = [];
  const spared: Spared[] = [];
  const unmade = new Set<string>();
  let unchanged = 0;
  for (const [index, wish] of wishes.entries()) {
    const outcome = decided.decision.outcomes[index];
    const done = byRequest.get(requests[index]?.opId ?? "") ?? [];
    if (outcome === undefined) continue;
    if (isUnmadeGroup(wish, outcome)) unmade.add(wish.record.externalId);
    if (!outcome.ok) {
      if (!context.isFinal && mayComeRight(wish, outcome, decided)) deferred.push(wish.record);
      else {
        failed.push(wish.record);
        applied.push(...refusedName(wish, context));
        told.push(toldOf(wish, refusalOf(outcome, context.idsChanged.get(wish.record.externalId))));
      }
      continue;
    }
    const id = outcome.resource?.id ?? wish.operation.id;
    const members = decided.set.guard.spared.get(requests[index]?.opId ?? "");
    const hash = isIn(wish, unmade) ? unsettled(wish.hash) : wish.hash;
    applied.push({ type: wish.record.type, id, hash: members === undefined ? hash : "" });
    const main = done.find(({ effect }) => effect.resourceType === wish.record.type) ?? done[0];
    if (members !== undefined) {
      spared.push({ groupId: id, members });
      told.push(toldSpared(wish, id, main, members.length));
    } else if (wish.isHeld) told.push(toldHeld(wish, id, main));
    else if (main === undefined && wish.remark === undefined) unchanged++;
    else told.push(toldOf(wish, { id, main, result: dryRun ? "planned" : "success" }));
  }
  const lacksGroups = unmade.size > 0 && !context.hasGroupList;
  return { told, applied, failed, deferred, unchanged, lacksGroups, spared };
}

/** Its people may never be sent changed again: they are asked for its name until it has it. */
function refusedName(
  { record, operation }: Wish,
  { hasGroupList }: Step["context"],
): StepOutcome["applied"] {
  if (operation.kind !== "group.patch" || hasGroupList) return [];
  return [{ type: "Group", id: operation.id, hash: unsettledName(nameOf(record) ?? "") }];
}

/** It was refused, or found to be another one: those of its people who come with it don't get in yet. */
function isUnmadeGroup({ operation }: Wish, outcome: Outcome): boolean {
  const made = outcome.ok ? outcome.resource?.id : undefined;
  return operation.kind === "group.create" && made !== operation.id;
}

/** They are applied without it. */
function isIn({ record }: Wish, unmade: ReadonlySet<string>): boolean {
  return record.type === "User" && (record.groups ?? []).some(({ id }) => unmade.has(id));
}

interface What {
  readonly id?: string;
  readonly main?: Done | undefined;
  readonly result: RecordResult;
  readonly code?: string;
  readonly detail?: string;
}

function toldOf({ record, operation, remark }: Wish, what: What): Told {
  const isNew = operation.kind.endsWith(".create");
  return {
    resourceType: record.type,
    externalId: record.externalId,
    resourceId: what.id ?? (isNew ? undefined : operation.id),
    name: nameOf(record),
    action:
      what.main === undefined ? (isNew ? "create" : "update") : actionOf(what.main.effect.type),
    result: what.result,
    code: what.code ?? remark?.code,
    path: remark?.path,
    detail: what.detail ?? remark?.detail,
    diff: what.main?.trace.diff,
  };
}

/** Whatever else its record says is applied. */
function toldHeld(wish: Wish, id: string, main: Done | undefined): Told {
  const what = { id, main, result: "held", code: "deactivation_held", detail: HELD } as const;
  return { ...toldOf(wish, what), action: "disable" };
}

const HELD =
  "The upstream says that they are inactive, and of more people than go without an admin";

/** Whatever else its record says is applied, and whoever is new in it is. */
function toldSpared(wish: Wish, id: string, main: Done | undefined, n: number): Told {
  const detail = `${n} of its members are not in the upstream's list: more than go without an admin`;
  return toldOf(wish, { id, main, result: "held", code: "members_held", detail });
}

/** A record that can't be understood is skipped. */
export function toldFault(fault: RecordFault): Told {
  return {
    resourceType: fault.type,
    externalId: fault.externalId,
    resourceId: undefined,
    name: fault.name,
    action: "skip",
    result: "failed",
    code: fault.code,
    path: fault.path,
    detail: fault.detail,
    diff: undefined,
  };
}

/** `holder` is our id of the one who has the name and perhaps came under a new id upstream. */
function refusalOf({ refusal }: Extract<Outcome, { ok: false }>, holder: string | undefined): What {
  if (typeof refusal === "string") return { result: "failed", code: "unavailable" };
  if (holder !== undefined && refusal.reason === "uniqueness") {
    return { result: "failed", id: holder, code: "id_changed", detail: ID_CHANGED };
  }
  return { result: "failed", code: refusal.note ?? refusal.reason, detail: refusal.detail };
}

const ID_CHANGED =
  "Somebody else of this source has the userName, and is not in the upstream's list: if that is so in the next full run as well, they are the same person";

/** A name that another one of the source gives up, a place that is still on its way. */
function mayComeRight(
  { record, operation }: Wish,
  { refusal }: Extract<Outcome, { ok: false }>,
  { set }: StepDecided,
): boolean {
  if (typeof refusal === "string") return false;
  if (record.type === "Organization") {
    return ["uniqueness", "organization_cycle", "organization_unknown"].includes(refusal.reason);
  }
  if (record.type === "Group" || refusal.reason !== "uniqueness") return false;
  if (operation.kind !== "user.create" && operation.kind !== "user.replace") return false;
  const key = userNameKey(operation.resource.attributes);
  // Whoever held it may have given it up since, in the same step.
  const holder = [...set.snapshot.users, ...set.users.values()].find(
    (user) => user.deletedAt === null && userNameKey(user.attributes) === key,
  );
  return holder !== undefined && holder.sourceId === set.snapshot.source?.id;
}

const ACTIONS: Partial<Record<EventType, Action>> = {
  "user.created": "create",
  "user.restored": "create",
  "user.disabled": "disable",
  "user.enabled": "enable",
  "user.reactivated": "enable",
  "user.deleted": "delete",
  "group.created": "create",
  "group.deleted": "delete",
  "organization.created": "create",
  "organization.deleted": "delete",
};

export function actionOf(type: EventType): Action {
  return ACTIONS[type] ?? "update";
}

const COUNTED = {
  create: "created",
  update: "updated",
  disable: "disabled",
  enable: "enabled",
  delete: "deleted",
} as const;

/** The numbers with what is told, `read` records and `unchanged` ones of the type added. */
export function counted(
  before: Tallies,
  told: readonly Told[],
  { type, read, unchanged }: { type: UpstreamType; read: number; unchanged: number },
): Tallies {
  const after = { ...before };
  const add = (of: UpstreamType, name: keyof Tally, n: number): void => {
    after[of] = { ...after[of], [name]: after[of][name] + n };
  };
  add(type, "read", read);
  add(type, "unchanged", unchanged);
  for (const { resourceType, action, result } of told) {
    if (result === "failed") add(resourceType, "failed", 1);
    else if (result === "held") add(resourceType, "held", 1);
    else if (action !== "skip") add(resourceType, COUNTED[action], 1);
  }
  return after;
}
