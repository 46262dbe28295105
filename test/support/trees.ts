/** Trees of organizations straight into D1: what scopes are tried on. */
import { env } from "cloudflare:workers";
import { claim, newSource, type Admin, type Answer, type Source } from "./client.ts";
import { DIRECTORY, ROOT, testId } from "./directory-rows.ts";
import { textAt } from "./scim.ts";

export interface OrganizationRow {
  readonly id: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly directoryId?: string;
}

/** Parents go before their children. No scope sees them before it is set anew. */
export async function insertTree(rows: readonly OrganizationRow[], db = env.DB): Promise<void> {
  const list = rows.map(({ id, parentId = ROOT, name = id, directoryId = DIRECTORY }) => [
    id,
    directoryId,
    parentId,
    name,
  ]);
  await db
    .prepare(
      `INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key, version,
        created_at, updated_at)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, lower(value ->> 3), 1, 0, 0
       FROM json_each(?)`,
    )
    .bind(JSON.stringify(list))
    .run();
  await db.exec(DEPTHS);
}

const DEPTHS = `WITH RECURSIVE down (id, depth) AS (
    SELECT id, 0 FROM organizations WHERE parent_id IS NULL
    UNION ALL SELECT o.id, down.depth + 1 FROM down
      JOIN organizations o ON o.parent_id = down.id AND o.deleted_at IS NULL
  )
  UPDATE organizations SET depth = down.depth FROM down
  WHERE organizations.id = down.id AND organizations.depth <> down.depth`.replaceAll("\n", " ");

/** The id of an organization of a tree, the same for the same number. */
export function organizationId(number: number): string {
  return testId(7_000_000 + number);
}

/** A path of organizations, each the parent of the next; the first hangs below the root. */
export async function insertPath(length: number, first = 0): Promise<string[]> {
  const ids = Array.from({ length }, (_, index) => organizationId(first + index));
  await insertTree(
    ids.map((id, index) => ({
      id,
      name: `level ${first + index}`,
      parentId: ids[index - 1] ?? ROOT,
    })),
  );
  return ids;
}

export interface ScopeBody {
  readonly organizationIds: readonly string[];
  readonly groupIds?: readonly string[];
  readonly targetOrganizationId?: string;
}

export function putScope(
  admin: Admin,
  { id }: Pick<Source, "id">,
  body: ScopeBody,
): Promise<Answer> {
  const { organizationIds, groupIds = [], ...rest } = body;
  return admin("PUT", `/data-sources/${id}/scope`, {
    organizationIds: [...organizationIds],
    groupIds: [...groupIds],
    ...rest,
  });
}

/** The source's target, which is its own organization unless somebody said otherwise. */
export async function targetOf(admin: Admin, { id }: Source): Promise<string> {
  const { body } = await admin("GET", `/data-sources/${id}`);
  return textAt(body, "targetOrganizationId");
}

/** Where users are, by id. */
export async function placesOf(userIds: readonly string[]): Promise<(string | undefined)[]> {
  const { results } = await env.DB.prepare(
    "SELECT id, organization_id FROM users WHERE id IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(userIds))
    .all<{ id: string; organization_id: string }>();
  const places = new Map(results.map((row) => [row.id, row.organization_id]));
  return userIds.map((id) => places.get(id));
}

export function scopeOf(admin: Admin, { id }: Source): Promise<Answer> {
  return admin("GET", `/data-sources/${id}/scope`);
}

export interface Scopes {
  readonly admin: Admin;
  /** Places people in `sales`, which is below `europe`. */
  readonly seller: Source;
  /** Places people in `asia`. */
  readonly eastern: Source;
  readonly europe: string;
  readonly sales: string;
  readonly asia: string;
}

/** Two sources, each with a target of its own in a tree of three organizations. */
export async function newScopes(): Promise<Scopes> {
  const admin = await claim();
  const [europe = "", sales = ""] = await insertPath(2);
  const asia = organizationId(50);
  await insertTree([{ id: asia }]);
  const seller = await newSource(admin, "okta", { scope: { organizationIds: [sales] } });
  const eastern = await newSource(admin, "okta", { scope: { organizationIds: [asia] } });
  return { admin, seller, eastern, europe, sales, asia };
}
