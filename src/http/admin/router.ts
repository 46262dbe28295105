/** How the routes of the admin API are made: a role, a named schema for every answer, problems for every error. */
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { z } from "zod";
import type { AppEnv } from "../context.ts";
import { guard, type Admin } from "./admin-auth.ts";
import { problem } from "./contracts.ts";
import { refuseInvalid } from "./problem.ts";
import { roleOf, type OperationId } from "./roles.ts";

export interface AdminEnv {
  Bindings: Env;
  Variables: AppEnv["Variables"] & { admin: Admin };
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

export const NO_CONTENT = { 204: { description: "Done" } };

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
    middleware: [guard(role)],
  });
}
