/** Runs as such: one at a time, on time, ended by an admin, by settings, by an outage. */
import {
  abortAllDurableObjects,
  createScheduledController,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { adminOf } from "../support/admins.ts";
import { times } from "../support/answer.ts";
import { claim, type Admin } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";
import { violations } from "../support/invariants.ts";
import {
  ended,
  newPulled,
  peopleOf,
  pull,
  recordsOf,
  runOf,
  start,
  startOf,
} from "../support/pulls.ts";
import worker from "../support/worker.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const tick = (now: number) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env);

async function runsOf(id: string) {
  const { results } = await env.DB.prepare(
    "SELECT id, status, trigger, kind, actor FROM runs WHERE source_id = ? ORDER BY created_at, id",
  )
    .bind(id)
    .all();
  return results;
}

describe("a start", () => {
  it("F-41 of 64 at once is one run, and the others are told its id", async () => {
    const source = await newPulled(admin, { people: { count: 3 } });
    const calls = Array.from({ length: 64 }, () => startOf());
    const answers = await Promise.all(calls.map((call) => start(source, call)));
    const begun = answers.filter(({ ok }) => ok);
    expect(begun).toHaveLength(1);
    const [run] = await runsOf(source.id);
    for (const answer of answers) {
      if (answer.ok) continue;
      expect(answer.refusal.reason).toBe("run_in_progress");
      expect(answer.refusal.detail).toContain(String(run?.["id"]));
    }
    expect(await runsOf(source.id)).toHaveLength(1);
  });

  it("again with the same id is the same run, also when it is over", async () => {
    const source = await newPulled(admin, { people: { count: 1 } });
    const call = startOf();
    await times(3, () => start(source, call));
    await ended(source, call.runId);
    expect(await start(source, call)).toEqual({ ok: true });
    expect(await runsOf(source.id)).toHaveLength(1);
  });

  it("under an Idempotency-Key is one run, and is answered as before when it is over", async () => {
    const source = await newPulled(admin, { people: { count: 1 } });
    const owner = await adminOf("owner");
    const ask = () =>
      owner("POST", `/data-sources/${source.id}/sync`, {}, { "idempotency-key": "k-1" });
    const first = await ask();
    expect(first.status, first.text).toBe(202);
    await ended(source, textAt(first.body, "id"));
    const again = await ask();
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await runsOf(source.id)).toHaveLength(1);
  });

  it("is refused for a source that is pushed, or disabled", async () => {
    const source = await newPulled(admin, { people: { count: 1 } });
    await admin("POST", `/data-sources/${source.id}/disable`);
    expect(await start(source, startOf())).toMatchObject({
      ok: false,
      refusal: { reason: "data_source_disabled" },
    });
    const body = { name: "Pushed", mode: "push", profile: "okta" };
    const { body: pushed } = await admin("POST", "/data-sources", body);
    expect(await start({ id: textAt(pushed, "id") }, startOf())).toMatchObject({
      ok: false,
      refusal: { reason: "not_a_pull_source" },
    });
  });
});

describe("the schedule", () => {
  it("starts what is due once, however many windows were missed", async () => {
    const schedule = { kind: "every", minutes: 60 } as const;
    const source = await newPulled(admin, { people: { count: 2 } }, { schedule });
    const due = Date.now() + 3_600_000;
    await tick(due - 120_000);
    expect(await runsOf(source.id)).toEqual([]);
    faults.now = due + 50 * 3_600_000;
    await tick(faults.now);
    const [run] = await runsOf(source.id);
    expect(run).toMatchObject({ trigger: "schedule", actor: "system" });
    await ended(source, String(run?.["id"]));
    await tick(faults.now + 60_000);
    expect(await runsOf(source.id)).toHaveLength(1);
  });

  it("goes on with a run that stands still", async () => {
    const source = await newPulled(admin, { people: { count: 2 } });
    const call = startOf();
    await start(source, call);
    await tick(Date.now() + 20 * 60_000);
    expect((await ended(source, call.runId)).status).toBe("success");
  });
});

describe("a dry run", () => {
  it("comes out of a list that goes in circles as the run itself does", async () => {
    const source = await newPulled(admin, { people: { count: 50 } }, { pageSize: 10 });
    await source.upstream.setFaults(
      { on: "Users", act: { kind: "loop", loop: "startIndexIgnored" } },
      { on: "Users", act: { kind: "overlay", members: { totalResults: null } } },
    );
    const endOf = async (dryRun: boolean) => {
      const { status, reason, counts } = await pull(source, { dryRun });
      return { status, reason, counts };
    };
    const plan = await endOf(true);
    expect(plan).toMatchObject({ status: "partial", reason: "list_repeats" });
    expect(await endOf(false)).toEqual(plan);
  });

  it("says so when what it had planned is lost", async () => {
    const source = await newPulled(admin, {
      people: { count: 1, given: [{ id: "x", userName: "x", organization: ["q"] }], exactly: true },
      organizations: { count: 1, given: [{ id: "q", displayName: "Q" }], exactly: true },
    });
    const fails = { kind: "answer", status: 503 } as const;
    await source.upstream.setFaults({ on: "Users", call: 1, act: fails });
    const call = startOf({ dryRun: true });
    await start(source, call);
    await runDurableObjectAlarm(env.SOURCE.getByName(source.id));
    expect((await runOf(call.runId)).phase).toBe("users");
    await abortAllDurableObjects();
    await tick(Date.now() + 20 * 60_000);
    const run = await ended(source, call.runId);
    expect([run.status, run.reason]).toEqual(["failed", "seen_lost"]);
    expect((await pull(source, { dryRun: true })).status).toBe("success");
  });
});

describe("what a run has seen", () => {
  it("is not made up for by later pages when it is lost: nobody is missing", async () => {
    const source = await newPulled(admin, { people: { count: 30 } }, { pageSize: 10 });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: [25, 26] });
    const fails = { kind: "answer", status: 503 } as const;
    await source.upstream.setFaults({ on: "Users", call: 2, act: fails });
    const call = startOf();
    await start(source, call);
    const stub = env.SOURCE.getByName(source.id);
    await runDurableObjectAlarm(stub);
    expect((await runOf(call.runId)).phase).toBe("users");
    await runInDurableObject(stub, (_, { storage }) => {
      for (const [key] of storage.kv.list({ prefix: "seen:" })) storage.kv.delete(key);
    });
    await abortAllDurableObjects();
    await tick(Date.now() + 20 * 60_000);
    const run = await ended(source, call.runId);
    expect([run.status, run.reason, run.counts.User.disabled]).toEqual(["partial", "seen_lost", 0]);
    expect((await peopleOf(source)).every(({ active }) => active === true)).toBe(true);
  });

  it("of a dry run is nothing to the run after it, whoever was told of its end", async () => {
    const source = await newPulled(admin, { people: { count: 12 } }, { pageSize: 5 });
    let isLost = false;
    faults.watch = ({ place, moment, statements }) => {
      const isEnd = statements.some(({ sql }) => sql.includes("ended_at = ?5"));
      if (isLost || place !== "object" || moment !== "after" || !isEnd) return undefined;
      isLost = true;
      throw new Error("D1_ERROR: Network connection lost.");
    };
    expect((await pull(source, { dryRun: true })).counts.User.created).toBe(12);
    expect(isLost).toBe(true);
    resetFaults();
    expect((await pull(source)).counts.User).toMatchObject({ created: 12, unchanged: 0 });
    expect(await peopleOf(source)).toHaveLength(12);
    expect(await violations()).toEqual([]);
  });
});

describe("a run", () => {
  it("that is cancelled keeps what it had applied, and takes nobody for missing", async () => {
    const source = await newPulled(admin, { people: { count: 5 } });
    await pull(source);
    await source.upstream.setFaults({ on: "Users", act: { kind: "answer", status: 503 } });
    const call = startOf();
    await start(source, call);
    const stub = env.SOURCE.getByName(source.id);
    const { actor, role, requestId, runId } = call;
    expect(await stub.cancelRun({ runId, actor, role, requestId })).toEqual({ ok: true });
    expect((await runOf(runId)).status).toBe("cancelled");
    const audit = await admin("GET", `/audit?chain=${source.id}&limit=1`);
    expect(audit.body["data"]).toMatchObject([
      { action: "run.cancelled", targetId: runId, actor, role, requestId },
    ]);
    expect((await admin("POST", "/audit/verify", {})).body["broken"]).toBeUndefined();
    expect(await peopleOf(source)).toHaveLength(5);
    await source.upstream.setFaults();
    expect((await pull(source)).status).toBe("success");
  });

  it("of a source that is disabled meanwhile ends before its next page", async () => {
    const source = await newPulled(admin, { people: { count: 5 } });
    await source.upstream.setFaults({ on: "Users", act: { kind: "answer", status: 503 } });
    const call = startOf();
    await start(source, call);
    await admin("POST", `/data-sources/${source.id}/disable`);
    const run = await ended(source, call.runId);
    expect([run.status, run.reason]).toEqual(["cancelled", "data_source_disabled"]);
    expect(await peopleOf(source)).toEqual([]);
  });

  it.each([400, 401, 403])("asks for no page when the token is refused with %i", async (status) => {
    const source = await newPulled(admin, { people: { count: 5 } });
    await pull(source);
    await source.upstream.setFaults({ on: "token", act: { kind: "answer", status } });
    const before = (await source.upstream.asked()).length;
    const stub = env.SOURCE.getByName(source.id);
    await stub.tick();
    const run = await pull(source);
    expect(run.status).toBe("failed");
    const asked = (await source.upstream.asked()).slice(before);
    expect(asked.filter(({ path }) => !path.startsWith("/token"))).toEqual([]);
    expect(await peopleOf(source)).toHaveLength(5);
  });

  it("whose token ends in the middle gets another one, once for each page", async () => {
    const source = await newPulled(admin, { people: { count: 250 } });
    await source.upstream.setFaults({ on: "Users", call: 2, act: { kind: "expire" } });
    const run = await pull(source);
    expect([run.status, run.counts.User.created]).toEqual(["success", 250]);
  });

  it("that meets an outage changes nobody, and says what it was", async () => {
    const source = await newPulled(admin, { people: { count: 150 } });
    await pull(source);
    const act = { kind: "answer", status: 503 } as const;
    await source.upstream.setFaults({ on: "Users", call: 2, onwards: true, act });
    const run = await pull(source);
    expect([run.status, run.reason]).toEqual(["failed", "upstream_unavailable"]);
    expect(await recordsOf(run.id)).toEqual([]);
    expect((await peopleOf(source)).filter(({ active }) => active === true)).toHaveLength(150);
    expect(await violations()).toEqual([]);
  });
});
