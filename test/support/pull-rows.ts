/** Pull sources, and rows of runs and holds as a run would leave them. */
import { env } from "cloudflare:workers";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Admin } from "./client.ts";
import { textAt } from "./scim.ts";

export const UPSTREAM: JsonObject = {
  tokenUrl: "https://hr.example.com/oauth/token",
  clientId: "muster",
  userUrl: "https://hr.example.com/scim/v2/Users",
  orgUrl: "https://hr.example.com/scim/v2/Organizations",
};

/** Nobody listens there, so that nothing leaves this machine. */
export const NOBODY: JsonObject = {
  tokenUrl: "http://127.0.0.1:9/token",
  clientId: "muster",
  userUrl: "http://127.0.0.1:9/Users",
  orgUrl: "http://127.0.0.1:9/Organizations",
};

export const pullBody = (more: JsonObject = {}): JsonObject => ({
  name: `Pulled ${crypto.randomUUID().slice(0, 8)}`,
  mode: "pull",
  upstream: UPSTREAM,
  clientSecret: "not to be shown",
  ...more,
});

export async function newPullSource(admin: Admin, more: JsonObject = {}): Promise<string> {
  const { status, body, text } = await admin("POST", "/data-sources", pullBody(more));
  if (status !== 201) throw new Error(`No source: ${text}`);
  return textAt(body, "id");
}

const NO_TALLY = Object.fromEntries(
  "read created updated disabled enabled deleted unchanged failed held"
    .split(" ")
    .map((name) => [name, 0]),
);

type Cells = Readonly<Record<string, string | number | null>>;

/** Columns that are not named get nothing, or where they need something, 0. */
async function insert(db: D1Database, table: string, cells: Cells): Promise<void> {
  const { results } = await db
    .prepare('SELECT name FROM pragma_table_info(?) WHERE "notnull" = 1')
    .bind(table)
    .all<{ name: string }>();
  const zeros = Object.fromEntries(results.map(({ name }) => [name, 0]));
  const row = { ...zeros, ...cells };
  const names = Object.keys(row);
  await db
    .prepare(
      `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    )
    .bind(...Object.values(row))
    .run();
}

function databaseOf(id: string): D1Database {
  const db = id.includes("_01") ? env.DB_01 : env.DB;
  if (db === undefined) throw new Error("The shard is not bound");
  return db;
}

/** A run of the source, ended unless its status says otherwise. */
export async function insertRun(sourceId: string, cells: Cells = {}): Promise<string> {
  const at = typeof cells["created_at"] === "number" ? cells["created_at"] : Date.now();
  const time = at.toString(16).padStart(12, "0");
  const random = crypto.randomUUID().replaceAll("-", "").slice(12);
  const id = `run_${sourceId.slice(3, 5)}${time}${random}`;
  await insert(databaseOf(sourceId), "runs", {
    id,
    source_id: sourceId,
    trigger: "manual",
    actor: "key_somebody",
    kind: "full",
    status: "success",
    state: JSON.stringify({ phase: "done" }),
    counts: JSON.stringify({
      Organization: NO_TALLY,
      User: { ...NO_TALLY, read: 12, created: 3, failed: 1 },
      Group: NO_TALLY,
    }),
    created_at: at,
    started_at: at + 1,
    ended_at: at + 2,
    heartbeat_at: at,
    ...cells,
  });
  return id;
}

export async function insertRecord(runId: string, n: number, cells: Cells = {}): Promise<void> {
  await insert(databaseOf(runId), "run_records", {
    run_id: runId,
    n,
    resource_type: "User",
    external_id: `u-${n}`,
    name: `user${n}`,
    action: "create",
    result: "success",
    diff: JSON.stringify({ userName: { to: `user${n}` } }),
    at: Date.now(),
    ...cells,
  });
}

/** A hold about these people, waiting unless its status says otherwise; gives its hash. */
export async function insertHold(
  sourceId: string,
  userIds: readonly string[],
  cells: Cells = {},
): Promise<string> {
  const db = databaseOf(sourceId);
  const id = `hold_${sourceId.slice(3, 5)}${crypto.randomUUID().replaceAll("-", "")}`;
  const setHash = await hashOf(userIds.map((userId) => `User ${userId} disable`));
  await insert(db, "holds", {
    id,
    source_id: sourceId,
    status: "waiting",
    reason: "people_missing",
    set_hash: setHash,
    n: userIds.length,
    created_at: Date.now(),
    updated_at: Date.now(),
    ...cells,
  });
  for (const userId of userIds) {
    await insert(db, "held", {
      hold_id: id,
      resource_type: "User",
      resource_id: userId,
      action: "disable",
    });
  }
  return setHash;
}

/** SHA-256 of the lines in their order. */
async function hashOf(lines: readonly string[]): Promise<string> {
  const text = new TextEncoder().encode(lines.toSorted().join("\n"));
  const digest = await crypto.subtle.digest("SHA-256", text);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
