/** Names, labels and values that one user has and no other. Pure decisions on a working set. */
import { fieldKind, textOf, userNameKey } from "../directory/user.ts";
import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Deciding } from "./deciding.ts";
import type { ReadUser } from "./snapshot.ts";
import type { WorkingSet } from "./working-set.ts";

/** A label is the owner's name for somebody: what belongs to nobody has labels that anybody may have. */
export function labelledUser(
  set: WorkingSet,
  externalId: string | undefined,
  { source: { id } }: Deciding,
): ReadUser | undefined {
  if (externalId === undefined || id === null) return undefined;
  return set.userWithExternalId(id, externalId);
}

export function refuseTakenName(set: WorkingSet, user: ReadUser, attributes: JsonObject): void {
  const key = userNameKey(attributes);
  if (key === userNameKey(user.attributes)) return;
  if (set.userNamed(key) !== undefined) throw taken("userName");
}

export function refuseTakenExternalId(
  set: WorkingSet,
  user: ReadUser,
  attributes: JsonObject,
  by: Deciding,
): void {
  const externalId = textOf(attributes, "externalId");
  if (externalId === undefined || externalId === textOf(user.attributes, "externalId")) return;
  if (labelledUser(set, externalId, by) !== undefined) throw taken("externalId");
}

export function refuseTakenValue(
  set: WorkingSet,
  id: string,
  attributes: JsonObject,
  before: JsonObject,
  by: Deciding,
): void {
  const kind = set.takenKind(id, attributes, before, by.claims);
  if (kind === undefined) return;
  const field = by.source.fields.find(({ name }) => fieldKind(name) === kind);
  throw taken(
    field === undefined ? "The work e-mail or phone" : `"${by.source.namespace}:${field.name}"`,
  );
}

export function taken(what: string): ScimError {
  return new ScimError("uniqueness", `${what} is already taken`);
}
