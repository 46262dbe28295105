/** A filter over resources of several types. RFC 7644 §3.4.2.1. */
import type { ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import type { AttributePath, Filter } from "./filter.ts";
import { matches } from "./match.ts";
import type { Profile } from "./profile.ts";
import { findTarget, resolveFilter, type ResolvedFilter } from "./resolve.ts";

/** A filter, or what it comes to for every resource of the type. */
export type TypedFilter = ResolvedFilter | boolean;

/**
 * What the filter asks of each type: an attribute that a type lacks has no value in it. Throws
 * `invalidFilter` for an attribute that none of them has, and as `resolveFilter` does.
 */
export function resolveForEach(
  filter: Filter,
  types: readonly ResourceType[],
  profile: Profile,
): TypedFilter[] {
  for (const path of pathsOf(filter)) {
    if (types.every((type) => findTarget(path, type) === undefined)) throw unknown(path, types);
  }
  return types.map((type) => resolveFor(filter, type, profile));
}

/** The depth of a filter is bounded by its parser. */
function resolveFor(filter: Filter, type: ResourceType, profile: Profile): TypedFilter {
  switch (filter.kind) {
    case "and":
    case "or":
      return joined(
        filter.kind,
        filter.filters.map((part) => resolveFor(part, type, profile)),
      );
    case "not": {
      const inner = resolveFor(filter.filter, type, profile);
      return typeof inner === "boolean" ? !inner : { kind: "not", filter: inner };
    }
    default:
      return resolveLeaf(filter, type, profile);
  }
}

type Leaf = Extract<Filter, { path: AttributePath }>;

function resolveLeaf(leaf: Leaf, type: ResourceType, profile: Profile): TypedFilter {
  if (findTarget(leaf.path, type) === undefined) return holdsOfNothing(leaf);
  const resolved = resolveFilter(leaf, type, profile);
  // Known without a look at any resource.
  return isResourceType(resolved)
    ? matches(resolved, { meta: { resourceType: type.name } })
    : resolved;
}

/** As src/scim/match.ts answers for an attribute without a value. */
function holdsOfNothing(leaf: Leaf): boolean {
  if (leaf.kind !== "compare") return false;
  return leaf.value === null ? leaf.operator === "eq" : leaf.operator === "ne";
}

function isResourceType(filter: ResolvedFilter): boolean {
  if (filter.kind !== "compare" && filter.kind !== "present") return false;
  const { extension, attribute, sub } = filter.target;
  return extension === undefined && attribute.name === "meta" && sub?.name === "resourceType";
}

/** Neither kind keeps a part that decides nothing: an empty `and` is true, an empty `or` false. */
function joined(kind: "and" | "or", parts: readonly TypedFilter[]): TypedFilter {
  const decides = kind === "or";
  if (parts.includes(decides)) return decides;
  const filters = parts.filter((part) => typeof part !== "boolean");
  const [first] = filters;
  if (first === undefined) return !decides;
  return filters.length === 1 ? first : { kind, filters };
}

function pathsOf(filter: Filter): AttributePath[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.flatMap(pathsOf);
    case "not":
      return pathsOf(filter.filter);
    default:
      return [filter.path];
  }
}

function unknown(
  { attribute, subAttribute }: AttributePath,
  types: readonly ResourceType[],
): ScimError {
  const name = subAttribute === undefined ? attribute : `${attribute}.${subAttribute}`;
  const type = types.map((each) => each.name).join(" or ");
  return new ScimError(
    "invalidFilter",
    `The filter cannot be answered: a ${type} has no attribute "${name.slice(0, 100)}"`,
  );
}
