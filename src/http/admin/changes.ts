/** The change feed over HTTP: users, groups and organizations in the order in which they changed. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row } from "../../directory/database.ts";
import {
  feedPage,
  feedSince,
  type FeedEvent,
  type FeedPosition,
} from "../../directory/change-feed.ts";
import { seenOf } from "../../directory/change-sight.ts";
import { EVENT_TYPES } from "../../directory/events.ts";
import { GROUP_COLUMNS, parseGroup } from "../../directory/group.ts";
import { furtherOrganizationsOf } from "../../directory/read.ts";
import { ORGANIZATION_COLUMNS, parseOrganization } from "../../directory/organization.ts";
import { parseUser, textOf, USER_COLUMNS } from "../../directory/user.ts";
import { ScimError } from "../../scim/error.ts";
import { readPeppers } from "../../sources/secret.ts";
import { openText, sealText } from "../cursor.ts";
import { change, changeList } from "./activity-contracts.ts";
import {
  furtherIn,
  ownerOf,
  OWNERS,
  ownersIn,
  representGroup,
  representUser,
  type Owners,
} from "./represent-directory.ts";
import type { Place } from "./place.ts";
import { readerOf } from "./reader.ts";
import { changeQuery } from "./queries.ts";
import { timeOf, toRfc3339 } from "./represent.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";
import { changesIn } from "./sentences.ts";

const list = adminRoute({
  method: "get",
  path: "/changes",
  operationId: "listChanges",
  description:
    "Changes in their order, each at least once, for as long as events are kept (30 days at least). Keep `nextCursor` and come back with it: an empty page gives the one it was asked with. A cursor that events after it are gone of is 410 `cursor_expired`.",
  request: { query: changeQuery },
  responses: { 200: json(changeList, "Changes, oldest first") },
});

/** Whose feed it is, and where it is kept. */
type Feed = Pick<Place, "db" | "directoryId">;

const position = z.tuple([z.int(), z.int()]);
const FED = EVENT_TYPES.filter((type) => /^(user|group|organization)\./.test(type));

export function changeRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { db, scope } = await readerOf(c, query);
    const place = { db, directoryId: scope.directoryId };
    const start = await startOf(c, place, query);
    const {
      state,
      events: all,
      next,
      hasMore,
    } = await feedPage(place.db, place.directoryId, start, query.limit);
    if (state === "lost") {
      throw new ScimError("cursor_expired", "Events after this cursor are no longer kept");
    }
    const seen = scope.sourceId === undefined ? undefined : await seenOf(db, scope.sourceId, all);
    const events = all.filter(
      ({ resource_id: id, moved_from: from }) => !seen || seen.has(id) || seen.has(from ?? ""),
    );
    const resources =
      query.include === undefined ? undefined : await currentOf(place, events, seen);
    const text = JSON.stringify([next.seq, next.at]);
    const nextCursor = await sealText(readPeppers(c.env), purpose(place), text);
    const data = events
      .map((event) => representChange(event, resources))
      .map((one) => (seen === undefined ? one : withoutMembers(one)));
    return c.json({ data, nextCursor, hasMore }, 200);
  });
  return app;
}

/** Throws ScimError `invalidCursor`. */
async function startOf(
  c: Context<AdminEnv>,
  place: Feed,
  { cursor, since }: z.infer<typeof changeQuery>,
): Promise<FeedPosition | undefined> {
  if (cursor === undefined) {
    const time = timeOf(since);
    return time === undefined ? undefined : feedSince(place.db, place.directoryId, FED, time);
  }
  const text = await openText(readPeppers(c.env), purpose(place), cursor);
  const [seq, at] = position.parse(JSON.parse(text));
  return { seq, at };
}

/** What the cursor is signed for: the feed of this directory, whatever else is asked for. */
function purpose({ directoryId }: Feed): string {
  return `changes ${directoryId}`;
}

type Shown = Readonly<Record<string, unknown>>;

/** What the resources of the page are now, by id; one that is gone is not among them. */
async function currentOf(
  { db, directoryId }: Feed,
  events: readonly FeedEvent[],
  seen: ReadonlySet<string> | undefined,
): Promise<ReadonlyMap<string, Shown>> {
  const named = [...new Set(events.map(({ resource_id }) => resource_id))];
  const all = named.filter((id) => seen?.has(id) ?? true);
  const ids = JSON.stringify(all);
  const [sources = [], further = [], users = [], groups = [], organizations = []] = await db.batch([
    { sql: OWNERS, params: [directoryId] },
    furtherOrganizationsOf({ directoryId }, all),
    { sql: byIds("users", "u", USER_COLUMNS), params: [ids, directoryId] },
    { sql: byIds("groups", "g", GROUP_COLUMNS), params: [ids, directoryId] },
    {
      sql: byIds("organizations", "o", `${ORGANIZATION_COLUMNS}, o.parent_id`),
      params: [ids, directoryId],
    },
  ]);
  const owners = ownersIn(sources);
  const facts = { owners, further: furtherIn(further) };
  const shown = (rows: readonly Row[], represent: (row: Row) => Shown) =>
    rows.map((row) => [String(row["id"]), represent(row)] as const);
  return new Map([
    ...shown(users, (row) => representUser(parseUser(row), facts)),
    ...shown(groups, (row) => representGroup(parseGroup(row), owners)),
    ...shown(organizations, (row) => representOrganization(row, owners)),
  ]);
}

/** As it is by itself: counts of its people are no change of it. */
function representOrganization(row: Row, owners: Owners): Shown {
  const { id, sourceId, attributes, version, createdAt, updatedAt } = parseOrganization(row);
  return {
    id,
    sourceId: ownerOf(sourceId, owners),
    parentId: textOf(attributes, "parent") ?? null,
    displayName: textOf(attributes, "displayName") ?? "",
    code: textOf(attributes, "code") ?? null,
    externalId: textOf(attributes, "externalId") ?? null,
    order: attributes["order"] ?? null,
    version,
    createdAt: toRfc3339(createdAt),
    updatedAt: toRfc3339(updatedAt),
  };
}

function byIds(table: string, alias: string, columns: string): string {
  return `SELECT ${columns} FROM json_each(?1) j CROSS JOIN ${table} ${alias}
    ON ${alias}.id = j.value WHERE ${alias}.directory_id = ?2 AND ${alias}.deleted_at IS NULL`;
}

/** Who came and went may be out of the caller's sight; the group's members, as it sees them, can be read. */
function withoutMembers(one: Change): Change {
  const {
    membersAdded: _added,
    membersRemoved: _removed,
    membersTruncated: _truncated,
    membersAddedTotal: _addedTotal,
    membersRemovedTotal: _removedTotal,
    ...rest
  } = one;
  return rest;
}

type Change = z.infer<typeof change>;

function representChange(
  event: FeedEvent,
  resources: ReadonlyMap<string, Shown> | undefined,
): Change {
  const { attributes = [], added, removed, addedTotal, removedTotal } = changesIn(event);
  const isTruncated = addedTotal !== undefined || removedTotal !== undefined;
  return {
    seq: event.seq,
    at: toRfc3339(event.at),
    type: event.type,
    resourceType: change.shape.resourceType.parse(event.resource_type),
    resourceId: event.resource_id,
    sourceId: event.source_id,
    version: event.version,
    attributes,
    ...(added === undefined ? {} : { membersAdded: added }),
    ...(removed === undefined ? {} : { membersRemoved: removed }),
    ...(isTruncated ? { membersTruncated: true } : {}),
    ...(addedTotal === undefined ? {} : { membersAddedTotal: Number(addedTotal[0]) }),
    ...(removedTotal === undefined ? {} : { membersRemovedTotal: Number(removedTotal[0]) }),
    ...(resources === undefined ? {} : { resource: resources.get(event.resource_id) ?? null }),
  };
}
