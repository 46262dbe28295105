import { expect, it } from "vitest";
import { run } from "./run.ts";
import { serverOf } from "./server.ts";

const SCOPED = {
  id: `ds_00${"0".repeat(32)}`,
  key: "one",
  name: "One",
  mode: "push",
  profile: "okta",
  status: "enabled",
  scimBaseUrl: "https://muster.example/scim/one/v2",
};
const SCOPE = { organizationIds: ["o1", "o2"], groupIds: [], targetOrganizationId: "o1" };
const OPEN = { apiOpen: true, permissions: ["user:read", "group:read"], provisioning: true };

it.each([
  ["scope", [], SCOPE, []],
  ["scope", ["--target", "o2"], SCOPE, [{ ...entriesOf(SCOPE), targetOrganizationId: "o2" }]],
  [
    "scope",
    ["--organizations", "o3, o4", "--groups", "g1"],
    SCOPE,
    [{ organizationIds: ["o3", "o4"], groupIds: ["g1"] }],
  ],
  ["scope", ["--organizations", ""], SCOPE, [{ organizationIds: [], groupIds: [] }]],
  ["permissions", [], OPEN, []],
  ["permissions", ["--close"], OPEN, [{ apiOpen: false }]],
  ["permissions", ["--open"], { ...OPEN, apiOpen: false }, [{ apiOpen: true, confirm: true }]],
  ["permissions", ["--grant", "user:read"], OPEN, [{ apiOpen: true, permissions: ["user:read"] }]],
  [
    "permissions",
    ["--open", "--all"],
    OPEN,
    [{ apiOpen: true, confirm: true, permissions: "all" }],
  ],
])("says of %s %j what to change, and leaves the rest", async (command, args, shown, put) => {
  const { env, sent } = await serverOf((path) => (path.endsWith(SCOPED.id) ? SCOPED : shown));
  const { code, stdout, stderr } = await run("muster", [command, SCOPED.id, ...args], env);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(command === "scope" ? "o1, o2" : "user:read, group:read");
  expect(sent.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual(put);
  const asJson = await run("muster", [command, SCOPED.id, ...args, "--json"], env);
  expect(JSON.parse(asJson.stdout)).toEqual(shown);
});

function entriesOf({ organizationIds, groupIds }: typeof SCOPE) {
  return { organizationIds, groupIds };
}

it.each([
  [[], true],
  [["--closed"], false],
])("adds a source whose API is open unless it is told otherwise (%j)", async (args, apiOpen) => {
  const token = { id: "tok_1", secret: "mst_scim_x", expiresAt: "2027-01-01T00:00:00Z" };
  const urls = { clientId: SCOPED.id, tokenUrl: "t", userUrl: "u", orgUrl: "o" };
  const { env, sent } = await serverOf(() => ({ ...SCOPED, ...urls, token, clientSecret: token }));
  const add = ["sources", "add", "--name", "One", "--profile", "okta", ...args];
  const { code, stdout } = await run("muster", add, env);
  expect([code, sent.map(({ body }) => body)]).toEqual([
    0,
    [{ apiOpen, confirm: true, name: "One", profile: "okta", mode: "push" }],
  ]);
  expect(stdout.includes("closed")).toBe(!apiOpen);
});
