/** What the records of a page come to, before it is decided: pure, but for the hashes. */
import { ScimError } from "../scim/error.ts";
import type { ResourceOperation, ResourceRequest } from "../sources/operation.ts";
import { WHOLE_GROUP_LIMIT } from "../sources/snapshot-parts.ts";
import type { Source } from "../sources/source.ts";
import { PLANNED_SEQ, type Known, type KnownRow } from "./known.ts";
import type { PageFacts } from "./run-reducer.ts";
import { areOfSame } from "./unsettled.ts";
import type { RecordFault, UpstreamRecord } from "./upstream-page.ts";

/** Ids here by ids upstream. */
export type Labels = ReadonlyMap<string, string>;

export interface PlanContext {
  readonly source: Source;
  readonly runId: string;
  readonly step: number;
  readonly known: Known;
  /** Grows while a page is planned: what comes later in it may stand below what came before. */
  readonly organizations: Map<string, string>;
  readonly groups: Labels;
  /** Those of them that have a row, by ids upstream. */
  readonly groupRows: Known;
  readonly users: Labels;
  /** By `refusedKey` names that groups could not have in this run: the next one tries again. */
  readonly refusedNames: ReadonlySet<string>;
  /** Whether the run came by this row before. */
  readonly hasSeen: (row: KnownRow) => boolean;
  /** Groups come by themselves, with their members: what people say of theirs is not looked at. */
  readonly hasGroupList: boolean;
  /** Our ids of people who may be those of whom the upstream speaks under these new ids. */
  readonly idsChanged: Labels;
  /** Nothing comes after: what was put off is applied as far as it goes. */
  readonly isFinal: boolean;
  /** Epoch milliseconds: who has expired is as good as inactive. */
  readonly now: number;
  /** More people become inactive by their records than go without an admin: they stay active. */
  readonly holdsLeavers: boolean;
  /** The organization at which a circle of them is cut: the id upstream. */
  readonly cut: string | undefined;
  readonly newId: () => string;
}

/** A record that is to be written. */
export interface Wish {
  readonly record: UpstreamRecord;
  /** The hash that is kept when it was applied. */
  readonly hash: string;
  readonly operation: ResourceOperation;
  /** What about it could not be done, although it is written. */
  readonly remark: RecordFault | undefined;
  /** It would make its person inactive, and an admin has to agree first. */
  readonly isHeld: boolean;
}

export interface Plan {
  readonly wishes: readonly Wish[];
  readonly deferred: readonly UpstreamRecord[];
  readonly faults: readonly RecordFault[];
  readonly unchanged: number;
  /** Of what had been put off: ids that are done with, whatever came of them. */
  readonly handled: readonly string[];
  /** Rows that are in the upstream, whatever becomes of their records. */
  readonly seqs: readonly number[];
  readonly facts: Pick<PageFacts, "fresh" | "contradicted">;
}

/** The operation of a record, "later", or a fault. */
export type Draft =
  | {
      readonly operation: ResourceOperation;
      readonly remark?: RecordFault | undefined;
      readonly isHeld?: boolean;
    }
  | "later";

export interface Hashed {
  readonly record: UpstreamRecord;
  readonly hash: string;
}

/** `isSame`: it says what was applied last, and only groups that it names come or go. */
type DraftRecord = (record: UpstreamRecord, row: KnownRow | undefined, isSame: boolean) => Draft;

/** `draft` may throw ScimError: the record is reported, and whoever it is about stays as they are. */
export function planRecords(
  hashed: readonly Hashed[],
  context: PlanContext,
  draft: DraftRecord,
): Plan {
  // Of a record that comes twice the later one counts.
  const latest = new Map(hashed.map((one) => [one.record.externalId, one]));
  const sights = [...latest.values()].map((one) => sightOf(one, context));
  const overruled = hashed.filter((one) => latest.get(one.record.externalId)?.hash !== one.hash);
  const wishes: Wish[] = [];
  const deferred: UpstreamRecord[] = [];
  const faults: RecordFault[] = [];
  for (const sight of sights.filter(({ isSame }) => !isSame)) {
    const drafted = draftedOrFault(sight, draft);
    if (drafted === "later") deferred.push(sight.record);
    else if ("code" in drafted) faults.push(drafted);
    else {
      wishes.push(drafted);
      const { record, operation } = drafted;
      if (record.type === "Organization") {
        context.organizations.set(record.externalId, operation.id);
      }
    }
  }
  return {
    wishes,
    deferred,
    faults,
    unchanged: sights.filter(({ isSame }) => isSame).length,
    seqs: sights.flatMap(({ row }) => row?.seq ?? []),
    handled: [],
    facts: {
      fresh: sights.filter(({ isFresh }) => isFresh).length,
      contradicted: overruled.length + sights.filter(({ isOther }) => isOther).length,
    },
  };
}

/** A record beside what is known of it. */
interface Sight extends Hashed {
  readonly row: KnownRow | undefined;
  /** There is nothing to apply. */
  readonly isSame: boolean;
  /** This run has not come by it before. */
  readonly isFresh: boolean;
  /** It has, and the record was another one. */
  readonly isOther: boolean;
}

function sightOf({ record, hash }: Hashed, { known, hasSeen, isFinal }: PlanContext): Sight {
  const row = known.get(record.externalId);
  const isFresh = row === undefined || !hasSeen(row);
  const isApplied = row?.hash === hash;
  return {
    record,
    hash,
    row,
    isSame: isApplied || row?.seq === PLANNED_SEQ,
    isFresh,
    isOther: !isFresh && !isFinal && row.hash !== "" && !areOfSame(row.hash, hash),
  };
}

function draftedOrFault(
  { record, row, hash }: Sight,
  draft: DraftRecord,
): Wish | RecordFault | "later" {
  try {
    const drafted = draft(record, row, areOfSame(row?.hash, hash));
    if (drafted === "later") return drafted;
    const { operation, remark, isHeld = false } = drafted;
    return { record, operation, remark, isHeld, hash: isHeld ? "" : hash };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return faultOf(record, error);
  }
}

/** So many of the first of them that one batch takes their members, and one at least. */
export function fitting(records: readonly UpstreamRecord[]): number {
  let members = 0;
  for (const [index, record] of records.entries()) {
    members += record.type === "Group" ? (record.members?.length ?? 0) : 0;
    if (index > 0 && members > WHOLE_GROUP_LIMIT) return index;
  }
  return records.length;
}

export function faultOf(record: UpstreamRecord, error: ScimError): RecordFault {
  return {
    type: record.type,
    externalId: record.externalId,
    name: nameOf(record),
    code: error.reason,
    path: /^"([^"]+)"/.exec(error.message)?.[1] ?? "",
    detail: error.message,
    lastModified: record.lastModified,
  };
}

export function nameOf({ type, body }: UpstreamRecord): string | undefined {
  const name = type === "User" ? body["userName"] : body["displayName"];
  return typeof name === "string" ? name : undefined;
}

export function requestOf(
  { operation }: Pick<Wish, "operation">,
  { source, runId, step }: Pick<PlanContext, "source" | "runId" | "step">,
  index: number,
): ResourceRequest {
  return {
    operation,
    runId,
    opId: `${runId}:${step}:${index}`,
    actor: runId,
    requestId: runId,
    directoryId: source.directoryId,
    configVersion: source.configVersion,
  };
}
