/** The directory's events over HTTP: who changed what, newest first. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { openDatabase } from "../../directory/database.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { eventPage, type EventRow } from "../../sources/source-reads.ts";
import { event, eventList, eventQuery } from "./contracts.ts";
import { toRfc3339 } from "./represent.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";

const list = adminRoute({
  method: "get",
  path: "/events",
  operationId: "listEvents",
  request: { query: eventQuery },
  responses: { 200: json(eventList, "Events, newest first") },
});

const changes = event.shape.changes;

export function eventRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { source, resource, limit, cursor } = c.req.valid("query");
    const found = await eventPage(openDatabase(c.env, "00"), DEFAULT_DIRECTORY, {
      sourceId: source,
      resourceId: resource,
      before: cursor === undefined ? undefined : Number(cursor),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const nextCursor = last === undefined ? null : String(last.seq);
    return c.json({ data: page.map(representEvent), nextCursor }, 200);
  });
  return app;
}

function representEvent(row: EventRow): z.infer<typeof event> {
  return {
    seq: row.seq,
    at: toRfc3339(row.at),
    type: row.type,
    sourceId: row.source_id,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    actor: row.actor,
    requestId: row.request_id,
    changes: changes.parse(JSON.parse(row.changes)),
  };
}
