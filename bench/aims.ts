/** What is aimed at, and by how much it is met or missed. Ratios only: they hold on any machine. */
import { CASES, type CeilingName } from "./cases.ts";
import { SLOW_MS, type Plan } from "./plan.ts";
import type { Results, Setting } from "./results.ts";

export interface Aim {
  readonly text: string;
  readonly wanted: number;
  readonly got: number;
  readonly isMet: boolean;
}

/** The part of slowness that counts as noise where speeds should be the same. */
const SAME = 1.2;

export function aimsOf(results: Results, plan: Plan): Aim[] {
  const settings = plan.connections.flatMap((connections) =>
    plan.sizes.map((users) => ({ connections, users, delayMs: 0 })),
  );
  const busiest = settings.filter(
    ({ connections }) => connections === Math.max(...plan.connections),
  );
  const slow = { connections: plan.slowConnections, users: plan.sizes[0] ?? 0, delayMs: SLOW_MS };
  return [
    ...settings.map((at) =>
      atLeast(results, "GET by id", "D1 select by key", { at, wanted: 0.85 }),
    ),
    ...busiest.flatMap((at) => [
      atLeast(results, "POST user", "D1 insert per request, in order", { at, wanted: 1.5 }),
      atLeast(results, "POST user", "object RPC, no-op", { at, wanted: 0.4 }),
    ]),
    atLeast(results, "POST user", "D1 insert per request, in order", { at: slow, wanted: 15 }),
    ...plan.connections.flatMap((connections) => [
      ...sameForSizes(results, plan, connections),
      ...sameForGroups(results, plan, connections),
    ]),
  ].filter((aim) => aim !== undefined);
}

function atLeast(
  results: Results,
  name: string,
  ceiling: CeilingName,
  { at, wanted }: { at: Setting; wanted: number },
): Aim | undefined {
  const got = results.ratio(name, ceiling, at);
  if (got === undefined) return undefined;
  const delay = at.delayMs === 0 ? "" : `, ${at.delayMs} ms more for each D1 call`;
  const text = `${name} beside ${ceiling}, ${where(at)}${delay}: at least`;
  return { text, wanted, got, isMet: got >= wanted };
}

/** The slowest of all cases with many users beside itself with few, each beside its ceiling. */
function sameForSizes(results: Results, { sizes }: Plan, connections: number): Aim[] {
  const [few = 0, ...more] = sizes;
  return more.flatMap((many) => {
    const got = CASES.flatMap(({ name, ceiling = "bare Hono answer" }) => {
      const [before, after] = [few, many].map((users) =>
        results.ratio(name, ceiling, { connections, users, delayMs: 0 }),
      );
      return before && after ? [{ name, times: before / after }] : [];
    });
    const text = `${counted(many)} users beside ${counted(few)}, ${connections} connections`;
    return slowest(text, got);
  });
}

function sameForGroups(results: Results, { sizes }: Plan, connections: number): Aim[] {
  const at = { connections, users: Math.max(...sizes), delayMs: 0 };
  const [first, ...more] = CASES.filter(({ group }) => group !== undefined);
  const got = more.flatMap(({ name }) => {
    const ratio = first && results.ratio(first.name, name, at);
    return ratio === undefined ? [] : [{ name, times: ratio }];
  });
  return slowest(`groups of any size beside one of 10, ${where(at)}`, got);
}

function slowest(text: string, got: readonly { name: string; times: number }[]): Aim[] {
  const [worst] = got.toSorted((a, b) => b.times - a.times);
  if (worst === undefined) return [];
  return [
    {
      text: `${text}, the slowest being "${worst.name}": times slower, at most`,
      wanted: SAME,
      got: worst.times,
      isMet: worst.times <= SAME,
    },
  ];
}

function where({ connections, users }: Setting): string {
  return `${connections} connections, ${counted(users)} users`;
}

function counted(number: number): string {
  return number.toLocaleString("en");
}
