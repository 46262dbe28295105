/** What an operation that was done before is answered with. */
import { shownTo } from "./group-operations.ts";
import { resourceByHand } from "./hand.ts";
import {
  isDirectoryRequest,
  isGroupOperation,
  isHandOperation,
  isResourceRequest,
  isUserOperation,
  type HandOperation,
  type Outcome,
  type ResourceOperation,
  type WrittenResource,
  type WriteRequest,
} from "./operation.ts";
import { shownOrganization } from "./organization-operations.ts";
import type { LoggedOperation } from "./snapshot.ts";
import { profileOf } from "./source.ts";
import { shownUser } from "./user-answer.ts";
import type { WorkingSet } from "./working-set.ts";

/** The answer to an operation that was decided before: as then, the resource as it is now. */
export function outcomeOf(
  set: WorkingSet,
  request: WriteRequest,
  logged: LoggedOperation,
): Outcome {
  if (logged.refusal !== undefined) return { ok: false, refusal: logged.refusal };
  const status = logged.status === 201 ? 201 : logged.status === 200 ? 200 : 204;
  if (isDirectoryRequest(request)) {
    if (isHandOperation(request.operation)) return handOutcome(set, request.operation, logged);
    const field = set.fields.get(logged.resourceId ?? "");
    return { ok: true, status, ...(field === undefined ? {} : { field }) };
  }
  if (!isResourceRequest(request)) {
    return { ok: true, status, ...(typeof set.state === "object" ? { state: set.state } : {}) };
  }
  if (logged.resourceId === null || status === 204) return { ok: true, status };
  const resource = resourceNow(set, request.operation, logged.resourceId);
  return { ok: true, status, ...(resource && { resource }) };
}

function handOutcome(
  set: WorkingSet,
  operation: HandOperation,
  { status, resourceId }: LoggedOperation,
): Outcome {
  if (status === 204 || resourceId === null) return { ok: true, status: 204 };
  const resource = resourceByHand(set, operation, resourceId);
  return { ok: true, status: status === 201 ? 201 : 200, ...(resource && { resource }) };
}

function resourceNow(
  set: WorkingSet,
  operation: ResourceOperation,
  resourceId: string,
): WrittenResource | undefined {
  if (isUserOperation(operation)) {
    const user = set.user(resourceId);
    const source = set.snapshot.source;
    return user && source && shownUser(user, { source, profile: profileOf(source) });
  }
  if (!isGroupOperation(operation)) {
    const organization = set.tree.get(resourceId);
    return organization && shownOrganization(organization);
  }
  const found = set.group(resourceId);
  const { source } = set.snapshot;
  if (found === undefined || source === undefined) return undefined;
  const { id, version, createdAt, updatedAt } = found;
  const attributes = shownTo(source, found);
  return { id, attributes, version, createdAt, updatedAt };
}
