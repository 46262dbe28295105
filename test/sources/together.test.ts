/** Writes that share a batch come to what they come to one by one. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import type { MemberChange } from "../../src/scim/members.ts";
import type { Outcome, ResourceOperation } from "../../src/sources/operation.ts";
import { idOf } from "../support/answer.ts";
import { oneSource, type Source } from "../support/client.ts";
import { dump, restore, without } from "../support/dump.ts";
import { factsOf } from "../support/facts.ts";
import { violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, write, writeTogether } from "../support/rpc.ts";

keepQuiet();
vi.setConfig({ testTimeout: 30_000 });

const RUNS = 20;

/** People and groups that are there, by id. */
interface World {
  readonly source: Source;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

async function newWorld(profile: string): Promise<World> {
  const source = await oneSource(profile);
  const id = async (path: string, body: JsonObject): Promise<string> => {
    const schemas = [path === "/Users" ? SCHEMA_USER : SCHEMA_GROUP];
    return idOf(await source.call("POST", path, { schemas, ...body }));
  };
  const users = [
    await id("/Users", {
      userName: "u0",
      externalId: "0",
      emails: [{ value: "m0@x", type: "work" }],
    }),
    await id("/Users", { userName: "u1", emails: [{ value: "m1@x", type: "work" }] }),
    await id("/Users", { userName: "u2", externalId: "2" }),
    await id("/Users", { userName: "u3" }),
  ];
  const values = users.map((value) => ({ value }));
  const groups = [
    await id("/Groups", { displayName: "g0", members: values }),
    await id("/Groups", { displayName: "g1", members: values.slice(0, 2) }),
    await id("/Groups", { displayName: "g2" }),
  ];
  await source.call("DELETE", `/Users/${users[2]}`);
  return { source, users, groups };
}

/** What to do, with people and groups by number. */
type Step =
  | {
      readonly kind: "user.create" | "user.replace";
      readonly user: number;
      readonly as: JsonObject;
    }
  | { readonly kind: "user.patch"; readonly user: number; readonly as: JsonObject }
  | { readonly kind: "user.delete"; readonly user: number }
  | {
      readonly kind: "group.create" | "group.replace";
      readonly group: number;
      readonly name: string;
      readonly members: number[];
    }
  | {
      readonly kind: "group.patch";
      readonly group: number;
      readonly op: "add" | "remove" | "replace";
      readonly members: number[];
    }
  | { readonly kind: "group.delete"; readonly group: number };

function operationOf({ users, groups }: World, step: Step): ResourceOperation {
  const ids = (members: readonly number[]): string[] => [
    ...new Set(members.map((member) => users[member] ?? "")),
  ];
  switch (step.kind) {
    case "user.create":
      return { kind: step.kind, id: newId(), resource: resource({ active: true, ...step.as }) };
    case "user.replace":
      return { kind: step.kind, id: users[step.user] ?? "", resource: resource(step.as) };
    case "user.patch": {
      const operations = [{ op: "replace", value: step.as } as const];
      return { kind: step.kind, id: users[step.user] ?? "", operations };
    }
    case "user.delete":
      return { kind: step.kind, id: users[step.user] ?? "" };
    case "group.create":
      return {
        kind: step.kind,
        id: newId(),
        resource: resource({ displayName: step.name }, ids(step.members)),
      };
    case "group.replace":
      return {
        kind: step.kind,
        id: groups[step.group] ?? "",
        resource: resource({ displayName: step.name }, ids(step.members)),
      };
    case "group.patch": {
      const change: MemberChange = { op: step.op, values: ids(step.members) };
      return { kind: step.kind, id: groups[step.group] ?? "", operations: [], members: [change] };
    }
    case "group.delete":
      return { kind: step.kind, id: groups[step.group] ?? "" };
  }
}

/** Made values have no prototype, which an RPC doesn't take. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

/** Status or reason of each outcome: ids of what is created differ between two runs. */
function gist(outcome: Outcome): unknown {
  if (outcome.ok) return [outcome.status, outcome.resource?.version];
  return typeof outcome.refusal === "string" ? outcome.refusal : outcome.refusal.reason;
}

const number = fc.nat({ max: 3 });
const members = fc.array(number, { maxLength: 3 });
const groupNumber = fc.nat({ max: 2 });
const groupName = fc.constantFrom("g0", "g1", "g2", "g3");
const user = fc.record(
  {
    userName: fc.constantFrom("u0", "u1", "u2", "u3", "u4"),
    externalId: fc.constantFrom("0", "1", "2"),
    displayName: fc.constantFrom("a", "b"),
    active: fc.boolean(),
    emails: fc.constantFrom("m0@x", "m1@x", "m2@x").map((value) => [{ value, type: "work" }]),
  },
  { requiredKeys: ["userName"] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("user.create" as const, "user.replace" as const, "user.patch" as const),
    user: number,
    as: user,
  }),
  fc.record({
    kind: fc.constant("user.patch" as const),
    user: number,
    as: fc.record({ displayName: fc.constantFrom("a", "b") }),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("user.delete" as const), user: number }) },
  fc.record({
    kind: fc.constantFrom("group.create" as const, "group.replace" as const),
    group: groupNumber,
    name: groupName,
    members,
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("group.patch" as const),
      group: groupNumber,
      op: fc.constantFrom("add" as const, "remove" as const, "replace" as const),
      members,
    }),
  },
  fc.record({ kind: fc.constant("group.delete" as const), group: groupNumber }),
);

describe("writes in one group", () => {
  it.for(["standard", "okta", "rfc"])(
    "come to what they come to one by one (%s)",
    async (profile) => {
      const world = await newWorld(profile);
      const { source } = world;
      const start = without(await dump(), "epochs");
      const run = async (steps: readonly Step[], apart: boolean): Promise<unknown> => {
        await restore(start);
        const requests = plain(steps).map((one) => requestOf(source, operationOf(world, one)));
        const outcomes: Outcome[] = [];
        if (apart) for (const request of requests) outcomes.push(await write(source, request));
        else outcomes.push(...(await writeTogether(source, requests)));
        const after = await dump();
        expect(violationsOf(after)).toEqual([]);
        return { outcomes: outcomes.map(gist), facts: factsOf(after) };
      };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
          expect(await run(steps, false)).toEqual(await run(steps, true));
        }),
        { numRuns: RUNS },
      );
    },
  );

  it("let somebody go again whom the same group made and put into a group", async () => {
    const source = await oneSource("okta");
    const [user, group] = [newId(), newId()];
    const outcomes = await writeTogether(source, [
      requestOf(source, { kind: "user.create", id: user, resource: resource({ userName: "ann" }) }),
      requestOf(source, {
        kind: "group.create",
        id: group,
        resource: resource({ displayName: "staff" }, [user]),
      }),
      requestOf(source, { kind: "user.delete", id: user }),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true]);
    const after = await dump();
    expect(violationsOf(after)).toEqual([]);
    expect(after["members"]).toEqual([]);
  });
});
