/** Data sources that are pulled, as the page on upstream sync has them: made, changed, started, looked at, ended. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { fetchWith, newKey } from "../support/admins.ts";
import { tally, times } from "../support/answer.ts";
import { call, claim, type Admin, type Answer } from "../support/client.ts";
import { dump } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { newPullSource, pullBody, UPSTREAM } from "../support/pull-rows.ts";
import { ended, newPulled, organizationsOf, peopleOf } from "../support/pulls.ts";
import * as scim from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const codeOf = ({ status, body }: Answer) => [status, body["code"]];
const create = (more: JsonObject) => admin("POST", "/data-sources", pullBody(more));

async function runToEnd(id: string, body: JsonObject = {}): Promise<JsonObject> {
  const started = await admin("POST", `/data-sources/${id}/sync`, body);
  expect(started.status, started.text).toBe(202);
  const runId = scim.textAt(started.body, "id");
  expect(started.headers.get("location")).toBe(`/api/v1/sync-runs/${runId}`);
  await ended({ id }, runId);
  return (await admin("GET", `/sync-runs/${runId}`)).body;
}

/** Nothing that is kept, shown or logged may have it. */
async function expectNowhere(secret: string, answers: readonly Answer[]): Promise<void> {
  for (const { text } of answers) expect(text).not.toContain(secret);
  expect(JSON.stringify(await dump())).not.toContain(secret);
}

describe("a pull source", () => {
  it("A101 A118 brings organizations, then users, into the directory", async () => {
    const source = await newPulled(admin, { people: { count: 3 }, organizations: { count: 2 } });
    const run = await runToEnd(source.id);
    expect(run).toMatchObject({
      dataSourceId: source.id,
      kind: "full",
      status: "success",
      counts: { Organization: { created: 2 }, User: { created: 3 } },
      progress: { phase: "done" },
    });
    expect(await organizationsOf(source)).toHaveLength(2);
    expect(await peopleOf(source)).toHaveLength(3);
    expect(await violations()).toEqual([]);
  });

  it("A103 A106 needs a name, all addresses, client credentials or a token", async () => {
    const before = await steadyDump();
    const lacking = (name: string): JsonObject => {
      const { [name]: _, ...rest } = UPSTREAM;
      return { upstream: rest };
    };
    for (const name of ["userUrl", "orgUrl", "tokenUrl", "clientId"]) {
      expect([name, ...codeOf(await create(lacking(name)))]).toEqual([name, 400, "invalid_value"]);
    }
    const { name: _, ...unnamed } = pullBody();
    expect(codeOf(await admin("POST", "/data-sources", unnamed))).toEqual([400, "invalid_value"]);
    const { clientSecret: __, ...open } = pullBody();
    expect(codeOf(await admin("POST", "/data-sources", open))).toEqual([
      409,
      "upstream_secret_needed",
    ]);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("A103 is completed later where it begins as a draft", async () => {
    const { clientSecret: _, ...open } = pullBody({ status: "draft" });
    const draft = await admin("POST", "/data-sources", open);
    expect([draft.status, draft.body["status"]]).toEqual([201, "draft"]);
    const path = `/data-sources/${scim.textAt(draft.body, "id")}`;
    expect(codeOf(await admin("POST", `${path}/enable`))).toEqual([409, "upstream_secret_needed"]);
    await admin("PATCH", path, { clientSecret: "later" });
    const enabled = await admin("POST", `${path}/enable`);
    expect(enabled.body).toMatchObject({ status: "enabled", upstream: { secretSet: true } });
  });

  it("A104 stays one, and a push source stays another", async () => {
    const id = await newPullSource(admin);
    for (const mode of ["push", "pull"]) {
      const refused = await admin("PATCH", `/data-sources/${id}`, { mode, upstream: UPSTREAM });
      expect(codeOf(refused)).toEqual([409, "mode_immutable"]);
    }
    const { body } = await admin("POST", "/data-sources", {
      name: "Pushed",
      mode: "push",
      profile: "okta",
    });
    const change = { upstream: { pageSize: 5 } };
    const refused = await admin("PATCH", `/data-sources/${scim.textAt(body, "id")}`, change);
    expect(codeOf(refused)).toEqual([409, "not_a_pull_source"]);
  });

  it("A105 A106 gets no credentials of its own, and keeps what it was given", async () => {
    const { body, status } = await create({});
    expect(status).toBe(201);
    expect(body).not.toHaveProperty("token");
    expect(body).not.toHaveProperty("clientSecret");
    expect(body).toMatchObject({
      mode: "pull",
      profile: "standard",
      scimBaseUrl: null,
      upstream: {
        ...UPSTREAM,
        tokenStyle: "client_secret_post",
        groupUrl: null,
        filterStyle: "meta.lastModified",
        pageSize: 100,
        schedule: { kind: "every", minutes: 60 },
        scheduledKind: "incremental",
        fullAt: "02:00",
        deletionPolicy: "disable",
        secretSet: true,
      },
    });
    const id = scim.textAt(body, "id");
    for (const path of ["tokens", "client-secrets"]) {
      const refused = await admin("POST", `/data-sources/${id}/${path}`, {});
      expect(codeOf(refused)).toEqual([409, "not_a_push_source"]);
    }
  });

  it("A106 speaks the second dialect where its token is had there, and takes a fixed token", async () => {
    const tokenUrl = "https://eiam.example.com/scim/api/token";
    const dialect = await create({ upstream: { ...UPSTREAM, tokenUrl } });
    expect(dialect.body["upstream"]).toMatchObject({
      tokenStyle: "query_get",
      filterStyle: "lastModified",
    });
    const { tokenUrl: _, clientId: __, ...upstream } = UPSTREAM;
    const { clientSecret: ___, ...open } = pullBody({ upstream, token: "fixed-token" });
    const { body } = await admin("POST", "/data-sources", open);
    expect(body["upstream"]).toMatchObject({ tokenStyle: "fixed", tokenUrl: null });
  });

  it.each(["+ / = % & #", "\"quotes'\\", "é空😀", " a b "])(
    "A107 A108 A109 is read with the client secret %j as it was given",
    async (secret) => {
      const token = { style: "query_get", clientId: "m+ /", secret } as const;
      const source = await newPulled(admin, { token, people: { count: 1 } });
      const run = await runToEnd(source.id);
      expect(run["status"], JSON.stringify(run)).toBe("success");
      const path = `/data-sources/${source.id}`;
      const test = await admin("POST", `${path}/test`, { clientSecret: "another" });
      expect(test.body).toMatchObject({ ok: false, steps: [{ step: "token", ok: false }] });
    },
  );

  it("A110 A111 is tested step by step, with the first person as they would be kept", async () => {
    const source = await newPulled(admin, { people: { count: 3 }, organizations: { count: 2 } });
    const path = `/data-sources/${source.id}`;
    const before = await steadyDump();
    const { body } = await admin("POST", `${path}/test`, {});
    expect(body).toMatchObject({
      ok: true,
      steps: [
        { step: "token", ok: true, status: 200 },
        { step: "organizations", ok: true, count: 2, total: 2 },
        { step: "users", ok: true, count: 3, total: 3 },
        { step: "mapping", ok: true },
      ],
    });
    const wrong = await admin("POST", `${path}/test`, {
      upstream: { orgUrl: `${source.upstream.base}/nowhere` },
    });
    expect(scim.objectsIn(wrong.body["steps"] ?? []).map(({ ok }) => ok)).toEqual([true, false]);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("A112 never shows its secret again, nor keeps it in clear", async () => {
    const secret = "canary-0815-secret";
    const made = await create({ clientSecret: secret });
    const path = `/data-sources/${scim.textAt(made.body, "id")}`;
    await expectNowhere(secret, [
      made,
      await admin("GET", path),
      await admin("GET", "/data-sources"),
      await admin("PATCH", path, { name: "Other", clientSecret: secret }),
      await admin("PATCH", path, { upstream: { pageSize: 7 } }),
      await admin("POST", `${path}/test`, { upstream: { userUrl: "https://127.1/" } }),
      await admin("GET", "/events"),
      await admin("GET", "/audit"),
    ]);
  });

  it("A112 forgets it with the source", async () => {
    const id = await newPullSource(admin, { name: "Gone" });
    await admin("POST", `/data-sources/${id}/disable`);
    await admin("DELETE", `/data-sources/${id}?confirm=Gone`);
    const row = await env.DB.prepare("SELECT upstream_secret FROM data_sources WHERE id = ?")
      .bind(id)
      .first();
    expect(row).toEqual({ upstream_secret: null });
  });

  it("A113 A114 shows its settings in the list, and what was changed later", async () => {
    const id = await newPullSource(admin, { name: "HR" });
    const change = {
      name: "People",
      description: "All of them",
      upstream: { pageSize: 50, schedule: { kind: "daily", at: "03:30" }, deletionPolicy: "keep" },
    };
    const changed = await admin("PATCH", `/data-sources/${id}`, change);
    expect(changed.body).toMatchObject({
      ...change,
      upstream: { ...UPSTREAM, ...change.upstream },
      configVersion: 2,
    });
    const next = { nextRunAt: expect.stringMatching(/T03:30:00.000Z$/) as string };
    expect(changed.body["upstream"]).toMatchObject({ ...next, scheduledKind: "full" });
    expect((await admin("GET", "/data-sources")).body["data"]).toEqual([changed.body]);
  });
});

describe("another address", () => {
  it("needs the secret again where its origin is another, and nothing else does", async () => {
    const id = await newPullSource(admin);
    const path = `/data-sources/${id}`;
    const moved = { upstream: { userUrl: "https://other.example.com/Users" } };
    const before = await steadyDump();
    expect(codeOf(await admin("PATCH", path, moved))).toEqual([409, "upstream_secret_needed"]);
    expect(codeOf(await admin("POST", `${path}/test`, moved))).toEqual([
      409,
      "upstream_secret_needed",
    ]);
    for (const userUrl of ["http://hr.example.com/U", "https://10.0.0.1/U"]) {
      const refused = await admin("PATCH", path, { upstream: { userUrl }, clientSecret: "x" });
      expect([userUrl, ...codeOf(refused)]).toEqual([userUrl, 400, "upstream_url_refused"]);
    }
    const same = { upstream: { userUrl: "https://hr.example.com/scim/v3/Users?all=1" } };
    expect((await admin("PATCH", path, same)).status).toBe(200);
    expect((await admin("PATCH", path, { ...moved, clientSecret: "again" })).status).toBe(200);
    expect(differences(before, await steadyDump()).length).toBeGreaterThan(0);
  });

  it("is not read without the key that its secret is sealed with, and other sources are", async () => {
    const source = await newPulled(admin, { people: { count: 1 } });
    const { secret: key } = await newKey("owner");
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: "{}",
    };
    const { MASTER_KEY: _, ...without } = env;
    const path = `/api/v1/data-sources/${source.id}/test`;
    const refused = await fetchWith(without, path, init);
    expect([refused.status, await refused.text()]).toEqual([
      503,
      expect.stringContaining("MASTER_KEY is not set"),
    ]);
    const other = { ...env, MASTER_KEY: `m2:${"n".repeat(40)},${env.MASTER_KEY ?? ""}` };
    expect((await fetchWith(other, path, init)).status).toBe(200);
    const named = { ...init, method: "PATCH", body: JSON.stringify({ name: "Anew" }) };
    expect((await fetchWith(other, path.replace("/test", ""), named)).status).toBe(200);
    const row = await env.DB.prepare("SELECT upstream_secret AS sealed FROM data_sources").first();
    expect(String(row?.["sealed"])).toMatch(/^v1\.m2\./);
  });
});

describe("a run", () => {
  it("A115 A119 is shown record by record, the incremental one as well", async () => {
    const source = await newPulled(admin, { people: { count: 2 } });
    const full = await runToEnd(source.id);
    const path = `/sync-runs/${scim.textAt(full, "id")}/records`;
    const first = await admin("GET", `${path}?resourceType=User&limit=1`);
    expect(first.body["data"]).toMatchObject([
      { resourceType: "User", action: "create", result: "success", code: null },
    ]);
    const cursor = scim.textAt(first.body, "nextCursor");
    const rest = await admin("GET", `${path}?resourceType=User&limit=1&cursor=${cursor}`);
    expect(scim.objectsIn(rest.body["data"] ?? [])).toHaveLength(1);
    expect((await admin("GET", `${path}?result=failed`)).body["data"]).toEqual([]);
    const incremental = await runToEnd(source.id, { kind: "incremental" });
    const { body } = await admin("GET", `/data-sources/${source.id}/runs`);
    expect(scim.objectsIn(body["data"] ?? []).map(({ id, kind }) => [id, kind])).toEqual([
      [incremental["id"], "incremental"],
      [full["id"], "full"],
    ]);
    const listed = await admin("GET", `/sync-runs?dataSourceId=${source.id}&status=success`);
    expect(listed.body["data"]).toEqual(body["data"]);
    expect((await admin("GET", "/sync-runs?status=failed")).body["data"]).toEqual([]);
  });

  const sync = (one: string) => admin("POST", `/data-sources/${one}/sync`, {});

  it("A117 is of a pull source, and else refused with the reason", async () => {
    const settings = { name: "Pushed", mode: "push", profile: "okta" };
    const push = await admin("POST", "/data-sources", settings);
    expect(codeOf(await sync(scim.textAt(push.body, "id")))).toEqual([409, "not_a_pull_source"]);
    expect((await sync(`ds_00${"0".repeat(32)}`)).status).toBe(404);
    expect((await sync(await newPullSource(admin))).status).toBe(202);
  });

  it("A116 A117 is of a source that is enabled, and else refused with the reason", async () => {
    const id = await newPullSource(admin);
    const disabled = await admin("POST", `/data-sources/${id}/disable`);
    expect(disabled.body["upstream"]).toMatchObject({ nextRunAt: null });
    expect(codeOf(await sync(id))[1]).toBe("data_source_disabled");
    const enabled = await admin("POST", `/data-sources/${id}/enable`);
    expect(enabled.body["upstream"]).toMatchObject({ nextRunAt: expect.any(String) as string });
    expect((await sync(id)).status).toBe(202);
  });

  it("A116 is the only way in: nobody pushes to a pull source", async () => {
    const { body } = await create({});
    const base = `https://muster.test/scim/${scim.textAt(body, "key")}/v2`;
    for (const [method, path] of [
      ["GET", "/Users"],
      ["POST", "/Users"],
      ["GET", "/ServiceProviderConfig"],
    ] as const) {
      const init = method === "POST" ? { body: scim.userBody({}) } : {};
      const answer = await call(method, `${base}${path}`, init);
      expect([path, answer.status, answer.headers.get("x-error-code")]).toEqual([
        path,
        403,
        "source_is_pulled",
      ]);
    }
  });

  it("A120 is one at a time: the second is told which goes on", async () => {
    const source = await newPulled(admin, { people: { count: 2 } });
    const answers = await times(6, () => admin("POST", `/data-sources/${source.id}/sync`, {}));
    expect(tally(answers)).toEqual({ 202: 1, 409: 5 });
    const [run] = answers.filter(({ status }) => status === 202);
    const runId = scim.textAt(run?.body ?? {}, "id");
    for (const refused of answers.filter(({ status }) => status === 409)) {
      expect(refused.body["code"]).toBe("run_in_progress");
      expect(refused.body["detail"]).toContain(runId);
      expect(refused.headers.get("location")).toBe(`/api/v1/sync-runs/${runId}`);
    }
    const cancelled = await admin("POST", `/sync-runs/${runId}/cancel`);
    expect(cancelled.status).toBe(202);
    expect((await ended(source, runId)).status).toBe("cancelled");
    expect(codeOf(await admin("POST", `/sync-runs/${runId}/cancel`))).toEqual([409, "run_ended"]);
    expect((await admin("POST", `/sync-runs/${runId}/retry-failed`)).status).toBe(202);
  });

  it("has a tag that changes with it", async () => {
    const source = await newPulled(admin, { people: { count: 1 } });
    const run = await runToEnd(source.id);
    const { secret } = await newKey("viewer");
    const get = (headers: Record<string, string>) =>
      call("GET", `https://muster.test/api/v1/sync-runs/${scim.textAt(run, "id")}`, {
        headers: { authorization: `Bearer ${secret}`, ...headers },
      });
    const etag = (await get({})).headers.get("etag") ?? "";
    expect((await get({ "if-none-match": etag })).status).toBe(304);
    expect((await get({ "if-none-match": 'W/"0"' })).status).toBe(200);
  });
});
