/** Into which organizations a user may be put. */
import { ScimError } from "../scim/error.ts";
import type { FurtherOrganization, ReadOrganization } from "./organization-reads.ts";
import type { ReadUser } from "./snapshot.ts";
import type { WorkingSet } from "./working-set.ts";

/** A user has so many organizations beside the primary one at most. */
const FURTHER = 20;

/**
 * The organization a request names. Throws `organization_unknown` for one that the directory
 * doesn't have, and `organization_out_of_scope` for one that the source may not see.
 */
export function visibleOrganization(set: WorkingSet, id: string): ReadOrganization {
  const found = set.tree.get(id);
  if (found === undefined || found.deletedAt !== null) {
    throw new ScimError("organization_unknown", "There is no organization of the id that is named");
  }
  if (found.visible) return found;
  throw new ScimError(
    "organization_out_of_scope",
    "The organization that is named is not in the scope of the data source",
  );
}

/** Where a user who is, or would be, in `staying` is to be; nobody moves unasked. */
export function placeOf(set: WorkingSet, named: string | undefined, staying: string): string {
  if (named === undefined || named === staying) return staying;
  return visibleOrganization(set, named).id;
}

export interface FurtherChange {
  readonly userId: string;
  readonly organizations: readonly FurtherOrganization[];
  /** Ids, for the event. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What a whole list of further organizations changes; undefined where it changes nothing. Those
 * that the source may not see are not its to take away, and the primary one is none of them.
 */
export function furtherAfter(
  set: WorkingSet,
  { id, organizationId }: Pick<ReadUser, "id" | "organizationId">,
  before: ReadUser | undefined,
  named: readonly string[] | undefined,
): FurtherChange | undefined {
  if (named === undefined) return undefined;
  set.tree.know(named);
  const current = before === undefined ? [] : set.tree.furtherOf(id);
  const wanted = [...new Set(named)]
    .filter((one) => one !== organizationId)
    .map((one) => visibleOrganization(set, one).id);
  const hidden = current.filter((one) => !one.visible && !wanted.includes(one.id));
  const organizations = [...hidden, ...wanted.map((one) => ({ id: one, visible: true }))];
  if (organizations.length > FURTHER) {
    throw new ScimError("invalidValue", `A user has ${FURTHER} further organizations at most`);
  }
  const was = current.map((one) => one.id);
  const is = organizations.map((one) => one.id);
  const added = is.filter((one) => !was.includes(one));
  const removed = was.filter((one) => !is.includes(one));
  if (added.length + removed.length === 0) return undefined;
  return { userId: id, organizations, added, removed };
}
