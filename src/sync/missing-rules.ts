/** What is done about those who are missing. Pure. */
import { judgePull, type HoldReason } from "../sources/guard.ts";
import type { DeletionPolicy, Upstream } from "../sources/upstream.ts";
import type { Absent, Walked } from "./missing-reads.ts";
import type { Presence } from "./upstream-page.ts";

/** So many are asked for one by one; of more the next complete run has to say the same. */
export const ASKED = 200;

type Missed = Pick<Walked, "live" | "absent">;

export interface Absence {
  readonly users: Missed;
  readonly organizations: Missed;
  /** By our id; those who could not be asked for are unknown. */
  readonly asked: ReadonlyMap<string, Presence>;
}

export interface Judgement {
  /** Missing beyond doubt, organizations from the bottom. */
  readonly gone: readonly Absent[];
  /** Missing for the first time: the next complete run decides. */
  readonly doubtful: readonly Absent[];
  /** Why nothing is done about those who are gone before an admin has agreed. */
  readonly held: HoldReason | undefined;
  /** Not in the list, but there by their id: they stay, and an admin sees that. */
  readonly kept: readonly Absent[];
}

export interface Circumstances {
  readonly upstream: Upstream;
  /** Users in the list, and those of them whom nobody knew. */
  readonly total: number;
  readonly fresh: number;
  /** People who became inactive in the run already, by their records. */
  readonly left: number;
}

/** Answers that an admin has to see at once, however often they are given. */
const ALWAYS_HELD: readonly HoldReason[] = ["source_empty", "source_replaced"];

export function judgeAbsence(
  { users, organizations, asked }: Absence,
  { upstream, total, fresh, left }: Circumstances,
): Judgement {
  if (upstream.deletionPolicy === "keep")
    return { gone: [], doubtful: [], held: undefined, kept: [] };
  const presenceOf = presencesBy(asked, upstream.deletionPolicy);
  const suspects = (absent: readonly Absent[]): Absent[] =>
    absent
      .filter((one) => presenceOf(one) !== "seen")
      .sort((a, b) => b.depth - a.depth || a.seq - b.seq);
  const isSure = (one: Absent): boolean => one.before || presenceOf(one) === "gone";
  const absent = [...users.absent, ...organizations.absent];
  const kept = absent.filter((one) => presenceOf(one) === "seen");
  const verdictOn = (people: readonly Absent[], places: readonly Absent[]) => {
    const verdict = judgePull({
      missing: people.length === 0 ? 0 : people.length + left,
      active: users.live + left,
      organizationsMissing: places.length,
      organizations: organizations.live,
      fresh,
      total,
      limits: { people: upstream.userLimit, organizations: upstream.organizationLimit },
    });
    return verdict.held ? verdict.reason : undefined;
  };
  const [people, places] = [suspects(users.absent), suspects(organizations.absent)];
  const all = [...people, ...places];
  const atOnce = verdictOn(people, places);
  if (all.length > 0 && atOnce !== undefined && ALWAYS_HELD.includes(atOnce)) {
    return { gone: all, doubtful: [], held: atOnce, kept };
  }
  const sure = [people.filter(isSure), places.filter(isSure)] as const;
  const gone = sure.flat();
  return {
    gone,
    doubtful: all.filter((one) => !isSure(one)),
    held: gone.length === 0 ? undefined : verdictOn(...sure),
    kept,
  };
}

/** Whom the upstream itself calls inactive is disabled at its word, and never deleted for it. */
function presencesBy(asked: Absence["asked"], policy: DeletionPolicy) {
  return ({ id }: Absent): Presence | undefined => {
    const presence = asked.get(id);
    if (presence !== "left") return presence;
    return policy === "disable" ? "gone" : "seen";
  };
}

/** What is done to somebody who is gone. */
export function removalOf({ type }: Pick<Absent, "type">, policy: DeletionPolicy) {
  return type === "User" && policy === "disable" ? "disable" : "delete";
}
