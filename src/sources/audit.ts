/**
 * The audit of what admins do: rows that nobody changes, each with an HMAC over itself and the row
 * before it in its chain. A chain is a source's or a directory's, or that of the deployment. Whoever
 * takes rows off its end can't be found out from the rest: hence the heads, to be kept elsewhere.
 */
import { desc, eq } from "drizzle-orm";
import { audit } from "../directory/activity-tables.ts";
import type { Database, Row, Statement } from "../directory/database.ts";
import { boundedDiff, type Diff } from "../directory/diff.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Role } from "./admin-keys.ts";
import { base64url, macUnder, type Pepper } from "./secret.ts";

/** The chain of what is written without an object, one in each shard. */
export const DEPLOYMENT = "deployment";

/** Something an admin did. */
export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly role: Role;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly diff: Diff;
  readonly requestId: string;
}

/** The last row of a chain. */
export interface AuditHead {
  readonly position: number;
  readonly hmac: string;
}

/** What the HMAC is over, beside the HMAC before it. */
export interface AuditContent {
  readonly chain: string;
  readonly position: number;
  readonly at: number;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly changes: string;
  readonly requestId: string;
  readonly previous: string;
}

export interface AuditRow extends AuditContent {
  readonly pepperId: string;
  readonly hmac: string;
}

export const NO_HEAD: AuditHead = { position: 0, hmac: "" };

/** The rows that follow the head, in the order of the entries. */
export async function sealed(
  [pepper]: readonly Pepper[],
  chain: string,
  head: AuditHead,
  entries: readonly AuditEntry[],
): Promise<AuditRow[]> {
  if (pepper === undefined) throw new Error("Without a pepper nobody is served");
  const rows: AuditRow[] = [];
  for (const { diff, ...entry } of entries) {
    const before = rows.at(-1) ?? head;
    const content = {
      ...entry,
      chain,
      position: before.position + 1,
      changes: JSON.stringify(boundedDiff(diff)),
      previous: before.hmac,
    };
    rows.push({ ...content, pepperId: pepper.id, hmac: await auditHmac(pepper, content) });
  }
  return rows;
}

/** Under a key of its own, so that it is never the hash of a token. */
export async function auditHmac(pepper: Pepper, content: AuditContent): Promise<string> {
  const raw = Uint8Array.from(await macUnder(pepper, "audit"));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  const text = JSON.stringify([
    content.chain,
    content.position,
    content.at,
    content.actor,
    content.role,
    content.action,
    content.targetType,
    content.targetId,
    content.changes,
    content.requestId,
    content.previous,
  ]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return base64url(new Uint8Array(mac));
}

/** Aborts unless the chain ends where the rows begin; then adds them. None for no rows. */
export function auditStatements(rows: readonly AuditRow[]): Statement[] {
  const [first] = rows;
  if (first === undefined) return [];
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE coalesce((
        SELECT hmac FROM audit WHERE chain = ?1 ORDER BY position DESC LIMIT 1), '') <> ?2`,
      params: [first.chain, first.previous],
    },
    ...rowStatements(INSERT, rows),
  ];
}

const INSERT = `INSERT INTO audit (chain, position, at, actor, role, action, target_type, target_id,
    changes, request_id, previous, pepper_id, hmac)
  SELECT :row ->> 'chain', :row ->> 'position', :row ->> 'at', :row ->> 'actor', :row ->> 'role',
    :row ->> 'action', :row ->> 'targetType', :row ->> 'targetId', :row ->> 'changes',
    :row ->> 'requestId', :row ->> 'previous', :row ->> 'pepperId', :row ->> 'hmac'
  :from`;

/** The head of the chain, for `parseHead`; `:row` is its name. */
export const HEAD =
  "SELECT position, hmac FROM audit WHERE chain = :row ORDER BY position DESC LIMIT 1";

export function parseHead(row: Row | undefined): AuditHead {
  if (row === undefined) return NO_HEAD;
  return { position: Number(row["position"]), hmac: String(row["hmac"]) };
}

export async function readHead(db: Database, chain: string): Promise<AuditHead> {
  const [row] = await db.read((query) =>
    query
      .select({ position: audit.position, hmac: audit.hmac })
      .from(audit)
      .where(eq(audit.chain, chain))
      .orderBy(desc(audit.position))
      .limit(1),
  );
  return row ?? NO_HEAD;
}
