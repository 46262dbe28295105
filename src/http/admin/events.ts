/** The directory's events over HTTP: who changed what, newest first. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { maskedDiff } from "../../directory/diff.ts";
import { eventPage, findEvent, hasIndex, type EventRow } from "../../directory/event-page.ts";
import { EVENT_TYPES, SYSTEM, type EventType } from "../../directory/events.ts";
import { refusalPage, type RefusalRow } from "../../directory/refusal-page.ts";
import { ScimError } from "../../scim/error.ts";
import { sourceOfToken } from "../../sources/source-reads.ts";
import { eventDetail } from "./activity-contracts.ts";
import { event, eventList, REFUSED } from "./contracts.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { placeOf, type Place } from "./place.ts";
import { namesOf } from "./names.ts";
import { eventQuery, inDirectory } from "./queries.ts";
import { timeOf, toRfc3339 } from "./represent.ts";
import { diffIn, eventSentence, idsNamedIn } from "./sentences.ts";
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
const shownDiff = eventDetail.shape.diff;
const position = z.tuple([z.int(), z.int()]);
type Position = z.infer<typeof position>;

const get = adminRoute({
  method: "get",
  path: "/events/{id}",
  operationId: "getEvent",
  description: "With what was before and after; viewers see which values changed, not the values.",
  request: { params: z.object({ id: z.coerce.number().int().min(1) }), query: inDirectory },
  responses: { 200: json(eventDetail, "The event") },
});

export function eventRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const after = await readCursor(c, position);
    const place = await placeOf(c.env, query.directoryId);
    if (query.outcome === "refused") {
      const { refusals, next } = await refusedOnes(place, query, after);
      const nextCursor = await toCursor(c, next && [next.hour, next.seq]);
      return c.json({ data: refusals.map(representRefused), nextCursor }, 200);
    }
    const [at, seq] = after ?? [];
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
  app.openapi(get, async (c) => {
    const { db, directoryId } = await placeOf(c.env, c.req.valid("query").directoryId);
    const found = await findEvent(db, directoryId, c.req.valid("param").id);
    if (found === undefined) throw new ScimError("not_found", "There is no such event");
    const names = await namesOf(c.env, db, idsNamedIn([found]));
    const { diff, truncated } = diffIn(found.diff);
    const detail = {
      ...representEvent(found),
      diff: shownDiff.parse(c.get("admin").role === "viewer" ? maskedDiff(diff) : diff),
      truncated,
      actorName: names.get(found.actor) ?? null,
      sentence: eventSentence(found, names),
    };
    return c.json(detail, 200);
  });
  return app;
}

/** What was refused of what is asked for; types and actions are of what was done. */
async function refusedOnes(place: Place, query: Query, after: Position | undefined) {
  const [hour, seq] = after ?? [];
  return refusalPage(place.db, {
    directoryId: place.directoryId,
    sourceId: query.source,
    recordId: query.resource,
    resourceType: query.resourceType,
    actor: query.actor,
    from: timeOf(query.from),
    to: timeOf(query.to),
    after: hour === undefined || seq === undefined ? undefined : { hour, seq },
    limit: query.limit,
  });
}

/** The types that fit all that was asked about them; undefined where nothing was. */
function typesOf({ type, action, resourceType, actor }: Query): EventType[] | undefined {
  const isAsked = [type, action, resourceType].some((one) => one !== undefined);
  if (!isAsked && actor !== SYSTEM) return undefined;
  return EVENT_TYPES.filter(
    (one) =>
      (actor !== SYSTEM || one === "user.expired") &&
      (type === undefined || one === type) &&
      (action === undefined || one.endsWith(`.${action}`)) &&
      (resourceType === undefined || SUBJECTS[resourceType].some((it) => one.startsWith(it))),
  );
}

/** What happens to a token or a client secret is about its source. */
const SUBJECTS = {
  User: ["user."],
  Group: ["group."],
  DataSource: ["source.", "token.", "secret."],
  Organization: ["organization."],
  AdminKey: ["key.", "setup."],
  Field: ["field."],
  ApplicationKey: ["application."],
  Directory: ["directory."],
  Hold: ["hold."],
} as const satisfies Record<z.infer<typeof event>["resourceType"], readonly string[]>;

/** A token's events are found among its source's. Throws ScimError `invalidValue` for one that is gone. */
async function sourceOf({ db }: Place, { actor, resource }: Query): Promise<string | undefined> {
  if (actor === undefined || resource !== undefined) return undefined;
  if (actor === SYSTEM || hasIndex(actor)) return undefined;
  const found = await sourceOfToken(db, actor);
  if (found !== undefined) return found;
  throw new ScimError("invalidValue", "There is no such credential: name its source too", {
    faults: [{ pointer: "/actor", code: "unknown", detail: "Name the source too" }],
  });
}

function representEvent(row: EventRow): z.infer<typeof event> {
  return {
    seq: row.seq,
    at: toRfc3339(row.at),
    type: event.shape.type.parse(row.type),
    outcome: "done",
    sourceId: row.source_id,
    resourceType: event.shape.resourceType.parse(row.resource_type),
    resourceId: row.resource_id,
    actor: row.actor,
    requestId: row.request_id,
    changes: changes.parse(JSON.parse(row.changes)),
  };
}

/** Of a request that concerned no record it is about its source. */
function representRefused(row: RefusalRow): z.infer<typeof event> {
  const { operation, code, path, record, detail, n: count } = row;
  const type = event.shape.resourceType.safeParse(row.resource_type).data;
  return {
    seq: row.seq,
    at: toRfc3339(row.last_at),
    type: REFUSED,
    outcome: "refused",
    sourceId: row.source_id,
    resourceType: type ?? "DataSource",
    resourceId: type === undefined ? row.source_id : (row.record_id ?? ""),
    actor: row.actor,
    requestId: row.request_id,
    changes: {},
    refusal: { operation, code, path, record, detail, count },
  };
}
