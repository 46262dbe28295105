/** The custom fields of a directory over HTTP. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { fieldsOf, findField, type CustomField } from "../../directory/custom-field.ts";
import { openDatabase } from "../../directory/database.ts";
import { prefixedId, randomBytes, shardOf, uuidv7 } from "../../directory/ids.ts";
import { applyFieldOperation, noSuchField, type NewField } from "../../sources/field-operations.ts";
import type { Outcome } from "../../sources/operation.ts";
import { isKnownVersion } from "../respond.ts";
import { field as fieldContract, fieldBody, fieldChanges, fieldList } from "./field-contracts.ts";
import { once, onceHeaders, type Keep } from "./once.ts";
import { placeOf, requireShard, type Place } from "./place.ts";
import { inDirectory } from "./queries.ts";
import { toRfc3339 } from "./represent.ts";
import {
  adminRoute,
  body,
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
import { writeDirectory } from "./write-directory.ts";

const list = adminRoute({
  method: "get",
  path: "/fields",
  operationId: "listFields",
  request: { query: inDirectory },
  responses: { 200: json(fieldList, "The directory's custom fields, by name") },
});

const create = adminRoute({
  method: "post",
  path: "/fields",
  operationId: "createField",
  request: { body: body(fieldBody), headers: onceHeaders },
  responses: { 201: json(fieldContract, "The new field") },
});

const get = adminRoute({
  method: "get",
  path: "/fields/{id}",
  operationId: "getField",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(fieldContract, "The field"), ...NOT_MODIFIED },
});

const update = adminRoute({
  method: "patch",
  path: "/fields/{id}",
  operationId: "updateField",
  request: { params: idParams, body: body(fieldChanges), headers: ifMatch },
  responses: { 200: json(fieldContract, "The field after the change") },
});

const remove = adminRoute({
  method: "delete",
  path: "/fields/{id}",
  operationId: "deleteField",
  request: { params: idParams, headers: ifMatch },
  responses: NO_CONTENT,
});

export function fieldRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, async (c) => {
    const { directoryId } = c.req.valid("query");
    const { db } = await placeOf(c.env, directoryId);
    const live = (await fieldsOf(db, directoryId)).filter(({ deletedAt }) => deletedAt === null);
    return c.json({ data: live.map(representField) }, 200);
  });
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const place = await placeOf(c.env, input.directoryId);
    const created = await once(c, place.db, fieldContract, (keep) =>
      createField(c, input, place, keep),
    );
    c.header("location", `/api/v1/fields/${created.id}`);
    tag(c, created.version);
    return c.json(created, 201);
  });
  app.openapi(get, async (c) => {
    const found = await getField(c, c.req.valid("param").id);
    tag(c, found.version);
    if (isKnownVersion(c, found.version)) return c.body(null, 304);
    return c.json(representField(found), 200);
  });
  app.openapi(update, async (c) => {
    const { id, directoryId } = await getField(c, c.req.valid("param").id);
    const changes = c.req.valid("json");
    const changed = fieldIn(
      await writeDirectory(c, directoryId, { kind: "field.update", id, changes }),
    );
    tag(c, changed.version);
    return c.json(representField(changed), 200);
  });
  app.openapi(remove, async (c) => {
    const { id, directoryId } = await getField(c, c.req.valid("param").id);
    await writeDirectory(c, directoryId, { kind: "field.delete", id });
    return c.body(null, 204);
  });
  return app;
}

async function getField(c: Context<AdminEnv>, id: string): Promise<CustomField> {
  const shard = id.startsWith("fld_") ? shardOf(id) : undefined;
  if (shard === undefined) throw noSuchField();
  await requireShard(c.env, shard, () => {
    throw noSuchField();
  });
  const found = await findField(openDatabase(c.env, shard), id);
  if (found === undefined) throw noSuchField();
  return found;
}

/** The answer is known before it is written, by the rules that will decide it, for `keep`. */
async function createField(
  c: Context<AdminEnv>,
  input: z.infer<typeof fieldBody>,
  { db, shard, directoryId }: Place,
  keep: Keep,
): Promise<z.infer<typeof fieldContract>> {
  const fields = await fieldsOf(db, directoryId);
  const now = Date.now();
  const former = fields.find(({ name }) => name === input.name);
  const id = former?.id ?? prefixedId("fld", shard, uuidv7(now, randomBytes(10)));
  const operation = { kind: "field.create", field: { ...input, id } satisfies NewField } as const;
  const expected = representField(applyFieldOperation(fields, operation, now));
  const outcome = await writeDirectory(c, directoryId, operation, await keep(expected));
  return representField(fieldIn(outcome));
}

function fieldIn({ field }: Extract<Outcome, { ok: true }>): CustomField {
  if (field === undefined) throw noSuchField();
  return field;
}

function representField(field: CustomField): z.infer<typeof fieldContract> {
  const { id, directoryId, name, label, type, required, unique, items, version } = field;
  return {
    id,
    directoryId,
    name,
    label,
    type,
    required,
    unique,
    items: items.map((item) => ({ ...item })),
    version,
    createdAt: toRfc3339(field.createdAt),
    updatedAt: toRfc3339(field.updatedAt),
  };
}
