/** What admins change by hand while a pull source is disabled, and what its next run makes of it. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Script } from "../../src/cli/upstream/script.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, organizationsOf, peopleOf, pull, type Pulled } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const SCRIPT: Script = {
  people: { count: 12 },
  organizations: { count: 4 },
  groups: {
    count: 3,
    given: [{}, { members: [{ value: "person-1" }, { value: "person-4" }] }],
  },
};

/** How the upstream tells of groups: by a list of them, or by what its people say. */
const WAYS = [
  { way: "a list of groups", script: SCRIPT, withGroups: true },
  { way: "groups in people", script: SCRIPT, withGroups: false },
  { way: "the second dialect", script: { ...SCRIPT, shape: "dialect" }, withGroups: false },
] as const;

/** Everything of the source, in words of its own and the upstream's. */
async function contentOf(source: Pulled): Promise<JsonObject> {
  const { results: groups } = await env.DB.prepare(
    `SELECT g.attributes, g.member_count, (
        SELECT json_group_array(external_id) FROM (SELECT u.external_id FROM members m
          JOIN users u ON u.seq = m.user_seq WHERE m.group_seq = g.seq ORDER BY u.external_id)
      ) AS members
      FROM groups g WHERE g.source_id = ? AND g.deleted_at IS NULL ORDER BY g.external_id`,
  )
    .bind(source.id)
    .all<Record<string, string | number>>();
  return {
    people: await peopleOf(source),
    organizations: await organizationsOf(source),
    groups,
  };
}

async function idOf(
  table: "users" | "groups" | "organizations",
  externalId: string,
): Promise<string> {
  const sql = `SELECT id FROM ${table} WHERE external_id = ? AND deleted_at IS NULL`;
  return (await env.DB.prepare(sql).bind(externalId).first<string>("id")) ?? "";
}

const user = async (n: number) => `/users/${await idOf("users", `person-${n}`)}`;
const group = async (n: number) => `/groups/${await idOf("groups", `group-${n}`)}`;
const organization = async (n: number) =>
  `/organizations/${await idOf("organizations", `organization-${n}`)}`;

interface Edit {
  readonly name: string;
  /** Where groups have no list, nobody says how they are called but when they are made. */
  readonly withList?: true;
  readonly send: () => Promise<unknown>;
}

async function sent(method: string, path: string, body?: JsonObject): Promise<void> {
  const { status, text } = await admin(method, path, body);
  expect([method, path, status < 300], text).toEqual([method, path, true]);
}

const EDITS: readonly Edit[] = [
  {
    name: "another name",
    send: async () => sent("PATCH", await user(1), { attributes: { displayName: "By hand" } }),
  },
  {
    name: "another user name, which somebody else is given",
    send: async () => {
      await sent("PATCH", await user(1), { userName: "spare" });
      await sent("PATCH", await user(2), { userName: "person.1" });
    },
  },
  {
    name: "another organization",
    send: async () => {
      const organizationId = await idOf("organizations", "organization-3");
      await sent("PATCH", await user(1), { organizationId });
    },
  },
  { name: "a deletion", send: async () => sent("DELETE", await user(1)) },
  {
    name: "a deletion and a return",
    send: async () => {
      const path = await user(1);
      await sent("DELETE", path);
      await sent("POST", `${path}/restore`);
    },
  },
  {
    name: "an organization's name",
    send: async () => sent("PATCH", await organization(2), { displayName: "By hand" }),
  },
  {
    name: "an organization's place",
    send: async () => {
      const parentId = await idOf("organizations", "organization-2");
      await sent("PATCH", await organization(3), { parentId });
    },
  },
  {
    name: "an organization's deletion",
    send: async () => {
      const target = await idOf("organizations", "organization-1");
      await sent("DELETE", `${await organization(3)}?moveUsersTo=${target}`);
    },
  },
  {
    name: "a group's name",
    withList: true,
    send: async () => sent("PATCH", await group(1), { displayName: "By hand" }),
  },
  {
    name: "a group's members",
    send: async () => {
      const path = `${await group(1)}/members`;
      const { body } = await admin("GET", path);
      const [first = {}] = objectsIn(body["data"]);
      await sent("POST", path, { remove: [textAt(first, "id")] });
    },
  },
  { name: "a group's deletion", send: async () => sent("DELETE", await group(1)) },
];

describe.each(WAYS)("by hand, with $way:", ({ script, withGroups }) => {
  it("what was changed is as upstream after the next run, and then nothing is written", async () => {
    const source = await newPulled(admin, script, { withGroups });
    await pull(source);
    const before = await contentOf(source);
    for (const { name, send, withList = withGroups } of EDITS) {
      if (withList !== withGroups) continue;
      await sent("POST", `/data-sources/${source.id}/disable`);
      await send();
      expect(await contentOf(source), name).not.toEqual(name.endsWith("return") ? {} : before);
      await sent("POST", `/data-sources/${source.id}/enable`);
      // Incremental, had nobody touched anything: the upstream changed none of it.
      const run = await pull(source, { kind: "incremental" });
      expect([name, run.kind, run.status, run.detail]).toEqual([name, "full", "success", null]);
      expect(await contentOf(source), name).toEqual(before);
      const again = await pull(source);
      const { User, Group, Organization } = again.counts;
      for (const { read, unchanged } of [User, Group, Organization]) expect(unchanged).toBe(read);
      expect(again.status, name).toBe("success");
    }
    expect(await violations()).toEqual([]);
  });
});

describe("by hand, of what is nobody's but the admins':", () => {
  it("somebody's status stays, and the next run is what it would have been", async () => {
    const source = await newPulled(admin, SCRIPT);
    await pull(source);
    await sent("PATCH", await user(1), { active: false });
    const run = await pull(source, { kind: "incremental" });
    expect([run.kind, run.counts.User.enabled]).toEqual(["incremental", 0]);
    const full = await pull(source);
    expect(full.counts.User.unchanged).toBe(12);
    const inactive = (await peopleOf(source)).filter(({ active }) => active === false);
    expect(inactive.map((one) => textAt(one, "externalId"))).toEqual(["person-1"]);
  });
});
