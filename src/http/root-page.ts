/** One page of all types together: users, then groups, or both in one order. RFC 7644 §3.4.2.1. */
import { readPage } from "../directory/list.ts";
import { positionOf, type Position } from "../directory/order.ts";
import { ScimError } from "../scim/error.ts";
import type { ListQuery } from "../scim/list-query.ts";
import { compareCodePoints } from "../scim/match.ts";
import { pageByCursor, readPart, type Page, type Stretch } from "./page.ts";
import { statementsOf, type QueryPart } from "./query-part.ts";
import { gated, scopeOf, type Reading } from "./reading.ts";

/** Skipping in one order reads what is skipped, of each type. */
const SORTED_SKIP = 1_000;

/** Throws `tooMany`, and what the cursor is refused for. */
export async function readRootPage(
  reading: Reading,
  parts: readonly QueryPart[],
  { cursor, startIndex, count, sortBy }: ListQuery,
): Promise<Page> {
  const isSorted = sortBy !== undefined;
  if (cursor !== undefined) {
    return pageByCursor(reading, parts, { cursor, count }, (limit, after) =>
      isSorted
        ? readMerged(reading, parts, limit, after)
        : readInTurn(reading, parts, limit, after),
    );
  }
  const skip = startIndex - 1;
  if (!isSorted) return skipInTurn(reading, parts, skip, count);
  if (skip > SORTED_SKIP) throw tooFar();
  const { total, found } = await readMerged(reading, parts, skip + count, undefined);
  return { total, found: found.slice(skip) };
}

async function skipInTurn(
  reading: Reading,
  parts: readonly QueryPart[],
  skip: number,
  count: number,
): Promise<Page> {
  let total = 0;
  const found: Page["found"][number][] = [];
  for (const part of parts) {
    const startIndex = Math.max(0, skip - total) + 1;
    const page = await readPart(reading, part, { startIndex, count: count - found.length });
    total += page.total;
    found.push(...page.rows.map((row) => ({ type: part.type, row })));
  }
  return { total, found };
}

/** A position is the type's number, then that among its type. */
async function readInTurn(
  reading: Reading,
  parts: readonly QueryPart[],
  limit: number,
  [reached = 0, ...within]: Position = [],
): Promise<Stretch> {
  let total = 0;
  const found: Stretch["found"][number][] = [];
  const scope = scopeOf(reading.source);
  for (const [turn, part] of parts.entries()) {
    const { type } = part;
    const count = turn < Number(reached) ? 0 : limit - found.length;
    const after = turn === reached && within.length > 0 ? { after: within } : {};
    const page = await readPart(reading, part, { startIndex: 1, count, ...after });
    total += page.total;
    for (const row of page.rows) {
      found.push({ type, row, position: [turn, ...positionOf(row, { type, scope })] });
    }
  }
  return { total, found };
}

/** A position is the key, then the type's number, then `seq`: where keys agree, users come first. */
async function readMerged(
  reading: Reading,
  parts: readonly QueryPart[],
  limit: number,
  after: Position | undefined,
): Promise<Stretch> {
  const asked = parts.map((part, turn) => ({ part, turn })).filter(({ part }) => !part.isEmpty);
  const statements = asked.flatMap(({ part, turn }) => {
    const place = { startIndex: 1, count: limit, ...within(after, turn) };
    return statementsOf(part, reading.source, reading.base, place);
  });
  const results = await gated(reading, statements);
  const pages = asked.map((one, index) => ({ ...one, ...readPage([results[index] ?? []]) }));
  const found = pages.flatMap(({ part: { type }, turn, rows }) =>
    rows.map((row) => ({
      type,
      row,
      position: [row["sort_key"] ?? null, turn, row["seq"] ?? null],
    })),
  );
  const descending = parts[0]?.sort?.descending ?? false;
  return {
    total: pages.reduce((sum, page) => sum + page.total, 0),
    found: found
      .toSorted((a, b) => comparePositions(a.position, b.position, descending))
      .slice(0, limit),
  };
}

/** The position among one type that comes to the same. */
function within(after: Position | undefined, turn: number): { after?: Position } {
  if (after === undefined) return {};
  const [key = null, reached, seq = null] = after;
  if (turn === reached) return { after: [key, seq] };
  return { after: [key, turn < Number(reached) ? Number.MAX_SAFE_INTEGER : 0] };
}

/** As `sortedOrder` has it in SQL. */
function comparePositions(a: Position, b: Position, descending: boolean): number {
  const [keyA, keyB] = [a[0] ?? null, b[0] ?? null];
  if (keyA === keyB) return Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]);
  if (keyA === null || keyB === null) return (keyA === null) === descending ? -1 : 1;
  const order =
    typeof keyA === "string" && typeof keyB === "string"
      ? compareCodePoints(keyA, keyB)
      : Number(keyA) - Number(keyB);
  return descending ? -order : order;
}

function tooFar(): ScimError {
  return new ScimError(
    "tooMany",
    `A sorted search of the root skips ${SORTED_SKIP} at most: page by "cursor"`,
  );
}
