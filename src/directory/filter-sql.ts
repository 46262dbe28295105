/**
 * Filters as SQL conditions. They are two-valued: 1 or 0, never NULL, and answer what
 * src/scim/match.ts answers. RFC 7644 §3.4.2.2.
 */
import type { Attribute } from "../scim/attribute.ts";
import { fold } from "../scim/fold.ts";
import type { ResolvedFilter } from "../scim/resolve.ts";
import { columnOf, hasContent, valuesOf } from "./columns.ts";
import type { Leaf } from "./memberships.ts";
import { joined, type Parameters } from "./parameters.ts";
import type { Question } from "./scope.ts";

type Comparison = Extract<ResolvedFilter, { kind: "compare" }>;

/** What is asked of a column. */
type Test = (column: string) => string;

/** Puts the test to what stands at the leaf's target: 1 where any value passes it. */
type Ask = (leaf: Leaf, test: Test) => string;

/** Throws `invalidFilter` for what has no answer here. */
export function filterCondition(filter: ResolvedFilter, question: Question): string {
  return compile(filter, question, (leaf, test) => {
    const values = valuesOf(leaf, question);
    if (values === undefined) return test(columnOf(leaf.target, question));
    return values.has(test(values.column(leaf.target.sub)));
  });
}

function compile(filter: ResolvedFilter, question: Question, ask: Ask): string {
  switch (filter.kind) {
    case "and":
      return joined(
        "AND",
        filter.filters.map((part) => compile(part, question, ask)),
      );
    case "or":
      return joined(
        "OR",
        filter.filters.map((part) => compile(part, question, ask)),
      );
    case "not":
      return `NOT ${compile(filter.filter, question, ask)}`;
    case "present":
      return present(filter, question, ask);
    case "some":
      return some(filter, question);
    default:
      return compare(filter, question, ask);
  }
}

/** Brackets: the conditions inside hold of one and the same value. */
function some(filter: Extract<ResolvedFilter, { kind: "some" }>, question: Question): string {
  const values = valuesOf(filter, question);
  if (values === undefined) return "0";
  return values.has(
    compile(filter.filter, question, (leaf, test) => test(values.column(leaf.target.attribute))),
  );
}

function present(leaf: Leaf, question: Question, ask: Ask): string {
  const { attribute, sub } = leaf.target;
  const isWhole = attribute.type === "complex" && sub === undefined;
  return isWhole ? hasContent(leaf, question) : ask(leaf, isPresent);
}

function compare(filter: Comparison, question: Question, ask: Ask): string {
  const { operator, value } = filter;
  if (operator === "ne") return `NOT ${compare({ ...filter, operator: "eq" }, question, ask)}`;
  if (value === null) return `NOT ${present(filter, question, ask)}`;
  return ask(filter, comparison(filter, question.parameters));
}

const isPresent: Test = (column) => `coalesce(${column} <> '', 0)`;

const ORDER = { gt: ">", ge: ">=", lt: "<", le: "<=" } as const;

function comparison({ target, operator, value }: Comparison, parameters: Parameters): Test {
  const wanted = comparable(value, target.sub ?? target.attribute);
  // A value with nothing in it is part of every text with something in it.
  if (wanted === "" && isSubstring(operator)) return isPresent;
  const bound = parameters.bind(wanted);
  switch (operator) {
    case "eq":
    case "ne":
      return (column) => `(${column} IS ${bound})`;
    case "co":
    case "sw":
    case "ew":
      return substring(operator, bound);
    default:
      return (column) => `coalesce(${column} ${ORDER[operator]} ${bound}, 0)`;
  }
}

function isSubstring(operator: Comparison["operator"]): boolean {
  return operator === "co" || operator === "sw" || operator === "ew";
}

/** Not LIKE: D1 refuses patterns longer than 50 bytes, and LIKE folds ASCII only. */
function substring(operator: "co" | "sw" | "ew", bound: string): Test {
  switch (operator) {
    case "co":
      return (column) => `coalesce(instr(${column}, ${bound}) > 0, 0)`;
    case "sw":
      return (column) => `coalesce(instr(${column}, ${bound}) = 1, 0)`;
    default:
      return (column) => `coalesce(substr(${column}, -length(${bound})) = ${bound}, 0)`;
  }
}

/** The value as columns have it: text folded unless case-exact, booleans as json_extract() gives them. */
function comparable(value: Comparison["value"], { caseExact }: Attribute): string | number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" && !caseExact ? fold(value) : value;
}
