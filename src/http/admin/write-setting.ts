/** Changing a source: the request goes to the source's object, as all its writes do. */
import type { Context } from "hono";
import { randomBytes, uuidv7 } from "../../directory/ids.ts";
import { fromRefusal, ScimError } from "../../scim/error.ts";
import type { KeptAnswer } from "../../sources/idempotency.ts";
import { askObject } from "../../sources/object.ts";
import { findSource } from "../../sources/source-reads.ts";
import type { SettingOperation } from "../../sources/settings.ts";
import type { SourceState } from "../../sources/source.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { readIfMatch, type AdminEnv } from "./router.ts";

/** The state after the change; undefined once the source is gone. Throws what the rules refuse. */
export async function writeSetting(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: SettingOperation,
  kept?: KeptAnswer,
): Promise<SourceState | undefined> {
  await requireSource(c.env, sourceId, operation);
  const outcome = await askObject(c.env, sourceId, {
    opId: uuidv7(Date.now(), randomBytes(10)),
    actor: c.get("admin").id,
    role: c.get("admin").role,
    requestId: c.get("requestId"),
    operation,
    ifMatch: readIfMatch(c),
    kept,
  });
  if (outcome.ok) return outcome.state;
  // Only bodies of resources are read under a configuration, or stand in a Bulk.
  if (typeof outcome.refusal === "string") throw new ScimError("internal", "Internal error");
  throw fromRefusal(outcome.refusal);
}

/** An id that no source has must not wake an object, which would leave its epoch behind. */
async function requireSource(
  env: Env,
  sourceId: string,
  { kind }: SettingOperation,
): Promise<void> {
  if (kind === "source.create") return;
  const found = await findSource(await openSourceDatabase(env, sourceId), sourceId);
  if (found === undefined) refuseUnknownSource();
}

/** The same for a change that leaves the source in place. */
export async function changeSource(
  c: Context<AdminEnv>,
  sourceId: string,
  operation: Exclude<SettingOperation, { kind: "source.delete" }>,
  kept?: KeptAnswer,
): Promise<SourceState> {
  return (await writeSetting(c, sourceId, operation, kept)) ?? refuseUnknownSource();
}
