import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  adminOf,
  fetchWith,
  newKey,
  statusesUntilLimited,
  type Call,
  withHeaders,
} from "../../support/admins.ts";
import { ORIGIN } from "../../support/client.ts";

const fromConsole = { "x-muster-request": "1", origin: ORIGIN, "sec-fetch-site": "same-origin" };

async function signIn(key: string) {
  const answer = await withHeaders({ "cf-connecting-ip": crypto.randomUUID() })(
    "POST",
    "/session",
    { key },
  );
  const cookie = answer.headers.get("set-cookie") ?? "";
  return { answer, cookie, session: withHeaders({ cookie: cookie.split(";")[0] ?? "" }) };
}

async function ownerSession(): Promise<Call> {
  return (await signIn((await newKey("owner")).secret)).session;
}

describe("signing in", () => {
  it("gives a cookie that only this host, https and no script can read, for 12 hours", async () => {
    const { answer, cookie } = await signIn((await newKey("viewer")).secret);
    expect(answer.status).toBe(204);
    const [value = "", ...attributes] = cookie.split("; ");
    expect(value).toMatch(/^__Host-muster=mst_ses_00[0-9A-Za-z]{49}$/);
    expect(attributes.sort()).toEqual(
      ["Max-Age=43200", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"].sort(),
    );
    const stored = JSON.stringify(await env.DB.prepare("SELECT * FROM sessions").run());
    expect(stored).not.toContain(value.split("=")[1]);
  });

  it("says who one is", async () => {
    const key = await newKey("operator");
    const { session } = await signIn(key.secret);
    expect((await session("GET", "/me")).body).toEqual({
      keyId: key.id,
      name: "operator",
      role: "operator",
      via: "session",
    });
  });

  it.each([
    ["nothing", ""],
    ["a word", "letmein"],
    ["another kind of secret", "mst_scim_00"],
  ])("is refused with %s", async (_, key) => {
    const { answer } = await signIn(key);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  it("is refused with a key nobody made, and with a revoked one", async () => {
    const { id, secret } = await newKey("owner");
    await env.DB.prepare("UPDATE admin_keys SET revoked_at = 1 WHERE id = ?").bind(id).run();
    expect((await signIn(secret)).answer.status).toBe(401);
  });

  it("is limited per address", async () => {
    const caller = withHeaders({ "cf-connecting-ip": crypto.randomUUID() });
    const ask = () => caller("POST", "/session", { key: "wrong" });
    expect((await statusesUntilLimited(ask)).at(-1)).toBe(429);
  });
});

describe("a session", () => {
  it("changes things only for the console's own pages", async () => {
    const session = await ownerSession();
    const create = (headers: Record<string, string>) =>
      session(
        "POST",
        "/data-sources",
        { name: crypto.randomUUID(), mode: "push", profile: "okta" },
        headers,
      );
    const { "x-muster-request": _, ...bare } = fromConsole;
    expect((await create(bare)).status).toBe(403);
    expect((await create({ ...fromConsole, origin: "https://evil.test" })).status).toBe(403);
    expect((await create({ ...fromConsole, "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await create({ "x-muster-request": "1" })).status).toBe(403);
    expect((await create({ "x-muster-request": "1", origin: ORIGIN })).status).toBe(201);
    expect((await create(fromConsole)).status).toBe(201);
  });

  it("ends at once when it is deleted", async () => {
    const session = await ownerSession();
    const { status, headers } = await session("DELETE", "/session", undefined, fromConsole);
    expect(status).toBe(204);
    expect(headers.get("set-cookie")).toMatch(/^__Host-muster=; Max-Age=0; Path=\//);
    expect((await session("GET", "/me")).status).toBe(401);
  });

  it("ends with its key", async () => {
    const { id, secret } = await newKey("owner");
    const { session } = await signIn(secret);
    expect((await session("GET", "/me")).status).toBe(200);
    await env.DB.prepare("UPDATE admin_keys SET revoked_at = 1 WHERE id = ?").bind(id).run();
    expect((await session("GET", "/me")).status).toBe(401);
  });

  it("ends when its time is over", async () => {
    const session = await ownerSession();
    await env.DB.prepare("UPDATE sessions SET expires_at = ?")
      .bind(Date.now() - 1)
      .run();
    expect((await session("GET", "/me")).status).toBe(401);
  });
});

describe("authentication", () => {
  const secretOf = async () => (await newKey("owner")).secret;

  it.each([
    ["nothing", async () => ({})],
    ["another scheme", async () => ({ authorization: `Basic ${await secretOf()}` })],
    [
      "a key with a typing error",
      async () => ({ authorization: `Bearer ${(await secretOf()).replace(/.$/, "-")}` }),
    ],
    ["a key as a cookie", async () => ({ cookie: `__Host-muster=${await secretOf()}` })],
    ["an empty header", async () => ({ authorization: "" })],
  ])("refuses %s with 401", async (_, headersOf) => {
    const headers: Record<string, string> = await headersOf();
    const { status, body, headers: answered } = await withHeaders(headers)("GET", "/me");
    expect(status).toBe(401);
    expect(body["code"]).toBe("unauthorized");
    expect(answered.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it.each([
    ["counts keys that fail against their address", { authorization: "Bearer wrong" }, 429],
    ["doesn't count requests without any", {}, 401],
  ])("%s", async (_, headers, expected) => {
    const caller = withHeaders({ ...headers, "cf-connecting-ip": crypto.randomUUID() });
    const statuses = await statusesUntilLimited(() => caller("GET", "/me"));
    expect(statuses.at(-1)).toBe(expected);
  });

  it("prefers the header: a bad key isn't mended by a good cookie", async () => {
    const { cookie } = await signIn(await secretOf());
    const both = withHeaders({ cookie: cookie.split(";")[0] ?? "", authorization: "Bearer x" });
    expect((await both("GET", "/me")).status).toBe(401);
  });

  it("refuses to serve without a pepper", async () => {
    const { TOKEN_PEPPER: _, ...bindings } = env;
    const headers = { authorization: `Bearer ${await secretOf()}` };
    expect((await fetchWith(bindings, "/api/v1/me", { headers })).status).toBe(503);
  });

  it("keeps keys working while a new pepper takes over", async () => {
    const headers = { authorization: `Bearer ${await secretOf()}` };
    const TOKEN_PEPPER = `k2:${"n".repeat(40)},${env.TOKEN_PEPPER ?? ""}`;
    expect((await fetchWith({ ...env, TOKEN_PEPPER }, "/api/v1/me", { headers })).status).toBe(200);
    const other = { ...env, TOKEN_PEPPER: `k2:${"n".repeat(40)}` };
    expect((await fetchWith(other, "/api/v1/me", { headers })).status).toBe(401);
  });
});

describe("roles", () => {
  const id = "ds_00019a0000000070008000000000000001";
  const body = { name: "x", mode: "push", profile: "okta" };

  // 404 and 409 mean that the role sufficed.
  it.each<[string, string, string[]]>([
    ["GET", "/data-sources", ["viewer", "operator", "owner"]],
    ["GET", "/users", ["viewer", "operator", "owner"]],
    ["GET", "/events", ["viewer", "operator", "owner"]],
    ["POST", `/data-sources/${id}/disable`, ["operator", "owner"]],
    ["POST", `/data-sources/${id}/enable`, ["operator", "owner"]],
    ["POST", `/data-sources/${id}/tokens/t/disable`, ["operator", "owner"]],
    ["POST", "/data-sources", ["owner"]],
    ["PATCH", `/data-sources/${id}`, ["owner"]],
    ["DELETE", `/data-sources/${id}`, ["owner"]],
    ["POST", `/data-sources/${id}/tokens`, ["owner"]],
    ["POST", `/data-sources/${id}/tokens/t/rotate`, ["owner"]],
    ["DELETE", `/data-sources/${id}/tokens/t`, ["owner"]],
  ])("%s %s is for %j", async (method, path, allowed) => {
    const passed: string[] = [];
    for (const role of ["viewer", "operator", "owner"] as const) {
      const admin = await adminOf(role);
      const { status } = await admin(method, path, method === "GET" ? undefined : body);
      if (status !== 403) passed.push(role);
      expect(status).not.toBe(401);
    }
    expect(passed).toEqual(allowed);
  });

  it("are judged before the body is", async () => {
    const viewer = await adminOf("viewer");
    expect((await viewer("POST", "/data-sources", { nonsense: true })).status).toBe(403);
  });
});
