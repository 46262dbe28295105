/** Whether requests left the database as it was, but for what changes by itself. */
import type { Row } from "../../src/directory/database.ts";
import { dump, type Dump } from "./dump.ts";

export interface DumpedRow {
  readonly table: string;
  readonly row: Row;
}

/** Heartbeats are the clock's, and the last use of a token is told now and then. */
export async function steadyDump(): Promise<Dump> {
  const all = Object.entries(await dump()).filter(([table]) => table !== "heartbeats");
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
