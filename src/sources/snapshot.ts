/** The one read before a write: everything a group of operations is decided on, in one round trip. */
import type { Database, Row, Statement, Value } from "../directory/database.ts";
import { GROUP_COLUMNS, parseGroup, type Group } from "../directory/group.ts";
import { SCHEMA_VERSION } from "../directory/schema-version.ts";
import { parseUser, USER_COLUMNS, type User } from "../directory/user.ts";
import { ScimError } from "../scim/error.ts";
import { pairKey, uniqueKey, type Keys } from "./keys.ts";
import { parseSource, parseToken, type Source, type Token } from "./source.ts";

/** A user as read for a write, with what its attributes don't say. */
export interface ReadUser extends User {
  /** Whether the source that writes may see it. */
  readonly visible: boolean;
}

export interface LoggedOperation {
  readonly status: number;
  readonly resourceId: string | null;
}

export interface Snapshot {
  readonly keys: Keys;
  readonly epoch: number;
  readonly source: Source | undefined;
  /** All tokens of the source. There are two at most. */
  readonly tokens: readonly Token[];
  readonly done: ReadonlyMap<string, LoggedOperation>;
  readonly users: readonly ReadUser[];
  readonly groups: readonly Group[];
  /** "groupId userId" of the memberships asked for that exist. */
  readonly pairs: ReadonlySet<string>;
  /** "kind key" → id of the user that holds it. */
  readonly uniqueValues: ReadonlyMap<string, string>;
  /** The directory's root organization, and the folded names of the organizations right below it. */
  readonly rootId: string | undefined;
}

export interface SnapshotRequest {
  /** Name of the Durable Object, which is the id of its source. */
  readonly object: string;
  readonly directoryId: string;
  readonly opIds: readonly string[];
  readonly keys: Keys;
  /** Claims a new epoch, above this one, in the same transaction; undefined only reads it. */
  readonly claimAbove: number | undefined;
}

/** More visible members than this can't be replaced or searched in one operation. */
export const WHOLE_GROUP_LIMIT = 20_000;

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
  const { keys } = request;
  return {
    keys,
    epoch: numberOf(of("epoch")[0]?.["epoch"]),
    source: typeof head["id"] === "string" ? parseSource(head) : undefined,
    rootId: typeof head["root_id"] === "string" ? head["root_id"] : undefined,
    tokens: of("tokens").map(parseToken),
    done: new Map(of("done").map((row) => [String(row["op_id"]), logged(row)])),
    users: of("users").map((row) => ({ ...parseUser(row), visible: row["visible"] === 1 })),
    groups: of("groups").map(parseGroup),
    pairs: new Set(of("pairs").map((row) => pairOf(row))),
    uniqueValues: new Map(of("uniqueValues").map(uniqueValueOf)),
  };
}

type PartName = "epoch" | "head" | "tokens" | "done" | "users" | "groups" | "pairs" | "uniqueValues";

interface Part {
  readonly name: PartName;
  readonly statement: Statement;
}

function partsOf(request: SnapshotRequest): Part[] {
  const { object, directoryId, keys } = request;
  const part = (name: PartName, sql: string, ...params: Value[]): Part => ({
    name,
    statement: { sql, params },
  });
  const parts = [
    epochPart(request),
    part("head", HEAD, object, directoryId),
    part("tokens", "SELECT * FROM tokens WHERE source_id = ?1", object),
    part("done", DONE, JSON.stringify(request.opIds)),
  ];
  if (keys.userIds.size + keys.userNames.size + keys.userExternalIds.size > 0) {
    parts.push(part("users", USERS, userKeysJson(keys), directoryId, object));
  }
  if (keys.groupIds.size + keys.groupNames.size + keys.groupExternalIds.size > 0) {
    parts.push(part("groups", GROUPS, groupKeysJson(keys), object));
  }
  if (keys.pairs.size > 0) parts.push(part("pairs", PAIRS, pairsJson(keys.pairs)));
  for (const groupId of keys.membersOf) parts.push(part("pairs", MEMBERS, groupId, object));
  if (keys.uniqueValues.size > 0) {
    parts.push(part("uniqueValues", UNIQUE, uniqueJson(keys.uniqueValues), directoryId));
  }
  return parts;
}

function epochPart({ object, claimAbove }: SnapshotRequest): Part {
  const statement: Statement =
    claimAbove === undefined
      ? { sql: "SELECT epoch FROM epochs WHERE object = ?1", params: [object] }
      : {
          sql: `INSERT INTO epochs (object, epoch) VALUES (?1, ?2 + 1)
            ON CONFLICT (object) DO UPDATE SET epoch = max(epoch, ?2) + 1 RETURNING epoch`,
          params: [object, claimAbove],
        };
  return { name: "epoch", statement };
}

const HEAD = `SELECT v.version AS schema_version, d.root_id, s.*
  FROM schema_version v
  LEFT JOIN directories d ON d.id = ?2
  LEFT JOIN data_sources s ON s.id = ?1 AND s.deleted_at IS NULL`;

const DONE = `SELECT o.op_id, o.status, o.resource_id
  FROM json_each(?1) j CROSS JOIN op_log o ON o.op_id = j.value`;

// Five ways to a user: by id, by a live name or externalId, by a name or externalId it had when it was deleted.
const USERS = `WITH wanted (seq) AS (
    SELECT u.seq FROM json_each(?1, '$.ids') j CROSS JOIN users u ON u.id = j.value
    UNION SELECT u.seq FROM json_each(?1, '$.names') j CROSS JOIN users u
      ON u.directory_id = ?2 AND u.user_name_key = j.value AND u.deleted_at IS NULL
    UNION SELECT u.seq FROM json_each(?1, '$.externalIds') j CROSS JOIN users u
      ON u.source_id = ?3 AND u.external_id = j.value AND u.deleted_at IS NULL
    UNION SELECT u.seq FROM json_each(?1, '$.externalIds') j CROSS JOIN users u
      ON u.source_id = ?3 AND u.external_id = j.value AND u.deleted_at IS NOT NULL
    UNION SELECT u.seq FROM json_each(?1, '$.names') j CROSS JOIN users u
      ON u.source_id = ?3 AND u.user_name_key = j.value AND u.deleted_at IS NOT NULL
  )
  SELECT ${USER_COLUMNS}, EXISTS (
    SELECT 1 FROM visible_orgs v WHERE v.source_id = ?3 AND v.organization_id = u.organization_id
  ) AS visible
  FROM wanted w CROSS JOIN users u ON u.seq = w.seq`;

const GROUPS = `WITH wanted (seq) AS (
    SELECT g.seq FROM json_each(?1, '$.ids') j CROSS JOIN groups g ON g.id = j.value
    UNION SELECT g.seq FROM json_each(?1, '$.names') j CROSS JOIN groups g
      ON g.source_id = ?2 AND g.name_key = j.value AND g.deleted_at IS NULL
    UNION SELECT g.seq FROM json_each(?1, '$.externalIds') j CROSS JOIN groups g
      ON g.source_id = ?2 AND g.external_id = j.value AND g.deleted_at IS NULL
  )
  SELECT ${GROUP_COLUMNS} FROM wanted w CROSS JOIN groups g ON g.seq = w.seq`;

const PAIRS = `SELECT j.value ->> 0 AS group_id, j.value ->> 1 AS user_id
  FROM json_each(?1) j
  CROSS JOIN groups g ON g.id = j.value ->> 0
  CROSS JOIN users u ON u.id = j.value ->> 1
  CROSS JOIN members m ON m.group_seq = g.seq AND m.user_seq = u.seq`;

const MEMBERS = `SELECT ?1 AS group_id, u.id AS user_id
  FROM groups g
  CROSS JOIN members m ON m.group_seq = g.seq
  CROSS JOIN users u ON u.seq = m.user_seq
  WHERE g.id = ?1 AND EXISTS (
    SELECT 1 FROM visible_orgs v WHERE v.source_id = ?2 AND v.organization_id = u.organization_id
  )
  LIMIT ${WHOLE_GROUP_LIMIT + 1}`;

const UNIQUE = `SELECT n.kind, n.key, n.user_id FROM json_each(?1) j
  CROSS JOIN unique_values n
    ON n.directory_id = ?2 AND n.kind = j.value ->> 0 AND n.key = j.value ->> 1`;

function userKeysJson({ userIds, userNames, userExternalIds }: Keys): string {
  return JSON.stringify({
    ids: [...userIds],
    names: [...userNames],
    externalIds: [...userExternalIds],
  });
}

function groupKeysJson({ groupIds, groupNames, groupExternalIds }: Keys): string {
  return JSON.stringify({
    ids: [...groupIds],
    names: [...groupNames],
    externalIds: [...groupExternalIds],
  });
}

function pairsJson(pairs: ReadonlySet<string>): string {
  return JSON.stringify([...pairs].map((pair) => pair.split(" ")));
}

/** A kind has no space in it; a key may. */
function uniqueJson(keys: ReadonlySet<string>): string {
  const split = (key: string): string[] => {
    const space = key.indexOf(" ");
    return [key.slice(0, space), key.slice(space + 1)];
  };
  return JSON.stringify([...keys].map(split));
}

function logged(row: Row): LoggedOperation {
  const resourceId = row["resource_id"];
  return {
    status: numberOf(row["status"]),
    resourceId: typeof resourceId === "string" ? resourceId : null,
  };
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
