/** Admin keys over HTTP. A secret is in the answer that made it, and nowhere else. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConstraintViolation } from "../../directory/database.ts";
import { diffOf } from "../../directory/diff.ts";
import { FIRST_SHARD } from "../../directory/directory.ts";
import type { EventType } from "../../directory/events.ts";
import { prefixedId, randomBytes, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import {
  adminKeyPage,
  checkKeyChange,
  getAdminKey,
  hasOtherOwner,
  insertKey,
  updateKey,
  type AdminKey,
  type Role,
} from "../../sources/admin-keys.ts";
import { keepStatements } from "../../sources/idempotency.ts";
import {
  hashNewSecret,
  hintOf,
  newSecret,
  readPeppers,
  type SecretHash,
} from "../../sources/secret.ts";
import { isKnownVersion } from "../respond.ts";
import { writeAudited, type AdminChange } from "./admin-event.ts";
import {
  adminKey,
  adminKeyBody,
  adminKeyChanges,
  adminKeyList,
  createdAdminKey,
} from "./contracts.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { openAdminDatabase } from "./place.ts";
import { listQuery } from "./queries.ts";
import { representKey } from "./represent.ts";
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
  path: "/admin-keys",
  operationId: "listAdminKeys",
  request: { query: listQuery },
  responses: { 200: json(adminKeyList, "Admin keys, oldest first, revoked ones included") },
});

const create = adminRoute({
  method: "post",
  path: "/admin-keys",
  operationId: "createAdminKey",
  request: { body: body(adminKeyBody), headers: onceHeaders },
  responses: { 201: json(createdAdminKey, "The new key with its secret, shown once") },
});

const get = adminRoute({
  method: "get",
  path: "/admin-keys/{id}",
  operationId: "getAdminKey",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(adminKey, "The key"), ...NOT_MODIFIED },
});

const update = adminRoute({
  method: "patch",
  path: "/admin-keys/{id}",
  operationId: "updateAdminKey",
  request: { params: idParams, body: body(adminKeyChanges), headers: ifMatch },
  responses: { 200: json(adminKey, "The key after the change") },
});

const revoke = adminRoute({
  method: "delete",
  path: "/admin-keys/{id}",
  operationId: "revokeAdminKey",
  description: "Ends the key and its sessions at once. Repeated, it changes nothing.",
  request: { params: idParams, headers: ifMatch },
  responses: NO_CONTENT,
});

export function adminKeyRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { limit } = c.req.valid("query");
    const after = (await readCursor(c, z.string())) ?? "";
    const found = await adminKeyPage(openAdminDatabase(c.env), { after, limit: limit + 1 });
    const { page, nextCursor } = await pageOf(c, found, limit, ({ id }) => id);
    return c.json({ data: page.map(representKey), nextCursor }, 200);
  });
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const created = await once(c, openAdminDatabase(c.env), createdAdminKey, (keep) =>
      createKey(c, input, keep),
    );
    c.header("location", `/api/v1/admin-keys/${created.id}`);
    tag(c, created.version);
    return c.json(created, 201);
  });
  app.openapi(get, async (c) => {
    const key = await getAdminKey(openAdminDatabase(c.env), c.req.valid("param").id);
    tag(c, key.version);
    return isKnownVersion(c, key.version) ? c.body(null, 304) : c.json(representKey(key), 200);
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    const key = await changeKey(c, id, "key.updated", { ...c.req.valid("json") });
    tag(c, key.version);
    return c.json(representKey(key), 200);
  });
  app.openapi(revoke, async (c) => {
    await changeKey(c, c.req.valid("param").id, "key.revoked", { revokedAt: Date.now() });
    return c.body(null, 204);
  });
  return app;
}

async function createKey(
  c: Context<AdminEnv>,
  { name, role }: z.infer<typeof adminKeyBody>,
  keep: Keep,
): Promise<z.infer<typeof createdAdminKey>> {
  const { key, secret, hash } = await newAdminKey(c.env, name, role, Date.now());
  const created = { ...representKey(key), secret };
  const kept = await keep(created);
  await writeAudited(c, openAdminDatabase(c.env), keyChange("key.created", undefined, key), [
    insertKey(key, hash),
    ...(kept === undefined ? [] : keepStatements(kept)),
  ]);
  return created;
}

/** A key that isn't kept yet, its secret and the secret's hash. */
export async function newAdminKey(
  env: Env,
  name: string,
  role: Role,
  now: number,
): Promise<{ key: AdminKey; secret: string; hash: SecretHash }> {
  const secret = newSecret("adm", FIRST_SHARD, randomBytes);
  const key: AdminKey = {
    id: prefixedId("key", FIRST_SHARD, uuidv7(now, randomBytes(10))),
    name,
    role,
    hint: hintOf(secret),
    version: 1,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  };
  return { key, secret, hash: await hashNewSecret(readPeppers(env), secret) };
}

type KeyChanges = { readonly [K in "name" | "role" | "revokedAt"]?: AdminKey[K] | undefined };

/** Somebody else's change in between is found out by the batch: then it is decided anew. */
const TRIES = 5;

/**
 * The key after the changes. Throws ScimError `not_found`, `key_revoked`, `last_owner_key`,
 * `precondition_failed` or `unavailable`.
 */
async function changeKey(
  c: Context<AdminEnv>,
  id: string,
  type: EventType,
  changes: KeyChanges,
): Promise<AdminKey> {
  const db = openAdminDatabase(c.env);
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await getAdminKey(db, id);
    checkVersion(c, before.version);
    if (!isChange(before, changes)) return before;
    const after = { ...before, ...defined(changes), version: before.version + 1 };
    checkKeyChange(before, after, await hasOtherOwner(db, id));
    try {
      await writeAudited(c, db, keyChange(type, before, after), updateKey(before, after));
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
function isChange(before: AdminKey, { name, role, revokedAt }: KeyChanges): boolean {
  return (
    (name !== undefined && name !== before.name) ||
    (role !== undefined && role !== before.role) ||
    (revokedAt !== undefined && before.revokedAt === null)
  );
}

function defined({ name, role, revokedAt }: KeyChanges): Partial<AdminKey> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}

export function keyChange(
  type: EventType,
  before: AdminKey | undefined,
  after: AdminKey,
): AdminChange {
  const diff = diffOf(before === undefined ? {} : shownOf(before), shownOf(after));
  const { id: resourceId, version } = after;
  return { type, resourceType: "AdminKey", resourceId, at: Date.now(), version, diff };
}

function shownOf({ name, role, hint, revokedAt }: AdminKey): JsonObject {
  return {
    name,
    role,
    hint,
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
  };
}
