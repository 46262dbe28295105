/** A directory that is pulled by another one: whole runs over both dialects, until they are alike. */
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { idOf } from "../support/answer.ts";
import { bulk, pathsIn } from "../support/bulk.ts";
import { claim, newSource, ORIGIN, type Admin, type Source } from "../support/client.ts";
import { newClient, type Client } from "../support/clients.ts";
import { violations } from "../support/invariants.ts";
import { pull, recordsOf } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";
import { ENTERPRISE, idAt, newGroup, patchBody } from "../support/scim.ts";
import { newChain, newOrganization } from "../support/tree.ts";

keepQuiet();

const PEOPLE = 300;
const PAGE = 70;
/** People made by one request. */
const AT_ONCE = 100;

interface Above {
  readonly source: Source;
  readonly client: Client;
  /** Paths below its base URL. */
  readonly organizations: readonly string[];
  readonly people: readonly string[];
  readonly groups: readonly string[];
}

/** A chain of three organizations and a fourth beside it, people in all of them but for some, two groups. */
async function newAbove(admin: Admin): Promise<Above> {
  const source = await newSource(admin, "standard");
  const beside = await newOrganization(source, { displayName: "Beside", code: "B-1" });
  const organizations = [...(await newChain(source, 3)), beside];
  const people: string[] = [];
  for (let from = 0; from < PEOPLE; from += AT_ONCE) {
    const operations = Array.from({ length: AT_ONCE }, (_, n) => ({
      method: "POST",
      path: "/Users",
      bulkId: `b${from + n}`,
      data: personBody(from + n, organizations),
    }));
    people.push(...pathsIn(await bulk(source, operations), source));
  }
  const ids = people.map(idAt);
  const groups = [
    await newGroup(source, "Staff", ids.slice(0, 40)),
    await newGroup(source, "Guests", ids.slice(35, 45)),
  ];
  return { source, client: await newClient(admin, source), organizations, people, groups };
}

function personBody(n: number, organizations: readonly string[]): JsonObject {
  const place = organizations[n % (organizations.length + 1)];
  return {
    userName: `person.${n}`,
    externalId: `hr-${n}`,
    displayName: `Person ${n} 张`,
    title: n % 2 === 0 ? "Engineer" : "Analyst",
    active: n % 50 !== 7,
    emails: [{ value: `person.${n}@one.test`, type: "work" }],
    ...(n % 3 === 0 && { phoneNumbers: [{ value: `+8613800${100_000 + n}`, type: "work" }] }),
    [ENTERPRISE]: {
      employeeNumber: String(n),
      ...(place !== undefined && { organization: idAt(place) }),
    },
  };
}

const DIALECTS = {
  SCIM: ({ base }: Source) => ({
    tokenStyle: "client_secret_basic",
    tokenUrl: `${ORIGIN}/oauth/token`,
    userUrl: `${base}/Users`,
    orgUrl: `${base}/Organizations`,
    // The dialect leaves members out of lists, unless they are asked for.
    groupUrl: `${base}/Groups?attributes=displayName,members`,
  }),
  "the second dialect": () => ({
    tokenStyle: "query_get",
    tokenUrl: `${ORIGIN}/scim/api/token`,
    userUrl: `${ORIGIN}/scim/api/v2/Users`,
    orgUrl: `${ORIGIN}/scim/api/v2/Organizations`,
    filterStyle: "lastModified",
  }),
} satisfies Record<string, (source: Source) => JsonObject>;
type Dialect = keyof typeof DIALECTS;

interface Below {
  readonly id: string;
}

/** A source of a directory of its own. */
async function newBelow(admin: Admin, { source, client }: Above, by: Dialect): Promise<Below> {
  const directory = await admin("POST", "/directories", { name: "Below" });
  const upstream = { ...DIALECTS[by](source), clientId: client.id, pageSize: PAGE };
  const answer = await admin("POST", "/data-sources", {
    name: "Pulled",
    mode: "pull",
    directoryId: idOf(directory),
    upstream,
    clientSecret: client.secret,
  });
  expect(answer.status, answer.text).toBe(201);
  return { id: idOf(answer) };
}

const ALIKE = {
  people: `SELECT u.:id AS id, u.user_name_key AS name, u.attributes ->> 'displayName' AS shown,
      u.attributes ->> 'emails' AS emails, u.active, o.display_name AS place
    FROM users u JOIN organizations o ON o.id = u.organization_id
    WHERE u.source_id = ?1 AND u.deleted_at IS NULL ORDER BY 1`,
  members: `SELECT g.:id AS id, u.user_name_key AS name
    FROM groups g JOIN members m ON m.group_seq = g.seq JOIN users u ON u.seq = m.user_seq
    WHERE g.source_id = ?1 AND g.deleted_at IS NULL AND u.active = 1 ORDER BY 1, 2`,
  organizations: `SELECT o.:id AS id, o.display_name AS name, o.code_key AS code, p.:id AS above
    FROM organizations o JOIN organizations p ON p.id = o.parent_id
    WHERE o.source_id = ?1 AND o.deleted_at IS NULL AND p.:id IS NOT NULL
    ORDER BY 1`,
};
type What = keyof typeof ALIKE;

/** Of the source's own, told by the ids that they have above. */
async function shownOf(sourceId: string, what: What, id: "id" | "external_id") {
  const sql = ALIKE[what].replaceAll(":id", id);
  const { results } = await env.DB.prepare(sql).bind(sourceId).all();
  return results;
}

async function expectAlike(below: Below, { source }: Above, leavers = 0): Promise<void> {
  const people = await shownOf(below.id, "people", "external_id");
  const there = await shownOf(source.id, "people", "id");
  const ids = new Set(there.map(({ id }) => id));
  expect(people.filter(({ id }) => ids.has(id))).toEqual(there);
  const left = people.filter((one) => !ids.has(one["id"]));
  expect(left.map(({ active }) => active)).toEqual(Array(leavers).fill(0));
  for (const what of ["organizations", "members"] as const) {
    const wanted = await shownOf(source.id, what, "id");
    expect(await shownOf(below.id, what, "external_id")).toEqual(wanted);
  }
  expect(await violations()).toEqual([]);
}

/** A complete run with these effects on people and no other, and another one that writes nothing. */
async function expectPulled(below: Below, effects: JsonObject): Promise<void> {
  const run = await pull(below);
  expect([run.status, run.reason, run.detail]).toEqual(["success", null, null]);
  const NONE = { created: 0, updated: 0, disabled: 0, enabled: 0, deleted: 0, failed: 0, held: 0 };
  expect(run.counts.User).toMatchObject({ ...NONE, ...effects });
  const again = await pull(below);
  expect([again.status, again.counts.User.unchanged]).toEqual(["success", again.counts.User.read]);
  expect(await recordsOf(again.id)).toEqual([]);
}

let admin: Admin;
let above: Above;

beforeEach(async () => {
  // No resolver knows the deployment: what is asked of it goes in by its own door.
  vi.stubGlobal("fetch", (request: Request) => exports.default.fetch(request));
  admin = await claim();
  above = await newAbove(admin);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(Object.keys(DIALECTS) as Dialect[])("a directory that is pulled over %s", (by) => {
  it("arrives whole, and what changes in it afterwards, and nothing else", async () => {
    const below = await newBelow(admin, above, by);
    const { source, people, organizations, groups } = above;
    const change = async (path: string, ...operations: JsonObject[]) => {
      const answer = await source.call("PATCH", path, patchBody(...operations));
      expect(answer.status, answer.text).toBeLessThan(300);
    };
    await expectPulled(below, { read: PEOPLE, created: PEOPLE });
    await expectAlike(below, above);
    const members = await shownOf(below.id, "members", "external_id");
    expect(new Set(members.map(({ id }) => id))).toEqual(new Set(groups.map(idAt)));

    const [removed = "", renamed = "", moved = "", disabled = ""] = people;
    expect((await source.call("DELETE", removed)).status).toBe(204);
    await change(renamed, { op: "replace", path: "userName", value: "another.name" });
    await change(moved, {
      op: "replace",
      path: `${ENTERPRISE}:organization`,
      value: idAt(organizations[3] ?? ""),
    });
    await change(disabled, { op: "replace", path: "active", value: false });
    await expectPulled(below, { read: PEOPLE - 1, updated: 2, disabled: 2 });
    await expectAlike(below, above, 1);
  });

  it("has its organizations moved and renamed, and its people join and leave groups", async () => {
    const below = await newBelow(admin, above, by);
    const { source, people, organizations, groups } = above;
    await pull(below);
    const [top = "", middle = "", bottom = "", beside = ""] = organizations;
    const move = async (path: string, parent: string, displayName: string) => {
      const answer = await source.call(
        "PATCH",
        path,
        patchBody({ op: "replace", value: { displayName, parent: idAt(parent) } }),
      );
      expect(answer.status, answer.text).toBeLessThan(300);
    };
    await move(bottom, beside, "Bottom no more");
    await move(beside, top, "Below the top");
    await move(middle, bottom, "Middle");
    const [staff = "", guests = ""] = groups;
    const value = people.slice(250, 256).map((path) => ({ value: idAt(path) }));
    await source.call("PATCH", staff, patchBody({ op: "add", path: "members", value }));
    await source.call("PATCH", guests, patchBody({ op: "remove", path: "members" }));
    await pull(below);
    await expectAlike(below, above);
    const last = await pull(below);
    expect([last.status, await recordsOf(last.id)]).toEqual(["success", []]);
  });
});
