/** POST, PUT, PATCH and DELETE of resources: read, ask the source's object, answer. RFC 7644 §3.3, §3.5, §3.6. */
import type { ResourceType } from "../scim/attribute.ts";
import { fromRefusal, ScimError } from "../scim/error.ts";
import { parseProjection, project, wants } from "../scim/projection.ts";
import { represent } from "../scim/represent.ts";
import { formatVersion } from "../scim/version.ts";
import { askObject } from "../sources/object.ts";
import type { Outcome, ResourceOperation, WrittenResource } from "../sources/operation.ts";
import { profileOf, type Source } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { authenticate, callerOf, newUuid, reloadSource, type SourceKeyed } from "./authenticate.ts";
import { beingConfigured, CONFIG_CHANGES, underConfiguration } from "./configuration.ts";
import type { AppContext } from "./context.ts";
import { forgetMode, withHash } from "./password.ts";
import { observe, unmappedBy } from "./observed.ts";
import { writingOf } from "./reading.ts";
import { readBody, readIfMatch, readProjectionQuery } from "./request.ts";
import { resourceOperation, type ResourceRequest } from "./resource-operation.ts";
import { baseOf, respondResource } from "./respond.ts";
import { readResource } from "./scim-read.ts";

/** What was written, and by whom. */
export interface Written {
  readonly caller: SourceKeyed;
  /** As it was configured. */
  readonly source: Source;
  readonly outcome: Extract<Outcome, { ok: true }>;
}

export async function createResource(c: AppContext, type: ResourceType): Promise<Response> {
  const written = await write(c, { method: "POST", type, id: newUuid() });
  const { source, outcome } = written;
  const status = profileOf(source).updateAsCreated ? 201 : outcome.status;
  return respondWritten(c, type, { ...written, outcome: { ...outcome, status } });
}

export async function replaceResource(c: AppContext, type: ResourceType): Promise<Response> {
  return respondWritten(c, type, await write(c, { method: "PUT", type, id: idOf(c) }));
}

export async function patchResource(c: AppContext, type: ResourceType): Promise<Response> {
  const written = await write(c, { method: "PATCH", type, id: idOf(c) });
  // A group may have a hundred thousand members: nobody gets them back unasked (RFC 7644 §3.5.2).
  if (type.name === "Group" && c.req.query("attributes") === undefined) {
    const { resource } = written.outcome;
    if (resource !== undefined) c.header("etag", formatVersion(resource.version));
    return c.body(null, 204);
  }
  return respondWritten(c, type, written);
}

export async function removeResource(c: AppContext, type: ResourceType): Promise<Response> {
  const removal = { method: "DELETE", type, id: idOf(c), body: undefined } as const;
  await carryOut(c, await authenticate(c), (source) =>
    resourceOperation(removal, profileOf(source)),
  );
  return c.body(null, 204);
}

/** Everything else is read after the token was recognized: strangers don't get that far. */
async function write(c: AppContext, request: Omit<ResourceRequest, "body">): Promise<Written> {
  const caller = await callerOf(c);
  // A projection that can't be read must not fail after the write.
  parseProjection(readProjectionQuery(c), request.type);
  const body = await readBody(c);
  return carryOut(c, caller, (source) => {
    const type = typeFor(source, request.type);
    const operation = resourceOperation({ ...request, type, body }, profileOf(source));
    observe(c, unmappedBy(operation, body, type));
    return operation;
  });
}

/** Asks the source's object, under the configuration in force. Throws what it refuses. */
export async function carryOut(
  c: AppContext,
  caller: SourceKeyed,
  operationOf: (source: Source) => ResourceOperation,
): Promise<Written> {
  const opId = newUuid();
  for (let changes = 0; changes < CONFIG_CHANGES; changes++) {
    const { source, operation } = await underConfiguration(c, caller, (current) => ({
      source: current,
      operation: operationOf(current),
    }));
    const place = { directoryId: source.directoryId, shard: caller.shard };
    const hashed = await withHash(c.env, place, operation);
    const outcome = await askOnce(c, caller, source, opId, hashed);
    c.set("proved", true);
    if (outcome.ok) return { caller, source, outcome };
    if (typeof outcome.refusal === "object") throw fromRefusal(outcome.refusal);
    forgetMode(source.directoryId);
    await reloadSource(c, caller);
  }
  throw beingConfigured();
}

function askOnce(
  c: AppContext,
  { sourceId, tokenId }: SourceKeyed,
  { directoryId, configVersion }: Source,
  opId: string,
  operation: ResourceOperation,
): Promise<Outcome> {
  return askObject(c.env, sourceId, {
    opId,
    directoryId,
    actor: tokenId,
    requestId: c.get("requestId"),
    configVersion,
    ...readIfMatch(c),
    operation,
  });
}

async function respondWritten(
  c: AppContext,
  general: ResourceType,
  { caller, source, outcome: { status, resource } }: Written,
): Promise<Response> {
  const type = typeFor(source, general);
  if (resource === undefined || status === 204) return c.body(null, 204);
  const query = readProjectionQuery(c);
  const projection = parseProjection(query, type);
  const full = await completed(c, type, caller, resource);
  return respondResource(c, status, { full, shown: project(full, projection, type) });
}

/** What a write returns has no members and groups; they are read where somebody asks for them. */
async function completed(
  c: AppContext,
  type: ResourceType,
  caller: SourceKeyed,
  resource: WrittenResource,
): Promise<ReturnType<typeof represent>> {
  const query = readProjectionQuery(c);
  const projection = parseProjection(query, type);
  const needed =
    type.name === "Group"
      ? wants(projection, "members")
      : type.name === "User" && query.attributes !== undefined && wants(projection, "groups");
  if (needed) {
    // Who may write it gets the answer of the write, whether or not it may read at other times.
    const permission = writingOf(type);
    try {
      return await readResource(c, type, resource.id, { caller, permission });
    } catch (error) {
      if (!isShownWithout(error)) throw error;
    }
  }
  const { id, attributes, version, createdAt: created, updatedAt: lastModified } = resource;
  return represent(type, { id, attributes, version, created, lastModified }, baseOf(c));
}

/** A write that was done must not be answered as a failure: too many members to show, or gone since. */
function isShownWithout(error: unknown): boolean {
  return error instanceof ScimError && (error.reason === "tooMany" || error.reason === "not_found");
}

function idOf(c: AppContext): string {
  return c.req.param("id") ?? "";
}
