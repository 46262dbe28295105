/** Which changes are in a scope: those of what it has, and of what has just left it. */
import type { FeedEvent } from "./change-feed.ts";
import type { Database } from "./database.ts";

/** Ids of the resources that the scope has, or had when they were deleted; and those among its organizations that are named. */
export async function seenOf(
  db: Database,
  seer: string,
  events: readonly FeedEvent[],
): Promise<ReadonlySet<string>> {
  const ids = events.flatMap((event) => [event.resource_id, event.moved_from ?? ""]);
  const params = [JSON.stringify([...new Set(ids)]), seer];
  const found = await db.batch([
    { sql: USERS, params },
    { sql: ORGANIZATIONS, params },
    { sql: GROUPS, params },
  ]);
  return new Set(found.flat().map(({ id }) => String(id)));
}

const USERS = `SELECT u.id FROM json_each(?1) j CROSS JOIN users u ON u.id = j.value
  CROSS JOIN visible_orgs v ON v.source_id = ?2 AND v.organization_id = u.organization_id`;

// Nobody sees a deleted organization: what it stood below says who saw it.
const ORGANIZATIONS = `SELECT o.id FROM json_each(?1) j CROSS JOIN organizations o ON o.id = j.value
  CROSS JOIN visible_orgs v ON v.source_id = ?2
    AND v.organization_id = iif(o.deleted_at IS NULL, o.id, o.parent_id)`;

const GROUPS = `SELECT g.id FROM json_each(?1) j CROSS JOIN groups g ON g.id = j.value
  CROSS JOIN scope_groups s ON s.source_id = ?2 AND s.group_seq = g.seq`;
