/** Groups that an upstream has no list of: they are known from what its people's records say. */
import { textOf } from "../directory/user.ts";
import type { KnownRow } from "./known.ts";
import { planRecords, type Hashed, type Plan, type PlanContext } from "./plan.ts";
import { draftOf } from "./plan-records.ts";
import type { Planned } from "./planned.ts";
import { groupsOf } from "./pull-context.ts";
import { refusedKey } from "./run-state.ts";
import { areOfSame, unsettledName } from "./unsettled.ts";
import type { UpstreamRecord, UpstreamUser } from "./upstream-page.ts";

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
export function groupsNamedBy(
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
export function groupsRenamedBy(
  planned: Planned,
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
    ({ id, displayName }) => groupRows.get(id)?.hash === unsettledName(displayName),
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
