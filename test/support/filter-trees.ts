import type { AttributePath, CompareOperator, Filter, FilterValue } from "../../src/scim/filter.ts";

/** The path of a dotted name. */
export function at(name: string, schema?: string): AttributePath {
  const [attribute = "", subAttribute] = name.split(".");
  return {
    ...(schema === undefined ? {} : { schema }),
    attribute,
    ...(subAttribute === undefined ? {} : { subAttribute }),
  };
}

export function compare(
  path: AttributePath | string,
  operator: CompareOperator,
  value: FilterValue,
): Filter {
  return { kind: "compare", path: typeof path === "string" ? at(path) : path, operator, value };
}

export function present(name: string): Filter {
  return { kind: "present", path: at(name) };
}

export function some(name: string, filter: Filter): Filter {
  return { kind: "some", path: at(name), filter };
}

export function and(...filters: Filter[]): Filter {
  return { kind: "and", filters };
}

export function or(...filters: Filter[]): Filter {
  return { kind: "or", filters };
}

export function not(filter: Filter): Filter {
  return { kind: "not", filter };
}
