/** Runs over HTTP: starting one by hand, watching it, and what it did record by record. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { openDatabase, type Database } from "../../directory/database.ts";
import { shardOf } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import { base64url } from "../../sources/secret.ts";
import { findSource } from "../../sources/source-reads.ts";
import { findRun, recordPage, runPage, type RunQuery } from "../../sync/run-reads.ts";
import type { Run } from "../../sync/run.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { once, onceHeaders } from "./once.ts";
import { openSourceDatabase, placeOf, refuseUnknownSource, requireShard } from "./place.ts";
import { languageOf } from "./problem.ts";
import { recordQuery, runQuery, sourceRunQuery } from "./queries.ts";
import { representRecord, representRun } from "./represent-run.ts";
import {
  adminRoute,
  body,
  idParams,
  ifNoneMatch,
  json,
  newRouter,
  NOT_MODIFIED,
  type AdminEnv,
} from "./router.ts";
import { runRecordList, syncBody, syncRun, syncRunList } from "./run-contracts.ts";
import { askAbout, callOf, startRun } from "./start-run.ts";

const started = { 202: json(syncRun, "The run; watch it at `Location`") };

const sync = adminRoute({
  method: "post",
  path: "/data-sources/{id}/sync",
  operationId: "syncDataSource",
  description:
    "Reads the upstream now; a dry run may do so under other `settings`, and says what they would change. 409 `run_in_progress` names the run that is going on, and `Location` leads to it.",
  request: { params: idParams, body: body(syncBody), headers: onceHeaders },
  responses: started,
});

const ofSource = adminRoute({
  method: "get",
  path: "/data-sources/{id}/runs",
  operationId: "listDataSourceRuns",
  description: "A page may hold less than `limit`, and still have a next one.",
  request: { params: idParams, query: sourceRunQuery },
  responses: { 200: json(syncRunList, "Its runs, newest first") },
});

const list = adminRoute({
  method: "get",
  path: "/sync-runs",
  operationId: "listSyncRuns",
  description: "A page may hold less than `limit`, and still have a next one.",
  request: { query: runQuery },
  responses: { 200: json(syncRunList, "Runs of the directory, newest first") },
});

const get = adminRoute({
  method: "get",
  path: "/sync-runs/{id}",
  operationId: "getSyncRun",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(syncRun, "The run, and how far it is"), ...NOT_MODIFIED },
});

const records = adminRoute({
  method: "get",
  path: "/sync-runs/{id}/records",
  operationId: "listSyncRunRecords",
  description: "A page may hold less than `limit`, and still have a next one.",
  request: { params: idParams, query: recordQuery },
  responses: { 200: json(runRecordList, "What it did, would do, or couldn't do") },
});

const cancel = adminRoute({
  method: "post",
  path: "/sync-runs/{id}/cancel",
  operationId: "cancelSyncRun",
  description: "It ends before its next page; what it has done stays.",
  request: { params: idParams },
  responses: { 202: json(syncRun, "The run, which is about to end") },
});

const retry = adminRoute({
  method: "post",
  path: "/sync-runs/{id}/retry-failed",
  operationId: "retrySyncRun",
  description: "Another full run: what went well and is the same upstream costs no write.",
  request: { params: idParams, headers: onceHeaders },
  responses: started,
});

const position = z.tuple([z.int(), z.string()]);

export function runRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(sync, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await startOnce(c, id, c.req.valid("json")), 202);
  });
  app.openapi(ofSource, async (c) => {
    const { id: sourceId } = c.req.valid("param");
    const db = await openSourceDatabase(c.env, sourceId);
    const { directoryId } = (await findSource(db, sourceId)) ?? refuseUnknownSource();
    return c.json(await listRuns(c, db, { directoryId, sourceId, ...c.req.valid("query") }), 200);
  });
  app.openapi(list, async (c) => {
    const { dataSourceId: sourceId, ...query } = c.req.valid("query");
    const { db } = await placeOf(c.env, query.directoryId);
    return c.json(await listRuns(c, db, { ...query, sourceId }), 200);
  });
  app.openapi(get, async (c) => {
    const { run } = await readRun(c, c.req.valid("param").id);
    const shown = representRun(run);
    return (await isKnown(c, shown)) ? c.body(null, 304) : c.json(shown, 200);
  });
  app.openapi(records, async (c) => {
    const { db, run } = await readRun(c, c.req.valid("param").id);
    return c.json(await listRecords(c, db, run, c.req.valid("query")), 200);
  });
  app.openapi(cancel, async (c) => {
    const { db, run } = await readRun(c, c.req.valid("param").id);
    await cancelRun(c, run);
    return c.json(representRun((await findRun(db, run.id)) ?? run), 202);
  });
  app.openapi(retry, async (c) => {
    const { run } = await readRun(c, c.req.valid("param").id);
    const { dryRun, proposal: settings } = run;
    return c.json(await startOnce(c, run.sourceId, { kind: "full", dryRun, settings }), 202);
  });
  return app;
}

/** Throws ScimError `not_found`. */
export async function readRun(
  c: Context<AdminEnv>,
  id: string,
): Promise<{ readonly db: Database; readonly run: Run }> {
  const shard = id.startsWith("run_") ? shardOf(id) : undefined;
  if (shard === undefined) return refuseUnknownRun();
  await requireShard(c.env, shard, refuseUnknownRun);
  const db = openDatabase(c.env, shard);
  return { db, run: (await findRun(db, id)) ?? refuseUnknownRun() };
}

function refuseUnknownRun(): never {
  throw new ScimError("not_found", "There is no such run");
}

async function startOnce(c: Context<AdminEnv>, sourceId: string, asked: z.infer<typeof syncBody>) {
  const db = await openSourceDatabase(c.env, sourceId);
  const run = await once(c, db, syncRun, (keep) => startRun(c, sourceId, asked, keep));
  c.header("location", `/api/v1/sync-runs/${run.id}`);
  return run;
}

async function cancelRun(c: Context<AdminEnv>, { id: runId, sourceId, status }: Run) {
  if (status !== "queued" && status !== "running") {
    throw new ScimError("run_ended", `The run has ended: ${status}`);
  }
  await askAbout(c, sourceId, (object) => object.cancelRun({ ...callOf(c), runId }));
}

async function listRuns(
  c: Context<AdminEnv>,
  db: Database,
  query: Omit<RunQuery, "before">,
): Promise<z.infer<typeof syncRunList>> {
  const before = await readCursor(c, position);
  const { rows, next } = await runPage(db, { ...query, before });
  return { data: rows.map(representRun), nextCursor: await toCursor(c, next && [...next]) };
}

async function listRecords(
  c: Context<AdminEnv>,
  db: Database,
  { id: runId }: Run,
  query: z.infer<typeof recordQuery>,
): Promise<z.infer<typeof runRecordList>> {
  const after = (await readCursor(c, z.int())) ?? -1;
  const { rows, next } = await recordPage(db, { ...query, runId, after });
  const isMasked = c.get("admin").role === "viewer";
  const data = rows.map((row) => representRecord(row, languageOf(c), isMasked));
  return { data, nextCursor: await toCursor(c, next) };
}

/** Whether the caller has it so already; says what it is known by. */
async function isKnown(c: Context<AdminEnv>, shown: object): Promise<boolean> {
  const tag = await tagOf(shown);
  c.header("etag", tag);
  return c.req.header("if-none-match")?.includes(tag.slice(2)) === true;
}

/** A run has no number of its own that counts its changes. */
async function tagOf(shown: object): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(shown));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return `W/"${base64url(digest.slice(0, 12))}"`;
}
