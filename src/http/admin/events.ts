/** The directory's events over HTTP: who changed what, newest first. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { eventPage, isAdmin, type EventRow } from "../../directory/event-page.ts";
import { EVENT_TYPES, type EventType } from "../../directory/events.ts";
import { ScimError } from "../../scim/error.ts";
import { sourceOfToken } from "../../sources/source-reads.ts";
import { event, eventList } from "./contracts.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { placeOf, type Place } from "./place.ts";
import { eventQuery } from "./queries.ts";
import { toRfc3339 } from "./represent.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";

const list = adminRoute({
  method: "get",
  path: "/events",
  operationId: "listEvents",
  description:
    "A page of a list with several filters may hold less than `limit`, and still have a next one.",
  request: { query: eventQuery },
  responses: { 200: json(eventList, "Events, newest first") },
});

type Query = z.infer<typeof eventQuery>;

const changes = event.shape.changes;
const position = z.tuple([z.int(), z.int()]);

export function eventRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const [at, seq] = (await readCursor(c, position)) ?? [];
    const place = await placeOf(c.env, query.directoryId);
    const { events, next } = await eventPage(place.db, {
      directoryId: query.directoryId,
      sourceId: query.source ?? (await sourceOf(place, query)),
      resourceId: query.resource,
      actor: query.actor,
      types: typesOf(query),
      from: timeOf(query.from),
      to: timeOf(query.to),
      after: at === undefined || seq === undefined ? undefined : { at, seq },
      limit: query.limit,
    });
    const nextCursor = await toCursor(c, next && [next.at, next.seq]);
    return c.json({ data: events.map(representEvent), nextCursor }, 200);
  });
  return app;
}

/** The types that fit all that was asked about them; undefined where nothing was. */
function typesOf({ type, action, resourceType }: Query): EventType[] | undefined {
  if (type === undefined && action === undefined && resourceType === undefined) return undefined;
  return EVENT_TYPES.filter(
    (one) =>
      (type === undefined || one === type) &&
      (action === undefined || one.endsWith(`.${action}`)) &&
      (resourceType === undefined || SUBJECTS[resourceType].some((it) => one.startsWith(it))),
  );
}

/** What happens to a token is about its source. */
const SUBJECTS = {
  User: ["user."],
  Group: ["group."],
  Organization: ["organization."],
  DataSource: ["source.", "token."],
  AdminKey: ["key.", "setup."],
  Directory: ["directory."],
} as const satisfies Record<z.infer<typeof event>["resourceType"], readonly string[]>;

/** A token's events are found among its source's. Throws ScimError `invalidValue` for one that is gone. */
async function sourceOf({ db }: Place, { actor, resource }: Query): Promise<string | undefined> {
  if (actor === undefined || resource !== undefined || isAdmin(actor)) return undefined;
  const found = await sourceOfToken(db, actor);
  if (found !== undefined) return found;
  throw new ScimError("invalidValue", "There is no such token or admin key: name its source too", {
    faults: [{ pointer: "/actor", code: "unknown", detail: "Name the source too" }],
  });
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function representEvent(row: EventRow): z.infer<typeof event> {
  return {
    seq: row.seq,
    at: toRfc3339(row.at),
    type: event.shape.type.parse(row.type),
    sourceId: row.source_id,
    resourceType: event.shape.resourceType.parse(row.resource_type),
    resourceId: row.resource_id,
    actor: row.actor,
    requestId: row.request_id,
    changes: changes.parse(JSON.parse(row.changes)),
  };
}
