import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { latestExpiry } from "../../../src/sources/token-rules.ts";
import { adminOf, statusesOf, type Call } from "../../support/admins.ts";
import { call, newSource, type Source } from "../../support/client.ts";
import { faults } from "../../support/faults.ts";
import { objectsIn, textAt } from "../../support/scim.ts";

const DAY_MS = 86_400_000;

interface Setting {
  readonly admin: Call;
  readonly source: Source;
  readonly path: string;
}

async function setting(): Promise<Setting> {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "okta");
  return { admin, source, path: `/data-sources/${source.id}/tokens` };
}

async function statusOf({ source }: Setting, secret: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${String(secret)}` };
  return (await call("GET", `${source.base}/Users`, { headers })).status;
}

async function listed({ admin, path }: Setting): Promise<JsonObject[]> {
  const { body } = await admin("GET", path);
  return objectsIn(body["data"]);
}

describe("tokens", () => {
  it("rotate by hand without a gap: create, disable, delete", async () => {
    const at = await setting();
    const { admin, source, path } = at;
    const created = await admin("POST", path, { expiresInDays: 30 });
    expect(created.status).toBe(201);
    const { id, secret } = created.body;
    expect([await statusOf(at, source.token), await statusOf(at, secret)]).toEqual([200, 200]);

    expect((await admin("POST", `${path}/${source.tokenId}/disable`)).body["status"]).toBe(
      "disabled",
    );
    expect([await statusOf(at, source.token), await statusOf(at, secret)]).toEqual([401, 200]);
    expect((await admin("POST", `${path}/${source.tokenId}/enable`)).body["status"]).toBe(
      "enabled",
    );
    expect(await statusOf(at, source.token)).toBe(200);

    await admin("POST", `${path}/${source.tokenId}/disable`);
    expect((await admin("DELETE", `${path}/${source.tokenId}`)).status).toBe(204);
    expect(await statusOf(at, source.token)).toBe(401);
    expect((await listed(at)).map((token) => token["id"])).toEqual([id]);
  });

  it("are two at most", async () => {
    const { admin, path } = await setting();
    expect((await admin("POST", path)).status).toBe(201);
    const { status, body } = await admin("POST", path);
    expect(status).toBe(409);
    expect(body["code"]).toBe("token_limit_reached");
  });

  it("stay two when 8 are asked for at once", async () => {
    const at = await setting();
    const answers = await Promise.all(Array.from({ length: 8 }, () => at.admin("POST", at.path)));
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(await listed(at)).toHaveLength(2);
  });

  it("keep one that works, also when both are disabled at once", async () => {
    const at = await setting();
    const { admin, source, path } = at;
    const last = await admin("POST", `${path}/${source.tokenId}/disable`);
    expect(last.status).toBe(409);
    expect(last.body).toMatchObject({ code: "last_enabled_token" });
    expect(last.body["hint"]).toContain("Add another token");
    const { body } = await admin("POST", path);
    const both = [source.tokenId, textAt(body, "id")];
    const answers = await Promise.all(both.map((id) => admin("POST", `${path}/${id}/disable`)));
    expect(statusesOf(answers)).toEqual([200, 409]);
    const enabled = (await listed(at)).filter(({ status }) => status === "enabled");
    expect(enabled).toHaveLength(1);
  });

  it("are disabled before they are deleted", async () => {
    const { admin, source, path } = await setting();
    const { status, body } = await admin("DELETE", `${path}/${source.tokenId}`);
    expect(status).toBe(409);
    expect(body["code"]).toBe("disable_first");
  });

  it("of another source are not found", async () => {
    const at = await setting();
    const other = await newSource(at.admin, "okta");
    for (const [method, end] of [
      ["POST", "/disable"],
      ["POST", "/rotate"],
      ["DELETE", ""],
    ] as const) {
      const { status } = await at.admin(method, `${at.path}/${other.tokenId}${end}`);
      expect(status, `${method} ${end}`).toBe(404);
    }
    expect((await other.call("GET", "/Users")).status).toBe(200);
  });
});

describe("expiry", () => {
  const iso = (time: number) => new Date(time).toISOString();

  it.each<[string, () => JsonObject, number]>([
    ["one day", () => ({ expiresInDays: 1 }), 201],
    [
      "1096 days where there is no leap day",
      () => ({ expiresInDays: daysOfThreeYears() + 1 }),
      400,
    ],
    ["three years to the day", () => ({ expiresInDays: daysOfThreeYears() }), 201],
    ["no day", () => ({ expiresInDays: 0 }), 400],
    ["almost a day", () => ({ expiresAt: iso(Date.now() + DAY_MS - 1000) }), 400],
    ["a day and a minute", () => ({ expiresAt: iso(Date.now() + DAY_MS + 60_000) }), 201],
    ["three years to the second", () => ({ expiresAt: iso(latestExpiry(Date.now())) }), 201],
    [
      "a minute more than three years",
      () => ({ expiresAt: iso(latestExpiry(Date.now()) + 60_000) }),
      400,
    ],
    ["the past", () => ({ expiresAt: "2001-01-01T00:00:00Z" }), 400],
    ["no time", () => ({ expiresAt: "tomorrow" }), 400],
    [
      "both ways of saying it",
      () => ({ expiresInDays: 2, expiresAt: iso(Date.now() + 2 * DAY_MS) }),
      400,
    ],
  ])("of %s", async (_, bodyOf, status) => {
    const { admin, path } = await setting();
    const answer = await admin("POST", path, bodyOf());
    expect(answer.status, answer.text).toBe(status);
  });

  it("is a year where nothing is said", async () => {
    const { admin, path } = await setting();
    const { body } = await admin("POST", path);
    const days = (Date.parse(textAt(body, "expiresAt")) - Date.now()) / DAY_MS;
    expect(days).toBeGreaterThan(364.9);
    expect(days).toBeLessThanOrEqual(365);
  });

  it("is changed within the same bounds, time zones included", async () => {
    const { admin, source, path } = await setting();
    const edit = (expiresAt: string) => admin("PATCH", `${path}/${source.tokenId}`, { expiresAt });
    const later = Date.now() + 100 * DAY_MS;
    const east = iso(later + 8 * 3_600_000).replace("Z", "+08:00");
    expect((await edit(east)).body["expiresAt"]).toBe(iso(later));
    expect((await edit(iso(Date.now() + DAY_MS / 2))).status).toBe(400);
    expect((await edit(iso(latestExpiry(Date.now()) + 60_000))).status).toBe(400);
  });

  it("ends a token's use, and a new one revives it", async () => {
    const at = await setting();
    const { admin, source, path } = at;
    await env.DB.prepare("UPDATE tokens SET expires_at = ?")
      .bind(Date.now() - 1)
      .run();
    expect(await statusOf(at, source.token)).toBe(401);
    expect((await listed(at))[0]).toMatchObject({ status: "enabled", expired: true });
    const expiresAt = iso(Date.now() + 10 * DAY_MS);
    await admin("PATCH", `${path}/${source.tokenId}`, { expiresAt });
    expect(await statusOf(at, source.token)).toBe(200);
  });
});

describe("rotation", () => {
  it("lets both work for the overlap", async () => {
    const at = await setting();
    const { admin, source, path } = at;
    const { status, body } = await admin("POST", `${path}/${source.tokenId}/rotate`, {
      overlapHours: 2,
    });
    expect(status).toBe(201);
    expect([await statusOf(at, source.token), await statusOf(at, body["secret"])]).toEqual([
      200, 200,
    ]);
    const [old = {}] = (await listed(at)).filter(({ id }) => id === source.tokenId);
    const hours = (Date.parse(textAt(old, "expiresAt")) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(1.9);
    expect(hours).toBeLessThanOrEqual(2);
  });

  it("overlaps for a day where nothing is said", async () => {
    const { admin, source, path } = await setting();
    const { status } = await admin("POST", `${path}/${source.tokenId}/rotate`);
    expect(status).toBe(201);
    const { results } = await env.DB.prepare("SELECT expires_at FROM tokens WHERE id = ?")
      .bind(source.tokenId)
      .run();
    const hours = (Number(results[0]?.["expires_at"]) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it("without overlap ends the old one in the same step", async () => {
    const at = await setting();
    const { admin, source, path } = at;
    await admin("POST", path);
    const { status, body } = await admin("POST", `${path}/${source.tokenId}/rotate`, {
      overlapHours: 0,
    });
    expect(status).toBe(201);
    expect([await statusOf(at, source.token), await statusOf(at, body["secret"])]).toEqual([
      401, 200,
    ]);
    expect(await listed(at)).toHaveLength(2);
  });

  it.each([-1, 25, "1"])("refuses an overlap of %j", async (overlapHours) => {
    const { admin, source, path } = await setting();
    const answer = await admin("POST", `${path}/${source.tokenId}/rotate`, { overlapHours });
    expect(answer.status).toBe(400);
    expect(answer.body["errors"]).toEqual([expect.objectContaining({ pointer: "/overlapHours" })]);
  });

  it("makes no third one", async () => {
    const { admin, source, path } = await setting();
    await admin("POST", path);
    const { body } = await admin("POST", `${path}/${source.tokenId}/rotate`, { overlapHours: 1 });
    expect(body["code"]).toBe("token_limit_reached");
  });
});

describe("KV", () => {
  it("isn't needed: a token is found in the database when KV fails or forgets", async () => {
    const at = await setting();
    for (const kv of ["fails", "forgets"] as const) {
      faults.kv = kv;
      expect(await statusOf(at, at.source.token)).toBe(200);
    }
  });

  it("isn't believed: a disabled token is refused although KV still has it", async () => {
    const at = await setting();
    const { keys } = await env.TOKENS.list();
    expect(keys).toHaveLength(1);
    await at.admin("POST", at.path);
    await at.admin("POST", `${at.path}/${at.source.tokenId}/disable`);
    expect(await statusOf(at, at.source.token)).toBe(401);
  });

  it("loses what is deleted", async () => {
    const at = await setting();
    await at.admin("POST", `${at.path}/${at.source.tokenId}/rotate`, { overlapHours: 0 });
    const { keys } = await env.TOKENS.list();
    expect(keys).toHaveLength(1);
  });
});

it("shows no secret and no hash in any GET, and keeps none", async () => {
  const at = await setting();
  const { admin, source, path } = at;
  const { body } = await admin("POST", path);
  await source.call("POST", "/Users", { userName: "ada@x.test" });
  const secrets = [source.token, textAt(body, "secret")];
  const { results } = await env.DB.prepare("SELECT hash FROM tokens").run();
  const hashes = results.map(({ hash }) => String(hash));
  // Two tokens, and the client secret that came with the source.
  expect(hashes).toHaveLength(3);
  for (const seen of [
    "/data-sources",
    `/data-sources/${source.id}`,
    path,
    "/users",
    "/groups",
    "/events",
    "/me",
    "/setup",
  ]) {
    const { status, text } = await admin("GET", seen);
    expect(status).toBe(200);
    for (const canary of [...secrets, ...hashes]) expect(text, seen).not.toContain(canary);
  }
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '_cf_%'",
  ).run();
  for (const { name } of tables.results) {
    const dump = JSON.stringify(await env.DB.prepare(`SELECT * FROM "${String(name)}"`).run());
    for (const canary of secrets) expect(dump, String(name)).not.toContain(canary);
  }
});

function daysOfThreeYears(): number {
  return Math.round((latestExpiry(Date.now()) - Date.now()) / DAY_MS);
}
