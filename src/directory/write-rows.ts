/** How rows travel into a statement: as JSON, one by one where they are few, else in one parameter. */
import type { Statement, Value } from "./database.ts";

/** A row before and after; `before` undefined is a new one. */
export interface RowChange<T> {
  readonly before: T | undefined;
  readonly after: T;
}

// A bound string may have 2,000,000 bytes at most, by the older of two documents 1,000,000.
const PARAMETER_BYTES = 900_000;

// D1 bills the rows of json_each as read, and an UPDATE … FROM reads each row four times.
const FEW = 4;

/** One text for both ways, or two where they have to differ. */
type Sql = string | { readonly one: string; readonly many: string };

/**
 * The statements that run `sql` over the rows. It says `:row` for a row as JSON (a string stands
 * for itself), and either `:rows` for the table of them, whose column is `j.value`, or `:from` for
 * a FROM clause, which is empty where the statement is for one row. `params` are ?2 and on.
 */
export function rowStatements(sql: Sql, rows: readonly unknown[], ...params: Value[]): Statement[] {
  const { one, many } = typeof sql === "string" ? { one: sql, many: sql } : sql;
  if (rows.length > FEW) return manyStatements(many, rows, params);
  const text = forOne(one);
  return rows.map((row) => ({
    sql: text,
    params: [typeof row === "string" ? row : JSON.stringify(row), ...params],
  }));
}

function manyStatements(sql: string, rows: readonly unknown[], params: Value[]): Statement[] {
  const text = forMany(sql);
  return chunksOf(rows.map((row) => JSON.stringify(row))).map((chunk) => ({
    sql: text,
    params: [`[${chunk.join(",")}]`, ...params],
  }));
}

const forOne = memoized((sql) =>
  sql
    .replaceAll(":rows", "(SELECT ?1 AS value) j")
    .replaceAll(":row", "?1")
    .replaceAll(":from", ""),
);

const forMany = memoized((sql) =>
  sql
    .replaceAll(":rows", "json_each(?1) j")
    .replaceAll(":row", "j.value")
    .replaceAll(":from", "FROM json_each(?1) j"),
);

function memoized(write: (sql: string) => string): (sql: string) => string {
  const written = new Map<string, string>();
  return (sql) => {
    const text = written.get(sql) ?? write(sql);
    written.set(sql, text);
    return text;
  };
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
  table: "users" | "groups" | "organizations",
  rows: readonly (readonly [string, number | null])[],
): Statement[] {
  return rowStatements(
    `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM :rows LEFT JOIN ${table} r ON r.id = j.value ->> 0
      WHERE r.id IS NULL
        OR r.version <> coalesce(j.value ->> 1, r.version)
        OR (j.value ->> 1 IS NULL AND r.deleted_at IS NOT NULL))`,
    rows,
  );
}
