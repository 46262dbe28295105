/** POSTs with an Idempotency-Key: carried out once, answered alike, whatever fails in between. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { isObject, type JsonObject } from "../../../src/scim/json.ts";
import { DEADLINE_MS } from "../../../src/directory/database.ts";
import { adminOf, fetchWith, newKey, withHeaders, type Call } from "../../support/admins.ts";
import { times } from "../../support/answer.ts";
import { newSource, type Answer, type Source } from "../../support/client.ts";
import { dump, rowsOf } from "../../support/dump.ts";
import {
  endFaults,
  failCall,
  faults,
  until,
  withFaults,
  type Mode,
  type Place,
} from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { textAt } from "../../support/scim.ts";
import { isPutOff } from "../../support/writes.ts";
import worker from "../../support/worker.ts";

keepQuiet();

interface World {
  readonly secret: string;
  readonly admin: Call;
  readonly source: Source;
}

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

async function newWorld(): Promise<World> {
  const { secret } = await newKey("owner");
  const admin = withHeaders({ authorization: `Bearer ${secret}` });
  return { secret, admin, source: await newSource(admin, "okta") };
}

interface Creation {
  readonly name: string;
  readonly path: (world: World) => string;
  readonly body: JsonObject;
  readonly other: JsonObject;
  /** Table → rows that one of it makes. */
  readonly makes: Readonly<Record<string, number>>;
}

const CREATIONS: readonly Creation[] = [
  {
    name: "a data source",
    path: () => "/data-sources",
    body: { name: "New", mode: "push", profile: "entra" },
    other: { name: "Newer", mode: "push", profile: "entra" },
    makes: { data_sources: 1, tokens: 2, organizations: 1, events: 2 },
  },
  {
    name: "a user",
    path: () => "/users",
    body: {
      userName: "ada",
      attributes: { displayName: "Ada" },
      expireDate: "2999-01-01T00:00:00Z",
    },
    other: { userName: "bob" },
    makes: { users: 1, events: 1, audit: 1 },
  },
  {
    name: "a group",
    path: () => "/groups",
    body: { displayName: "Staff" },
    other: { displayName: "Others" },
    makes: { groups: 1, events: 1, audit: 1 },
  },
  {
    name: "an organization",
    path: () => "/organizations",
    body: { displayName: "Sales", order: 1 },
    other: { displayName: "Others" },
    makes: { organizations: 1, events: 1, audit: 1 },
  },
  {
    name: "a token",
    path: ({ source }) => `/data-sources/${source.id}/tokens`,
    body: { expiresInDays: 30 },
    other: { expiresInDays: 31 },
    makes: { tokens: 1, events: 1 },
  },
  {
    name: "a token's successor",
    path: ({ source }) => `/data-sources/${source.id}/tokens/${source.tokenId}/rotate`,
    body: { overlapHours: 1 },
    other: { overlapHours: 2 },
    makes: { tokens: 1, events: 1 },
  },
  {
    name: "a token's successor, at once",
    path: ({ source }) => `/data-sources/${source.id}/tokens/${source.tokenId}/rotate`,
    body: { overlapHours: 0 },
    other: {},
    makes: { tokens: 0, events: 1 },
  },
  {
    name: "an admin key",
    path: () => "/admin-keys",
    body: { name: "CI", role: "viewer" },
    other: { name: "CI", role: "owner" },
    makes: { admin_keys: 1, events: 1 },
  },
  {
    name: "a directory",
    path: () => "/directories",
    body: { name: "Acme" },
    other: { name: "Acme Ltd" },
    makes: { directories: 1, organizations: 1, events: 2 },
  },
  {
    name: "a directory of another shard",
    path: () => "/directories",
    body: { name: "Far", shard: "01" },
    other: { name: "Far", shard: "00" },
    makes: { directories: 1, organizations: 0, events: 1 },
  },
];

const KEY = "key-of-a-repeated-request-1";

function send({ path }: Creation, body: JsonObject, key = KEY): Promise<Answer> {
  return world.admin("POST", path(world), body, { "idempotency-key": key });
}

async function sizes({ makes }: Creation): Promise<Record<string, number>> {
  const all = await dump();
  return Object.fromEntries(Object.keys(makes).map((name) => [name, rowsOf(all, name).length]));
}

function sum(a: Record<string, number>, b: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(a).map(([name, n]) => [name, n + (b[name] ?? 0)]));
}

/** A secret that an answer shows, if it shows one. */
function secretIn({ body }: Answer): string | undefined {
  const { secret, token } = body;
  if (typeof secret === "string") return secret;
  return isObject(token) ? textAt(token, "secret") : undefined;
}

async function expectOnce(creation: Creation, before: Record<string, number>): Promise<void> {
  expect(await sizes(creation)).toEqual(sum(before, creation.makes));
  expect(rowsOf(await dump(), "idempotency")).toHaveLength(1);
  expect(await violations()).toEqual([]);
}

describe.each(CREATIONS)("making $name under a key", (creation) => {
  it("gives the same answer again, and makes one", async () => {
    const before = await sizes(creation);
    const first = await send(creation, creation.body);
    expect(first.status, first.text).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const again = await send(creation, creation.body);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    await expectOnce(creation, before);
  });

  it("refuses another body, and changes nothing", async () => {
    const first = await send(creation, creation.body);
    const before = await dump();
    const other = await send(creation, creation.other);
    expect([other.status, other.body["code"]]).toEqual([422, "idempotency_key_reused"]);
    expect(other.text).not.toContain(secretIn(first) ?? "never");
    expect(await dump()).toEqual(before);
  });

  it("makes one of eight at once, and answers all alike", async () => {
    const before = await sizes(creation);
    const answers = await times(8, () => send(creation, creation.body));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await expectOnce(creation, before);
  });

  it("keeps no secret in clear, in any table", async () => {
    const answer = await send(creation, creation.body);
    const text = JSON.stringify(await dump());
    for (const secret of [secretIn(answer), KEY]) {
      if (secret !== undefined) expect(text).not.toContain(secret);
    }
  });

  it.each(["worker", "object"] as const)("survives faults of D1 at the %s", async (place) => {
    for (const call of [1, 2, 3]) {
      for (const mode of ["before", "after", "hang", "hang-after"] as const) {
        await underFault(creation, { place, call, mode });
      }
    }
  });
});

/** One fault, then the same request again until it is answered: one was made, and its answer given. */
async function underFault(
  creation: Creation,
  { place, call, mode }: { place: Place; call: number; mode: Mode },
): Promise<void> {
  world = await newWorld();
  const suffix = crypto.randomUUID().slice(0, 8);
  const NAMES = ["name", "userName", "displayName"];
  const body = Object.fromEntries(
    Object.entries(creation.body).map(([name, value]) => [
      name,
      NAMES.includes(name) && typeof value === "string" ? `${value} ${suffix}` : value,
    ]),
  );
  const before = await sizes(creation);
  const kept = rowsOf(await dump(), "idempotency").length;
  failCall(place, call, mode);
  const hangs = place === "worker" && mode.startsWith("hang");
  const first = await (hangs ? inNoTime(call, creation, body) : send(creation, body));
  endFaults();
  if (first.status !== 201) expect([first.status, isPutOff(first)]).toEqual([503, true]);
  const again = await answered(creation, body);
  expect([place, call, mode, again.status, again.text]).toEqual([
    place,
    call,
    mode,
    201,
    again.text,
  ]);
  if (first.status === 201) expect(again.body).toEqual(first.body);
  expect(await sizes(creation)).toEqual(sum(before, creation.makes));
  expect(rowsOf(await dump(), "idempotency")).toHaveLength(kept + 1);
  const secret = secretIn(again);
  if (secret?.startsWith("mst_adm_")) {
    const as = withHeaders({ authorization: `Bearer ${secret}` });
    expect((await as("GET", "/me")).status).toBe(200);
  }
}

/** A client that is put off comes again, as it was told to. */
async function answered(creation: Creation, body: JsonObject): Promise<Answer> {
  for (let tries = 1; tries < 5; tries++) {
    const answer = await send(creation, body);
    if (!isPutOff(answer)) return answer;
  }
  return send(creation, body);
}

/** Sent here, where the clock is ours: the deadline passes as soon as the given call hangs. */
async function inNoTime(call: number, { path }: Creation, body: JsonObject): Promise<Answer> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let answered = false;
  const response = fetchWith(withFaults(env, "worker"), `/api/v1${path(world)}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${world.secret}`,
      "content-type": "application/json",
      "idempotency-key": KEY,
    },
    body: JSON.stringify(body),
  }).finally(() => {
    answered = true;
  });
  try {
    await until(() => answered || faults.calls.worker >= call);
    await vi.advanceTimersByTimeAsync(DEADLINE_MS);
    const { status, headers } = await response;
    const text = await (await response).text();
    const parsed: unknown = JSON.parse(text);
    return { status, headers, text, body: isObject(parsed) ? parsed : {} };
  } finally {
    vi.useRealTimers();
  }
}

describe("a key", () => {
  const [creation] = CREATIONS.filter(({ name }) => name === "an admin key");
  const make = (admin: Call, headers: Record<string, string>, path = "/admin-keys") =>
    admin("POST", path, creation?.body, headers);
  const idOf = async (answer: Promise<Answer>) => (await answer).body["id"];

  it("is its admin's own: another's of the same text is another", async () => {
    const other = await adminOf("owner");
    const headers = { "idempotency-key": KEY };
    expect(await idOf(make(world.admin, headers))).not.toBe(await idOf(make(other, headers)));
  });

  it("is of one route", async () => {
    const headers = { "idempotency-key": KEY };
    await make(world.admin, headers);
    const answer = await world.admin("POST", "/directories", { name: "Acme" }, headers);
    expect(answer.status).toBe(201);
  });

  it("makes one each without it", async () => {
    expect(await idOf(make(world.admin, {}))).not.toBe(await idOf(make(world.admin, {})));
    expect(rowsOf(await dump(), "idempotency")).toEqual([]);
  });

  it.each(["", "with space", "x".repeat(256), "ümlaut"])("is refused as %j", async (key) => {
    const before = await dump();
    const answer = await make(world.admin, {
      "idempotency-key": encodeURI(key) === key ? key : "\xfc",
    });
    expect(answer.status).toBe(400);
    expect(await dump()).toEqual(before);
  });

  it("is no answer while nobody knows whether the request was quicker under it", async () => {
    const body = { name: "Taken", mode: "push", profile: "okta" };
    expect((await world.admin("POST", "/data-sources", body)).status).toBe(201);
    const headers = {
      authorization: `Bearer ${world.secret}`,
      "content-type": "application/json",
      "idempotency-key": KEY,
    };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const send = () => fetchWith(withFaults(env, "worker"), "/api/v1/data-sources", request);
    faults.watch = ({ place }) => {
      if (place === "object") failCall("worker", 1, "before", true);
      return undefined;
    };
    expect((await send()).status).toBe(503);
    endFaults();
    expect((await send()).status).toBe(409);
  });

  it("isn't used up by a request that was refused", async () => {
    const headers = { "idempotency-key": KEY };
    const taken = { name: "default" };
    expect((await world.admin("POST", "/directories", taken, headers)).status).toBe(409);
    const body = { name: "Other" };
    expect((await world.admin("POST", "/directories", body, headers)).status).toBe(201);
  });

  it("is forgotten after a day", async () => {
    const headers = { "idempotency-key": KEY };
    const first = await idOf(make(world.admin, headers));
    const age = (ms: number) =>
      env.DB.prepare("UPDATE idempotency SET created_at = ?")
        .bind(Date.now() - ms)
        .run();
    await age(24 * 3_600_000 - 60_000);
    expect(await idOf(make(world.admin, headers))).toBe(first);
    await age(24 * 3_600_000);
    expect(await idOf(make(world.admin, headers))).not.toBe(first);
    expect(rowsOf(await dump(), "idempotency")).toHaveLength(1);
    await worker.scheduled(
      createScheduledController({ scheduledTime: new Date(Date.now() + 24 * 3_600_000) }),
      env,
    );
    expect(rowsOf(await dump(), "idempotency")).toEqual([]);
  });

  it("is known while a new pepper takes over", async () => {
    const { secret } = await newKey("owner");
    const ask = async (pepper: string) => {
      const response = await fetchWith({ ...env, TOKEN_PEPPER: pepper }, "/api/v1/directories", {
        method: "POST",
        headers: {
          authorization: `Bearer ${secret}`,
          "content-type": "application/json",
          "idempotency-key": KEY,
        },
        body: JSON.stringify({ name: "Acme" }),
      });
      return { status: response.status, body: await response.json() };
    };
    const old = env.TOKEN_PEPPER ?? "";
    const first = await ask(old);
    expect(first.status).toBe(201);
    expect(await ask(`k2:${"n".repeat(40)},${old}`)).toEqual(first);
  });
});
