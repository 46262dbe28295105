/** Whether requests left the database as it was, but for what changes by itself. */
import { env } from "cloudflare:workers";
import type { Row } from "../../src/directory/database.ts";
import { dump, type Dump } from "./dump.ts";

export interface DumpedRow {
  readonly table: string;
  readonly row: Row;
}

/** Heartbeats are the clock's; what was noted of requests is written now and then. */
const BY_ITSELF = [
  "heartbeats",
  "request_counts",
  "refusals",
  "source_activity",
  "credential_attempts",
];

/** The last use of a token is told now and then, too. */
export async function steadyDump(db: D1Database = env.DB): Promise<Dump> {
  const all = Object.entries(await dump(db)).filter(([table]) => !BY_ITSELF.includes(table));
  return Object.fromEntries(all.map(([table, rows]) => [table, rows.map(withoutLastUse)]));
}

/** The rows that only one of the two has. */
export function differences(before: Dump, after: Dump): DumpedRow[] {
  return [...missing(before, after), ...missing(after, before)];
}

function withoutLastUse(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => column !== "last_used_at"));
}

function missing(from: Dump, other: Dump): DumpedRow[] {
  return Object.entries(from).flatMap(([table, rows]) => {
    const known = new Set((other[table] ?? []).map((row) => JSON.stringify(row)));
    return rows.filter((row) => !known.has(JSON.stringify(row))).map((row) => ({ table, row }));
  });
}
