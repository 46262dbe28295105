/** What a source sends and isn't kept: names and how often, gathered in memory, written now and then. */
import { desc, eq } from "drizzle-orm";
import type { Database, Statement } from "../directory/database.ts";
import { observedAttributes } from "../directory/field-tables.ts";
import { rowStatements } from "../directory/write-rows.ts";

/** A path, how often it came, and when last, in epoch milliseconds. */
export type Observation = readonly [path: string, count: number, lastAt: number];

/** So many paths a source has at most: a client may make up names for ever. */
export const OBSERVED_MAX = 200;

/** Adds observations to those held, as far as there is room for new paths. */
export function addObservations(
  held: Map<string, Observation>,
  observations: readonly Observation[],
): void {
  for (const [path, count, lastAt] of observations) {
    const known = held.get(path);
    if (known === undefined && held.size >= OBSERVED_MAX) continue;
    held.set(path, [path, (known?.[1] ?? 0) + count, Math.max(known?.[2] ?? 0, lastAt)]);
  }
}

export function observedStatements(
  sourceId: string,
  observations: readonly Observation[],
): Statement[] {
  return rowStatements(INSERT, observations, sourceId, OBSERVED_MAX);
}

// A source that is gone meanwhile leaves nothing behind.
const INSERT = `INSERT INTO observed_attributes (source_id, path, n, last_at)
  SELECT ?2, j.value ->> 0, j.value ->> 1, j.value ->> 2 FROM :rows
  WHERE EXISTS (SELECT 1 FROM data_sources s WHERE s.id = ?2 AND s.deleted_at IS NULL)
    AND (EXISTS (SELECT 1 FROM observed_attributes o
        WHERE o.source_id = ?2 AND o.path = j.value ->> 0)
      OR (SELECT count(*) FROM observed_attributes o WHERE o.source_id = ?2) < ?3)
  ON CONFLICT (source_id, path) DO UPDATE
    SET n = n + excluded.n, last_at = max(last_at, excluded.last_at)`;

/** Those that came last first. */
export async function observedOf(db: Database, sourceId: string): Promise<Observation[]> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(observedAttributes)
      .where(eq(observedAttributes.source_id, sourceId))
      .orderBy(desc(observedAttributes.last_at), observedAttributes.path),
  );
  return rows.map(({ path, n, last_at }) => [path, n, last_at]);
}
