/** Lists of the second dialect. An answer may be large: it is read page by page, and comes whole or not at all. */
import type { Row, Statement } from "../../directory/database.ts";
import {
  organizationPage,
  readPage,
  userPage,
  type Page,
  type PageQuery,
} from "../../directory/list.ts";
import type { Position } from "../../directory/order.ts";
import { furtherOf, groupsOf, organizationsById } from "../../directory/read.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import {
  LIST_MAX,
  parseCondition,
  parsePage,
  tooManyListed,
  type DialectPage,
} from "../../scim/dialect-query.ts";
import type { JsonObject } from "../../scim/json.ts";
import { MESSAGE_LIST } from "../../scim/messages.ts";
import { ORGANIZATION, USER } from "../../scim/schemas.ts";
import { profileOf } from "../../sources/source.ts";
import { typeFor } from "../../sources/source-type.ts";
import { anchorAt, rememberAnchor } from "../anchors.ts";
import { callerOf } from "../authenticate.ts";
import { underConfiguration } from "../configuration.ts";
import type { AppContext } from "../context.ts";
import { gated, scopeOf, type Reading } from "../reading.ts";
import { organizationsShown, readingFor, usersShown } from "./read.ts";

/** What differs between the two lists. */
interface Listed {
  readonly type: ResourceType;
  readonly page: (reading: Reading, query: PageQuery) => readonly Statement[];
  /** Finds all that there are, where `page` may find too few. */
  readonly widePage?: Listed["page"];
  readonly positionOf: (row: Row) => Position;
  readonly shown: (reading: Reading, rows: readonly Row[]) => Promise<JsonObject[]>;
}

/** Newest first. */
const USERS: Listed = {
  type: USER,
  page: ({ source }, query) => userPage(scopeOf(source), { ...query, order: "newest" }),
  widePage: ({ source }, query) => userPage(scopeOf(source), { ...query, order: "newestOfEach" }),
  positionOf: ({ seq = null }) => [seq],
  shown: async (reading, rows) => {
    const scope = scopeOf(reading.source);
    const ids = rows.map(({ id }) => String(id));
    const lists = await gated(reading, [groupsOf(scope, ids), furtherOf(scope, ids)]);
    return usersShown(reading.source, rows, lists);
  },
};

/** In the order of their ids: clients build the tree by `parent`, and order it by `order`. */
const ORGANIZATIONS: Listed = {
  type: ORGANIZATION,
  page: ({ source }, query) => organizationPage(scopeOf(source), query),
  positionOf: ({ id = null }) => [id],
  shown: async (reading, rows) => {
    const ids = [...new Set(rows.map(({ parent_id: id }) => String(id)))];
    const [parents] = await gated(reading, [organizationsById(scopeOf(reading.source), ids)]);
    return organizationsShown(rows, parents ?? []);
  },
};

export async function listUsers(c: AppContext): Promise<Response> {
  return answer(c, USERS);
}

export async function listOrganizations(c: AppContext): Promise<Response> {
  return answer(c, ORGANIZATIONS);
}

async function answer(c: AppContext, listed: Listed): Promise<Response> {
  const caller = await callerOf(c);
  const page = parsePage(c.req.query("startIndex"), c.req.query("count"));
  const text = c.req.query("filter") ?? "";
  return c.json(
    await underConfiguration(c, caller, async (source) => {
      const { type } = listed;
      const filter =
        text === "" ? undefined : parseCondition(text, typeFor(source, type), profileOf(source));
      const reading = readingFor(c, caller, source, type);
      const { total, resources } = await readAll(reading, listed, page, filter);
      return bodyOf(page, total, resources);
    }),
  );
}

/** `itemsPerPage` says what was asked for, and `startIndex` is a text: so the documents have it. */
function bodyOf(
  { startIndex, count }: DialectPage,
  total: number,
  resources: JsonObject[],
): JsonObject {
  // Of all there are as many as there are in the answer, whoever left while they were read.
  const isWhole = count === "all" && resources.length > 0;
  return {
    schemas: [MESSAGE_LIST],
    totalResults: isWhole ? startIndex - 1 + resources.length : total,
    itemsPerPage: count === "all" ? resources.length : count,
    startIndex: String(startIndex),
    Resources: resources,
  };
}

/** So many rows are read at a time. */
const STEP = 1_000;

/** Throws `tooMany` where "all" are more than an answer may have. */
async function readAll(
  reading: Reading,
  listed: Listed,
  { startIndex, count }: DialectPage,
  filter: PageQuery["filter"],
): Promise<{ total: number; resources: JsonObject[] }> {
  const wanted = count === "all" ? LIST_MAX : count;
  const list = `${reading.source.id} ${reading.source.configVersion} dialect ${listed.type.name}`;
  const now = Date.now();
  const resources: JsonObject[] = [];
  let after = filter === undefined ? anchorAt(list, startIndex, now) : undefined;
  let total: number | undefined;
  for (;;) {
    const step = Math.min(STEP, wanted - resources.length);
    const place = { startIndex, count: step, ...(after && { after }), ...(filter && { filter }) };
    const found = await readStep(reading, listed, place, resources.length);
    total ??= found.total;
    if (count === "all" && total - startIndex + 1 > LIST_MAX) throw tooManyListed();
    const last = found.rows.at(-1);
    if (last !== undefined) {
      resources.push(...(await listed.shown(reading, found.rows)));
      after = listed.positionOf(last);
    }
    if (found.rows.length < step || resources.length >= wanted) break;
  }
  if (after !== undefined && filter === undefined) {
    rememberAnchor(list, startIndex + resources.length, after, now);
  }
  return { total, resources };
}

/** After `read` rows of the list. */
async function readStep(
  reading: Reading,
  { page, widePage }: Listed,
  query: PageQuery,
  read: number,
): Promise<Page> {
  const found = readPage(await gated(reading, page(reading, query)));
  const isAll = found.rows.length === query.count || query.filter !== undefined;
  const known = query.startIndex - 1 + read + found.rows.length;
  if (widePage === undefined || isAll || known >= found.total) return found;
  return readPage(await gated(reading, widePage(reading, query)));
}
