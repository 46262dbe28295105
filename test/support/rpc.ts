/** Writes as the Worker asks a source's object for them: for an operation id of one's own, or a group of one's own. */
import { env } from "cloudflare:workers";
import { randomBytes, uuidv7 } from "../../src/directory/ids.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import type { ParsedResource } from "../../src/scim/resource.ts";
import type { Outcome, ResourceOperation, ResourceRequest } from "../../src/sources/operation.ts";
import type { Source } from "./client.ts";
import { endFaults, faults, pauseCall } from "./faults.ts";

export function newId(): string {
  return uuidv7(Date.now(), randomBytes(10));
}

/** A request for a source that was never configured anew. */
export function requestOf({ tokenId }: Source, operation: ResourceOperation): ResourceRequest {
  const opId = newId();
  return {
    opId,
    directoryId: "default",
    actor: tokenId,
    requestId: opId,
    configVersion: 1,
    operation,
  };
}

export function write(source: Source, request: ResourceRequest): Promise<Outcome> {
  return env.SOURCE.getByName(source.id).write(request);
}

/** Carries the requests out in one group, in their order; `watch` is told of its batches. */
export async function writeTogether(
  source: Source,
  requests: readonly ResourceRequest[],
  watch?: typeof faults.watch,
): Promise<Outcome[]> {
  const held = pauseCall("object", 1, "before");
  const nothing = write(source, requestOf(source, { kind: "user.delete", id: newId() }));
  await held.reached();
  const stub = env.SOURCE.getByName(source.id);
  const outcomes = requests.map((request) => stub.write(request));
  // Calls arrive in their order: once this one has, all have.
  await stub.noteUse({});
  faults.watch = watch;
  held.release();
  await nothing;
  const all = await Promise.all(outcomes);
  endFaults();
  return all;
}

/** The attributes as they come out of a body. */
export function resource(attributes: JsonObject, members?: string[]): ParsedResource {
  const activeGiven = "active" in attributes;
  return { attributes, passwordSet: false, activeGiven, ...(members && { members }) };
}
