/** What a query is sorted by. RFC 7644 §3.4.2.3. */
import { findAttribute } from "./attribute.ts";
import type { ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { parsePath } from "./filter.ts";
import { brief } from "./refusals.ts";
import { findTarget, type Target } from "./resolve.ts";

export interface ResolvedSort {
  /** Never complex. Absent where no resource of the type has a value to sort by. */
  readonly target?: Target;
  readonly descending: boolean;
}

/** Memberships are rows of their own, as many as one likes for a user or group. */
const UNSORTABLE = ["groups", "members"];

/**
 * A sort for each of the types; one of them at least has the attribute. Throws `invalidPath` for a
 * `sortBy` that names none, or one that has no order.
 */
export function resolveSort(
  sortBy: string,
  descending: boolean,
  types: readonly ResourceType[],
): ResolvedSort[] {
  const { path, filter } = parsePath(sortBy);
  if (filter !== undefined) throw invalidPath(sortBy, "selects values");
  const targets = types.map((type) => findTarget(path, type));
  if (targets.every((target) => target === undefined)) throw invalidPath(sortBy, "is not known");
  return targets.map((target) => ({
    descending,
    ...(target && { target: toSortable(target, sortBy) }),
  }));
}

/** A multi-valued complex attribute is sorted by its `value`, as it is compared by it. */
function toSortable(target: Target, sortBy: string): Target {
  const { extension, attribute, sub } = target;
  if (attribute.returned === "never") throw invalidPath(sortBy, "cannot be read");
  if (extension === undefined && UNSORTABLE.includes(attribute.name)) {
    throw invalidPath(sortBy, "has no order");
  }
  if (attribute.type !== "complex" || sub !== undefined) return target;
  const value = attribute.multiValued ? findAttribute(attribute.subAttributes, "value") : undefined;
  if (value === undefined) throw invalidPath(sortBy, "is sorted by a sub-attribute");
  return { ...target, sub: value };
}

function invalidPath(sortBy: string, problem: string): ScimError {
  return new ScimError("invalidPath", `"sortBy": "${brief(sortBy)}" ${problem}`);
}
