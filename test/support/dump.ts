/** The whole database as rows: to compare, to bring back an older state, and to tell what it says. */
import { env } from "cloudflare:workers";
import type { Row } from "../../src/directory/database.ts";
import type { RecordedStatement } from "./faults.ts";

/** Table → its rows, in the order of their keys. */
export type Dump = Readonly<Record<string, readonly Row[]>>;

const TABLES = `SELECT name FROM sqlite_master WHERE type = 'table'
  AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations'
  ORDER BY name`;

let names: readonly string[] = [];

export async function dump(db: D1Database = env.DB): Promise<Dump> {
  if (names.length === 0) {
    const { results } = await db.prepare(TABLES).run<{ name: string }>();
    names = results.map(({ name }) => name);
  }
  const rows = await db.batch<Row>(names.map((name) => db.prepare(`SELECT * FROM ${name}`)));
  return Object.fromEntries(names.map((name, index) => [name, rows[index]?.results ?? []]));
}

export function rowsOf(from: Dump, table: string): readonly Row[] {
  return from[table] ?? [];
}

/** Brings the tables of the dump back to what it holds, in one transaction; no trigger stands in its way. */
export async function restore(to: Dump, db: D1Database = env.DB): Promise<void> {
  const { results: triggers } = await db
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    .run<{ name: string; sql: string }>();
  const emptying = [
    ...triggers.map(({ name }) => `DROP TRIGGER ${name}`),
    ...Object.keys(to).map((table) => `DELETE FROM ${table}`),
  ];
  await db.batch([
    ...inOne(emptying, db),
    ...insertions(to, db),
    ...inOne(
      triggers.map(({ sql }) => sql),
      db,
    ),
  ]);
}

/** Statements without parameters as one text: sent one by one, they cost twice as much. */
export function inOne(statements: readonly string[], db: D1Database): D1PreparedStatement[] {
  return statements.length === 0 ? [] : [db.prepare(statements.join(";"))];
}

/** Gives what brings all rows of both shards back, but the epochs, which never go back. */
export async function savedShards(): Promise<() => Promise<void>> {
  const shards = [env.DB, env.DB_01].filter((db) => db !== undefined);
  const states = await Promise.all(
    shards.map(async (db) => ({ db, start: without(await dump(db), "epochs") })),
  );
  return async () => {
    for (const { db, start } of states) await restore(start, db);
  };
}

export function without(from: Dump, ...tables: string[]): Dump {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !tables.includes(name)));
}

/** Sends a recorded batch by hand, as a network that was slow might. */
export async function sendLate(statements: readonly RecordedStatement[]): Promise<void> {
  await env.DB.batch(statements.map(({ sql, params }) => env.DB.prepare(sql).bind(...params)));
}

/** What puts the rows of a dump into empty tables. */
export function insertions(from: Dump, db: D1Database): D1PreparedStatement[] {
  return Object.entries(from).flatMap(([table, rows]) =>
    rows[0] === undefined ? [] : [insertion(db, table, Object.keys(rows[0]), rows)],
  );
}

function insertion(
  db: D1Database,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
): D1PreparedStatement {
  const values = columns.map((column) => `value ->> '${column}'`).join(", ");
  const sql = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} FROM json_each(?)`;
  return db.prepare(sql).bind(JSON.stringify(rows));
}
