/** F-66: what incremental runs ask from, whatever the times of the upstream are. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, inject, it } from "vitest";
import type { Act, Fault } from "../../src/cli/upstream/script.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { firstState } from "../../src/sync/run-state.ts";
import { watermarkOf, withFailed } from "../../src/sync/watermark.ts";
import { claim, type Admin } from "../support/client.ts";
import {
  ended,
  exactly,
  newPulled,
  peopleOf,
  pull,
  start,
  startOf,
  type Pulled,
} from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newUpstream } from "../support/upstream.ts";

keepQuiet();

const seed = inject("seed");

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const person = (id: string, lastModified: string, more: JsonObject = {}): JsonObject => ({
  id,
  userName: id,
  meta: { lastModified },
  ...more,
});

const OLD = "2026-05-01T08:00:00Z";

/** Lets the upstream's first answer of a run say that it is that time. */
function toldTime(date: string): Fault {
  const headers = { date: new Date(date).toUTCString() };
  const body = { totalResults: 0, Resources: [] };
  return { on: "Organizations", act: { kind: "answer", status: 200, headers, body } };
}

async function watermarkIn({ id }: Pulled): Promise<unknown> {
  return env.DB.prepare("SELECT watermark FROM data_sources WHERE id = ?")
    .bind(id)
    .first("watermark");
}

const activeIn = async (source: Pulled) => (await peopleOf(source)).map(({ active }) => active);

describe("an upstream that is another one", () => {
  it("is read in full, whatever the times of the one before", async () => {
    const early = exactly([person("a", "2026-05-03T08:00:00Z")]);
    const source = await newPulled(admin, { people: early });
    await pull(source);
    const second = await newUpstream({ people: exactly([person("b", OLD)]) }, { groupUrl: null });
    const { userUrl, orgUrl, tokenUrl } = second.connection.upstream;
    const upstream = { userUrl, orgUrl, tokenUrl };
    const changes = { upstream, clientSecret: second.connection.secret };
    expect((await admin("PATCH", `/data-sources/${source.id}`, changes)).status).toBe(200);
    expect((await pull(source, { kind: "incremental" })).kind).toBe("full");
    expect((await peopleOf(source)).map((one) => one["userName"])).toContain("b");
  });

  it.each(["userUrl", "orgUrl", "groupUrl", "clientId"] as const)(
    "is one where %s is, as it is planned too",
    async (name) => {
      const people = exactly([person("a", OLD)]);
      const source = await newPulled(admin, { people }, { withGroups: true });
      await pull(source);
      const { userUrl } = source.upstream.connection.upstream;
      const upstream = { [name]: name === "clientId" ? "other" : `${userUrl}?other=1` };
      const plan = startOf({ kind: "incremental", dryRun: true, proposal: { upstream } });
      await start(source, plan);
      expect((await ended(source, plan.runId)).kind).toBe("full");
      await admin("PATCH", `/data-sources/${source.id}`, { upstream: { pageSize: 50 } });
      expect(await watermarkIn(source)).not.toBeNull();
      await admin("PATCH", `/data-sources/${source.id}`, { upstream });
      expect(await watermarkIn(source)).toBeNull();
    },
  );
});

describe("what is changed while a run reads", () => {
  it("is read by the next incremental one, also of whom it had read already", async () => {
    const old = ["a", "b", "c", "d"].map((id) => person(id, OLD));
    const source = await newPulled(admin, { people: exactly(old) }, { pageSize: 2 });
    const late = person("d", "2026-05-02T10:05:00Z", { displayName: "New" });
    const overlay: Act = { kind: "overlay", members: { Resources: [old[2] ?? {}, late] } };
    const time = toldTime("2026-05-02T10:00:00Z");
    await source.upstream.setFaults(time, { on: "Users", call: 2, act: overlay });
    expect((await pull(source)).status).toBe("success");
    const gone = person("a", "2026-05-02T10:01:00Z", { active: false });
    await source.upstream.replace({ people: exactly([gone, ...old.slice(1, 3), late]) });
    expect((await pull(source, { kind: "incremental" })).kind).toBe("incremental");
    expect(await activeIn(source)).toEqual([false, true, true, true]);
  });
});

describe("a record from the future", () => {
  it("doesn't keep those of the present from being read", async () => {
    const far = person("b", "2099-05-01T08:00:00Z");
    const source = await newPulled(admin, { people: exactly([person("a", OLD), far]) });
    await source.upstream.setFaults(toldTime("2026-05-02T10:00:00Z"));
    await pull(source);
    const gone = person("a", "2026-06-01T08:00:00Z", { active: false });
    await source.upstream.replace({ people: exactly([gone, far]) });
    await pull(source, { kind: "incremental" });
    expect(await activeIn(source)).toEqual([false, true]);
  });
});

describe("a record that failed", () => {
  it("is read again by incremental runs until it can be applied", async () => {
    const source = await newPulled(admin, {
      people: exactly([person("a", OLD), person("b", OLD)]),
    });
    await pull(source);
    const other = await newPulled(admin, {
      people: exactly([person("z", OLD, { userName: "new" })]),
    });
    await pull(other);
    const renamed = person("a", "2026-05-02T08:00:00Z", { userName: "new" });
    const titled = person("b", "2026-05-02T09:00:00Z", { title: "B" });
    await source.upstream.replace({ people: exactly([renamed, titled]) });
    expect((await pull(source, { kind: "incremental" })).status).toBe("partial");
    await other.upstream.replace({ people: exactly([person("z", OLD)]) });
    await pull(other);
    expect((await pull(source, { kind: "incremental" })).status).toBe("success");
    expect((await peopleOf(source)).map(({ userName }) => userName)).toEqual(["new", "b"]);
    expect(await watermarkIn(source)).toBe("2026-05-02T09:00:00Z");
  });

  it("and says no time leaves what is asked from where it is", async () => {
    const source = await newPulled(admin, { people: exactly([person("a", OLD)]) });
    await pull(source);
    const later = person("a", "2026-05-02T08:00:00Z", { title: "A" });
    await source.upstream.replace({ people: exactly([later, { id: "b" }]) });
    expect((await pull(source)).status).toBe("partial");
    expect(await watermarkIn(source)).toBe(OLD);
  });
});

it("F-66 is never behind what was sure when the run began, nor behind what failed", () => {
  const time = fc.integer({ min: -3e11, max: 4e12 });
  const text = time.map((ms) => new Date(ms).toISOString());
  fc.assert(
    fc.property(text, time, fc.array(text), (newest, begunAt, failed) => {
      const state = { ...firstState("", { User: 0, Group: 0, Organization: 0 }), newest, begunAt };
      const records = failed.map((lastModified) => ({ lastModified }));
      const from = Date.parse(watermarkOf(withFailed(state, records)) ?? "");
      expect(from).toBe(Math.min(begunAt, ...[newest, ...failed].map((one) => Date.parse(one))));
      expect(watermarkOf(withFailed(state, [...records, {}]))).toBeUndefined();
    }),
    { seed, numRuns: 1_000 },
  );
});
