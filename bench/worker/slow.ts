/** Muster's bindings with a database that is as far away as it is in production. */
import { DataSource as RealDataSource } from "../../src/sync/source-object.ts";
import { counted } from "./counted.ts";

/** The object of a data source: on the slow database, else on one that counts. */
export class DataSource extends RealDataSource {
  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env.DELAY_MS === 0 ? counted(env) : slowed(env));
  }
}

export function slowed(env: BenchEnv): BenchEnv {
  return env.DELAY_MS === 0 ? env : { ...env, DB: slowDatabase(env.DB, env.DELAY_MS) };
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function slowDatabase(db: D1Database, delayMs: number): D1Database {
  return new Proxy(db, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => slowStatement(target.prepare(sql), delayMs);
      if (name === "batch") {
        return async (list: D1PreparedStatement[]) => {
          await scheduler.wait(delayMs);
          return target.batch(list.map((one) => originals.get(one) ?? one));
        };
      }
      return bound(target, name);
    },
  });
}

const CALLS = ["all", "raw", "run", "first"];

function slowStatement(statement: D1PreparedStatement, delayMs: number): D1PreparedStatement {
  const slow = new Proxy(statement, {
    get(target, name) {
      if (name === "bind") {
        return (...params: unknown[]) => slowStatement(target.bind(...params), delayMs);
      }
      const value: unknown = bound(target, name);
      if (typeof value !== "function" || !CALLS.includes(String(name))) return value;
      return async (...options: unknown[]): Promise<unknown> => {
        await scheduler.wait(delayMs);
        return value(...options);
      };
    },
  });
  originals.set(slow, statement);
  return slow;
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}
