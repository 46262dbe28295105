/** What upstreams do to their people and organizations, and what a pull makes of it. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";
import { violations } from "../support/invariants.ts";
import { organizationsOf, newPulled, peopleOf, pull, recordsOf } from "../support/pulls.ts";
import type { Script } from "../../src/cli/upstream/script.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function person(id: string, userName: string, more: JsonObject = {}): JsonObject {
  return { id, userName, displayName: userName, ...more };
}

function place(id: string, displayName: string, parent?: string): JsonObject {
  return { id, displayName, ...(parent === undefined ? {} : { parent }) };
}

function exactly(people: readonly JsonObject[], organizations: readonly JsonObject[] = []): Script {
  return {
    people: { count: people.length, given: people, exactly: true },
    organizations: { count: organizations.length, given: organizations, exactly: true },
  };
}

const names = (people: readonly JsonObject[]) =>
  people.map((one) => `${textAt(one, "externalId")} ${textAt(one, "userName")}`);

const inOrganizations = (people: readonly JsonObject[]) =>
  people.map((one) => `${textAt(one, "userName")} in ${textAt(one, "organization")}`);

describe("names", () => {
  it("are swapped between two people in one run", async () => {
    const source = await newPulled(admin, exactly([person("1", "ann"), person("2", "bob")]));
    await pull(source);
    await source.upstream.replace(exactly([person("1", "bob"), person("2", "ann")]));
    const run = await pull(source);
    expect([run.status, await recordsOf(run.id)]).toMatchObject(["success", [{}, {}]]);
    expect(names(await peopleOf(source))).toEqual(["1 bob", "2 ann"]);
    expect(await violations()).toEqual([]);
  });

  it("move along a chain, whatever the order of the records", async () => {
    const before = ["a", "b", "c", "d", "e"].map((name, n) => person(String(n), name));
    const source = await newPulled(admin, exactly(before), { pageSize: 2 });
    await pull(source);
    const after = ["b", "c", "d", "e", "a"].map((name, n) => person(String(n), name));
    await source.upstream.replace(exactly(after));
    const run = await pull(source);
    expect(run.status).toBe("success");
    expect(names(await peopleOf(source))).toEqual(["0 b", "1 c", "2 d", "3 e", "4 a"]);
    expect(await violations()).toEqual([]);
  });

  it("that two people have at once are one's alone, and the other is reported", async () => {
    const source = await newPulled(admin, exactly([person("1", "ann"), person("2", "ANN")]));
    const run = await pull(source);
    expect([run.status, run.reason]).toEqual(["partial", "records_failed"]);
    expect((await recordsOf(run.id)).filter(({ result }) => result === "failed")).toMatchObject([
      { external_id: "2", code: "uniqueness" },
    ]);
    expect(names(await peopleOf(source))).toEqual(["1 ann"]);
  });
});

describe("organizations", () => {
  it("come in any order, a child before its parent", async () => {
    const organizations = [place("c", "C", "b"), place("b", "B", "a"), place("a", "A")];
    const source = await newPulled(
      admin,
      exactly([person("1", "ann", { [ENTERPRISE]: { organizationId: "c" } })], organizations),
      { pageSize: 1 },
    );
    const run = await pull(source);
    expect([run.status, run.detail]).toEqual(["success", null]);
    expect(await organizationsOf(source)).toEqual(["A < target", "B < A", "C < B"]);
    expect(inOrganizations(await peopleOf(source))).toEqual(["ann in C"]);
    expect(await violations()).toEqual([]);
  });

  it("are turned upside down", async () => {
    const source = await newPulled(
      admin,
      exactly([], [place("a", "A"), place("b", "B", "a"), place("c", "C", "b")]),
    );
    await pull(source);
    await source.upstream.replace(
      exactly([], [place("a", "A", "b"), place("b", "B", "c"), place("c", "C")]),
    );
    const run = await pull(source);
    expect([run.status, run.detail]).toEqual(["success", null]);
    expect(await organizationsOf(source)).toEqual(["A < B", "B < C", "C < target"]);
    expect(await violations()).toEqual([]);
  });

  it("in a circle, and those below nobody, go below the target until they are mended", async () => {
    const circle = [place("a", "A", "b"), place("b", "B", "a"), place("o", "O", "nowhere")];
    const source = await newPulled(admin, exactly([], circle));
    const run = await pull(source);
    expect(run.status).toBe("success");
    expect((await recordsOf(run.id)).map(({ code }) => code).filter(Boolean)).toEqual([
      "organization_unknown",
      "organization_cycle",
    ]);
    expect(await organizationsOf(source)).toEqual(["A < target", "B < A", "O < target"]);
    await source.upstream.replace(
      exactly([], [place("a", "A", "b"), place("b", "B"), place("o", "O", "b")]),
    );
    await pull(source);
    expect(await organizationsOf(source)).toEqual(["A < B", "B < target", "O < B"]);
    expect(await violations()).toEqual([]);
  });

  it("that nobody has leave the person in the target, and heal", async () => {
    const ann = person("1", "ann", { [ENTERPRISE]: { organizationId: "late" } });
    const source = await newPulled(admin, exactly([ann]));
    const run = await pull(source);
    expect((await recordsOf(run.id)).map(({ code, result }) => [code, result])).toEqual([
      ["organization_unknown", "success"],
    ]);
    await source.upstream.replace(exactly([ann], [place("late", "Late")]));
    await pull(source);
    expect(inOrganizations(await peopleOf(source))).toEqual(["ann in Late"]);
  });
});

describe("people who are missing", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => person(String(i), `p${i}`));
  const active = (people: readonly JsonObject[]) =>
    people.filter((one) => one["active"] === true).length;

  it("are disabled when the upstream says that they are gone", async () => {
    const source = await newPulled(admin, exactly(many(20)));
    await pull(source);
    await source.upstream.replace(exactly(many(18)));
    const run = await pull(source);
    expect([run.status, run.counts.User.disabled]).toEqual(["success", 2]);
    expect(active(await peopleOf(source))).toBe(18);
    const next = await pull(source);
    expect(next.counts.User.disabled).toBe(0);
    await source.upstream.replace(exactly(many(20)));
    await pull(source);
    expect(active(await peopleOf(source))).toBe(20);
    expect(await violations()).toEqual([]);
  });

  it("wait for an admin where they are many, and everything else is applied", async () => {
    const source = await newPulled(admin, exactly(many(40)));
    await pull(source);
    await source.upstream.replace(exactly([...many(30), person("new", "new")]));
    const run = await pull(source);
    expect([run.status, run.reason, run.counts.User.held]).toEqual(["held", "people_missing", 10]);
    expect(active(await peopleOf(source))).toBe(41);
    expect(await violations()).toEqual([]);
  });

  it("are nobody where the list is shorter than it says", async () => {
    const source = await newPulled(admin, exactly(many(20)));
    await pull(source);
    await source.upstream.setFaults({
      on: "Users",
      act: { kind: "overlay", members: { totalResults: 25 } },
    });
    const run = await pull(source);
    expect([run.status, run.reason]).toEqual(["partial", "list_incomplete"]);
    expect(active(await peopleOf(source))).toBe(20);
  });

  it("are held, all of them, where the upstream is empty all of a sudden", async () => {
    const source = await newPulled(admin, exactly(many(3)));
    await pull(source);
    await source.upstream.replace(exactly([]));
    const run = await pull(source);
    expect([run.status, run.reason, run.counts.User.held]).toEqual(["held", "source_empty", 3]);
    expect(active(await peopleOf(source))).toBe(3);
  });
});

describe("a dry run", () => {
  it("says line by line what the real one does, and writes nothing else", async () => {
    const script = {
      people: { count: 60 },
      organizations: { count: 20 },
    };
    const source = await newPulled(admin, script, { pageSize: 25 });
    const plan = await pull(source, { dryRun: true });
    expect(await peopleOf(source)).toEqual([]);
    const real = await pull(source);
    const lines = async (id: string) =>
      (await recordsOf(id)).map(({ resource_type, external_id, name, action, code }) => [
        resource_type,
        external_id,
        name,
        action,
        code,
      ]);
    expect(plan.counts).toEqual(real.counts);
    expect(await lines(plan.id)).toEqual(await lines(real.id));
  });
});

describe("groups", () => {
  it("have the members that the upstream says", async () => {
    const source = await newPulled(
      admin,
      { people: { count: 12 }, organizations: { count: 2 }, groups: { count: 3 } },
      { withGroups: true },
    );
    const run = await pull(source);
    expect([run.status, run.detail, run.counts.Group.created]).toEqual(["success", null, 3]);
    expect(await violations()).toEqual([]);
    const again = await pull(source);
    expect(again.counts.Group.unchanged).toBe(3);
    expect(await recordsOf(again.id)).toEqual([]);
  });
});

describe("the second dialect", () => {
  it("is read page by page, with its groups and organizations", async () => {
    const source = await newPulled(admin, {
      shape: "dialect",
      people: { count: 30 },
      organizations: { count: 4 },
      groups: { count: 2 },
    });
    const run = await pull(source);
    expect([run.status, run.detail, run.counts.User.created]).toEqual(["success", null, 30]);
    expect(run.counts.Group.created).toBe(2);
    const again = await pull(source);
    expect(again.counts.User.unchanged).toBe(30);
    expect(await recordsOf(again.id)).toEqual([]);
    expect(await violations()).toEqual([]);
  });
});

describe("an incremental run", () => {
  it("asks for what was changed, applies that, and takes nobody for missing", async () => {
    const source = await newPulled(admin, { people: { count: 30 } });
    const first = await pull(source, { kind: "incremental" });
    expect([first.kind, first.counts.User.created]).toEqual(["full", 30]);
    await source.upstream.change({ of: "Users", put: { every: 10, members: { title: "Boss" } } });
    const run = await pull(source, { kind: "incremental" });
    expect([run.kind, run.status, run.counts.User.updated]).toEqual(["incremental", "success", 3]);
    expect(run.counts.User.read).toBeLessThan(30 + 1);
    expect((await peopleOf(source)).filter(({ title }) => title === "Boss")).toHaveLength(3);
  });
});

describe("a cursor that expires", () => {
  it("makes the run read its list anew, and take nobody for missing", async () => {
    const script = { paging: "cursor", people: { count: 25 } } as const;
    const source = await newPulled(admin, script, { pageSize: 5 });
    await pull(source);
    await source.upstream.change({ of: "Users", remove: [3], add: 2 });
    await source.upstream.setFaults({ on: "Users", call: 4, act: { kind: "answer", status: 400 } });
    const run = await pull(source);
    expect([run.status, run.reason]).toEqual(["partial", "upstream_cursor_expired"]);
    expect(run.counts.User).toMatchObject({ created: 2, disabled: 0, failed: 0 });
    await source.upstream.setFaults();
    const next = await pull(source);
    expect([next.status, next.counts.User.disabled]).toEqual(["success", 1]);
    expect(await violations()).toEqual([]);
  });
});
