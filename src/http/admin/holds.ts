/** What waits for an admin over HTTP: removals above the limit, to be approved or rejected as the set that was seen. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { Database } from "../../directory/database.ts";
import { ScimError } from "../../scim/error.ts";
import type { HoldDecision } from "../../sources/operation.ts";
import { findSource } from "../../sources/source-reads.ts";
import type { Hold } from "../../sources/holds.ts";
import { heldPage, holdOfRun, waitingHold } from "../../sync/hold-reads.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { listQuery } from "./queries.ts";
import { representHold } from "./represent-run.ts";
import {
  adminRoute,
  body,
  idParams,
  json,
  newRouter,
  NO_CONTENT,
  type AdminEnv,
} from "./router.ts";
import { holdDecision, holdPage } from "./run-contracts.ts";
import { readRun } from "./runs.ts";
import { askAbout, callOf } from "./start-run.ts";

const ofSource = adminRoute({
  method: "get",
  path: "/data-sources/{id}/hold",
  operationId: "getHold",
  request: { params: idParams, query: listQuery },
  responses: { 200: json(holdPage, "What of the source waits, a page at a time") },
});

const ofRun = adminRoute({
  method: "get",
  path: "/sync-runs/{id}/held",
  operationId: "getSyncRunHold",
  request: { params: idParams, query: listQuery },
  responses: { 200: json(holdPage, "What the run came to, whatever was decided since") },
});

const decisions = {
  description: "409 `hold_replaced` unless `setHash` is that of the set that waits.",
  request: { params: idParams, body: body(holdDecision) },
  responses: NO_CONTENT,
};

const approve = adminRoute({
  method: "post",
  path: "/data-sources/{id}/hold/approve",
  operationId: "approveHold",
  ...decisions,
});

const reject = adminRoute({
  method: "post",
  path: "/data-sources/{id}/hold/reject",
  operationId: "rejectHold",
  ...decisions,
});

const approveRun = adminRoute({
  method: "post",
  path: "/sync-runs/{id}/approve-held",
  operationId: "approveSyncRunHold",
  ...decisions,
});

const rejectRun = adminRoute({
  method: "post",
  path: "/sync-runs/{id}/reject-held",
  operationId: "rejectSyncRunHold",
  ...decisions,
});

const position = z.tuple([z.string(), z.string()]);

export function holdRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(ofSource, async (c) => {
    const { db, hold } = await holdOfSource(c, c.req.valid("param").id);
    return c.json(await shownHold(c, db, hold, c.req.valid("query").limit), 200);
  });
  app.openapi(ofRun, async (c) => {
    const { db, run } = await readRun(c, c.req.valid("param").id);
    const hold = await holdOfRun(db, run.sourceId, run.id);
    return c.json(await shownHold(c, db, hold, c.req.valid("query").limit), 200);
  });
  app.openapi(approve, async (c) => {
    const { hold } = await holdOfSource(c, c.req.valid("param").id);
    await decide(c, hold, { ...c.req.valid("json"), decision: "approved" });
    return c.body(null, 204);
  });
  app.openapi(reject, async (c) => {
    const { hold } = await holdOfSource(c, c.req.valid("param").id);
    await decide(c, hold, { ...c.req.valid("json"), decision: "rejected" });
    return c.body(null, 204);
  });
  app.openapi(approveRun, async (c) => {
    const { db, run } = await readRun(c, c.req.valid("param").id);
    const hold = await holdOfRun(db, run.sourceId, run.id);
    await decide(c, hold, { ...c.req.valid("json"), decision: "approved" });
    return c.body(null, 204);
  });
  app.openapi(rejectRun, async (c) => {
    const { db, run } = await readRun(c, c.req.valid("param").id);
    const hold = await holdOfRun(db, run.sourceId, run.id);
    await decide(c, hold, { ...c.req.valid("json"), decision: "rejected" });
    return c.body(null, 204);
  });
  return app;
}

async function holdOfSource(
  c: Context<AdminEnv>,
  sourceId: string,
): Promise<{ db: Database; hold: Hold | undefined }> {
  const db = await openSourceDatabase(c.env, sourceId);
  if ((await findSource(db, sourceId)) === undefined) refuseUnknownSource();
  return { db, hold: await waitingHold(db, sourceId) };
}

async function shownHold(
  c: Context<AdminEnv>,
  db: Database,
  hold: Hold | undefined,
  limit: number,
): Promise<z.infer<typeof holdPage>> {
  const after = await readCursor(c, position);
  if (hold === undefined) return { hold: null, data: [], nextCursor: null };
  const { rows, next } = await heldPage(db, hold.id, after, limit);
  const nextCursor = await toCursor(c, next && [...next]);
  return { hold: representHold(hold), data: [...rows], nextCursor };
}

/** The source's object compares the set with the one that waits, and decides in one batch. */
async function decide(
  c: Context<AdminEnv>,
  hold: Hold | undefined,
  { setHash, decision }: Pick<HoldDecision, "setHash" | "decision">,
): Promise<void> {
  if (hold === undefined) throw new ScimError("not_found", "Nothing is held");
  const asked = { ...callOf(c), holdId: hold.id, setHash, decision };
  await askAbout(c, hold.sourceId, (object) => object.decideHold(asked));
}
