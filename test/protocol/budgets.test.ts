import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { claim, newSource, type Answer, type Source } from "../support/client.ts";
import { insertGroups, insertMembers, insertUsers, testId } from "../support/directory-rows.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { patchBody, textAt, userBody } from "../support/scim.ts";
import type { JsonObject } from "../../src/scim/json.ts";

interface Cost { trips: number; read: number; written: number }
const SPARE = 100;

function attributesOf(n: number): JsonObject {
  return {
    userName: `user${n}@people.test`, externalId: `x${n}`, displayName: `User ${n}`, active: true,
    emails: [{ value: `user${n}@people.test`, type: "work", primary: true }],
    phoneNumbers: [{ value: `+49 30 ${n}`, type: "work" }],
  };
}

async function measure(run: () => Promise<Answer>, status: number): Promise<Cost> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  expect(answer.status, answer.text.slice(0, 500)).toBe(status);
  return { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

async function costsAt(size: number): Promise<Record<string, Cost>> {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  resetFaults();
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const { body } = await admin("GET", `/data-sources/${source.id}`);
  const organizationId = textAt(body, "targetOrganizationId");
  const t0 = Date.now();
  await insertUsers(env.DB, Array.from({ length: size + SPARE }, (_, n) => ({ id: testId(n), sourceId: source.id, organizationId, attributes: attributesOf(n) })));
  console.log("TIME users", Date.now() - t0);
  const groups = { small: 10, middle: Math.min(size, 10_000), large: size, thousand: 1000, 'less': 999 };
  const names = [...Object.keys(groups), ...Array.from({ length: 20 }, (_, n) => `tiny${n}`)];
  const groupId = (name: string) => testId(5_000_000 + names.indexOf(name));
  await insertGroups(env.DB, names.map((name) => ({ id: groupId(name), sourceId: source.id, attributes: { displayName: name } })));
  const t1 = Date.now();
  const spare = (n: number) => testId(size + n);
  await insertMembers(env.DB, [
    ...Object.entries(groups).flatMap(([name, count]) => Array.from({ length: count }, (_, n) => ({ group: groupId(name), user: testId(n) }))),
    ...Array.from({ length: 20 }, (_, n) => ({ group: groupId(`tiny${n}`), user: spare(20) })),
    ...Array.from({ length: 3 }, (_, n) => ({ group: groupId(`tiny${n}`), user: spare(3) })),
  ]);
  console.log("TIME members", Date.now() - t1);
  const get = (path: string) => () => source.call("GET", path);
  const find = (filter: string) => get(`/Users?filter=${encodeURIComponent(filter)}`);
  const patch = (path: string, operation: JsonObject) => () => source.call("PATCH", path, patchBody(operation));
  await get(`/Users/${spare(1)}`)();
  await patch(`/Users/${spare(1)}`, { op: "replace", path: "title", value: "warm" })();
  const c: Record<string, Cost> = {};
  c["GET by id"] = await measure(get(`/Users/${spare(5)}`), 200);
  c["GET by id, 3 memberships"] = await measure(get(`/Users/${spare(3)}`), 200);
  c["GET by id, 20 memberships"] = await measure(get(`/Users/${spare(20)}`), 200);
  c["userName eq"] = await measure(find('userName eq "USER77@people.test"'), 200);
  c["externalId eq"] = await measure(find('externalId eq "x77"'), 200);
  c["emails.value eq"] = await measure(find('emails.value eq "user77@people.test"'), 200);
  c["emails[] eq"] = await measure(find('emails[type eq "work"].value eq "user77@people.test"'), 200);
  c["phoneNumbers.value eq"] = await measure(find('phoneNumbers.value eq "+49 30 77"'), 200);
  c["userName eq nobody"] = await measure(find('userName eq "nobody"'), 200);
  c["page 100"] = await measure(get("/Users?count=100"), 200);
  c["page 100 at 901"] = await measure(get("/Users?count=100&startIndex=901"), 200);
  c["groups page"] = await measure(get("/Groups?count=100"), 200);
  const newUser = (n: number) => ({ ...userBody(attributesOf(9_000_000 + n)) });
  c["POST okta"] = await measure(() => source.call("POST", "/Users", newUser(1)), 201);
  c["POST okta again"] = await measure(() => source.call("POST", "/Users", newUser(1)), 200);
  c["PATCH one"] = await measure(patch(`/Users/${spare(6)}`, { op: "replace", path: "title", value: "x" }), 200);
  c["PATCH active"] = await measure(patch(`/Users/${spare(6)}`, { op: "replace", path: "active", value: false }), 200);
  c["PATCH e-mail"] = await measure(patch(`/Users/${spare(6)}`, { op: "replace", path: 'emails[type eq "work"].value', value: "new@people.test" }), 200);
  c["PATCH userName"] = await measure(patch(`/Users/${spare(6)}`, { op: "replace", path: 'userName', value: "new@people.test" }), 200);
  c["PATCH same"] = await measure(patch(`/Users/${spare(6)}`, { op: "replace", path: "title", value: "x" }), 200);
  c["PUT same"] = await measure(() => source.call("PUT", `/Users/${spare(7)}`, userBody(attributesOf(size + 7))), 200);
  c["PUT changed"] = await measure(() => source.call("PUT", `/Users/${spare(7)}`, userBody({...attributesOf(size + 7), title: "y"})), 200);
  for (const name of ["small", "middle", "large"]) {
    c[`add to ${name}`] = await measure(patch(`/Groups/${groupId(name)}`, { op: "add", path: "members", value: [{ value: spare(8) }] }), 204);
    c[`add again to ${name}`] = await measure(patch(`/Groups/${groupId(name)}`, { op: "add", path: "members", value: [{ value: spare(8) }] }), 204);
    c[`remove from ${name}`] = await measure(patch(`/Groups/${groupId(name)}`, { op: "remove", path: `members[value eq "${spare(8)}"]` }), 204);
  }
  c["GET group 999"] = await measure(get(`/Groups/${groupId("less")}`), 200);
  c["GET group 1000"] = await measure(get(`/Groups/${groupId("thousand")}`), 200);
  c["GET group no members"] = await measure(get(`/Groups/${groupId("large")}?excludedAttributes=members`), 200);
  c["DELETE 0"] = await measure(() => source.call("DELETE", `/Users/${spare(9)}`), 204);
  c["DELETE 3"] = await measure(() => source.call("DELETE", `/Users/${spare(3)}`), 204);
  c["DELETE 20"] = await measure(() => source.call("DELETE", `/Users/${spare(20)}`), 204);
  await admin("PATCH", `/data-sources/${source.id}`, { profile: "standard" });
  await get(`/Users/${spare(1)}`)();
  await patch(`/Users/${spare(1)}`, { op: "replace", path: "title", value: "warm2" })();
  c["POST standard"] = await measure(() => source.call("POST", "/Users", newUser(2)), 201);
  c["POST standard again"] = await measure(() => source.call("POST", "/Users", newUser(2)), 200);
  const same = await source.call("POST", "/Users", newUser(3));
  c["DELETE standard"] = await measure(() => source.call("DELETE", `/Users/${textAt(same.body, "id")}`), 204);
  c["POST restores"] = await measure(() => source.call("POST", "/Users", newUser(3)), 201);
  return c;
}

it("probe", { timeout: 200_000 }, async () => {
  const a = await costsAt(1000);
  const b = await costsAt(100_000);
  console.log(Object.keys(a).map((k) => `${k.padEnd(26)} ${JSON.stringify(Object.values(a[k]!))} ${JSON.stringify(Object.values(b[k]!))}`).join("\n"));
});
