/** What a run holds, and what becomes of it when an admin has decided, whatever happens then. */
import { abortAllDurableObjects, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { claim, type Admin } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, peopleOf, pull, recordsOf, runOf } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

describe("what is held", () => {
  async function held() {
    const source = await newPulled(admin, { people: { count: 40 } });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: Array.from({ length: 12 }, (_, n) => n) });
    const run = await pull(source);
    expect([run.status, run.counts.User.held]).toEqual(["held", 12]);
    const hold = await env.DB.prepare(
      "SELECT * FROM holds WHERE source_id = ? AND status = 'waiting'",
    )
      .bind(source.id)
      .first();
    const decide = (decision: "approved" | "rejected", setHash = String(hold?.["set_hash"])) =>
      env.SOURCE.getByName(source.id).decideHold({
        holdId: String(hold?.["id"]),
        setHash,
        decision,
        actor: "key_test",
        role: "operator",
        requestId: "test",
      });
    return { source, run, decide };
  }
  const ring = async ({ id }: { id: string }) => {
    for (let rings = 0; rings < 20; rings++) {
      if (!(await runDurableObjectAlarm(env.SOURCE.getByName(id)))) return;
      faults.now = (faults.now ?? Date.now()) + 1_000;
    }
    throw new Error("The object's alarm rings on");
  };
  const active = async (source: { id: string }) =>
    (await peopleOf(source)).filter((one) => one["active"] === true).length;

  it("is removed when an admin approves exactly that set", async () => {
    const { source, run, decide } = await held();
    expect(await decide("approved", "another")).toMatchObject({ ok: false });
    expect(await active(source)).toBe(40);
    expect(await decide("approved")).toEqual({ ok: true });
    expect(await runOf(run.id)).toMatchObject({
      status: "success",
      reason: "people_missing",
      detail: "An admin approved what was held (people_missing)",
    });
    const again = await pull(source);
    expect([await active(source), again.status]).toEqual([28, "success"]);
    const told = (await recordsOf(run.id)).filter(({ result }) => result === "success");
    expect(told.map(({ action }) => action)).toEqual(Array(12).fill("disable"));
    expect((await runOf(run.id)).counts.User).toMatchObject({ held: 12, disabled: 12 });
    expect(await violations()).toEqual([]);
  });

  it("is removed when the source is on again, where it was off", async () => {
    const { source, decide } = await held();
    await admin("POST", `/data-sources/${source.id}/disable`);
    expect(await decide("approved")).toEqual({ ok: true });
    await ring(source);
    expect(await active(source)).toBe(40);
    await admin("POST", `/data-sources/${source.id}/enable`);
    await ring(source);
    expect(await active(source)).toBe(28);
  });

  it("is removed where the object is lost as soon as it is decided", async () => {
    const { source, decide } = await held();
    let isDecided = false;
    faults.watch = ({ place, moment, statements }) => {
      if (place !== "object") return undefined;
      if (moment === "after")
        isDecided ||= statements.some(({ sql }) => sql.includes("decided_by ="));
      if (isDecided) throw new Error("D1_ERROR: Network connection lost.");
      return undefined;
    };
    // Nobody is told what came of it.
    const answer = await decide("approved");
    expect([answer.ok, isDecided]).toEqual([false, true]);
    await abortAllDurableObjects();
    const now = faults.now ?? Date.now();
    resetFaults();
    expect(await active(source)).toBe(40);
    faults.now = now + 60_000;
    await ring(source);
    expect(await active(source)).toBe(28);
  });

  it("is tried more and more seldom where the database refuses it, and is removed in the end", async () => {
    const { source, decide } = await held();
    expect(await decide("approved")).toEqual({ ok: true });
    const tries: number[] = [];
    faults.watch = ({ statements, moment }) => {
      const isRemoval = statements.some(({ sql }) => sql.includes("UPDATE held SET done"));
      if (!isRemoval || moment !== "before") return undefined;
      tries.push(faults.now ?? 0);
      throw new Error("D1_ERROR: down");
    };
    const begun = faults.now ?? Date.now();
    for (let n = 0; n < 60; n++) {
      faults.now = begun + n * 1_000;
      await runDurableObjectAlarm(env.SOURCE.getByName(source.id));
    }
    expect(tries.length).toBeGreaterThan(2);
    expect(tries.length).toBeLessThan(10);
    faults.watch = undefined;
    faults.now = begun + 3_600_000;
    await ring(source);
    expect(await active(source)).toBe(28);
  });

  it("stays when an admin rejects it, and isn't asked about again", async () => {
    const { source, run, decide } = await held();
    const plan = await pull(source, { dryRun: true });
    const same = await pull(source);
    expect([plan.status, same.status]).toEqual(["held", "held"]);
    expect(await decide("rejected")).toEqual({ ok: true });
    const statuses = [run, plan, same].map(async ({ id }) => (await runOf(id)).status);
    expect(await Promise.all(statuses)).toEqual(["success", "held", "success"]);
    const again = await pull(source);
    expect([await active(source), again.status]).toEqual([40, "success"]);
  });

  it("is replaced by what a newer run finds", async () => {
    const { source, run, decide } = await held();
    await source.upstream.change({ of: "Users", remove: [20] });
    expect((await pull(source)).counts.User.held).toBe(13);
    expect((await runOf(run.id)).status).toBe("success");
    expect(await decide("approved")).toMatchObject({
      ok: false,
      refusal: { reason: "hold_replaced" },
    });
    expect(await active(source)).toBe(40);
  });
});
