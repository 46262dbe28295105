import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseSecret } from "../../../src/sources/secret.ts";
import {
  API,
  BOOTSTRAP,
  fetchWith,
  statusesOf,
  statusesUntilLimited,
  withHeaders,
} from "../../support/admins.ts";
import { failCall } from "../../support/faults.ts";
import type { Answer } from "../../support/client.ts";
import { textAt } from "../../support/scim.ts";

const anonymous = withHeaders({});
const claim = (secret: string, address = crypto.randomUUID()) =>
  anonymous("POST", "/setup/claim", { secret, name: "Ada" }, { "cf-connecting-ip": address });

describe("claiming", () => {
  it("gives an owner's key once, to whoever has the bootstrap secret", async () => {
    expect((await anonymous("GET", "/setup")).body).toEqual({ claimed: false });
    const { status, body } = await claim(BOOTSTRAP);
    expect(status).toBe(201);
    expect(parseSecret(textAt(body, "key"))).toEqual({ kind: "adm", shard: "00" });
    expect((await anonymous("GET", "/setup")).body).toEqual({ claimed: true });
    const owner = withHeaders({ authorization: `Bearer ${textAt(body, "key")}` });
    expect((await owner("GET", "/me")).body).toEqual({
      keyId: body["keyId"],
      name: "Ada",
      role: "owner",
      via: "key",
    });
  });

  it("answers 410 to everybody once claimed, right secret or wrong", async () => {
    await claim(BOOTSTRAP);
    expect((await claim(BOOTSTRAP)).status).toBe(410);
    const wrong = await claim("wrong");
    expect(wrong.status).toBe(410);
    expect(wrong.body["code"]).toBe("already_claimed");
  });

  it("lets one of many at once in", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => claim(BOOTSTRAP)));
    const statuses = statusesOf(answers);
    expect(statuses).toEqual([201, 410, 410, 410, 410, 410, 410, 410]);
    const { results } = await env.DB.prepare("SELECT id FROM admin_keys").run();
    expect(results).toHaveLength(1);
  });

  it.each(["wrong", BOOTSTRAP.slice(0, -1), `${BOOTSTRAP}x`])("refuses %j", async (secret) => {
    const { status, body } = await claim(secret);
    expect(status).toBe(401);
    expect(body["code"]).toBe("unauthorized");
    expect((await anonymous("GET", "/setup")).body).toEqual({ claimed: false });
  });

  it("is limited per address", async () => {
    const address = crypto.randomUUID();
    const answers: Answer[] = [];
    const statuses = await statusesUntilLimited(async () => {
      const answer = await claim("wrong", address);
      answers.push(answer);
      return answer;
    });
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect(answers.at(-1)?.headers.get("retry-after")).toBe("60");
    expect((await claim("wrong")).status).toBe(401);
  });

  it.each([undefined, "", "short"])(
    "is locked with the secret %j, and says what to run",
    async (secret) => {
      const { BOOTSTRAP_TOKEN: _, ...others } = env;
      const bindings = secret === undefined ? others : { ...others, BOOTSTRAP_TOKEN: secret };
      const response = await fetchWith(bindings, "/api/v1/setup/claim", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          secret: secret === undefined || secret === "" ? "x" : secret,
          name: "Ada",
        }),
      });
      expect(response.status).toBe(503);
      expect(await response.text()).toContain("secret put BOOTSTRAP_TOKEN");
    },
  );

  it("leaves no claim without its key when the database fails", async () => {
    failCall("worker", 1, "before");
    expect((await claim(BOOTSTRAP)).status).toBe(503);
    expect((await claim(BOOTSTRAP)).status).toBe(201);
  });

  it("gives the key although the database's reply was lost", async () => {
    failCall("worker", 1, "after");
    const { status, body } = await claim(BOOTSTRAP);
    expect(status).toBe(201);
    const owner = withHeaders({ authorization: `Bearer ${textAt(body, "key")}` });
    expect((await owner("GET", "/me")).status).toBe(200);
  });

  it("records who it was, without the secret or the key", async () => {
    const { body } = await claim(BOOTSTRAP);
    const { results } = await env.DB.prepare("SELECT * FROM events").run();
    expect(results).toMatchObject([{ type: "setup.claimed", actor: body["keyId"] }]);
    const dump = JSON.stringify([results, await env.DB.prepare("SELECT * FROM admin_keys").run()]);
    expect(dump).not.toContain(textAt(body, "key"));
    expect(dump).not.toContain(BOOTSTRAP);
  });
});

it("names what of a body is at fault, by JSON pointers", async () => {
  const { status, headers, body } = await anonymous("POST", "/setup/claim", { name: "", extra: 1 });
  expect(status).toBe(400);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({
    type: "https://muster.test/problems/invalid-value",
    code: "invalid_value",
    status: 400,
    instance: new URL(`${API}/setup/claim`).pathname,
    requestId: headers.get("x-request-id"),
  });
  expect(body["errors"]).toEqual([
    expect.objectContaining({ pointer: "/secret", code: "wrong_type" }),
    expect.objectContaining({ pointer: "/name", code: "out_of_range" }),
    expect.objectContaining({ pointer: "/extra", code: "unknown" }),
  ]);
});
