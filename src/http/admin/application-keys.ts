/** Application keys over HTTP. A secret is in the answer that made it, and nowhere else. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConstraintViolation, openDatabase, type Database } from "../../directory/database.ts";
import { diffOf } from "../../directory/diff.ts";
import type { EventType } from "../../directory/events.ts";
import { prefixedId, randomBytes, shardOf, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import {
  applicationKeyPage,
  changedLists,
  getApplicationKey,
  insertApplicationKey,
  refuseUnknownKey,
  SCOPE_LISTS,
  unknownInScope,
  updateApplicationKey,
  type ApplicationKey,
  type NewApplicationKey,
} from "../../sources/application-keys.ts";
import { keepStatements } from "../../sources/idempotency.ts";
import { hashNewSecret, hintOf, newSecret, readPeppers } from "../../sources/secret.ts";
import { isKnownVersion } from "../respond.ts";
import { writeAudited, type AdminChange } from "./admin-event.ts";
import {
  applicationKey,
  applicationKeyBody,
  applicationKeyChanges,
  applicationKeyList,
  createdApplicationKey,
} from "./application-contracts.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { placeOf, requireShard, type Place } from "./place.ts";
import { dataSourceQuery } from "./queries.ts";
import { toRfc3339 } from "./represent.ts";
import {
  adminRoute,
  body,
  checkVersion,
  idParams,
  ifMatch,
  ifNoneMatch,
  json,
  newRouter,
  NO_CONTENT,
  NOT_MODIFIED,
  tag,
  type AdminEnv,
} from "./router.ts";

const list = adminRoute({
  method: "get",
  path: "/application-keys",
  operationId: "listApplicationKeys",
  request: { query: dataSourceQuery },
  responses: { 200: json(applicationKeyList, "Application keys, revoked ones included") },
});

const create = adminRoute({
  method: "post",
  path: "/application-keys",
  operationId: "createApplicationKey",
  request: { body: body(applicationKeyBody), headers: onceHeaders },
  responses: { 201: json(createdApplicationKey, "The new key with its secret, shown once") },
});

const get = adminRoute({
  method: "get",
  path: "/application-keys/{id}",
  operationId: "getApplicationKey",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(applicationKey, "The key"), ...NOT_MODIFIED },
});

const update = adminRoute({
  method: "patch",
  path: "/application-keys/{id}",
  operationId: "updateApplicationKey",
  request: { params: idParams, body: body(applicationKeyChanges), headers: ifMatch },
  responses: { 200: json(applicationKey, "The key after the change") },
});

const revoke = adminRoute({
  method: "delete",
  path: "/application-keys/{id}",
  operationId: "revokeApplicationKey",
  description: "Ends the key at once. Repeated, it changes nothing.",
  request: { params: idParams, headers: ifMatch },
  responses: NO_CONTENT,
});

export function applicationKeyRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { limit, directoryId } = c.req.valid("query");
    const after = (await readCursor(c, z.string())) ?? "";
    const { db } = await placeOf(c.env, directoryId);
    const found = await applicationKeyPage(db, directoryId, { after, limit: limit + 1 });
    const { page, nextCursor } = await pageOf(c, found, limit, ({ id }) => id);
    return c.json({ data: page.map(representKey), nextCursor }, 200);
  });
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const place = await placeOf(c.env, input.directoryId);
    const created = await once(c, place.db, createdApplicationKey, (keep) =>
      createKey(c, input, place, keep),
    );
    c.header("location", `/api/v1/application-keys/${created.id}`);
    tag(c, created.version);
    return c.json(created, 201);
  });
  app.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const key = await getApplicationKey(await openKeyDatabase(c.env, id), id);
    tag(c, key.version);
    return isKnownVersion(c, key.version) ? c.body(null, 304) : c.json(representKey(key), 200);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    const key = await changeKey(c, id, "application.updated", c.req.valid("json"));
    tag(c, key.version);
    return c.json(representKey(key), 200);
  });
  app.openapi(revoke, async (c) => {
    const revocation = { revokedAt: Date.now(), organizationIds: [], groupIds: [] };
    await changeKey(c, c.req.valid("param").id, "application.revoked", revocation);
    return c.body(null, 204);
  });
  return app;
}

async function createKey(
  c: Context<AdminEnv>,
  { name, access, organizationIds, groupIds }: z.infer<typeof applicationKeyBody>,
  { directoryId, shard, db }: Place,
  keep: Keep,
): Promise<z.infer<typeof createdApplicationKey>> {
  const now = Date.now();
  const secret = newSecret("app", shard, randomBytes);
  const key: NewApplicationKey = {
    id: prefixedId("app", shard, uuidv7(now, randomBytes(10))),
    directoryId,
    name,
    access,
    organizationIds,
    groupIds,
    hint: hintOf(secret),
    version: 1,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  };
  await checkScope(db, key);
  const created = { ...representKey(key), secret };
  const kept = await keep(created);
  await writeAudited(c, db, keyChange("application.created", undefined, key), [
    ...insertApplicationKey(key, await hashNewSecret(readPeppers(c.env), secret)),
    ...(kept === undefined ? [] : keepStatements(kept)),
  ]);
  return created;
}

type KeyChanges = {
  readonly [K in "name" | "access" | "organizationIds" | "groupIds" | "revokedAt"]?:
    ApplicationKey[K] | undefined;
};

/** Somebody else's change in between is found out by the batch: then it is decided anew. */
const TRIES = 5;

/** Throws ScimError `not_found`, `key_revoked`, `invalidValue`, `precondition_failed` or `unavailable`. */
async function changeKey(
  c: Context<AdminEnv>,
  id: string,
  type: EventType,
  changes: KeyChanges,
): Promise<NewApplicationKey> {
  const db = await openKeyDatabase(c.env, id);
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await getApplicationKey(db, id);
    checkVersion(c, before.version);
    const after = changed(before, changes);
    if (!isChange(before, after)) return before;
    if (before.revokedAt !== null) throw new ScimError("key_revoked", "The key was revoked");
    if (changedLists(before, after).length > 0) await checkScope(db, after);
    try {
      await writeAudited(
        c,
        db,
        keyChange(type, before, after),
        updateApplicationKey(before, after),
      );
      return after;
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
    }
  }
  throw new ScimError("unavailable", "Others change this key at the moment", {
    retryAfterSeconds: 1,
  });
}

/** A key that was revoked stays so since the first time. */
function changed(before: NewApplicationKey, changes: KeyChanges): NewApplicationKey {
  const { name, access, organizationIds, groupIds, revokedAt } = changes;
  return {
    ...before,
    name: name ?? before.name,
    access: access ?? before.access,
    organizationIds: organizationIds ?? before.organizationIds,
    groupIds: groupIds ?? before.groupIds,
    revokedAt: before.revokedAt ?? revokedAt ?? null,
    version: before.version + 1,
  };
}

function isChange(before: NewApplicationKey, after: NewApplicationKey): boolean {
  const plain = ["name", "access", "revokedAt"] as const;
  return (
    plain.some((name) => before[name] !== after[name]) || changedLists(before, after).length > 0
  );
}

/** Throws ScimError `invalidValue`, which points at all that the directory hasn't. */
async function checkScope(db: Database, key: NewApplicationKey): Promise<void> {
  const unknown = await unknownInScope(db, key);
  const faults = SCOPE_LISTS.flatMap((name) =>
    unknown[name].map((id) => ({
      pointer: `/${name}/${key[name].indexOf(id)}`,
      code: "unknown",
      detail: "The directory has no such",
    })),
  );
  if (faults.length === 0) return;
  throw new ScimError("invalidValue", "The scope names what is not there", { faults });
}

async function openKeyDatabase(env: Env, id: string): Promise<Database> {
  const shard = id.startsWith("app_") ? shardOf(id) : undefined;
  if (shard === undefined) return refuseUnknownKey();
  await requireShard(env, shard, refuseUnknownKey);
  return openDatabase(env, shard);
}

function keyChange(
  type: EventType,
  before: NewApplicationKey | undefined,
  after: NewApplicationKey,
): AdminChange {
  const diff = diffOf(before === undefined ? {} : shownOf(before), shownOf(after));
  const { id: resourceId, directoryId, version } = after;
  const at = Date.now();
  return { directoryId, type, resourceType: "ApplicationKey", resourceId, at, version, diff };
}

function shownOf(key: NewApplicationKey): JsonObject {
  const { name, access, organizationIds, groupIds, hint, revokedAt } = representKey(key);
  return { name, access, organizationIds, groupIds, hint, revokedAt };
}

function representKey(key: NewApplicationKey): z.infer<typeof applicationKey> {
  const { createdAt, lastUsedAt, revokedAt, organizationIds, groupIds } = key;
  return {
    id: key.id,
    directoryId: key.directoryId,
    name: key.name,
    access: key.access,
    organizationIds: [...organizationIds].sort(),
    groupIds: [...groupIds].sort(),
    hint: key.hint,
    version: key.version,
    createdAt: toRfc3339(createdAt),
    lastUsedAt: lastUsedAt === null ? null : toRfc3339(lastUsedAt),
    revokedAt: revokedAt === null ? null : toRfc3339(revokedAt),
  };
}
