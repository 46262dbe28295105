/** The bearer tokens of a source, A23 to A36 and A99, over HTTP. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { adminOf, statusesOf, type Call } from "../support/admins.ts";
import { idOf, tally, times } from "../support/answer.ts";
import { anyone, ask, expectUseless } from "../support/callers.ts";
import { call, newSource, type Answer, type Source } from "../support/client.ts";
import { dump } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";

keepQuiet();

const DAY_MS = 86_400_000;
const MANY = 50;

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly path: string;
}

async function world(more: JsonObject = {}): Promise<World> {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "standard", more);
  return { admin, source, path: `/data-sources/${source.id}/tokens` };
}

async function second({ admin, path }: World): Promise<{ id: string; secret: string }> {
  const answer = await admin("POST", path, {});
  return { id: idOf(answer), secret: textAt(answer.body, "secret") };
}

async function listed({ admin, path }: World): Promise<JsonObject[]> {
  return objectsIn((await admin("GET", path)).body["data"]);
}

async function statesOf(at: World): Promise<string[]> {
  return (await listed(at)).map((token) => textAt(token, "status")).sort();
}

async function use({ source }: World, secret: string): Promise<number> {
  return (await ask(source, `Bearer ${secret}`)).status;
}

/** The clock of everybody: of the Worker and of the objects. */
function at(time: number | string): number {
  const now = new Date(time).getTime();
  vi.useFakeTimers({ toFake: ["Date"], now });
  return now;
}

const iso = (time: number) => new Date(time).toISOString();

afterEach(() => vi.useRealTimers());

describe("a lifetime", () => {
  // The moment of the request, the end asked for, whether it is taken.
  const ends: readonly [string, string, boolean][] = [
    ["2026-03-01T12:00:00.000Z", "2026-03-02T12:00:00.000Z", true],
    ["2026-03-01T12:00:00.000Z", "2026-03-02T11:59:59.999Z", false],
    ["2026-03-01T12:00:00.000Z", "2026-03-02T11:59:59Z", false],
    ["2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00Z", false],
    ["2026-03-01T12:00:00.000Z", "2029-03-01T12:00:00Z", true],
    ["2026-03-01T12:00:00.000Z", "2029-03-01T20:00:00+08:00", true],
    ["2026-03-01T12:00:00.000Z", "2029-03-01T12:00:00.001Z", false],
    ["2026-03-01T12:00:00.000Z", "2029-03-01T12:00:01Z", false],
    ["2028-02-29T00:00:00.000Z", "2031-02-28T00:00:00Z", true],
    ["2028-02-29T00:00:00.000Z", "2031-02-28T00:00:01Z", false],
    ["2025-02-28T23:59:59.000Z", "2028-02-28T23:59:59Z", true],
    ["2025-02-28T23:59:59.000Z", "2028-02-29T00:00:00Z", false],
  ];

  it.each(ends)("A23 A24 made at %s and ending at %s is taken: %s", async (now, end, taken) => {
    const { admin, path } = await world();
    at(now);
    const { status, body, text } = await admin("POST", path, { expiresAt: end });
    expect([status, text]).toEqual([taken ? 201 : 400, text]);
    if (taken) expect(Date.parse(textAt(body, "expiresAt"))).toBe(Date.parse(end));
    else expect(body["code"]).toBe("invalid_value");
  });

  it.each(ends)("A35 changed at %s to %s is taken: %s", async (now, end, taken) => {
    const at0 = await world();
    at(now);
    const { id } = await second(at0);
    const { status } = await at0.admin("PATCH", `${at0.path}/${id}`, { expiresAt: end });
    expect(status).toBe(taken ? 200 : 400);
  });

  it.each([
    [1, 201],
    [1095, 201],
    [0, 400],
    [1097, 400],
  ])("A23 A24 of %i days is answered %i", async (expiresInDays, expected) => {
    const { admin, path } = await world();
    at("2025-03-01T00:00:00Z");
    expect((await admin("POST", path, { expiresInDays })).status).toBe(expected);
  });

  it("A32 ends at its millisecond, although the token is enabled", async () => {
    const here = await world({ tokenExpiresInDays: 1 });
    const [token = {}] = await listed(here);
    const end = Date.parse(textAt(token, "expiresAt"));
    at(end - 1);
    expect(await use(here, here.source.token)).toBe(200);
    at(end);
    await expectUseless(here.source, `Bearer ${here.source.token}`);
    expect(await listed(here)).toMatchObject([{ status: "enabled", expired: true }]);
  });
});

describe("two tokens", () => {
  it("A25 are the most, also when many are asked for at once", async () => {
    const here = await world();
    const answers = await times(MANY, () => here.admin("POST", here.path, {}));
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
    const refused = answers.filter(({ status }) => status === 409);
    expect(new Set(refused.map(({ body }) => body["code"]))).toEqual(
      new Set(["token_limit_reached"]),
    );
    expect(await listed(here)).toHaveLength(2);
  });

  it("A26 work while they are enabled", async () => {
    const here = await world();
    await second(here);
    await here.admin("POST", `${here.path}/${here.source.tokenId}/disable`);
    await expectUseless(here.source, `Bearer ${here.source.token}`);
    await here.admin("POST", `${here.path}/${here.source.tokenId}/enable`);
    expect(await use(here, here.source.token)).toBe(200);
  });

  it("A27 keep one enabled, and the refusal says why", async () => {
    const { admin, path, source } = await world();
    const { status, body } = await admin("POST", `${path}/${source.tokenId}/disable`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: "last_enabled_token",
      detail: "An enabled data source needs one token that works",
      hint: "Add another token first, then disable this one.",
    });
  });

  it("A28 are disabled before they are deleted", async () => {
    const here = await world();
    const { id } = await second(here);
    const refused = await here.admin("DELETE", `${here.path}/${id}`);
    expect([refused.status, refused.body["code"]]).toEqual([409, "disable_first"]);
    await here.admin("POST", `${here.path}/${id}/disable`);
    expect((await here.admin("DELETE", `${here.path}/${id}`)).status).toBe(204);
    expect(await listed(here)).toHaveLength(1);
  });

  it("A29 disabled at once leave one enabled", async () => {
    for (let round = 0; round < 5; round++) {
      const here = await world();
      const ids = [here.source.tokenId, (await second(here)).id];
      const answers = await Promise.all(
        ids.map((id) => here.admin("POST", `${here.path}/${id}/disable`)),
      );
      expect(statusesOf(answers)).toEqual([200, 409]);
      expect(await statesOf(here)).toEqual(["disabled", "enabled"]);
    }
  });

  it("A29 leave one that works after fifty operations that race", async () => {
    const here = await world();
    const ids = [here.source.tokenId, (await second(here)).id];
    const moves = ["disable", "DELETE", "enable", "disable", "rotate"] as const;
    const answers = await times(MANY, (n): Promise<Answer> => {
      const one = `${here.path}/${ids[n % 2] ?? ""}`;
      const move = moves[n % moves.length] ?? "disable";
      if (move === "DELETE") return here.admin("DELETE", one);
      return here.admin(
        "POST",
        `${one}/${move}`,
        move === "rotate" ? { overlapHours: 0 } : undefined,
      );
    });
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const left = await listed(here);
    expect(left.length).toBeLessThanOrEqual(2);
    expect(left.filter(({ status }) => status === "enabled").length).toBeGreaterThanOrEqual(1);
    expect(await violations()).toEqual([]);
  });

  it("A29 is held against every way of losing the last: delete, rotate, another's, a draft", async () => {
    const here = await world();
    const { admin, path, source } = here;
    expect((await admin("DELETE", `${path}/${source.tokenId}`)).body["code"]).toBe("disable_first");
    const { body } = await admin("POST", `${path}/${source.tokenId}/rotate`, { overlapHours: 0 });
    expect(await use(here, textAt(body, "secret"))).toBe(200);
    const other = await newSource(admin, "okta");
    const foreign = `/data-sources/${other.id}/tokens/${textAt(body, "id")}`;
    expect((await admin("POST", `${foreign}/disable`)).status).toBe(404);
    expect((await admin("DELETE", foreign)).status).toBe(404);
    expect(await statesOf(here)).toEqual(["enabled"]);
  });
});

describe("an expired token beside others", () => {
  /** Whether each of two tokens has expired by now. */
  async function pair(first: boolean, other: boolean): Promise<World & { ids: string[] }> {
    const start = at("2026-01-01T00:00:00Z");
    const here = await world({ tokenExpiresInDays: first ? 1 : 300 });
    const made = await here.admin("POST", here.path, { expiresInDays: other ? 1 : 300 });
    at(start + 2 * DAY_MS);
    return { ...here, ids: [here.source.tokenId, idOf(made)] };
  }

  const disable = ({ admin, path }: World, id = ""): Promise<Answer> =>
    admin("POST", `${path}/${id}/disable`);

  it("A27 doesn't count as the one that stays enabled", async () => {
    const here = await pair(true, false);
    expect((await disable(here, here.ids[1])).body["code"]).toBe("last_enabled_token");
    expect((await disable(here, here.ids[0])).status).toBe(200);
    expect((await disable(here, here.ids[1])).body["code"]).toBe("last_enabled_token");
    expect((await here.admin("DELETE", `${here.path}/${here.ids[0]}`)).status).toBe(204);
  });

  it("A25 counts as one of the two", async () => {
    const { admin, path } = await pair(true, false);
    expect((await admin("POST", path, {})).body["code"]).toBe("token_limit_reached");
  });

  it("A27 leaves a way out where both have expired", async () => {
    const here = await pair(true, true);
    expect((await disable(here, here.ids[0])).status).toBe(200);
    expect((await here.admin("DELETE", `${here.path}/${here.ids[0]}`)).status).toBe(204);
    const { secret } = await second(here);
    expect(await use(here, secret)).toBe(200);
    expect((await disable(here, here.ids[1])).status).toBe(200);
  });

  it("A27 leaves a way out where the only one has expired", async () => {
    const start = at("2026-01-01T00:00:00Z");
    const here = await world({ tokenExpiresInDays: 1 });
    at(start + DAY_MS);
    const revived = await here.admin("PATCH", `${here.path}/${here.source.tokenId}`, {
      expiresAt: iso(start + 3 * DAY_MS),
    });
    expect(revived.body).toMatchObject({ expired: false, status: "enabled" });
    expect(await use(here, here.source.token)).toBe(200);
  });

  it("A26 isn't enabled again before it gets another end", async () => {
    const here = await pair(true, false);
    await disable(here, here.ids[0]);
    const { status, body } = await here.admin("POST", `${here.path}/${here.ids[0]}/enable`);
    expect([status, body["code"]]).toEqual([409, "conflict"]);
  });
});

describe("a token alone", () => {
  it("A30 is enough: no user, no password", async () => {
    const { source } = await world();
    const { status } = await call("GET", `${source.base}/Users`, {
      headers: anyone({ authorization: `Bearer ${source.token}` }),
    });
    expect(status).toBe(200);
  });

  it("A42 is the only way in: none, a malformed and a foreign one are answered 401", async () => {
    const { admin, source } = await world();
    const other = await newSource(admin, "okta");
    for (const path of ["/Users", "/Groups"]) {
      for (const sent of [undefined, "Bearer", "Bearer x", `Basic ${source.token}`, other.token]) {
        const header = sent === other.token ? `Bearer ${sent}` : sent;
        const { status, body } = await ask(source, header, path);
        expect([path, sent, status]).toEqual([path, sent, 401]);
        expect(body).toMatchObject({
          schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
          status: "401",
        });
      }
    }
  });
});

describe("rotation", () => {
  it("A33 by hand refuses nothing: both work, then the new one alone", async () => {
    const here = await world();
    const { id, secret } = await second(here);
    expect([await use(here, here.source.token), await use(here, secret)]).toEqual([200, 200]);
    await here.admin("POST", `${here.path}/${here.source.tokenId}/disable`);
    expect([await use(here, here.source.token), await use(here, secret)]).toEqual([401, 200]);
    await here.admin("DELETE", `${here.path}/${here.source.tokenId}`);
    expect((await listed(here)).map((token) => token["id"])).toEqual([id]);
  });

  it.each([0, 0.5, 1, 24])(
    "A33 in one step overlaps by %d hours to the millisecond",
    async (overlapHours) => {
      const start = at("2026-01-01T00:00:00Z");
      const here = await world();
      const { body } = await here.admin("POST", `${here.path}/${here.source.tokenId}/rotate`, {
        overlapHours,
      });
      const secret = textAt(body, "secret");
      const end = start + overlapHours * 3_600_000;
      if (overlapHours > 0) {
        at(end - 1);
        expect(await use(here, here.source.token)).toBe(200);
      }
      at(end);
      expect([await use(here, here.source.token), await use(here, secret)]).toEqual([401, 200]);
    },
  );

  it("A33 never lengthens a token's life, nor makes a third token", async () => {
    const start = at("2026-01-01T00:00:00Z");
    const here = await world({ tokenExpiresInDays: 1 });
    at(start + DAY_MS - 60_000);
    const rotate = () =>
      here.admin("POST", `${here.path}/${here.source.tokenId}/rotate`, { overlapHours: 24 });
    expect((await rotate()).status).toBe(201);
    const [old = {}] = await listed(here);
    expect(Date.parse(textAt(old, "expiresAt"))).toBe(start + DAY_MS);
    expect((await rotate()).body["code"]).toBe("token_limit_reached");
  });

  it("A33 twenty times at once leaves two tokens, one of which works", async () => {
    const here = await world();
    const answers = await times(20, () =>
      here.admin("POST", `${here.path}/${here.source.tokenId}/rotate`, { overlapHours: 1 }),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 19 });
    expect(await listed(here)).toHaveLength(2);
  });
});

describe("what is shown of a token", () => {
  it("A34 is its state, its times and its last use, never the secret", async () => {
    const here = await world();
    const { secret } = await second(here);
    expect(await use(here, here.source.token)).toBe(200);
    const usedAt = Date.now();
    await env.DB.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?")
      .bind(usedAt, here.source.tokenId)
      .run();
    const answer = await here.admin("GET", here.path);
    const [first = {}, other = {}] = objectsIn(answer.body["data"]);
    expect(first).toMatchObject({ status: "enabled", lastUsedAt: iso(usedAt), expired: false });
    expect(other["lastUsedAt"]).toBeNull();
    for (const token of [first, other]) {
      expect(Object.keys(token).sort()).toEqual([
        "createdAt",
        "expired",
        "expiresAt",
        "hint",
        "id",
        "lastUsedAt",
        "status",
        "warnings",
      ]);
    }
    for (const one of [secret, here.source.token]) expect(answer.text).not.toContain(one);
  });

  it("A36 is no use to who has the database", async () => {
    const here = await world();
    const { secret } = await second(here);
    const rows = JSON.stringify(await dump());
    expect(rows).not.toContain(secret);
    expect(rows).not.toContain(here.source.token);
    const { results } = await env.DB.prepare("SELECT hash FROM tokens").all();
    for (const { hash } of results) {
      expect(await use(here, String(hash))).toBe(401);
      expect(await use(here, here.source.token.slice(0, 11) + String(hash))).toBe(401);
    }
  });
});

describe("warnings", () => {
  it.each([
    [31, []],
    [30, ["expires_soon"]],
    [1, ["expires_soon"]],
    [0, ["expired"]],
  ])("A99 with %i days left are %j, on the token and on its source", async (left, warnings) => {
    const start = at("2026-01-01T00:00:00Z");
    const { admin, path, source } = await world({ tokenExpiresInDays: 100 });
    await env.DB.prepare("UPDATE tokens SET last_used_at = created_at").run();
    at(start + (100 - left) * DAY_MS);
    const { body } = await admin("GET", path);
    expect(objectsIn(body["data"])[0]?.["warnings"]).toEqual(warnings);
    const one = await admin("GET", `/data-sources/${source.id}`);
    const all = await admin("GET", "/data-sources");
    const told = objectsIn(one.body["warnings"]);
    expect(told.map(({ code }) => code)).toEqual([...warnings, ...warnings]);
    expect(objectsIn(all.body["data"])[0]?.["warnings"]).toEqual(one.body["warnings"]);
    for (const warning of told) {
      expect(warning["expiresAt"]).toBe(iso(start + 100 * DAY_MS));
      expect(["bearer", "client_secret"]).toContain(warning["credentialType"]);
    }
  });

  it("A99 tell of what was never used and of what lives long, and nothing of what is disabled", async () => {
    const start = at("2026-01-01T00:00:00Z");
    const here = await world({ tokenExpiresInDays: 367 });
    const warnings = async () => (await listed(here)).map((token) => token["warnings"]);
    expect(await warnings()).toEqual([["long_lived"]]);
    at(start + 30 * DAY_MS + 1);
    expect(await warnings()).toEqual([["never_used", "long_lived"]]);
    await second(here);
    await here.admin("POST", `${here.path}/${here.source.tokenId}/disable`);
    expect(await warnings()).toEqual([[], []]);
  });
});
