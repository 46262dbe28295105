/** The one place where an error becomes a response. */
import { HTTPException } from "hono/http-exception";
import { codeOf } from "../scim/catalogue.ts";
import { ScimError } from "../scim/error.ts";
import { errorBody } from "../scim/messages.ts";
import { languageOf, problemOf } from "./admin/problem.ts";
import { isScimPath, type AppContext } from "./context.ts";
import { mediaTypeOf } from "./respond.ts";
import { logError } from "../directory/log.ts";

/** SCIM paths answer RFC 7644 §3.12, all others RFC 9457. */
export function respondError(error: unknown, c: AppContext): Response {
  const known = toScimError(error);
  // 501 is a fact about us, not a fault of ours.
  if (known.status >= 500 && known.status !== 501) logError(c.get("requestId"), error);
  c.set("reason", known.note ?? known.reason);
  const headers = new Headers(c.res.headers);
  if (known.status === 401) headers.set("www-authenticate", 'Bearer realm="muster"');
  if (known.retryAfterSeconds !== undefined) {
    headers.set("retry-after", String(known.retryAfterSeconds));
  }
  // RFC 7644 §3.12 has no place for it in the body, where strict clients refuse what they don't know.
  headers.set("x-error-code", codeOf(known.reason));
  const scim = isScimPath(c);
  if (!scim) headers.set("content-language", languageOf(c));
  headers.set("content-type", scim ? mediaTypeOf(c) : "application/problem+json");
  const body = scim ? errorBody(known) : problemOf(known, c);
  return new Response(JSON.stringify(body), { status: known.status, headers });
}

/** What is not ours to explain is a 500 that says nothing; the log has its name and where. */
function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof HTTPException && error.status === 400) {
    return new ScimError("invalidSyntax", "The body is not JSON");
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new ScimError("unsupported_media_type", "The body has to be application/json");
  }
  return new ScimError("internal", "Internal error");
}
