/** Applications that read organizations and changes, and look after people: A100, as far as their scope goes. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, withHeaders, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { anyone } from "../../support/callers.ts";
import { newSource, type Answer } from "../../support/client.ts";
import { dump, rowsOf } from "../../support/dump.ts";
import { endFaults, pauseCall } from "../../support/faults.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { newUser, idAt, objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

interface World {
  readonly admin: Call;
  readonly app: Call;
  readonly appId: string;
  readonly mine: string;
  readonly below: string;
  readonly theirs: string;
}

let here: World;

beforeEach(async () => {
  const admin = await adminOf("owner");
  const make = async (displayName: string, more: JsonObject = {}) =>
    idOf(await admin("POST", "/organizations", { displayName, ...more }));
  const mine = await make("Mine");
  const below = await make("Below", { parentId: mine });
  const theirs = await make("Theirs");
  const key = await admin("POST", "/application-keys", {
    name: "Intranet",
    access: "write",
    organizationIds: [mine],
  });
  const secret = textAt(key.body, "secret");
  const app = withHeaders(anyone({ authorization: `Bearer ${secret}` }));
  here = { admin, app, appId: idOf(key), mine, below, theirs };
});

async function madeBy(who: Call, path: string, body: JsonObject): Promise<string> {
  const answer = await who("POST", path, body);
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

function said({ status, body }: Answer): [number, unknown] {
  return [status, body["code"]];
}

const idsIn = ({ body }: Answer) => objectsIn(body["data"]).map((one) => textAt(one, "id"));

describe("an application that may write", () => {
  it("A100 makes, changes, deletes and restores users of its organizations", async () => {
    const { app, appId, mine, below } = here;
    const id = await madeBy(app, "/users", { userName: "ada" });
    expect((await app("GET", `/users/${id}`)).body["organizationId"]).toBe(mine);
    const moved = await app("PATCH", `/users/${id}`, {
      organizationId: below,
      attributes: { title: "Chief" },
    });
    expect(moved.body, moved.text).toMatchObject({ organizationId: below });
    expect((await app("POST", `/users/${id}/disable`)).body["active"]).toBe(false);
    expect((await app("DELETE", `/users/${id}`)).status).toBe(204);
    expect((await app("POST", `/users/${id}/restore`)).status).toBe(200);
    const all = await dump();
    const events = rowsOf(all, "events").filter(({ resource_id: of }) => of === id);
    expect(new Set(events.map(({ actor, source_id: source }) => `${actor} ${source}`))).toEqual(
      new Set([`${appId} null`]),
    );
    expect(rowsOf(all, "audit").filter(({ target_id: target }) => target === id)).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("A100 looks after the organizations below its own", async () => {
    const { app, mine, below } = here;
    const id = await madeBy(app, "/organizations", { displayName: "New" });
    expect((await app("GET", `/organizations/${id}`)).body).toMatchObject({
      parentId: mine,
      path: [{ id: mine }, { id }],
    });
    const moved = await app("PATCH", `/organizations/${id}`, { parentId: below });
    expect(moved.status, moved.text).toBe(200);
    const user = await madeBy(app, "/users", { userName: "ada", organizationId: id });
    const deleted = await app("DELETE", `/organizations/${id}?moveUsersTo=${below}`);
    expect(deleted.status, deleted.text).toBe(204);
    expect((await app("GET", `/users/${user}`)).body["organizationId"]).toBe(below);
    expect((await app("POST", `/organizations/${id}/restore`)).status).toBe(404);
    expect(await violations()).toEqual([]);
  });

  it("A100 finds nothing outside, and puts nobody there", async () => {
    const { admin, app, theirs, mine, below } = here;
    const foreign = await madeBy(admin, "/users", { userName: "zoe", organizationId: theirs });
    const own = await madeBy(app, "/users", { userName: "ada" });
    const gone = await madeBy(admin, "/users", { userName: "gone", organizationId: theirs });
    await admin("DELETE", `/users/${gone}`);
    const before = await steadyDump();
    for (const [method, path, body, expected] of [
      ["GET", `/users/${foreign}`, undefined, 404],
      ["PATCH", `/users/${foreign}`, { active: false }, 404],
      ["DELETE", `/users/${foreign}`, undefined, 404],
      ["POST", `/users/${foreign}/enable`, undefined, 404],
      ["POST", `/users/${gone}/restore`, undefined, 404],
      ["GET", `/organizations/${theirs}`, undefined, 404],
      ["GET", `/organizations?parentId=${theirs}`, undefined, 404],
      ["PATCH", `/organizations/${theirs}`, { code: "x" }, 404],
      ["DELETE", `/organizations/${theirs}`, undefined, 404],
      ["POST", "/users", { userName: "new", organizationId: theirs }, 403],
      ["POST", "/users", { userName: "new", furtherOrganizationIds: [theirs] }, 403],
      ["PATCH", `/users/${own}`, { organizationId: theirs }, 403],
      ["POST", "/organizations", { displayName: "New", parentId: theirs }, 403],
      ["PATCH", `/organizations/${below}`, { parentId: theirs }, 403],
      ["DELETE", `/organizations/${below}?moveUsersTo=${theirs}`, undefined, 403],
      ["POST", "/users", { userName: "ZOE" }, 409],
      ["POST", "/users", { userName: "new", directoryId: "elsewhere" }, 404],
      ["POST", "/groups", { displayName: "Staff" }, 403],
    ] as const) {
      const answer = await app(method, path, JSON.parse(JSON.stringify(body ?? null)) ?? undefined);
      expect([method, path, answer.status], answer.text).toEqual([method, path, expected]);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
    expect(idsIn(await app("GET", "/organizations"))).toEqual([mine]);
    expect(idsIn(await app("GET", `/organizations?parentId=${mine}`))).toEqual([below]);
    expect(idsIn(await app("GET", "/organizations?q=e"))).toEqual([below, mine]);
  });

  it("A100 goes through the tops of its scope page by page, by name", async () => {
    const { admin, below } = here;
    const make = (displayName: string, parentId: string) =>
      madeBy(admin, "/organizations", { displayName, parentId });
    const tops: string[] = [];
    for (const parent of ["P", "Q", "R"]) {
      tops.push(await make("same", await madeBy(admin, "/organizations", { displayName: parent })));
    }
    const first = await make("alpha", here.theirs);
    const inner = await make("inner", first);
    const key = await admin("POST", "/application-keys", {
      name: "Many",
      access: "read",
      organizationIds: [...tops, below, inner, first],
    });
    const app = withHeaders(anyone({ authorization: `Bearer ${textAt(key.body, "secret")}` }));
    const pages: string[][] = [];
    for (let cursor: unknown = ""; typeof cursor === "string";) {
      const from = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = await app("GET", `/organizations?limit=2${from}`);
      expect(page.status, page.text).toBe(200);
      pages.push(idsIn(page));
      cursor = page.body["nextCursor"];
    }
    expect(pages).toEqual([[first, below], tops.slice(0, 2), tops.slice(2)]);
    expect((await app("GET", "/organizations?limit=5")).body["nextCursor"]).toBe(null);
  });

  it("A100 may change a source's people no more than an admin may", async () => {
    const { admin, app, mine } = here;
    const source = await newSource(admin, "okta", { scope: { organizationIds: [mine] } });
    const id = idAt(await newUser(source, { userName: "ada" }));
    const locked = await app("PATCH", `/users/${id}`, { attributes: { displayName: "New" } });
    expect(said(locked)).toEqual([409, "field_locked"]);
    expect((await app("POST", `/users/${id}/disable`)).status).toBe(200);
  });

  it("A100 writes nothing any more when its key is revoked meanwhile", async () => {
    const { admin, app, appId } = here;
    const id = await madeBy(app, "/users", { userName: "ada" });
    const { reached, release } = pauseCall("object", 2, "before");
    const disabling = app("POST", `/users/${id}/disable`);
    await reached();
    expect((await admin("DELETE", `/application-keys/${appId}`)).status).toBe(204);
    release();
    // Without its scope it sees nobody; with the whole directory in it, it is put off.
    expect([404, 503]).toContain((await disabling).status);
    endFaults();
    expect((await app("POST", `/users/${id}/disable`)).status).toBe(401);
    expect((await admin("GET", `/users/${id}`)).body["active"]).toBe(true);
    expect(await violations()).toEqual([]);
  });
});

describe("the changes that an application reads", () => {
  it("A100 are those of its organizations, and of who has just left them", async () => {
    const { admin, app, mine, theirs } = here;
    const ada = await madeBy(admin, "/users", { userName: "ada", organizationId: mine });
    const zoe = await madeBy(admin, "/users", { userName: "zoe", organizationId: theirs });
    await admin("POST", "/groups", { displayName: "Staff", members: [ada] });
    await admin("PATCH", `/users/${ada}`, { organizationId: theirs });
    await admin("PATCH", `/users/${zoe}`, { active: false });
    const { body, text, status } = await app("GET", "/changes?include=resource");
    expect(status, text).toBe(200);
    const told = objectsIn(body["data"]);
    const ofKind = (kind: string) => told.filter((one) => textAt(one, "type").startsWith(kind));
    expect(ofKind("user.")).toMatchObject([
      { type: "user.updated", resourceId: ada, resource: null },
    ]);
    expect(ofKind("group.")).toEqual([]);
    expect(text).not.toContain(zoe);
    const whole = await admin("GET", "/changes");
    expect(objectsIn(whole.body["data"]).length).toBeGreaterThan(told.length);
  });
});
