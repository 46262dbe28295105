/** Who of a source's own was not in the upstream's list. */
import type { Database, Row, Statement } from "../directory/database.ts";
import { numberIn, textIn } from "../directory/row.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Seen } from "./seen.ts";

export type MissingType = "User" | "Organization";

export interface Absent {
  readonly type: MissingType;
  readonly seq: number;
  readonly id: string;
  /** What it is asked for by. */
  readonly externalId: string;
  readonly name: string;
  /** Of an organization: levels below the root. */
  readonly depth: number;
  /** Whether an earlier complete run missed it as well. */
  readonly before: boolean;
}

export interface Walked {
  readonly type: MissingType;
  /** Those of them who would be removed, and who count. */
  readonly live: number;
  readonly absent: readonly Absent[];
  /** The upstream's id of the eldest one who was in the list. */
  readonly control: string | undefined;
}

const AT_ONCE = 10_000;

const TABLES = {
  User: {
    table: "users",
    live: "active",
    name: "user_name_key",
    depth: "0",
  },
  Organization: {
    table: "organizations",
    live: "1",
    name: "display_name",
    depth: "depth",
  },
} as const;

export interface Walk {
  readonly type: MissingType;
  readonly sourceId: string;
  /** Rows that are younger were made by the run. */
  readonly maxSeq: number;
  /** Those who are disabled already are only missed where they would be deleted. */
  readonly withDisabled: boolean;
}

/** Walks along the rows of the source in pages: two rows read for each. */
export async function walkAbsent(db: Database, walk: Walk, seen: Seen): Promise<Walked> {
  const missing: number[] = [];
  let found: number | undefined;
  let live = 0;
  for (let after = -1, more = true; more;) {
    const [rows = []] = await db.batch([walkStatement(walk, after)]);
    for (const row of rows) {
      const isLive = row["live"] === 1;
      if (isLive) live++;
      const seq = numberIn(row, "seq");
      if (seen.has(walk.type, seq)) found ??= seq;
      else if (isLive || walk.withDisabled) missing.push(seq);
      after = seq;
    }
    more = rows.length === AT_ONCE;
  }
  const described = await describe(db, walk, found === undefined ? missing : [found, ...missing]);
  const control = described.find(({ seq }) => seq === found)?.externalId;
  return { type: walk.type, live, absent: described.filter(({ seq }) => seq !== found), control };
}

function walkStatement({ type, sourceId, maxSeq }: Walk, after: number): Statement {
  const { table, live } = TABLES[type];
  return {
    sql: `SELECT seq, ${live} AS live FROM ${table}
      WHERE source_id = ?1 AND upstream_hash IS NOT NULL AND deleted_at IS NULL
        AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ${AT_ONCE}`,
    params: [sourceId, after, maxSeq],
  };
}

async function describe(
  db: Database,
  { type, sourceId }: Walk,
  seqs: readonly number[],
): Promise<Absent[]> {
  const { table, name, depth } = TABLES[type];
  const statements = rowStatements(
    `SELECT r.seq, r.id, coalesce(r.external_id, '') AS external_id,
        r.${name} AS name, ${depth} AS depth, EXISTS (
          SELECT 1 FROM missing m
          WHERE m.source_id = ?2 AND m.resource_type = ?3 AND m.resource_id = r.id
        ) AS before
      FROM :rows CROSS JOIN ${table} r ON r.seq = j.value`,
    seqs,
    sourceId,
    type,
  );
  const rows = statements.length === 0 ? [] : await db.batch(statements);
  return rows.flat().map((row) => absentOf(type, row));
}

function absentOf(type: MissingType, row: Row): Absent {
  return {
    type,
    seq: numberIn(row, "seq"),
    id: textIn(row, "id"),
    externalId: textIn(row, "external_id"),
    name: textIn(row, "name"),
    depth: numberIn(row, "depth"),
    before: row["before"] === 1,
  };
}
