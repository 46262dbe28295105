import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { adminApp } from "../../../src/http/admin/app.ts";
import { roleOf } from "../../../src/http/admin/roles.ts";
import { isObject, type JsonObject } from "../../../src/scim/json.ts";
import { INPUTS } from "../../support/admin-operations.ts";
import { adminOf, API, fetchWith, newKey, withHeaders } from "../../support/admins.ts";
import { call, ORIGIN } from "../../support/client.ts";
import { failCall } from "../../support/faults.ts";
import { textAt } from "../../support/scim.ts";

async function document(): Promise<JsonObject> {
  const { status, body } = await call("GET", `${ORIGIN}/openapi.json`);
  expect(status).toBe(200);
  return body;
}

async function operations(): Promise<{ route: string; operation: JsonObject }[]> {
  const { paths = {} } = await document();
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation: isObject(operation) ? operation : {},
    })),
  );
}

describe("the OpenAPI document", () => {
  it("is 3.1 and lists every route there is, and no other", async () => {
    expect((await document())["openapi"]).toBe("3.1.0");
    const served = adminApp()
      .routes.filter(({ method, path }) => method !== "ALL" && path !== "/openapi.json")
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const listed = (await operations()).map(({ route }) => route);
    expect(listed.sort()).toEqual([...new Set(served)].sort());
    expect(listed).toHaveLength(Object.keys(INPUTS).length);
  });

  it("has one operation id for each, which says its role", async () => {
    const found = await operations();
    const ids = found.map(({ operation }) => textAt(operation, "operationId"));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { route, operation } of found) {
      if (!route.includes("/api/v1/")) continue;
      const open = roleOf(textAt(operation, "operationId")) === "public";
      expect(operation["security"] === undefined, route).toBe(open);
    }
  });

  it("refers only to schemas it holds, and describes problems for every route", async () => {
    const found = await document();
    const text = JSON.stringify(found);
    const schemas = JSON.stringify(found["components"]);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(schemas).toContain(`"${name ?? ""}":{`);
    }
    for (const { route, operation } of await operations()) {
      if (!route.includes("/api/v1/")) continue;
      expect(JSON.stringify(operation["responses"]), route).toContain("application/problem+json");
    }
  });
});

it("starts with no route whose role isn't declared", () => {
  expect(() => roleOf("dropEverything")).toThrow("No role is declared");
  expect(() => roleOf("constructor")).toThrow("No role is declared");
});

describe("every route but the public ones", () => {
  it("refuses strangers", async () => {
    const anonymous = withHeaders({ "cf-connecting-ip": crypto.randomUUID() });
    const open: string[] = [];
    for (const { route } of await operations()) {
      const [method = "", path = ""] = route.split(" ");
      if (!path.startsWith("/api/v1")) continue;
      const { status } = await anonymous(method, path.slice(7).replace(/\{\w+\}/g, "x"));
      if (status !== 401) open.push(route);
    }
    expect(open.sort()).toEqual([
      "GET /api/v1/error-codes",
      "GET /api/v1/setup",
      "POST /api/v1/session",
      "POST /api/v1/setup/claim",
    ]);
  });
});

describe("errors", () => {
  it.each([
    ["GET", "/api/v1/nothing", 404],
    ["GET", "/api/v1", 404],
    ["GET", "/api/v1/data-sources/", 404],
    ["GET", "/nothing", 404],
    ["GET", "/console2/x", 404],
  ])("%s %s answers JSON, %i", async (method, path, expected) => {
    const { status, headers, body } = await call(method, `${ORIGIN}${path}`);
    expect(status).toBe(expected);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({ code: "not_found", instance: path });
    expect(body["requestId"]).toBe(headers.get("x-request-id"));
  });

  it("names the methods of a path in Allow", async () => {
    const { status, headers, body } = await call("PUT", `${API}/data-sources`);
    expect(status).toBe(405);
    expect(body["code"]).toBe("method_not_allowed");
    expect(headers.get("allow")).toBe("GET, POST");
    expect((await call("DELETE", `${API}/events/x`)).headers.get("allow")).toBe("GET");
  });

  it("answers HEAD as GET", async () => {
    const headers = { authorization: `Bearer ${(await newKey("viewer")).secret}` };
    const response = await fetchWith(env, "/api/v1/me", { method: "HEAD", headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  it.each([
    ["no JSON", "{", "application/json", 400, "invalid_syntax"],
    [
      "another media type",
      "name=x",
      "application/x-www-form-urlencoded",
      415,
      "unsupported_media_type",
    ],
    ["no media type", "{}", "", 415, "unsupported_media_type"],
    ["nothing", null, "application/json", 400, "invalid_syntax"],
    ["a list", "[]", "application/json", 400, "invalid_value"],
    ["too much", JSON.stringify("x".repeat(600_000)), "application/json", 413, "payload_too_large"],
  ])("refuse a body of %s", async (_, body, type, status, code) => {
    const { secret } = await newKey("owner");
    const response = await fetchWith(env, "/api/v1/data-sources", {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": type },
      ...(body === null ? {} : { body: new TextEncoder().encode(body) }),
    });
    expect(await response.json()).toMatchObject({ code, status });
    expect(response.status).toBe(status);
  });

  it.each([
    ["/users?limit=0", "/limit"],
    ["/users?limit=201", "/limit"],
    ["/users?limit=x", "/limit"],
    ["/users?cursor=x", "/cursor"],
    ["/data-sources?cursor=1", "/cursor"],
    ["/events?cursor=-1", "/cursor"],
    ["/groups?cursor=W10", "/cursor"],
    ["/admin-keys?cursor=", "/cursor"],
    ["/events?type=user.created&action=never", "/action"],
    ["/events?from=yesterday", "/from"],
  ])("refuse the query of %s", async (path, pointer) => {
    const { status, body } = await (await adminOf("owner"))("GET", path);
    expect(status).toBe(400);
    expect(body["errors"]).toEqual([expect.objectContaining({ pointer })]);
  });

  it("say nothing of what broke inside", async () => {
    const admin = await adminOf("viewer");
    await env.DB.prepare(
      `INSERT INTO events (directory_id, at, type, resource_type, resource_id, actor, request_id, changes)
       VALUES ('default', 0, 'user.created', 'User', 'i', 'a', 'q', 'secret: no json')`,
    ).run();
    const { status, body, text } = await admin("GET", "/events");
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: "internal", detail: "Internal error" });
    expect(text).not.toMatch(/secret|JSON|stack/);
  });

  it("tell when the database fails, and when to try again", async () => {
    const admin = await adminOf("viewer");
    failCall("worker", 1, "before", true);
    const { status, headers, body } = await admin("GET", "/users");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toMatch(/^[1-9]/);
    expect(body["code"]).toBe("unavailable");
  });
});
