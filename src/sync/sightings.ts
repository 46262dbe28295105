/**
 * Who was missing and has been seen since: neither does their absence count as one that goes on, nor
 * does what an admin agreed to still hold for them. A group whose list was applied whole has nobody
 * who is held.
 */
import type { Statement } from "../directory/database.ts";
import { numberIn, textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Carrier } from "./carrier.ts";
import type { Going } from "./run-rows.ts";

/** To go with the end of a run that says nothing of absence; what it lost sight of counts as seen. */
export async function sightingStatements(
  { holder, seen }: Pick<Carrier, "holder" | "seen">,
  { id, sourceId, dryRun, state }: Going,
): Promise<Statement[]> {
  if (dryRun) return [];
  const [rows = []] = await holder.db.batch([{ sql: MISSED, params: [sourceId] }]);
  const own = seen(id);
  const isWhole = own.isWhole(state.seenStep);
  const back = rows.filter((row) => {
    const type = row["resource_type"] === "Organization" ? "Organization" : "User";
    if (row["resource_type"] === "Member") return row["is_whole"] === 1;
    return !isWhole || own.has(type, numberIn(row, "seq"));
  });
  return rowStatements(
    `DELETE FROM missing WHERE source_id = ?2
      AND (resource_type, resource_id) IN (SELECT :row ->> 0, :row ->> 1 :from)`,
    back.map((row) => [textIn(row, "resource_type"), textIn(row, "resource_id")]),
    sourceId,
  );
}

const MISSED = `SELECT m.resource_type, m.resource_id, coalesce(u.seq, o.seq, 0) AS seq,
    g.upstream_hash <> '' AS is_whole
  FROM missing m
  LEFT JOIN users u ON m.resource_type IN ('User', 'Leaver') AND u.id = m.resource_id
  LEFT JOIN organizations o ON m.resource_type = 'Organization' AND o.id = m.resource_id
  LEFT JOIN groups g ON m.resource_type = 'Member'
    AND g.id = substr(m.resource_id, 1, instr(m.resource_id, ' ') - 1)
  WHERE m.source_id = ?1`;
