/** Users in the order opposite to that in which they came, which no index has those of a source in. */
import type { Statement, Value } from "./database.ts";
import { columnsOf } from "./resource-columns.ts";
import { isVisible, type Question } from "./scope.ts";

/**
 * Where users are looked for: among the newest of the directory, of which most sources see most,
 * or among the newest of each organization in the scope. The former may find too few for a page
 * where there are more, the latter reads a page for each organization.
 */
export type Newest = "newest" | "newestOfEach";

export interface Stretch {
  readonly order: Newest;
  /** The `seq` that all of them are below, if there is one. */
  readonly before: Value | undefined;
  readonly offset: number;
  readonly count: number;
}

/** Of so many times the users wanted, and so many more, the newest of the directory are looked at. */
const NEAR_TIMES = 4;
const NEAR_MORE = 200;

/** Neither reads more where there are more users. */
export function newestPage(question: Question, stretch: Stretch): Statement {
  const { scope, parameters } = question;
  const { order, before, offset, count } = stretch;
  const page = `LIMIT ${parameters.bind(count)} OFFSET ${parameters.bind(offset)}`;
  const below = before === undefined ? "" : `AND x.seq < ${parameters.bind(before)}`;
  const columns = columnsOf(question);
  if (order === "newestOfEach" && scope.sourceId !== undefined) {
    const wanted = parameters.bind(offset + count);
    const seqs = `SELECT y.seq FROM visible_orgs v CROSS JOIN users y ON y.seq IN (
        SELECT x.seq FROM users x
        WHERE x.organization_id = v.organization_id AND x.deleted_at IS NULL ${below}
        ORDER BY x.seq DESC LIMIT ${wanted})
      WHERE v.source_id = ${parameters.bind(scope.sourceId)} ORDER BY y.seq DESC ${page}`;
    return parameters.statement(`SELECT ${columns} FROM (${seqs}) c
      CROSS JOIN users u ON u.seq = c.seq ORDER BY u.seq DESC`);
  }
  const seen =
    scope.sourceId === undefined
      ? "true"
      : isVisible(scope.sourceId, parameters, "w.organization_id");
  const looked = (offset + count) * NEAR_TIMES + NEAR_MORE;
  const newest = `SELECT x.seq, x.organization_id FROM users x
    WHERE x.directory_id = ${parameters.bind(scope.directoryId)} AND x.deleted_at IS NULL ${below}
    ORDER BY x.seq DESC LIMIT ${parameters.bind(looked)}`;
  // Without an order of its own, it ends with the last row of the page.
  return parameters.statement(`SELECT ${columns} FROM (${newest}) w
    CROSS JOIN users u ON u.seq = w.seq WHERE ${seen} ${page}`);
}

/** SQL that is 1 for users below that `seq`, or for all without one. */
export function isBefore({ parameters }: Question, seq: Value | undefined): string {
  return seq === undefined ? "1" : `u.seq < ${parameters.bind(seq)}`;
}
