/** The guard over HTTP: members who are taken out of a group, and who is guarded besides sources. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { directoryObject } from "../../src/sources/object.ts";
import { withHeaders } from "../support/admins.ts";
import { anyone } from "../support/callers.ts";
import type { Answer } from "../support/client.ts";
import { ask } from "../support/dialect.ts";
import { faults } from "../support/faults.ts";
import {
  decide,
  guardedSource,
  heldIn,
  holdsOf,
  HOUR_MS,
  insertGroup,
  insertPeople,
  NOW,
  numbers,
  type Guarded,
} from "../support/guarded.ts";
import { testId } from "../support/directory-rows.ts";
import { keepQuiet } from "../support/quiet.ts";
import { groupBody, idAt, membersAt, patchBody, textAt } from "../support/scim.ts";

keepQuiet();

const idsOf = (people: readonly number[]) => people.map((n) => testId(n));
const members = (people: readonly number[]) => idsOf(people).map((value) => ({ value }));

function remove({ source }: Guarded, path: string, people: readonly number[]): Promise<Answer> {
  const operation = { op: "remove", path: "members", value: members(people) };
  return source.call("PATCH", path, patchBody(operation));
}

/** Each way of taking the first so many of forty members out. */
const WAYS: readonly { name: string; body: (count: number) => [string, JsonObject] }[] = [
  {
    name: "a list to remove",
    body: (count) => [
      "PATCH",
      patchBody({ op: "remove", path: "members", value: members(numbers(count)) }),
    ],
  },
  {
    name: "one operation for each",
    body: (count) => [
      "PATCH",
      patchBody(
        ...idsOf(numbers(count)).map((id) => ({ op: "remove", path: `members[value eq "${id}"]` })),
      ),
    ],
  },
  {
    name: "a list of those who stay",
    body: (count) => {
      const value = members(numbers(40 - count, count));
      return ["PATCH", patchBody({ op: "replace", path: "members", value })];
    },
  },
  {
    name: "a PUT",
    body: (count) => ["PUT", groupBody("group 0", idsOf(numbers(40 - count, count)))],
  },
];

describe("a group", () => {
  it.for(WAYS)("loses half of its members by $name, and not one more", async ({ body }) => {
    const world = await guardedSource(50);
    const path = await insertGroup(world, 40);
    const [method, tooMany] = body(21);
    const held = await world.source.call(method, path, tooMany);
    expect(held.status, held.text).toBe(503);
    const [hold] = await holdsOf(world.source.id);
    expect(hold).toMatchObject({ reason: "members_removed", n: 1 });
    expect(await heldIn(hold?.id ?? "")).toEqual([`Group ${idAt(path)} remove_members`]);
    expect(await membersAt(world.source, path)).toHaveLength(40);
    const other = await insertGroup(world, 40, { number: 1 });
    const [, half] = body(20);
    const text = JSON.stringify(half).replace("group 0", "group 1");
    const answer = await world.source.call(method, other, JSON.parse(text));
    expect(answer.status, answer.text).toBeLessThan(300);
    expect(await membersAt(world.source, other)).toHaveLength(20);
  });

  it("is counted for an hour, by what it was when the hour's first went", async () => {
    const world = await guardedSource(70);
    const path = await insertGroup(world, 60);
    const statuses: number[] = [];
    const take = async (people: readonly number[]) =>
      statuses.push((await remove(world, path, people)).status);
    await take(numbers(30));
    faults.now = NOW + HOUR_MS / 2;
    // Thirty are left: fifteen would be half of them, but twenty always may go.
    await take(numbers(19, 30));
    await take([49]);
    faults.now = NOW + HOUR_MS;
    await take([50]);
    expect(statuses).toEqual([204, 204, 204, 503]);
  });

  it("of twenty may be emptied, and so may one that came in the last day", async () => {
    const world = await guardedSource(50);
    const small = await insertGroup(world, 20);
    const young = await insertGroup(world, 40, { number: 1, createdAt: NOW - 24 * HOUR_MS + 1 });
    const old = await insertGroup(world, 40, { number: 2, createdAt: NOW - 24 * HOUR_MS });
    const empty = patchBody({ op: "replace", path: "members", value: [] });
    const statuses = [];
    for (const path of [small, young, old]) {
      statuses.push((await world.source.call("PATCH", path, empty)).status);
    }
    expect(statuses).toEqual([204, 204, 503]);
  });

  it("may go on with everything else, and be deleted as one", async () => {
    const world = await guardedSource(60);
    const path = await insertGroup(world, 50);
    expect((await remove(world, path, numbers(26))).status).toBe(503);
    const add = patchBody({ op: "add", path: "members", value: members([55]) });
    expect((await world.source.call("PATCH", path, add)).status).toBe(204);
    const rename = patchBody({ op: "replace", path: "displayName", value: "x" });
    expect((await world.source.call("PATCH", path, rename)).status).toBe(204);
    expect((await world.source.call("DELETE", path)).status).toBe(204);
  });

  it("may lose its members for a day once an admin has approved it", async () => {
    const world = await guardedSource(60);
    const path = await insertGroup(world, 50);
    const other = await insertGroup(world, 50, { number: 1 });
    await remove(world, path, numbers(26));
    const [hold] = await holdsOf(world.source.id);
    if (hold === undefined) throw new Error("Nothing is held");
    expect(await decide(world.source.id, hold, "approved")).toEqual({ ok: true });
    expect((await remove(world, path, numbers(26))).status).toBe(204);
    expect((await remove(world, path, numbers(24, 26))).status).toBe(204);
    expect((await remove(world, other, numbers(26))).status).toBe(503);
    await decide(world.source.id, hold, "rejected");
    const add = patchBody({ op: "add", path: "members", value: members([1]) });
    expect((await world.source.call("PATCH", path, add)).status).toBe(204);
    expect((await remove(world, path, [1])).status).toBe(403);
  });

  it("that waits holds up those whom the second dialect takes out of it", async () => {
    const world = await guardedSource(60);
    const path = await insertGroup(world, 50);
    await remove(world, path, numbers(26));
    const put = (n: number, groups: string[]) =>
      ask(world.source, "PUT", world.person(n), {
        displayName: `P ${n}`,
        group: groups,
      });
    expect((await put(1, [idAt(path)])).status).toBe(200);
    const held = await put(1, []);
    expect([held.status, held.body["errcode"]]).toEqual([503, 50302]);
    expect(await membersAt(world.source, path)).toHaveLength(50);
  });
});

describe("what is removed by hand", () => {
  it("is never held, however much it is", async () => {
    const world = await guardedSource(0);
    await insertPeople(numbers(30), { sourceId: null, organizationId: world.organizationId });
    for (const n of numbers(30)) {
      expect((await world.admin("DELETE", `/users/${testId(n)}`)).status).toBe(204);
    }
  });
});

describe("an application that removes people", () => {
  it("is held as a source is, and an admin decides", async () => {
    const world = await guardedSource(0);
    await insertPeople(numbers(30), { sourceId: null, organizationId: world.organizationId });
    const { body } = await world.admin("POST", "/application-keys", {
      name: "Intranet",
      access: "write",
      organizationIds: [world.organizationId],
    });
    const headers = { authorization: `Bearer ${textAt(body, "secret")}` };
    const call = withHeaders(anyone(headers));
    const removeOne = (n: number) => call("DELETE", `/users/${testId(n)}`);
    const statuses: number[] = [];
    for (const n of numbers(11)) statuses.push((await removeOne(n)).status);
    expect(statuses).toEqual([...numbers(10).map(() => 204), 503]);
    const again = await removeOne(10);
    expect([again.status, again.body["code"]]).toEqual([503, "deletions_held"]);
    expect(again.headers.get("retry-after")).toBe("3600");
    const off = await call("PATCH", `/users/${testId(11)}`, { active: false });
    expect(off.status).toBe(503);
    const [hold] = await holdsOf(textAt(body, "id"));
    if (hold === undefined) throw new Error("Nothing is held");
    expect(hold.n).toBe(2);
    const object = directoryObject("default");
    expect(await decide(world.source.id, hold, "approved")).toMatchObject({ ok: false });
    expect(await decide(object, hold, "approved")).toEqual({ ok: true });
    expect((await removeOne(10)).status).toBe(204);
    const { results } = await env.DB.prepare(
      "SELECT directory_id, source_id FROM events WHERE type LIKE 'hold.%'",
    ).run();
    expect(results).toEqual([
      { directory_id: "default", source_id: null },
      { directory_id: "default", source_id: null },
    ]);
  });
});
