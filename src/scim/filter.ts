/** Filters and PATCH paths as text. RFC 7644 §3.4.2.2, §3.5.2. */
import { LIMITS } from "./messages.ts";
import { Scanner } from "./scanner.ts";

const OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
export type CompareOperator = (typeof OPERATORS)[number];

/** A name as it was written; `schema` is the URN before it, without the last colon. */
export interface AttributePath {
  schema?: string;
  attribute: string;
  subAttribute?: string;
}

export type FilterValue = string | number | boolean | null;

/** `and` and `or` are flattened: neither holds its own kind, and both hold two filters or more. */
export type Filter =
  | { kind: "compare"; path: AttributePath; operator: CompareOperator; value: FilterValue }
  | { kind: "present"; path: AttributePath }
  | { kind: "not"; filter: Filter }
  | { kind: "and" | "or"; filters: Filter[] }
  | { kind: "some"; path: AttributePath; filter: Filter };

/** `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`; a bare URN has the attribute "". */
export interface PatchPath {
  path: AttributePath;
  filter?: Filter;
}

/** Throws `invalidFilter`. */
export function parseFilter(text: string): Filter {
  return new FilterParser(new Scanner(text, "invalidFilter")).parse("");
}

/**
 * PATH = attrPath / valuePath [subAttr]
 *
 * Throws `invalidPath`.
 */
export function parsePath(text: string): PatchPath {
  const scanner = new Scanner(text, "invalidPath");
  const path = attributePath(scanner);
  const filter = scanner.take("[") ? valueFilter(scanner, path) : undefined;
  const sub = filter === undefined ? undefined : subAttribute(scanner);
  if (!scanner.atEnd()) throw scanner.unexpected("the end");
  return {
    path: sub === undefined ? path : { ...path, subAttribute: sub },
    ...(filter === undefined ? {} : { filter }),
  };
}

/** valuePath = attrPath "[" valFilter "]" */
function valueFilter(scanner: Scanner, path: AttributePath): Filter {
  if (path.subAttribute !== undefined) throw scanner.refusal("a sub-attribute takes no brackets");
  return new FilterParser(scanner).parse("]");
}

/** An open bracket, or the whole text: what was read inside it, and what it makes of that. */
interface Frame {
  readonly closing: "" | ")" | "]";
  readonly parent: Frame | undefined;
  readonly depth: number;
  readonly inValuePath: boolean;
  readonly finish: (filter: Filter) => Filter;
  /** The operands since the last `or`, joined by `and`. */
  terms: Filter[];
  /** What stands before each `or`. */
  readonly alternatives: Filter[];
}

/** Keeps its own stack, so that nesting costs no calls. */
class FilterParser {
  readonly #scanner: Scanner;
  #frame: Frame | undefined;
  #comparisons = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Reads up to the closing bracket, or to the end of the text. */
  parse(closing: "" | "]"): Filter {
    this.#open(closing, (filter) => filter);
    for (;;) {
      const operand = this.#operand();
      const whole = operand === undefined ? undefined : this.#afterOperand(operand);
      if (whole !== undefined) return whole;
    }
  }

  #open(closing: Frame["closing"], finish: Frame["finish"]): undefined {
    const parent = this.#frame;
    const depth = (parent?.depth ?? 0) + (closing === "" ? 0 : 1);
    if (depth > LIMITS.filterDepth) {
      throw this.#scanner.refusal(`more than ${LIMITS.filterDepth} levels of brackets`);
    }
    const inValuePath = closing === "]" || (parent?.inValuePath ?? false);
    this.#frame = { closing, parent, depth, inValuePath, finish, terms: [], alternatives: [] };
  }

  /**
   * FILTER = attrExp / logExp / valuePath / *1"not" "(" FILTER ")"
   *
   * Undefined when a bracket was opened: its content comes next.
   */
  #operand(): Filter | undefined {
    if (this.#scanner.take("(")) return this.#open(")", (filter) => filter);
    const word = this.#scanner.word();
    if (word.toLowerCase() === "not" && this.#scanner.take("(")) {
      return this.#open(")", (filter) => ({ kind: "not", filter }));
    }
    const path = toAttributePath(word, this.#scanner);
    if (!this.#scanner.take("[")) return this.#comparison(path);
    if (this.#frame?.inValuePath === true || path.subAttribute !== undefined) {
      throw this.#scanner.refusal(
        "square brackets inside square brackets or after a sub-attribute",
      );
    }
    return this.#open("]", (filter) => this.#valuePath(path, filter));
  }

  /** attrExp = (attrPath SP "pr") / (attrPath SP compareOp SP compValue) */
  #comparison(path: AttributePath): Filter {
    if (++this.#comparisons > LIMITS.filterComparisons) {
      throw this.#scanner.refusal(`more than ${LIMITS.filterComparisons} comparisons`);
    }
    const word = this.#scanner.word().toLowerCase();
    if (word === "pr") return { kind: "present", path };
    const operator = OPERATORS.find((known) => known === word);
    if (operator === undefined) throw this.#scanner.unexpected("an operator");
    return { kind: "compare", path, operator, value: this.#scanner.value() };
  }

  /** Entra compares a sub-attribute of the values selected: `emails[type eq "work"].value eq "x"`. */
  #valuePath(path: AttributePath, filter: Filter): Filter {
    const sub = subAttribute(this.#scanner);
    if (sub === undefined) return { kind: "some", path, filter };
    const comparison = this.#comparison({ attribute: sub });
    return { kind: "some", path, filter: join("and", [filter, comparison]) };
  }

  /**
   * logExp = FILTER SP ("and" / "or") SP FILTER
   *
   * Closes the brackets that end after the operand; returns the whole once nothing is open.
   */
  #afterOperand(operand: Filter): Filter | undefined {
    let filter = operand;
    for (let frame = this.#frame; frame !== undefined; frame = frame.parent) {
      frame.terms.push(filter);
      if (!this.#closes(frame)) {
        this.#frame = frame;
        this.#conjunction(frame);
        return undefined;
      }
      filter = frame.finish(join("or", [...frame.alternatives, join("and", frame.terms)]));
    }
    return filter;
  }

  #closes({ closing }: Frame): boolean {
    return closing === "" ? this.#scanner.atEnd() : this.#scanner.take(closing);
  }

  #conjunction(frame: Frame): void {
    const word = this.#scanner.word().toLowerCase();
    if (word === "and") return;
    if (word !== "or") throw this.#scanner.unexpected('"and", "or" or the end');
    frame.alternatives.push(join("and", frame.terms));
    frame.terms = [];
  }
}

/** One filter stands for itself; filters of the same kind give up their parts. */
function join(kind: "and" | "or", filters: Filter[]): Filter {
  const [first] = filters;
  if (filters.length === 1 && first !== undefined) return first;
  return {
    kind,
    filters: filters.flatMap((filter) => (filter.kind === kind ? filter.filters : [filter])),
  };
}

/** subAttr = "." ATTRNAME ; directly after the bracket */
function subAttribute(scanner: Scanner): string | undefined {
  if (scanner.peek() !== ".") return undefined;
  const name = scanner.word().slice(1);
  if (!ATTRIBUTE_NAME.test(name)) throw scanner.unexpected("a sub-attribute");
  return name;
}

function attributePath(scanner: Scanner): AttributePath {
  return toAttributePath(scanner.word(), scanner);
}

// ATTRNAME = ALPHA *(nameChar); RFC 7643 uses "$ref" too. A name with "_" first is just unknown.
const ATTRIBUTE_NAME = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/** attrPath = [URI ":"] ATTRNAME *1subAttr */
function toAttributePath(word: string, scanner: Scanner): AttributePath {
  const { schema, rest } = splitUrn(word);
  if (schema !== undefined && rest === undefined) return { schema, attribute: "" };
  const [attribute = "", subAttribute, ...others] = (rest ?? word).split(".");
  const names = subAttribute === undefined ? [attribute] : [attribute, subAttribute];
  if (others.length > 0 || !names.every((name) => ATTRIBUTE_NAME.test(name))) {
    throw scanner.unexpected("an attribute name");
  }
  return {
    ...(schema === undefined ? {} : { schema }),
    attribute,
    ...(subAttribute === undefined ? {} : { subAttribute }),
  };
}

/** A URN whose last part but one is a version ("2.0:User") has no attribute after it. */
function splitUrn(word: string): { schema?: string; rest?: string } {
  const colon = word.lastIndexOf(":");
  const schema = word.slice(0, Math.max(0, colon));
  if (!/^urn:./i.test(schema)) return {};
  const rest = word.slice(colon + 1);
  const part = schema.slice(schema.lastIndexOf(":") + 1);
  return /^[0-9.]+$/.test(part) && rest !== "" ? { schema: word } : { schema, rest };
}
