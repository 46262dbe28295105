/** Reading the audit, and proving that it is as it was written. */
import { z } from "zod";
import type { Database, Row, Statement, Value } from "../directory/database.ts";
import { Parameters } from "../directory/parameters.ts";
import { auditHmac, type AuditRow } from "./audit.ts";
import type { Pepper } from "./secret.ts";

export interface AuditQuery {
  readonly chain?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetId?: string | undefined;
  /** Epoch milliseconds, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Rows before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface SeqRow extends AuditRow {
  readonly seq: number;
}

const auditRow = z.object({
  seq: z.number(),
  chain: z.string(),
  position: z.number(),
  at: z.number(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  target_type: z.string(),
  target_id: z.string(),
  changes: z.string(),
  request_id: z.string(),
  previous: z.string(),
  pepper_id: z.string(),
  hmac: z.string(),
});

function parseAudit(row: Row): SeqRow {
  const { target_type, target_id, request_id, pepper_id, ...same } = auditRow.parse(row);
  return {
    ...same,
    targetType: target_type,
    targetId: target_id,
    requestId: request_id,
    pepperId: pepper_id,
  };
}

/** So many rows are looked at for one page of a list with filters. */
const WINDOW = 2_000;

/** Newest first; a page may be short, and still have a next one. */
export async function auditPage(
  db: Database,
  query: AuditQuery,
): Promise<{ rows: readonly SeqRow[]; next: number | undefined }> {
  const [found = [], [end] = []] = await db.batch(auditListStatements(query));
  const rows = found.slice(0, query.limit).map(parseAudit);
  if (found.length > query.limit) return { rows, next: rows.at(-1)?.seq };
  return { rows, next: end && Number(end["seq"]) };
}

function auditListStatements(query: AuditQuery): Statement[] {
  const parameters = new Parameters();
  const bind = (value: Value) => parameters.bind(value);
  const { before = Number.MAX_SAFE_INTEGER, from = 0, to = Number.MAX_SAFE_INTEGER } = query;
  const range = `FROM audit WHERE seq < ${bind(before)} ORDER BY seq DESC`;
  const end = parameters.statement(`SELECT seq ${range} LIMIT 1 OFFSET ${WINDOW - 1}`);
  const asked: readonly (readonly [string, Value | undefined])[] = [
    ["chain", query.chain],
    ["actor", query.actor],
    ["action", query.action],
    ["target_id", query.targetId],
  ];
  const rest = asked.flatMap(([column, value]) =>
    value === undefined ? [] : [`AND ${column} = ${bind(value)}`],
  );
  const sql = `SELECT * FROM (SELECT * ${range} LIMIT ${WINDOW})
    WHERE at BETWEEN ${bind(from)} AND ${bind(to)} ${rest.join(" ")}
    ORDER BY seq DESC LIMIT ${bind(query.limit + 1)}`;
  return [parameters.statement(sql), end];
}

/** What is wrong with a row: it isn't as it was written, or what was before it is gone. */
export type Flaw = "changed" | "gap" | "pepper_unknown";

export interface Verified {
  readonly checked: number;
  readonly broken?: { readonly seq: number; readonly chain: string; readonly why: Flaw };
  /** The last row of each chain among those checked. */
  readonly heads: readonly { chain: string; seq: number; position: number; hmac: string }[];
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined;
}

/**
 * Checks the rows after `after` in their order, up to `limit` or the first that is broken. Each is
 * held against the one before it in its chain, so a page knows nothing of the page before.
 */
export async function verifyAudit(
  db: Database,
  peppers: readonly Pepper[],
  after: number,
  limit: number,
): Promise<Verified> {
  const [found = []] = await db.batch([{ sql: CHAINED, params: [after, limit + 1] }]);
  const heads = new Map<string, Verified["heads"][number]>();
  let checked = 0;
  for (const row of found.slice(0, limit)) {
    const one = parseAudit(row);
    const { seq, chain, position, hmac } = one;
    const why = await flawOf(one, row["before"] ?? null, peppers);
    checked++;
    if (why !== undefined) {
      return { checked, broken: { seq, chain, why }, heads: [...heads.values()], next: undefined };
    }
    heads.set(chain, { chain, seq, position, hmac });
  }
  const next = found.length > limit ? Number(found[limit - 1]?.["seq"]) : undefined;
  return { checked, heads: [...heads.values()], next };
}

const CHAINED = `SELECT a.*, b.hmac AS before FROM (
    SELECT * FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2) a
  LEFT JOIN audit b ON b.chain = a.chain AND b.position = a.position - 1
  ORDER BY a.seq`;

async function flawOf(
  row: SeqRow,
  before: Value,
  peppers: readonly Pepper[],
): Promise<Flaw | undefined> {
  if (row.position > 1 && before === null) return "gap";
  const pepper = peppers.find(({ id }) => id === row.pepperId);
  if (pepper === undefined) return "pepper_unknown";
  if (row.hmac !== (await auditHmac(pepper, row))) return "changed";
  // What was put in the place of the row before has another HMAC.
  return row.previous === (before ?? "") ? undefined : "gap";
}
