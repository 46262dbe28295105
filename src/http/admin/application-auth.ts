/** Which application asks: its key in the Authorization header, on the routes that are open to it. */
import type { Context } from "hono";
import { openDatabase } from "../../directory/database.ts";
import { ScimError } from "../../scim/error.ts";
import {
  applicationUseStatement,
  findApplicationKey,
  type ApplicationAccess,
  type ApplicationKey,
} from "../../sources/application-keys.ts";
import { hashSecret, parseSecret, readPeppers } from "../../sources/secret.ts";
import { recordKeyUse } from "./key-use.ts";
import { requireShard } from "./place.ts";
import type { AdminEnv } from "./router.ts";
import { mayApplicationAct } from "./roles.ts";

/** The shard in an application key, or undefined for what is none. */
export function applicationShard(text: string): string | undefined {
  const parsed = parseSecret(text);
  return parsed?.kind === "app" ? parsed.shard : undefined;
}

/** The key as its shard has it; undefined where nobody has it. */
export async function findApplication(
  env: Env,
  text: string,
  shard: string,
): Promise<ApplicationKey | undefined> {
  // Anybody can write a shard code into a secret; one we don't have can't hold a key.
  await requireShard(env, shard, () => {
    throw new ScimError("unauthorized", "A valid key is needed");
  });
  const hashes = await hashSecret(readPeppers(env), text);
  return findApplicationKey(
    openDatabase(env, shard),
    hashes.map(({ hash }) => hash),
  );
}

/** Lets the application pass. Throws ScimError `forbidden`. */
export function enterAsApplication(
  c: Context<AdminEnv>,
  application: ApplicationKey,
  shard: string,
  required: ApplicationAccess | undefined,
): void {
  if (!mayApplicationAct(application.access, required)) {
    const detail =
      required === undefined ? "It isn't open to applications" : "The key may only read";
    throw new ScimError("forbidden", detail);
  }
  c.set("application", application);
  const db = openDatabase(c.env, shard);
  recordKeyUse(db, c.executionCtx, application, applicationUseStatement);
}
