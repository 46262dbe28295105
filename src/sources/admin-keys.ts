/** Admin keys: who may administrate, and how that changes. One owner's key always remains. */
import { and, asc, eq, gt, inArray, isNull, ne } from "drizzle-orm";
import { adminKeys, claims, sessions } from "../directory/admin-tables.ts";
import type { Database, Statement } from "../directory/database.ts";
import { ScimError } from "../scim/error.ts";
import type { SecretHash } from "./secret.ts";

export type Role = (typeof adminKeys.$inferSelect)["role"];

export interface AdminKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The secret's last characters. */
  readonly hint: string;
  readonly version: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

const columns = {
  id: adminKeys.id,
  name: adminKeys.name,
  role: adminKeys.role,
  hint: adminKeys.hint,
  version: adminKeys.version,
  createdAt: adminKeys.created_at,
  lastUsedAt: adminKeys.last_used_at,
  revokedAt: adminKeys.revoked_at,
};

/** The admin key that one of the hashes belongs to, unless it was revoked. */
export async function findAdminKey(
  db: Database,
  hashes: readonly string[],
): Promise<AdminKey | undefined> {
  const [row] = await db.read((query) =>
    query
      .select(columns)
      .from(adminKeys)
      .where(and(inArray(adminKeys.hash, [...hashes]), isNull(adminKeys.revoked_at)))
      .limit(1),
  );
  return row;
}

/** The admin key behind a session that is still running; a revoked key ends its sessions. */
export async function findSession(
  db: Database,
  hashes: readonly string[],
  now: number,
): Promise<AdminKey | undefined> {
  const [row] = await db.read((query) =>
    query
      .select(columns)
      .from(sessions)
      .innerJoin(adminKeys, eq(adminKeys.id, sessions.key_id))
      .where(
        and(
          inArray(sessions.hash, [...hashes]),
          gt(sessions.expires_at, now),
          isNull(adminKeys.revoked_at),
        ),
      )
      .limit(1),
  );
  return row;
}

/** Revoked ones included. Ids begin with their time: oldest first. */
export async function adminKeyPage(
  db: Database,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<AdminKey[]> {
  return db.read((query) =>
    query
      .select(columns)
      .from(adminKeys)
      .where(gt(adminKeys.id, after))
      .orderBy(asc(adminKeys.id))
      .limit(limit),
  );
}

/** Throws ScimError `not_found`. */
export async function getAdminKey(db: Database, id: string): Promise<AdminKey> {
  const [row] = await db.read((query) =>
    query.select(columns).from(adminKeys).where(eq(adminKeys.id, id)).limit(1),
  );
  if (row === undefined) throw new ScimError("not_found", "There is no such admin key");
  return row;
}

export async function hasOtherOwner(db: Database, id: string): Promise<boolean> {
  const rows = await db.read((query) =>
    query
      .select({ id: adminKeys.id })
      .from(adminKeys)
      .where(and(eq(adminKeys.role, "owner"), isNull(adminKeys.revoked_at), ne(adminKeys.id, id)))
      .limit(1),
  );
  return rows.length > 0;
}

export async function isClaimed(db: Database): Promise<boolean> {
  const rows = await db.read((query) => query.select({ id: claims.id }).from(claims).limit(1));
  return rows.length > 0;
}

/**
 * Throws ScimError `last_owner_key` when nobody would be left to administrate, `key_revoked` for a
 * change of what is gone.
 */
export function checkKeyChange(before: AdminKey, after: AdminKey, hasOther: boolean): void {
  if (before.revokedAt !== null) throw new ScimError("key_revoked", "The admin key was revoked");
  if (!isOwner(before) || isOwner(after) || hasOther) return;
  throw new ScimError("last_owner_key", "It is the only owner's key that works");
}

export function insertKey(key: AdminKey, { pepperId, hash }: SecretHash): Statement {
  return {
    sql: `INSERT INTO admin_keys (id, name, role, pepper_id, hash, created_at, hint, version)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
    params: [key.id, key.name, key.role, pepperId, hash, key.createdAt, key.hint, key.version],
  };
}

/** Aborts unless the key is as it was read and, where an owner goes, another one is still there. */
export function updateKey(before: AdminKey, after: AdminKey): Statement[] {
  const needsOther = isOwner(before) && !isOwner(after);
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
          SELECT 1 FROM admin_keys WHERE id = ?1 AND version = ?2 AND revoked_at IS NULL)
        OR (?3 AND NOT EXISTS (
          SELECT 1 FROM admin_keys WHERE role = 'owner' AND revoked_at IS NULL AND id <> ?1))`,
      params: [before.id, before.version, needsOther ? 1 : 0],
    },
    {
      sql: "UPDATE admin_keys SET name = ?2, role = ?3, version = ?4, revoked_at = ?5 WHERE id = ?1",
      params: [after.id, after.name, after.role, after.version, after.revokedAt],
    },
    ...(after.revokedAt === null
      ? []
      : [{ sql: "DELETE FROM sessions WHERE key_id = ?1", params: [after.id] }]),
  ];
}

export function keyUseStatement(id: string, at: number): Statement {
  return {
    sql: "UPDATE admin_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1",
    params: [id, at],
  };
}

function isOwner({ role, revokedAt }: AdminKey): boolean {
  return role === "owner" && revokedAt === null;
}
