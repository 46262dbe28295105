/** Changing a directory by hand: the request goes to the directory's object, as all such writes do. */
import type { Context } from "hono";
import { fieldsOf, type ChosenField } from "../../directory/custom-field.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { randomBytes, uuidv7 } from "../../directory/ids.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { FIELDS_KEY, userWith } from "../../scim/custom-schema.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import { fieldsByHand, fieldsVersionOf } from "../../sources/hand.ts";
import type { KeptAnswer } from "../../sources/idempotency.ts";
import { askObject, directoryObject } from "../../sources/object.ts";
import type {
  DirectoryOperation,
  DirectoryRequest,
  HandOperation,
  Outcome,
  ResourceOperation,
  RestoreOperation,
  WritingApplication,
  WrittenResource,
} from "../../sources/operation.ts";
import { CONFIG_CHANGES } from "../configuration.ts";
import { forgetMode, withHash } from "../password.ts";
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

function ask(
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

/** What a body is read under. */
export interface Reading {
  /** The User with all custom fields of the directory. */
  readonly user: ResourceType;
  readonly fields: readonly ChosenField[];
  readonly now: number;
}

/** An operation, with the answer to keep where there is one. */
export interface Asked {
  readonly operation: ResourceOperation;
  readonly keep?: (() => Promise<KeptAnswer | undefined>) | undefined;
}

/**
 * Reads a body under the custom fields in force and has it written. Throws what the rules refuse,
 * and `unavailable` when there is no end to changes of those.
 */
export async function writeByHand(
  c: Context<AdminEnv>,
  { db, shard, directoryId, application }: Writer,
  operationOf: (reading: Reading) => Asked,
): Promise<WrittenResource | undefined> {
  for (let changes = 0; changes < CONFIG_CHANGES; changes++) {
    const all = await fieldsOf(db, directoryId);
    const fields = fieldsByHand(all);
    const at = Date.now();
    const { operation, keep } = operationOf({
      user: userWith(FIELDS_KEY, fields),
      fields,
      now: at,
    });
    const outcome = await ask(c, {
      directoryId,
      application,
      at,
      fieldsVersion: fieldsVersionOf(all),
      operation: await withHash(c.env, { directoryId, shard }, operation),
      kept: await keep?.(),
    });
    if (outcome.ok) return outcome.resource;
    if (typeof outcome.refusal === "object") throw fromRefusal(outcome.refusal);
    forgetMode(directoryId);
  }
  throw beingChanged();
}

/** The same for what has no body. */
export async function writePlainly(
  c: Context<AdminEnv>,
  { directoryId, application }: Writer,
  operation: Extract<HandOperation, RestoreOperation | { kind: `${string}.delete` }>,
): Promise<WrittenResource | undefined> {
  const outcome = await ask(c, { directoryId, application, at: Date.now(), operation });
  if (outcome.ok) return outcome.resource;
  if (typeof outcome.refusal === "string") throw beingChanged();
  throw fromRefusal(outcome.refusal);
}

function beingChanged(): ScimError {
  return new ScimError("unavailable", "The directory's settings are being changed", {
    retryAfterSeconds: 1,
  });
}
