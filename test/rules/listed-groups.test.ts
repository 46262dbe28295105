/** Groups of others that a scope names: seen as one's own are, and only their members changed. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Source } from "../support/client.ts";
import { insertGroups, testId } from "../support/directory-rows.ts";
import { resetFaults, faults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import { search } from "../support/lists.ts";
import * as scim from "../support/scim.ts";
import { insertTree, organizationId, putScope, targetOf } from "../support/trees.ts";
import { walk, walkSearch } from "../support/walk.ts";

let admin: Admin;
/** Owns the groups. */
let owner: Source;
/** Sees the owner's people, and those of its groups that its scope names. */
let guest: Source;
/** A person of the owner's whom the guest sees, and one whom it doesn't. */
let ann: string;
let hidden: string;

beforeEach(async () => {
  admin = await claim();
  const [open, closed] = [organizationId(1), organizationId(2)];
  await insertTree([{ id: open }, { id: closed }]);
  owner = await newSource(admin, "okta", {
    scope: { organizationIds: [open, closed] },
    targetOrganizationId: open,
  });
  ann = scim.idAt(await scim.newUser(owner, { userName: "ann" }));
  await admin("PUT", `/data-sources/${owner.id}/target`, { organizationId: closed });
  hidden = scim.idAt(await scim.newUser(owner, { userName: "hidden" }));
  guest = await newSource(admin, "okta", { scope: { organizationIds: [open] } });
});

function group(displayName: string, members: string[] = [], more: JsonObject = {}) {
  const body = { ...scim.groupBody(displayName, members), ...more };
  return scim.created(owner, "/Groups", body);
}

async function list(...groupIds: string[]): Promise<void> {
  const { status, text } = await putScope(admin, guest, {
    organizationIds: [await targetOf(admin, guest)],
    groupIds,
  });
  expect(status, text).toBe(200);
}

async function found(filter: string, collection = "/Groups"): Promise<string[]> {
  const answer = await scim.find(guest, filter, collection);
  expect([filter, answer.status]).toEqual([filter, 200]);
  expect(answer.body["totalResults"]).toBe(scim.idsOf(answer).length);
  return scim.idsOf(answer).sort();
}

describe("a group of another that the scope names", () => {
  it("A12 is read, with the members that are in the scope, and others are not", async () => {
    const [listed, other] = [await group("Pilots", [ann, hidden]), await group("Others", [ann])];
    await list(listed);
    const { status, body } = await guest.call("GET", `/Groups/${listed}`);
    expect([status, body["displayName"], scim.valuesOf(body["members"])]).toEqual([
      200,
      "Pilots",
      [ann],
    ]);
    scim.expectError(await guest.call("GET", `/Groups/${other}`), 404);
    const user = await guest.call("GET", `/Users/${ann}`);
    expect(scim.valuesOf(user.body["groups"])).toEqual([listed]);
    const users = await guest.call("GET", "/Users?attributes=groups");
    expect(
      scim.objectsIn(users.body["Resources"]).map(({ groups }) => scim.valuesOf(groups)),
    ).toEqual([[listed]]);
    const shown = await search(guest, "/Groups", { attributes: ["members"] });
    expect(
      scim.objectsIn(shown.body["Resources"]).map(({ members }) => scim.valuesOf(members)),
    ).toEqual([[ann]]);
  });

  it("A12 is found by what it is, and by no other's name for it", async () => {
    const [listed] = [
      await group("Pilots", [ann, hidden], { externalId: "label" }),
      await group("Others"),
    ];
    await list(listed);
    const own = scim.idAt(await scim.newGroup(guest, "Own"));
    expect(await found('displayName eq "PILOTS"')).toEqual([listed]);
    expect(await found('displayName eq "pilots" or displayName eq "own"')).toEqual(
      [listed, own].sort(),
    );
    expect(await found('displayName eq "Others"')).toEqual([]);
    expect(await found('displayName co "o"')).toEqual([listed, own].sort());
    expect(await found(`id eq "${listed}"`)).toEqual([listed]);
    expect(await found(`members.value eq "${ann}"`)).toEqual([listed]);
    expect(await found(`members.value eq "${hidden}"`)).toEqual([]);
    expect(await found("members pr")).toEqual([listed]);
    expect(await found(`groups.value eq "${listed}"`, "/Users")).toEqual([ann]);
    expect(await found('groups.display eq "pilots"', "/Users")).toEqual([ann]);
    expect(await found("groups pr", "/Users")).toEqual([ann]);
    expect(await found('externalId eq "label"')).toEqual([]);
    expect(await found("externalId pr")).toEqual([]);
    const { text } = await guest.call("GET", "/Groups?attributes=externalId");
    expect(text).not.toContain("label");
  });

  it("A12 is in lists with a right total, in one order by every way of paging", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const id =
        n % 3 === 0 ? await group(`g${n}`) : scim.idAt(await scim.newGroup(guest, `g${n}`));
      ids.push(id);
      await group(`unlisted ${n}`);
    }
    // One of its own may be named, and is there once.
    await list(...ids.filter((_, n) => n % 3 === 0), ids[1] ?? "");
    for (const count of [1, 5, 100]) {
      expect(await walk(guest, `/Groups?count=${count}`)).toEqual(ids);
      expect(await walk(guest, `/Groups?count=${count}&filter=displayName sw "g"`)).toEqual(ids);
      expect(await walkSearch(guest, "/Groups", { count })).toEqual(ids);
      for (let start = 1; start <= 13; start += 4) {
        const page = await guest.call("GET", `/Groups?startIndex=${start}&count=${count}`);
        expect([page.body["totalResults"], scim.idsOf(page)]).toEqual([
          12,
          ids.slice(start - 1, start - 1 + count),
        ]);
      }
    }
    const down = "/Groups?sortBy=displayName&sortOrder=descending&count=5";
    const names = ids
      .map((id, n) => ({ id, name: `g${n}` }))
      .sort((a, b) => (a.name < b.name ? 1 : -1));
    expect(await walk(guest, down)).toEqual(names.map(({ id }) => id));
    expect(await walk(guest, '/?count=5&filter=displayName sw "g"')).toEqual(ids);
    const all = await guest.call("GET", "/Groups?count=0");
    expect(all.body["totalResults"]).toBe(12);
  });

  it("lets visible members be added and removed, and keeps the others", async () => {
    const listed = await group("Pilots", [hidden]);
    await list(listed);
    const path = `/Groups/${listed}`;
    const members = (op: string, value: JsonObject[]) => ({ op, path: "members", value });
    const add = await scim.patch(guest, path, members("add", [{ value: ann }]));
    expect(add.status).toBe(204);
    expect(await scim.membersAt(owner, path)).toEqual([ann, hidden].sort());
    scim.expectError(
      await scim.patch(guest, path, members("add", [{ value: hidden }])),
      400,
      "invalidValue",
    );
    expect((await scim.patch(guest, path, members("remove", [{ value: ann }]))).status).toBe(204);
    expect(await scim.membersAt(owner, path)).toEqual([hidden]);
    const put = await guest.call("PUT", path, scim.groupBody("Pilots", [ann]));
    expect([put.status, scim.valuesOf(put.body["members"])]).toEqual([200, [ann]]);
    expect((await guest.call("PUT", path, scim.groupBody("Pilots"))).status).toBe(200);
    expect(await scim.membersAt(owner, path)).toEqual([hidden]);
    expect(await violations()).toEqual([]);
  });

  it("is not renamed, labelled or deleted by who doesn't own it", async () => {
    const listed = await group("Pilots", [ann], { externalId: "label" });
    await list(listed);
    const path = `/Groups/${listed}`;
    const before = await scim.stateAt(admin, owner, path);
    const refused = [
      await scim.patch(guest, path, { op: "replace", path: "displayName", value: "Mine" }),
      await scim.patch(guest, path, { op: "replace", path: "externalId", value: "label" }),
      await scim.patch(
        guest,
        path,
        { op: "remove", path: "members" },
        { op: "replace", path: "displayName", value: "Mine" },
      ),
      await guest.call("PUT", path, scim.groupBody("Mine", [ann])),
      await guest.call("PUT", path, { ...scim.groupBody("Pilots"), externalId: "label" }),
      await guest.call("DELETE", path),
    ];
    for (const answer of refused) {
      scim.expectError(answer, 403);
      expect(answer.text).not.toContain("label");
    }
    expect(await scim.stateAt(admin, owner, path)).toEqual(before);
    const asked = await scim.patch(guest, `${path}?attributes=externalId,displayName`, {
      op: "remove",
      path: `members[value eq "${ann}"]`,
    });
    expect([asked.status, asked.text.includes("label")]).toEqual([200, false]);
    expect((await owner.call("GET", path)).body["externalId"]).toBe("label");
  });

  it("does not keep a source from a group of that name of its own", async () => {
    const listed = await group("Pilots");
    await list(listed);
    const own = await guest.call("POST", "/Groups", scim.groupBody("Pilots"));
    expect([own.status, own.body["id"] === listed]).toEqual([201, false]);
    expect((await guest.call("GET", "/Groups")).body["totalResults"]).toBe(2);
  });

  it("leaves every scope when it is deleted", async () => {
    const listed = await group("Pilots");
    await list(listed);
    expect((await owner.call("DELETE", `/Groups/${listed}`)).status).toBe(204);
    expect((await guest.call("GET", "/Groups")).body["totalResults"]).toBe(0);
    const { body } = await admin("GET", `/data-sources/${guest.id}/scope`);
    expect(body["groupIds"]).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("is all there is where a scope names groups alone", async () => {
    const listed = await group("Pilots", [ann]);
    const empty = await putScope(admin, guest, { organizationIds: [], groupIds: [listed] });
    expect(empty.status).toBe(200);
    expect(scim.idsOf(await guest.call("GET", "/Groups"))).toEqual([listed]);
    expect((await guest.call("GET", "/Users")).body["totalResults"]).toBe(0);
    const refused = await guest.call("POST", "/Users", scim.userBody({}));
    expect([refused.status, refused.body["detail"]]).toEqual([403, expect.stringMatching(/empty/)]);
  });
});

it("reads for a page of groups little more than it shows, also deep among 20,000", async () => {
  const rows = (first: number, sourceId: string) =>
    Array.from({ length: 10_000 }, (_, n) => ({
      id: testId(1_000_000 + first + 2 * n),
      sourceId,
      attributes: { displayName: `group ${n}` },
    }));
  await insertGroups(env.DB, rows(0, guest.id));
  await insertGroups(env.DB, rows(1, owner.id));
  const listed = rows(1, owner.id).slice(0, 200);
  await list(...listed.map(({ id }) => id));
  const rowsOf = async (path: string): Promise<number> => {
    await guest.call("GET", "/Users?count=0");
    resetFaults();
    const page = await guest.call("GET", path);
    expect([page.status, page.body["totalResults"], scim.idsOf(page).length]).toEqual([
      200, 10_200, 100,
    ]);
    return faults.rows.read;
  };
  const first = await rowsOf("/Groups?count=100");
  const { body } = await guest.call("GET", "/Groups?count=100&cursor=");
  const second = await rowsOf(`/Groups?count=100&cursor=${scim.textAt(body, "nextCursor")}`);
  // Those named are counted, two rows each; a page has each of its groups once.
  for (const read of [first, second]) expect(read).toBeLessThanOrEqual(130 + 2 * 200 + 100);
});
