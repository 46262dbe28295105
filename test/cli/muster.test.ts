import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { databaseBindings } from "../../src/cli/migrations.ts";
import { run, temporaryFolder } from "./run.ts";

/** A server that answers every request alike; gives the environment to reach it. */
async function serverThat(status: number, body: unknown): Promise<NodeJS.ProcessEnv> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { MUSTER_URL: `http://127.0.0.1:${port}`, MUSTER_KEY: "key" };
}

const NOWHERE = { MUSTER_URL: "http://127.0.0.1:1", MUSTER_KEY: "key" };

it.each([
  ["no command", []],
  ["an unknown command", ["people", "list"]],
  ["an unknown option", ["sources", "list", "--colour", "red"]],
  ["another command's option", ["sources", "list", "--name", "One"]],
  ["a missing option", ["sources", "add", "--name", "One"]],
  ["a missing argument", ["tokens", "rotate", "One"]],
  ["an argument too many", ["sources", "list", "One"]],
  ["a limit that is no number", ["users", "list", "--limit", "many"]],
  ["a key without a role", ["keys", "add", "--name", "One"]],
  ["an application without a scope", ["applications", "add", "--name", "One"]],
  ["a directory without a name", ["directories", "add", "--shard", "01"]],
  ["a link without a secret", ["claim", "https://muster.example"]],
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

it("knows the databases that wrangler.toml binds", () => {
  expect(databaseBindings()).toEqual(["DB"]);
  const two = 'binding = "DB_01"\n  binding = "DB"\nbinding = "DBX"\n# binding = "DB_02"\n';
  expect(databaseBindings(two)).toEqual(["DB", "DB_01"]);
});
