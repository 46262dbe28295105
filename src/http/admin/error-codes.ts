/** The catalogue of errors over HTTP, in every language it has. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { codeOf, isReason, REASONS, type Row } from "../../scim/catalogue.ts";
import { errorNumber } from "../../scim/dialect-error.ts";
import { errorCodeList } from "./contracts.ts";
import { adminRoute, json, newRouter, type AdminEnv } from "./router.ts";

const list = adminRoute({
  method: "get",
  path: "/error-codes",
  operationId: "listErrorCodes",
  responses: { 200: json(errorCodeList, "Every code, what it means and what to do about it") },
});

export function errorCodeRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(list, (c) => c.json(listErrorCodes(), 200));
  return app;
}

function listErrorCodes(): z.infer<typeof errorCodeList> {
  const data = Object.keys(REASONS)
    .filter(isReason)
    .map((reason) => {
      const { status, scimType, en, zh }: Row = REASONS[reason];
      const errcode = status === 200 ? null : errorNumber({ reason, status });
      return { code: codeOf(reason), status, scimType: scimType ?? null, errcode, en, zh };
    });
  return { data };
}
