/** The client secrets of a source: A31, A33 and A105, by the rules of tokens. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { adminOf, statusesOf, type Call } from "../support/admins.ts";
import { idOf, tally, times } from "../support/answer.ts";
import { ask } from "../support/callers.ts";
import { newSource, type Source } from "../support/client.ts";
import { accessTokenOf, newClient, post } from "../support/clients.ts";
import { dump } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";

keepQuiet();

const DAY_MS = 86_400_000;

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly path: string;
}

async function world(): Promise<World> {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "standard");
  return { admin, source, path: `/data-sources/${source.id}/client-secrets` };
}

async function listed({ admin, path }: World): Promise<JsonObject[]> {
  return objectsIn((await admin("GET", path)).body["data"]);
}

const firstOf = async (here: World) => textAt((await listed(here))[0] ?? {}, "id");

afterEach(() => vi.useRealTimers());

describe("client secrets", () => {
  it("A105 come with a push source, whose id is the client's", async () => {
    const here = await world();
    const { body } = await here.admin("GET", `/data-sources/${here.source.id}`);
    expect(body["clientId"]).toBe(here.source.id);
    expect(await listed(here)).toMatchObject([
      { status: "enabled", expired: false, lastUsedAt: null, warnings: [] },
    ]);
  });

  it("are two at most, apart from tokens", async () => {
    const here = await world();
    const answers = await times(20, () => here.admin("POST", here.path, {}));
    expect(tally(answers)).toEqual({ 201: 1, 409: 19 });
    const tokens = `/data-sources/${here.source.id}/tokens`;
    expect((await here.admin("POST", tokens, {})).status).toBe(201);
    expect(objectsIn((await here.admin("GET", tokens)).body["data"])).toHaveLength(2);
    expect(await listed(here)).toHaveLength(2);
    expect(await violations()).toEqual([]);
  });

  it("A33 overlap: both get access tokens, then the new one alone", async () => {
    const { admin, source, path } = await world();
    const old = await newClient(admin, source);
    const [first] = objectsIn((await admin("GET", path)).body["data"]);
    await admin("POST", `${path}/${textAt(first ?? {}, "id")}/disable`);
    await admin("DELETE", `${path}/${textAt(first ?? {}, "id")}`);
    const { body } = await admin("POST", `${path}/${old.secretId}/rotate`, { overlapHours: 1 });
    const next = { id: source.id, secret: textAt(body, "secret") };
    expect(statusesOf([await post(old), await post(next)])).toEqual([200, 200]);
    const token = await accessTokenOf(old);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    expect([(await post(old)).status, (await post(next)).status]).toEqual([401, 200]);
    expect((await ask(source, `Bearer ${token}`)).status).toBe(401);
  });

  it("may all be switched off, but are disabled before they are deleted", async () => {
    const here = await world();
    const id = await firstOf(here);
    const refused = await here.admin("DELETE", `${here.path}/${id}`);
    expect([refused.status, refused.body["code"]]).toEqual([409, "disable_first"]);
    expect((await here.admin("POST", `${here.path}/${id}/disable`)).status).toBe(200);
    expect((await here.admin("DELETE", `${here.path}/${id}`)).status).toBe(204);
    expect(await listed(here)).toEqual([]);
    expect((await ask(here.source, `Bearer ${here.source.token}`)).status).toBe(200);
  });

  it("A29 are no replacement for the last token, nor found among tokens", async () => {
    const here = await world();
    const tokens = `/data-sources/${here.source.id}/tokens`;
    const last = await here.admin("POST", `${tokens}/${here.source.tokenId}/disable`);
    expect(last.body["code"]).toBe("last_enabled_token");
    const id = await firstOf(here);
    for (const [method, path] of [
      ["POST", `${tokens}/${id}/disable`],
      ["DELETE", `${tokens}/${id}`],
      ["POST", `${tokens}/${id}/rotate`],
      ["POST", `${here.path}/${here.source.tokenId}/disable`],
      ["DELETE", `${here.path}/${here.source.tokenId}`],
      ["POST", `${here.path}/${here.source.tokenId}/rotate`],
    ] as const) {
      expect([path, (await here.admin(method, path)).status]).toEqual([path, 404]);
    }
    expect(await listed(here)).toHaveLength(1);
  });

  it("A24 A35 live one day to three years, and may be given another end", async () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    const here = await world();
    const id = await firstOf(here);
    vi.useFakeTimers({ toFake: ["Date"], now });
    const ends: readonly [string, boolean][] = [
      [new Date(now + DAY_MS - 1).toISOString(), false],
      [new Date(now + DAY_MS).toISOString(), true],
      ["2029-03-01T12:00:00Z", true],
      ["2029-03-01T12:00:01Z", false],
    ];
    for (const [expiresAt, taken] of ends) {
      const made = await here.admin("POST", here.path, { expiresAt });
      const edited = await here.admin("PATCH", `${here.path}/${id}`, { expiresAt });
      const expected = taken ? [201, 200] : [400, 400];
      expect([expiresAt, made.status, edited.status]).toEqual([expiresAt, ...expected]);
      if (!taken) continue;
      await here.admin("POST", `${here.path}/${idOf(made)}/disable`);
      await here.admin("DELETE", `${here.path}/${idOf(made)}`);
    }
  });

  it("A36 A112 are shown once and kept as hashes, own ones without even their end", async () => {
    const here = await world();
    const own = "from-the-system-before-77";
    const made = await here.admin("POST", here.path, { secret: own });
    expect(made.body).toMatchObject({ secret: own, hint: "" });
    const rows = JSON.stringify(await dump());
    for (const path of [here.path, `/data-sources/${here.source.id}`, "/data-sources", "/events"]) {
      expect((await here.admin("GET", path)).text).not.toContain(own);
    }
    expect(rows).not.toContain(own);
  });

  it("are events of their source", async () => {
    const here = await world();
    const { secretId } = await newClient(here.admin, here.source);
    await here.admin("POST", `${here.path}/${secretId}/disable`);
    await here.admin("POST", `${here.path}/${secretId}/enable`);
    await here.admin("POST", `${here.path}/${secretId}/rotate`, { overlapHours: 0 });
    const { body } = await here.admin("GET", "/events?resourceType=DataSource");
    expect(objectsIn(body["data"]).map(({ type }) => type)).toEqual([
      "secret.rotated",
      "secret.enabled",
      "secret.disabled",
      "secret.created",
      "source.created",
    ]);
  });

  it("made with one Idempotency-Key are one, with the same secret", async () => {
    const { admin, path } = await world();
    const make = () => admin("POST", path, {}, { "idempotency-key": "once" });
    const [one, again] = [await make(), await make()];
    expect(again.body).toEqual(one.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });
});
