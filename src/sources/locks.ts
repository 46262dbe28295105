/** What can't be changed by hand while the data source that it came from is enabled. */
import { FIELDS_KEY } from "../scim/custom-schema.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import type { ReadOrganization } from "./organization-reads.ts";
import { lockingOwner } from "./owners.ts";
import type { ReadUser } from "./snapshot.ts";
import type { Source } from "./source.ts";
import { namesBetween } from "./user-answer.ts";
import { changedNames, type Change, type WorkingSet } from "./working-set.ts";

/** Whether somebody may sign in is for people to say, whoever owns the rest. */
const FREE = ["active", "expireDate"];

/** To be asked before the change is applied to the set. Throws `field_locked`. */
export function refuseLocked(set: WorkingSet, change: Change): void {
  const { user, group, tree } = change;
  if (user !== undefined) refuseLockedUser(set, user);
  if (group !== undefined) refuseLockedGroup(set, group, change);
  if (tree !== undefined) refuseLockedOrganization(set, tree.organization);
}

function refuseLockedUser(set: WorkingSet, after: ReadUser): void {
  const before = set.users.get(after.id);
  const owner = lockingOwner(set.snapshot.owners, after.sourceId);
  if (before === undefined || owner === undefined) return;
  refuseDeletion(owner, after);
  refuse(owner, ownedOfUser(owner, before, after));
}

/** Pointers to what of the user's change is the owner's to say. */
export function ownedOfUser(
  owner: Pick<Source, "fields">,
  before: ReadUser,
  after: ReadUser,
): string[] {
  const names = namesBetween(before, after).filter((name) => !FREE.includes(name));
  const fields = names.includes(FIELDS_KEY)
    ? changedNames(fieldsOf(before.attributes), fieldsOf(after.attributes))
    : [];
  const chosen = fields.filter((name) => owner.fields.some((field) => field.name === name));
  return [
    ...names.filter((name) => name !== FIELDS_KEY).map(pointerOfUser),
    ...chosen.map((name) => `/fields/${name}`),
  ];
}

function fieldsOf({ [FIELDS_KEY]: fields = {} }: JsonObject): JsonObject {
  return isObject(fields) ? fields : {};
}

function pointerOfUser(name: string): string {
  return name === "organizationId" || name === "userName" ? `/${name}` : `/attributes/${name}`;
}

function refuseLockedGroup(
  set: WorkingSet,
  after: NonNullable<Change["group"]>,
  { added = [], removed = [] }: Change,
): void {
  const before = set.groups.get(after.id);
  const owner = lockingOwner(set.snapshot.owners, after.sourceId);
  if (before === undefined || owner === undefined) return;
  refuseDeletion(owner, after);
  const members = added.length + removed.length > 0 ? ["/members"] : [];
  const names = changedNames(before.attributes, after.attributes).map((name) => `/${name}`);
  refuse(owner, [...names, ...members]);
}

function refuseLockedOrganization(set: WorkingSet, after: ReadOrganization): void {
  const before = set.tree.organizations.get(after.id);
  const owner = lockingOwner(set.snapshot.owners, after.sourceId);
  if (before === undefined || owner === undefined) return;
  refuseDeletion(owner, after);
  refuse(owner, ownedOfOrganization(before, after));
}

/** As `ownedOfUser`. Where it stands among its neighbours is a matter of show. */
export function ownedOfOrganization(before: ReadOrganization, after: ReadOrganization): string[] {
  const names = changedNames(before.attributes, after.attributes);
  const owned = names.filter((name) => name !== "order");
  return owned.map((name) => (name === "parent" ? "/parentId" : `/${name}`));
}

/** It would come back with the owner's next push or pull, as somebody else. */
function refuseDeletion({ id, name }: Source, after: { readonly deletedAt: number | null }): void {
  if (after.deletedAt === null) return;
  const detail = `It belongs to the data source "${name}" (${id}), which is enabled: delete it there, or disable the data source first`;
  throw new ScimError("field_locked", detail);
}

function refuse({ id, name }: Source, pointers: readonly string[]): void {
  if (pointers.length === 0) return;
  const fields = pointers.map((pointer) => pointer.split("/").at(-1) ?? "");
  throw new ScimError(
    "field_locked",
    `${fields.map((field) => `"${field}"`).join(", ")}: of the data source "${name}" (${id}), which is enabled`,
    {
      faults: pointers.map((pointer) => ({
        pointer,
        code: "field_locked",
        detail: `Belongs to the data source ${id}`,
      })),
    },
  );
}
