/** One upstream directory in the making: who is in it, which tokens open it, what it was asked. */
import { randomUUID } from "node:crypto";
import { isObject, type JsonObject } from "../../scim/json.ts";
import { timeOf } from "../../sync/upstream-json.ts";
import { recordAt, timeAt } from "./people.ts";
import type { Asked, Change, Fault, Population, Route, Script } from "./script.ts";

export type Listed = Exclude<Route, "token">;

interface Held {
  /** The numbers of the records, in their order. */
  numbers: number[];
  next: number;
  readonly given: Map<number, JsonObject>;
  readonly revisions: Map<number, number>;
}

export interface World {
  readonly script: Script;
  faults: readonly Fault[];
  readonly held: Readonly<Record<Listed, Held>>;
  readonly tokens: Set<string>;
  readonly asked: Asked[];
  /** Calls by route, those for one resource apart. */
  readonly calls: Map<string, number>;
}

export function newWorld(script: Script): World {
  return {
    script,
    faults: script.faults ?? [],
    held: {
      Users: hold(script.people),
      Organizations: hold(script.organizations),
      Groups: hold(script.groups),
    },
    tokens: new Set(),
    asked: [],
    calls: new Map(),
  };
}

function hold({ count, given = [] }: Population = { count: 0 }): Held {
  return {
    numbers: Array.from({ length: count }, (_, n) => n),
    next: count,
    given: new Map(given.map((record, n) => [n, record])),
    revisions: new Map(),
  };
}

const POPULATIONS = { Users: "people", Organizations: "organizations", Groups: "groups" } as const;

export function recordOf(world: World, listed: Listed, n: number): JsonObject {
  const { script, held } = world;
  const { given, revisions } = held[listed];
  const own = given.get(n) ?? {};
  if (script[POPULATIONS[listed]]?.exactly === true) return own;
  const sizes = { organizations: held.Organizations.next, groups: held.Groups.next };
  const made = recordAt(listed, n, revisions.get(n) ?? 0, script.shape, sizes);
  return { ...made, ...own };
}

/** When a record was last changed. */
export function modifiedAt(world: World, listed: Listed, n: number): number {
  const { given, revisions } = world.held[listed];
  const made = timeAt(n, revisions.get(n) ?? 0);
  const meta = given.get(n)?.["meta"];
  if (meta === undefined) return made;
  const told = isObject(meta) ? meta["lastModified"] : undefined;
  return (typeof told === "string" ? timeOf(told) : undefined) ?? 0;
}

/** The record of that id: most have one that says their number. */
export function recordWithId(world: World, listed: Listed, id: string): JsonObject | undefined {
  const { given, numbers } = world.held[listed];
  const numbered = Number(/-(\d+)$/.exec(id)?.[1] ?? -1);
  const others = [...given].filter(([, record]) => record["id"] === id).map(([n]) => n);
  return [numbered, ...others]
    .filter((n) => numbers.includes(n))
    .map((n) => recordOf(world, listed, n))
    .find((record) => record["id"] === id);
}

export function change(world: World, { of, remove = [], add = 0, give, put }: Change): void {
  const held = world.held[of];
  if (give !== undefined) giveAll(held, give);
  const gone = new Set(remove);
  held.numbers = held.numbers.filter((n) => !gone.has(n));
  for (let more = 0; more < add; more++) held.numbers.push(held.next++);
  if (put === undefined) return;
  for (const n of held.numbers) {
    if (n % put.every !== 0) continue;
    held.given.set(n, { ...held.given.get(n), ...put.members });
    held.revisions.set(n, (held.revisions.get(n) ?? 0) + 1);
  }
}

function giveAll(held: Held, given: readonly JsonObject[]): void {
  held.numbers = given.map((_, n) => n);
  held.next = given.length;
  held.given.clear();
  for (const [n, record] of given.entries()) held.given.set(n, record);
}

/** Begins to count the calls anew. */
export function setFaults(world: World, faults: readonly Fault[]): void {
  world.faults = faults;
  world.calls.clear();
}

export function newToken(world: World): string {
  const token = randomUUID();
  world.tokens.add(token);
  return token;
}

export function isLetIn({ script, tokens }: World, authorization: string): boolean {
  const bearer = /^Bearer (.*)$/.exec(authorization)?.[1];
  if (bearer === undefined) return false;
  const { token } = script;
  return token?.style === "fixed" ? bearer === token.secret : tokens.has(bearer);
}

/** The faults of the next call of the route, which it counts. */
export function faultsOfCall(world: World, on: Route, one: boolean): Fault[] {
  const key = one ? `${on}/one` : on;
  const number = (world.calls.get(key) ?? 0) + 1;
  world.calls.set(key, number);
  return world.faults.filter(
    (fault) =>
      fault.on === on &&
      (fault.one ?? false) === one &&
      (fault.call === undefined ||
        fault.call === number ||
        (fault.onwards === true && number > fault.call)),
  );
}
