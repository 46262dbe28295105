/** The set that a complete run found missing and may not remove by itself. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Source } from "../sources/source.ts";
import { sha256 } from "./record-hash.ts";

export interface HeldLine {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
}

export interface NewHold {
  readonly source: Source;
  readonly runId: string;
  readonly reason: string | undefined;
  readonly lines: readonly HeldLine[];
  readonly now: number;
  readonly newId: () => string;
}

/** Of the sorted lines: what an admin agrees to is this set and no other. */
export function setHash(lines: readonly HeldLine[]): Promise<string> {
  const sorted = lines.map((line) => `${line.resourceType} ${line.resourceId} ${line.action}`);
  return sha256(sorted.sort().join("\n"));
}

/**
 * A newer complete run replaces what waited, unless it found the same; a set that an admin has
 * rejected isn't held again. Without lines what waits is replaced by nothing.
 */
export async function holdStatements({
  source,
  runId,
  reason,
  lines,
  now,
  newId,
}: NewHold): Promise<Statement[]> {
  const hash = await setHash(lines);
  const replaced: Statement = {
    sql: `UPDATE holds SET status = 'replaced', updated_at = ?2
      WHERE source_id = ?1 AND status = 'waiting' AND set_hash <> ?3`,
    params: [source.id, now, hash],
  };
  if (reason === undefined) return [replaced];
  const id = `hold_${source.id.slice(3, 5)}${newId()}`;
  return [
    replaced,
    {
      sql: `INSERT INTO holds (id, source_id, run_id, status, reason, set_hash, n, created_at, updated_at)
        SELECT ?1, ?2, ?3, 'waiting', ?4, ?5, ?6, ?7, ?7
        WHERE NOT EXISTS (SELECT 1 FROM holds WHERE source_id = ?2 AND set_hash = ?5
          AND status IN ('waiting', 'rejected'))`,
      params: [id, source.id, runId, reason, hash, lines.length, now],
    },
    ...rowStatements(
      `INSERT INTO held (hold_id, resource_type, resource_id, action)
        SELECT ?2, :row ->> 'resourceType', :row ->> 'resourceId', :row ->> 'action' :from
        WHERE EXISTS (SELECT 1 FROM holds WHERE id = ?2)`,
      lines,
      id,
    ),
  ];
}
