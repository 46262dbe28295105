/** Who may pass: the token and the source of a request, as the database has them now. */
import type { Row, Statement } from "../directory/database.ts";
import { SCHEMA_VERSION } from "../directory/schema-version.ts";
import { ScimError, type Reason } from "../scim/error.ts";
import {
  parseSource,
  parseToken,
  PERMISSIONS,
  type Permission,
  type Source,
  type Token,
} from "./source.ts";

/** Whose request it is. */
interface Caller {
  readonly sourceId: string;
  readonly tokenId: string;
}

/** One row: the schema's version, the source, and the token under names that begin with `token_`. */
export function gateStatement({ sourceId, tokenId }: Caller): Statement {
  return { sql: `${GATE} ${standingTables("?1", "t.id = ?2")}`, params: [sourceId, tokenId] };
}

/** The same for the client secret of the source that one of the hashes belongs to. */
export function clientGateStatement(sourceId: string, hashes: readonly string[]): Statement {
  const isOne = "t.type = 'client_secret' AND t.hash IN (SELECT value FROM json_each(?2))";
  return {
    sql: `${GATE} ${standingTables("?1", isOne)}`,
    params: [sourceId, JSON.stringify(hashes)],
  };
}

const GATE = `SELECT v.version AS schema_version, s.*,
    t.id AS token_id, t.type AS token_type, t.pepper_id, t.hash, t.hint, t.status AS token_status,
    t.created_at AS token_created_at, t.expires_at, t.last_used_at`;

function standingTables(source: string, isToken: string): string {
  return `FROM schema_version v
    LEFT JOIN data_sources s ON s.id = ${source} AND s.deleted_at IS NULL
    LEFT JOIN tokens t ON t.source_id = ${source} AND ${isToken}`;
}

const STANDING = `v.version AS schema_version,
    s.config_version AS source_version, s.updated_at AS source_updated_at,
    t.status AS token_status, t.expires_at AS token_expires_at`;

/**
 * The statement every read carries in its own batch: revocation is immediate although KV lags.
 * One row, for `parseStanding`.
 */
export function standingStatement({ sourceId, tokenId }: Caller): Statement {
  return {
    sql: `SELECT ${STANDING} ${standingTables("?1", "t.id = ?2")}`,
    params: [sourceId, tokenId],
  };
}

/**
 * The same in front of the row of another statement, which has one at most. One statement costs
 * the database half of what two in a batch do.
 */
export function besideStanding(
  { sql, params }: Statement,
  { sourceId, tokenId }: Caller,
): Statement {
  const [source, token] = [`?${params.length + 1}`, `?${params.length + 2}`];
  return {
    sql: `SELECT ${STANDING}, r.* ${standingTables(source, `t.id = ${token}`)} LEFT JOIN (${sql}) r ON true`,
    params: [...params, sourceId, tokenId],
  };
}

/** How things stand with a caller, without what its configuration is. */
export interface Standing {
  /** Whether this is the configuration in force. */
  readonly isOf: (source: Source) => boolean;
  readonly token: TokenState | undefined;
}

/** What decides whether a token works. */
export type TokenState = Pick<Token, "status" | "expiresAt">;

/** Throws ScimError `unavailable` for another schema. */
export function parseStanding(row: Row | undefined): Standing {
  requireSchema(row);
  const expiresAt = row["token_expires_at"];
  const isEnabled = row["token_status"] === "enabled";
  return {
    // A restored database counts the same versions once more, but not at the same times.
    isOf: ({ configVersion, updatedAt }) =>
      row["source_version"] === configVersion && row["source_updated_at"] === updatedAt,
    token:
      typeof expiresAt === "number"
        ? { status: isEnabled ? "enabled" : "disabled", expiresAt }
        : undefined,
  };
}

function requireSchema(row: Row | undefined): asserts row is Row {
  if (row !== undefined && row["schema_version"] === SCHEMA_VERSION) return;
  throw new ScimError("unavailable", "Migrations are pending", { retryAfterSeconds: 30 });
}

export interface Gate {
  readonly source: Source | undefined;
  readonly token: Token | undefined;
}

/** Reads the row of `gateStatement`. Throws ScimError `unavailable` for another schema. */
export function parseGate(row: Row | undefined): Gate {
  requireSchema(row);
  const { token_id, token_type, token_status, token_created_at } = row;
  const token =
    typeof token_id === "string"
      ? parseToken({
          ...row,
          id: token_id,
          type: token_type ?? null,
          status: token_status ?? null,
          created_at: token_created_at ?? null,
        })
      : undefined;
  return { source: typeof row["id"] === "string" ? parseSource(row) : undefined, token };
}

/**
 * The source, if this token is one of its that work at `now`. Throws ScimError `unauthorized`
 * alike for a token that is unknown, expired or disabled, and for a source that is gone.
 */
export function admitToken(
  source: Source | undefined,
  token: TokenState | undefined,
  now: number,
): Source {
  if (source === undefined) throw unauthorized("source_deleted");
  if (token === undefined) throw unauthorized("token_deleted");
  if (token.status !== "enabled") throw unauthorized("token_disabled");
  if (token.expiresAt <= now) throw unauthorized("token_expired");
  return source;
}

/**
 * The source, if this token may use the permission at `now`. Throws ScimError: `unauthorized` as
 * `admitToken` does; `data_source_disabled`, `api_closed` or `permission_missing`, which the
 * client's admin can mend.
 */
export function admit(
  claimed: Source | undefined,
  token: TokenState | undefined,
  permission: Permission | undefined,
  now: number,
): Source {
  const source = admitToken(claimed, token, now);
  requireEnabled(source);
  requireProvisioning(source);
  if (!source.apiOpen) throw new ScimError("api_closed", "The API of the data source is not open");
  if (permission !== undefined && !source.permissions.includes(permission)) {
    throw new ScimError("permission_missing", `The data source lacks the permission ${permission}`);
  }
  return source;
}

/**
 * The source, as one that may be pulled: with all permissions, since what is pulled is asked for by
 * its admin. Throws ScimError `data_source_disabled` or `not_a_pull_source`.
 */
export function admitRun(source: Source | undefined): Source {
  if (source === undefined) {
    throw new ScimError("data_source_disabled", "The data source was deleted");
  }
  if (source.mode !== "pull") {
    throw new ScimError("not_a_pull_source", "The data source is pushed, not pulled");
  }
  requireEnabled(source);
  requireProvisioning(source);
  return { ...source, permissions: PERMISSIONS };
}

function requireEnabled(source: Source): void {
  if (source.status !== "enabled") {
    throw new ScimError("data_source_disabled", "The data source is disabled");
  }
}

function requireProvisioning({ provisioning }: Source): void {
  if (provisioning) return;
  throw new ScimError("data_source_disabled", "The data source's provisioning is disabled");
}

/** One answer for every token that doesn't work: only the log says why. */
export function unauthorized(note: Reason = "token_unknown"): ScimError {
  return new ScimError("unauthorized", "The bearer token is missing or not valid", { note });
}
