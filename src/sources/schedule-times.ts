/** When a pull source runs next by its schedule. Pure; times of day are UTC. */
import type { Upstream } from "./upstream.ts";

type RunKind = Upstream["scheduledKind"];

export interface NextRun {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: RunKind;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type Timing = Pick<Upstream, "schedule" | "scheduledKind" | "fullAt">;

/**
 * The first run due after that time; undefined where the schedule is off. What was missed meanwhile
 * is one run: it is asked anew from the time at which one was started, not from the one it was due.
 */
export function nextRunAt(timing: Timing, after: number): NextRun | undefined {
  const at = nextTick(timing, after);
  if (at === undefined) return undefined;
  const { scheduledKind, fullAt } = timing;
  if (scheduledKind === "full") return { at, kind: "full" };
  const full = fullAt === null ? undefined : nextTimeOfDay(fullAt, after);
  // A full run reads what an incremental one would have.
  return full === undefined || full > at ? { at, kind: "incremental" } : { at: full, kind: "full" };
}

/**
 * The kind of a run that was due at `due` and is started at `now`: a full one, where the time for
 * one has come since.
 */
export function dueKind({ scheduledKind, fullAt }: Timing, due: number, now: number): RunKind {
  if (scheduledKind === "full") return "full";
  return fullAt !== null && nextTimeOfDay(fullAt, due - 1) <= now ? "full" : "incremental";
}

function nextTick({ schedule }: Timing, after: number): number | undefined {
  switch (schedule.kind) {
    case "manual":
      return undefined;
    case "every":
      return after + schedule.minutes * MINUTE_MS;
    case "hourly":
      return Math.floor(after / HOUR_MS) * HOUR_MS + HOUR_MS;
    case "daily":
      return nextTimeOfDay(schedule.at, after);
  }
}

/** The next such time of day that is later. */
function nextTimeOfDay(time: string, after: number): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const today = Math.floor(after / DAY_MS) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS;
  return today > after ? today : today + DAY_MS;
}
