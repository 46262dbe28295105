/** SQL that is written piece by piece: its bound values, and the few literals that may stand in it. */
import type { Statement, Value } from "./database.ts";

/** The bound values of one statement. D1 takes a hundred. */
export class Parameters {
  readonly #values: Value[] = [];

  /** The placeholder of the value; equal values share one. */
  bind(value: Value): string {
    const known = this.#values.indexOf(value);
    return `?${known === -1 ? this.#values.push(value) : known + 1}`;
  }

  statement(sql: string): Statement {
    return { sql, params: [...this.#values] };
  }
}

/** For text of ours: names of schemas, never what a client sent. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Joins conditions as a balanced tree, because D1 refuses expressions deeper than 100. */
export function joined(operator: "AND" | "OR", conditions: readonly string[]): string {
  const [first = operator === "AND" ? "1" : "0"] = conditions;
  if (conditions.length < 2) return first;
  const middle = conditions.length >> 1;
  const left = joined(operator, conditions.slice(0, middle));
  const right = joined(operator, conditions.slice(middle));
  return `(${left} ${operator} ${right})`;
}
