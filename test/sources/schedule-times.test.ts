/** The times of a schedule, by whatever clock. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueKind, nextRunAt, type Timing } from "../../src/sources/schedule-times.ts";
import { scaled } from "../support/scale.ts";

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(`2026-03-01T${text}:00Z`);
const hourly: Timing = {
  schedule: { kind: "every", minutes: 60 },
  scheduledKind: "incremental",
  fullAt: "02:00",
};

describe("the next run", () => {
  it.each([
    ["00:30", "01:30", "incremental"],
    ["01:00", "02:00", "full"],
    ["01:30", "02:00", "full"],
    ["02:00", "03:00", "incremental"],
  ])("after %s is at %s: %s", (after, next, kind) => {
    expect(nextRunAt(hourly, at(after))).toEqual({ at: at(next), kind });
  });

  it("is none without a schedule, full ones included", () => {
    expect(nextRunAt({ ...hourly, schedule: { kind: "manual" } }, at("00:00"))).toBeUndefined();
  });

  it("is at the full hour, or at the time of day", () => {
    const full = { scheduledKind: "full", fullAt: null } as const;
    expect(nextRunAt({ ...full, schedule: { kind: "hourly" } }, at("09:59"))).toEqual({
      at: at("10:00"),
      kind: "full",
    });
    const daily = { ...full, schedule: { kind: "daily", at: "09:30" } } as const;
    expect(nextRunAt(daily, at("09:29"))?.at).toBe(at("09:30"));
    expect(nextRunAt(daily, at("09:30"))?.at).toBe(at("09:30") + 24 * 60 * MINUTE);
  });
});

const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const schedule: fc.Arbitrary<Timing["schedule"]> = fc.oneof(
  fc.record({ kind: fc.constant("every" as const), minutes: fc.integer({ min: 5, max: 1_440 }) }),
  fc.constant({ kind: "hourly" as const }),
  fc.record({ kind: fc.constant("daily" as const), at: timeOfDay }),
);
const timing: fc.Arbitrary<Timing> = fc.record({
  schedule,
  scheduledKind: fc.constantFrom("full" as const, "incremental" as const),
  fullAt: fc.option(timeOfDay),
});
/** From before 1970 to far beyond every calendar in use. */
const clock = fc.oneof(
  fc.integer({ min: -4e12, max: 8e14 }),
  fc.integer({ min: at("00:00"), max: at("23:59") }),
);

it("lies ahead by no more than a day, and one run stands for all that were missed", () => {
  fc.assert(
    fc.property(timing, clock, clock, (one, last, now) => {
      const next = nextRunAt(one, Math.max(last, now));
      if (next === undefined) throw new Error("There is a schedule");
      const ahead = next.at - Math.max(last, now);
      expect(ahead).toBeGreaterThan(0);
      expect(ahead).toBeLessThanOrEqual(24 * 60 * MINUTE);
    }),
    { numRuns: scaled(300) },
  );
});

it("comes to a full run each day, where incremental ones are the rule", () => {
  fc.assert(
    fc.property(timing, fc.integer({ min: 0, max: 4e12 }), (one, start) => {
      fc.pre(one.scheduledKind === "incremental" && one.fullAt !== null);
      let now = start;
      let full = false;
      while (now <= start + 24 * 60 * MINUTE && !full) {
        const next = nextRunAt(one, now);
        if (next === undefined) throw new Error("There is a schedule");
        full = next.kind === "full";
        ({ at: now } = next);
      }
      expect(full).toBe(true);
    }),
    { numRuns: scaled(60) },
  );
});

it("is of the kind that was due, however late it is noticed", () => {
  fc.assert(
    fc.property(timing, clock, fc.integer({ min: 0, max: 4e12 }), (one, after, late) => {
      const next = nextRunAt(one, after);
      if (next === undefined) throw new Error("There is a schedule");
      expect(dueKind(one, next.at, next.at)).toBe(next.kind);
      const kind = dueKind(one, next.at, next.at + late);
      if (next.kind === "full") expect(kind).toBe("full");
      if (one.fullAt !== null && late >= 24 * 60 * MINUTE) expect(kind).toBe("full");
    }),
    { numRuns: scaled(300) },
  );
});
