/** A Bulk with a fault at each of its steps: told apart what was done and what not; sent again it comes to the same. */
import { evictAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { bulk, managedBy, operationsIn, statusesIn } from "../support/bulk.ts";
import type { Answer } from "../support/client.ts";
import { dump, restore, rowsOf, without, type Dump } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { endFaults, failCall, faults, type Mode } from "../support/faults.ts";
import { violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { ENTERPRISE, textAt } from "../support/scim.ts";
import { isPutOff } from "../support/writes.ts";
import { bringWorld, type World } from "../support/world.ts";

keepQuiet();
vi.setConfig({ testTimeout: 120_000 });

const MODES: readonly Mode[] = ["before", "after", "hang", "hang-after"];

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

const patch = (op: string, path: string, value: JsonObject[] | string): JsonObject => ({
  Operations: [{ op, path, value }],
});

/** Each would come to the same a second time. In three groups, since what follows the deletion of a user is decided when that is written. */
function operationsOf({ id }: World): JsonObject[] {
  const post = (path: string, bulkId: string, data: JsonObject): JsonObject => ({
    method: "POST",
    path,
    bulkId,
    data,
  });
  const member = (value: string) => [{ value }];
  return [
    post("/Groups", "board", { displayName: "board", members: member("bulkId:eve") }),
    post("/Users", "eve", { userName: "eve", externalId: "5", ...managedBy("bulkId:bob") }),
    post("/Users", "bob", { userName: "bob", externalId: "2", ...managedBy("bulkId:eve") }),
    { method: "DELETE", path: `/Users/${id["cy"]}` },
    post("/Users", "dora", { userName: "dora2", externalId: "4" }),
    { method: "PATCH", path: "/Users/bulkId:dora", data: patch("replace", "title", "Chef") },
    {
      method: "PATCH",
      path: `/Groups/${id["guests"]}`,
      data: patch("add", "members", member("bulkId:dora")),
    },
    { method: "DELETE", path: `/Users/${id["ann"]}` },
    {
      method: "PUT",
      path: "/Groups/bulkId:board",
      data: { displayName: "board", externalId: "b", members: member("bulkId:eve") },
    },
    post("/Users", "fay", { userName: "fay", [ENTERPRISE]: { department: "bulkId:eve" } }),
  ];
}

function send(): Promise<Answer> {
  return bulk(world.source, operationsOf(world));
}

/** Sent again until everything is done; a deletion that was done already is not found. */
async function sendAgain(): Promise<void> {
  for (const { status, method, response } of operationsIn(await send())) {
    const isGone = method === "DELETE" && status === "404";
    expect(isGone || response === undefined, JSON.stringify(response)).toBe(true);
  }
}

/** The facts with names in place of new ids, which differ between two runs. */
function named(from: Dump): unknown {
  const names = [...rowsOf(from, "users"), ...rowsOf(from, "groups")];
  return JSON.parse(
    names.reduce(
      (text, row) => text.replaceAll(String(row["id"]), String(row["user_name_key"])),
      JSON.stringify(factsOf(from)),
    ),
  );
}

async function soundly(): Promise<{ facts: unknown; calls: number }> {
  await send();
  await restore(world.start);
  endFaults();
  const answer = await send();
  const { object: calls } = faults.calls;
  expect(operationsIn(answer).filter(({ response }) => response !== undefined)).toEqual([]);
  const after = await dump();
  expect(violationsOf(after)).toEqual([]);
  return { facts: named(after), calls };
}

/** What the answer says was done was done, and what it says was put off was not. */
async function expectTrue(answer: Answer): Promise<void> {
  if (isPutOff(answer)) return;
  const operations = operationsIn(answer);
  const codes = operations.map((operation) => textAt(operation, "status"));
  const off = codes.indexOf("503");
  if (off === -1) return;
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(codes.every((code) => code === "503" || code.startsWith("2"))).toBe(true);
  const users = factsOf(await dump())["users"];
  const known = JSON.stringify(users);
  expect(known.includes('\\"fay\\"')).toBe(codes[9]?.startsWith("2"));
  expect(known.includes('\\"eve\\"')).toBe(codes[1]?.startsWith("2"));
}

describe("a Bulk", () => {
  it.for(MODES)("comes to the same with a fault of D1 at any of its calls (%s)", async (mode) => {
    const { facts, calls } = await soundly();
    // Three groups, and a look at whether who is brought back was a guest.
    expect(calls).toBe(7);
    for (let call = 1; call <= calls; call++) {
      await restore(world.start);
      failCall("object", call, mode);
      const answer = await send();
      endFaults();
      await expectTrue(answer);
      await sendAgain();
      const after = await dump();
      expect([call, named(after)]).toEqual([call, facts]);
      expect(violationsOf(after)).toEqual([]);
    }
  });

  it("comes to the same by an object that starts anew", async () => {
    const { facts, calls } = await soundly();
    for (let call = 1; call <= calls; call++) {
      await restore(world.start);
      await evictAllDurableObjects();
      failCall("object", call, "after");
      await expectTrue(await send());
      endFaults();
      await sendAgain();
      expect(named(await dump())).toEqual(facts);
    }
  });

  it("is put off by an outage, as a whole where nothing was done before it", async () => {
    const { facts, calls } = await soundly();
    const statuses: number[] = [];
    for (let call = 1; call <= calls; call++) {
      await restore(world.start);
      failCall("object", call, "before", true);
      const answer = await send();
      endFaults();
      statuses.push(answer.status);
      await expectTrue(answer);
      if (answer.status === 200) expect(answer.text).toContain('"503"');
      await sendAgain();
      expect(named(await dump())).toEqual(facts);
      expect(violationsOf(await dump())).toEqual([]);
    }
    expect(statuses).toEqual([503, 503, 200, 200, 200, 200, 200]);
  });

  const title = (id: string | undefined, value: string): JsonObject => ({
    method: "PATCH",
    path: `/Users/${id}`,
    data: patch("replace", "title", value),
  });

  it.for(MODES)("keeps its order where an operation changes nothing (%s)", async (mode) => {
    const { source, id } = world;
    for (const before of ["A", "B"]) {
      const all = [title(id["ann"], "A"), title(id["ann"], "B"), title(id["bob"], before)];
      for (let call = 1; call <= 3; call++) {
        await restore(world.start);
        await bulk(source, [title(id["ann"], before)]);
        failCall("object", call, mode);
        const answer = await bulk(source, all);
        endFaults();
        if (isPutOff(answer)) continue;
        expect(statusesIn(answer)).toEqual(["200", "200", "200"]);
        const { body } = await source.call("GET", `/Users/${id["ann"]}`);
        expect(body["title"]).toBe("B");
      }
    }
  });

  it.for(MODES)("refuses what it refused, whatever it did later (%s)", async (mode) => {
    const { id } = world;
    await world.admin("PATCH", `/data-sources/${world.source.id}`, { profile: "rfc" });
    const start = await dump();
    const post = {
      method: "POST",
      path: "/Users",
      bulkId: "x",
      data: { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ann" },
    };
    const all = [post, { method: "DELETE", path: `/Users/${id["ann"]}` }];
    for (let call = 1; call <= 3; call++) {
      await restore(without(start, "epochs"));
      failCall("object", call, mode);
      const answer = await bulk(world.source, all);
      endFaults();
      if (isPutOff(answer)) continue;
      expect(statusesIn(answer)).toEqual(["409", "204"]);
      const [found] = operationsIn(answer);
      expect(found?.["response"]).toMatchObject({ status: "409", scimType: "uniqueness" });
      const live = rowsOf(await dump(), "users").filter((row) => row["deleted_at"] === null);
      expect(live.map((row) => row["user_name_key"])).toEqual(["bob", "cy"]);
    }
  });
});
