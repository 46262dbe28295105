/** Pages of lists: by startIndex or by cursor, in the shape of RFC 7644 or of the second dialect. */
import { timeOf } from "../../sync/upstream-json.ts";
import type { Json, JsonObject } from "../../scim/json.ts";
import type { Loop } from "./script.ts";
import { modifiedAt, recordOf, type Listed, type World } from "./world.ts";

const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/** What the documents have where `count` is absent, and what RFC 7644 leaves to us. */
const COUNTS = { dialect: 10, scim: 100 };

export interface Page {
  readonly status: number;
  readonly body: JsonObject;
}

export function listPage(
  world: World,
  listed: Listed,
  query: URLSearchParams,
  loop: Loop | undefined,
): Page {
  const { shape = "scim", refusesFilters = false } = world.script;
  const filter = query.get("filter");
  const since = sinceOf(filter);
  if (filter !== null && (refusesFilters || since === undefined)) return filterRefused();
  const matching = matchingNumbers(world, listed, since);
  // The documents have people newest first.
  const numbers = shape === "dialect" && listed === "Users" ? matching.toReversed() : matching;
  return { status: 200, body: pageOf(world, listed, numbers, query, loop) };
}

function filterRefused(): Page {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return { status: 400, body: { schemas, status: "400", scimType: "invalidFilter" } };
}

function sinceOf(filter: string | null): number | undefined {
  const text = /^(?:meta\.)?lastModified gt "([^"]+)"$/.exec(filter ?? "")?.[1];
  return text === undefined ? undefined : timeOf(text);
}

function matchingNumbers(world: World, listed: Listed, since: number | undefined): number[] {
  const { numbers } = world.held[listed];
  if (since === undefined) return numbers;
  return numbers.filter((n) => modifiedAt(world, listed, n) > since);
}

function pageOf(
  world: World,
  listed: Listed,
  numbers: readonly number[],
  query: URLSearchParams,
  loop: Loop | undefined,
): JsonObject {
  const { shape = "scim", paging = "startIndex" } = world.script;
  const count = countOf(world, query, numbers.length);
  const asked = paging === "cursor" ? cursorStart(query) : indexStart(query);
  const start = looped(asked, count, loop);
  const page = numbers.slice(start, start + count);
  const records = page.map((n) => recordOf(world, listed, n));
  const isDialect = shape === "dialect";
  // What comes again is then not known by its cursor.
  const after = (loop === "changedAgain" ? asked : start) + page.length;
  return {
    schemas: [LIST],
    totalResults: numbers.length,
    itemsPerPage: isDialect ? count : records.length,
    startIndex: isDialect ? String(start + 1) : start + 1,
    ...(paging === "cursor" && nextCursor(after, numbers.length, query, loop)),
    Resources: loop === "changedAgain" ? records.map((one) => touched(one, asked)) : records,
  };
}

function countOf({ script }: World, query: URLSearchParams, all: number): number {
  const { shape = "scim", pageMax = 1_000 } = script;
  const wanted = Number(query.get("count") ?? COUNTS[shape]);
  return wanted === -1 ? all : Math.max(0, Math.min(wanted, pageMax));
}

function indexStart(query: URLSearchParams): number {
  return Math.max(1, Number(query.get("startIndex") ?? 1)) - 1;
}

function cursorStart(query: URLSearchParams): number {
  const cursor = query.get("cursor") ?? "";
  return cursor === "" ? 0 : Number(Buffer.from(cursor, "base64url").toString());
}

function cursorAt(start: number): string {
  return Buffer.from(String(start)).toString("base64url");
}

/** Where a page begins in an upstream that goes round in circles. */
function looped(start: number, count: number, loop: Loop | undefined): number {
  switch (loop) {
    case "samePage":
    case "startIndexIgnored":
    case "changedAgain":
      return 0;
    case "alternating":
      return start % (2 * Math.max(1, count));
    default:
      return start;
  }
}

function nextCursor(
  after: number,
  all: number,
  query: URLSearchParams,
  loop: Loop | undefined,
): JsonObject {
  if (loop === "sameCursor") return { nextCursor: query.get("cursor") ?? cursorAt(0) };
  if (loop === "earlier") return { nextCursor: cursorAt(0) };
  return after < all ? { nextCursor: cursorAt(after) } : {};
}

function touched(record: JsonObject, times: number): JsonObject {
  const title: Json = `Touched at ${times}`;
  return { ...record, title };
}
