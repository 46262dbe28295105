/** Lists and searches, of one type or of the root. RFC 7644 §3.4.2, §3.4.3. */
import { openDatabase } from "../directory/database.ts";
import type { ResourceType } from "../scim/attribute.ts";
import type { JsonObject } from "../scim/json.ts";
import { parseSearchRequest, type ListQuery } from "../scim/list-query.ts";
import { listResponse } from "../scim/messages.ts";
import { parseProjection, project, type Projection } from "../scim/projection.ts";
import { profileOf, type Source } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { callerOf, type SourceKeyed } from "./authenticate.ts";
import { underConfiguration } from "./configuration.ts";
import type { AppContext } from "./context.ts";
import { readListPage, type Found } from "./page.ts";
import { partsOf, type QueryPart } from "./query-part.ts";
import { readingOf, type Reading } from "./reading.ts";
import { represented } from "./represent-rows.ts";
import { readBody, readListQuery, readProjectionQuery } from "./request.ts";
import { baseOf, respondJson } from "./respond.ts";
import { readRootPage } from "./root-page.ts";

/** Several types are the server root's (RFC 7644 §3.4.2.1). */
export async function listResources(
  c: AppContext,
  types: readonly ResourceType[],
): Promise<Response> {
  const caller = await callerOf(c);
  const named = readProjectionQuery(c);
  for (const type of types) parseProjection(named, type);
  const query = readListQuery(c);
  return answer(c, caller, (source) => {
    const own = types.map((type) => typeFor(source, type));
    const projections = own.map((type) => parseProjection(named, type));
    return bodyOf(c, caller, source, { types: own, projections, query });
  });
}

/** RFC 7644 §3.4.3: a query in a body, for filters that must not stand in a URL. */
export async function searchResources(
  c: AppContext,
  types: readonly ResourceType[],
): Promise<Response> {
  const caller = await callerOf(c);
  const body = await readBody(c);
  return answer(c, caller, (source) => {
    const query = parseSearchRequest(body, profileOf(source));
    const own = types.map((type) => typeFor(source, type));
    const projections = own.map((type) => parseProjection(query, type));
    return bodyOf(c, caller, source, { types: own, projections, query });
  });
}

interface Wish {
  readonly types: readonly ResourceType[];
  /** One for each type. */
  readonly projections: readonly Projection[];
  readonly query: ListQuery;
}

/** A filter is read in the dialect in force. */
async function answer(
  c: AppContext,
  caller: SourceKeyed,
  read: (source: Source) => Promise<JsonObject>,
): Promise<Response> {
  return respondJson(c, 200, await underConfiguration(c, caller, read));
}

async function bodyOf(
  c: AppContext,
  caller: SourceKeyed,
  source: Source,
  { types, projections, query }: Wish,
): Promise<JsonObject> {
  const parts = partsOf(types, query, profileOf(source));
  const db = openDatabase(c.env, caller.shard);
  const reading = { c, base: baseOf(c), db, caller, source, permissions: permissionsOf(parts) };
  const [only] = parts;
  const { total, found, nextCursor } =
    only !== undefined && parts.length === 1
      ? await readListPage(reading, only, query)
      : await readRootPage(reading, parts, query);
  return listResponse(await shown(reading, types, projections, found), {
    totalResults: total,
    ...(query.cursor === undefined && { startIndex: query.startIndex }),
    ...(nextCursor !== undefined && { nextCursor }),
  });
}

/** A search of the root needs no permission to read what it doesn't ask for. */
function permissionsOf(parts: readonly QueryPart[]): Reading["permissions"] {
  return parts
    .filter(({ isEmpty }) => parts.length === 1 || !isEmpty)
    .map(({ type }) => readingOf(type));
}

/** The resources in the order in which their rows were found. */
async function shown(
  reading: Reading,
  types: readonly ResourceType[],
  projections: readonly Projection[],
  found: readonly Found[],
): Promise<JsonObject[]> {
  const resources = new Map<unknown, JsonObject>();
  for (const [index, type] of types.entries()) {
    const rows = found.filter((one) => one.type === type).map(({ row }) => row);
    const projection = projections[index] ?? {};
    const full = rows.length === 0 ? [] : await represented(reading, type, projection, rows);
    for (const resource of full) {
      resources.set(resource["id"], project(resource, projection, type));
    }
  }
  return found
    .map(({ row }) => resources.get(row["id"]))
    .filter((resource) => resource !== undefined);
}
