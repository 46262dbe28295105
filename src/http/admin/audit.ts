/** The audit over HTTP: what admins did, and the proof that nobody changed what it says. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { openDatabase, shardsOf, bindingName, type Database } from "../../directory/database.ts";
import { ScimError } from "../../scim/error.ts";
import { auditPage, verifyAudit, type SeqRow } from "../../sources/audit-page.ts";
import { readPeppers } from "../../sources/secret.ts";
import { auditEntry, auditList, auditVerification, auditVerifyBody } from "./activity-contracts.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { namesOf, type Names } from "./names.ts";
import { auditQuery } from "./queries.ts";
import { timeOf, toRfc3339 } from "./represent.ts";
import { adminRoute, body, json, newRouter, type AdminEnv } from "./router.ts";
import { diffIn } from "./sentences.ts";

const list = adminRoute({
  method: "get",
  path: "/audit",
  operationId: "listAudit",
  description:
    "What admins did, newest first. A page of a list with filters may hold less than `limit`, and still have a next one.",
  request: { query: auditQuery },
  responses: { 200: json(auditList, "Entries of the audit") },
});

const verify = adminRoute({
  method: "post",
  path: "/audit/verify",
  operationId: "verifyAudit",
  description:
    "Checks so many entries after `after`; go on with `next`. `heads` are the last entries of the chains among them: kept elsewhere, they show later whether the end of one was cut off.",
  request: { body: body(auditVerifyBody) },
  responses: { 200: json(auditVerification, "What was checked, and what is broken") },
});

export function auditRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { shard, chain, actor, action, target, from, to, limit } = c.req.valid("query");
    const db = openShard(c.env, shard);
    const { rows, next } = await auditPage(db, {
      chain,
      actor,
      action,
      limit,
      targetId: target,
      from: timeOf(from),
      to: timeOf(to),
      before: await readCursor(c, z.int()),
    });
    const actors = rows.map((row) => row.actor);
    const names = await namesOf(c.env, db, actors);
    const data = rows.map((row) => representEntry(row, names));
    return c.json({ data, nextCursor: await toCursor(c, next) }, 200);
  });
  app.openapi(verify, async (c) => {
    const { shard, after, limit } = c.req.valid("json");
    const db = openShard(c.env, shard);
    const { next = null, ...verified } = await verifyAudit(db, readPeppers(c.env), after, limit);
    return c.json({ ...verified, heads: [...verified.heads], next }, 200);
  });
  return app;
}

function openShard(env: Env, shard: string): Database {
  if (shardsOf(env).includes(shard)) return openDatabase(env, shard);
  throw new ScimError("shard_not_bound", `There is no binding ${bindingName(shard)}`);
}

function representEntry(row: SeqRow, names: Names): z.infer<typeof auditEntry> {
  const { seq, chain, position, at, actor, action, targetType, targetId, requestId, hmac } = row;
  const { diff, truncated } = diffIn(row.changes);
  return {
    seq,
    chain,
    position,
    at: toRfc3339(at),
    actor,
    actorName: names.get(actor) ?? null,
    action,
    role: auditEntry.shape.role.parse(row.role),
    targetType,
    targetId,
    changes: diff,
    truncated,
    requestId,
    hmac,
  };
}
