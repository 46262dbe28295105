/** What is known here of the records of a step, and of what they name. */
import type { Statement } from "../directory/database.ts";
import type { Source } from "../sources/source.ts";
import type { Carrier } from "./carrier.ts";
import { knownStatements, readKnown, type Known } from "./known.ts";
import { knownAsPlanned } from "./planned.ts";
import type { PlanContext } from "./plan.ts";
import type { Going } from "./run-rows.ts";
import type { UpstreamPage, UpstreamRecord, UpstreamType, UpstreamUser } from "./upstream-page.ts";

interface Named {
  readonly type: UpstreamType;
  readonly records: readonly UpstreamRecord[];
  readonly faults?: UpstreamPage["faults"];
}

/** Reads it, in one round trip. */
export async function contextFor(
  carrier: Carrier,
  going: Going,
  source: Source,
  named: Named,
): Promise<PlanContext> {
  const { memory, newId } = carrier;
  const { type } = named;
  const { known, places, groups, users } = await readNamed(carrier, source, named);
  for (const [label, { id }] of places) memory.organizations.set(label, id);
  const seen = carrier.seen(going.id);
  const { maxSeq } = going.state;
  return {
    source,
    runId: going.id,
    step: going.step,
    known,
    // What a page would make is known for good when it is written.
    organizations: type === "Organization" ? new Map(memory.organizations) : memory.organizations,
    groups: idsOf(groups),
    groupRows: groups,
    users: idsOf(users),
    refusedNames: new Set(going.state.refusedNames),
    hasSeen: ({ seq }) => seq > maxSeq[type] || seen.hadBefore(type, seq, going.step + 1),
    idsChanged: new Map(),
    isFinal: false,
    hasGroupList: source.upstream?.groupUrl != null,
    now: carrier.holder.now(),
    holdsLeavers: false,
    cut: undefined,
    newId,
  };
}

interface ReadNamed {
  readonly known: Known;
  readonly places: Known;
  readonly groups: Known;
  readonly users: Known;
}

async function readNamed(
  { holder, memory }: Carrier,
  { id: sourceId }: Source,
  { type, records, faults = [] }: Named,
): Promise<ReadNamed> {
  const ids = [...records, ...faults].flatMap(({ externalId }) => externalId ?? []);
  const isOrganization = type === "Organization";
  const asked = new Set(isOrganization ? ids : []);
  const isOpen = (label: string) => !memory.organizations.has(label) && !asked.has(label);
  const groups = records.flatMap((record) => groupsOf(record).map(({ id }) => id));
  const users = records.flatMap((record) =>
    record.type === "Group" ? (record.members ?? []) : [],
  );
  const own = knownStatements(type, sourceId, ids);
  const above = knownStatements("Organization", sourceId, labelsIn(records).filter(isOpen));
  const around = knownStatements("Group", sourceId, groups);
  const within = knownStatements("User", sourceId, users);
  const rows = [...(await holder.db.batch([...own, ...above, ...around, ...within]))];
  const take = (list: readonly Statement[]): Known => readKnown(rows.splice(0, list.length).flat());
  const withPlanned = (of: UpstreamType, asked: readonly string[], stored: Known): Known =>
    knownAsPlanned(memory.planned, of, asked, stored);
  const stored = take(own);
  const places = take(above);
  return {
    known: withPlanned(type, ids, stored),
    places: isOrganization ? new Map([...places, ...stored]) : places,
    groups: withPlanned("Group", groups, take(around)),
    users: withPlanned("User", users, take(within)),
  };
}

function idsOf(known: Known): Map<string, string> {
  return new Map([...known].map(([label, { id }]) => [label, id]));
}

function labelsIn(records: readonly UpstreamRecord[]): string[] {
  const labels = records.flatMap((record) => {
    if (record.type === "User") return record.organizations ?? [];
    return record.type === "Organization" && record.parent !== undefined ? [record.parent] : [];
  });
  return [...new Set(labels)];
}

/** Those that a person says that they are in. */
export function groupsOf(record: UpstreamRecord): NonNullable<UpstreamUser["groups"]> {
  return record.type === "User" ? (record.groups ?? []) : [];
}
