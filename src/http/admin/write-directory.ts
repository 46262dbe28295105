/** Changing a directory by hand: the request goes to the directory's object, as all such writes do. */
import type { Context } from "hono";
import { randomBytes, uuidv7 } from "../../directory/ids.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import type { KeptAnswer } from "../../sources/idempotency.ts";
import { askObject, directoryObject } from "../../sources/object.ts";
import type { DirectoryOperation, Outcome } from "../../sources/operation.ts";
import { readIfMatch, type AdminEnv } from "./router.ts";

/** What the change came to. Throws what the rules refuse. The directory has to exist. */
export async function writeDirectory(
  c: Context<AdminEnv>,
  directoryId: string,
  operation: DirectoryOperation,
  kept?: KeptAnswer,
): Promise<Extract<Outcome, { ok: true }>> {
  const outcome = await askObject(c.env, directoryObject(directoryId), {
    opId: uuidv7(Date.now(), randomBytes(10)),
    actor: c.get("admin").id,
    role: c.get("admin").role,
    requestId: c.get("requestId"),
    directoryId,
    operation,
    ifMatch: readIfMatch(c),
    kept,
  });
  if (outcome.ok) return outcome;
  // Only bodies of resources are read under a configuration, or stand in a Bulk.
  if (typeof outcome.refusal === "string") throw new ScimError("internal", "Internal error");
  throw fromRefusal(outcome.refusal);
}
