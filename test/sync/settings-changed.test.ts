/** F-68: settings that are changed, and sources that are disabled or deleted, while a run goes on. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { randomBytes } from "../../src/directory/ids.ts";
import { readMasterKeys, resealSecret } from "../../src/sources/sealed-secret.ts";
import { NO_TALLY, type Run } from "../../src/sync/run.ts";
import { claim, type Admin } from "../support/client.ts";
import { faults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import {
  ended,
  exactly,
  newPulled,
  peopleOf,
  pull,
  recordsOf,
  start,
  startOf,
  type Pulled,
} from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";
import { newUpstream, type TestUpstream } from "../support/upstream.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const PEOPLE = 6;

/** Two pages of organizations and three of people, whose names nobody else has. */
function newSource(): Promise<Pulled> {
  const ids = Array.from({ length: PEOPLE }, (_, n) => String(n));
  const people = exactly(ids.map((id) => ({ id, userName: crypto.randomUUID() })));
  const organizations = exactly(ids.slice(0, 3).map((id) => ({ id, displayName: `Place ${id}` })));
  return newPulled(admin, { people, organizations }, { pageSize: 2 });
}

async function asked(method: string, path: string, body?: JsonObject): Promise<void> {
  const answer = await admin(method, path, body);
  if (answer.status >= 300) throw new Error(answer.text);
}

const relax = ({ id }: Pulled) =>
  asked("PATCH", `/data-sources/${id}`, { switches: { uniqueContacts: false } });
const disable = ({ id }: Pulled) => asked("POST", `/data-sources/${id}/disable`);
const stopProvisioning = ({ id }: Pulled) =>
  asked("POST", `/data-sources/${id}/provisioning/disable`);
const enable = ({ id }: Pulled) => asked("POST", `/data-sources/${id}/enable`);

async function remove(source: Pulled): Promise<void> {
  const { body } = await admin("GET", `/data-sources/${source.id}`);
  await disable(source);
  await asked(
    "DELETE",
    `/data-sources/${source.id}?confirm=${encodeURIComponent(textAt(body, "name"))}`,
  );
}

/** A run in which that is done as soon as the object makes its nth call to the database. */
async function interrupted(
  source: Pulled,
  at: number,
  act: (source: Pulled) => Promise<void>,
): Promise<Run> {
  let [calls, acting] = [0, undefined as Promise<void> | undefined];
  faults.watch = ({ object, moment }) => {
    if (object === source.id && moment === "before" && ++calls === at) acting = act(source);
    return undefined;
  };
  const call = startOf();
  const begun = await start(source, call);
  expect(begun.ok, JSON.stringify(begun)).toBe(true);
  const run = await ended(source, call.runId);
  faults.watch = undefined;
  await acting;
  return run;
}

/** Calls of the object between the start of a run and its end. */
const MOMENTS = Array.from({ length: 10 }, (_, n) => n + 3);
const LONG = { timeout: 120_000 };

describe("F-68 settings that are changed while a run goes on", () => {
  it("end it, at whatever moment, and the next one follows them", LONG, async () => {
    for (const at of MOMENTS) {
      const source = await newSource();
      const { status, reason } = await interrupted(source, at, relax);
      expect([at, status, reason]).toEqual([at, "cancelled", "settings_changed"]);
      await expectAllOf(source);
    }
    expect(await violations()).toEqual([]);
  });

  it("end one that waits for its upstream", async () => {
    const source = await newSource();
    await source.upstream.setFaults({ on: "Users", act: { kind: "answer", status: 503 } });
    const call = startOf();
    await start(source, call);
    await relax(source);
    await source.upstream.setFaults();
    const { status, reason } = await ended(source, call.runId);
    expect([status, reason]).toEqual(["cancelled", "settings_changed"]);
    await expectAllOf(source);
  });

  it("let it go on where they say nothing about records", async () => {
    const source = await newSource();
    const rename = ({ id }: Pulled) =>
      asked("PATCH", `/data-sources/${id}`, { name: `Renamed ${crypto.randomUUID()}` });
    expect((await interrupted(source, 6, rename)).status).toBe("success");
  });
});

describe("F-68 another upstream that is entered while a run goes on", () => {
  it("ends it, and is shown nothing that the first one gave", LONG, async () => {
    for (const at of MOMENTS) {
      const source = await newSource();
      const others = Array.from({ length: 3 }, (_, n) => ({
        id: `b${n}`,
        userName: `b${at}.${n}`,
      }));
      const second = await newUpstream({ people: exactly(others) }, { groupUrl: null });
      const { upstream, secret } = second.connection;
      const run = await interrupted(source, at, ({ id }) =>
        asked("PATCH", `/data-sources/${id}`, {
          upstream: {
            tokenUrl: upstream.tokenUrl,
            userUrl: upstream.userUrl,
            orgUrl: upstream.orgUrl,
          },
          clientSecret: secret,
        }),
      );
      expect([at, run.status, run.reason]).toEqual([at, "cancelled", "settings_changed"]);
      const here = await peopleOf(source);
      expect(here.filter((one) => textAt(one, "externalId").startsWith("b"))).toEqual([]);
      const shown = await headersAt(source.upstream);
      const known = await headersAt(second);
      expect(known.filter((header) => shown.includes(header))).toEqual([]);
    }
    expect(await violations()).toEqual([]);
  });

  it("ends one that waits, also where only the secret is another", async () => {
    const source = await newSource();
    await source.upstream.setFaults({ on: "Users", act: { kind: "answer", status: 503 } });
    const call = startOf();
    await start(source, call);
    await asked("PATCH", `/data-sources/${source.id}`, { clientSecret: "another" });
    const { status, reason } = await ended(source, call.runId);
    expect([status, reason]).toEqual(["cancelled", "settings_changed"]);
  });
});

describe("a secret that is sealed anew while a run goes on", () => {
  it("is the same one, and lets it go on", async () => {
    const source = await newSource();
    await source.upstream.setFaults({ on: "Users", act: { kind: "answer", status: 503 } });
    const call = startOf();
    await start(source, call);
    const keys = readMasterKeys(env);
    const row = await env.DB.prepare("SELECT upstream_secret FROM data_sources WHERE id = ?")
      .bind(source.id)
      .first<{ upstream_secret: string }>();
    const place = { sourceId: source.id, upstream: source.upstream.connection.upstream };
    const anew = await resealSecret(keys, place, row?.upstream_secret ?? "", randomBytes);
    expect(anew).not.toBe(row?.upstream_secret);
    await env.DB.prepare(
      "UPDATE data_sources SET upstream_secret = ?2, config_version = config_version + 1 WHERE id = ?1",
    )
      .bind(source.id, anew)
      .run();
    await source.upstream.setFaults();
    expect((await ended(source, call.runId)).status).toBe("success");
    await expectAllOf(source);
  });
});

async function headersAt({ asked: all }: TestUpstream): Promise<readonly string[]> {
  return (await all()).flatMap(({ headers }) => headers["authorization"] ?? []);
}

describe("F-68 a source that is disabled while a run goes on", () => {
  it("ends it, and what it had applied stays", LONG, async () => {
    for (const at of MOMENTS) {
      const source = await newSource();
      const { status, reason } = await interrupted(source, at, disable);
      expect([at, status, reason]).toEqual([at, "cancelled", "data_source_disabled"]);
      const kept = await peopleOf(source);
      expect(kept.every(({ active }) => active)).toBe(true);
      await enable(source);
      await expectAllOf(source);
    }
    expect(await violations()).toEqual([]);
  });
});

describe("F-68 a source whose provisioning is disabled while a run goes on", () => {
  it("ends it, and starts none until it is enabled", async () => {
    const source = await newSource();
    const { status, reason } = await interrupted(source, 6, stopProvisioning);
    expect([status, reason]).toEqual(["cancelled", "data_source_disabled"]);
    const refused = await start(source, startOf());
    expect(refused).toMatchObject({ ok: false, refusal: { reason: "data_source_disabled" } });
    await asked("POST", `/data-sources/${source.id}/provisioning/enable`);
    await expectAllOf(source);
  });
});

describe("F-68 a source that is deleted while a run goes on", () => {
  it("ends it, and leaves nothing of it but its people", LONG, async () => {
    for (const at of MOMENTS) {
      const source = await newSource();
      const { status, reason } = await interrupted(source, at, remove);
      expect([at, status, reason]).toEqual([at, "cancelled", "data_source_disabled"]);
      const { results } = await env.DB.prepare("SELECT 1 FROM run_deferred").all();
      expect(results).toEqual([]);
      expect((await peopleOf(source)).every(({ active }) => active)).toBe(true);
    }
    expect(await violations()).toEqual([]);
  });
});

/** The next run reads to the end, and the one after it finds everything as it is. */
async function expectAllOf(source: Pulled): Promise<void> {
  const next = await pull(source);
  expect([next.status, next.reason], JSON.stringify(await recordsOf(next.id))).toEqual([
    "success",
    null,
  ]);
  const people = await peopleOf(source);
  expect(people).toHaveLength(PEOPLE);
  expect(people.every(({ active }) => active)).toBe(true);
  expect((await pull(source)).counts.User).toEqual({
    ...NO_TALLY,
    read: PEOPLE,
    unchanged: PEOPLE,
  });
}
