/** What the admin API and the authentication read: data sources, tokens, admin keys, sessions. */
import { and, asc, desc, eq, gt, inArray, isNull, lt } from "drizzle-orm";
import type { Database } from "../directory/database.ts";
import { adminKeys, claims, dataSources, events, sessions, tokens } from "../directory/tables.ts";
import { parseSource, parseToken, type Source, type Token } from "./source.ts";

export type Role = (typeof adminKeys.$inferSelect)["role"];

export interface AdminKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export type EventRow = typeof events.$inferSelect;

/** The directory's sources by id, `after` not included. Ids begin with their time: oldest first. */
export async function sourcePage(
  db: Database,
  directoryId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<Source[]> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(dataSources)
      .where(
        and(
          eq(dataSources.directory_id, directoryId),
          isNull(dataSources.deleted_at),
          gt(dataSources.id, page.after),
        ),
      )
      .orderBy(asc(dataSources.id))
      .limit(page.limit),
  );
  return rows.map(parseSource);
}

export async function findSource(db: Database, id: string): Promise<Source | undefined> {
  const [row] = await db.read((query) =>
    query
      .select()
      .from(dataSources)
      .where(and(eq(dataSources.id, id), isNull(dataSources.deleted_at)))
      .limit(1),
  );
  return row === undefined ? undefined : parseSource(row);
}

/** Oldest first. */
export async function tokensOf(db: Database, sourceId: string): Promise<Token[]> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(tokens)
      .where(eq(tokens.source_id, sourceId))
      .orderBy(asc(tokens.created_at), asc(tokens.id)),
  );
  return rows.map(parseToken);
}

/** The token that one of the hashes belongs to. Whether it still works is not looked at. */
export async function findTokenByHash(
  db: Database,
  hashes: readonly string[],
): Promise<{ hash: string; tokenId: string; sourceId: string } | undefined> {
  const [row] = await db.read((query) =>
    query
      .select({ hash: tokens.hash, tokenId: tokens.id, sourceId: tokens.source_id })
      .from(tokens)
      .where(inArray(tokens.hash, [...hashes]))
      .limit(1),
  );
  return row;
}

const adminColumns = { id: adminKeys.id, name: adminKeys.name, role: adminKeys.role };

/** The admin key that one of the hashes belongs to, unless it was revoked. */
export async function findAdminKey(
  db: Database,
  hashes: readonly string[],
): Promise<AdminKey | undefined> {
  const [row] = await db.read((query) =>
    query
      .select(adminColumns)
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
      .select(adminColumns)
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

export async function isClaimed(db: Database): Promise<boolean> {
  const rows = await db.read((query) => query.select({ id: claims.id }).from(claims).limit(1));
  return rows.length > 0;
}

export interface EventQuery {
  readonly sourceId?: string | undefined;
  readonly resourceId?: string | undefined;
  /** Only events with a lower number: the feed runs backwards. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The directory's events, newest first. */
export async function eventPage(
  db: Database,
  directoryId: string,
  { sourceId, resourceId, before, limit }: EventQuery,
): Promise<EventRow[]> {
  const conditions = [
    eq(events.directory_id, directoryId),
    ...(sourceId === undefined ? [] : [eq(events.source_id, sourceId)]),
    ...(resourceId === undefined ? [] : [eq(events.resource_id, resourceId)]),
    ...(before === undefined ? [] : [lt(events.seq, before)]),
  ];
  return db.read((query) =>
    query
      .select()
      .from(events)
      .where(and(...conditions))
      .orderBy(desc(events.seq))
      .limit(limit),
  );
}
