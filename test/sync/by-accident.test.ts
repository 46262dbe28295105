/** Upstreams that say something which isn't so: nobody is deactivated by accident. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { exactly, newPulled, peopleOf, pull, recordsOf, type Pulled } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const many = (n: number, more: JsonObject = {}): JsonObject[] =>
  Array.from({ length: n }, (_, i) => ({ id: `p${i}`, userName: `p${i}`, ...more }));
const disabledOf = async (source: Pick<Pulled, "id">) =>
  (await peopleOf(source))
    .filter(({ active }) => active === false)
    .map((one) => textAt(one, "externalId"));
const byId = (status: number, body?: JsonObject) =>
  ({ on: "Users", one: true, act: { kind: "answer", status, ...(body && { body }) } }) as const;

const waitingOf = (source: Pulled) =>
  env.DB.prepare("SELECT * FROM holds WHERE source_id = ? AND status = 'waiting'")
    .bind(source.id)
    .first();
const decide = async (source: Pulled, decision: "approved" | "rejected") => {
  const hold = await waitingOf(source);
  const [holdId, setHash] = [String(hold?.["id"]), String(hold?.["set_hash"])];
  const call = { actor: "key", role: "operator", requestId: "test" } as const;
  const stub = env.SOURCE.getByName(source.id);
  expect(await stub.decideHold({ ...call, holdId, setHash, decision })).toEqual({ ok: true });
  while (await runDurableObjectAlarm(stub));
};

describe("a group whose record says nothing of its members", () => {
  it("keeps them, and takes its new name", async () => {
    const people = exactly(many(4));
    const members = [{ value: "p1" }, { value: "p2" }];
    const groups = (group: JsonObject) => ({ people, groups: exactly([{ id: "g", ...group }]) });
    const source = await newPulled(admin, groups({ displayName: "Staff", members }), {
      withGroups: true,
    });
    await pull(source);
    await source.upstream.replace(groups({ displayName: "Crew" }));
    const run = await pull(source);
    expect([run.status, run.counts.Group.updated]).toEqual(["success", 1]);
    const { results } = await env.DB.prepare(
      `SELECT g.name_key, u.external_id FROM members m JOIN groups g ON g.seq = m.group_seq
        JOIN users u ON u.seq = m.user_seq ORDER BY 2`,
    ).run();
    expect(results).toEqual([
      { name_key: "crew", external_id: "p1" },
      { name_key: "crew", external_id: "p2" },
    ]);
  });
});

describe("somebody who is asked for by id", () => {
  it("is not gone where 404 is what the upstream answers for everybody", async () => {
    const source = await newPulled(admin, { people: { count: 20 } }, { pageSize: 10 });
    await pull(source);
    const shift = { kind: "change", of: "Users", remove: [0], add: 1 } as const;
    await source.upstream.setFaults({ on: "Users", call: 2, act: shift }, byId(404));
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled]).toEqual(["success", 0]);
    expect(await disabledOf(source)).toEqual([]);
  });

  it("is gone in the second complete run where nobody is found by id", async () => {
    const source = await newPulled(admin, { people: exactly(many(20)) });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(19)) });
    await source.upstream.setFaults(byId(404));
    expect((await pull(source)).counts.User.disabled).toBe(0);
    expect((await pull(source)).counts.User.disabled).toBe(1);
    expect(await disabledOf(source)).toEqual(["p19"]);
    expect(await violations()).toEqual([]);
  });

  it.each([false, "False", 0])("has left where their record says inactive (%s)", async (active) => {
    const source = await newPulled(admin, { people: exactly(many(10)) });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(9)) });
    await source.upstream.setFaults(byId(200, { id: "p9", userName: "p9", active }));
    expect((await pull(source)).counts.User.disabled).toBe(1);
    expect(await disabledOf(source)).toEqual(["p9"]);
  });

  it("stays, and is told of, where they are there and not in the list", async () => {
    const source = await newPulled(admin, { people: exactly(many(10)) });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(9)) });
    await source.upstream.setFaults(byId(200, { id: "p9", userName: "p9" }));
    for (const _ of [1, 2, 3]) {
      const run = await pull(source);
      expect([run.status, run.counts.User.disabled]).toEqual(["success", 0]);
      expect(await recordsOf(run.id)).toMatchObject([
        { external_id: "p9", action: "skip", result: "success", code: "still_there" },
      ]);
    }
    expect(await disabledOf(source)).toEqual([]);
  });
});

describe("a total that is that of a page", () => {
  it("F-54 is not believed: all are read, and nobody is missing", async () => {
    const source = await newPulled(admin, { people: exactly(many(25)) }, { pageSize: 10 });
    await pull(source);
    const lie = { kind: "overlay", members: { totalResults: 10 } } as const;
    await source.upstream.setFaults({ on: "Users", act: lie }, byId(405));
    for (const _ of [1, 2]) {
      const run = await pull(source);
      expect([run.status, run.reason]).toEqual(["partial", "list_incomplete"]);
      expect(run.counts.User).toMatchObject({ read: 25, disabled: 0 });
    }
    expect(await disabledOf(source)).toEqual([]);
  });
});

describe("people whom their records make inactive", () => {
  const LONG_AGO = "2020-01-01T00:00:00Z";

  it.each([{ active: false }, { expireDate: LONG_AGO }])(
    "are held where they are many, and all else of them is applied (%j)",
    async (gone) => {
      const source = await newPulled(admin, { people: exactly(many(30)) }, { pageSize: 7 });
      await pull(source);
      await source.upstream.replace({ people: exactly(many(30, { ...gone, displayName: "New" })) });
      for (const kind of ["full", "full", "incremental"] as const) {
        const runId = `run_00${crypto.randomUUID().replaceAll("-", "")}`;
        const run = await pull(source, { kind, runId });
        expect([run.status, run.counts.User.held, run.counts.User.disabled]).toEqual([
          "held",
          30,
          0,
        ]);
        const { body } = await admin("GET", `/sync-runs/${run.id}/held`);
        expect(body["hold"]).toMatchObject({ reason: "people_removed" });
        expect(body["data"]).toHaveLength(30);
      }
      const people = await peopleOf(source);
      expect(people.every((one) => one["displayName"] === "New" && one["active"] === true)).toBe(
        true,
      );
      await decide(source, "approved");
      expect(await disabledOf(source)).toHaveLength(30);
      expect((await pull(source)).status).toBe("success");
      expect((await pull(source)).counts.User.unchanged).toBe(30);
      expect(await violations()).toEqual([]);
    },
  );

  it("stay active where an admin says so, however often it comes", async () => {
    const source = await newPulled(admin, { people: exactly(many(30)) });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(30, { active: false })) });
    expect((await pull(source)).status).toBe("held");
    await decide(source, "rejected");
    for (const _ of [1, 2]) expect((await pull(source)).status).toBe("success");
    expect(await disabledOf(source)).toEqual([]);
  });

  it("count with those who are missing", async () => {
    const source = await newPulled(admin, { people: exactly(many(20)) });
    await pull(source);
    const left = many(17).map((one, n) => (n < 3 ? { ...one, active: false } : one));
    await source.upstream.replace({ people: exactly(left) });
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled, run.counts.User.held]).toEqual(["held", 3, 3]);
    expect(await disabledOf(source)).toEqual(["p0", "p1", "p2"]);
  });
});

describe("what was agreed to", () => {
  const whole = { people: exactly(many(40)) };

  it.each([true, false])("is done unless they are back since (%s)", async (areBack) => {
    const source = await newPulled(admin, { people: { count: 40 } });
    await pull(source);
    const remove = Array.from({ length: 12 }, (_, n) => n);
    await source.upstream.change({ of: "Users", remove });
    expect((await pull(source)).status).toBe("held");
    if (areBack) await source.upstream.replace({ people: { count: 40 } });
    await source.upstream.change({ of: "Users", put: { every: 1, members: { title: "T" } } });
    expect((await pull(source, { kind: "incremental" })).kind).toBe("incremental");
    await decide(source, "approved");
    expect(await disabledOf(source)).toHaveLength(areBack ? 0 : 12);
    expect(await violations()).toEqual([]);
  });

  it("is asked about again where those who were kept were back meanwhile", async () => {
    const source = await newPulled(admin, whole);
    await pull(source);
    const fewer = { people: exactly(many(28)) };
    await source.upstream.replace(fewer);
    await pull(source);
    await decide(source, "rejected");
    expect((await pull(source)).status).toBe("success");
    await source.upstream.replace(whole);
    await pull(source);
    await source.upstream.replace(fewer);
    expect((await pull(source)).status).toBe("held");
    expect(await disabledOf(source)).toEqual([]);
  });
});

describe("somebody who is missing, seen by a run that is not complete, and missing", () => {
  it("is missing for the first time", async () => {
    const source = await newPulled(admin, { people: exactly(many(10)) });
    await pull(source);
    const fewer = { people: exactly(many(9)) };
    await source.upstream.replace(fewer);
    await source.upstream.setFaults(byId(405));
    await pull(source);
    const nameless = { userName: "nobody" };
    await source.upstream.replace({ people: exactly([...many(10, { title: "T" }), nameless]) });
    expect((await pull(source)).reason).toBe("record_without_id");
    await source.upstream.replace(fewer);
    await source.upstream.setFaults(byId(405));
    expect((await pull(source)).counts.User.disabled).toBe(0);
    expect((await pull(source)).counts.User.disabled).toBe(1);
  });
});

describe("F-60 people who come under new ids", () => {
  it.each([404, 405])("are nobody who is gone, where one by one says %i", async (status) => {
    const source = await newPulled(admin, { people: exactly(many(5)) });
    await pull(source);
    await source.upstream.replace({
      people: exactly(many(5).map((one, n) => ({ ...one, id: `new${n}` }))),
    });
    for (const _ of [1, 2, 3]) {
      await source.upstream.setFaults(byId(status));
      await pull(source);
      expect(await disabledOf(source)).toEqual([]);
    }
    expect((await peopleOf(source)).map((one) => textAt(one, "externalId"))).toEqual(
      [0, 1, 2, 3, 4].map((n) => `new${n}`),
    );
    expect(await violations()).toEqual([]);
  });

  it("with as many others gone are another directory", async () => {
    const limits = { userLimit: { least: 1_000, percent: 100, most: 1_000 } };
    const source = await newPulled(admin, { people: exactly(many(10)) }, limits);
    await pull(source);
    const few = many(5).map((one, n) => ({ ...one, id: `new${n}` }));
    await source.upstream.replace({ people: exactly(few) });
    expect((await pull(source)).reason).toBe("source_replaced");
    expect(await disabledOf(source)).toEqual([]);
  });
});
