/**
 * The one door to a shard's D1 database: deadlines, and what its errors mean.
 * A fault of the platform is never an answer about people: it is `unavailable` (503).
 */
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { ScimError } from "../scim/error.ts";
import { logError } from "./log.ts";

export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Database {
  /**
   * Runs the statements in one round trip and one transaction and gives the rows of each.
   * Throws `ConstraintViolation` when a constraint aborted it (nothing was written), and a
   * ScimError `unavailable` when it is not known whether anything was.
   */
  batch(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
  /** Runs reads built with drizzle, under the same deadline. */
  read<T>(run: (query: DrizzleD1Database) => Promise<T>): Promise<T>;
}

/** A batch that D1 refused and rolled back. */
export class ConstraintViolation extends Error {
  override readonly name = "ConstraintViolation";
  /** The columns of a violated UNIQUE index, e.g. "users.directory_id, users.user_name_key"; null for an assertion. */
  readonly unique: string | null;

  constructor(unique: string | null) {
    super(unique === null ? "Assertion failed" : `Not unique: ${unique}`);
    this.unique = unique;
  }
}

/** D1 has no timeout of its own, and stalls of a minute were seen in production. */
export const DEADLINE_MS = 8_000;

const RETRY_AFTER_SECONDS = 5;

/** Opens the database of a shard ("00" is the binding DB, "01" is DB_01, …). */
export function openDatabase(
  env: Env,
  shard: string,
  deadlineMs: () => number = () => DEADLINE_MS,
): Database {
  const d1 = bindingOf(env, shard);
  return {
    async batch(statements) {
      if (statements.length === 0) return [];
      const prepared = statements.map(({ sql, params }) => d1.prepare(sql).bind(...params));
      const results = await inTime(() => runAll(d1, prepared), deadlineMs());
      return results.map(({ results: rows }) => rows);
    },
    read: (run) => inTime(() => run(drizzle(d1)), deadlineMs()),
  };
}

/** A statement by itself is a transaction already, and goes without the price of one. */
async function runAll(
  d1: D1Database,
  prepared: D1PreparedStatement[],
): Promise<readonly D1Result<Row>[]> {
  const [alone, ...others] = prepared;
  return alone !== undefined && others.length === 0 ? [await alone.all<Row>()] : d1.batch(prepared);
}

/** The binding of a shard: "00" is DB, "01" is DB_01. */
export function bindingName(shard: string): string {
  return shard === "00" ? "DB" : `DB_${shard}`;
}

/** The codes of all shards that are bound. */
export function shardsOf(env: Env): string[] {
  const numbered = Object.keys(env).flatMap((name) => /^DB_([0-9a-z]{2})$/.exec(name)?.[1] ?? []);
  return ["00", ...numbered.sort()];
}

function bindingOf(env: Env, shard: string): D1Database {
  const binding = shard === "00" ? env.DB : env[`DB_${shard}`];
  if (binding === undefined) throw unavailable(`The database of shard ${shard} is not bound`);
  return binding;
}

async function inTime<T>(work: () => Promise<T>, deadlineMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(unavailable("The database did not answer in time")),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const meaning = meaningOf(error);
    if (meaning instanceof ScimError) logError("database", error);
    throw meaning;
  } finally {
    clearTimeout(timer);
  }
}

/** drizzle puts bound values into `message`, so its cause is read and never passed on. */
function meaningOf(error: unknown): Error {
  if (error instanceof ScimError) return error;
  const { message } =
    error instanceof Error && error.cause instanceof Error ? error.cause : toError(error);
  const unique = /UNIQUE constraint failed: ([\w., ]+)/.exec(message)?.[1];
  if (unique !== undefined) return new ConstraintViolation(unique);
  if (message.includes("CHECK constraint failed: ok = 1")) return new ConstraintViolation(null);
  if (/no such (table|column)|has no column named/.test(message))
    return unavailable("Migrations are pending");
  if (REFUSAL.test(message)) {
    return new ScimError("internal", "A statement was refused by the database", { cause: error });
  }
  return unavailable("The database is not available");
}

/** What SQLite says to a statement that would fail as well the next time: a bug of ours, not an outage. */
const REFUSAL =
  /SQLITE_(ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)|Wrong number of parameter|D1_TYPE_ERROR/;

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function unavailable(detail: string): ScimError {
  return new ScimError("unavailable", detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
