/** What a source's requests came to: counts by the hour, and what has arrived so far. */
import { z } from "zod";
import type { Database } from "./database.ts";

const countRow = z.object({
  hour: z.number(),
  route: z.string(),
  status: z.number(),
  n: z.number(),
});
export type CountRow = z.infer<typeof countRow>;

/** The counts of the hours that begin in that time (epoch milliseconds, both included), oldest first. */
export async function requestCounts(
  db: Database,
  sourceId: string,
  range: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<readonly CountRow[]> {
  const [rows = []] = await db.batch([
    {
      sql: `SELECT hour, route, status, n FROM request_counts
        WHERE source_id = ?1 AND hour BETWEEN ?2 AND ?3 ORDER BY hour, route, status LIMIT ?4`,
      params: [sourceId, range.from, range.to, range.limit],
    },
  ]);
  return rows.map((row) => countRow.parse(row));
}

const seenRow = z.object({
  first_request_at: z.number().nullable(),
  last_request_at: z.number().nullable(),
});
const arrivalRow = z.object({ at: z.number(), resource_id: z.string() });
const attemptRow = z.object({
  at: z.number(),
  why: z.string(),
  hint: z.string(),
  user_agent: z.string(),
});
export type AttemptRow = z.infer<typeof attemptRow>;

export interface Connection {
  readonly firstRequestAt: number | null;
  readonly lastRequestAt: number | null;
  readonly firstUser: z.infer<typeof arrivalRow> | undefined;
  readonly firstGroup: z.infer<typeof arrivalRow> | undefined;
  /** The last ones that did not work, newest first. */
  readonly attempts: readonly AttemptRow[];
}

/** The first user and group are looked for among so many of the source's oldest events. */
const ARRIVAL_WINDOW = 2_000;

/** Reads it in one round trip. */
export async function connectionOf(db: Database, sourceId: string): Promise<Connection> {
  const params = [sourceId];
  const arrival = (type: string) => ({
    sql: `SELECT at, resource_id FROM (
        SELECT * FROM events WHERE source_id = ?1 ORDER BY at, seq LIMIT ${ARRIVAL_WINDOW})
      WHERE type = ?2 ORDER BY at, seq LIMIT 1`,
    params: [sourceId, type],
  });
  const [[seen] = [], [user] = [], [group] = [], attempts = []] = await db.batch([
    {
      sql: "SELECT first_request_at, last_request_at FROM source_activity WHERE source_id = ?1",
      params,
    },
    arrival("user.created"),
    arrival("group.created"),
    {
      sql: `SELECT at, why, hint, user_agent FROM credential_attempts WHERE source_id = ?1
        ORDER BY seq DESC`,
      params,
    },
  ]);
  const known = seen && seenRow.parse(seen);
  return {
    firstRequestAt: known?.first_request_at ?? null,
    lastRequestAt: known?.last_request_at ?? null,
    firstUser: user && arrivalRow.parse(user),
    firstGroup: group && arrivalRow.parse(group),
    attempts: attempts.map((row) => attemptRow.parse(row)),
  };
}
