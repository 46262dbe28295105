/** The one read before a write: everything a group of operations is decided on, in one round trip. */
import type { Database, Row, Value } from "../directory/database.ts";
import { parseField, type CustomField } from "../directory/custom-field.ts";
import { parseGroup, type Group } from "../directory/group.ts";
import { parsePolicy, POLICY, type PasswordPolicy } from "../directory/password-policy.ts";
import { SCHEMA_VERSION } from "../directory/schema-version.ts";
import { parseUser, type User } from "../directory/user.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { isReason, ScimError, type Refusal } from "../scim/error.ts";
import { HEAD as AUDIT_HEAD, parseHead, type AuditHead } from "./audit.ts";
import { HELD_SECONDS } from "./guard.ts";
import { guardParts, parseGuard, type GuardFacts, type Remover } from "./guard-reads.ts";
import { pairKey, uniqueKey, type Keys } from "./keys.ts";
import { scopeFactsOf, scopeReads } from "./scope-facts.ts";
import type { ScopeFacts, ScopeQuestion } from "./settings-scope.ts";
import { parseOwners, type Owners } from "./owners.ts";
import { readTree, treeReads, type ReadTree } from "./organization-reads.ts";
import {
  groupParts,
  handParts,
  userParts,
  type Part,
  type PartName,
  type Reader,
} from "./snapshot-parts.ts";
import { parseSource, parseToken, type Source, type Token } from "./source.ts";

/** A user as read for a write, with what its attributes don't say. */
export interface ReadUser extends User {
  /** Undefined while it is being created. */
  readonly seq: number | undefined;
  /** Whether the source that writes may see it. */
  readonly visible: boolean;
  /** False when it was found by its name and no source that still exists owns it. */
  readonly owned: boolean;
}

export interface ReadGroup extends Group {
  /** Undefined while it is being created. */
  readonly seq: number | undefined;
  /** Whether the scope of the source that writes names it. */
  readonly listed: boolean;
}

export interface LoggedOperation {
  readonly status: number;
  readonly resourceId: string | null;
  /** Why it was refused. */
  readonly refusal: Refusal | undefined;
}

export interface Snapshot {
  readonly keys: Keys;
  readonly epoch: number;
  readonly source: Source | undefined;
  /** Those of the source that ask, or all of its tokens and client secrets where settings change. */
  readonly tokens: readonly Token[];
  readonly done: ReadonlyMap<string, LoggedOperation>;
  readonly users: readonly ReadUser[];
  readonly groups: readonly ReadGroup[];
  /** "groupId userId" of the memberships asked for that exist. */
  readonly pairs: ReadonlySet<string>;
  /** "kind key" → id of the user that holds it. */
  readonly uniqueValues: ReadonlyMap<string, string>;
  /** The default one where no request brings a password. */
  readonly passwords: PasswordPolicy;
  /** The directory's custom fields, read for requests that change them. */
  readonly fields: readonly CustomField[];
  readonly tree: ReadTree;
  /** Of what is changed by hand. */
  readonly owners: Owners;
  /** The directory's root organization, read for requests that change settings. */
  readonly rootId: string | undefined;
  /** Where the audit has got to, read for what admins do. */
  readonly auditHead: AuditHead;
  /** Read for a request that changes the scope or the target. */
  readonly scope: ScopeFacts | undefined;
  /** Of what is removed by whoever is guarded. */
  readonly guard: GuardFacts;
}

export interface SnapshotRequest {
  /** Name of the Durable Object, which is the id of its source. */
  readonly object: string;
  readonly directoryId: string;
  /** Whoever's scope decides what is seen: the source, an application, or null for all. */
  readonly seer: string | null;
  readonly byHand: boolean;
  readonly opIds: readonly string[];
  readonly keys: Keys;
  readonly withAudit: boolean;
  readonly withPasswords: boolean;
  readonly withFields: boolean;
  readonly scope: ScopeQuestion | undefined;
  /** The tokens that ask; undefined where settings are decided, on all tokens and the root. */
  readonly actors: readonly string[] | undefined;
  /** Claims a new epoch, above this one, in the same transaction; undefined only reads it. */
  readonly claimAbove: number | undefined;
  /** Null where nobody is guarded. */
  readonly remover: Remover | null;
  readonly now: number;
}

/** Throws ScimError `unavailable` when the database can't answer or has another schema. */
export async function readSnapshot(db: Database, request: SnapshotRequest): Promise<Snapshot> {
  const parts = partsOf(request);
  const rows = await db.batch(parts.map(({ statement }) => statement));
  const of = (name: PartName): readonly Row[] =>
    parts.flatMap((part, index) => (part.name === name ? (rows[index] ?? []) : []));
  const [head] = of("head");
  if (head?.["schema_version"] !== SCHEMA_VERSION) {
    throw new ScimError("unavailable", "Migrations are pending", { retryAfterSeconds: 30 });
  }
  const [root] = of("root");
  return {
    keys: request.keys,
    epoch: numberOf(head["epoch"]),
    source: typeof head["id"] === "string" ? parseSource(head) : undefined,
    rootId: typeof root?.["root_id"] === "string" ? root["root_id"] : undefined,
    auditHead: parseHead(of("audit")[0]),
    passwords: parsePolicy(of("passwords")[0]),
    fields: of("fields").map(parseField),
    scope: request.scope && scopeFactsOf(of),
    tokens: of("tokens").map(parseToken),
    done: new Map(of("done").map((row) => [String(row["op_id"]), logged(row)])),
    users: uniqueById(of("users").map(readUser)),
    groups: uniqueById([...of("groups"), ...of("groupsOf")].map(readGroup)),
    pairs: new Set([...of("pairs"), ...of("groupsOf")].map(pairOf)),
    uniqueValues: new Map(of("uniqueValues").map(uniqueValueOf)),
    tree: readTree(request.keys, of),
    owners: parseOwners(of("owners")),
    guard: parseGuard(of, request.now),
  };
}

function partsOf({ object, directoryId, seer, keys, ...request }: SnapshotRequest): Part[] {
  const read: Reader = (name, sql, rows, ...params) =>
    rowStatements(sql, [...rows], ...params).map((statement) => ({ name, statement }));
  const { claimAbove } = request;
  const claims = claimAbove === undefined ? [] : [object];
  const scope = request.scope ? scopeReads(request.scope, object, directoryId) : [];
  const roots = request.actors === undefined ? [directoryId] : [];
  return [
    ...read("head", CLAIM, claims, claimAbove ?? 0),
    ...read("head", HEAD, [object]),
    ...read("root", "SELECT root_id FROM directories WHERE id = :row", roots),
    ...read("audit", AUDIT_HEAD, request.withAudit ? [object] : []),
    ...read("passwords", POLICY, request.withPasswords ? [directoryId] : []),
    ...read("fields", FIELDS, request.withFields ? [directoryId] : []),
    ...(request.actors === undefined
      ? read("tokens", "SELECT * FROM tokens WHERE source_id = :row", [object])
      : read("tokens", ACTORS, new Set(request.actors), object)),
    ...read("done", DONE, request.opIds),
    ...userParts(read, keys, directoryId, seer),
    ...groupParts(read, keys, directoryId, seer),
    ...(request.byHand ? handParts(read, keys, directoryId) : []),
    ...read("uniqueValues", UNIQUE, [...keys.uniqueValues].map(splitUnique), directoryId),
    ...scope.flatMap(({ name, sql, rows, params }) => read(name, sql, rows, ...params)),
    ...treeReads(keys, directoryId, seer),
    ...guardParts(read, keys, request.remover, { object, now: request.now }),
  ];
}

const FIELDS = "SELECT * FROM custom_fields WHERE directory_id = :row ORDER BY name";

const CLAIM = `INSERT INTO epochs (object, epoch) VALUES (:row, ?2 + 1)
  ON CONFLICT (object) DO UPDATE SET epoch = max(epoch, ?2) + 1`;

const HEAD = `SELECT v.version AS schema_version, e.epoch, s.*
  FROM schema_version v
  LEFT JOIN epochs e ON e.object = :row
  LEFT JOIN data_sources s ON s.id = :row AND s.deleted_at IS NULL`;

const ACTORS = `SELECT t.* FROM :rows CROSS JOIN tokens t ON t.id = j.value AND t.source_id = ?2`;

const DONE = `SELECT o.op_id, o.status, o.resource_id, o.reason, o.detail
  FROM :rows CROSS JOIN op_log o ON o.op_id = j.value`;

const UNIQUE = `SELECT n.kind, n.key, n.user_id FROM :rows
  CROSS JOIN unique_values n
    ON n.directory_id = ?2 AND n.kind = j.value ->> 0 AND n.key = j.value ->> 1`;

/** A kind has no space in it; a key may. */
function splitUnique(key: string): [string, string] {
  const space = key.indexOf(" ");
  return [key.slice(0, space), key.slice(space + 1)];
}

function readUser(row: Row): ReadUser {
  return {
    ...parseUser(row),
    seq: seqOf(row),
    visible: row["visible"] === 1,
    owned: row["owned"] !== 0,
  };
}

function readGroup(row: Row): ReadGroup {
  return { ...parseGroup(row), seq: seqOf(row), listed: row["listed"] === 1 };
}

/** Two look-ups may have found the same row. */
function uniqueById<T extends { readonly id: string }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function seqOf(row: Row): number | undefined {
  const { seq } = row;
  return typeof seq === "number" ? seq : undefined;
}

function logged(row: Row): LoggedOperation {
  const resourceId = row["resource_id"];
  return {
    status: numberOf(row["status"]),
    resourceId: typeof resourceId === "string" ? resourceId : null,
    refusal: refusalOf(row),
  };
}

function refusalOf({ reason, detail }: Row): Refusal | undefined {
  if (typeof reason !== "string" || !isReason(reason)) return undefined;
  const refusal = { reason, detail: String(detail) };
  return reason === "deletions_held" ? { ...refusal, retryAfterSeconds: HELD_SECONDS } : refusal;
}

function pairOf(row: Row): string {
  return pairKey(String(row["group_id"]), String(row["user_id"]));
}

function uniqueValueOf(row: Row): [string, string] {
  const key = uniqueKey({ kind: String(row["kind"]), key: String(row["key"]) });
  return [key, String(row["user_id"])];
}

function numberOf(value: Value | undefined): number {
  return typeof value === "number" ? value : 0;
}
