/** Statements against the real database, with the rows D1 bills for. */
import { env } from "cloudflare:workers";
import type { Row, Statement } from "../../src/directory/database.ts";

export interface Measured {
  /** The rows of each statement, as Database.batch gives them. */
  readonly results: readonly (readonly Row[])[];
  readonly rowsRead: number;
}

export async function measure(statements: readonly Statement[]): Promise<Measured> {
  const batch = await env.DB.batch<Row>(
    statements.map(({ sql, params }) => env.DB.prepare(sql).bind(...params)),
  );
  return {
    results: batch.map(({ results }) => results),
    rowsRead: batch.reduce((sum, { meta }) => sum + meta.rows_read, 0),
  };
}

/** The steps SQLite takes for the statement, a line each. */
export async function planOf({ sql, params }: Statement): Promise<string> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail).join("\n");
}
