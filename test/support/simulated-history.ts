/** Histories that the specification itself makes, and such with a lie in them. */
import { answerOf, NOBODY_YET, type Asked, type Seen, type Told } from "./directory-spec.ts";
import type { Random } from "./random.ts";

const NAMES = ["ann", "bob"];
const VALUES = ["a", "b", "c"];

/** Something to ask, about one of the ids that are known. */
export function randomRequest(random: Random, ids: readonly string[]): Asked {
  const name = random.pick(NAMES);
  const value = random.pick(VALUES);
  const kind = random.pick(ids.length === 0 ? UNKNOWING : KINDS);
  switch (kind) {
    case "create":
      return { kind, name, value };
    case "find":
      return { kind, name };
    case "members":
      return { kind };
    case "patch": {
      const ifMatch = random.chance(0.4) ? 1 + random.below(4) : undefined;
      return { kind, id: random.pick(ids), value, ifMatch };
    }
    default:
      return { kind, id: random.pick(ids) };
  }
}

const UNKNOWING = ["create", "create", "find", "members"] as const;
const KINDS = [
  "create",
  "find",
  "get",
  "patch",
  "patch",
  "delete",
  "add",
  "remove",
  "members",
] as const;

interface Pending {
  readonly asked: number;
  readonly request: Asked;
}

/** Clients whose requests overlap, each carried out at a moment between question and answer. */
export function simulated(random: Random, clients: number, length: number): Seen[] {
  const history: Seen[] = [];
  const pending: Pending[] = [];
  const ids: string[] = [];
  let state = NOBODY_YET;
  let now = 0;
  while (history.length < length) {
    if (pending.length < clients && random.chance(0.5)) {
      pending.push({ asked: now++, request: randomRequest(random, ids) });
      continue;
    }
    const [call] = pending.splice(random.below(Math.max(pending.length, 1)), 1);
    if (call === undefined) continue;
    const { told, next } = answerOf(state, call.request, `id${call.asked}`);
    const isLost = random.chance(0.1);
    // A lost request is carried out or not.
    if (!isLost || random.chance(0.5)) state = next;
    history.push(isLost ? { ...call, answered: undefined } : { ...call, answered: now++, told });
    const id = told.person?.id ?? undefined;
    if (!isLost && id !== undefined && !ids.includes(id)) ids.push(id);
  }
  return history;
}

/** The history with one answer that tells something else. */
export function mutated(random: Random, history: readonly Seen[]): Seen[] {
  const known = history.filter(({ told }) => told !== undefined);
  const victim = random.pick(known);
  return history.map((call) =>
    call === victim && call.told ? { ...call, told: lie(random, call.told) } : call,
  );
}

function lie(random: Random, { status, person, members }: Told): Told {
  if (members !== undefined) {
    const lies = [
      ...members.slice(1),
      ...(random.chance(0.5) || members.length === 0 ? ["x"] : []),
    ];
    return { status, members: lies };
  }
  if (person === undefined) return { status: { 200: 404, 204: 404, 404: 204 }[status] ?? 200 };
  switch (random.below(4)) {
    case 0:
      return { status, person: { ...person, version: person.version + 1 } };
    case 1:
      return { status, person: { ...person, value: `not ${person.value}` } };
    case 2:
      return { status, person: { ...person, id: "x" } };
    default:
      return { status: status === 200 ? 201 : 200, person };
  }
}
