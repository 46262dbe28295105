/** How rows travel into a statement: as JSON in one parameter, cut by bytes. */
import type { Statement, Value } from "./database.ts";

/** A row before and after; `before` undefined is a new one. */
export interface RowChange<T> {
  readonly before: T | undefined;
  readonly after: T;
}

// A bound string may have 2,000,000 bytes at most, by the older of two documents 1,000,000.
const PARAMETER_BYTES = 900_000;

/**
 * The statement once for every JSON array of rows that fits into a parameter. In `sql` the array
 * is ?1; `params` follow as ?2 and on. No rows, no statement.
 */
export function jsonStatements(
  sql: string,
  rows: readonly unknown[],
  ...params: Value[]
): Statement[] {
  return chunksOf(rows.map((row) => JSON.stringify(row))).map((chunk) => ({
    sql,
    params: [`[${chunk.join(",")}]`, ...params],
  }));
}

function chunksOf(texts: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const text of texts) {
    // Three bytes is the most that one UTF-16 unit takes in UTF-8.
    const bytes = text.length * 3 + 1;
    if (bytes > room) {
      chunks.push([]);
      room = PARAMETER_BYTES;
    }
    chunks.at(-1)?.push(text);
    room -= bytes;
  }
  return chunks;
}

/**
 * Aborts the batch unless every row still has the version the decision was made on. Rows are
 * [id, version]; a version of null asks only that the row lives.
 */
export function assertVersions(
  table: "users" | "groups",
  rows: readonly (readonly [string, number | null])[],
): Statement[] {
  return jsonStatements(
    `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM json_each(?1) j LEFT JOIN ${table} r ON r.id = j.value ->> 0
      WHERE r.id IS NULL
        OR r.version <> coalesce(j.value ->> 1, r.version)
        OR (j.value ->> 1 IS NULL AND r.deleted_at IS NOT NULL))`,
    rows,
  );
}
