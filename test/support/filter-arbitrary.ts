import fc from "fast-check";
import type { AttributePath, CompareOperator, Filter, FilterValue } from "../../src/scim/filter.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";

/** Joins as the parser does: filters of the same kind give up their parts. */
export function join(kind: "and" | "or", filters: Filter[]): Filter {
  return { kind, filters: filters.flatMap((part) => (part.kind === kind ? part.filters : [part])) };
}

function countComparisons(filter: Filter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.reduce((sum, part) => sum + countComparisons(part), 0);
    case "not":
    case "some":
      return countComparisons(filter.filter);
    default:
      return 1;
  }
}

/** Trees over the leaves given, within the parser's limits. */
function trees(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      leaf,
      fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("tree"), { minLength: 2, maxLength: 4 }),
        )
        .map(([kind, filters]) => join(kind, filters)),
      tie("tree").map((filter): Filter => ({ kind: "not", filter })),
    ),
  }));
  return tree.filter((filter) => countComparisons(filter) <= LIMITS.filterComparisons);
}

const OPERATORS: CompareOperator[] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const operator = fc.constantFrom(...OPERATORS);

const name = fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$-]{0,8}$/);
const text = fc.string({ unit: "binary", maxLength: 8 }).filter((value) => !value.includes("\0"));

const value: fc.Arbitrary<FilterValue> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.integer(),
  fc.constantFrom(true, false, null),
);

const schema = fc.constantFrom(SCHEMA_USER, SCHEMA_ENTERPRISE, "URN:example:thing", "urn:x:2.0:Y");

const path: fc.Arbitrary<AttributePath> = fc.record(
  { schema, attribute: name, subAttribute: name },
  { requiredKeys: ["attribute"] },
);

const subPath = name.map((attribute): AttributePath => ({ attribute }));

function comparisons(paths: fc.Arbitrary<AttributePath>): fc.Arbitrary<Filter> {
  return fc.oneof(
    fc.record({ kind: fc.constant("compare" as const), path: paths, operator, value }),
    fc.record({ kind: fc.constant("present" as const), path: paths }),
  );
}

const whole: fc.Arbitrary<AttributePath> = fc.record(
  { schema, attribute: name },
  { requiredKeys: ["attribute"] },
);

/** Any filter that can be written, its names known to no schema. */
export const anyFilter: fc.Arbitrary<Filter> = trees(
  fc.oneof(
    { weight: 4, arbitrary: comparisons(path) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("some" as const),
        path: whole,
        filter: trees(comparisons(subPath)),
      }),
    },
  ),
);

// A small alphabet makes equal, contained and folded values likely.
const word = fc.string({
  unit: fc.constantFrom("a", "A", "b", "é", "É", "\u{1f600}", "\uff01"),
  maxLength: 3,
});
const time = fc.constantFrom(
  "2024-01-01T00:00:00Z",
  "2024-01-01T01:00:00+01:00",
  "2024-06-01T00:00:00.5Z",
);

interface Column {
  readonly path: AttributePath;
  readonly operators: CompareOperator[];
  readonly values: fc.Arbitrary<FilterValue>;
}

const at = (attribute: string, subAttribute?: string): AttributePath =>
  subAttribute === undefined ? { attribute } : { attribute, subAttribute };

const ofText = (...paths: AttributePath[]): Column[] =>
  paths.map((each) => ({ path: each, operators: OPERATORS, values: word }));

const FLAG: Pick<Column, "operators" | "values"> = {
  operators: ["eq", "ne"],
  values: fc.boolean(),
};

const SUB_COLUMNS: Column[] = [
  ...ofText(at("value"), at("type"), at("display")),
  { ...FLAG, path: at("primary") },
];

const COLUMNS: Column[] = [
  ...ofText(
    at("userName"),
    at("externalId"),
    at("id"),
    at("name", "givenName"),
    at("emails"),
    at("emails", "value"),
    at("emails", "type"),
    at("phoneNumbers", "value"),
    { schema: SCHEMA_ENTERPRISE, attribute: "department" },
    { schema: SCHEMA_ENTERPRISE, attribute: "manager", subAttribute: "value" },
  ),
  { ...FLAG, path: at("active") },
  { ...FLAG, path: at("emails", "primary") },
  {
    path: at("meta", "lastModified"),
    operators: ["eq", "ne", "gt", "ge", "lt", "le"],
    values: time,
  },
];

function comparisonsOf(columns: Column[]): fc.Arbitrary<Filter> {
  return fc.constantFrom(...columns).chain((column) =>
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant("compare" as const),
          path: fc.constant(column.path),
          operator: fc.constantFrom(...column.operators),
          value: column.values,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("compare" as const),
          path: fc.constant(column.path),
          operator: fc.constantFrom("eq" as const, "ne" as const),
          value: fc.constant(null),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.constant<Filter>({ kind: "present", path: column.path }),
      },
    ),
  );
}

/** Comparisons, also with null, and presence. */
export const userComparison: fc.Arbitrary<Filter> = comparisonsOf(COLUMNS);

/** Filters that every profile can answer for a User. */
export const userFilter: fc.Arbitrary<Filter> = trees(
  fc.oneof(
    { weight: 4, arbitrary: userComparison },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("some" as const),
        path: fc.constantFrom(at("emails"), at("phoneNumbers")),
        filter: trees(comparisonsOf(SUB_COLUMNS)),
      }),
    },
  ),
);

/** Present text, as it is stored: never empty. */
const stored = word.filter((each) => each !== "");

const contact = fc.record(
  { value: stored, type: stored, display: stored, primary: fc.boolean() },
  { requiredKeys: ["value"] },
);

const contacts = fc.array(contact, { minLength: 1, maxLength: 3 });

/** Full representations of Users, over the same small alphabet as the filters. */
export const userResource: fc.Arbitrary<JsonObject> = fc.record(
  {
    id: stored,
    userName: stored,
    externalId: stored,
    name: fc.record({ givenName: stored }),
    active: fc.boolean(),
    emails: contacts,
    phoneNumbers: contacts,
    [SCHEMA_ENTERPRISE]: fc.record({ department: stored }),
    meta: fc.record({ created: time, lastModified: time }),
  },
  { requiredKeys: ["id", "userName", "meta"] },
);
