/** Who reads the directory over the admin API, and what of it: admins all, applications their scope. */
import type { Context } from "hono";
import type { Database } from "../../directory/database.ts";
import type { Scope } from "../../directory/scope.ts";
import { ScimError } from "../../scim/error.ts";
import { scopeOfApplication } from "../../sources/application-keys.ts";
import { placeOf } from "./place.ts";
import type { AdminEnv } from "./router.ts";

export interface Reader {
  readonly scope: Scope;
  readonly db: Database;
}

/**
 * What the caller sees of the directory in the query, which for an application is its own unless it
 * names one. Throws ScimError `not_found` for a directory that isn't there or isn't its own.
 */
export async function readerOf(
  c: Context<AdminEnv>,
  { directoryId }: { readonly directoryId: string },
): Promise<Reader> {
  const application = c.get("application");
  if (application === undefined) {
    return { scope: { directoryId }, db: (await placeOf(c.env, directoryId)).db };
  }
  const named = c.req.query("directoryId");
  if (named !== undefined && named !== application.directoryId) {
    throw new ScimError("not_found", "There is no such directory");
  }
  const { db } = await placeOf(c.env, application.directoryId);
  return { scope: scopeOfApplication(application), db };
}
