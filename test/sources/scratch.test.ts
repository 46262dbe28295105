import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { faults } from "../support/faults.ts";
import { prefixedId, randomBytes, uuidv7 } from "../../src/directory/ids.ts";

const uuid = () => uuidv7(Date.now(), randomBytes(10));

async function setUp(profileName = "okta") {
  const now = Date.now();
  const id = prefixedId("ds", "00", uuid());
  const tokenId = prefixedId("tok", "00", uuid());
  const stub = env.SOURCE.getByName(id);
  const organizationId = uuid();
  const source = {
    id, directoryId: "default", key: "k-00aaaaaaaa", name: "n", description: "", mode: "push", type: "scim",
    kind: "standard", status: "enabled", provisioning: true, apiOpen: true,
    permissions: ["user:read", "user:write", "group:read", "group:write"],
    profileName, switches: {}, targetId: organizationId, ratePerSecond: null, configVersion: 1, createdAt: now, updatedAt: now,
  };
  const outcome = await stub.write({
    opId: uuid(), directoryId: "default", actor: "key", requestId: "r",
    operation: { kind: "source.create", source, organizationId, organizationName: "n",
      token: { id: tokenId, pepperId: "k1", hash: "h", hint: "abcd", createdAt: now, expiresAt: now + 1e9 } },
  } as never);
  const write = (operation: unknown) => stub.write({ opId: uuid(), directoryId: "default", actor: tokenId, requestId: "r", configVersion: 1, operation } as never);
  return { outcome, write };
}
const user = (userName: string, more = {}) => ({ kind: "user.create", id: uuid(), resource: { attributes: { userName, active: true, ...more }, activeGiven: false, passwordSet: false } });

it("writes", async () => {
  const { outcome, write } = await setUp();
  console.log(JSON.stringify(outcome).slice(0, 300));
  (globalThis as any).TRACE = true;
  const step = async (name: string, op: unknown) => {
    faults.rows = { read: 0, written: 0 };
    faults.calls.object = 0;
    const result: any = await write(op);
    console.log(name, JSON.stringify(result).slice(0, 200), JSON.stringify(faults.rows), faults.calls.object);
    return result;
  };
  const a = await step("create", user("a@x", { externalId: "1", displayName: "A", emails: [{ value: "a@x", type: "work" }], phoneNumbers: [{ value: "123", type: "work" }] }));
  const id = a.resource.id;
  await step("again", user("a@x", { externalId: "1" }));
  await step("patch", { kind: "user.patch", id, operations: [{ op: "replace", path: "displayName", value: "B" }] });
  await step("patch no-op", { kind: "user.patch", id, operations: [{ op: "replace", path: "displayName", value: "B" }] });
  await step("rename", { kind: "user.patch", id, operations: [{ op: "replace", path: "userName", value: "b@x" }] });
  const g = await step("group", { kind: "group.create", id: uuid(), resource: { attributes: { displayName: "G" }, members: [id], activeGiven: false, passwordSet: false } });
  const c = await step("create c", user("c@x", { externalId: "3" }));
  await step("add member", { kind: "group.patch", id: g.resource.id, operations: [], members: [{ op: "add", values: [c.resource.id] }] });
  await step("add member again", { kind: "group.patch", id: g.resource.id, operations: [], members: [{ op: "add", values: [c.resource.id] }] });
  await step("delete c", { kind: "user.delete", id: c.resource.id });
  await step("delete a", { kind: "user.delete", id });
  await step("restore a", user("a@x", { externalId: "1" }));
  console.log((await env.DB.prepare("select member_count, version from groups").all()).results, (await env.DB.prepare("select * from counters").all()).results, (await env.DB.prepare("select count(*) n from members").first("n")));
  console.log((await env.DB.prepare("select seq,type,changes from events").all()).results);
  expect(outcome.ok).toBe(true);
});
