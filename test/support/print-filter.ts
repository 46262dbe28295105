import type { AttributePath, Filter } from "../../src/scim/filter.ts";

/** The text of a filter, so that parsing it gives the same tree. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "compare":
      return `${printPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case "present":
      return `${printPath(filter.path)} pr`;
    case "not":
      return `not (${printFilter(filter.filter)})`;
    case "some":
      return `${printPath(filter.path)}[${printFilter(filter.filter)}]`;
    default:
      return filter.filters.map(printOperand).join(` ${filter.kind} `);
  }
}

function printOperand(filter: Filter): string {
  const text = printFilter(filter);
  return filter.kind === "and" || filter.kind === "or" ? `(${text})` : text;
}

export function printPath({ schema, attribute, subAttribute }: AttributePath): string {
  const prefix = schema === undefined ? "" : `${schema}:`;
  return `${prefix}${attribute}${subAttribute === undefined ? "" : `.${subAttribute}`}`;
}
