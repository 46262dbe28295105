/** People whom their own records make inactive: how many there are decides whether an admin has to agree. */
import type { Database, Statement } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { judgePull } from "../sources/guard.ts";
import type { Source } from "../sources/source.ts";
import type { Going } from "./run-rows.ts";

/**
 * Whether those of them who wait in the run are more than the limit lets go. To be asked when the
 * list of people is read to its end.
 */
export async function areTooMany(
  db: Database,
  { id, counts }: Pick<Going, "id" | "counts">,
  source: Pick<Source, "id" | "upstream">,
  now: number,
): Promise<boolean> {
  if (source.upstream === null) return false;
  const { userLimit: people, organizationLimit: organizations } = source.upstream;
  const params = [id, source.id];
  const [[found] = []] = await db.batch([
    { sql: LEAVERS, params: [...params, new Date(now).toISOString()] },
  ]);
  const leavers = Number(found?.["n"]);
  if (leavers <= people.least) return false;
  const [[facts] = []] = await db.batch([{ sql: ACTIVE, params: [source.id] }]);
  const { held } = judgePull({
    missing: leavers + counts.User.disabled,
    active: Number(facts?.["n"]) + counts.User.disabled,
    organizationsMissing: 0,
    organizations: 0,
    fresh: 0,
    total: 1,
    limits: { people, organizations },
  });
  return held;
}

const LEAVERS = `SELECT count(*) AS n FROM run_deferred d CROSS JOIN users u
    ON u.source_id = ?2 AND u.external_id = d.external_id AND u.deleted_at IS NULL
  WHERE d.run_id = ?1 AND d.resource_type = 'User' AND u.active = 1
    AND (d.record ->> '$.body.active' = 0 OR d.record ->> '$.body.expireDate' <= ?3)`;

const ACTIVE = `SELECT count(*) AS n FROM users
  WHERE source_id = ?1 AND upstream_hash IS NOT NULL AND deleted_at IS NULL AND active = 1`;

export interface Leaver {
  /** Ours. */
  readonly id: string;
  /** Whether they were held before, and have not been seen otherwise since. */
  readonly before: boolean;
}

/** Those of whom the run has told that they are held. */
export async function readLeavers(
  db: Database,
  { id, sourceId, counts }: Pick<Going, "id" | "sourceId" | "counts">,
): Promise<readonly Leaver[]> {
  if (counts.User.held === 0) return [];
  const [rows = []] = await db.batch([{ sql: HELD, params: [id, sourceId] }]);
  return rows.map((row) => ({ id: textIn(row, "resource_id"), before: row["before"] === 1 }));
}

const HELD = `SELECT resource_id, EXISTS (
      SELECT 1 FROM missing m WHERE m.source_id = ?2 AND m.resource_type = 'Leaver'
        AND m.resource_id = r.resource_id
    ) AS before
  FROM run_records r
  WHERE run_id = ?1 AND result = 'held' AND code = 'deactivation_held' ORDER BY resource_id`;

/** Remembers them, beside those who are missing. */
export function leaverStatements(
  sourceId: string,
  runId: string,
  leavers: readonly Leaver[],
  now: number,
): Statement[] {
  return rowStatements(
    `INSERT OR REPLACE INTO missing (source_id, resource_type, resource_id, run_id, since)
      SELECT ?2, 'Leaver', :row, ?3, ?4 :from`,
    leavers.map(({ id }) => id),
    sourceId,
    runId,
    now,
  );
}
