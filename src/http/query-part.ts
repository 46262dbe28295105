/** A query as it concerns each type, looked up in the schemas. RFC 7644 §3.4.2. */
import type { Statement } from "../directory/database.ts";
import { groupPage, organizationPage, userPage, type PageQuery } from "../directory/list.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { parseFilter } from "../scim/filter.ts";
import type { ListQuery } from "../scim/list-query.ts";
import { filterByPlacement, targetOfPlacement } from "../scim/placement.ts";
import type { Profile } from "../scim/profile.ts";
import { resolveForEach } from "../scim/resolve-each.ts";
import type { ResolvedFilter } from "../scim/resolve.ts";
import { resolveSort, type ResolvedSort } from "../scim/sort.ts";
import type { Source } from "../sources/source.ts";
import { scopeOf } from "./reading.ts";

export interface QueryPart {
  readonly type: ResourceType;
  readonly filter?: ResolvedFilter;
  readonly sort?: ResolvedSort;
  /** No resource of the type satisfies the filter. */
  readonly isEmpty: boolean;
}

/** A part for each type. Throws `invalidFilter` and `invalidPath`. */
export function partsOf(
  types: readonly ResourceType[],
  { filter, sortBy, descending }: ListQuery,
  profile: Profile,
): QueryPart[] {
  const filters = filter === undefined ? [] : resolveForEach(parseFilter(filter), types, profile);
  const sorts = sortBy === undefined ? [] : resolveSort(sortBy, descending, types);
  return types.map((type, index) => {
    const [one, sort] = [filters[index], sorts[index]];
    return {
      type,
      isEmpty: one === false,
      ...(typeof one === "object" && { filter: filterByPlacement(one, profile) }),
      ...(sort && { sort: sortByPlacement(sort, profile) }),
    };
  });
}

function sortByPlacement(sort: ResolvedSort, profile: Profile): ResolvedSort {
  const { target } = sort;
  return target === undefined ? sort : { ...sort, target: targetOfPlacement(target, profile) };
}

type Place = Pick<PageQuery, "startIndex" | "count" | "after">;

/** The statements whose rows readPage reads. */
export function statementsOf(
  { type, filter, sort }: QueryPart,
  source: Source,
  base: string,
  place: Place,
): readonly Statement[] {
  const query = { base, ...(filter && { filter }), ...(sort && { sort }), ...place };
  const scope = scopeOf(source);
  return PAGES[type.name](scope, { ...query, type });
}

const PAGES = { User: userPage, Group: groupPage, Organization: organizationPage } as const;

/** What of filters and sorts tells one from another; the schemas they point into are left out. */
const TOLD = [
  ["name", "isEmpty", "filter", "sort", "descending", "target", "extension", "attribute", "sub"],
  ["kind", "operator", "value", "filters"],
].flat();

/** What a cursor is good for: the same source's list of the same types, filter and order. */
export function queryKey({ id }: Pick<Source, "id">, parts: readonly QueryPart[]): string {
  const told = parts.map(({ type: { name }, ...part }) => ({ name, ...part }));
  return JSON.stringify([id, told], TOLD);
}
