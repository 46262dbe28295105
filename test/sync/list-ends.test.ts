/** Lists of which only the upstream says that they are at their end. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { exactly, newPulled, peopleOf, pull } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const many = (n: number): JsonObject[] =>
  Array.from({ length: n }, (_, i) => ({ id: `p${i}`, userName: `p${i}` }));
const goneById = {
  on: "Users",
  one: true,
  act: { kind: "answer", status: 404 },
} as const;

describe("a first page that is no full one, and a total that is its length", () => {
  const capped = (total: number, length: number) => ({
    script: { people: exactly(many(total)), pageMax: length },
    lie: { kind: "overlay", members: { totalResults: length } } as const,
  });

  it("is not believed where somebody is missing: all are read, and nobody is removed", async () => {
    const source = await newPulled(admin, { people: exactly(many(30)) }, { pageSize: 100 });
    await pull(source);
    const { script, lie } = capped(30, 12);
    await source.upstream.replace(script);
    await source.upstream.setFaults({ on: "Users", act: lie }, goneById);
    for (const _ of [1, 2]) {
      const run = await pull(source);
      expect([run.status, run.reason]).toEqual(["partial", "list_incomplete"]);
      expect(run.counts.User).toMatchObject({ read: 30, disabled: 0, held: 0 });
    }
    expect((await peopleOf(source)).filter(({ active }) => active !== true)).toEqual([]);
  });

  it("is all where nothing is behind it, and costs one more call only where somebody is missing", async () => {
    const source = await newPulled(admin, { people: exactly(many(10)) }, { pageSize: 100 });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(9)) });
    const lists = async () => {
      const all = await source.upstream.asked();
      return all.flatMap(({ path }) => /Users\?.*startIndex=(\d+)/.exec(path)?.[1] ?? []);
    };
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled]).toEqual(["success", 1]);
    expect(await lists()).toEqual(["1", "10"]);
    expect((await pull(source)).status).toBe("success");
    expect(await lists()).toEqual(["1", "10", "1"]);
  });

  it.each([
    { kind: "loop", loop: "startIndexIgnored" } as const,
    { kind: "answer", status: 404 } as const,
  ])("is all where the upstream doesn't go on (%j)", async (act) => {
    const source = await newPulled(admin, { people: exactly(many(10)) }, { pageSize: 100 });
    await pull(source);
    await source.upstream.replace({ people: exactly(many(9)) });
    await source.upstream.setFaults({ on: "Users", call: 2, act });
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled]).toEqual(["success", 1]);
  });
});
