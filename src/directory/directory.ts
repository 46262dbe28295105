/**
 * Directories: which there are, and in which shard each lives. The first shard (`DB`) keeps the
 * rows that count; a further shard keeps one of its own for the root of each directory it holds.
 */
import { asc, eq, gt } from "drizzle-orm";
import { fold } from "../scim/fold.ts";
import { directories } from "./admin-tables.ts";
import type { Database, Statement } from "./database.ts";

/** The directory of a fresh deployment, which the first migration makes. */
export const DEFAULT_DIRECTORY = "default";

/** The shard that also keeps directories and admin keys. */
export const FIRST_SHARD = "00";

export interface Directory {
  readonly id: string;
  readonly name: string;
  readonly shard: string;
  /** Its root organization, in its own shard. */
  readonly rootId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** By id, `after` not included; of the first shard's database, as all that is read here. */
export async function directoryPage(
  db: Database,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<Directory[]> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(directories)
      .where(gt(directories.id, after))
      .orderBy(asc(directories.id))
      .limit(limit),
  );
  return rows.map(toDirectory);
}

export async function findDirectory(db: Database, id: string): Promise<Directory | undefined> {
  const [row] = await db.read((query) =>
    query.select().from(directories).where(eq(directories.id, id)).limit(1),
  );
  return row === undefined ? undefined : toDirectory(row);
}

/** Whether a directory has the name, in whatever letter case. */
export async function directoryNamed(db: Database, name: string): Promise<boolean> {
  const rows = await db.read((query) =>
    query
      .select({ id: directories.id })
      .from(directories)
      .where(eq(directories.name_key, fold(name)))
      .limit(1),
  );
  return rows.length > 0;
}

/** The shards that directories live in, bound or not. */
export async function usedShards(db: Database): Promise<string[]> {
  const rows = await db.read((query) =>
    query.selectDistinct({ shard: directories.shard }).from(directories),
  );
  return rows.map(({ shard }) => shard);
}

/** The root organization, for the shard the directory will live in. */
export function rootStatement(directory: Directory): Statement {
  const { id, name, rootId, createdAt } = directory;
  return {
    sql: `INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key, depth,
        version, created_at, updated_at)
      VALUES (?1, ?2, NULL, ?3, ?4, 0, 1, ?5, ?5)`,
    params: [rootId, id, name, fold(name), createdAt],
  };
}

/** The row that makes a directory one: nobody sees it before this is in the first shard. */
export function directoryStatement(directory: Directory): Statement {
  const { id, name, shard, rootId, version, createdAt, updatedAt } = directory;
  return {
    sql: `INSERT INTO directories (id, name, shard, root_id, created_at, name_key, version, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
    params: [id, name, shard, rootId, createdAt, fold(name), version, updatedAt],
  };
}

/** The row that a further shard finds the root by. Its name is the id: the name is kept in one place. */
export function localDirectoryStatement(directory: Directory): Statement {
  return directoryStatement({ ...directory, name: directory.id });
}

/** Aborts unless the directory still has the version before the one given. */
export function renameStatements({ id, name, version, updatedAt }: Directory): Statement[] {
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
        SELECT 1 FROM directories WHERE id = ?1 AND version = ?2)`,
      params: [id, version - 1],
    },
    {
      sql: "UPDATE directories SET name = ?2, name_key = ?3, version = ?4, updated_at = ?5 WHERE id = ?1",
      params: [id, name, fold(name), version, updatedAt],
    },
  ];
}

function toDirectory(row: typeof directories.$inferSelect): Directory {
  return {
    id: row.id,
    name: row.name,
    shard: row.shard,
    rootId: row.root_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
