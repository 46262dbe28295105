/** Writes by hand with a fault at each step of theirs: done once or not at all, and told so. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Row } from "../../../src/directory/database.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import type { Answer } from "../../support/client.ts";
import { dump, restore, rowsOf, without, type Dump } from "../../support/dump.ts";
import { endFaults, failCall, faults, type Mode } from "../../support/faults.ts";
import { violationsOf } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { isPutOff } from "../../support/writes.ts";

keepQuiet();
vi.setConfig({ testTimeout: 120_000 });

interface World {
  readonly admin: Call;
  readonly top: string;
  readonly team: string;
  readonly crew: string;
  readonly start: Dump;
}

let made: World | undefined;
let world: World;

async function makeWorld(): Promise<World> {
  const admin = await adminOf("owner");
  const make = async (path: string, body: Record<string, string>) =>
    idOf(await admin("POST", path, body));
  const top = await make("/organizations", { displayName: "Top" });
  const team = await make("/organizations", { displayName: "Team" });
  const crew = await make("/organizations", { displayName: "Crew", parentId: team });
  await make("/users", { userName: "ada", organizationId: crew });
  await make("/users", { userName: "bob", organizationId: team });
  return { admin, top, team, crew, start: without(await dump(), "epochs") };
}

beforeEach(async () => {
  world = made ??= await makeWorld();
  await restore(world.start);
});

interface Write {
  readonly name: string;
  readonly send: (world: World) => Promise<Answer>;
  /** What sending it again may be answered with beside success, where it was done after all. */
  readonly again: readonly number[];
}

const WRITES: readonly Write[] = [
  {
    name: "a creation",
    send: ({ admin, crew }) =>
      admin(
        "POST",
        "/users",
        { userName: "cy", organizationId: crew },
        { "idempotency-key": "one" },
      ),
    again: [],
  },
  {
    name: "a move with a subtree",
    send: ({ admin, team, top }) => admin("PATCH", `/organizations/${team}`, { parentId: top }),
    again: [],
  },
  {
    name: "a deletion that moves people",
    send: ({ admin, crew, top }) => admin("DELETE", `/organizations/${crew}?moveUsersTo=${top}`),
    again: [404],
  },
];

const MODES: readonly Mode[] = ["before", "after", "hang", "hang-after"];

/** What is there, without ids and times. */
function factsOf(from: Dump): string[] {
  const organizations = new Map(rowsOf(from, "organizations").map((row) => [row["id"], row]));
  const nameOf = (id: Row[string] | undefined) => organizations.get(id ?? null)?.["display_name"];
  const facts = [
    ...rowsOf(from, "organizations").map((row) => [
      row["display_name"],
      nameOf(row["parent_id"]),
      row["depth"],
      row["version"],
      row["deleted_at"] !== null,
    ]),
    ...rowsOf(from, "users").map((row) => [
      row["user_name_key"],
      nameOf(row["organization_id"]),
      row["version"],
    ]),
    ...rowsOf(from, "events").map(({ type }) => [type]),
    ...rowsOf(from, "audit").map(({ action, position }) => [action, position]),
  ];
  return facts.map((fact) => JSON.stringify(fact)).sort();
}

describe("one fault of D1, at each call of the object and in each mode,", () => {
  it.for(WRITES)("changes nothing about $name", async ({ name, send, again }) => {
    await send(world);
    await restore(world.start);
    endFaults();
    expect((await send(world)).status).toBeLessThan(300);
    const { object: calls } = faults.calls;
    const sound = await dump();
    expect(violationsOf(sound)).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(2);
    for (const mode of MODES) {
      for (let call = 1; call <= calls; call++) {
        await restore(world.start);
        failCall("object", call, mode);
        const answer = await send(world);
        endFaults();
        const label = `${name}, ${mode} at ${call}`;
        if (answer.status >= 300) {
          expect([label, answer.status, isPutOff(answer)]).toEqual([label, 503, true]);
          const { status } = await send(world);
          expect([label, status < 300 || again.includes(status), status]).toEqual([
            label,
            true,
            status,
          ]);
        }
        const after = await dump();
        expect([label, factsOf(after)]).toEqual([label, factsOf(sound)]);
        expect(violationsOf(after)).toEqual([]);
      }
    }
  });

  it("gives the first answer again to the same key, and makes nobody twice", async () => {
    const [write] = WRITES;
    const first = await write?.send(world);
    const again = await write?.send(world);
    expect(again?.headers.get("idempotent-replayed")).toBe("true");
    expect(again?.body).toEqual(first?.body);
    expect(rowsOf(await dump(), "users")).toHaveLength(3);
  });
});
