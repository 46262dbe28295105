/** What the admin API and the authentication read: data sources and their tokens. */
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Database } from "../directory/database.ts";
import { dataSources, tokens } from "../directory/tables.ts";
import { parseSource, parseToken, type Source, type Token } from "./source.ts";

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

/** The sources of these keys that are not gone. */
export async function sourcesByKey(
  db: Database,
  keys: readonly string[],
): Promise<{ id: string; key: string }[]> {
  return db.read((query) =>
    query
      .select({ id: dataSources.id, key: dataSources.key })
      .from(dataSources)
      .where(and(inArray(dataSources.key, [...keys]), isNull(dataSources.deleted_at))),
  );
}

/** Oldest first. */
/** Tokens and client secrets of the source, oldest first. */
export async function tokensOf(db: Database, sourceId: string): Promise<Token[]> {
  return (await tokensOfEach(db, [sourceId])).get(sourceId) ?? [];
}

/** By the id of their source. Sources without any are not in it. */
export async function tokensOfEach(
  db: Database,
  sourceIds: readonly string[],
): Promise<Map<string, Token[]>> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(tokens)
      .where(
        sql`${tokens.source_id} IN (SELECT value FROM json_each(${JSON.stringify(sourceIds)}))`,
      )
      .orderBy(asc(tokens.created_at), asc(tokens.id)),
  );
  const each = new Map<string, Token[]>();
  for (const row of rows) {
    each.set(row.source_id, [...(each.get(row.source_id) ?? []), parseToken(row)]);
  }
  return each;
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

export async function sourceOfToken(db: Database, tokenId: string): Promise<string | undefined> {
  const [row] = await db.read((query) =>
    query.select({ id: tokens.source_id }).from(tokens).where(eq(tokens.id, tokenId)).limit(1),
  );
  return row?.id;
}
