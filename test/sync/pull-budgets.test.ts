/**
 * What a page of a pull costs the database, among the first of a list and far down in it. Rows are
 * those that D1 bills for; a round trip is a call, however many statements it carries.
 */
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim } from "../support/client.ts";
import { faults, resetFaults, type Passing } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newPulled, pull, type Pulled } from "../support/pulls.ts";

keepQuiet();

interface Cost {
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

const PAGE = 500;

/** Every step of a run that reads something ends with a batch that has this. */
const CHECKPOINT = "UPDATE runs SET step = step + 1, state";

const phaseOf = ({ statements }: Passing): unknown => {
  const found = statements.find(({ sql }) => sql.startsWith(CHECKPOINT));
  return found && JSON.parse(String(found.params[1])).phase;
};

/** The costs of the pages of people of a run, in their order. */
async function costsOf(source: Pulled, pages: number, counts: JsonObject): Promise<Cost[]> {
  resetFaults();
  const steps: (Cost & { readonly phase: unknown })[] = [];
  let before: Cost = { trips: 0, read: 0, written: 0 };
  let ended: unknown;
  const close = (): void => {
    const { calls, rows } = faults;
    const { trips, read, written } = before;
    before = { trips: calls.object, ...rows };
    const cost = { trips: before.trips - trips, read: before.read - read };
    steps.push({ ...cost, written: before.written - written, phase: ended });
    ended = undefined;
  };
  // The rows of a batch are counted after it was watched, so a step is closed by the call after it.
  faults.watch = (passing) => {
    if (passing.place !== "object") return undefined;
    if (passing.moment === "before" && ended !== undefined) close();
    if (passing.moment === "after") ended = phaseOf(passing) ?? ended;
    return undefined;
  };
  const run = await pull(source);
  resetFaults();
  expect(run).toMatchObject({ status: "success", counts: { User: counts } });
  // The last page is followed by a step that looks whether anything was put off.
  return steps.filter(({ phase }) => phase === "users").slice(0, pages);
}

interface Costs {
  readonly first: readonly Cost[];
  readonly unchanged: readonly Cost[];
  readonly changed: readonly Cost[];
}

/** What the pages of three pulls cost: of people who are new, the same, and changed, one of a hundred. */
async function threePulls(pages: number, organizations: number): Promise<Costs> {
  const people = pages * PAGE;
  const source = await newPulled(
    await claim(),
    { people: { count: people }, organizations: { count: organizations } },
    { pageSize: PAGE },
  );
  const first = await costsOf(source, pages, { read: people, created: people });
  const unchanged = await costsOf(source, pages, { read: people, unchanged: people });
  await source.upstream.change({ of: "Users", put: { every: 100, members: { title: "Analyst" } } });
  const changed = await costsOf(source, pages, { read: people, updated: people / 100 });
  expect([first, unchanged, changed].map(({ length }) => length)).toEqual(Array(3).fill(pages));
  return { first, unchanged, changed };
}

const NOTHING: Cost = { trips: 0, read: 0, written: 0 };

/** The most of each that any of the pages cost. */
function most(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (a, b) => ({
      trips: Math.max(a.trips, b.trips),
      read: Math.max(a.read, b.read),
      written: Math.max(a.written, b.written),
    }),
    NOTHING,
  );
}

function expectWithin(costs: readonly Cost[], budget: Cost): void {
  const cost = most(costs);
  const isWithin = (["trips", "read", "written"] as const).every((of) => cost[of] <= budget[of]);
  expect(isWithin, `${JSON.stringify(cost)} of ${JSON.stringify(budget)}`).toBe(true);
}

/** What is there to be read at least: who of the page is known. */
const LOOK: Cost = { trips: 2, read: 3 * PAGE + 20, written: 4 };
const CHANGED = PAGE / 100;
const A_FEW: Cost = { trips: 3, read: LOOK.read + 30 * CHANGED, written: 4 + 17 * CHANGED };
const ALL_NEW: Cost = { trips: 3, read: 16 * PAGE + 40, written: 17 * PAGE + 20 };
/** Beside that, by organization: whether it is there and seen, and how many are in it. */
const EACH_ELSEWHERE: Cost = { trips: 3, read: (16 + 14) * PAGE, written: (17 + 2) * PAGE + 20 };

it(
  "costs the same for any page, with two thousand organizations too",
  { timeout: 300_000 },
  async () => {
    const { first, unchanged, changed } = await threePulls(40, 2_000);
    expectWithin(first, EACH_ELSEWHERE);
    expectWithin(unchanged, LOOK);
    expectWithin(changed, A_FEW);
    for (const pages of [first, unchanged, changed]) {
      const [second = NOTHING, last = NOTHING] = [pages[1], pages[39]];
      expect(last.trips).toBe(second.trips);
      expect(Math.abs(last.read - second.read)).toBeLessThanOrEqual(20);
      expect(Math.abs(last.written - second.written)).toBeLessThanOrEqual(4);
    }
  },
);

it("costs less where all are in one organization", async () => {
  const { first, unchanged, changed } = await threePulls(3, 0);
  expectWithin(first, ALL_NEW);
  expectWithin(unchanged, LOOK);
  expectWithin(changed, A_FEW);
});
