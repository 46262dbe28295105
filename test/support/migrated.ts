/** An empty, migrated database for every test. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Row } from "../../src/directory/database.ts";
import { dump, inOne, insertions, type Dump } from "./dump.ts";

interface Made {
  /** With their indexes. */
  readonly tables: readonly string[];
  readonly triggers: readonly string[];
  readonly rows: Dump;
}

let made: Made | undefined;

/**
 * The migrations run once in a file; what they made is made again for each test, in a sixth of
 * their time. Triggers come last: no row of the migrations' own is to fire one again.
 */
export async function migrated(shards: readonly D1Database[]): Promise<void> {
  if (made === undefined) {
    await Promise.all(shards.map((db) => applyD1Migrations(db, env.TEST_MIGRATIONS)));
    made = await readMade();
    return;
  }
  const { tables, triggers, rows } = made;
  await Promise.all(
    shards.map((db) =>
      db.batch([...inOne(tables, db), ...insertions(rows, db), ...inOne(triggers, db)]),
    ),
  );
}

async function readMade(): Promise<Made> {
  const { results } = await env.DB.prepare(
    `SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL
      AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY rowid`,
  ).run<{ type: string; sql: string }>();
  const noted = await env.DB.prepare("SELECT * FROM d1_migrations").run<Row>();
  const of = (...types: readonly string[]) =>
    types.flatMap((type) => results.filter((one) => one.type === type).map(({ sql }) => sql));
  return {
    tables: of("table", "index"),
    triggers: of("trigger"),
    // With what the platform notes of the migrations: it stands before all that is counted there.
    rows: { ...(await dump()), d1_migrations: noted.results },
  };
}
