/** The second dialect writes as SCIM does: the same rows, in one batch, or nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Source } from "../support/client.ts";
import { ask, list, newOrganization, newUser, newUserBody, PASSWORD } from "../support/dialect.ts";
import { dump, restore, rowsOf, type Dump } from "../support/dump.ts";
import { endFaults, failCall, faults, isWrite, resetFaults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { scaled } from "../support/scale.ts";
import {
  CORE,
  ENTERPRISE,
  idAt,
  membersAt,
  newGroup,
  ORGANIZATION,
  patch,
  textAt,
} from "../support/scim.ts";

keepQuiet();

/** What both dialects can say of a user. */
interface Said {
  readonly displayName: string;
  readonly email?: string;
  readonly phone?: string;
  readonly description?: string;
  /** Places in the world's list. */
  readonly place?: number;
  readonly groups?: readonly number[];
}

type Command =
  | { readonly kind: "create"; readonly user: number; readonly said: Said }
  | { readonly kind: "change"; readonly user: number; readonly said: Partial<Said> }
  | { readonly kind: "delete"; readonly user: number }
  | {
      readonly kind: "organize";
      readonly place: number;
      readonly name: string;
      readonly order: number;
    }
  | { readonly kind: "reorganize"; readonly place: number; readonly name: string };

interface World {
  readonly source: Source;
  readonly organizations: (string | undefined)[];
  readonly groups: readonly string[];
  readonly users: Map<number, string>;
}

const USERS = 4;
const PLACES = 3;

const word = fc.constantFrom("A", "B", "C");
const said = fc.record(
  {
    displayName: word,
    email: fc.constantFrom("a@one.test", "b@one.test", "c@one.test"),
    phone: fc.constantFrom("+86-13800000000", "13800000001", "+8613800000002"),
    description: word,
    place: fc.nat(PLACES - 1),
    groups: fc.uniqueArray(fc.nat(1), { maxLength: 2 }),
  },
  { requiredKeys: ["displayName"] },
);
const user = fc.nat(USERS - 1);
const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("create" as const), user, said }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("change" as const), user, said: said.map(partly) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), user }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("organize" as const),
        place: fc.nat(PLACES - 1),
        name: word,
        order: fc.nat(9),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("reorganize" as const),
        place: fc.nat(PLACES - 1),
        name: word,
      }),
    },
  ),
  { minLength: 8, maxLength: 20 },
);

function partly({ displayName, ...rest }: Said): Partial<Said> {
  return displayName === "C" ? rest : { displayName, ...rest };
}

async function newWorld(): Promise<World> {
  const source = await newSource(await claim(), "standard");
  const groups = [idAt(await newGroup(source, "G0")), idAt(await newGroup(source, "G1"))];
  return { source, organizations: [], groups, users: new Map() };
}

/** Whether it was carried out, which both dialects have to agree on. */
type Speak = (world: World, command: Command) => Promise<boolean>;

function placeOf(world: World, { place }: Partial<Said>): string | undefined {
  return place === undefined ? undefined : world.organizations[place];
}

const byDialect: Speak = async (world, command) => {
  const { source } = world;
  switch (command.kind) {
    case "create": {
      const body = { userName: `u${command.user}`, password: PASSWORD };
      const all = { ...body, ...dialectBody(world, command.said) };
      const answer = await ask(source, "POST", "/Users", all);
      if (answer.body["errcode"] === 0) world.users.set(command.user, textAt(answer.body, "id"));
      return answer.status < 300;
    }
    case "change": {
      const path = `/Users/${world.users.get(command.user)}`;
      return (await ask(source, "PUT", path, dialectBody(world, command.said))).status < 300;
    }
    case "delete":
      return (await ask(source, "DELETE", `/Users/${world.users.get(command.user)}`)).status < 300;
    case "organize": {
      const { place, name, order } = command;
      const answer = await ask(source, "POST", "/Organizations", { displayName: name, order });
      if (answer.status < 300) world.organizations[place] = textAt(answer.body, "id");
      return answer.status < 300;
    }
    case "reorganize": {
      const path = `/Organizations/${world.organizations[command.place]}`;
      return (await ask(source, "PUT", path, { displayName: command.name })).status < 300;
    }
  }
};

function dialectBody(world: World, given: Partial<Said>): JsonObject {
  const { displayName, email, phone, description, groups } = given;
  const place = placeOf(world, given);
  return {
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { emails: [{ value: email }] }),
    ...(phone !== undefined && { phoneNumbers: [{ value: phone }] }),
    ...(description !== undefined && { description }),
    ...(place !== undefined && { organization: [place] }),
    ...(groups !== undefined && { group: groups.map((index) => world.groups[index] ?? "") }),
  };
}

const byScim: Speak = async (world, command) => {
  const { source } = world;
  switch (command.kind) {
    case "create": {
      const names = { userName: `u${command.user}`, password: PASSWORD };
      const body = { schemas: [CORE], ...names, ...scimBody(world, command.said) };
      const answer = await source.call("POST", "/Users", body);
      if (answer.status >= 300) return false;
      world.users.set(command.user, textAt(answer.body, "id"));
      await joinGroups(world, command);
      return true;
    }
    case "change": {
      const path = `/Users/${world.users.get(command.user)}`;
      const operations = Object.entries(scimBody(world, command.said)).map(([name, value]) => ({
        op: "replace",
        path: name === ENTERPRISE ? `${ENTERPRISE}:organizationId` : name,
        value: name === ENTERPRISE ? (placeOf(world, command.said) ?? "") : value,
      }));
      // SCIM has no PATCH of nothing.
      const nothing = { op: "replace", path: "displayName", value: "X" };
      const isThere = (await source.call("GET", path)).status === 200;
      const answer =
        operations.length === 0 && isThere
          ? undefined
          : await patch(source, path, ...(operations.length === 0 ? [nothing] : operations));
      if (answer !== undefined && answer.status >= 300) return false;
      await joinGroups(world, command);
      return true;
    }
    case "delete": {
      const path = `/Users/${world.users.get(command.user)}`;
      return (await source.call("DELETE", path)).status < 300;
    }
    case "organize": {
      const { place, name, order } = command;
      const body = { schemas: [ORGANIZATION], displayName: name, order };
      const answer = await source.call("POST", "/Organizations", body);
      if (answer.status < 300) world.organizations[place] = textAt(answer.body, "id");
      return answer.status < 300;
    }
    case "reorganize": {
      const path = `/Organizations/${world.organizations[command.place]}`;
      const change = { op: "replace", path: "displayName", value: command.name };
      return (await patch(source, path, change)).status < 300;
    }
  }
};

function scimBody(world: World, given: Partial<Said>): JsonObject {
  const { displayName, email, phone, description } = given;
  const place = placeOf(world, given);
  return {
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { emails: [{ value: email, type: "work" }] }),
    ...(phone !== undefined && { phoneNumbers: [{ value: phone, type: "work" }] }),
    ...(description !== undefined && { description }),
    ...(place !== undefined && { [ENTERPRISE]: { organizationId: place } }),
  };
}

async function joinGroups(
  world: World,
  { user: number, said: { groups } }: Extract<Command, { kind: "create" | "change" }>,
): Promise<void> {
  if (groups === undefined) return;
  const id = world.users.get(number) ?? "";
  for (const [index, group] of world.groups.entries()) {
    const path = `/Groups/${group}`;
    const isMember = (await membersAt(world.source, path)).includes(id);
    const should = groups.includes(index);
    if (isMember === should) continue;
    const change = should
      ? { op: "add", path: "members", value: [{ value: id }] }
      : { op: "remove", path: `members[value eq "${id}"]` };
    expect((await patch(world.source, path, change)).status).toBe(204);
  }
}

/** What of the rows two runs share: names in place of ids, no times. */
function told(from: Dump): unknown {
  const names = new Map<unknown, unknown>();
  for (const row of rowsOf(from, "users")) names.set(row["id"], row["user_name_key"]);
  for (const row of rowsOf(from, "groups")) names.set(row["id"], row["name_key"]);
  const isNamed = /^(standard|default)/;
  for (const row of rowsOf(from, "organizations")) {
    const name = String(row["display_name"]);
    names.set(row["id"], isNamed.test(name) ? "target" : name);
  }
  const usersBySeq = new Map(rowsOf(from, "users").map((row) => [row["seq"], row["id"]]));
  const groupsBySeq = new Map(rowsOf(from, "groups").map((row) => [row["seq"], row["id"]]));
  const lines = [
    ...rowsOf(from, "users").map((row) => [
      "user",
      row["user_name_key"],
      JSON.parse(String(row["attributes"])),
      names.get(row["organization_id"]),
      row["version"],
      row["deleted_at"] !== null,
    ]),
    ...rowsOf(from, "organizations").map((row) => [
      "organization",
      names.get(row["id"]),
      names.get(row["parent_id"]),
      row["sort_order"],
      row["version"],
    ]),
    ...rowsOf(from, "groups").map((row) => [
      "group",
      row["name_key"],
      row["member_count"],
      row["version"],
    ]),
    ...rowsOf(from, "members").map((row) => [
      "member",
      names.get(groupsBySeq.get(row["group_seq"] ?? null)),
      names.get(usersBySeq.get(row["user_seq"] ?? null)),
    ]),
    ...rowsOf(from, "user_values").map((row) => ["value", row["key"], names.get(row["user_id"])]),
    ...rowsOf(from, "unique_values").map((row) => [
      "unique",
      row["key"],
      names.get(row["user_id"]),
    ]),
    ...rowsOf(from, "counters").map((row) => ["counter", row["name"], row["n"]]),
    ...rowsOf(from, "events").map((row) => ["event", row["type"], names.get(row["resource_id"])]),
  ];
  return lines.map((line) => JSON.stringify(sorted(line))).sort();
}

/** JSON with its names in one order: what a PATCH adds stands last. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

describe("both dialects", () => {
  it("come to the same directory by the same operations", { timeout: 300_000 }, async () => {
    const empty = await dump();
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const results: unknown[] = [];
        for (const speak of [byDialect, byScim]) {
          await restore(empty);
          const world = await newWorld();
          const answers: boolean[] = [];
          for (const command of list) answers.push(await speak(world, command));
          expect(await violations()).toEqual([]);
          results.push({ answers, told: told(await dump()) });
        }
        expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: scaled(8) },
    );
  });
});

/** A source with a user in one of two groups and organizations. */
async function settled() {
  const source = await newSource(await claim(), "standard");
  const one = idAt(await newOrganization(source, { displayName: "One" }));
  const two = idAt(await newOrganization(source, { displayName: "Two" }));
  const [g0, g1] = [await newGroup(source, "G0"), await newGroup(source, "G1")];
  const path = await newUser(source, { organization: [one], group: [idAt(g0)] });
  return { source, one, two, g0, g1, path };
}

describe("one write", () => {
  it("is one batch, with all organizations and groups of a user", async () => {
    const { source, one, two, g0, g1, path } = await settled();
    resetFaults();
    const body = { organization: [two, one], group: [idAt(g1)], displayName: "Z" };
    expect((await ask(source, "PUT", path, body)).status).toBe(200);
    expect(faults.batches.filter(({ statements }) => isWrite(statements))).toHaveLength(1);
    const shown = await ask(source, "GET", path);
    expect(shown.body).toMatchObject({ organization: [two, one], group: [idAt(g1)] });
    expect([await membersAt(source, g0), await membersAt(source, g1)]).toEqual([[], [idAt(path)]]);
    expect(await violations()).toEqual([]);
  });

  it("changes nothing where one of its parts is refused", async () => {
    const { source, one, g1, path } = await settled();
    const before = await dump();
    for (const body of [
      { displayName: "Z", group: [idAt(g1), "nobody's"] },
      { displayName: "Z", organization: [one, "nobody's"], group: [idAt(g1)] },
      { displayName: "x".repeat(200), group: [idAt(g1)] },
      { group: Array.from({ length: 1_001 }, (_, index) => `g${index}`) },
      { organization: Array.from({ length: 22 }, (_, index) => `o${index}`) },
    ]) {
      expect((await ask(source, "PUT", path, body)).status).toBe(400);
    }
    const taken = newUserBody({ userName: "other", group: ["nobody's"] });
    expect((await ask(source, "POST", "/Users", taken)).status).toBe(400);
    const rows = (from: Dump) =>
      ["users", "groups", "members", "events"].map((name) => rowsOf(from, name));
    expect(rows(await dump())).toEqual(rows(before));
  });

  it("happens once, wherever the connection is lost", async () => {
    const empty = await dump();
    for (const mode of ["before", "after", "hang", "hang-after"] as const) {
      for (const call of [1, 2, 3]) {
        await restore(empty);
        const { source, two, g1, path } = await settled();
        const body = { organization: [two], group: [idAt(g1)], displayName: "Z" };
        failCall("object", call, mode);
        const first = await ask(source, "PUT", path, body);
        endFaults();
        expect([mode, call, first.status === 200 || first.status === 503]).toEqual([
          mode,
          call,
          true,
        ]);
        if (first.status === 503) expect(first.body["errcode"]).toBe(50301);
        expect((await ask(source, "PUT", path, body)).status).toBe(200);
        const { body: shown } = await ask(source, "GET", path);
        expect(shown).toMatchObject({
          organization: [two],
          group: [idAt(g1)],
          meta: { version: "2" },
        });
        expect(await violations()).toEqual([]);
      }
    }
  });

  it("leaves groups alone that the source doesn't see", async () => {
    const admin = await claim();
    const [mine, other] = [await newSource(admin, "standard"), await newSource(admin, "standard")];
    const foreign = await newGroup(other, "Theirs");
    const { status, body } = await ask(
      mine,
      "POST",
      "/Users",
      newUserBody({ group: [idAt(foreign)] }),
    );
    expect([status, body["errcode"]]).toEqual([400, 40018]);
    expect(await membersAt(other, foreign)).toEqual([]);
  });
});

describe("faults", () => {
  it("are 503 for reads, never an empty list nor a person who is gone", async () => {
    const { source, path } = await settled();
    for (const [at, calls] of [
      ["/Users", 2],
      ["/Users?count=-1", 2],
      [`/Users?filter=${encodeURIComponent('userName eq "zhang.san"')}`, 2],
      [path, 1],
      ["/Organizations", 2],
    ] as const) {
      for (let call = 1; call <= calls; call++) {
        await ask(source, "GET", at);
        failCall("worker", call, "before");
        const { status, body, headers } = await ask(source, "GET", at);
        endFaults();
        expect([at, call, status, body]).toEqual([
          at,
          call,
          503,
          { errcode: 50301, errmsg: expect.any(String) },
        ]);
        expect(headers.get("retry-after")).toMatch(/^\d+$/);
      }
    }
    expect((await list(source, "/Users")).body["totalResults"]).toBe(1);
  });
});
