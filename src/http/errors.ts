/** The one place where an error becomes a response. */
import { HTTPException } from "hono/http-exception";
import { codeOf } from "../scim/catalogue.ts";
import { dialectError } from "../scim/dialect-error.ts";
import { ScimError } from "../scim/error.ts";
import { errorBody } from "../scim/messages.ts";
import { languageOf, problemOf } from "./admin/problem.ts";
import {
  isDialectPath,
  isDialectTokenPath,
  isOauthPath,
  isScimPath,
  type AppContext,
} from "./context.ts";
import { mediaTypeOf } from "./respond.ts";
import { logError } from "../directory/log.ts";

/**
 * SCIM paths answer RFC 7644 §3.12, the second dialect its own form, the token endpoint RFC 6749
 * §5.2, all others RFC 9457.
 */
export function respondError(error: unknown, c: AppContext): Response {
  const known = toScimError(error);
  if (isFault(known)) logError(c.get("requestId"), error);
  c.set("reason", known.note ?? known.reason);
  const headers = new Headers(c.res.headers);
  if (known.status === 401) headers.set("www-authenticate", challengeOf(c));
  if (known.retryAfterSeconds !== undefined) {
    headers.set("retry-after", String(known.retryAfterSeconds));
  }
  // RFC 7644 §3.12 has no place for it in the body, where strict clients refuse what they don't know.
  headers.set("x-error-code", codeOf(known.reason));
  const { type, body } = formOf(known, c);
  if (type === PROBLEM) headers.set("content-language", languageOf(c));
  headers.set("content-type", type);
  return new Response(JSON.stringify(body), { status: known.status, headers });
}

/** 501 is a fact about us, not a fault of ours; nor is what is held. */
function isFault({ status, reason }: ScimError): boolean {
  return status >= 500 && status !== 501 && reason !== "deletions_held";
}

function formOf(error: ScimError, c: AppContext): { type: string; body: object } {
  if (isDialectPath(c)) {
    const unauthorized = isDialectTokenPath(c) ? WRONG_CLIENT : "Invalid access token";
    return { type: "application/json", body: dialectError(error, unauthorized) };
  }
  if (isScimPath(c)) return { type: mediaTypeOf(c), body: errorBody(error) };
  if (isOauthPath(c)) return { type: "application/json", body: oauthBody(error) };
  return { type: PROBLEM, body: problemOf(error, c) };
}

const PROBLEM = "application/problem+json";
const WRONG_CLIENT = "The client id or secret is not valid";

/** How a client may prove itself where it was refused: RFC 6750 §3, RFC 6749 §5.2. */
function challengeOf(c: AppContext): string {
  return isOauthPath(c) ? 'Basic realm="muster", charset="UTF-8"' : 'Bearer realm="muster"';
}

/** RFC 6749 §5.2 has one code for a client that is not known and a secret that is not valid. */
function oauthBody({ reason, status, message }: ScimError) {
  if (status === 401) {
    return { error: "invalid_client", error_description: WRONG_CLIENT };
  }
  if (reason === "unsupported_grant_type") return { error: reason, error_description: message };
  return { error: OAUTH_CODES[status] ?? "invalid_request", error_description: message };
}

const OAUTH_CODES: Readonly<Record<number, string>> = {
  403: "unauthorized_client",
  429: "temporarily_unavailable",
  500: "server_error",
  503: "temporarily_unavailable",
};

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
