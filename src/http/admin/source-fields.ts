/** Which custom fields a source has, under which namespace, and what it sends beside them. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { fieldsOf, toChosen, type ChosenField } from "../../directory/custom-field.ts";
import { findExtension, sameName, type ResourceType } from "../../scim/attribute.ts";
import { codeOf, wordsOf, type Reason } from "../../scim/catalogue.ts";
import { invalidValue } from "../../scim/refusals.ts";
import { USER } from "../../scim/schemas.ts";
import { schemaOf } from "../../scim/unmapped.ts";
import { observedOf, type Observation } from "../../sources/observed.ts";
import { findSource } from "../../sources/source-reads.ts";
import { typeFor } from "../../sources/source-type.ts";
import type { Source } from "../../sources/source.ts";
import { settleActivity } from "../activity.ts";
import { tellObserved } from "../observed.ts";
import { observedList, sourceFields, sourceFieldsBody } from "./field-contracts.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { languageOf } from "./problem.ts";
import { toRfc3339 } from "./represent.ts";
import {
  adminRoute,
  body,
  idParams,
  ifMatch,
  json,
  newRouter,
  tag,
  type AdminEnv,
} from "./router.ts";
import { changeSource } from "./write-setting.ts";

const get = adminRoute({
  method: "get",
  path: "/data-sources/{id}/fields",
  operationId: "getSourceFields",
  request: { params: idParams },
  responses: { 200: json(sourceFields, "The source's namespace and the fields it has chosen") },
});

const choose = adminRoute({
  method: "put",
  path: "/data-sources/{id}/fields",
  operationId: "chooseSourceFields",
  request: { params: idParams, body: body(sourceFieldsBody), headers: ifMatch },
  responses: { 200: json(sourceFields, "The choice, which replaces the one before") },
});

const observed = adminRoute({
  method: "get",
  path: "/data-sources/{id}/observed-attributes",
  operationId: "listObservedAttributes",
  request: { params: idParams },
  responses: { 200: json(observedList, "What arrived and isn't kept, the latest first") },
});

export function sourceFieldRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(get, async (c) => {
    const { source } = await readSource(c, c.req.valid("param").id);
    return c.json(represented(c, source), 200);
  });
  app.openapi(choose, async (c) => {
    const { id } = c.req.valid("param");
    const { namespace, fieldIds } = c.req.valid("json");
    const fields = await chosenFields(c, id, fieldIds);
    const { source } = await changeSource(c, id, { kind: "source.fields", namespace, fields });
    return c.json(represented(c, source), 200);
  });
  app.openapi(observed, async (c) => {
    const { db, source } = await readSource(c, c.req.valid("param").id);
    await tellObserved(c.env);
    await settleActivity(c.env, source.id);
    const found = await observedOf(db, source.id);
    const data = found.map((one) => explained(c, one, source));
    return c.json({ expected: source.namespace, data }, 200);
  });
  return app;
}

async function readSource(c: Context<AdminEnv>, id: string) {
  const db = await openSourceDatabase(c.env, id);
  return { db, source: (await findSource(db, id)) ?? refuseUnknownSource() };
}

/** Throws ScimError `invalidValue` for what is no custom field of the source's directory. */
async function chosenFields(
  c: Context<AdminEnv>,
  sourceId: string,
  fieldIds: readonly string[],
): Promise<ChosenField[]> {
  const { db, source } = await readSource(c, sourceId);
  const known = await fieldsOf(db, source.directoryId);
  return [...new Set(fieldIds)].map((id) => {
    const found = known.find((field) => field.id === id && field.deletedAt === null);
    if (found !== undefined) return toChosen(found);
    throw invalidValue("fieldIds", `takes ids of the directory's custom fields: not "${id}"`);
  });
}

function knowsSchema(type: ResourceType, urn: string): boolean {
  return sameName(type.schema.id, urn) || findExtension(type, urn) !== undefined;
}

function represented(c: Context<AdminEnv>, source: Source): z.infer<typeof sourceFields> {
  tag(c, source.configVersion);
  const { namespace, fields } = source;
  return { namespace, fieldIds: fields.map(({ id }) => id) };
}

function explained(
  c: Context<AdminEnv>,
  [path, count, lastAt]: Observation,
  source: Source,
): z.infer<typeof observedList>["data"][number] {
  const { namespace } = source;
  const received = schemaOf(path);
  const isForeign = received !== undefined && !knowsSchema(typeFor(source, USER), received);
  const reason: Reason = isForeign ? "namespace_mismatch" : "attribute_unmapped";
  const { title, advice } = wordsOf(reason, languageOf(c));
  const detail = isForeign
    ? `Received ${received}, ${namespace === null ? "but there is no namespace" : `expected ${namespace}`}`
    : `"${path}" was received but is not kept`;
  const time = toRfc3339(lastAt);
  return { path, count, lastAt: time, code: codeOf(reason), title, detail, hint: advice };
}
