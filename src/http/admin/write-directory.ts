/** Changing a directory by hand: the request goes to the directory's object, as all such writes do. */
import type { Context } from "hono";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { randomBytes, uuidv7 } from "../../directory/ids.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import type { KeptAnswer } from "../../sources/idempotency.ts";
import { askObject, directoryObject } from "../../sources/object.ts";
import type {
  DirectoryOperation,
  DirectoryRequest,
  Outcome,
  WritingApplication,
} from "../../sources/operation.ts";
import { placeOf, type Place } from "./place.ts";
import { readIfMatch, type AdminEnv } from "./router.ts";

type Done = Extract<Outcome, { ok: true }>;

/** What the change came to. Throws what the rules refuse. The directory has to exist. */
export async function writeDirectory(
  c: Context<AdminEnv>,
  directoryId: string,
  operation: DirectoryOperation,
  kept?: KeptAnswer,
): Promise<Done> {
  const request = { directoryId, operation, kept, at: Date.now() };
  const outcome = await ask(c, request);
  if (outcome.ok) return outcome;
  if (typeof outcome.refusal === "string") throw beingChanged();
  throw fromRefusal(outcome.refusal);
}

/** Hands the request to the directory's object, with whose it is. */
export function ask(
  c: Context<AdminEnv>,
  request: Omit<DirectoryRequest, "opId" | "actor" | "role" | "requestId" | "ifMatch">,
): Promise<Outcome> {
  const application = c.get("application");
  return askObject(c.env, directoryObject(request.directoryId), {
    ...request,
    opId: uuidv7(Date.now(), randomBytes(10)),
    actor: application?.id ?? c.get("admin").id,
    role: application === undefined ? c.get("admin").role : undefined,
    requestId: c.get("requestId"),
    ifMatch: readIfMatch(c),
  });
}

/** Who changes what of a directory. */
export interface Writer extends Place {
  readonly application: WritingApplication | undefined;
}

/**
 * The caller, and the directory that is named or, where none is, theirs. Throws ScimError
 * `not_found` for a directory that isn't there, or isn't the application's own.
 */
export async function writerOf(c: Context<AdminEnv>, named: string | undefined): Promise<Writer> {
  const application = c.get("application");
  if (application === undefined) {
    return { ...(await placeOf(c.env, named ?? DEFAULT_DIRECTORY)), application };
  }
  if (named !== undefined && named !== application.directoryId) {
    throw new ScimError("not_found", "There is no such directory");
  }
  const { id, version, isWhole, organizationIds, directoryId } = application;
  const [first] = organizationIds;
  // Of a whole directory what has no place named is put into the root.
  const targetId = isWhole ? undefined : first;
  return {
    ...(await placeOf(c.env, directoryId)),
    application: { id, version, isWhole, targetId },
  };
}

/** To be thrown where the custom fields changed again and again meanwhile. */
export function beingChanged(): ScimError {
  return new ScimError("unavailable", "The directory's settings are being changed", {
    retryAfterSeconds: 1,
  });
}
