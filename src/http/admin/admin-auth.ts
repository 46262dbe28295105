/** Who an admin is: a key in the Authorization header, or the console's session cookie. */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { ScimError } from "../../scim/error.ts";
import { hashSecret, parseSecret, readPeppers } from "../../sources/secret.ts";
import {
  findAdminKey,
  findSession,
  keyUseStatement,
  type AdminKey,
} from "../../sources/admin-keys.ts";
import type { ApplicationAccess } from "../../sources/application-keys.ts";
import { countFailure } from "../rate.ts";
import { applicationShard, enterAsApplication, findApplication } from "./application-auth.ts";
import { recordKeyUse } from "./key-use.ts";
import { openAdminDatabase } from "./place.ts";
import type { AdminEnv } from "./router.ts";
import { mayAct, type RequiredRole } from "./roles.ts";

export interface Admin extends AdminKey {
  readonly via: "key" | "session";
}

/** The name is sent as `__Host-muster`: bound to this host, https and the path `/`. */
export const SESSION_COOKIE = "muster";

/**
 * Lets a request pass whose admin has the role, or whose application has the access. Throws
 * ScimError `unauthorized`, `forbidden`, or `rate_limited` for an address that fails too often.
 */
export function guard(
  required: RequiredRole,
  applications: ApplicationAccess | undefined,
): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    if (required === "public") return next();
    const secret = bearerOf(c) ?? "";
    const shard = applicationShard(secret);
    if (shard !== undefined) {
      const application = await findApplication(c.env, secret, shard);
      if (application === undefined) throw await refusedStranger(c);
      enterAsApplication(c, application, shard, applications);
      return next();
    }
    const admin = await findAdmin(c);
    if (admin === undefined) throw await refusedStranger(c);
    if (!mayAct(admin.role, required)) {
      throw new ScimError("forbidden", `The role ${required} is needed`);
    }
    c.set("admin", admin);
    recordKeyUse(openAdminDatabase(c.env), c.executionCtx, admin, keyUseStatement);
    return next();
  };
}

/** The hashes of the session cookie, or undefined without a well-formed one. */
export async function sessionHashes(c: Context<AdminEnv>): Promise<string[] | undefined> {
  return hashesOf(c.env, getCookie(c, SESSION_COOKIE, "host"), "ses");
}

/** The hashes of an admin key, or undefined for a text that is none. */
export async function keyHashes(env: Env, text: string): Promise<string[] | undefined> {
  return hashesOf(env, text, "adm");
}

/**
 * The error for a credential that failed; it counts against the address it came from. Whoever
 * guesses gets `rate_limited` in place of an answer for the rest of the minute.
 */
export async function refused(c: Context<AdminEnv>, detail: string): Promise<ScimError> {
  return countFailure(c, "admin", new ScimError("unauthorized", detail));
}

/** Asking without any credential is not guessing one, and isn't counted. */
async function refusedStranger(c: Context<AdminEnv>): Promise<ScimError> {
  const detail = "A valid admin key or session is needed";
  const tried =
    c.req.header("authorization") !== undefined ||
    getCookie(c, SESSION_COOKIE, "host") !== undefined;
  return tried ? refused(c, detail) : new ScimError("unauthorized", detail);
}

async function findAdmin(c: Context<AdminEnv>): Promise<Admin | undefined> {
  if (c.req.header("authorization") === undefined) return findSessionAdmin(c);
  const hashes = await keyHashes(c.env, bearerOf(c) ?? "");
  if (hashes === undefined) return undefined;
  const found = await findAdminKey(openAdminDatabase(c.env), hashes);
  return found && { ...found, via: "key" };
}

function bearerOf(c: Context<AdminEnv>): string | undefined {
  return /^bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

async function findSessionAdmin(c: Context<AdminEnv>): Promise<Admin | undefined> {
  const hashes = await sessionHashes(c);
  if (hashes === undefined) return undefined;
  checkSameOrigin(c);
  const found = await findSession(openAdminDatabase(c.env), hashes, Date.now());
  return found && { ...found, via: "session" };
}

/** A browser sends the cookie whoever asks it to; only our own pages can add the header. */
function checkSameOrigin(c: Context<AdminEnv>): void {
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  const site = c.req.header("sec-fetch-site") ?? "same-origin";
  const ours =
    c.req.header("x-muster-request") === "1" &&
    c.req.header("origin") === new URL(c.req.url).origin &&
    site === "same-origin";
  if (!ours) throw new ScimError("forbidden", "A session may change things from the console only");
}

async function hashesOf(
  env: Env,
  text: string | undefined,
  kind: "adm" | "ses",
): Promise<string[] | undefined> {
  if (text === undefined || parseSecret(text)?.kind !== kind) return undefined;
  const hashes = await hashSecret(readPeppers(env), text);
  return hashes.map(({ hash }) => hash);
}
