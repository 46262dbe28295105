/** What a data source's requests came to over HTTP: refusals, counts, and what has arrived so far. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z as zod } from "zod";
import { connectionOf, requestCounts } from "../../directory/activity-reads.ts";
import { refusalPage, type RefusalRow } from "../../directory/refusal-page.ts";
import { isReason, wordsOf, type Language } from "../../scim/catalogue.ts";
import { HOUR_MS, hourOf } from "../../sources/activity.ts";
import { findSource } from "../../sources/source-reads.ts";
import type { Source } from "../../sources/source.ts";
import { settleActivity } from "../activity.ts";
import {
  connectionCheck,
  refusal as refusalContract,
  refusalList,
  requestCountList,
} from "./activity-contracts.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { languageOf } from "./problem.ts";
import { countQuery, refusalQuery } from "./queries.ts";
import { timeOf, toRfc3339 } from "./represent.ts";
import { adminRoute, idParams, json, newRouter, type AdminEnv } from "./router.ts";

const refusals = adminRoute({
  method: "get",
  path: "/data-sources/{id}/refusals",
  operationId: "listRefusals",
  description:
    "Refused requests, newest hour first; those of one kind and hour are one item. A page may hold less than `limit`, and still have a next one.",
  request: { params: idParams, query: refusalQuery },
  responses: { 200: json(refusalList, "Refusals") },
});

const counts = adminRoute({
  method: "get",
  path: "/data-sources/{id}/request-counts",
  operationId: "listRequestCounts",
  description: "Requests by hour, route and class of status; without a time, of the last day.",
  request: { params: idParams, query: countQuery },
  responses: { 200: json(requestCountList, "Counts, oldest hour first") },
});

const check = adminRoute({
  method: "get",
  path: "/data-sources/{id}/connection-check",
  operationId: "getConnectionCheck",
  request: { params: idParams },
  responses: { 200: json(connectionCheck, "What has arrived so far") },
});

const position = zod.tuple([zod.int(), zod.int()]);
const DAY_MS = 24 * HOUR_MS;
/** A page of counts: a source has some twenty routes. */
const COUNTS_AT_ONCE = 2_000;

export function refusalRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(refusals, async (c) => {
    const query = c.req.valid("query");
    const [hour, seq] = (await readCursor(c, position)) ?? [];
    const { db, source } = await settledSource(c, c.req.valid("param").id);
    const page = await refusalPage(db, {
      directoryId: source.directoryId,
      sourceId: source.id,
      code: query.code,
      from: timeOf(query.from),
      to: timeOf(query.to),
      after: hour === undefined || seq === undefined ? undefined : { hour, seq },
      limit: query.limit,
    });
    const nextCursor = await toCursor(c, page.next && [page.next.hour, page.next.seq]);
    return c.json(
      { data: page.refusals.map((row) => representRefusal(row, languageOf(c))), nextCursor },
      200,
    );
  });
  app.openapi(counts, async (c) => {
    const { db, source } = await settledSource(c, c.req.valid("param").id);
    return c.json(await countsOf(db, source.id, c.req.valid("query")), 200);
  });
  app.openapi(check, async (c) => {
    const { db, source } = await settledSource(c, c.req.valid("param").id);
    return c.json(representConnection(await connectionOf(db, source.id)), 200);
  });
  return app;
}

/** The source, after what was noted of it was written. */
async function settledSource(c: Context<AdminEnv>, id: string) {
  const db = await openSourceDatabase(c.env, id);
  const source: Source = (await findSource(db, id)) ?? refuseUnknownSource();
  await settleActivity(c.env, id);
  return { db, source };
}

async function countsOf(
  db: Parameters<typeof requestCounts>[0],
  sourceId: string,
  query: z.infer<typeof countQuery>,
): Promise<z.infer<typeof requestCountList>> {
  const to = timeOf(query.to) ?? Date.now();
  const from = hourOf(timeOf(query.from) ?? to - DAY_MS);
  const found = await requestCounts(db, sourceId, { from, to, limit: COUNTS_AT_ONCE + 1 });
  const cut = found.length > COUNTS_AT_ONCE ? found.at(-1)?.hour : undefined;
  // An hour is told as a whole or not at all.
  const rows = cut === undefined ? found : found.filter(({ hour }) => hour < cut);
  const totals: Record<string, number> = {};
  for (const { status, n } of rows) {
    totals[`${status}xx`] = (totals[`${status}xx`] ?? 0) + n;
  }
  return {
    data: rows.map(({ hour, route, status, n }) => ({
      hour: toRfc3339(hour),
      route,
      status: `${status}xx`,
      count: n,
    })),
    totals,
    nextFrom: cut === undefined ? null : toRfc3339(cut),
  };
}

function representConnection({
  firstRequestAt,
  lastRequestAt,
  firstUser,
  firstGroup,
  attempts,
}: Awaited<ReturnType<typeof connectionOf>>): z.infer<typeof connectionCheck> {
  const arrival = (one: typeof firstUser) =>
    one === undefined ? null : { at: toRfc3339(one.at), id: one.resource_id };
  return {
    firstRequestAt: firstRequestAt === null ? null : toRfc3339(firstRequestAt),
    lastRequestAt: lastRequestAt === null ? null : toRfc3339(lastRequestAt),
    firstUser: arrival(firstUser),
    firstGroup: arrival(firstGroup),
    refusedCredentials: attempts.map(({ at, why, hint, user_agent: userAgent }) => ({
      at: toRfc3339(at),
      why,
      hint,
      userAgent,
    })),
  };
}

export function representRefusal(
  row: RefusalRow,
  language: Language,
): z.infer<typeof refusalContract> {
  return {
    id: row.seq,
    sourceId: row.source_id,
    firstAt: toRfc3339(row.first_at),
    lastAt: toRfc3339(row.last_at),
    count: row.n,
    operation: row.operation,
    code: row.code,
    path: row.path,
    record: row.record,
    resourceType: row.resource_type,
    actor: row.actor,
    requestId: row.request_id,
    detail: row.detail,
    fix: isReason(row.code) ? wordsOf(row.code, language).advice : null,
  };
}
