/** A few people and one group as clients may see them, one request after the other. Pure. */
import type { Call, Step } from "./linearize.ts";

export type Asked =
  | { readonly kind: "create"; readonly name: string; readonly value: string }
  | { readonly kind: "find"; readonly name: string }
  | { readonly kind: "get"; readonly id: string }
  /** What the answer of a write shows: the person as of then or later, deleted or not. */
  | { readonly kind: "look"; readonly id: string }
  | {
      readonly kind: "patch";
      readonly id: string;
      readonly value: string;
      readonly ifMatch?: number | undefined;
    }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "add" | "remove"; readonly id: string }
  | { readonly kind: "members" };

export interface Person {
  /** Null while nobody has been told: of a creation that was never answered. */
  readonly id: string | null;
  readonly value: string;
  readonly version: number;
}

/** What a client was told; only of what the request was about. */
export interface Told {
  readonly status: number;
  readonly person?: Person | undefined;
  readonly members?: readonly string[] | undefined;
}

export interface Seen extends Call {
  readonly request: Asked;
  /** Absent where the outcome is unknown. */
  readonly told?: Told | undefined;
}

export interface People {
  /** By userName. */
  readonly live: Readonly<Record<string, Person>>;
  /** Deleted ones, who come back under their name. */
  readonly gone: Readonly<Record<string, Person>>;
  readonly members: readonly string[];
}

export const NOBODY_YET: People = { live: {}, gone: {}, members: [] };

/** For a source of a profile that updates on a repeated POST and brings deleted people back. */
export const stepPeople: Step<People, Seen> = (state, { request, told }) => {
  const { next, ...expected } = carryOut(state, request);
  if (told === undefined) return [state, next];
  const id = told.person?.id ?? null;
  // Who was created without an answer has the id that is told first, unless somebody else has it.
  const names = expected.person?.id === null && id !== null && !isKnown(next, id);
  const person = expected.person && names ? { ...expected.person, id } : expected.person;
  if (textOf(request, { ...expected, person }) !== textOf(request, told)) return [];
  return [names && "name" in request ? identified(next, request.name, id) : next];
};

/**
 * A write whose reply from the database was lost is answered with the resource as it is by then:
 * so the answer of a write is that it was done, and a look at the person at some moment after.
 */
export function withLook(seen: Seen): readonly Seen[] {
  const { asked, answered, request, told } = seen;
  const id = told?.person?.id;
  if (!isWrite(request) || typeof id !== "string") return [seen];
  return [
    seen,
    { asked: asked + 0.5, answered, request: { kind: "look", id }, told: { ...told, status: 200 } },
  ];
}

const isWrite = ({ kind }: Asked): boolean => kind === "create" || kind === "patch";

function textOf(request: Asked, { status, person, members }: Told): string {
  const shown = person && [person.id, ...(isWrite(request) ? [] : [person.value, person.version])];
  return JSON.stringify([status, shown, members]);
}

/** What a server that follows this tells and keeps; `id` is the one a new person gets. */
export function answerOf(
  state: People,
  request: Asked,
  id: string,
): { readonly told: Told; readonly next: People } {
  const { next, ...told } = carryOut(state, request);
  const { person } = told;
  if (person?.id !== null || !("name" in request)) return { told, next };
  return { told: { ...told, person: { ...person, id } }, next: identified(next, request.name, id) };
}

interface Outcome extends Told {
  readonly next: People;
}

function carryOut(state: People, request: Asked): Outcome {
  const { live, gone, members } = state;
  switch (request.kind) {
    case "members":
      return { status: 200, members, next: state };
    case "find":
      return { status: 200, person: live[request.name], next: state };
    case "create":
      return create(state, request.name, request.value);
    case "add":
    case "remove": {
      const others = members.filter((id) => id !== request.id);
      if (request.kind === "remove") return { status: 204, next: { ...state, members: others } };
      if (nameOf(live, request.id) === undefined) return { status: 400, next: state };
      return { status: 204, next: { ...state, members: [...others, request.id].sort() } };
    }
    default:
  }
  if (request.kind === "look") {
    const person = [...Object.values(live), ...Object.values(gone)].find(hasId(request.id));
    return { status: person ? 200 : 404, person, next: state };
  }
  const name = nameOf(live, request.id);
  const person = name === undefined ? undefined : live[name];
  if (name === undefined || person === undefined) return { status: 404, next: state };
  if (request.kind === "get") return { status: 200, person, next: state };
  if (request.kind === "delete") {
    const { [name]: _, ...others } = live;
    const left = members.filter((id) => id !== request.id);
    const dead = { ...person, version: person.version + 1 };
    return {
      status: 204,
      next: { live: others, gone: { ...gone, [name]: dead }, members: left },
    };
  }
  const { ifMatch, value } = request;
  if (ifMatch !== undefined && ifMatch !== person.version) return { status: 412, next: state };
  return update(state, name, person, value);
}

function create(state: People, name: string, value: string): Outcome {
  const { live, gone } = state;
  const known = live[name];
  if (known !== undefined) return update(state, name, known, value);
  const { [name]: back, ...others } = gone;
  const person = { id: back?.id ?? null, value, version: (back?.version ?? 0) + 1 };
  const next = { ...state, live: { ...live, [name]: person }, gone: others };
  return { status: 201, person, next };
}

function update(state: People, name: string, before: Person, value: string): Outcome {
  const differs = before.value !== value;
  const person = differs ? { ...before, value, version: before.version + 1 } : before;
  return { status: 200, person, next: { ...state, live: { ...state.live, [name]: person } } };
}

function nameOf(live: People["live"], id: string): string | undefined {
  return Object.keys(live).find((name) => live[name]?.id === id);
}

const hasId = (id: string) => (person: Person) => person.id === id;

function isKnown({ live, gone }: People, id: string): boolean {
  return [...Object.values(live), ...Object.values(gone)].some((one) => one.id === id);
}

function identified(state: People, name: string, id: string): People {
  const person = state.live[name];
  return person ? { ...state, live: { ...state.live, [name]: { ...person, id } } } : state;
}
