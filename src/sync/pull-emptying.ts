/** People who are left in organizations that are gone: they go to the target, so that nobody is lost with one. */
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { textIn } from "../directory/row.ts";
import { commitRun } from "../sources/commit-run.ts";
import type { Source } from "../sources/source.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { hashStatements } from "./known.ts";
import type { Absent } from "./missing-reads.ts";
import { requestOf } from "./plan.ts";
import type { Going } from "./run-rows.ts";

/** Moved in one batch. */
const AT_ONCE = 200;

/**
 * Moves some of the source's people out of the organizations; undefined where nobody of its own is
 * left in them, or could not be moved.
 */
export async function emptyOut(
  carrier: Carrier,
  going: Going,
  source: Source,
  places: readonly Absent[],
): Promise<Next | undefined> {
  const { holder, memory } = carrier;
  const left = going.dryRun ? [] : await leftIn(carrier, source, places);
  if (left.length === 0) return undefined;
  const path = `${SCHEMA_ENTERPRISE}:organizationId`;
  const context = { source, runId: going.id, step: going.step };
  const requests = left.map((id, index) => {
    const operations = [{ op: "replace", path, value: source.targetId }] as const;
    return requestOf({ operation: { kind: "user.patch", id, operations } }, context, index);
  });
  return carrier.exclusively(async () => {
    const { state, counts } = going;
    const after = progressed(going, { state, counts, told: [] }, holder.now());
    const result = await commitRun(holder, {
      requests,
      freed: [],
      dryRun: false,
      planned: [],
      statements: () => [
        ...after.statements,
        // Where the organization comes back, their records are no longer as they were.
        ...hashStatements(
          "User",
          left.map((id) => ({ id, hash: "" })),
        ),
      ],
    });
    if (!result.ok) return putOff(memory, result.refusal);
    memory.going = after.going;
    for (const [index, id] of left.entries()) {
      if (result.decision.outcomes[index]?.ok === false) memory.kept.add(id);
    }
    return MORE;
  });
}

async function leftIn(
  { holder, memory }: Carrier,
  { id: sourceId }: Source,
  places: readonly Absent[],
): Promise<string[]> {
  const ids = places.filter(({ type }) => type === "Organization").map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await holder.db.batch(rowStatements(LEFT_THERE, ids, sourceId));
  const left = rows.flat().map((row) => textIn(row, "id"));
  return left.filter((id) => !memory.kept.has(id)).slice(0, AT_ONCE);
}

const LEFT_THERE = `SELECT u.id FROM :rows CROSS JOIN users u ON u.organization_id = j.value
  WHERE u.source_id = ?2 AND u.deleted_at IS NULL ORDER BY u.seq LIMIT ${AT_ONCE}`;
