/** The one place where an error becomes a response. */
import { HTTPException } from "hono/http-exception";
import { ScimError } from "../scim/error.ts";
import { errorBody, MEDIA_TYPE } from "../scim/messages.ts";
import { problemOf } from "./admin/problem.ts";
import type { AppContext } from "./context.ts";
import { logError } from "../directory/log.ts";

/** SCIM paths answer RFC 7644 §3.12, all others RFC 9457. */
export function respondError(error: unknown, c: AppContext): Response {
  const scimError = toScimError(error, c);
  c.set("reason", scimError.reason);
  if (scimError.retryAfterSeconds !== undefined) {
    c.header("retry-after", String(scimError.retryAfterSeconds));
  }
  if (scimError.status === 401) c.header("www-authenticate", 'Bearer realm="muster"');
  const status = { status: scimError.status };
  const headers = new Headers(c.res.headers);
  if (isScimPath(c)) {
    headers.set("content-type", MEDIA_TYPE);
    return new Response(JSON.stringify(errorBody(scimError)), { ...status, headers });
  }
  headers.set("content-type", "application/problem+json");
  return new Response(JSON.stringify(problemOf(scimError, c)), { ...status, headers });
}

export function isScimPath(c: AppContext): boolean {
  return /^\/+scim(\/|$)/.test(new URL(c.req.url).pathname);
}

/** What is not ours to explain is a 500 that says nothing; the log has its name and where. */
function toScimError(error: unknown, c: AppContext): ScimError {
  if (error instanceof ScimError) {
    if (error.status >= 500) logError(c.get("requestId"), error);
    return error;
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new ScimError("invalidSyntax", "The request could not be read");
  }
  logError(c.get("requestId"), error);
  return new ScimError("internal", "Internal error");
}
