/** The rules of the guard by themselves: each limit, just below and just above. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  judgePull,
  judgePush,
  MEMBER_LIMIT,
  PUSH_LIMIT,
  type PullFacts,
  type PushFacts,
  type Removal,
  type Standing,
} from "../../src/sources/guard.ts";
import { setHashOf, type Held } from "../../src/sources/holds.ts";
import { ORGANIZATION_LIMIT, USER_LIMIT, type RemovalLimit } from "../../src/sources/upstream.ts";
import { SEED } from "../support/scale.ts";

const seed = SEED;

const person: Removal = {
  resourceType: "User",
  resourceId: "u",
  action: "delete",
  count: 1,
  members: 0,
};

function pushed(more: Partial<PushFacts>): PushFacts {
  return { removed: 0, active: 0, groups: new Map(), standings: () => [], ...more };
}

function taken(count: number, members: number): Removal {
  return { resourceType: "Group", resourceId: "g", action: "remove_members", count, members };
}

/** How many may go, by counting up: said in another way than the code does. */
function allowed(all: number, { least, percent, most }: RemovalLimit): number {
  let share = 0;
  while ((share + 1) * 100 <= all * percent && share + 1 <= most) share++;
  return Math.max(least, share);
}

const few = fc.nat({ max: 1_200 });

describe("people who are pushed away", () => {
  it("go up to the limit of the hour, and not one more", () => {
    fc.assert(
      fc.property(few, (active) => {
        const limit = allowed(active, PUSH_LIMIT);
        expect(judgePush(pushed({ active, removed: limit - 1 }), [person]).is).toBe("free");
        expect(judgePush(pushed({ active, removed: limit }), [person]).is).toBe("held");
      }),
      { seed },
    );
  });

  it("are counted only where it matters how many there are", () => {
    const judge = (removed: number) =>
      judgePush(pushed({ active: undefined, removed }), [person]).is;
    expect([9, 10, 99, 100].map(judge)).toEqual(["free", "uncounted", "uncounted", "held"]);
  });

  it("are counted one by one, and not at all where an admin has approved it", () => {
    const approved: Standing = { status: "approved", action: "delete", decidedAt: 1 };
    const verdict = judgePush(pushed({}), [person]);
    expect(verdict).toEqual({ is: "free", counted: [person] });
    const facts = pushed({ removed: 10_000, standings: () => [approved] });
    expect(judgePush(facts, [person])).toEqual({ is: "free", counted: [] });
  });

  it("are judged by the last word about them", () => {
    const words = fc.array(
      fc.record({
        status: fc.constantFrom("waiting" as const, "approved" as const, "rejected" as const),
        action: fc.constantFrom("delete" as const, "disable" as const),
        decidedAt: fc.nat(),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(words, fc.constantFrom("delete" as const, "disable" as const), (all, action) => {
        const one = { ...person, action };
        const { is } = judgePush(pushed({ standings: () => all }), [one]);
        const newest = Math.max(...all.map(({ decidedAt }) => decidedAt));
        const last = all.filter(({ decidedAt }) => decidedAt === newest);
        if (last.every(({ status }) => status === "rejected") && last.length > 0) {
          expect(is).toBe("rejected");
        }
        if (is === "rejected") expect(all.some(({ status }) => status === "rejected")).toBe(true);
        if (all.every(({ status }) => status === "waiting")) {
          expect(is).toBe(all.length === 0 ? "free" : "held");
        }
      }),
      { seed },
    );
  });
});

describe("members who are taken out", () => {
  it("go up to the limit of their group and hour, and not one more", () => {
    fc.assert(
      fc.property(few, fc.nat({ max: 30 }), (members, removed) => {
        const limit = allowed(members, MEMBER_LIMIT);
        const facts = pushed({ groups: new Map([["g", { members, removed }]]) });
        const judge = (count: number) => judgePush(facts, [taken(count, members - removed)]).is;
        if (limit > removed) expect(judge(limit - removed)).toBe("free");
        expect(judge(Math.max(1, limit - removed + 1))).toBe("held");
      }),
      { seed },
    );
  });

  it("are held with the person whose change takes them out", () => {
    const verdict = judgePush(pushed({}), [person, taken(30, 40)]);
    expect(verdict).toMatchObject({ is: "held", reason: "members_removed" });
  });
});

function pulled(more: Partial<PullFacts>): PullFacts {
  return {
    missing: 0,
    active: 0,
    organizationsMissing: 0,
    organizations: 0,
    fresh: 0,
    total: 1_000,
    limits: { people: USER_LIMIT, organizations: ORGANIZATION_LIMIT },
    ...more,
  };
}

describe("who is missing in a pull", () => {
  it("goes up to the limit, and not one more", () => {
    fc.assert(
      fc.property(fc.nat({ max: 12_000 }), (active) => {
        const limit = allowed(active, USER_LIMIT);
        expect(judgePull(pulled({ active, missing: limit })).held).toBe(false);
        expect(judgePull(pulled({ active, missing: limit + 1 }))).toEqual({
          held: true,
          reason: "people_missing",
        });
      }),
      { seed },
    );
  });

  it("goes up to the limit that was set", () => {
    const limits = fc.record({
      least: fc.nat({ max: 20 }),
      percent: fc.nat({ max: 100 }),
      most: fc.nat({ max: 700 }),
    });
    fc.assert(
      fc.property(limits, few, (people, active) => {
        const limit = allowed(active, people);
        const judge = (missing: number) =>
          judgePull(
            pulled({ active, missing, limits: { people, organizations: ORGANIZATION_LIMIT } }),
          ).held;
        expect([judge(limit), judge(limit + 1)]).toEqual([false, true]);
      }),
      { seed },
    );
  });

  it("is held with the organizations that are", () => {
    fc.assert(
      fc.property(few, (organizations) => {
        const limit = allowed(organizations, ORGANIZATION_LIMIT);
        const judge = (organizationsMissing: number) =>
          judgePull(pulled({ organizations, organizationsMissing }));
        expect(judge(limit)).toEqual({ held: false });
        expect(judge(limit + 1)).toEqual({ held: true, reason: "organizations_missing" });
      }),
      { seed },
    );
  });

  it("is not believed of an upstream that has nobody any more", () => {
    expect(judgePull(pulled({ total: 0, active: 1, missing: 1 }))).toEqual({
      held: true,
      reason: "source_empty",
    });
    expect(judgePull(pulled({ total: 0 }))).toEqual({ held: false });
  });

  it("is not believed of an upstream that has others in their place", () => {
    const replaced = { held: true, reason: "source_replaced" };
    const judge = (missing: number, fresh: number, most = 1_000) =>
      judgePull(
        pulled({
          active: 10,
          total: 20,
          missing,
          fresh,
          limits: { people: { least: most, percent: 0, most }, organizations: ORGANIZATION_LIMIT },
        }),
      );
    expect(judge(5, 10)).toEqual(replaced);
    expect(judge(10, 20, 0)).toEqual(replaced);
    expect(judge(4, 10)).toEqual({ held: false });
    expect(judge(5, 9)).toEqual({ held: false });
  });

  it("goes from a small directory", () => {
    for (const active of [1, 3, 5]) {
      expect(judgePull(pulled({ active, missing: active, total: 1 })).held).toBe(false);
    }
  });
});

describe("the hash of a set", () => {
  const held = fc.record({
    resourceType: fc.constantFrom("User", "Group"),
    resourceId: fc.uuid(),
    action: fc.constantFrom("delete" as const, "disable" as const, "remove_members" as const),
  });

  it("is that of its lines, in whatever order they came", async () => {
    const sets = fc.uniqueArray(held, { selector: ({ resourceId }) => resourceId });
    await fc.assert(
      fc.asyncProperty(sets, held, async (set: Held[], other: Held) => {
        const hash = await setHashOf(set);
        expect(await setHashOf(set.toReversed())).toBe(hash);
        expect(await setHashOf([...set, other])).not.toBe(hash);
      }),
      { seed },
    );
  });
});
