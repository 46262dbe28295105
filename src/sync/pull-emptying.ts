/** People who are left in organizations that are gone: they go to the target, so that nobody is lost with one. */
import type { Database, Row, Statement } from "../directory/database.ts";
import { textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import { commitRun, type StepResult } from "../sources/commit-run.ts";
import type { ResourceOperation } from "../sources/operation.ts";
import type { Left } from "../sources/planned-before.ts";
import type { Source } from "../sources/source.ts";
import type { Carrier } from "./carrier.ts";
import { hashStatements } from "./known.ts";
import { requestOf, type PlanContext } from "./plan.ts";
import { treeOf } from "./planned.ts";

/** Moved in one batch. */
const AT_ONCE = 200;

export interface Emptying {
  readonly context: Pick<PlanContext, "source" | "runId" | "step">;
  /** Ids of organizations. */
  readonly places: readonly string[];
  /** Where the run is then. */
  readonly checkpoint: readonly Statement[];
}

/**
 * Moves some of the source's people out of the organizations; undefined where nobody of its own is
 * left in them, or could not be moved.
 */
export async function emptyOut(
  { holder, memory, exclusively }: Carrier,
  { context, places, checkpoint }: Emptying,
): Promise<StepResult | undefined> {
  const { source } = context;
  // Who is in the target has no other place to go to.
  const closing = places.filter((id) => id !== source.targetId);
  if (closing.length === 0) return undefined;
  return exclusively(async () => {
    const moves = await movesOut(holder.db, source, closing, memory.stuck);
    if (moves.length === 0) return undefined;
    const requests = moves.map((operation, index) => requestOf({ operation }, context, index));
    const people = moves.map(({ id }) => ({ id, hash: "" }));
    const result = await commitRun(holder, {
      requests,
      freed: [],
      dryRun: false,
      // Where the organization comes back, their records are no longer as they were.
      statements: () => [...checkpoint, ...hashStatements("User", people)],
    });
    if (!result.ok) return result;
    const moved = new Set(result.decision.done.map(({ request }) => request));
    for (const request of requests) {
      if (!moved.has(request)) memory.stuck.add(request.operation.id);
    }
    return result;
  });
}

async function movesOut(
  db: Database,
  source: Source,
  closing: readonly string[],
  stuck: ReadonlySet<string>,
): Promise<ResourceOperation[]> {
  const most = AT_ONCE + stuck.size;
  const left = await db.batch(
    [HOME, BESIDE].flatMap((sql) => rowStatements(sql, closing, source.id, most)),
  );
  const ids = new Set(left.flat().map((row) => textIn(row, "id")));
  const people = [...ids].filter((id) => !stuck.has(id)).slice(0, AT_ONCE);
  if (people.length === 0) return [];
  const rows = await db.batch(rowStatements(PLACES, people, source.id));
  return rows.flat().map((row) => moveOf(row, closing, source));
}

const HOME = `SELECT u.id FROM :rows CROSS JOIN users u ON u.organization_id = j.value
  WHERE u.source_id = ?2 AND u.deleted_at IS NULL LIMIT ?3`;

/** Out of what the source may not see it can take nobody. */
const BESIDE = `SELECT u.id FROM :rows
  CROSS JOIN visible_orgs v ON v.source_id = ?2 AND v.organization_id = j.value
  CROSS JOIN user_organizations m ON m.organization_id = j.value
  CROSS JOIN users u ON u.id = m.user_id
  WHERE u.source_id = ?2 AND u.deleted_at IS NULL LIMIT ?3`;

const PLACES = `SELECT u.id, u.organization_id AS home, (
    SELECT json_group_array(m.organization_id) FROM user_organizations m
    WHERE m.user_id = u.id AND EXISTS (SELECT 1 FROM visible_orgs v
      WHERE v.source_id = ?2 AND v.organization_id = m.organization_id)) AS further
  FROM :rows CROSS JOIN users u ON u.id = j.value`;

function moveOf(row: Row, closing: readonly string[], { targetId }: Source): ResourceOperation {
  const path = `${SCHEMA_ENTERPRISE}:organizationId`;
  const leaves = closing.includes(textIn(row, "home"));
  const further: unknown = JSON.parse(textIn(row, "further"));
  const named = Array.isArray(further) ? further.map(String) : [];
  return {
    kind: "user.patch",
    id: textIn(row, "id"),
    operations: leaves ? [{ op: "replace", path, value: targetId }] : [],
    furtherOrganizations: named.filter((id) => !closing.includes(id)),
  };
}

/**
 * What would keep organizations from being deleted once a dry run had done what it planned so far:
 * the source's own people would have been moved out.
 */
export async function wouldBeLeftIn(
  { holder, memory }: Carrier,
  source: Source,
  places: readonly string[],
): Promise<ReadonlyMap<string, Left>> {
  if (places.length === 0) return new Map();
  const parents = new Set((await treeOf(memory.planned, holder.db, source)).values());
  const rows = await holder.db.batch(rowStatements(OTHERS, places, source.id));
  return new Map(
    rows.flat().map((row) => {
      const id = textIn(row, "id");
      return [id, { children: parents.has(id), people: row["people"] === 1 }];
    }),
  );
}

const OTHERS = `SELECT j.value AS id,
    (EXISTS (SELECT 1 FROM users u
        WHERE u.organization_id = j.value AND u.deleted_at IS NULL AND u.source_id IS NOT ?2)
      OR EXISTS (SELECT 1 FROM user_organizations m CROSS JOIN users u ON u.id = m.user_id
        WHERE m.organization_id = j.value AND u.source_id IS NOT ?2)) AS people
  FROM :rows`;
