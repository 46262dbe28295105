/** What is measured: the requests of each case, what they must answer, and the ceiling above it. */
import { MESSAGE_PATCH } from "../src/scim/messages.ts";
import type { JsonObject } from "../src/scim/json.ts";
import type { Answer, Request } from "./connection.ts";
import {
  attributesOf,
  groupId,
  nameOf,
  SPARES,
  userBody,
  userId,
  userNameOf,
  type GroupSize,
} from "./people.ts";
import type { World } from "./world.ts";

/** A request and what makes its answer right. */
export interface Step extends Request {
  readonly status: number;
  /** Text that the answer must have in it. */
  readonly shows?: string;
}

/** Which turn it is: of which run of a case, of which of its connections, and the how many-eth. */
export interface Turn {
  readonly run: number;
  readonly connection: number;
  readonly number: number;
}

/** Requests that belong together. What an answer says may be needed for the next request. */
export type Steps = Generator<Step, void, Answer>;

export interface Case {
  readonly name: string;
  /** Where its requests go: to Muster, or to what is beside it. */
  readonly to: "muster" | "bench";
  /** The case it is compared with; undefined for a ceiling. */
  readonly ceiling?: CeilingName;
  /** The size of the group it works on, which not all worlds have. */
  readonly group?: GroupSize;
  readonly turn: (world: World, turn: Turn) => Steps;
}

export const CEILING_NAMES = [
  "bare Hono answer",
  "object RPC, no-op",
  "D1 select by key",
  "D1 insert per request",
  "D1 insert per request, in order",
] as const;
export type CeilingName = (typeof CEILING_NAMES)[number];

const ceilingCases: Readonly<Record<CeilingName, Case["turn"]>> = {
  "bare Hono answer": function* () {
    yield { method: "GET", path: "/ceilings/bare", status: 200 };
  },
  "object RPC, no-op": function* () {
    yield { method: "GET", path: "/ceilings/rpc", status: 200, shows: '"ok":1' };
  },
  "D1 select by key": function* (world, turn) {
    const id = userId(anyone(world, turn));
    yield { method: "GET", path: `/ceilings/select/${id}`, status: 200, shows: id };
  },
  "D1 insert per request": function* (_, turn) {
    yield { ...post("/ceilings/insert", newUser(turn, "at-once")), status: 201 };
  },
  "D1 insert per request, in order": function* (_, turn) {
    yield { ...post("/ceilings/insert-in-order", newUser(turn, "in-order")), status: 201 };
  },
};

export const CEILINGS: readonly Case[] = CEILING_NAMES.map((name) => ({
  name,
  to: "bench",
  turn: ceilingCases[name],
}));

const SELECT: CeilingName = "D1 select by key";
const INSERT: CeilingName = "D1 insert per request, in order";

/** Those that only read, then those that change people, then those that add some. */
export const CASES: readonly Case[] = [
  muster("GET by id", SELECT, function* (world, turn) {
    const id = userId(anyone(world, turn));
    yield { ...get(world, `/Users/${id}`), shows: `"id":"${id}"` };
  }),
  muster("userName eq", SELECT, function* (world, turn) {
    yield find(world, anyone(world, turn));
  }),
  muster("list page of 100, first", SELECT, function* (world) {
    yield page(world, 1);
  }),
  muster("list page of 100, walking", SELECT, function* (world, turn) {
    yield page(world, 1 + 100 * ((turn.connection * 13 + turn.number) % (world.users / 100)));
  }),
  muster("list page of 100, by cursor", SELECT, walkByCursor),
  muster("unchanged: find and PUT", SELECT, function* (world, turn) {
    const number = unchanged(world, turn);
    yield find(world, number);
    const path = `${world.base}/Users/${userId(number)}`;
    yield { method: "PUT", path, body: json(userBody(nameOf(number))), ...UNCHANGED };
  }),
  muster("unchanged: find and PATCH", SELECT, function* (world, turn) {
    const number = unchanged(world, turn);
    yield find(world, number);
    const value = attributesOf(nameOf(number));
    yield { ...patch(world, `/Users/${userId(number)}`, { op: "replace", value }), ...UNCHANGED };
  }),
  muster("PATCH one attribute", INSERT, function* (world, turn) {
    const path = `/Users/${userId(changed(world, turn))}`;
    const value = `Title ${turn.run} ${turn.connection} ${turn.number}`;
    yield { ...patch(world, path, { op: "replace", path: "title", value }), status: 200 };
  }),
  ...([10, 1_000, 100_000] as const).map((size) => memberCase(size)),
  muster("POST user", INSERT, function* (world, turn) {
    yield { ...post(`${world.base}/Users`, newUser(turn, "new")), status: 201 };
  }),
];

/** Ceilings and the cases beside them, which are measured in turns. */
export interface Block {
  readonly ceilings: readonly CeilingName[];
  readonly cases: readonly Case[];
}

export const BLOCKS: readonly Block[] = [
  { ceilings: ["bare Hono answer", SELECT], cases: CASES.filter(isBelow(SELECT)) },
  {
    ceilings: ["object RPC, no-op", "D1 insert per request", INSERT],
    cases: CASES.filter(isBelow(INSERT)),
  },
];

/** What is measured on a database that is far away. */
export const SLOW_BLOCK: Block = {
  ceilings: [INSERT],
  cases: CASES.filter(({ name }) => name === "POST user"),
};

/** The case or ceiling of this name. */
export function caseOf(name: string): Case {
  const found = [...CEILINGS, ...CASES].find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  return found;
}

export function isPossible({ name, group }: Case, world: World): boolean {
  if (name === "list page of 100, by cursor") return world.hasCursors;
  if (name === "list page of 100, walking") return world.users >= 1_000;
  return group === undefined || group <= world.users;
}

function isBelow(name: CeilingName): (one: Case) => boolean {
  return ({ ceiling }) => ceiling === name;
}

function muster(name: string, ceiling: CeilingName, turn: Case["turn"]): Case {
  return { name, to: "muster", ceiling, turn };
}

/** A member comes and goes, so that the group keeps its size however long it is measured. */
function memberCase(group: GroupSize): Case {
  const name = `add or remove one of ${group.toLocaleString("en")} members`;
  const turn: Case["turn"] = function* (world, { connection }) {
    const path = `/Groups/${groupId(group)}`;
    const value = userId(world.users + connection);
    yield { ...patch(world, path, { op: "add", path: "members", value: [{ value }] }), ...CHANGED };
    const one = `members[value eq "${value}"]`;
    yield { ...patch(world, path, { op: "remove", path: one }), ...CHANGED };
  };
  return { ...muster(name, INSERT, turn), group };
}

const CHANGED = { status: 204 };

/** Nothing was written: it still is the version that the world began with. */
const UNCHANGED = { status: 200, shows: String.raw`"version":"W/\"1\""` };

function get(world: World, path: string): Step {
  return { method: "GET", path: `${world.base}${path}`, status: 200 };
}

function find(world: World, number: number): Step {
  const filter = encodeURIComponent(`userName eq "${userNameOf(nameOf(number))}"`);
  return { ...get(world, `/Users?filter=${filter}`), shows: '"totalResults":1,' };
}

function page(world: World, startIndex: number): Step {
  const path = `/Users?startIndex=${startIndex}&count=100`;
  return { ...get(world, path), shows: `"itemsPerPage":${Math.min(world.users + SPARES, 100)}` };
}

/** RFC 9865 §2.1: a page with an empty cursor, then what each page says is next. */
function* walkByCursor(world: World): Steps {
  let cursor = "";
  for (let pages = 0; pages < 10; pages++) {
    const path = `/Users?count=100&cursor=${encodeURIComponent(cursor)}`;
    const { body } = yield { ...get(world, path), shows: '"itemsPerPage":' };
    const next = /"nextCursor":"([^"]+)"/.exec(body.toString("latin1", 0, 1_000))?.[1];
    const last = /"nextCursor":"([^"]+)"/.exec(body.toString("latin1").slice(-1_000))?.[1];
    cursor = next ?? last ?? "";
    if (cursor === "") return;
  }
}

function patch(world: World, path: string, operation: JsonObject): Request {
  const body = json({ schemas: [MESSAGE_PATCH], Operations: [operation] });
  return { method: "PATCH", path: `${world.base}${path}`, body };
}

function post(path: string, body: JsonObject): Request {
  return { method: "POST", path, body: json(body) };
}

function json(body: JsonObject): string {
  return JSON.stringify(body);
}

function newUser({ run, connection, number }: Turn, kind: string): JsonObject {
  return userBody(`${kind}-${run}-${connection}-${number}`);
}

/** A number that jumps about, the same for the same turn. */
function spread({ run, connection, number }: Turn): number {
  return ((number * 7_919 + connection * 104_729 + run * 1_299_709) * 31) % 2_147_483_647;
}

/** The first half of a world is never changed, so that both its content and its version are known. */
function unchanged({ users }: World, turn: Turn): number {
  return spread(turn) % (users >> 1);
}

function changed({ users }: World, turn: Turn): number {
  return (users >> 1) + (spread(turn) % (users >> 1));
}

function anyone({ users }: World, turn: Turn): number {
  return spread(turn) % users;
}
