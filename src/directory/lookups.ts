/** What of a filter an index can answer. */
import { FIELDS_KEY } from "../scim/custom-schema.ts";
import type { CompareOperator } from "../scim/filter.ts";
import { fold } from "../scim/fold.ts";
import { localNumber } from "../scim/phone.ts";
import type { ResolvedFilter, Target } from "../scim/resolve.ts";
import type { Question } from "./scope.ts";
import { fieldKey } from "./user.ts";

/** One index, asked for a number of values. Text is folded where the attribute is not case-exact. */
export interface Lookup {
  readonly index: Index;
  readonly values: readonly string[];
}

const INDEXES = {
  User: [
    "id",
    "userName",
    "externalId",
    "emails.value",
    "phoneNumbers.value",
    "groups.value",
    "organizationId",
    "organizations.value",
  ],
  Group: ["id", "displayName", "externalId", "members.value"],
  Organization: ["id", "code", "externalId", "displayName", "parent"],
} as const;

/** A custom field's index is called as its kind of look-up rows. */
type Index = (typeof INDEXES)[Question["type"]["name"]][number] | `field:${string}`;

/** These find one row for a value; the others may find many. */
const UNIQUE: readonly Index[] = ["id", "userName", "externalId", "displayName", "code"];

// D1 refuses a compound SELECT of more terms.
const UNION_TERMS = 5;

/** Lookups of which one at least finds every row that satisfies the filter; undefined without such. */
export function findLookups(
  filter: ResolvedFilter,
  type: Question["type"],
): readonly Lookup[] | undefined {
  return find(filter, (target) => findIndex(target, type));
}

/** A condition on when a resource was last changed. */
export interface Changed {
  readonly operator: "=" | ">" | ">=" | "<" | "<=";
  readonly time: number;
}

const SYMBOLS: Partial<Record<CompareOperator, Changed["operator"]>> = {
  eq: "=",
  gt: ">",
  ge: ">=",
  lt: "<",
  le: "<=",
};

/** The conditions on `meta.lastModified` that hold of every row that satisfies the filter. */
export function findChanged(filter: ResolvedFilter): readonly Changed[] {
  if (filter.kind === "and") return filter.filters.flatMap(findChanged);
  if (filter.kind !== "compare" || typeof filter.value !== "number") return [];
  const { attribute, sub } = filter.target;
  const operator = SYMBOLS[filter.operator];
  if (attribute.name !== "meta" || sub?.name !== "lastModified" || !operator) return [];
  return [{ operator, time: filter.value }];
}

type FindIndex = (target: Target) => Index | undefined;

function find(filter: ResolvedFilter, indexOf: FindIndex): readonly Lookup[] | undefined {
  switch (filter.kind) {
    case "compare":
      return toLookup(filter, indexOf);
    case "some": {
      const { target } = filter;
      return find(filter.filter, ({ attribute: sub }) => indexOf({ ...target, sub }));
    }
    case "and":
      return fewest(filter.filters.map((part) => find(part, indexOf)));
    case "or":
      return merged(filter.filters.map((part) => find(part, indexOf)));
    default:
      return undefined;
  }
}

function toLookup(
  { target, operator, value }: Extract<ResolvedFilter, { kind: "compare" }>,
  indexOf: FindIndex,
): readonly Lookup[] | undefined {
  const index = operator === "eq" ? indexOf(target) : undefined;
  if (index === undefined || value === null) return undefined;
  if (index.startsWith("field:")) return fieldLookup(index, value);
  if (typeof value !== "string") return undefined;
  const { caseExact } = target.sub ?? target.attribute;
  const key = caseExact ? value : fold(value);
  const number = index === "phoneNumbers.value" ? localNumber(value) : undefined;
  return [{ index, values: [...new Set([key, number ?? key])] }];
}

function fieldLookup(index: Index, value: string | number | boolean): Lookup[] | undefined {
  const key = fieldKey(value);
  return key === undefined ? undefined : [{ index, values: [key] }];
}

function findIndex(
  { extension, attribute, sub }: Target,
  type: Question["type"],
): Index | undefined {
  if (extension === FIELDS_KEY) return `field:${attribute.name}`;
  if (extension !== undefined && attribute.name !== "organizationId") return undefined;
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  const indexes: readonly Index[] = INDEXES[type.name];
  return indexes.find((index) => index === name);
}

function fewest(
  choices: readonly (readonly Lookup[] | undefined)[],
): readonly Lookup[] | undefined {
  const possible = choices.filter((lookups) => lookups !== undefined);
  const isUnique = ({ index }: Lookup) => UNIQUE.includes(index);
  return possible.find((lookups) => lookups.every(isUnique)) ?? possible[0];
}

/** Every alternative needs an index; those of the same index become one list. */
function merged(
  alternatives: readonly (readonly Lookup[] | undefined)[],
): readonly Lookup[] | undefined {
  const values = new Map<Index, Set<string>>();
  for (const lookups of alternatives) {
    if (lookups === undefined) return undefined;
    for (const lookup of lookups) {
      const known = values.get(lookup.index) ?? [];
      values.set(lookup.index, new Set([...known, ...lookup.values]));
    }
  }
  if (values.size > UNION_TERMS) return undefined;
  return [...values].map(([index, set]) => ({ index, values: [...set] }));
}
