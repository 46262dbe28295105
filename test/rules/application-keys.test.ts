/** Keys of applications: A100, as far as it reads. What it manages: test/http/admin/by-hand-applications.test.ts. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { adminOf, fetchWith, withHeaders, type Call } from "../support/admins.ts";
import { organizationOf } from "../support/admin-operations.ts";
import { idOf } from "../support/answer.ts";
import { anyone, expectRefused } from "../support/callers.ts";
import { newSource, type Answer, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { idAt, newGroup, newUser, objectsIn, send, textAt } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

keepQuiet();

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly other: Source;
  readonly organizationId: string;
  readonly rootId: string;
}

let here: World;

beforeEach(async () => {
  const admin = await adminOf("owner");
  const source = await newSource(admin, "okta");
  const other = await newSource(admin, "okta");
  const organizationId = await organizationOf(admin, source);
  const rootId = textAt((await admin("GET", "/directories/default")).body, "rootOrganizationId");
  here = { admin, source, other, organizationId, rootId };
});

interface Application {
  readonly id: string;
  readonly secret: string;
  readonly ask: Call;
}

async function application(more: JsonObject = {}): Promise<Application> {
  const body = { name: "Intranet", organizationIds: [here.organizationId], ...more };
  const answer = await here.admin("POST", "/application-keys", body);
  const secret = textAt(answer.body, "secret");
  const ask = withHeaders(anyone({ authorization: `Bearer ${secret}` }));
  return { id: idOf(answer), secret, ask };
}

const idsIn = (list: Json | undefined): string[] => objectsIn(list).map((one) => textAt(one, "id"));

async function userOf(source: Source, userName: string): Promise<string> {
  return idAt(await newUser(source, { userName }));
}

async function newGroupOf(displayName: string, members: readonly string[]): Promise<string> {
  return idOf(await here.admin("POST", "/groups", { displayName, members: [...members] }));
}

/** All pages of a list, two at a time. */
async function walk(ask: Call, path: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const { body, status, text } = await ask("GET", `${path}limit=2${cursor}`);
    if (status !== 200) throw new Error(text);
    ids.push(...idsIn(body["data"]));
    const { nextCursor } = body;
    cursor = typeof nextCursor === "string" ? `&cursor=${nextCursor}` : "";
  } while (cursor !== "");
  return ids;
}

describe("an application key", () => {
  it("A100 reads the users of its organizations, page by page, and no others", async () => {
    const mine: string[] = [];
    for (const name of ["ada", "bob", "cy", "dan", "eve"])
      mine.push(await userOf(here.source, name));
    const foreign = await userOf(here.other, "zoe");
    const { ask } = await application();
    expect(await walk(ask, "/users?")).toEqual(mine);
    const filtered = (text: string) => `/users?filter=${encodeURIComponent(text)}&`;
    expect(await walk(ask, filtered('userName ne "cy"'))).toEqual(mine.toSpliced(2, 1));
    expect(await walk(ask, filtered('userName eq "zoe"'))).toEqual([]);
    expect((await ask("GET", `/users/${mine[0]}`)).body["userName"]).toBe("ada");
    const refused = await ask("GET", `/users/${foreign}`);
    expect([refused.status, refused.body["code"]]).toEqual([404, "not_found"]);
    const none = await ask("GET", "/users/019a0000-0000-7000-8000-00000000000f");
    expect(none.body["detail"]).toBe(refused.body["detail"]);
  });

  it("A100 sees what stands below its organizations, also what is not there yet", async () => {
    const { ask } = await application({ organizationIds: [here.rootId] });
    const mine = await userOf(here.source, "ada");
    const later = await newSource(here.admin, "okta");
    const theirs = await userOf(later, "bob");
    expect(await walk(ask, "/users?")).toEqual([mine, theirs]);
  });

  it("A100 with the root in its scope reads the directory's groups and their members", async () => {
    const userId = await userOf(here.source, "ada");
    const groups: string[] = [];
    for (const name of ["A", "B", "C"])
      groups.push(idAt(await newGroup(here.source, name, [userId])));
    const whole = await application({ organizationIds: [here.rootId] });
    expect(await walk(whole.ask, "/groups?")).toEqual(groups);
    expect((await whole.ask("GET", `/groups/${groups[0]}`)).body["memberCount"]).toBe(1);
    const members = await whole.ask("GET", `/groups/${groups[0]}/members`);
    expect(idsIn(members.body["data"])).toEqual([userId]);
    const narrow = await application();
    expect(await walk(narrow.ask, "/groups?")).toEqual([]);
    for (const path of [`/groups/${groups[0]}`, `/groups/${groups[0]}/members`]) {
      expect((await narrow.ask("GET", path)).status).toBe(404);
    }
  });

  it("A100 reads the groups its scope names, and of their members those it sees", async () => {
    const [ada, zoe] = [await userOf(here.source, "ada"), await userOf(here.other, "zoe")];
    const made = (name: string) => newGroupOf(name, [ada, zoe]);
    const [staff, board] = [await made("Staff"), await made("Board")];
    const { ask, id } = await application({ groupIds: [staff], access: "write" });
    expect(await walk(ask, "/groups?")).toEqual([staff]);
    const filter = encodeURIComponent('displayName eq "board"');
    expect(await walk(ask, `/groups?filter=${filter}&`)).toEqual([]);
    expect(await walk(ask, `/groups/${staff}/members?`)).toEqual([ada]);
    expect((await ask("GET", `/groups/${board}`)).status).toBe(404);
    expect((await ask("GET", `/users/${ada}`)).body["groups"]).toEqual([
      { id: staff, displayName: "Staff" },
    ]);
    // They are there to be read.
    for (const [method, path] of [
      ["PATCH", `/groups/${staff}`],
      ["DELETE", `/groups/${staff}`],
      ["POST", `/groups/${staff}/members`],
    ] as const) {
      expect((await ask(method, path, {})).status).toBe(403);
    }
    const path = `/application-keys/${id}`;
    const both = await here.admin("PATCH", path, { groupIds: [board, staff] });
    expect(both.body).toMatchObject({ groupIds: [staff, board].sort(), version: 2 });
    expect(await walk(ask, "/groups?")).toEqual([staff, board]);
    const same = await here.admin("PATCH", path, { groupIds: [staff, board] });
    expect(same.body["version"]).toBe(2);
    expect((await here.admin("PATCH", path, { groupIds: [] })).body["groupIds"]).toEqual([]);
    expect(await walk(ask, "/groups?")).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("A100 is told of the changes of those groups, but not who else is in them", async () => {
    const [ada, zoe] = [await userOf(here.source, "ada"), await userOf(here.other, "zoe")];
    const staff = await newGroupOf("Staff", []);
    const board = await newGroupOf("Board", []);
    const { ask, id } = await application({ groupIds: [staff] });
    for (const group of [staff, board]) {
      await here.admin("POST", `/groups/${group}/members`, { add: [ada, zoe] });
    }
    await here.admin("DELETE", `/groups/${staff}`);
    const { body, text } = await ask("GET", "/changes?include=resource");
    const told = objectsIn(body["data"]).filter((one) => one["resourceType"] === "Group");
    expect(told.map(({ type, resourceId }) => [type, resourceId])).toEqual([
      ["group.created", staff],
      ["group.updated", staff],
      ["group.deleted", staff],
    ]);
    expect([text.includes(zoe), text.includes(board)]).toEqual([false, false]);
    expect((await ask("GET", `/groups/${staff}`)).status).toBe(404);
    expect(await walk(ask, "/groups?")).toEqual([]);
    expect(await violations()).toEqual([]);
    await here.admin("POST", `/groups/${staff}/restore`);
    expect(await walk(ask, "/groups?")).toEqual([staff]);
    await here.admin("DELETE", `/application-keys/${id}`);
    const { body: key } = await here.admin("GET", `/application-keys/${id}`);
    expect(key["groupIds"]).toEqual([]);
    expect(rowsOf(await dump(), "scope_groups")).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("A100 reads the changes of its directory", async () => {
    const userId = await userOf(here.source, "ada");
    const whole = await application({ organizationIds: [here.rootId] });
    const first = await whole.ask("GET", "/changes?include=resource");
    expect(objectsIn(first.body["data"])).toMatchObject([
      { type: "organization.created", sourceId: here.source.id },
      { type: "organization.created", sourceId: here.other.id },
      { type: "user.created", resourceId: userId, resource: { userName: "ada" } },
    ]);
    const cursor = textAt(first.body, "nextCursor");
    await userOf(here.other, "zoe");
    const { body } = await whole.ask("GET", `/changes?cursor=${cursor}`);
    expect(objectsIn(body["data"])).toHaveLength(1);
    expect((await whole.ask("GET", "/changes?directoryId=nowhere")).status).toBe(404);
  });

  it("is bound to its directory", async () => {
    const { admin } = here;
    const acme = idOf(await admin("POST", "/directories", { name: "Acme", shard: "01" }));
    const source = await newSource(admin, "okta", { directoryId: acme });
    const userId = await userOf(source, "ada");
    const { body } = await admin("GET", `/directories/${acme}`);
    const bound = { directoryId: acme, organizationIds: [textAt(body, "rootOrganizationId")] };
    const { ask, secret } = await application(bound);
    expect(secret).toMatch(/^mst_app_01/);
    expect(await walk(ask, "/users?")).toEqual([userId]);
    expect(await walk(ask, `/users?directoryId=${acme}&`)).toEqual([userId]);
    expect((await ask("GET", "/users?directoryId=default")).status).toBe(404);
    const outside = await application();
    expect((await outside.ask("GET", `/users/${userId}`)).status).toBe(404);
    expect((await outside.ask("GET", `/users/${userId}?directoryId=${acme}`)).status).toBe(404);
  });

  it("is of no use elsewhere: SCIM answers 401, all other routes 403", async () => {
    const { ask, secret } = await application({ access: "write" });
    const scim = await send(`${here.source.base}/Users`, {
      headers: anyone({ authorization: `Bearer ${secret}` }),
    });
    expectRefused(scim);
    for (const path of ["/me", "/data-sources", "/admin-keys", "/application-keys", "/events"]) {
      const { status, body } = await ask("GET", path);
      expect([path, status, body["code"]]).toEqual([path, 403, "forbidden"]);
    }
    const before = await steadyDump();
    const changes: readonly [string, string][] = [
      ["POST", "/data-sources"],
      ["POST", `/data-sources/${here.source.id}/disable`],
      ["POST", "/application-keys"],
      ["POST", "/session"],
    ];
    for (const [method, path] of changes) {
      const { status } = await ask(method, path, {});
      expect([path, status === 403 || status === 400]).toEqual([path, true]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("ends at once when it is revoked, and repeats nothing", async () => {
    const { ask, id } = await application();
    expect((await ask("GET", "/users")).status).toBe(200);
    const revoke = () => here.admin("DELETE", `/application-keys/${id}`);
    expect((await revoke()).status).toBe(204);
    expect((await ask("GET", "/users")).status).toBe(401);
    const before = await steadyDump();
    expect((await revoke()).status).toBe(204);
    expect(differences(before, await steadyDump())).toEqual([]);
    const { body } = await here.admin("GET", `/application-keys/${id}`);
    expect(body).toMatchObject({ organizationIds: [], revokedAt: expect.any(String) });
    const late = await here.admin("PATCH", `/application-keys/${id}`, { name: "Late" });
    expect([late.status, late.body["code"]]).toEqual([409, "key_revoked"]);
    expect(await violations()).toEqual([]);
  });

  it("gets another scope, name and access in one step, at once", async () => {
    const [ada, zoe] = [await userOf(here.source, "ada"), await userOf(here.other, "zoe")];
    const { ask, id } = await application();
    const changes = {
      name: "Wiki",
      access: "write",
      organizationIds: [await organizationOf(here.admin, here.other)],
    };
    const path = `/application-keys/${id}`;
    const { status, body, headers } = await here.admin("PATCH", path, changes);
    expect([status, headers.get("etag")]).toEqual([200, 'W/"2"']);
    expect(body).toMatchObject({ ...changes, version: 2 });
    expect(await walk(ask, "/users?")).toEqual([zoe]);
    expect((await ask("GET", `/users/${ada}`)).status).toBe(404);
    const stale = await here.admin("PATCH", path, { name: "x" }, { "if-match": 'W/"1"' });
    expect(stale.status).toBe(412);
    const same = await here.admin("PATCH", path, changes);
    expect(same.body["version"]).toBe(2);
    const { body: log } = await here.admin("GET", "/events?resourceType=ApplicationKey");
    expect(objectsIn(log["data"]).map(({ type, changes: what }) => [type, what])).toEqual([
      ["application.updated", { attributes: ["name", "access", "organizationIds"] }],
      ["application.created", {}],
    ]);
  });

  it.each<[string, (world: World) => JsonObject, string]>([
    ["no organization", () => ({ organizationIds: [] }), "/organizationIds"],
    ["an unknown one", () => ({ organizationIds: ["nope"] }), "/organizationIds/0"],
    [
      "one beside an unknown one",
      ({ rootId }) => ({ organizationIds: [rootId, "nope"] }),
      "/organizationIds/1",
    ],
    ["one twice", ({ rootId }) => ({ organizationIds: [rootId, rootId] }), "/organizationIds"],
    ["an unknown group", () => ({ groupIds: ["nope"] }), "/groupIds/0"],
    ["a group twice", () => ({ groupIds: ["one", "one"] }), "/groupIds"],
    ["an unknown access", () => ({ access: "owner" }), "/access"],
  ])("is refused with %s, and nothing changes", async (_, more, pointer) => {
    const { id } = await application();
    const before = await steadyDump();
    const body = { name: "New", organizationIds: [here.rootId], ...more(here) };
    const answers: Answer[] = [
      await here.admin("POST", "/application-keys", body),
      await here.admin("PATCH", `/application-keys/${id}`, body),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(answer.body["errors"]).toEqual([expect.objectContaining({ pointer })]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("isn't given organizations of another directory", async () => {
    const acme = idOf(await here.admin("POST", "/directories", { name: "Acme" }));
    const answer = await here.admin("POST", "/application-keys", {
      name: "New",
      directoryId: acme,
      organizationIds: [here.rootId],
    });
    expect(answer.status).toBe(400);
  });

  it("is shown once, kept as a hash, and tells when it was last used", async () => {
    const { id, secret } = await application();
    const { text, body } = await here.admin("GET", `/application-keys/${id}`);
    expect(text).not.toContain(secret);
    expect(body["hint"]).toBe(secret.slice(-4));
    expect(JSON.stringify(await dump())).not.toContain(secret);
    expect(body["lastUsedAt"]).toBeNull();
    const headers = { authorization: `Bearer ${secret}` };
    await fetchWith(env, "/api/v1/users", { headers });
    const used = await here.admin("GET", `/application-keys/${id}`);
    expect(used.body["lastUsedAt"]).toEqual(expect.any(String));
  });
});
