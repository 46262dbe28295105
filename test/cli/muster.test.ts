import { expect, it } from "vitest";
import { databaseBindings } from "../../src/cli/migrations.ts";
import { run, temporaryFolder } from "./run.ts";
import { serverOf, serverThat } from "./server.ts";

const NOWHERE = { MUSTER_URL: "http://127.0.0.1:1", MUSTER_KEY: "key" };

const FIELD = ["--name", "badge", "--type", "string"];

it.each([
  ["no command", []],
  ["an unknown command", ["people", "list"]],
  ["an unknown option", ["sources", "list", "--colour", "red"]],
  ["another command's option", ["sources", "list", "--name", "One"]],
  ["a missing option", ["sources", "add", "--name", "One"]],
  ["a missing argument", ["tokens", "rotate", "One"]],
  ["an argument too many", ["sources", "list", "One"]],
  ["a limit that is no number", ["users", "list", "--limit", "many"]],
  ["a time that is none", ["log", "--since", "yesterday"]],
  ["nobody to tell of", ["why"]],
  ["a flag with a value", ["log", "--failed=yes"]],
  ["another command's flag", ["why", "ann", "--failed"]],
  ["a key without a role", ["keys", "add", "--name", "One"]],
  ["an application without a scope", ["applications", "add", "--name", "One"]],
  ["a directory without a name", ["directories", "add", "--shard", "01"]],
  ["a field without a type", ["fields", "add", "--name", "badge"]],
  ["a yes or no that is neither", ["fields", "add", ...FIELD, "--unique", "maybe"]],
  ["a link without a secret", ["claim", "https://muster.example"]],
  ["another command's flag", ["sources", "list", "--open"]],
  ["to open and to close at once", ["permissions", "One", "--open", "--close"]],
  ["all permissions and some", ["permissions", "One", "--all", "--grant", "user:read"]],
  ["a scope of no source", ["scope"]],
])("exits with 2 on %s", async (_what, args) => {
  const { code, stdout, stderr } = await run("muster", args, NOWHERE);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toBe("");
});

it("exits with 2 when an address comes without its key", async () => {
  const { code } = await run("muster", ["sources", "list"], { MUSTER_URL: NOWHERE.MUSTER_URL });
  expect(code).toBe(2);
});

it("exits with 3 when nobody answers", async () => {
  expect(await run("muster", ["sources", "list"], NOWHERE)).toMatchObject({ code: 3 });
  const args = ["sources", "list", "--state", temporaryFolder()];
  expect(await run("muster", args)).toMatchObject({ code: 3 });
});

it("exits with 1 and tells code, detail and hint of a refusal", async () => {
  const body = {
    code: "uniqueness",
    detail: "The name is taken",
    hint: "Take another",
    status: 409,
  };
  const args = ["sources", "add", "--name", "One", "--profile", "okta"];
  const env = await serverThat(409, body);
  expect(await run("muster", args, env)).toEqual({
    code: 1,
    stdout: "",
    stderr: "uniqueness: The name is taken\nTake another\n",
  });
  const asJson = await run("muster", [...args, "--json"], env);
  expect(JSON.parse(asJson.stderr)).toEqual(body);
});

it("exits with 1 when what answers is not Muster", async () => {
  const env = await serverThat(200, { hello: "world" });
  expect(await run("muster", ["sources", "list"], env)).toMatchObject({ code: 1 });
});

it("tells its commands and exits with 0", async () => {
  const { code, stdout } = await run("muster", ["--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("tokens rotate <source> <token>");
});

const KEY = {
  id: "key_1",
  name: "CI",
  role: "viewer",
  hint: "abcd",
  createdAt: "2026-11-22T00:00:00Z",
  lastUsedAt: null,
  revokedAt: null,
};
const TOLD = {
  at: "2026-11-22T00:00:00Z",
  sentence: "The user was created, by the data source “Okta” (token …abcd).",
  outcome: "done",
};
const CREATED = {
  at: "2026-11-22T00:00:00Z",
  type: "user.created",
  resourceType: "User",
  resourceId: "u1",
  requestId: "r1",
  changes: { attributes: ["userName", "title"] },
};
const REFUSED = {
  ...CREATED,
  type: "request.refused",
  changes: {},
  refusal: {
    operation: "POST /Users",
    code: "uniqueness",
    record: "ann",
    detail: "userName is already taken",
    count: 2,
  },
};
const FOUND = {
  id: "o1",
  displayName: "Sales",
  code: null,
  userCount: 3,
  path: [
    { id: "root", displayName: "Acme" },
    { id: "o1", displayName: "Sales" },
  ],
};
const ACME = { id: "dir_1", name: "Acme", shard: "01" };

const APPLICATION = {
  id: "app_1",
  name: "Wiki",
  access: "read",
  hint: "abcd",
  organizationIds: ["o1"],
  lastUsedAt: null,
  revokedAt: null,
};
const SECRET = {
  id: "sec_1",
  hint: "abcd",
  status: "enabled",
  expired: false,
  createdAt: "2026-11-22T00:00:00Z",
  expiresAt: "2026-12-01T00:00:00Z",
  lastUsedAt: null,
  warnings: ["expires_soon"],
};
const SOURCE_ID = `ds_00${"a".repeat(32)}`;
const SOURCE = {
  key: "one",
  name: "One",
  mode: "push",
  profile: "okta",
  status: "enabled",
  scimBaseUrl: "https://muster.example/scim/one/v2",
};

it.each([
  ["applications list", { data: [APPLICATION], nextCursor: null }, "Wiki  read    …abcd"],
  [
    "applications add --name Wiki --scope o1",
    { ...APPLICATION, secret: "mst_app_x" },
    "Application key  mst_app_x",
  ],
  [`secrets list ${SOURCE_ID}`, { ...SOURCE, id: SOURCE_ID, data: [SECRET] }, "expires soon"],
  [
    `secrets add ${SOURCE_ID} --days 9`,
    { ...SOURCE, ...SECRET, secret: "mst_cs_x" },
    "Client secret  mst_cs_x",
  ],
  [`tokens rotate ${SOURCE_ID} t`, { ...SOURCE, ...SECRET, secret: "mst_scim_x" }, "mst_scim_x"],
  ["keys list", { data: [KEY], nextCursor: null }, "CI    viewer  …abcd"],
  ["keys add --name CI --role viewer", { ...KEY, secret: "mst_adm_x" }, "Admin key  mst_adm_x"],
  ["why ann", { data: [TOLD], nextCursor: null }, "The user was created, by the data source"],
  ["log --since 24h", { data: [CREATED], nextCursor: null }, "User u1   userName, title"],
  [
    "log --failed",
    { data: [REFUSED], nextCursor: null },
    "2      POST /Users  ann     uniqueness  userName is already taken  r1",
  ],
  [
    "orgs list",
    { data: [{ id: "o1", displayName: "Sales", code: "S", userCount: 3 }], nextCursor: null },
    "Sales  3      S     o1",
  ],
  [
    "orgs list --search sales",
    { data: [FOUND], nextCursor: null },
    "Acme / Sales  3            o1",
  ],
  ["orgs get o1", FOUND, '"displayName": "Sales"'],
  ["directories list", { data: [ACME], nextCursor: null }, "Acme  01     dir_1"],
  ["directories add --name Acme --shard 01", ACME, "Acme (dir_1) in shard 01"],
])("prints the answer of %s, and all of it as JSON", async (command, answer, text) => {
  const env = await serverThat(200, answer);
  const told = await run("muster", command.split(" "), env);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect(told.stdout).toContain(text);
  const { stdout } = await run("muster", [...command.split(" "), "--json"], env);
  expect(JSON.parse(stdout)).toEqual("data" in answer ? answer.data : answer);
});

it("exits with 1 for a directory that nobody made", async () => {
  const env = await serverThat(200, { data: [ACME], nextCursor: null });
  const args = ["users", "list", "--directory", "Beta"];
  expect(await run("muster", args, env)).toMatchObject({ code: 1 });
});

it.each(["users get", "groups get", "groups members", "orgs get"])(
  "looks with %s in the directory that is named",
  async (command) => {
    const { env, sent } = await serverOf(() => ({ data: [ACME], nextCursor: null }));
    await run("muster", [...command.split(" "), "a/b", "--directory", "Acme"], env);
    const [, last] = sent.map(({ path }) => path);
    expect(last).toMatch(/^\/api\/v1\/\w+\/a%2Fb/);
    expect(last).toContain("directoryId=dir_1");
  },
);

it("knows the databases that wrangler.toml binds", () => {
  expect(databaseBindings()).toEqual(["DB"]);
  const two = 'binding = "DB_01"\n  binding = "DB"\nbinding = "DBX"\n# binding = "DB_02"\n';
  expect(databaseBindings(two)).toEqual(["DB", "DB_01"]);
});

it("follows the change feed page by page, and tells the cursor to come back with", async () => {
  const page = {
    data: [
      {
        seq: 7,
        at: "2026-11-22T00:00:00Z",
        type: "user.updated",
        resourceId: "u1",
        version: 2,
        attributes: ["title"],
      },
    ],
    nextCursor: "c7",
    hasMore: true,
  };
  const env = await serverThat(200, page);
  const told = await run("muster", ["changes", "--since", "7d", "--limit", "2"], env);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect(told.stdout.match(/user\.updated {2}u1 {2}2 {8}title/g)).toHaveLength(2);
  expect(told.stdout).toContain("Go on with: --cursor c7");
  const json = await run("muster", ["changes", "--limit", "1", "--json"], env);
  expect(JSON.parse(json.stdout)).toEqual({ data: page.data, cursor: "c7" });
});
