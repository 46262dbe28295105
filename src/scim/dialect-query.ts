/** Lists of the second dialect: which page, and the one condition that a filter may be. */
import type { Attribute, ResourceType } from "./attribute.ts";
import { attribute, complex } from "./characteristics.ts";
import { toDateTime } from "./dialect-values.ts";
import { ScimError } from "./error.ts";
import { parseFilter, type Filter, type FilterValue } from "./filter.ts";
import { parseDialedNumber } from "./phone.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";
import { resolveFilter, type ResolvedFilter } from "./resolve.ts";

/** The most that one answer has; `count=-1` asks for all. */
export const LIST_MAX = 10_000;
const DEFAULT_COUNT = 10;

export interface DialectPage {
  readonly startIndex: number;
  readonly count: number | "all";
}

/** Parameters as they were sent; an empty one counts as absent. Throws `invalidValue`, `tooMany`. */
export function parsePage(startIndex: string | undefined, count: string | undefined): DialectPage {
  const wanted = integerIn("count", count) ?? DEFAULT_COUNT;
  if (wanted < -1) throw invalidValue("count", "is a number of resources, or -1 for all");
  if (wanted > LIST_MAX) throw tooManyListed();
  return {
    startIndex: Math.max(1, integerIn("startIndex", startIndex) ?? 1),
    count: wanted === -1 ? "all" : wanted,
  };
}

function integerIn(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw invalidValue(name, "is not an integer");
  return Number(text);
}

export function tooManyListed(): ScimError {
  return new ScimError(
    "tooMany",
    `One answer has ${LIST_MAX} resources at most: page by "startIndex" and "count"`,
  );
}

const SINCE = { operators: ["gt", "lt"], path: ["meta", "lastModified"] };

const CONDITIONS = {
  User: {
    userName: { operators: ["eq"], path: ["userName"] },
    emails: { operators: ["eq"], path: ["emails", "value"] },
    phoneNumbers: { operators: ["eq"], path: ["phoneNumbers", "value"] },
    organization: { operators: ["eq"], path: ["organizations", "value"] },
    group: { operators: ["eq"], path: ["groups", "value"] },
    lastModified: SINCE,
  },
  Organization: {
    displayName: { operators: ["eq"], path: ["displayName"] },
    code: { operators: ["eq"], path: ["code"] },
    parent: { operators: ["eq"], path: ["parent"] },
    lastModified: SINCE,
  },
} as const;

/** No schema tells of it: in SCIM a user has one organization, and this dialect asks for any. */
const ORGANIZATIONS: Attribute = complex(
  "organizations",
  "The organizations that the user belongs to.",
  [attribute("value", "The organization's id.", { caseExact: true })],
  { multiValued: true },
);

/** Throws `invalidFilter` for what is not one of the conditions that the type has. */
export function parseCondition(text: string, type: ResourceType, profile: Profile): ResolvedFilter {
  const filter = parseFilter(text);
  const conditions: Readonly<Record<string, Condition>> =
    type.name === "User" ? CONDITIONS.User : CONDITIONS.Organization;
  if (filter.kind !== "compare") throw refusal(conditions);
  const { path, operator, value } = filter;
  const isPlain = path.schema === undefined && path.subAttribute === undefined;
  const condition = isPlain ? conditions[nameIn(conditions, path.attribute)] : undefined;
  if (condition === undefined || !condition.operators.includes(operator)) {
    throw refusal(conditions);
  }
  if (typeof value !== "string") throw new ScimError("invalidFilter", "The value is not in quotes");
  const [name = "", subAttribute] = condition.path;
  const spelled = { attribute: name, ...(subAttribute !== undefined && { subAttribute }) };
  return resolved({ kind: "compare", path: spelled, operator, value }, type, profile);
}

interface Condition {
  readonly operators: readonly string[];
  readonly path: readonly string[];
}

function nameIn(conditions: Readonly<Record<string, Condition>>, name: string): string {
  const wanted = name.toLowerCase();
  return Object.keys(conditions).find((known) => known.toLowerCase() === wanted) ?? "";
}

type Comparison = Extract<Filter, { kind: "compare" }>;

function resolved(filter: Comparison, type: ResourceType, profile: Profile): ResolvedFilter {
  const of = (value: FilterValue) => resolveFilter({ ...filter, value }, type, profile);
  const { operator, value } = filter;
  switch (filter.path.attribute) {
    case "organizations": {
      const [sub] = ORGANIZATIONS.subAttributes ?? [];
      const target = { attribute: ORGANIZATIONS, ...(sub && { sub }) };
      return { kind: "compare", target, operator, value };
    }
    case "phoneNumbers": {
      // Whatever form it was sent in, here it is shown with its region set apart.
      const dialed = typeof value === "string" ? parseDialedNumber(value) : undefined;
      if (dialed === undefined || dialed === value) return of(value);
      return { kind: "or", filters: [of(value), of(dialed)] };
    }
    case "meta":
      return of(typeof value === "string" ? toDateTime(value) : value);
    default:
      return of(value);
  }
}

function refusal(conditions: Readonly<Record<string, Condition>>): ScimError {
  const known = Object.entries(conditions).map(
    ([name, { operators }]) => `${name} ${operators.join("|")}`,
  );
  return new ScimError("invalidFilter", `A filter is one condition of: ${known.join(", ")}`);
}
