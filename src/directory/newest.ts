/** Users in the order opposite to that in which they came. No index has those of a source so. */
import type { Statement, Value } from "./database.ts";
import { columnsOf } from "./resource-columns.ts";
import { isVisible, type Question } from "./scope.ts";

export interface Stretch {
  /** The `seq` that all of them are below, if there is one. */
  readonly before: Value | undefined;
  readonly offset: number;
  readonly count: number;
}

/** Of so many times the users wanted, and so many more, the newest of the directory are looked at. */
const NEAR_TIMES = 4;
const NEAR_MORE = 200;

export function newestPage(question: Question, stretch: Stretch): Statement {
  return question.parameters.statement(`SELECT ${columnsOf(question)}
    FROM (${newestSeqs(question, stretch)}) c CROSS JOIN users u ON u.seq = c.seq
    ORDER BY u.seq DESC`);
}

/** SQL that is 1 for users below that `seq`, or for all without one. */
export function isBefore({ parameters }: Question, seq: Value | undefined): string {
  return seq === undefined ? "1" : `u.seq < ${parameters.bind(seq)}`;
}

/**
 * SQL for the `seq` of users, newest first. Most sources see most of what is new in the directory:
 * its newest users are looked at, and where too few of them are in the scope, the newest of each
 * organization in the scope. Neither reads more for more users.
 */
function newestSeqs(question: Question, { before, offset, count }: Stretch): string {
  const { scope, parameters } = question;
  const directory = parameters.bind(scope.directoryId);
  const wanted = parameters.bind(offset + count);
  const page = `LIMIT ${parameters.bind(count)} OFFSET ${parameters.bind(offset)}`;
  const below = (alias: string) =>
    before === undefined ? "" : `AND ${alias}.seq < ${parameters.bind(before)}`;
  const newest = `SELECT x.seq, x.organization_id FROM users x
    WHERE x.directory_id = ${directory} AND x.deleted_at IS NULL ${below("x")}
    ORDER BY x.seq DESC`;
  if (scope.sourceId === undefined) return `SELECT seq FROM (${newest} ${page})`;
  const looked = parameters.bind((offset + count) * NEAR_TIMES + NEAR_MORE);
  return `WITH near (seq) AS MATERIALIZED (
      SELECT w.seq FROM (${newest} LIMIT ${looked}) w
      WHERE ${isVisible(scope.sourceId, parameters, "w.organization_id")} LIMIT ${wanted}),
    far (seq) AS (
      SELECT y.seq FROM visible_orgs v CROSS JOIN users y ON y.seq IN (
        SELECT z.seq FROM users z
        WHERE z.organization_id = v.organization_id AND z.deleted_at IS NULL ${below("z")}
        ORDER BY z.seq DESC LIMIT ${wanted})
      WHERE v.source_id = ${parameters.bind(scope.sourceId)}
      LIMIT iif((SELECT count(*) FROM near) < ${wanted}, -1, 0))
    SELECT seq FROM near UNION SELECT seq FROM far ORDER BY seq DESC ${page}`;
}
