/** What each step of a run costs the database, told to the bench. */
import { Hono } from "hono";
import type { StepCost } from "../step-cost.ts";

/** The object and the Worker share an isolate. */
let steps: StepCost[] = [];
let open = { trips: 0, rowsRead: 0, rowsWritten: 0 };

/** Gives the steps since it was asked last. */
export const counting = new Hono<{ Bindings: BenchEnv }>().post("/", (c) => {
  const told = steps;
  steps = [];
  return c.json(told);
});

/** Every step of a run that reads something ends with a batch that has this. */
const CHECKPOINT = "UPDATE runs SET step = step + 1, state";

const checkpoints = new WeakSet<D1PreparedStatement>();

export function counted(env: BenchEnv): BenchEnv {
  return { ...env, DB: countedDatabase(env.DB) };
}

function countedDatabase(db: D1Database): D1Database {
  return new Proxy(db, {
    get(target, name) {
      if (name === "prepare") {
        return (sql: string) => countedStatement(target.prepare(sql), sql.startsWith(CHECKPOINT));
      }
      if (name === "batch") {
        return async (list: D1PreparedStatement[]) => {
          const results = await target.batch(list.map((one) => originals.get(one) ?? one));
          count(
            results,
            list.some((one) => checkpoints.has(one)),
          );
          return results;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function countedStatement(
  statement: D1PreparedStatement,
  isCheckpoint: boolean,
): D1PreparedStatement {
  const own = new Proxy(statement, {
    get(target, name) {
      if (name === "bind") {
        return (...params: unknown[]) => countedStatement(target.bind(...params), isCheckpoint);
      }
      if (name === "all") {
        return async () => {
          const result = await target.all();
          count([result], isCheckpoint);
          return result;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  originals.set(own, statement);
  if (isCheckpoint) checkpoints.add(own);
  return own;
}

function count(results: readonly D1Result[], isEnd: boolean): void {
  open.trips++;
  for (const { meta } of results) {
    open.rowsRead += meta.rows_read;
    open.rowsWritten += meta.rows_written;
  }
  if (!isEnd) return;
  steps.push({ ...open, endedAt: Date.now() });
  open = { trips: 0, rowsRead: 0, rowsWritten: 0 };
}
