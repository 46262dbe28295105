/**
 * The feed of a directory's changes, in the order of `seq`. D1 is SQLite with one writer: `seq` is
 * given inside the transaction that commits it, and transactions follow one another, so whoever
 * sees an event sees all before it, and none with a smaller number comes later. AUTOINCREMENT
 * never gives a number again, so a reader's position stays good when old events are deleted.
 */
import { z } from "zod";
import type { Database, Row, Statement } from "./database.ts";
import { rowStatements } from "./write-rows.ts";

/** What a reader has read up to. */
export interface FeedPosition {
  readonly seq: number;
  /** When that event was: another database's event of the number was at another time. */
  readonly at: number;
}

export interface FeedPage {
  /** `lost` where events after the position may be gone, or the position is of another database. */
  readonly state: "good" | "lost";
  readonly events: readonly FeedEvent[];
  readonly next: FeedPosition;
  /** Whether there may be more already. */
  readonly hasMore: boolean;
}

const feedEvent = z.object({
  seq: z.number(),
  at: z.number(),
  type: z.string(),
  source_id: z.string().nullable(),
  resource_type: z.string(),
  resource_id: z.string(),
  changes: z.string(),
  version: z.number().nullable(),
  /** The organization that it was in, or below, before; only of a move. */
  moved_from: z.string().nullable(),
});
export type FeedEvent = z.infer<typeof feedEvent>;

/** Events of all directories of a shard share the numbers: so many are looked at for a page. */
export const FEED_WINDOW = 2_000;

/** Reads a page in one round trip; without a position from the oldest event there is. */
export async function feedPage(
  db: Database,
  directoryId: string,
  position: FeedPosition | undefined,
  limit: number,
): Promise<FeedPage> {
  const [[bounds] = [], [own] = [], found = [], [end] = []] = await db.batch(
    feedStatements(directoryId, position?.seq, limit),
  );
  const { horizon, last } = boundsIn(bounds);
  const start = position ?? { seq: horizon, at: 0 };
  const events = found.slice(0, limit).map((row) => feedEvent.parse(row));
  const isWindowFull = last > start.seq + FEED_WINDOW;
  const isPageFull = found.length > limit;
  const reached = isWindowFull && !isPageFull ? positionIn(end) : events.at(-1);
  const isGood = position === undefined || isOfHere(position, { horizon, last }, own);
  return {
    state: isGood ? "good" : "lost",
    events,
    next: reached === undefined ? start : { seq: reached.seq, at: reached.at },
    hasMore: isPageFull || isWindowFull,
  };
}

/** Bounds, the position's own event, the page with one row more, and the last event of the window. */
export function feedStatements(
  directoryId: string,
  after: number | undefined,
  limit: number,
): Statement[] {
  const params = [after ?? null];
  // The plus keeps it from another index, which has another order.
  const start = "coalesce(?1, (SELECT seq FROM event_horizon))";
  return [
    {
      sql: "SELECT h.seq AS horizon, (SELECT max(seq) FROM events) AS last FROM event_horizon h",
      params: [],
    },
    { sql: "SELECT at FROM events WHERE seq = ?1", params },
    {
      sql: `SELECT seq, at, type, source_id, resource_type, resource_id, changes, version,
          coalesce(json_extract(diff, '$.diff.organizationId.from'),
            json_extract(diff, '$.diff.parent.from')) AS moved_from
        FROM events WHERE seq > ${start} AND seq <= ${start} + ${FEED_WINDOW}
          AND +directory_id = ?2 AND resource_type IN ('User', 'Group', 'Organization')
        ORDER BY seq LIMIT ?3`,
      params: [...params, directoryId, limit + 1],
    },
    {
      sql: `SELECT seq, at FROM events WHERE seq <= ${start} + ${FEED_WINDOW}
        ORDER BY seq DESC LIMIT 1`,
      params,
    },
  ];
}

interface Bounds {
  /** The last event that was deleted for its age. */
  readonly horizon: number;
  readonly last: number;
}

function boundsIn(row: Row | undefined): Bounds {
  const horizon = Number(row?.["horizon"] ?? 0);
  return { horizon, last: Math.max(Number(row?.["last"] ?? 0), horizon) };
}

/** Everything after the position is there; and it is of this database, not of one that was restored since. */
function isOfHere({ seq, at }: FeedPosition, { horizon, last }: Bounds, own: Row | undefined) {
  if (seq < horizon || seq > last) return false;
  return own === undefined ? seq === horizon : own["at"] === at;
}

function positionIn(row: Row | undefined): FeedPosition | undefined {
  return row && { seq: Number(row["seq"]), at: Number(row["at"]) };
}

/** A write may take that long, so events may be that much out of the order of their times. */
const OUT_OF_ORDER_MS = 60_000;

/**
 * The position before the first event of that time, or rather a minute earlier: an event may have
 * got its number somewhat later than its time. Undefined where that is the oldest there is.
 */
export async function feedSince(
  db: Database,
  directoryId: string,
  types: readonly string[],
  since: number,
): Promise<FeedPosition | undefined> {
  const first = `SELECT e.seq FROM :rows CROSS JOIN events e ON e.seq = (
    SELECT seq FROM events WHERE directory_id = ?2 AND type = j.value AND at >= ?3
    ORDER BY at, seq LIMIT 1)`;
  const statements = rowStatements(first, types, directoryId, since - OUT_OF_ORDER_MS);
  const found = (await db.batch(statements)).flat().map(({ seq }) => Number(seq));
  const sql = "SELECT seq, at FROM events WHERE seq < ?1 ORDER BY seq DESC LIMIT 1";
  const [rows] = await db.batch([
    { sql, params: [found.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...found)] },
  ]);
  return positionIn(rows?.[0]);
}
