/** What a run leaves for an admin to decide. */
import type { Database, Row, Statement } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { REMOVAL_ACTIONS, type HoldReason } from "../sources/guard.ts";
import { replacedStatements, type Held } from "../sources/holds.ts";
import type { Source } from "../sources/source.ts";
import type { Carrier } from "./carrier.ts";
import { holdStatements, newHoldId, standingOf } from "./hold-rows.ts";
import { leaverStatements, readLeavers, type Leaver } from "./leavers.ts";
import type { Going } from "./run-rows.ts";
import {
  memberLine,
  noteStatements,
  partsOf,
  readSpared,
  type SparedMember,
} from "./spared-members.ts";

/** Of those who are missing from a complete list; undefined where the list isn't one. */
export interface MissedHeld {
  readonly reason: HoldReason | undefined;
  readonly lines: readonly Held[];
  /** Whether an earlier run missed each of them as well. */
  readonly before: boolean;
}

export interface Waiting {
  /** Why an admin is asked; undefined where nobody is. */
  readonly reason: HoldReason | undefined;
  /** The hold in which it waits. */
  readonly id: string | undefined;
  /** To follow what is written of those who are missing. */
  readonly statements: readonly Statement[];
}

/** Nothing is held by it in a dry run, which tells what would be. */
export async function holdOf(
  { holder, newId }: Carrier,
  going: Going,
  source: Source,
  missed: MissedHeld | undefined,
): Promise<Waiting> {
  const now = holder.now();
  const leavers = await readLeavers(holder.db, going);
  const spared = await readSpared(holder.db, going);
  const reason = missed?.reason ?? reasonOf(leavers, spared);
  if (reason === undefined) {
    const statements = missed === undefined ? [] : replacedStatements(source.id, now);
    return { reason, id: undefined, statements };
  }
  // A run that says nothing of the missing leaves those of them who wait as they are.
  const others = missed?.lines ?? (await readWaiting(holder.db, source.id));
  const lines = [...joined(othersThan(spared, others), leavers), ...spared.map(memberLine)];
  const noted = [
    ...leaverStatements(source.id, going.id, leavers, now),
    ...noteStatements(source.id, going.id, spared, now),
  ];
  const standing = await standingOf(holder.db, source, lines);
  const isSame = (missed?.before ?? true) && [...leavers, ...spared].every(({ before }) => before);
  if (standing?.status === "waiting") return { reason, id: standing.id, statements: noted };
  // Nobody is asked twice about the same people, unless they were back meanwhile.
  if (standing?.status === "rejected" && isSame) {
    const statements = [...noted, ...replacedStatements(source.id, now)];
    return { reason: undefined, id: undefined, statements };
  }
  const id = newHoldId(source, newId());
  const made = await holdStatements({ source, runId: going.id, id, now, reason, lines });
  return { reason, id, statements: [...noted, ...made] };
}

function reasonOf(
  leavers: readonly Leaver[],
  spared: readonly SparedMember[],
): HoldReason | undefined {
  if (leavers.length > 0) return "people_removed";
  return spared.length > 0 ? "members_removed" : undefined;
}

/** Of a group that was read again only what it says now waits. */
function othersThan(spared: readonly SparedMember[], others: readonly Held[]): readonly Held[] {
  const groups = new Set(spared.map(({ groupId }) => groupId));
  return others.filter(({ resourceId }) => !groups.has(partsOf(resourceId)[0]));
}

function joined(others: readonly Held[], leavers: readonly { readonly id: string }[]): Held[] {
  const known = new Set(others.map(({ resourceId }) => resourceId));
  const more = leavers.filter(({ id }) => !known.has(id));
  return [
    ...others,
    ...more.map(({ id }) => ({ resourceType: "User", resourceId: id, action: "disable" }) as const),
  ];
}

async function readWaiting(db: Database, sourceId: string): Promise<Held[]> {
  const [rows = []] = await db.batch([{ sql: WAITING, params: [sourceId] }]);
  return rows.map(heldOf);
}

const WAITING = `SELECT l.resource_type, l.resource_id, l.action
  FROM holds h CROSS JOIN held l ON l.hold_id = h.id
  WHERE h.source_id = ?1 AND h.status = 'waiting' AND h.run_id IS NOT NULL
  ORDER BY l.resource_type, l.resource_id`;

function heldOf(row: Row): Held {
  const [resourceType, resourceId] = [textIn(row, "resource_type"), textIn(row, "resource_id")];
  const action = REMOVAL_ACTIONS.find((one) => one === row["action"]);
  if (action === undefined) throw new Error("A hold has an action that nobody wrote");
  return { resourceType, resourceId, action };
}
