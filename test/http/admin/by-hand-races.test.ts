/** By hand and by data sources at once, and in any order: nothing is lost, and what must hold holds. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, statusesOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { newSource, type Answer, type Source } from "../../support/client.ts";
import { endFaults, pauseCall } from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { PATIENCE, scaled } from "../../support/scale.ts";
import { idAt, newUser, patch, textAt } from "../../support/scim.ts";

keepQuiet();

let admin: Call;
let source: Source;

beforeEach(async () => {
  admin = await adminOf("owner");
  source = await newSource(admin, "okta", { switches: { adopt: true } });
});

describe("at the same moment", () => {
  it("a hand and a source change one user, and both changes are there", async () => {
    const path = await newUser(source, { userName: "ada" });
    const id = idAt(path);
    for (let round = 0; round < 4; round++) {
      const active = round % 2 === 1;
      const answers = await Promise.all([
        patch(source, path, { op: "replace", path: "title", value: `t${round}` }),
        admin("POST", `/users/${id}/${active ? "enable" : "disable"}`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const { body } = await admin("GET", `/users/${id}`);
      expect(body).toMatchObject({ active, attributes: { title: `t${round}` } });
    }
    expect(await violations()).toEqual([]);
  });

  it("a hand writes on what a source has changed since it was read", async () => {
    const path = await newUser(source, { userName: "ada" });
    const id = idAt(path);
    await admin("POST", "/users", { userName: "somebody" });
    const { reached, release } = pauseCall("object", 2, "before");
    const disabling = admin("POST", `/users/${id}/disable`);
    await reached();
    const changing = patch(source, path, { op: "replace", path: "title", value: "Chief" });
    expect((await changing).status).toBe(200);
    release();
    expect((await disabling).body).toMatchObject({ active: false, attributes: { title: "Chief" } });
    endFaults();
    expect(await violations()).toEqual([]);
  });

  it("a source that is enabled meanwhile locks what a hand was about to change", async () => {
    const id = idAt(await newUser(source, { userName: "ada" }));
    await admin("POST", `/data-sources/${source.id}/disable`);
    await admin("POST", "/users", { userName: "somebody" });
    const { reached, release } = pauseCall("object", 2, "before");
    const renaming = admin("PATCH", `/users/${id}`, { attributes: { title: "Chief" } });
    await reached();
    expect((await admin("POST", `/data-sources/${source.id}/enable`)).status).toBe(200);
    release();
    const { status, body } = await renaming;
    endFaults();
    expect([status, body["code"]]).toEqual([409, "field_locked"]);
    expect((await admin("GET", `/users/${id}`)).body["attributes"]).not.toHaveProperty("title");
    expect(await violations()).toEqual([]);
  });

  it("one name goes to a hand or to a source, never to both", async () => {
    const other = await newSource(admin, "okta");
    for (const userName of ["a", "b", "c"]) {
      const answers = await Promise.all([
        admin("POST", "/users", { userName }),
        other.call("POST", "/Users", {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
          userName,
        }),
      ]);
      expect(statusesOf(answers)).toEqual([201, 409]);
    }
    expect(await violations()).toEqual([]);
  });

  it("somebody is put into an organization that is just deleted, or it stays", async () => {
    for (const userName of ["a", "b", "c"]) {
      const made = await admin("POST", "/organizations", { displayName: `of ${userName}` });
      const organizationId = idOf(made);
      const [placed, deleted] = await Promise.all([
        admin("POST", "/users", { userName, organizationId }),
        admin("DELETE", `/organizations/${organizationId}`),
      ]);
      const both = [placed.status, deleted.status];
      expect([
        [201, 409],
        [400, 204],
      ]).toContainEqual(both);
    }
    expect(await violations()).toEqual([]);
  });
});

const name = fc.constantFrom("ann", "bob", "cy", "dee");
const at = fc.nat(5);
const step = fc.oneof(
  fc.record({ kind: fc.constant("handUser" as const), name, at }),
  fc.record({ kind: fc.constant("sourceUser" as const), name, at }),
  fc.record({ kind: fc.constant("rename" as const), at, name }),
  fc.record({ kind: fc.constant("move" as const), at, to: at }),
  fc.record({ kind: fc.constant("deleteUser" as const), at }),
  fc.record({ kind: fc.constant("restoreUser" as const), at }),
  fc.record({ kind: fc.constant("sourceDelete" as const), at }),
  fc.record({ kind: fc.constant("organization" as const), name, at }),
  fc.record({ kind: fc.constant("moveOrganization" as const), at, to: at }),
  fc.record({ kind: fc.constant("deleteOrganization" as const), at, to: at }),
  fc.record({ kind: fc.constant("restoreOrganization" as const), at }),
  fc.record({ kind: fc.constant("group" as const), name, at }),
  fc.record({ kind: fc.constant("members" as const), at, add: at, remove: at }),
  fc.record({ kind: fc.constant("deleteGroup" as const), at }),
  fc.record({ kind: fc.constant("restoreGroup" as const), at }),
  fc.record({ kind: fc.constant("switch" as const), on: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Ids that answers gave, live or gone. */
interface Known {
  readonly users: string[];
  readonly groups: string[];
  readonly organizations: string[];
}

const pick = (ids: readonly string[], index: number) => ids[index % Math.max(ids.length, 1)] ?? "x";

async function take(one: Step, { users, groups, organizations }: Known): Promise<Answer> {
  switch (one.kind) {
    case "handUser":
      return noted(
        users,
        admin("POST", "/users", { userName: one.name, ...placeOf(organizations, one) }),
      );
    case "sourceUser":
      return noted(
        users,
        source.call("POST", "/Users", {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
          userName: one.name,
          title: `t${one.at}`,
        }),
      );
    case "rename":
      return admin("PATCH", `/users/${pick(users, one.at)}`, { userName: one.name });
    case "move":
      return admin("PATCH", `/users/${pick(users, one.at)}`, {
        organizationId: pick(organizations, one.to),
        furtherOrganizationIds: [pick(organizations, one.to + 1)],
      });
    case "deleteUser":
      return admin("DELETE", `/users/${pick(users, one.at)}`);
    case "restoreUser":
      return admin("POST", `/users/${pick(users, one.at)}/restore`);
    case "sourceDelete":
      return source.call("DELETE", `/Users/${pick(users, one.at)}`);
    case "organization":
      return noted(
        organizations,
        admin("POST", "/organizations", {
          displayName: one.name,
          parentId: pick(organizations, one.at),
        }),
      );
    case "moveOrganization":
      return admin("PATCH", `/organizations/${pick(organizations, one.at)}`, {
        parentId: pick(organizations, one.to),
      });
    case "deleteOrganization": {
      const to = pick(organizations, one.to);
      return admin("DELETE", `/organizations/${pick(organizations, one.at)}?moveUsersTo=${to}`);
    }
    case "restoreOrganization":
      return admin("POST", `/organizations/${pick(organizations, one.at)}/restore`);
    case "group":
      return one.at % 2 === 0
        ? noted(groups, admin("POST", "/groups", { displayName: one.name }))
        : noted(groups, source.call("POST", "/Groups", groupOf(one.name)));
    case "members":
      return admin("POST", `/groups/${pick(groups, one.at)}/members`, {
        add: [pick(users, one.add)],
        remove: [pick(users, one.remove)],
      });
    case "deleteGroup":
      return admin("DELETE", `/groups/${pick(groups, one.at)}`);
    case "restoreGroup":
      return admin("POST", `/groups/${pick(groups, one.at)}/restore`);
    case "switch":
      return admin("POST", `/data-sources/${source.id}/${one.on ? "enable" : "disable"}`);
  }
}

function placeOf(organizations: readonly string[], { at: index }: { at: number }): JsonObject {
  return index === 0 ? {} : { organizationId: pick(organizations, index) };
}

function groupOf(displayName: string): JsonObject {
  return { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName };
}

async function noted(ids: string[], asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status < 300) ids.push(idOf(answer));
  return answer;
}

describe("in any order", () => {
  it("what a hand and a source do leaves nothing broken", PATIENCE, async () => {
    const { body } = await admin("GET", `/data-sources/${source.id}`);
    const target = textAt(body, "targetOrganizationId");
    const known: Known = { users: [], groups: [], organizations: [target] };
    const statuses = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
        for (const one of steps) {
          const { status, text } = await take(one, known);
          if (status >= 500) throw new Error(`${JSON.stringify(one)}: ${text}`);
          const kind = `${one.kind} ${status < 300 ? "done" : "refused"}`;
          statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
        }
        expect(await violations()).toEqual([]);
      }),
      { numRuns: scaled(12), endOnFailure: true },
    );
    expect([...statuses.keys()].filter((kind) => kind.endsWith("done")).length).toBeGreaterThan(8);
  });
});
