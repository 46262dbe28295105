/**
 * Deciding what people do to users, groups and organizations by hand: the rules of a data source's
 * writes, without an owner, and with the locks of those whose records they are.
 */
import { toChosen, type ChosenField, type CustomField } from "../directory/custom-field.ts";
import { FIELDS_KEY } from "../scim/custom-schema.ts";
import { ScimError } from "../scim/error.ts";
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import { BY_HAND } from "../scim/profile.ts";
import { claimsOf, type Claims } from "./claims.ts";
import type { Acting, Decided, Deciding } from "./deciding.ts";
import { decideGroup } from "./group-operations.ts";
import { keysOf, MissingKeys } from "./keys.ts";
import { refuseLocked } from "./locks.ts";
import {
  isGroupOperation,
  isUserOperation,
  type DirectoryRequest,
  type HandOperation,
  type OrganizationOperation,
  type ResourceOperation,
  type RestoreOperation,
  type WrittenResource,
} from "./operation.ts";
import { decideOrganization } from "./organization-operations.ts";
import { PEOPLE_AT_ONCE } from "./organization-reads.ts";
import { visibleOrganization } from "./placing.ts";
import { decideRestore } from "./restore-operations.ts";
import { PERMISSIONS, profileOf } from "./source.ts";
import { isUnhashed } from "./user-password.ts";
import { decideUser } from "./user-operations.ts";
import type { WorkingSet } from "./working-set.ts";

/** Counts what was ever done to the custom fields of a directory. */
export function fieldsVersionOf(fields: readonly CustomField[]): number {
  return fields.reduce((sum, { version }) => sum + version, 0);
}

/** All custom fields of the directory that there are. */
export function fieldsByHand(fields: readonly CustomField[]): readonly ChosenField[] {
  return fields.filter(({ deletedAt }) => deletedAt === null).map(toChosen);
}

/** Throws ScimError to refuse, MissingKeys to be asked again with more rows. */
export function decideByHand(
  set: WorkingSet,
  request: DirectoryRequest,
  operation: HandOperation,
): Decided {
  const { fieldsVersion, ifMatch, at, application } = request;
  const { fields, passwords, rootId } = set.snapshot;
  const isStale = fieldsVersion !== undefined && fieldsVersion !== fieldsVersionOf(fields);
  if (isStale || (isResource(operation) && isUnhashed(operation, passwords))) {
    return { outcome: { ok: false, refusal: "stale_config" } };
  }
  const source: Acting = {
    id: null,
    directoryId: request.directoryId,
    targetId: application?.targetId ?? rootId ?? "",
    namespace: FIELDS_KEY,
    permissions: PERMISSIONS,
    fields: fieldsByHand(fields),
  };
  const claims = claimsByHand(set, operation, source.fields);
  const by: Deciding = { source, profile: BY_HAND, claims, passwords, now: at, ifMatch };
  if (!isResource(operation)) return decideRestore(set, operation, by);
  const decided = decideOne(set, operation, by);
  const { change, steps = [] } = decided;
  for (const one of change === undefined ? steps : [...steps, change]) refuseLocked(set, one);
  return decided;
}

function decideOne(set: WorkingSet, operation: ResourceOperation, by: Deciding): Decided {
  if (isUserOperation(operation)) return decideUser(set, operation, by);
  if (isGroupOperation(operation)) return decideGroup(set, operation, by);
  if (operation.kind === "organization.delete") return deleteOrganization(set, operation, by);
  return decideOrganization(set, operation, by);
}

function isResource(operation: HandOperation): operation is ResourceOperation {
  return !operation.kind.endsWith(".restore");
}

/** What a record's owner lets nobody else have the same, it goes on to claim. */
function claimsByHand(
  { users, snapshot: { owners } }: WorkingSet,
  operation: HandOperation,
  fields: readonly ChosenField[],
): Claims {
  const owner = owners.get(users.get(operation.id)?.sourceId ?? "")?.source;
  const profile = owner === undefined ? BY_HAND : profileOf(owner);
  return claimsOf({ fields }, profile);
}

type Deletion = Extract<OrganizationOperation, { kind: "organization.delete" }>;

/** Who is in the organization goes to another one first, each with a change of their own. */
function deleteOrganization(set: WorkingSet, operation: Deletion, by: Deciding): Decided {
  const { id, moveUsersTo } = operation;
  const decided = decideOrganization(set, operation, by);
  if (moveUsersTo === undefined) return decided;
  if (moveUsersTo === id) {
    throw new ScimError("invalidValue", '"moveUsersTo" is the organization that is to be deleted');
  }
  visibleOrganization(set, moveUsersTo);
  const { home, further } = set.tree.peopleOf(id);
  const people = [...new Set([...home, ...further])];
  if (people.length > PEOPLE_AT_ONCE) {
    const detail = `More than ${PEOPLE_AT_ONCE} users are in the Organization: move them first`;
    throw new ScimError("organization_not_empty", detail);
  }
  know(set, people);
  const isHome = new Set(home);
  const steps = people.flatMap((userId) => {
    const { change } = isHome.has(userId)
      ? moveHome(set, userId, moveUsersTo, by)
      : moveFurther(set, userId, operation, by);
    return change === undefined ? [] : [change];
  });
  return { ...decided, steps };
}

function know({ snapshot: { keys } }: WorkingSet, people: readonly string[]): void {
  const isKnown = (id: string) => keys.userIds.has(id) && keys.furtherOf.has(id);
  if (people.every(isKnown)) return;
  throw new MissingKeys(keysOf({ userIds: people, furtherOf: people }));
}

function moveHome(set: WorkingSet, id: string, to: string, by: Deciding): Decided {
  const path = `${SCHEMA_ENTERPRISE}:organizationId`;
  const operations = [{ op: "replace", path, value: to }] as const;
  return decideUser(set, { kind: "user.patch", id, operations }, { ...by, ifMatch: undefined });
}

function moveFurther(
  set: WorkingSet,
  userId: string,
  { id, moveUsersTo = "" }: Deletion,
  by: Deciding,
): Decided {
  const others = set.tree.furtherOf(userId).map((one) => one.id);
  const furtherOrganizations = [...others.filter((one) => one !== id), moveUsersTo];
  return decideUser(
    set,
    { kind: "user.patch", id: userId, operations: [], furtherOrganizations },
    { ...by, ifMatch: undefined },
  );
}

/** What an operation that was done before is answered with: the record as it is now. */
export function resourceByHand(
  set: WorkingSet,
  { kind }: Pick<ResourceOperation | RestoreOperation, "kind">,
  id: string,
): WrittenResource | undefined {
  const found = kind.startsWith("user.")
    ? set.user(id)
    : kind.startsWith("group.")
      ? set.group(id)
      : set.tree.get(id);
  if (found === undefined) return undefined;
  const { attributes, version, createdAt, updatedAt } = found;
  return { id, attributes, version, createdAt, updatedAt };
}
