/**
 * What a Bulk comes to under profile okta, said once more and simply: people by number, one
 * operation after the other. Names are of small pools, so that they meet.
 */
import fc from "fast-check";

/** Somebody named by an operation: the position of one in the list, or nobody's. */
export type Ref = number;

export type Op =
  | { readonly kind: "user"; readonly name: number; readonly manager: Ref | null }
  | { readonly kind: "group"; readonly name: number; readonly members: readonly Ref[] }
  | { readonly kind: "title"; readonly at: Ref }
  | { readonly kind: "deleteUser"; readonly at: Ref }
  | { readonly kind: "deleteGroup"; readonly at: Ref }
  | { readonly kind: "join"; readonly at: Ref; readonly member: Ref }
  | { readonly kind: "leave"; readonly at: Ref; readonly member: Ref }
  | { readonly kind: "broken" };

interface User {
  readonly name: number;
  manager: string | null;
  title: string | null;
  isDeleted: boolean;
}

interface Group {
  readonly name: number;
  members: Set<string>;
  isDeleted: boolean;
}

export interface Model {
  users: Map<string, User>;
  groups: Map<string, Group>;
  clock: number;
}

interface Run {
  readonly model: Model;
  readonly list: readonly Op[];
  /** By position: who it is about, and what it came to. */
  readonly ids: (string | undefined)[];
  readonly done: (number | undefined)[];
}

export const LONGEST = 16;

const ref = fc.nat({ max: LONGEST });
const name = fc.nat({ max: 4 });

export const operations: fc.Arbitrary<Op[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("user" as const),
        name,
        manager: fc.option(ref),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("group" as const),
        name,
        members: fc.array(ref, { maxLength: 3 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom<"title" | "deleteUser">("title", "deleteUser"),
        at: ref,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("deleteGroup" as const), at: ref }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom("join" as const, "leave" as const),
        at: ref,
        member: ref,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("broken" as const) }) },
  ),
  { minLength: 1, maxLength: LONGEST },
);

export function refsOf(op: Op): Ref[] {
  if (op.kind === "user") return op.manager === null ? [] : [op.manager];
  if (op.kind === "group") return [...op.members];
  if (op.kind === "broken") return [];
  return op.kind === "join" || op.kind === "leave" ? [op.at, op.member] : [op.at];
}

/** Only what is posted has a bulkId that others can name. */
export function isPost(op: Op | undefined): boolean {
  return op?.kind === "user" || op?.kind === "group";
}

/** The status of each, and the id of whom a POST is about; the model is changed. */
export function runModel(
  model: Model,
  list: readonly Op[],
): { statuses: number[]; ids: readonly (string | undefined)[] } {
  const done = list.map((op) => (isWellFormed(op, list) ? undefined : 400));
  const run: Run = { model, list, ids: list.map(() => undefined), done };
  const isOver = (index: number): boolean => done[index] !== undefined;
  for (let read = 1; read <= list.length; read++) {
    const isNext = (at: number): boolean =>
      at < read && !isOver(at) && waitsFor(at, list, isOver).every((one) => one < read);
    while (list.some((_, at) => isNext(at))) runCircle(run, firstCircle(read, list, isOver));
  }
  return { statuses: done.map((status) => status ?? 0), ids: run.ids };
}

function isWellFormed(op: Op, list: readonly Op[]): boolean {
  return op.kind !== "broken" && refsOf(op).every((at) => isPost(list[at]));
}

/** All that is not over and that it needs, itself among them. */
function waitsFor(index: number, list: readonly Op[], isOver: (at: number) => boolean): number[] {
  const found = [index];
  for (let i = 0; i < found.length; i++) {
    const op = list[found[i] ?? 0];
    for (const at of op === undefined ? [] : refsOf(op)) {
      if (!isOver(at) && !found.includes(at)) found.push(at);
    }
  }
  return found;
}

/** The first, of those read so far, that wait for nobody outside their own circle. */
function firstCircle(
  read: number,
  list: readonly Op[],
  isOver: (at: number) => boolean,
): readonly number[] {
  const waiting = [...list.keys()].filter((at) => at < read && !isOver(at));
  const needs = waiting.map((at) => waitsFor(at, list, isOver));
  const isCircle = (circle: readonly number[]): boolean =>
    circle.every((at) => at < read && waitsFor(at, list, isOver).length === circle.length);
  return needs.find(isCircle) ?? [];
}

/** All of a circle is done or, since each needs the others, nothing. */
function runCircle(run: Run, circle: readonly number[]): void {
  const { list, done } = run;
  const isGroup = (at: number): number => (list[at]?.kind === "group" ? 1 : 0);
  const inOrder = circle.toSorted((a, b) => isGroup(a) - isGroup(b) || a - b);
  // Who will be found or made is settled before anybody is named.
  for (const at of inOrder) run.ids[at] = idFor(run, at, inOrder);
  const trial = structuredClone(run.model);
  const results = inOrder.map((at): [number, number] => [at, runOne({ ...run, model: trial }, at)]);
  const isRefused = results.some(([, status]) => status >= 400);
  if (!isRefused) Object.assign(run.model, trial);
  for (const [at, status] of results) done[at] = isRefused && circle.length > 1 ? 409 : status;
}

/** Whoever has the name, a deleted user too; one of the same circle; or somebody new. */
function idFor({ model, list, ids }: Run, at: number, circle: readonly number[]): string {
  const op = list[at];
  if (op?.kind !== "user" && op?.kind !== "group") return "";
  const all = op.kind === "user" ? [...model.users] : liveOf(model.groups);
  const there = all.find(([, { name }]) => name === op.name)?.[0];
  const twin = circle.find((other) => {
    const one = list[other];
    return ids[other] !== undefined && one?.kind === op.kind && one.name === op.name;
  });
  return there ?? (twin === undefined ? undefined : ids[twin]) ?? `new${model.clock++}`;
}

function liveOf<T extends { readonly isDeleted: boolean }>(all: Map<string, T>): [string, T][] {
  return [...all].filter(([, { isDeleted }]) => !isDeleted);
}

function runOne({ model, list, ids, done }: Run, at: number): number {
  const op = list[at];
  if (op === undefined || op.kind === "broken") return 400;
  if (refsOf(op).some((one) => (done[one] ?? 200) >= 400)) return 409;
  const id = (ref: Ref): string => ids[ref] ?? "";
  if (op.kind === "user") {
    return postUser(model, id(at), op.name, op.manager === null ? null : id(op.manager));
  }
  if (op.kind === "group") return postGroup(model, id(at), op.name, op.members.map(id));
  if (op.kind === "title" || op.kind === "deleteUser") {
    const user = liveUser(model, id(op.at));
    if (user === undefined) return 404;
    if (op.kind === "title") user.title = `t${at}`;
    else {
      user.isDeleted = true;
      for (const group of model.groups.values()) group.members.delete(id(op.at));
    }
    return op.kind === "title" ? 200 : 204;
  }
  const group = model.groups.get(id(op.at));
  if (group === undefined || group.isDeleted) return 404;
  if (op.kind === "join") {
    if (liveUser(model, id(op.member)) === undefined) return 400;
    group.members.add(id(op.member));
  } else if (op.kind === "leave") group.members.delete(id(op.member));
  else group.isDeleted = true;
  return op.kind === "deleteGroup" ? 204 : 200;
}

function liveUser({ users }: Model, id: string): User | undefined {
  const user = users.get(id);
  return user?.isDeleted === true ? undefined : user;
}

function postUser({ users }: Model, id: string, name: number, manager: string | null): number {
  const known = users.get(id);
  if (known !== undefined && !known.isDeleted) {
    known.manager = manager ?? known.manager;
    return 200;
  }
  users.set(id, { name, manager, title: null, isDeleted: false });
  return 201;
}

function postGroup(model: Model, id: string, name: number, members: string[]): number {
  if (members.some((one) => liveUser(model, one) === undefined)) return 400;
  const known = model.groups.get(id);
  if (known === undefined) {
    model.groups.set(id, { name, members: new Set(members), isDeleted: false });
  } else if (members.length > 0) known.members = new Set(members);
  return known === undefined ? 201 : 200;
}
