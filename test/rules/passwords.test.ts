/** A75: passwords come in, are checked where the directory says so, and never come out. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { fetchWith, newKey } from "../support/admins.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import * as scim from "../support/scim.ts";
import { violations } from "../support/invariants.ts";

const POLICY = "/directories/default/password-policy";
const GOOD = "Correct-horse7";
const OTHER = "Battery-staple9";

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard");
});

function post(attributes: JsonObject): Promise<Answer> {
  return source.call("POST", "/Users", scim.userBody(attributes));
}

/** Where the user is, made where there was none. */
async function pathOf(attributes: JsonObject): Promise<string> {
  return `/Users/${scim.textAt((await post(attributes)).body, "id")}`;
}

type Write = (attributes: JsonObject, password: string) => Promise<Answer>;

const WAYS: Record<string, Write> = {
  POST: (attributes, password) => post({ ...attributes, password }),
  PUT: async (attributes, password) =>
    source.call("PUT", await pathOf(attributes), scim.userBody({ ...attributes, password })),
  PATCH: async (attributes, value) =>
    scim.patch(source, await pathOf(attributes), { op: "replace", path: "password", value }),
  "PATCH without path": async (attributes, password) =>
    scim.patch(source, await pathOf(attributes), { op: "add", value: { password } }),
};

async function setPolicy(policy: JsonObject): Promise<void> {
  const { status, text } = await admin("PUT", POLICY, policy);
  expect(status, text).toBe(200);
}

async function isValid(path: string, password: string): Promise<unknown> {
  const { status, body, text } = await admin("POST", `${path.toLowerCase()}/verify-password`, {
    password,
  });
  expect(status, text).toBe(200);
  return body["valid"];
}

const ANN = {
  userName: "ann.smith",
  displayName: "Ann Smith",
  emails: [{ value: "annie@one.test" }],
  phoneNumbers: [{ value: "+8613800000000" }],
};

describe("the rules", () => {
  it("A75 are by default eight characters, upper, lower, a digit, and not the userName", async () => {
    const { body, headers } = await admin("GET", POLICY);
    expect(body).toEqual({
      mode: "discard",
      minLength: 8,
      rules: [
        "inclusion_upper_case",
        "inclusion_lower_case",
        "inclusion_number",
        "exclusion_username",
      ],
      version: 0,
    });
    expect(headers.get("etag")).toBe('W/"0"');
  });

  it.each<[rule: string, password: string]>([
    ["inclusion_upper_case", "correct-horse7"],
    ["inclusion_lower_case", "CORRECT-HORSE7"],
    ["inclusion_number", "Correct-horse"],
    ["inclusion_special_case", "Correcthorse7"],
    ["exclusion_username", "x7-ANN.Smith"],
    ["exclusion_email", "x7-Annie-x7"],
    ["exclusion_phone_number", "xX-13800000000"],
    ["exclusion_display_name", "x7-ann smith"],
  ])("A75 %s refuses, and says no more than the rule", async (rule, password) => {
    for (const [way, write] of Object.entries(WAYS)) {
      await setPolicy({ mode: "discard", minLength: 1, rules: [rule] });
      const answer = await write(ANN, password);
      scim.expectError(answer, 400, "invalidValue");
      expect(scim.textAt(answer.body, "detail"), way).toBe(`"password" doesn't keep to: ${rule}`);
      await setPolicy({ mode: "discard", minLength: 1, rules: [] });
      expect((await write(ANN, password)).status, way).toBeLessThan(300);
    }
  });

  it("A75 count the characters", async () => {
    await setPolicy({ mode: "discard", minLength: 12, rules: [] });
    for (const write of Object.values(WAYS)) {
      scim.expectError(await write(ANN, "x".repeat(11)), 400, "invalidValue");
      expect((await write(ANN, "x".repeat(12))).status).toBeLessThan(300);
    }
  });

  it("A75 leave nothing behind where they refuse", async () => {
    const before = await dump();
    scim.expectError(await post({ ...ANN, password: "short" }), 400, "invalidValue");
    expect(rowsOf(await dump(), "users")).toEqual(rowsOf(before, "users"));
  });

  it("hold where passwords are kept only, for other profiles", async () => {
    source = await newSource(admin, "okta");
    expect((await post({ ...ANN, password: "short" })).status).toBe(201);
    await setPolicy({ mode: "hash", minLength: 8, rules: [] });
    const refused = await scim.patch(source, await scim.newUser(source), {
      op: "replace",
      path: "password",
      value: "short",
    });
    scim.expectError(refused, 400, "invalidValue");
  });
});

describe("a directory that discards passwords", () => {
  it("A75 says so when a source is made, and keeps nothing of one", async () => {
    const made = await admin("POST", "/data-sources", { name: "x", mode: "push", profile: "okta" });
    expect(made.body["passwordMode"]).toBe("discard");
    const path = await scim.newUser(source, { password: GOOD });
    expect(rowsOf(await dump(), "passwords")).toEqual([]);
    expect(JSON.stringify(await dump())).not.toContain(GOOD);
    const answer = await admin("POST", `${path.toLowerCase()}/verify-password`, { password: GOOD });
    expect([answer.status, answer.body["code"]]).toEqual([409, "passwords_discarded"]);
  });

  it("takes a password alone for no change", async () => {
    const path = await scim.newUser(source);
    await scim.expectNothingHappens(admin, source, path, async () => {
      const value = GOOD;
      const answer = await scim.patch(source, path, { op: "replace", path: "password", value });
      expect(answer.status, answer.text).toBe(200);
    });
  });
});

describe("a directory that keeps passwords", () => {
  beforeEach(() => setPolicy({ mode: "hash", minLength: 8, rules: ["inclusion_number"] }));

  it("A75 keeps a hash, and shows the password nowhere", async () => {
    const lines: string[] = [];
    for (const level of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
        lines.push(JSON.stringify(said));
      });
    }
    const made = await source.call("POST", "/Users", scim.userBody({ password: GOOD }));
    const path = `/Users/${scim.textAt(made.body, "id")}`;
    const set = { op: "replace", path: "password", value: OTHER };
    const texts = [made, await scim.patch(source, path, set), await source.call("GET", path)];
    const events = await admin("GET", `/events?resource=${scim.idAt(path)}`);
    vi.restoreAllMocks();
    const all = JSON.stringify([await dump(), texts.map(({ text }) => text), events.text, lines]);
    expect(all).not.toContain(GOOD);
    expect(all).not.toContain(OTHER);
    expect(all).toContain("passwordChanged");
    const [{ phc } = {}] = rowsOf(await dump(), "passwords");
    expect(phc).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(events.text + texts.map(({ text }) => text).join()).not.toContain("$scrypt");
  });

  it("A75 knows it again, by POST, PUT, PATCH and Bulk", async () => {
    const path = await scim.newUser(source, { password: GOOD });
    expect([await isValid(path, GOOD), await isValid(path, OTHER)]).toEqual([true, false]);
    await source.call("PUT", path, scim.userBody({ password: OTHER }));
    expect([await isValid(path, GOOD), await isValid(path, OTHER)]).toEqual([false, true]);
    await scim.patch(source, path, { op: "add", value: { password: GOOD } });
    expect(await isValid(path, GOOD)).toBe(true);
    const Operations = [{ op: "replace", path: "password", value: OTHER }];
    const data = { ...scim.patchBody(), Operations };
    const bulk = await source.call("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [{ method: "PATCH", path, data }],
    });
    expect(bulk.status, bulk.text).toBe(200);
    expect(await isValid(path, OTHER)).toBe(true);
    expect(await violations()).toEqual([]);
  });

  it("is a change with a version of its own", async () => {
    const path = await scim.newUser(source);
    const value = GOOD;
    const answer = await scim.patch(source, path, { op: "replace", path: "password", value });
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, 'W/"2"']);
    expect(await scim.eventsOf(admin, path)).toEqual(["user.created", "user.updated"]);
  });

  it("lets nobody in who is disabled, has none, or is gone", async () => {
    const path = await scim.newUser(source, { password: GOOD });
    const without = await scim.newUser(source, { userName: "none" });
    expect(await isValid(without, GOOD)).toBe(false);
    await scim.patch(source, path, { op: "replace", path: "active", value: false });
    expect(await isValid(path, GOOD)).toBe(false);
    await source.call("DELETE", path);
    expect(rowsOf(await dump(), "passwords")).toEqual([]);
    const gone = await admin("POST", `${path.toLowerCase()}/verify-password`, { password: GOOD });
    expect(gone.status).toBe(404);
  });

  it("drops what it kept when it comes to discard, and hashes again when it comes back", async () => {
    const path = await scim.newUser(source, { password: GOOD });
    await setPolicy({ mode: "discard", minLength: 8, rules: [] });
    expect(rowsOf(await dump(), "passwords")).toEqual([]);
    await scim.patch(source, path, { op: "replace", path: "password", value: OTHER });
    expect(rowsOf(await dump(), "passwords")).toEqual([]);
    await setPolicy({ mode: "hash", minLength: 8, rules: [] });
    // The Worker still believes that passwords are discarded; the object tells it.
    await scim.patch(source, path, { op: "replace", path: "password", value: OTHER });
    expect(await isValid(path, OTHER)).toBe(true);
  });

  it("slows down who guesses, by user and by address", async () => {
    const limit = vi.spyOn(env.FAILURES, "limit");
    limit.mockImplementation(({ key }) =>
      Promise.resolve({ success: !key.startsWith("password:0") }),
    );
    const path = await scim.newUser(source, { password: GOOD });
    const answer = await admin("POST", `${path.toLowerCase()}/verify-password`, { password: GOOD });
    vi.restoreAllMocks();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "60"]);
  });
});

it("A75 a password is not verified where nobody can say how often it was tried", async () => {
  const id = scim.idAt(await pathOf({ userName: "ann" }));
  const key = await newKey("owner");
  const FAILURES = { limit: () => Promise.reject(new Error("no limit")) };
  const response = await fetchWith({ ...env, FAILURES }, `/api/v1/users/${id}/verify-password`, {
    method: "POST",
    body: JSON.stringify({ password: GOOD }),
    headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
  });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
});

describe("the policy", () => {
  it("is changed by its version, in the log, and not by the same again", async () => {
    const policy = { mode: "discard", minLength: 10, rules: ["exclusion_email"] };
    const first = await admin("PUT", POLICY, policy);
    expect(first.body).toEqual({ ...policy, version: 1 });
    expect((await admin("PUT", POLICY, policy)).body).toEqual({ ...policy, version: 1 });
    expect((await admin("GET", POLICY)).body).toEqual({ ...policy, version: 1 });
    const { body } = await admin("GET", "/events?type=directory.updated");
    expect(scim.objectsIn(body["data"]).map(({ changes }) => changes)).toEqual([
      { attributes: ["passwordPolicy.minLength", "passwordPolicy.rules"] },
    ]);
  });

  it.each<JsonObject>([
    { mode: "plain", minLength: 8, rules: [] },
    { mode: "hash", minLength: 0, rules: [] },
    { mode: "hash", minLength: 8, rules: ["inclusion_emoji"] },
    { mode: "hash", minLength: 8 },
  ])("refuses %j", async (policy) => {
    const { status, body } = await admin("PUT", POLICY, policy);
    expect([status, body["code"]]).toEqual([400, "invalid_value"]);
  });

  it("is the directory's own, and 404 where there is none", async () => {
    const other = await admin("POST", "/directories", { name: "Acme", shard: "01" });
    const path = `/directories/${scim.textAt(other.body, "id")}/password-policy`;
    expect((await admin("PUT", path, { mode: "hash", minLength: 9, rules: [] })).status).toBe(200);
    expect((await admin("GET", path)).body["mode"]).toBe("hash");
    expect((await admin("GET", POLICY)).body["mode"]).toBe("discard");
    expect((await admin("GET", "/directories/dir_none/password-policy")).status).toBe(404);
  });
});
