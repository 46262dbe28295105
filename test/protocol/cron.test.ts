/** What happens every minute: a heartbeat, and the end of what has had its time. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { uuidv7 } from "../../src/directory/ids.ts";
import { SCHEMA_VERSION } from "../../src/directory/schema-version.ts";
import { call, claim, newSource, oneSource, ORIGIN } from "../support/client.ts";
import { insertGroups, insertUsers, testId } from "../support/directory-rows.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { failCall, faults, type Mode } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { created, idAt, newUser, objectsIn, textAt, userBody } from "../support/scim.ts";
import { treeViolations } from "../support/tree-invariants.ts";
import { insertTree, organizationId } from "../support/trees.ts";
import { differences, steadyDump } from "../support/unchanged.ts";
import worker from "../support/worker.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function tick(now: number): Promise<void> {
  return worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env);
}

async function ids(table: string, column = "id"): Promise<unknown[]> {
  return rowsOf(await dump(), table).map((row) => row[column]);
}

async function cronCheck(): Promise<unknown> {
  const { body } = await call("GET", `${ORIGIN}/readyz`);
  return objectsIn(body["checks"]).find(({ name }) => name === "cron")?.["ok"];
}

describe("the heartbeat", () => {
  it("says when the schedule last ran", async () => {
    expect(await cronCheck()).toBe(false);
    const now = Date.now();
    await tick(now - 60_000);
    await tick(now);
    expect(rowsOf(await dump(), "heartbeats")).toEqual([{ name: "cron", at: now }]);
    expect(await cronCheck()).toBe(true);
  });

  it("is too old after five minutes without one", async () => {
    await tick(Date.now() - 6 * 60_000);
    expect(await cronCheck()).toBe(false);
  });
});

describe("the operation log", () => {
  it("is kept for an hour", async () => {
    const now = 1_800_000_000_000;
    const times = [now - DAY_MS, now - HOUR_MS - 1, now - HOUR_MS, now - HOUR_MS + 1, now];
    const opIds = times.map((time, index) => uuidv7(time, new Uint8Array(10).fill(index * 40)));
    await env.DB.batch(
      opIds.map((id) =>
        env.DB.prepare("INSERT INTO op_log (op_id, object, status) VALUES (?, 'ds', 200)").bind(id),
      ),
    );
    await tick(now);
    expect(await ids("op_log", "op_id")).toEqual(opIds.slice(2));
  });

  it("holds the operations of this hour, so that a reply that was lost can be settled", async () => {
    const source = await oneSource();
    await newUser(source);
    const before = await ids("op_log", "op_id");
    expect(before.length).toBeGreaterThan(0);
    await tick(Date.now());
    expect(await ids("op_log", "op_id")).toEqual(before);
    await tick(Date.now() + HOUR_MS + 60_000);
    expect(await ids("op_log", "op_id")).toEqual([]);
  });
});

describe("tombstones", () => {
  const now = 1_800_000_000_000;
  const times = [now - 31 * DAY_MS, now - 30 * DAY_MS - 1, now - 30 * DAY_MS, now, null];

  it.each(["users", "groups"])(
    "of %s are kept for 30 days, and the living for ever",
    async (table) => {
      const rows = times.map((deletedAt, index) => ({
        id: testId(index),
        deletedAt,
        attributes: { userName: `u${index}`, displayName: `g${index}` },
      }));
      await (table === "users" ? insertUsers(env.DB, rows) : insertGroups(env.DB, rows));
      await tick(now);
      expect(await ids(table)).toEqual(rows.slice(2).map(({ id }) => id));
    },
  );

  it("go a thousand at a time, the oldest first, and the next tick goes on", async () => {
    const gone = Array.from({ length: 1_002 }, (_, index) => ({
      id: testId(index),
      deletedAt: now - 31 * DAY_MS - index,
      attributes: { userName: `u${index}` },
    }));
    await insertUsers(env.DB, gone);
    await tick(now);
    expect(await ids("users")).toEqual([testId(0), testId(1)]);
    await tick(now);
    expect(await ids("users")).toEqual([]);
  });

  it("bring a person back while they last, and make room for a new one afterwards", async () => {
    const source = await oneSource();
    const path = await newUser(source);
    const remove = async () => expect((await source.call("DELETE", path)).status).toBe(204);
    await remove();
    await tick(Date.now() + 29 * DAY_MS);
    expect(await created(source, "/Users", userBody({}))).toBe(idAt(path));
    await remove();
    await tick(Date.now() + 30 * DAY_MS + 60_000);
    expect(await created(source, "/Users", userBody({}))).not.toBe(idAt(path));
  });
});

describe("tombstones of organizations", () => {
  /** Events are kept longer than what they are about. */
  const broken = async () => (await violations()).filter((line) => !line.startsWith("events."));

  it("are kept for 30 days, and go with their counters and those below", async () => {
    const admin = await claim();
    const make = async (displayName: string, parentId?: string): Promise<string> => {
      const body = { displayName, ...(parentId !== undefined && { parentId }) };
      return textAt((await admin("POST", "/organizations", body)).body, "id");
    };
    const kept = [...(await ids("organizations")), await make("Kept")];
    const top = await make("Top");
    const below = await make("Below", top);
    const scope = { organizationIds: [top] };
    const source = await newSource(admin, "okta", { name: "Staff", scope });
    const person = await newUser(source);
    const remove = async (path: string) => {
      expect((await admin("DELETE", path)).status, path).toBeLessThan(205);
    };
    await source.call("DELETE", person);
    await admin("POST", `/data-sources/${source.id}/disable`);
    await remove(`/data-sources/${source.id}?confirm=Staff`);
    await remove(`/organizations/${below}`);
    await remove(`/organizations/${top}`);
    await tick(Date.now() + 29 * DAY_MS);
    expect(await ids("organizations")).toEqual([...kept, top, below]);
    expect(await broken()).toEqual([]);
    await tick(Date.now() + 30 * DAY_MS + 60_000);
    expect(await ids("organizations")).toEqual(kept);
    expect(await ids("counters", "owner")).not.toContain(top);
    expect(await broken()).toEqual([]);
    expect((await admin("POST", `/organizations/${below}/restore`)).status).toBe(404);
    expect(await make("Top")).not.toBe(top);
  });

  it("stay until nobody who was in them is left, and go leaves first", async () => {
    const now = 1_800_000_000_000;
    const deletedAt = now - 31 * DAY_MS;
    const organizations = Array.from({ length: 1_001 }, (_, index) => organizationId(index));
    await insertTree(
      organizations.map((id, index) => ({ id, ...(index > 0 && { parentId: organizationId(0) }) })),
    );
    await env.DB.prepare("UPDATE organizations SET deleted_at = ? WHERE parent_id IS NOT NULL")
      .bind(deletedAt)
      .run();
    await insertUsers(
      env.DB,
      organizations.map((id, index) => ({
        id: testId(index),
        organizationId: id,
        deletedAt: deletedAt - 1,
        attributes: { userName: `u${index}` },
      })),
    );
    const left = async () => (await ids("organizations")).slice(1);
    await tick(now);
    expect(await left()).toEqual(organizations);
    await tick(now);
    expect(await left()).toEqual([organizationId(0)]);
    expect(treeViolations(await dump())).toEqual([]);
    await tick(now);
    expect(await left()).toEqual([]);
  });

  it("cost nothing where there are none", async () => {
    await insertTree(Array.from({ length: 2_000 }, (_, index) => ({ id: organizationId(index) })));
    const read = faults.rows.read;
    await tick(Date.now());
    expect(faults.rows.read - read).toBeLessThan(100);
  });
});

describe("a tick", () => {
  it("ends the sessions that have expired", async () => {
    const now = 1_800_000_000_000;
    await env.DB.batch(
      [now - 1, now, now + 1].map((expiresAt) =>
        env.DB.prepare(
          "INSERT INTO sessions (hash, key_id, created_at, expires_at) VALUES (?1, 'key', 0, ?1)",
        ).bind(expiresAt),
      ),
    );
    await tick(now);
    expect(await ids("sessions", "expires_at")).toEqual([now, now + 1]);
  });

  it("leaves everything else alone", async () => {
    const source = await oneSource();
    await newUser(source);
    const before = await steadyDump();
    await tick(Date.now());
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it.each<Mode>(["before", "after"])("that fails (%s) is an error, and says so", async (mode) => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    failCall("worker", 1, mode);
    await expect(tick(Date.now())).rejects.toThrow("1 shards could not be kept");
    const told = lines.mock.calls.map(([line]): unknown => JSON.parse(String(line)));
    expect(told).toContainEqual(expect.objectContaining({ requestId: "cron" }));
    lines.mockRestore();
    await expect(tick(Date.now())).resolves.toBeUndefined();
  });

  it("deletes nothing where the schema is another version's", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const now = 1_800_000_000_000;
    await insertUsers(env.DB, [
      { id: testId(1), deletedAt: now - 31 * DAY_MS, attributes: { userName: "u" } },
    ]);
    await env.DB.prepare("UPDATE schema_version SET version = ?")
      .bind(SCHEMA_VERSION + 1)
      .run();
    const before = await dump();
    await expect(tick(now)).rejects.toThrow("1 shards could not be kept");
    expect(await dump()).toEqual(before);
    vi.restoreAllMocks();
  });
});
