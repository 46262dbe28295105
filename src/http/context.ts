/** What a request carries from one part of the wire to the next. */
import type { Context } from "hono";
import type { SourceKeyed } from "./authenticate.ts";

export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set once a bearer token was recognized. */
    caller?: SourceKeyed;
    /** Set once the database said, for this request, what the caller's token is worth. */
    proved?: boolean;
    /** Set once it is known whose client asks for an access token, and which secret it sent, if one of its. */
    client?: { readonly hint: string };
    /** Set for what is turned away unread: which record it was about is not looked at either. */
    throttled?: boolean;
    /** The body, once it was read as JSON. */
    body?: unknown;
    /** The reason of the error answered, for the log. */
    reason?: string;
  };
}

export type AppContext = Context<AppEnv>;

/** The caller's address as the edge saw it; there is none on loopback. */
export function addressOf(c: Pick<AppContext, "req">): string {
  return c.req.header("cf-connecting-ip") ?? "local";
}

/** Whether the path is that of the token endpoint, whose errors are RFC 6749's. */
export function isOauthPath(c: Pick<AppContext, "req">): boolean {
  return new URL(c.req.url).pathname.startsWith("/oauth/");
}

/** Whether the path is the second dialect's, also one that no route matches. */
export function isDialectPath(c: Pick<AppContext, "req">): boolean {
  return /^\/+scim\/+api(\/|$)/i.test(new URL(c.req.url).pathname);
}

/** The path of the token endpoint that was asked; undefined for any other. */
export function tokenPathOf(c: Pick<AppContext, "req">): string | undefined {
  if (isDialectTokenPath(c)) return "/scim/api/token";
  return isOauthPath(c) ? "/oauth/token" : undefined;
}

/** Whether the path is that of the second dialect's token endpoint. */
export function isDialectTokenPath(c: Pick<AppContext, "req">): boolean {
  return /^\/+scim\/+api\/+token\/*$/i.test(new URL(c.req.url).pathname);
}

/** Whether the path is SCIM's, also one that no route matches. */
export function isScimPath(c: Pick<AppContext, "req">): boolean {
  return /^\/+scim(\/|$)/i.test(new URL(c.req.url).pathname);
}
