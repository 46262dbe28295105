/**
 * What the local platform can't do by itself: D1 calls that fail before or after their commit, or
 * never answer; KV that lags or fails; a clock that is set. Tests and objects share one isolate,
 * so one module-level switchboard serves both.
 */

import type { Bounds } from "../../src/sync/upstream-fetch.ts";

export type Place = "worker" | "object";
export type Mode =
  /** Fails before anything happens. */
  | "before"
  /** Commits, then the reply is lost. */
  | "after"
  /** Never answers, and nothing happens. */
  | "hang"
  /** Commits and never answers. */
  | "hang-after";

export interface RecordedStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

interface Fault {
  readonly place: Place;
  /** Which D1 call from now on, counted from 1; `lasting` also all after it. */
  readonly call: number;
  readonly mode: Mode;
  readonly lasting: boolean;
}

/** A D1 batch of a place: the `call`-th since faults were last set, before it is sent or after it was carried out. */
export interface Passing {
  readonly place: Place;
  /** The name of the object that asks, where one does. */
  readonly object: string | undefined;
  readonly call: number;
  readonly moment: "before" | "after";
  readonly statements: readonly RecordedStatement[];
}

/** Strikes when so many more calls of one object were made, itself included. */
interface Trouble {
  left: number;
  readonly mode: Mode;
}

interface Switchboard {
  fault: Fault | undefined;
  /** By the name of an object. */
  troubles: Map<string, Trouble>;
  /** Is told of every batch, holds it up until its promise is kept, and lets it fail by throwing. */
  watch: ((passing: Passing) => Promise<void> | undefined) | undefined;
  /** D1 calls by place since the last `resetFaults`. */
  calls: Record<Place, number>;
  /** The batches sent since then, whether or not they were carried out. */
  batches: { place: Place; statements: RecordedStatement[] }[];
  rows: { read: number; written: number };
  kv: "works" | "fails" | "forgets" | "remembers";
  /** Epoch milliseconds, or undefined for the real clock. */
  now: number | undefined;
  deadlineMs: number | undefined;
  /** Of what upstreams may take, where they are to be narrower. */
  bounds: Partial<Bounds>;
}

export const faults: Switchboard = fresh();

function fresh(): Switchboard {
  return {
    fault: undefined,
    troubles: new Map(),
    watch: undefined,
    calls: { worker: 0, object: 0 },
    batches: [],
    rows: { read: 0, written: 0 },
    kv: "works",
    now: undefined,
    deadlineMs: undefined,
    bounds: {},
  };
}

export function resetFaults(): void {
  Object.assign(faults, fresh());
}

/** Starts counting calls anew and lets the given one fail. */
export function failCall(place: Place, call: number, mode: Mode, lasting = false): void {
  countAnew();
  faults.fault = { place, call, mode, lasting };
}

/** Lets a call of one object fail, counted from now on, whatever the others do; undefined ends it. */
export function troubleObject(name: string, trouble: Trouble | undefined): void {
  if (trouble === undefined) faults.troubles.delete(name);
  else faults.troubles.set(name, trouble);
}

/** Ends the fault and the watch, and starts counting calls anew. */
export function endFaults(): void {
  countAnew();
  faults.fault = undefined;
  faults.watch = undefined;
}

/**
 * Starts counting calls anew and holds up the given one at that moment. `reached` waits until it
 * got there; it goes on after `release` was called, or never.
 */
export function pauseCall(
  place: Place,
  call: number,
  moment: Passing["moment"],
): { reached: () => Promise<void>; release: () => void } {
  countAnew();
  let reached = false;
  let released = false;
  faults.watch = async (passing) => {
    if (passing.place !== place || passing.call !== call || passing.moment !== moment) return;
    reached = true;
    await until(() => released);
  };
  return {
    reached: () => until(() => reached),
    release: () => {
      released = true;
    },
  };
}

/**
 * Loses the connection of the objects from the first batch on that writes. Gives that batch, which
 * was never carried out.
 */
export function loseWrite(): () => readonly RecordedStatement[] {
  countAnew();
  let write: readonly RecordedStatement[] | undefined;
  faults.watch = ({ place, moment, statements }) => {
    if (place !== "object" || moment === "after") return;
    if (write === undefined && !isWrite(statements)) return;
    write ??= statements;
    throw new Error("D1_ERROR: Network connection lost.");
  };
  return () => write ?? [];
}

/** Whether the batch is one that an object writes with, which begins with its assertion. */
export function isWrite(statements: readonly RecordedStatement[]): boolean {
  return statements[0]?.sql.startsWith("INSERT INTO assert_ok") === true;
}

/** Asks again and again: a promise kept by one request or object must not be waited for by another. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await scheduler.wait(1);
}

function countAnew(): void {
  faults.calls = { worker: 0, object: 0 };
  faults.batches = [];
}

/** The deadline of a place's next call: short where it will hang, so that only those run into it. */
export function deadlineOf(place: Place, object?: string): number | undefined {
  const { fault } = faults;
  const trouble = faults.troubles.get(object ?? "");
  if (trouble?.left === 1 && trouble.mode.startsWith("hang")) return HANG_MS;
  const hangs = fault !== undefined && fault.mode.startsWith("hang");
  return hangs && strikes(fault, place, faults.calls[place] + 1) ? HANG_MS : faults.deadlineMs;
}

const HANG_MS = 10;

function strikes(fault: Fault, place: Place, call: number): boolean {
  return fault.place === place && (fault.lasting ? call >= fault.call : call === fault.call);
}

export function withFaults(env: Env, place: Place, object?: string): Env {
  const { DB, DB_01, TOKENS } = env;
  return {
    ...env,
    DB: faultyD1(DB, place, object),
    DB_01: DB_01 && faultyD1(DB_01, place, object),
    TOKENS: faultyKv(TOKENS),
  };
}

const texts = new WeakMap<D1PreparedStatement, RecordedStatement>();

function faultyD1(db: D1Database, place: Place, object: string | undefined): D1Database {
  return new Proxy(db, {
    get(target, name) {
      if (name === "batch")
        return (list: D1PreparedStatement[]) => faultyBatch(target, list, place, object);
      if (name === "prepare") {
        const alone = async (one: D1PreparedStatement) =>
          (await faultyBatch(target, [one], place, object))[0];
        return (sql: string) => recorded(target.prepare(sql), sql, { place, alone });
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Where a statement is sent from, and how it is sent by itself as a batch would be. */
interface Sender {
  readonly place: Place;
  readonly alone: (statement: D1PreparedStatement) => Promise<unknown>;
}

function recorded(
  statement: D1PreparedStatement,
  sql: string,
  sender: Sender,
): D1PreparedStatement {
  return new Proxy(statement, {
    get(target, name) {
      if (name === "bind") {
        return (...params: unknown[]) => {
          const bound = faultyStatement(target.bind(...params), sender);
          texts.set(bound, { sql, params });
          return bound;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
const RUNS = ["raw", "run", "first"];

/**
 * A statement sent by itself: by `all` it is a batch of one. Otherwise it is a read of drizzle's,
 * which isn't counted, and fails while all calls fail.
 */
function faultyStatement(
  bound: D1PreparedStatement,
  { place, alone }: Sender,
): D1PreparedStatement {
  const faulty: D1PreparedStatement = new Proxy(bound, {
    get(target, name) {
      if (name === "all") return () => alone(faulty);
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (typeof name !== "string" || !RUNS.includes(name)) return value.bind(target);
      return async (...options: unknown[]): Promise<unknown> => {
        const { fault } = faults;
        const down = fault?.lasting && strikes(fault, place, faults.calls[place] + 1);
        if (down) throw new Error("D1_ERROR: Network connection lost.");
        return value.apply(target, options);
      };
    },
  });
  originals.set(faulty, bound);
  return faulty;
}

async function faultyBatch(
  db: D1Database,
  list: D1PreparedStatement[],
  place: Place,
  object: string | undefined,
): Promise<D1Result[]> {
  const statements = list.map((one) => texts.get(one) ?? { sql: "", params: [] });
  const bound = list.map((one) => originals.get(one) ?? one);
  faults.batches.push({ place, statements });
  const call = ++faults.calls[place];
  const { fault } = faults;
  const mode = troubleOf(object) ?? (fault && strikes(fault, place, call) ? fault.mode : undefined);
  await faults.watch?.({ place, object, call, moment: "before", statements });
  if (mode === undefined) {
    const results = await db.batch(bound);
    await faults.watch?.({ place, object, call, moment: "after", statements });
    return count(results);
  }
  if (mode === "before") throw new Error("D1_ERROR: Network connection lost.");
  // Whatever it came to: the reply is lost.
  if (mode !== "hang") await Promise.allSettled([db.batch(bound)]);
  if (mode === "after") throw new Error("D1_ERROR: Network connection lost.");
  return new Promise(() => {});
}

function troubleOf(object: string | undefined): Mode | undefined {
  const trouble = faults.troubles.get(object ?? "");
  if (trouble === undefined || --trouble.left > 0) return undefined;
  faults.troubles.delete(object ?? "");
  return trouble.mode;
}

function count(results: D1Result[]): D1Result[] {
  for (const { meta } of results) {
    faults.rows.read += meta.rows_read;
    faults.rows.written += meta.rows_written;
  }
  return results;
}

const kvSnapshot = new Map<string, unknown>();

/** "forgets" misses every key; "remembers" serves what was there when it was switched on. */
function faultyKv(kv: KVNamespace): KVNamespace {
  return new Proxy(kv, {
    get(target, name) {
      if (name === "get") {
        return async (key: string, type: "json") => {
          if (faults.kv === "fails") throw new Error("KV GET failed: 500 Internal Server Error");
          if (faults.kv === "forgets") return null;
          if (faults.kv === "remembers" && kvSnapshot.has(key)) return kvSnapshot.get(key);
          const value: unknown = await target.get(key, type);
          if (value !== null) kvSnapshot.set(key, value);
          return value;
        };
      }
      if ((name === "put" || name === "delete") && faults.kv === "fails") {
        return () => Promise.reject(new Error("KV PUT failed: 500 Internal Server Error"));
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
