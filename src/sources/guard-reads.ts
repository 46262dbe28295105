/** What the guard judges on, read with the rest before a write: of a group without removals, nothing. */
import type { Row, Value } from "../directory/database.ts";
import { hourOf } from "./activity.ts";
import {
  ACTIVE_COUNTED,
  REMOVAL_ACTIONS,
  type MembersRemoved,
  type RemovalAction,
  type Standing,
} from "./guard.ts";
import { parseHold, type Hold } from "./holds.ts";
import type { Keys } from "./keys.ts";
import { directoryObject } from "./object.ts";
import type { Part, Reader } from "./snapshot-parts.ts";

export type GuardPart =
  "guard" | "guardGroups" | "guardActive" | "guardStandings" | "guardLines" | "guardHolds";

/** As the rows have it of this hour. */
export interface GuardFacts {
  readonly hour: number;
  readonly removed: number;
  readonly active: number | undefined;
  readonly groups: ReadonlyMap<string, MembersRemoved>;
  /** By "type id": what waits, and what was decided and is in force. */
  readonly standings: ReadonlyMap<string, readonly Standing[]>;
  readonly waiting: Hold | undefined;
  /** "type id" → action, of all that is in the hold which waits. */
  readonly lines: ReadonlyMap<string, RemovalAction>;
  /** The holds asked for by their id. */
  readonly holds: readonly Hold[];
}

export const NO_GUARD: GuardFacts = {
  hour: 0,
  removed: 0,
  active: undefined,
  groups: new Map(),
  standings: new Map(),
  waiting: undefined,
  lines: new Map(),
  holds: [],
};

/** Who removes: a source or an application. Null for whoever isn't guarded. */
export interface Remover {
  readonly id: string;
  readonly directoryId: string;
  /** Whether an application may see all of the directory. */
  readonly isWhole: boolean;
}

export function guardParts(
  read: Reader,
  keys: Keys,
  remover: Remover | null,
  { object, now }: { readonly object: string; readonly now: number },
): Part[] {
  const holds = [
    ...read("guardHolds", HOLDS, keys.holdIds, object, directoryObject("")),
    ...read("guardLines", LINES, keys.heldIn),
  ];
  if (remover === null || keys.removals.size === 0) return holds;
  const { id, directoryId } = remover;
  const removals = [...keys.removals].map((key) => key.split(" "));
  const groups = removals.flatMap(([type, groupId]) => (type === "Group" ? [groupId] : []));
  const since: Value[] = remover.isWhole ? [hourOf(now), directoryId] : [hourOf(now)];
  return [
    ...holds,
    ...read("guard", GUARD, [id]),
    ...read("guardGroups", GROUPS, groups, id),
    ...read("guardStandings", STANDINGS, removals, id, now),
    ...(keys.activeOf.has(id) ? read("guardActive", activeOf(remover), [id], ...since) : []),
  ];
}

/** ?2 is the object that asks: a source's has its own, a directory's those of its applications. */
const HOLDS = `SELECT h.* FROM holds h WHERE h.id = :row AND (h.source_id = ?2 OR EXISTS (
  SELECT 1 FROM application_keys a WHERE a.id = h.source_id AND ?3 || a.directory_id = ?2))`;

const LINES = "SELECT resource_type, resource_id, action FROM held WHERE hold_id = :row";

const GROUPS = `SELECT g.group_id, g.hour, g.members, g.removed FROM :rows
  CROSS JOIN guard_groups g ON g.source_id = ?2 AND g.group_id = j.value`;

/** One row, whether or not there is anything: with the hold that waits, where one does. */
const GUARD = `SELECT g.hour, g.active, g.removed, h.* FROM :rows
  LEFT JOIN guard g ON g.source_id = j.value
  LEFT JOIN holds h ON h.source_id = j.value AND h.status = 'waiting'`;

// Each has an index of its own.
const STANDINGS = `${standings("h.status = 'waiting'")} UNION ALL ${standings("h.until > ?3")}`;

function standings(condition: string): string {
  return `SELECT h.status, h.decided_at, d.resource_type, d.resource_id, d.action
    FROM holds h CROSS JOIN :rows CROSS JOIN held d ON d.hold_id = h.id
      AND d.resource_type = j.value ->> 0 AND d.resource_id = j.value ->> 1
    WHERE h.source_id = ?2 AND ${condition}`;
}

/** No index has the active ones of a source: so many people are looked at, and fewer are more careful. */
const LOOKED_AT = 10_000;

/** ?2 is when the hour began, ?3 the directory of an application that may see all of it. */
function activeOf({ id, isWhole }: Remover): string {
  const from = isWhole
    ? "users u WHERE u.directory_id = ?3 AND u.deleted_at IS NULL"
    : `visible_orgs v CROSS JOIN users u ON u.organization_id = v.organization_id
        AND u.deleted_at IS NULL
      WHERE v.source_id = :row`;
  const own = isSource(id) ? "source_id = :row AND " : "";
  return `SELECT count(*) AS n FROM (SELECT 1 FROM (
      SELECT u.source_id, u.active, u.created_at FROM ${from} LIMIT ${LOOKED_AT})
    WHERE ${own}active = 1 AND created_at < ?2 LIMIT ${ACTIVE_COUNTED})`;
}

/** Applications own nobody. */
function isSource(id: string): boolean {
  return id.startsWith("ds_");
}

export function parseGuard(of: (name: GuardPart) => readonly Row[], now: number): GuardFacts {
  const [row] = of("guard");
  const hour = hourOf(now);
  const isNow = row?.["hour"] === hour;
  const removed = isNow ? Number(row["removed"]) : 0;
  return {
    hour,
    removed,
    active: isNow && row["active"] !== null ? Number(row["active"]) : counted(of, removed),
    groups: new Map(
      of("guardGroups")
        .filter((group) => group["hour"] === hour)
        .map(groupOf),
    ),
    standings: standingsOf(of("guardStandings")),
    waiting: typeof row?.["id"] === "string" ? parseHold(row) : undefined,
    lines: new Map(of("guardLines").map((line) => [keyOf(line), actionOf(line)])),
    holds: of("guardHolds").map(parseHold),
  };
}

/** Those who were removed in this hour were active when it began. */
function counted(of: (name: GuardPart) => readonly Row[], removed: number): number | undefined {
  const [row] = of("guardActive");
  return row && Number(row["n"]) + removed;
}

function groupOf(row: Row): [string, MembersRemoved] {
  const numbers = { members: Number(row["members"]), removed: Number(row["removed"]) };
  return [String(row["group_id"]), numbers];
}

function standingsOf(rows: readonly Row[]): GuardFacts["standings"] {
  const standings = new Map<string, Standing[]>();
  for (const row of rows) {
    const status = String(row["status"]);
    if (status !== "waiting" && status !== "approved" && status !== "rejected") continue;
    const decidedAt = Number(row["decided_at"]);
    const others = standings.get(keyOf(row)) ?? [];
    standings.set(keyOf(row), [...others, { status, action: actionOf(row), decidedAt }]);
  }
  return standings;
}

function keyOf(row: Row): string {
  return `${row["resource_type"]} ${row["resource_id"]}`;
}

/** The table takes no other. */
function actionOf(row: Row): RemovalAction {
  return REMOVAL_ACTIONS.find((action) => action === row["action"]) ?? "delete";
}
