/** One page of a list of one type: by index or by cursor. RFC 7644 §3.4.2.4, RFC 9865 §2. */
import type { Row } from "../directory/database.ts";
import { readPage } from "../directory/list.ts";
import { positionOf, type Position } from "../directory/order.ts";
import type { ResourceType } from "../scim/attribute.ts";
import type { ListQuery } from "../scim/list-query.ts";
import { readPeppers } from "../sources/secret.ts";
import { anchorAt, rememberAnchor } from "./anchors.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import { queryKey, statementsOf, type QueryPart } from "./query-part.ts";
import { gated, scopeOf, type Reading } from "./reading.ts";

/** A row, and the type it is of. */
export interface Found {
  readonly type: ResourceType;
  readonly row: Row;
}

export interface Page {
  readonly total: number;
  readonly found: readonly Found[];
  /** Absent after the last page. */
  readonly nextCursor?: string;
}

/** Throws `tooMany`, and what the cursor is refused for. */
export async function readListPage(
  reading: Reading,
  part: QueryPart,
  query: ListQuery,
): Promise<Page> {
  const { cursor, startIndex, count } = query;
  if (cursor !== undefined) {
    return pageByCursor(reading, [part], { cursor, count }, (limit, after) =>
      readByCursor(reading, part, limit, after),
    );
  }
  const isPlain = part.filter === undefined && part.sort === undefined && !part.isEmpty;
  const { total, rows } = isPlain
    ? await readPlain(reading, part, startIndex, count)
    : await readPart(reading, part, { startIndex, count });
  return { total, found: rows.map((row) => ({ type: part.type, row })) };
}

type Place = Parameters<typeof statementsOf>[3];

/** The rows of one type. */
export async function readPart(
  reading: Reading,
  part: QueryPart,
  place: Place,
): Promise<{ total: number; rows: readonly Row[] }> {
  const statements = part.isEmpty ? [] : statementsOf(part, reading.source, reading.base, place);
  const results = await gated(reading, statements);
  return part.isEmpty ? { total: 0, rows: [] } : readPage(results);
}

/** Without a filter and an order: an anchor saves the rows before the page. */
async function readPlain(reading: Reading, part: QueryPart, startIndex: number, count: number) {
  const { source } = reading;
  const list = `${source.id} ${source.configVersion} ${part.type.name}`;
  const now = Date.now();
  const after = anchorAt(list, startIndex, now);
  const page = await readPart(reading, part, { startIndex, count, ...(after && { after }) });
  const last = page.rows.at(-1);
  if (last !== undefined) {
    const position = positionOf(last, { type: part.type, scope: scopeOf(source) });
    rememberAnchor(list, startIndex + page.rows.length, position, now);
  }
  return page;
}

/** Rows after a position, each with its own. */
export interface Stretch {
  readonly total: number;
  readonly found: readonly (Found & { readonly position: Position })[];
}

async function readByCursor(
  reading: Reading,
  part: QueryPart,
  limit: number,
  after: Position | undefined,
): Promise<Stretch> {
  const { type, sort } = part;
  const place = { startIndex: 1, count: limit, ...(after && { after }) };
  const { total, rows } = await readPart(reading, part, place);
  const scope = scopeOf(reading.source);
  const found = rows.map((row) => ({
    type,
    row,
    position: positionOf(row, { type, scope }, sort),
  }));
  return { total, found };
}

/** The page after the cursor, of what `read` finds after its position. */
export async function pageByCursor(
  { c, source }: Reading,
  parts: readonly QueryPart[],
  { cursor, count }: { cursor: string; count: number },
  read: (limit: number, after: Position | undefined) => Promise<Stretch>,
): Promise<Page> {
  const peppers = readPeppers(c.env);
  const key = queryKey(source, parts);
  const now = Date.now();
  const after = cursor === "" ? undefined : await openCursor(peppers, key, cursor, now);
  // One row more tells whether there is a next page.
  const { total, found } = await read(count + 1, after);
  const shown = found.slice(0, count);
  const last = shown.at(-1);
  // RFC 9865 §2: a count of 0 asks for the total alone, and nothing leads on from there.
  if (last === undefined || found.length <= count) return { total, found: shown };
  const nextCursor = await sealCursor(peppers, key, last.position, now);
  return { total, found: shown, nextCursor };
}
