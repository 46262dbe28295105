/** The tree of organizations as it is browsed: children, paths, and how many people are where. */
import type { Row, Statement } from "./database.ts";
import { ORGANIZATION_COLUMNS } from "./organization.ts";
import { Parameters } from "./parameters.ts";
import { numberIn, textIn } from "./row.ts";
import { ORGANIZATION } from "../scim/schemas.ts";
import { fold } from "../scim/fold.ts";
import { parentSeen, seesOrganization, type Scope } from "./scope.ts";

/** The place of a child among the others: its order, and its folded name. */
export type ChildPosition = readonly [order: number, nameKey: string];

/** After all that have an order; the index says the same number. */
const LAST = 9_007_199_254_740_992;
const ORDER = `coalesce(o.sort_order, ${LAST})`;

/** Rows for parseOrganization and `nodeOf`; each costs its own row, one of its children and its counter. */
export function childrenOf(
  scope: Scope,
  parentId: string,
  after: ChildPosition | undefined,
  limit: number,
): Statement {
  const parameters = new Parameters();
  const columns = nodeColumns(scope, parameters);
  // Else SQLite takes the index of names, which has them in another order.
  const from = `organizations o INDEXED BY organizations_order WHERE o.parent_id = ${parameters.bind(parentId)} AND o.deleted_at IS NULL`;
  const bound = `LIMIT ${parameters.bind(limit)}`;
  const part = (condition: string, order: string) => `SELECT ${columns} FROM ${from}
    AND ${condition} ORDER BY ${order} ${bound}`;
  if (after === undefined) return parameters.statement(part("true", `${ORDER}, o.name_key`));
  const [order, name] = after.map((value) => parameters.bind(value));
  // One comparison of both would read what was passed once more.
  const same = part(`${ORDER} = ${order} AND o.name_key > ${name}`, "o.name_key");
  const rest = part(`${ORDER} > ${order}`, `${ORDER}, o.name_key`);
  return parameters.statement(`SELECT * FROM (${same}) UNION ALL SELECT * FROM (${rest}) ${bound}`);
}

/** Where organizations stand by name, and those of one name by their age. */
export type NamePosition = readonly [nameKey: string, seq: number];

/** Where the tree begins for the reader: the root, or the topmost of a scope, by name. */
export function topsOf(scope: Scope, after: NamePosition | undefined, limit: number): Statement {
  const parameters = new Parameters();
  const columns = nodeColumns(scope, parameters);
  if (scope.sourceId === undefined) {
    return parameters.statement(`SELECT ${columns} FROM directories d
      CROSS JOIN organizations o ON o.id = d.root_id
      WHERE d.id = ${parameters.bind(scope.directoryId)} AND o.deleted_at IS NULL
        AND ${isAfter(after, parameters)}
      LIMIT ${parameters.bind(limit)}`);
  }
  const source = parameters.bind(scope.sourceId);
  return parameters.statement(`SELECT ${columns} FROM scope_organizations s
    CROSS JOIN organizations o ON o.id = s.organization_id
    WHERE s.source_id = ${source} AND o.deleted_at IS NULL AND ${isAfter(after, parameters)}
      AND NOT EXISTS (SELECT 1 FROM visible_orgs v
        WHERE v.source_id = ${source} AND v.organization_id = o.parent_id)
    ORDER BY o.name_key, o.seq LIMIT ${parameters.bind(limit)}`);
}

function isAfter(after: NamePosition | undefined, parameters: Parameters): string {
  const position = (after ?? ["", 0]).map((value) => parameters.bind(value)).join(", ");
  return `(o.name_key, o.seq) > (${position})`;
}

/** No row, or the live one, if the scope has it. */
export function nodeById(scope: Scope, id: string): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`SELECT ${nodeColumns(scope, parameters)} FROM organizations o
    WHERE o.id = ${parameters.bind(id)} AND o.deleted_at IS NULL AND ${seesOrganization(question, "o")}`);
}

/** By name: those whose name or code has the text in it, whatever its letter case. */
export function searchNodes(
  scope: Scope,
  text: string,
  after: NamePosition | undefined,
  limit: number,
): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  const sought = parameters.bind(fold(text));
  return parameters.statement(`SELECT ${nodeColumns(scope, parameters)} FROM organizations o
    WHERE o.directory_id = ${parameters.bind(scope.directoryId)} AND o.deleted_at IS NULL
      AND ${isAfter(after, parameters)}
      AND (instr(o.name_key, ${sought}) > 0 OR instr(coalesce(o.code_key, ''), ${sought}) > 0)
      AND ${seesOrganization(question, "o")}
    ORDER BY o.name_key, o.seq LIMIT ${parameters.bind(limit)}`);
}

function nodeColumns(scope: Scope, parameters: Parameters): string {
  const parent = parentSeen({ type: ORGANIZATION, scope, parameters }, "o");
  return `o.seq, ${ORGANIZATION_COLUMNS}, ${parent} AS parent_id, ${ORDER} AS order_key, o.name_key,
    EXISTS (SELECT 1 FROM organizations c
      WHERE c.parent_id = o.id AND c.deleted_at IS NULL) AS has_children,
    coalesce((SELECT n FROM counters WHERE owner = o.id AND name = 'users'), 0) AS users`;
}

/** What stands beside an organization in the rows above. */
export interface NodeFacts {
  readonly hasChildren: boolean;
  readonly userCount: number;
}

export function nodeFactsOf(row: Row): NodeFacts {
  return { hasChildren: row["has_children"] === 1, userCount: numberIn(row, "users") };
}

export interface PathStep {
  readonly id: string;
  readonly displayName: string;
}

/** The rows of `pathsIn`: upwards, as far as the scope goes. */
export function pathsOf(scope: Scope, ids: readonly string[]): Statement {
  const parameters = new Parameters();
  const question = { type: ORGANIZATION, scope, parameters };
  return parameters.statement(`WITH RECURSIVE up (id, at, n) AS (
      SELECT j.value, j.value, 0 FROM json_each(${parameters.bind(JSON.stringify(ids))}) j
      UNION ALL
      SELECT up.id, p.id, up.n + 1 FROM up
      CROSS JOIN organizations o ON o.id = up.at
      CROSS JOIN organizations p ON p.id = o.parent_id AND ${seesOrganization(question, "p")})
    SELECT up.id, up.n, o.id AS at, o.display_name FROM up CROSS JOIN organizations o ON o.id = up.at
    ORDER BY up.n DESC`);
}

/** By the id of the organization: the path from the top down to itself. */
export function pathsIn(rows: readonly Row[]): ReadonlyMap<string, PathStep[]> {
  const paths = new Map<string, PathStep[]>();
  for (const row of rows) {
    const id = textIn(row, "id");
    const step = { id: textIn(row, "at"), displayName: textIn(row, "display_name") };
    paths.set(id, [...(paths.get(id) ?? []), step]);
  }
  return paths;
}

/** One row {n}: the live users in the organization and below it. Reads the subtree. */
export function usersBelow(id: string): Statement {
  return {
    sql: `WITH RECURSIVE tree (id) AS (
        SELECT ?1 UNION ALL
        SELECT o.id FROM tree CROSS JOIN organizations o
          ON o.parent_id = tree.id AND o.deleted_at IS NULL)
      SELECT coalesce(sum(c.n), 0) AS n FROM tree
      CROSS JOIN counters c ON c.owner = tree.id AND c.name = 'users'`,
    params: [id],
  };
}
