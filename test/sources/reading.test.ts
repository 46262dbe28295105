/** Reading while D1 or KV fails: nobody is told that there is nobody. */
import { beforeEach, describe, expect, it } from "vitest";
import { newSource, type Answer } from "../support/client.ts";
import { endFaults, failCall, faults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { bringWorld, type World } from "../support/world.ts";
import { isPutOff } from "../support/writes.ts";

keepQuiet();

let world: World;

beforeEach(async () => {
  world = await bringWorld();
});

const READS: readonly { name: string; read: () => Promise<Answer> }[] = [
  { name: "a user", read: () => world.source.call("GET", `/Users/${world.id["ann"]}`) },
  { name: "a user who is not there", read: () => world.source.call("GET", "/Users/1") },
  { name: "the users", read: () => world.source.call("GET", "/Users") },
  {
    name: "the users with their groups",
    read: () => world.source.call("GET", "/Users?attributes=userName,groups"),
  },
  {
    name: "users by name",
    read: () => world.source.call("GET", '/Users?filter=userName eq "nobody"'),
  },
  {
    name: "users by a search in a body",
    read: () => world.source.call("POST", "/Users/.search", { filter: 'title eq "x"' }),
  },
  { name: "a group", read: () => world.source.call("GET", `/Groups/${world.id["staff"]}`) },
  { name: "the groups", read: () => world.source.call("GET", "/Groups") },
  {
    name: "the groups with their members",
    read: () => world.source.call("GET", "/Groups?attributes=members"),
  },
  { name: "the schemas", read: () => world.source.call("GET", "/Schemas") },
  { name: "the data sources", read: () => world.admin("GET", "/data-sources") },
  { name: "the directory's users", read: () => world.admin("GET", "/users") },
  { name: "the events", read: () => world.admin("GET", "/events") },
];

describe("reading while D1 fails", () => {
  it.for(READS)("$name is put off", async ({ read }) => {
    const { status, text } = await read();
    endFaults();
    await read();
    const calls = Math.max(faults.calls.worker, 1);
    for (let call = 1; call <= calls; call++) {
      for (const mode of ["before", "after"] as const) {
        failCall("worker", call, mode, true);
        const answer = await read();
        endFaults();
        expect([answer.status, isPutOff(answer)]).toEqual([503, true]);
      }
    }
    const after = await read();
    expect([after.status, after.text]).toEqual([status, text]);
  });
});

describe("a token that this isolate has not seen", () => {
  it.for(["fails", "forgets"] as const)("is found in D1 while KV %s", async (kv) => {
    const source = await newSource(world.admin, "okta");
    faults.kv = kv;
    expect((await source.call("GET", "/Users")).status).toBe(200);
    expect((await source.call("POST", "/Users", { userName: "new" })).status).toBe(201);
  });

  it("puts the request off while KV and D1 fail", async () => {
    const source = await newSource(world.admin, "okta");
    faults.kv = "fails";
    failCall("worker", 1, "before", true);
    for (const method of ["GET", "POST"]) {
      expect(isPutOff(await source.call(method, "/Users", method === "GET" ? undefined : {}))).toBe(
        true,
      );
    }
    endFaults();
    expect((await source.call("GET", "/Users")).status).toBe(200);
  });

  it("puts the request off while D1 fails, though KV knows the token", async () => {
    const source = await newSource(world.admin, "okta");
    failCall("worker", 1, "before", true);
    expect(isPutOff(await source.call("GET", '/Users?filter=userName eq "ann"'))).toBe(true);
    expect(isPutOff(await source.call("POST", "/Users", { userName: "new" }))).toBe(true);
  });

  it("can be made while KV fails", async () => {
    faults.kv = "fails";
    const source = await newSource(world.admin, "okta");
    expect((await source.call("GET", "/Users")).status).toBe(200);
  });
});
