/** Directories over HTTP: each an isolated tree of organizations, users and groups in one database. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  bindingName,
  ConstraintViolation,
  openDatabase,
  shardsOf,
  type Statement,
} from "../../directory/database.ts";
import {
  directoryNamed,
  directoryPage,
  directoryStatement,
  findDirectory,
  FIRST_SHARD,
  localDirectoryStatement,
  renameStatements,
  rootStatement,
  type Directory,
} from "../../directory/directory.ts";
import { diffOf } from "../../directory/diff.ts";
import { eventStatements, type EventType } from "../../directory/events.ts";
import { prefixedId, randomBytes, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { keepStatements } from "../../sources/idempotency.ts";
import { isKnownVersion } from "../respond.ts";
import { writeAudited, type AdminChange } from "./admin-event.ts";
import {
  directory as directoryContract,
  directoryBody,
  directoryChanges,
  directoryList,
} from "./contracts.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { openAdminDatabase } from "./place.ts";
import { listQuery } from "./queries.ts";
import { representDirectory } from "./represent.ts";
import {
  adminRoute,
  body,
  checkVersion,
  idParams,
  ifMatch,
  ifNoneMatch,
  json,
  newRouter,
  NOT_MODIFIED,
  tag,
  type AdminEnv,
} from "./router.ts";

const list = adminRoute({
  method: "get",
  path: "/directories",
  operationId: "listDirectories",
  request: { query: listQuery },
  responses: { 200: json(directoryList, "Directories by id") },
});

const create = adminRoute({
  method: "post",
  path: "/directories",
  operationId: "createDirectory",
  request: { body: body(directoryBody), headers: onceHeaders },
  responses: { 201: json(directoryContract, "The new directory") },
});

const get = adminRoute({
  method: "get",
  path: "/directories/{id}",
  operationId: "getDirectory",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(directoryContract, "The directory"), ...NOT_MODIFIED },
});

const update = adminRoute({
  method: "patch",
  path: "/directories/{id}",
  operationId: "updateDirectory",
  request: { params: idParams, body: body(directoryChanges), headers: ifMatch },
  responses: { 200: json(directoryContract, "The directory after the change") },
});

export function directoryManagementRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { limit } = c.req.valid("query");
    const after = (await readCursor(c, z.string())) ?? "";
    const found = await directoryPage(openAdminDatabase(c.env), { after, limit: limit + 1 });
    const { page, nextCursor } = await pageOf(c, found, limit, ({ id }) => id);
    return c.json({ data: page.map(representDirectory), nextCursor }, 200);
  });
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const created = await once(c, openAdminDatabase(c.env), directoryContract, (keep) =>
      createDirectory(c, input, keep),
    );
    c.header("location", `/api/v1/directories/${created.id}`);
    tag(c, created.version);
    return c.json(created, 201);
  });
  app.openapi(get, async (c) => {
    const found = await getDirectory(c, c.req.valid("param").id);
    tag(c, found.version);
    if (isKnownVersion(c, found.version)) return c.body(null, 304);
    return c.json(representDirectory(found), 200);
  });
  app.openapi(update, async (c) => {
    const renamed = await rename(c, c.req.valid("param").id, c.req.valid("json").name);
    tag(c, renamed.version);
    return c.json(representDirectory(renamed), 200);
  });
  return app;
}

async function getDirectory(c: Context<AdminEnv>, id: string): Promise<Directory> {
  const found = await findDirectory(openAdminDatabase(c.env), id);
  if (found === undefined) throw new ScimError("not_found", "There is no such directory");
  return found;
}

/**
 * A directory of another shard has rows in two databases, which no batch can hold together. So its
 * root comes first, in its own shard; only the row in the first shard makes it a directory. A
 * fault between the two leaves a root that nothing refers to, and another try makes its own.
 */
async function createDirectory(
  c: Context<AdminEnv>,
  { name, shard }: z.infer<typeof directoryBody>,
  keep: Keep,
): Promise<z.infer<typeof directoryContract>> {
  if (!shardsOf(c.env).includes(shard)) {
    throw new ScimError("shard_not_bound", `There is no binding ${bindingName(shard)}`);
  }
  const db = openAdminDatabase(c.env);
  if (await directoryNamed(db, name)) throw nameTaken();
  const directory = newDirectory(name, shard, Date.now());
  const created = representDirectory(directory);
  const kept = await keep(created);
  const root = [rootStatement(directory), ...rootEvent(c, directory)];
  const local = shard === FIRST_SHARD;
  if (!local) {
    await openDatabase(c.env, shard).batch([...root, localDirectoryStatement(directory)]);
  }
  await refuseTakenName(
    writeAudited(c, db, changeOf("directory.created", undefined, directory), [
      ...(local ? root : []),
      directoryStatement(directory),
      ...(kept === undefined ? [] : keepStatements(kept)),
    ]),
  );
  return created;
}

/** In the directory's own feed, whose readers hear of every other organization there. */
function rootEvent(
  c: Context<AdminEnv>,
  { id: directoryId, rootId, name, createdAt: at }: Directory,
): Statement[] {
  return eventStatements([
    {
      directoryId,
      sourceId: null,
      at,
      type: "organization.created",
      resourceType: "Organization",
      resourceId: rootId,
      actor: c.get("admin").id,
      requestId: c.get("requestId"),
      changes: { attributes: ["displayName"] },
      diff: { displayName: { to: name } },
      version: 1,
    },
  ]);
}

function newDirectory(name: string, shard: string, now: number): Directory {
  return {
    id: prefixedId("dir", shard, uuidv7(now, randomBytes(10))),
    name,
    shard,
    rootId: uuidv7(now, randomBytes(10)),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

async function rename(c: Context<AdminEnv>, id: string, name: string): Promise<Directory> {
  const before = await getDirectory(c, id);
  checkVersion(c, before.version);
  if (before.name === name) return before;
  const after = { ...before, name, version: before.version + 1, updatedAt: Date.now() };
  await refuseTakenName(
    writeAudited(
      c,
      openAdminDatabase(c.env),
      changeOf("directory.updated", before, after),
      renameStatements(after),
    ),
  );
  return after;
}

/** Throws ScimError `conflict`, or `precondition_failed` when another change came between. */
async function refuseTakenName(written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof ConstraintViolation)) throw error;
    if (error.unique !== null) throw nameTaken();
    throw new ScimError("precondition_failed", "It was changed in the meantime");
  }
}

function nameTaken(): ScimError {
  return new ScimError("conflict", "A directory of this name exists");
}

function changeOf(type: EventType, before: Directory | undefined, after: Directory): AdminChange {
  const { id: resourceId, updatedAt: at, version } = after;
  const diff = diffOf(before === undefined ? {} : shownOf(before), shownOf(after));
  return { type, resourceType: "Directory", resourceId, at, version, diff };
}

function shownOf({ name, shard }: Directory): JsonObject {
  return { name, shard };
}
