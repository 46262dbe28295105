/** A step of a run that applies what was put off while a list was read. */
import type { Source } from "../sources/source.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { userNameKey } from "../directory/user.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { commitCheckpoint } from "../sources/commit-run.ts";
import { nextPhase, type Course } from "./run-state.ts";
import { planRecords, type PlanContext } from "./plan.ts";
import { draftOf } from "./plan-records.ts";
import { applyPlan, contextFor, withHashes } from "./pull-page.ts";
import { parseDeferred, readDeferred, type Going } from "./run-rows.ts";
import type { UpstreamOrganization, UpstreamRecord, UpstreamType } from "./upstream-page.ts";

/** Organizations name each other: all that wait are looked at together. */
const ORGANIZATIONS_AT_ONCE = 10_000;
const AT_ONCE = 500;

/** Applies some of what waits; the phase is over when nothing does. */
export async function applyDeferred(
  carrier: Carrier,
  going: Going,
  source: Source,
  { type, course }: { readonly type: UpstreamType; readonly course: Course },
): Promise<Next> {
  const { holder, memory } = carrier;
  const limit = type === "Organization" ? ORGANIZATIONS_AT_ONCE : AT_ONCE;
  const [rows = []] = await holder.db.batch([readDeferred(going.id, type, limit)]);
  const waiting = rows.map(parseDeferred);
  if (waiting.length === 0) {
    const state = nextPhase(going.state, course);
    const after = progressed(going, { state, counts: going.counts, told: [] }, holder.now());
    const refusal = await commitCheckpoint(holder, after.statements);
    if (refusal !== undefined) return putOff(memory, refusal);
    memory.going = after.going;
    return MORE;
  }
  const context = await contextFor(carrier, going, source, { type, records: waiting });
  const ready = type === "Organization" ? readyOf(waiting, context) : { records: waiting };
  const { records } = ready;
  const renamed = type === "User" ? await relabelled(carrier, going, context, records) : NONE;
  const known = new Map([...context.known, ...renamed]);
  const final: PlanContext = {
    ...context,
    known,
    isFinal: true,
    cut: "cut" in ready ? ready.cut : undefined,
    hasSeen: () => false,
  };
  const hashed = await withHashes(records, going.state.settings);
  const plan = planRecords(hashed, final, draftOf(final));
  const freed = type === "User" ? [...known.values()].map(({ id }) => id) : [];
  return applyPlan(carrier, going, {
    // What has become the same meanwhile is done as well.
    plan: { ...plan, handled: records.map(({ externalId }) => externalId) },
    context: final,
    state: going.state,
    type,
    read: 0,
    freed,
  });
}

const NONE = new Map<string, never>();

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

/**
 * Those who came under a new id while nobody answers to the old one any more: missing in an
 * earlier complete run and in this one. They keep who they are here.
 */
async function relabelled(
  { holder, seen }: Carrier,
  going: Going,
  { known, source }: PlanContext,
  records: readonly UpstreamRecord[],
): Promise<Map<string, { seq: number; id: string; hash: string; parentId: null }>> {
  if (going.kind !== "full" || going.state.doubts.length > 0) return new Map();
  const names = new Map(
    records
      .filter((record) => record.type === "User" && !known.has(record.externalId))
      .map((record) => [userNameKey(record.body), record.externalId]),
  );
  const rows = await holder.db.batch(
    rowStatements(HOLDERS, [...names.keys()], source.directoryId, source.id),
  );
  const bits = seen(going.id);
  return new Map(
    rows.flat().flatMap((row) => {
      const externalId = names.get(String(row["user_name_key"]));
      const seq = Number(row["seq"]);
      if (externalId === undefined || seq > going.state.maxSeq.User || bits.has("User", seq)) {
        return [];
      }
      return [[externalId, { seq, id: String(row["id"]), hash: "", parentId: null }] as const];
    }),
  );
}

const HOLDERS = `SELECT u.seq, u.id, u.user_name_key
  FROM :rows CROSS JOIN users u
    ON u.directory_id = ?2 AND u.user_name_key = j.value AND u.deleted_at IS NULL
  CROSS JOIN missing m
    ON m.source_id = ?3 AND m.resource_type = 'User' AND m.resource_id = u.id
  WHERE u.source_id = ?3`;
