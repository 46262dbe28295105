/**
 * What the local platform can't do by itself: D1 calls that fail before or after their commit, or
 * never answer; KV that lags or fails; a clock that is set. Tests and objects share one isolate,
 * so one module-level switchboard serves both.
 */

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

interface Switchboard {
  fault: Fault | undefined;
  /** D1 calls by place since the last `resetFaults`. */
  calls: Record<Place, number>;
  /** The batches sent since then, whether or not they were carried out. */
  batches: { place: Place; statements: RecordedStatement[] }[];
  rows: { read: number; written: number };
  kv: "works" | "fails" | "forgets" | "remembers";
  /** Epoch milliseconds, or undefined for the real clock. */
  now: number | undefined;
  deadlineMs: number | undefined;
}

export const faults: Switchboard = fresh();

function fresh(): Switchboard {
  return {
    fault: undefined,
    calls: { worker: 0, object: 0 },
    batches: [],
    rows: { read: 0, written: 0 },
    kv: "works",
    now: undefined,
    deadlineMs: undefined,
  };
}

export function resetFaults(): void {
  Object.assign(faults, fresh());
}

/** Starts counting calls anew and lets the given one fail. */
export function failCall(place: Place, call: number, mode: Mode, lasting = false): void {
  faults.calls = { worker: 0, object: 0 };
  faults.batches = [];
  faults.fault = { place, call, mode, lasting };
  if (mode.startsWith("hang")) faults.deadlineMs = 25;
}

export function withFaults(env: Env, place: Place): Env {
  return { ...env, DB: faultyD1(env.DB, place), TOKENS: faultyKv(env.TOKENS) };
}

const texts = new WeakMap<D1PreparedStatement, RecordedStatement>();

function faultyD1(db: D1Database, place: Place): D1Database {
  return new Proxy(db, {
    get(target, name) {
      if (name === "batch")
        return (list: D1PreparedStatement[]) => faultyBatch(target, list, place);
      if (name === "prepare") return (sql: string) => recorded(target.prepare(sql), sql);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function recorded(statement: D1PreparedStatement, sql: string): D1PreparedStatement {
  return new Proxy(statement, {
    get(target, name) {
      if (name === "bind") {
        return (...params: unknown[]) => {
          const bound = target.bind(...params);
          texts.set(bound, { sql, params });
          return bound;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function faultyBatch(
  db: D1Database,
  list: D1PreparedStatement[],
  place: Place,
): Promise<D1Result[]> {
  const statements = list.map((one) => texts.get(one) ?? { sql: "", params: [] });
  faults.batches.push({ place, statements });
  const call = ++faults.calls[place];
  const { fault } = faults;
  const strikes =
    fault?.place === place && (fault.lasting ? call >= fault.call : call === fault.call);
  if (!strikes) return count(await db.batch(list));
  if (fault.mode === "before") throw new Error("D1_ERROR: Network connection lost.");
  if (fault.mode !== "hang") await db.batch(list);
  if (fault.mode === "after") throw new Error("D1_ERROR: Network connection lost.");
  return new Promise(() => {});
}

function count(results: D1Result[]): D1Result[] {
  if ((globalThis as any).TRACE)
    for (const [i, { meta }] of results.entries())
      console.log(
        i,
        meta.rows_read,
        meta.rows_written,
        faults.batches.at(-1)?.statements[i]?.sql.replace(/\s+/g, " ").slice(0, 90),
      );
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
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
