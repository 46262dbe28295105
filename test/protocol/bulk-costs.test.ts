/** What a Bulk costs the database, what it shares the queue with, and what it leaves to others. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { tally, times } from "../support/answer.ts";
import { bulk, managedBy, postGroup, postUser, statusesIn } from "../support/bulk.ts";
import { claim, newSource, oneSource, type Answer, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { endFaults, faults, isWrite, pauseCall, resetFaults, until } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import * as scim from "../support/scim.ts";

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

/** D1 calls of the object and of the Worker, and rows read and written. */
async function costOf(run: () => Promise<Answer>): Promise<number[]> {
  resetFaults();
  expect((await run()).status).toBe(200);
  const { calls, rows } = faults;
  return [calls.object, calls.worker, rows.read, rows.written];
}

async function warmSource(profile = "okta"): Promise<Source> {
  const source = await oneSource(profile);
  await scim.newUser(source, { userName: "warm" });
  return source;
}

describe("the cost of a Bulk", () => {
  it("is two round trips of the object for 64 new users, and no more rows than each by itself", async () => {
    const source = await warmSource();
    const one = await costOf(() => bulk(source, [postUser("one")]));
    const users = Array.from({ length: 64 }, (_, i) => postUser(`u${i}`));
    const [object, worker, read = 0, written = 0] = await costOf(() => bulk(source, users));
    // The Worker reads the configuration that all of them are read under.
    expect([object, worker]).toEqual([2, 1]);
    expect(one.slice(0, 2)).toEqual([2, 1]);
    expect(read).toBeLessThanOrEqual(64 * 24);
    expect(written).toBeLessThanOrEqual(64 * 18);
    // Sent again they are found as they are, and nothing is written.
    const [again, , , rows] = await costOf(() => bulk(source, users));
    expect([again, rows]).toEqual([1, 0]);
  });

  it("is two round trips of the object also where they name each other, and four for a hundred", async () => {
    const source = await warmSource();
    const chain = (n: number, name: string) =>
      Array.from({ length: n }, (_, i) => postUser(name + i, managedBy(`bulkId:${name}${i + 1}`)));
    const tied = [...chain(60, "a"), postUser("a60"), postGroup("g", ["bulkId:a0"])];
    expect((await costOf(() => bulk(source, tied))).slice(0, 2)).toEqual([2, 1]);
    const hundred = [...chain(99, "b"), postUser("b99")];
    expect((await costOf(() => bulk(source, hundred))).slice(0, 2)).toEqual([4, 1]);
  });

  it("is nothing to the object where nothing can be read", async () => {
    const source = await warmSource();
    resetFaults();
    await bulk(source, []);
    expect(faults.calls.object).toBe(0);
    await bulk(source, [{ method: "GET" }]);
    expect(faults.calls.object).toBe(0);
  });

  it("is as many requests of the source's rate as it has operations", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await admin("PATCH", `/data-sources/${source.id}`, { ratePerSecond: 10 });
    await source.call("GET", "/Users");
    const users = Array.from({ length: 100 }, (_, i) => postUser(`u${i}`));
    expect(statusesIn(await bulk(source, users))).toHaveLength(100);
    const { status, headers } = await source.call("GET", "/Users");
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(5);
  });
});

describe("the queue", () => {
  it("lets a Bulk in whole or not at all, and others between its groups", async () => {
    const source = await warmSource();
    const held = pauseCall("object", 1, "before");
    const first = scim.newUser(source, { userName: "first" });
    await held.reached();
    const users = (name: string) => Array.from({ length: 100 }, (_, i) => postUser(`${name}${i}`));
    const answers: Answer[] = [];
    const bulks = times(5, async (i) => {
      const answer = await bulk(source, users(`b${i}-`));
      answers.push(answer);
      return answer;
    });
    // Four wait with 64 operations each, which is more than the queue takes; the fifth is told so.
    await until(() => answers.length === 1);
    scim.expectError(answers[0] ?? (await first.then(() => bulk(source, []))), 429);
    expect(answers[0]?.headers.get("retry-after")).toBe("2");
    held.release();
    await first;
    const all = await bulks;
    endFaults();
    expect(tally(all)).toEqual({ 200: 4, 429: 1 });
    for (const answer of all.filter(({ status }) => status === 200)) {
      expect(new Set(statusesIn(answer))).toEqual(new Set(["201"]));
    }
    expect(rowsOf(await dump(), "users")).toHaveLength(402);
    expect(await violations()).toEqual([]);
  });

  it("lets a single write pass between the groups of a Bulk", async () => {
    const source = await warmSource();
    const written: number[] = [];
    const held = pauseCall("object", 1, "before");
    const users = Array.from({ length: 100 }, (_, i) => postUser(`u${i}`));
    const many = bulk(source, users);
    await held.reached();
    const single = scim.newUser(source, { userName: "single" });
    await env.SOURCE.getByName(source.id).noteUse({});
    faults.watch = ({ place, moment, statements }) => {
      if (place !== "object" || moment === "before" || !isWrite(statements)) return;
      const log = statements.find(({ sql }) => sql.includes("INSERT INTO op_log"));
      const rows: unknown = JSON.parse(String(log?.params[0]));
      // One row stands there as itself.
      written.push(Array.isArray(rows) && Array.isArray(rows[0]) ? rows.length : 1);
    };
    held.release();
    await Promise.all([many, single]);
    endFaults();
    expect(written).toEqual([64, 1, 36]);
  });
});

describe("what changes while a Bulk is performed", () => {
  /** Runs `change` after the first group of a Bulk of 100 was read. */
  async function during(
    source: Source,
    change: () => Promise<unknown>,
    operations = Array.from({ length: 100 }, (_, i) => postUser(`u${i}`)),
  ): Promise<Answer> {
    const held = pauseCall("object", 2, "after");
    const answer = bulk(source, operations);
    await held.reached();
    const changed = change();
    await env.SOURCE.getByName(source.id).noteUse({});
    held.release();
    await changed;
    const result = await answer;
    endFaults();
    return result;
  }

  it("is heeded: a token that was disabled performs no more", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await admin("POST", `/data-sources/${source.id}/tokens`, {});
    await scim.newUser(source);
    const path = `/data-sources/${source.id}/tokens/${source.tokenId}/disable`;
    const answer = await during(source, () => admin("POST", path));
    const statuses = statusesIn(answer);
    expect(statuses.slice(0, 64).every((status) => status === "201")).toBe(true);
    expect(statuses.slice(64).every((status) => status === "401")).toBe(true);
    expect(rowsOf(await dump(), "users")).toHaveLength(65);
  });

  it("is heeded: what is left is read anew under the new configuration", async () => {
    const admin = await claim();
    const source = await newSource(admin, "rfc");
    await scim.newUser(source);
    const operations = Array.from({ length: 100 }, (_, i) =>
      postUser(`u${i}`, i === 99 ? managedBy("bulkId:u0") : {}),
    );
    const answer = await during(
      source,
      () => admin("PATCH", `/data-sources/${source.id}`, { description: "new" }),
      operations,
    );
    expect(new Set(statusesIn(answer))).toEqual(new Set(["201"]));
    expect(rowsOf(await dump(), "users")).toHaveLength(101);
    expect(await violations()).toEqual([]);
  });
});
