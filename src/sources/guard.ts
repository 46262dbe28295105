/** The guard against mass removal: when one is too large to be believed without an admin. Pure. */
import type { RemovalLimit } from "./upstream.ts";

export const REMOVAL_ACTIONS = ["delete", "disable", "remove_members"] as const;
export type RemovalAction = (typeof REMOVAL_ACTIONS)[number];

export interface Removal {
  readonly resourceType: "User" | "Group";
  readonly resourceId: string;
  readonly action: RemovalAction;
  /** One person, or so many members of a group. */
  readonly count: number;
  /** Members of the group before. */
  readonly members: number;
}

export const HOLD_REASONS = [
  "people_removed",
  "members_removed",
  "people_missing",
  "organizations_missing",
  "source_empty",
  "source_replaced",
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** People an hour that are pushed away. */
export const PUSH_LIMIT: RemovalLimit = { least: 10, percent: 20, most: 100 };
/** Members of a group and an hour. */
export const MEMBER_LIMIT: RemovalLimit = { least: 20, percent: 50, most: Infinity };

/** Of more active people than this the limit is the same: they need not be counted further. */
export const ACTIVE_COUNTED = (PUSH_LIMIT.most * 100) / PUSH_LIMIT.percent;

/** Who is new was perhaps sent by mistake, and is taken back; providers make test users, too. */
export const NEW_MS = 24 * 3_600_000;

/** Seconds until it is worth sending again what is held: when the next hour may have begun. */
export const HELD_SECONDS = 3_600;

/** An admin's word about a removal, or that it waits for one. */
export interface Standing {
  readonly status: "waiting" | "approved" | "rejected";
  /** What was asked for when it was held. */
  readonly action: RemovalAction;
  readonly decidedAt: number;
}

/** What a source has removed in the hour. */
export interface PushFacts {
  readonly removed: number;
  /** People active when the hour began; undefined while nobody has counted them. */
  readonly active: number | undefined;
  readonly groups: ReadonlyMap<string, MembersRemoved>;
  readonly standings: (removal: Removal) => readonly Standing[];
}

export interface MembersRemoved {
  /** Before the first of the hour was taken out. */
  readonly members: number;
  readonly removed: number;
}

export type Verdict =
  | { readonly is: "free"; readonly counted: readonly Removal[] }
  | { readonly is: "held"; readonly held: readonly Removal[]; readonly reason: HoldReason }
  | { readonly is: "rejected" }
  /** The active people have to be counted before it can be told. */
  | { readonly is: "uncounted" };

/** Whether what one operation removes may go, all of it or nothing. */
export function judgePush(facts: PushFacts, removals: readonly Removal[]): Verdict {
  const standing = removals.map((removal) => standingOf(removal, facts.standings(removal)));
  if (standing.includes("rejected")) return { is: "rejected" };
  const waiting = removals.filter((_, index) => standing[index] === "waiting");
  const counted = removals.filter((_, index) => standing[index] === undefined);
  const people = counted.filter(({ resourceType }) => resourceType === "User");
  const isPeople = isTooMany(facts, people.length);
  if (isPeople === undefined) return { is: "uncounted" };
  const groups = counted.filter(
    (removal) => removal.resourceType === "Group" && isTooManyMembers(facts, removal),
  );
  const held = [...waiting, ...(isPeople ? people : []), ...groups];
  if (held.length === 0) return { is: "free", counted };
  const isOfPeople = held.some(({ resourceType }) => resourceType === "User");
  return { is: "held", held, reason: isOfPeople ? "people_removed" : "members_removed" };
}

/** The last word about it; what was approved to be disabled was not approved to be deleted. */
function standingOf(
  { action }: Removal,
  standings: readonly Standing[],
): Standing["status"] | undefined {
  const words = standings
    .filter((one) => one.status === "rejected" || covers(one.action, action))
    .filter(({ status }) => status !== "waiting")
    .sort((a, b) => b.decidedAt - a.decidedAt);
  return words[0]?.status ?? standings.find(({ status }) => status === "waiting")?.status;
}

/** Whether a word about the one holds for the other as well. */
export function covers(held: RemovalAction, asked: RemovalAction): boolean {
  return held === asked || (held === "delete" && asked === "disable");
}

/** Undefined where the active people would have to be known. */
function isTooMany({ removed, active }: PushFacts, more: number): boolean | undefined {
  const count = removed + more;
  if (more === 0 || count <= PUSH_LIMIT.least) return false;
  if (count > PUSH_LIMIT.most) return true;
  return active === undefined ? undefined : isAbove(count, active, PUSH_LIMIT);
}

function isTooManyMembers({ groups }: PushFacts, { resourceId, count, members }: Removal): boolean {
  const before = groups.get(resourceId) ?? { members, removed: 0 };
  return isAbove(before.removed + count, before.members, MEMBER_LIMIT);
}

/** Whether a list that is pulled takes more out of a group than goes without an admin. */
export function areTooManyMembers(removed: number, members: number): boolean {
  return isAbove(removed, members, MEMBER_LIMIT);
}

/** Whether so many of `all` are more than the limit lets go. */
function isAbove(count: number, all: number, { least, percent, most }: RemovalLimit): boolean {
  return count > Math.max(least, Math.min((all * percent) / 100, most));
}

/** What a complete snapshot of an upstream says about those who are known. */
export interface PullFacts {
  /** Of the source's active people, those who are not in it. */
  readonly missing: number;
  readonly active: number;
  readonly organizationsMissing: number;
  readonly organizations: number;
  /** People in it whom nobody knew. */
  readonly fresh: number;
  /** All people in it. */
  readonly total: number;
  readonly limits: { readonly people: RemovalLimit; readonly organizations: RemovalLimit };
}

export type PullVerdict =
  { readonly held: false } | { readonly held: true; readonly reason: HoldReason };

/** Whether those who are missing have to wait for an admin. The sharpest reason is named. */
export function judgePull(facts: PullFacts): PullVerdict {
  const { missing, active, organizationsMissing, organizations, fresh, total, limits } = facts;
  if (total === 0 && active > 0) return { held: true, reason: "source_empty" };
  const isMostGone = missing > 0 && missing * 2 >= active;
  if (isMostGone && fresh > 0 && fresh * 2 >= total) {
    return { held: true, reason: "source_replaced" };
  }
  if (isAbove(missing, active, limits.people)) return { held: true, reason: "people_missing" };
  if (isAbove(organizationsMissing, organizations, limits.organizations)) {
    return { held: true, reason: "organizations_missing" };
  }
  return { held: false };
}
