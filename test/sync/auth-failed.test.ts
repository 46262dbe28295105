/** F-43: credentials that an upstream refuses, and a schedule that stops asking with them. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { faults } from "../support/faults.ts";
import { ended, newPulled, pull, runOf, type Pulled } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { TOKEN } from "../support/upstream.ts";
import worker from "../support/worker.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const schedule = { kind: "every", minutes: 5 } as const;
const newSource = () => newPulled(admin, { people: { count: 2 } }, { schedule });
const refuse = ({ upstream }: Pulled, status = 401) =>
  upstream.setFaults({ on: "token", act: { kind: "answer", status } });

async function stateOf({ id }: Pulled): Promise<Json | undefined> {
  const { body } = await admin("GET", `/data-sources/${id}`);
  const { nextRunAt, scheduleStopped } = body["upstream"] as Record<string, Json>;
  return [typeof nextRunAt, scheduleStopped ?? null];
}

const GOES = ["string", null];
const STOPPED = ["object", "upstream_auth_failed"];

/** What the cron starts a day later. */
async function started({ id }: Pulled): Promise<string | undefined> {
  faults.now = (faults.now ?? Date.now()) + 86_400_000;
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(faults.now) }), env);
  const run = await env.DB.prepare("SELECT id FROM runs WHERE source_id = ? AND ended_at IS NULL")
    .bind(id)
    .first<string>("id");
  return run ?? undefined;
}

async function stopped(): Promise<Pulled> {
  const source = await newSource();
  await refuse(source);
  for (const _ of [1, 2, 3]) await pull(source);
  expect(await stateOf(source)).toEqual(STOPPED);
  return source;
}

describe("F-43 credentials that are refused", () => {
  it.each([400, 401, 403])(
    "(%i) end the run before a page is asked for, and stop the schedule",
    async (status) => {
      const source = await newSource();
      await refuse(source, status);
      for (const times of [1, 2, 3]) {
        expect(await stateOf(source)).toEqual(GOES);
        const runId = await started(source);
        const run = await ended(source, runId ?? "");
        expect([run.status, run.reason]).toEqual(["failed", "upstream_auth_failed"]);
        expect(run.detail?.includes("the schedule stands still")).toBe(times === 3);
      }
      expect(await stateOf(source)).toEqual(STOPPED);
      const asked = await source.upstream.asked();
      expect(asked.filter(({ path }) => !path.startsWith("/token"))).toEqual([]);
      expect(await started(source)).toBeUndefined();
    },
  );

  it("don't stop it where a run in between went well", async () => {
    const source = await newSource();
    for (const isRefused of [true, true, false, true, true]) {
      await (isRefused ? refuse(source) : source.upstream.setFaults());
      await pull(source);
      expect(await stateOf(source)).toEqual(GOES);
    }
  });

  it("stop nothing where nothing is scheduled", async () => {
    const source = await newPulled(admin, {});
    await refuse(source);
    for (const _ of [1, 2, 3]) {
      expect((await pull(source)).detail).not.toContain("schedule");
    }
    expect(await stateOf(source)).toEqual(["object", null]);
  });
});

describe("F-43 a schedule that was stopped", () => {
  it("goes on with a run by hand, as long as that isn't refused as well", async () => {
    const source = await stopped();
    await pull(source, { dryRun: true });
    expect(await stateOf(source)).toEqual(STOPPED);
    const refused = await pull(source);
    expect((await runOf(refused.id)).detail).toContain("the schedule stands still");
    expect(await stateOf(source)).toEqual(STOPPED);
    await source.upstream.setFaults();
    expect((await pull(source)).status).toBe("success");
    expect(await stateOf(source)).toEqual(GOES);
    expect(await started(source)).toBeDefined();
  });

  it("goes on with another connection, and with no other change", async () => {
    const source = await stopped();
    const patch = (body: Record<string, Json>) =>
      admin("PATCH", `/data-sources/${source.id}`, body);
    expect((await patch({ name: "Renamed" })).status).toBe(200);
    expect(await stateOf(source)).toEqual(STOPPED);
    expect((await patch({ clientSecret: TOKEN.secret })).status).toBe(200);
    expect(await stateOf(source)).toEqual(GOES);
    await source.upstream.setFaults();
    const runId = await started(source);
    expect((await ended(source, runId ?? "")).status).toBe("success");
  });
});
