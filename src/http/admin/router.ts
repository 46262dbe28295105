/** How the routes of the admin API are made: a role, a named schema for every answer, problems for every error. */
import { createRoute, OpenAPIHono, z, type RouteConfig } from "@hono/zod-openapi";
import type { Context } from "hono";
import { parseVersions, formatVersion } from "../../scim/version.ts";
import { ScimError } from "../../scim/error.ts";
import type { ApplicationKey } from "../../sources/application-keys.ts";
import type { AppEnv } from "../context.ts";
import { guard, type Admin } from "./admin-auth.ts";
import { refuseOddLengths } from "./body-lengths.ts";
import { problem } from "./contracts.ts";
import { refuseInvalid } from "./problem.ts";
import { applicationsOf, roleOf, type OperationId } from "./roles.ts";

export interface AdminEnv {
  Bindings: Env;
  Variables: AppEnv["Variables"] & {
    admin: Admin;
    /** In place of `admin`, on the routes that are open to applications. */
    application?: ApplicationKey;
  };
}

export function newRouter(): OpenAPIHono<AdminEnv> {
  return new OpenAPIHono<AdminEnv>({ defaultHook: refuseInvalid });
}

/** A JSON answer or body under the name its contract carries. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  const name = schema.meta()?.id;
  const named = name === undefined ? schema : schema.openapi(name);
  return { description, content: { "application/json": { schema: named } } };
}

/** A JSON body that has to be there. */
export function body<T extends z.ZodType>(schema: T) {
  return { ...json(schema, ""), required: true };
}

export const idParams = z.object({ id: z.string().max(64) });

export const NO_CONTENT = { 204: { description: "Done" } };
export const NOT_MODIFIED = { 304: { description: "It is as the entity tags say" } };

const entityTags = z.string().max(1024).optional();
export const ifMatch = z.object({ "if-match": entityTags });
export const ifNoneMatch = z.object({ "if-none-match": entityTags });

/** RFC 9110 §13.1.1: the versions the admin insists on. */
export function readIfMatch(c: Context<AdminEnv>): "*" | readonly number[] | undefined {
  return parseVersions(c.req.header("if-match"));
}

/** Throws ScimError `precondition_failed`. */
export function checkVersion(c: Context<AdminEnv>, version: number): void {
  const wanted = readIfMatch(c);
  if (wanted === undefined || wanted === "*" || wanted.includes(version)) return;
  throw new ScimError("precondition_failed", "It was changed in the meantime");
}

/** Says in `ETag` which version is answered. What a version doesn't count is when it was last used. */
export function tag(c: Context<AdminEnv>, version: number): void {
  c.header("etag", formatVersion(version));
}

const PROBLEM = {
  description: "Refused: see `code`",
  content: { "application/problem+json": { schema: problem.openapi("Problem") } },
};

/**
 * A route of the admin API. Whoever lacks the role declared for its `operationId` is refused
 * before anything of the request is read. Throws at start-up when no role is declared.
 */
export function adminRoute<
  const P extends string,
  const R extends Omit<RouteConfig, "path" | "middleware"> & { path: P; operationId: OperationId },
>(route: R) {
  const role = roleOf(route.operationId);
  return createRoute({
    ...route,
    ...(role === "public" ? {} : { security: [{ key: [] }, { session: [] }] }),
    responses: { ...route.responses, default: PROBLEM },
    middleware: [guard(role, applicationsOf(route.operationId)), refuseOddLengths],
  });
}
