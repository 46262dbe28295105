/** Queries of the server root, over users, groups and organizations together. RFC 7644 §3.4.2.1, §3.4.3. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { claim, newSource, oneSource, type Source } from "../support/client.ts";
import { expectPage, search, usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";
import { targetOf } from "../support/tree.ts";
import { walk, walkSearch } from "../support/walk.ts";

interface All {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** The source's own. */
  readonly organization: string;
}

/** user-0 to user-4 and group 0 to group 2; user-0 is in group 0. */
async function everything(source: Source): Promise<All> {
  const users = await usersIn(source, 5);
  const groups: string[] = [];
  for (let i = 0; i < 3; i++) {
    const members = users.slice(0, i === 0 ? 1 : 0);
    groups.push(scim.idAt(await scim.newGroup(source, `group ${i}`, members)));
  }
  return { users, groups, organization: await targetOf(source) };
}

describe("RFC 7644 §3.4.2.1 the root", { timeout: 60_000 }, () => {
  it("lists users, groups, organizations, with one total, by index and by cursor", async () => {
    const source = await oneSource();
    const { users, groups, organization } = await everything(source);
    const all = [...users, ...groups, organization];
    for (let startIndex = 1; startIndex <= 11; startIndex++) {
      for (const count of [0, 1, 3, 100]) {
        const ids = all.slice(startIndex - 1, startIndex - 1 + count);
        const page = { total: 9, startIndex, ids };
        expectPage(await search(source, "", { startIndex, count }), page);
        if (count === 3) {
          const path = `/?startIndex=${startIndex}&count=${count}`;
          expectPage(await source.call("GET", path), page);
        }
      }
    }
    for (const count of [1, 2, 5, 9]) {
      expect(await walkSearch(source, "", { count })).toEqual(all);
      expect(await walk(source, `/?count=${count}`)).toEqual(all);
    }
  });

  it("shows each resource as its own endpoint does", async () => {
    const source = await oneSource();
    const { users, groups } = await everything(source);
    const { body } = await search(source, "", { attributes: ["userName", "displayName"] });
    const shown = scim.objectsIn(body["Resources"]);
    expect(shown[0]).toEqual({ schemas: [scim.CORE], id: users[0], userName: "user-0" });
    expect(shown[5]).toEqual({ schemas: [scim.GROUP], id: groups[0], displayName: "group 0" });
    const whole = scim.objectsIn((await search(source, "", {})).body["Resources"]);
    const user = await source.call("GET", `/Users/${users[1]}`);
    expect(whole[1]).toEqual(user.body);
    const members = await search(source, "", { attributes: ["members", "groups"] });
    const [first, , , , , group] = scim.objectsIn(members.body["Resources"]);
    expect(scim.valuesOf(first?.["groups"])).toEqual([groups[0]]);
    expect(scim.valuesOf(group?.["members"])).toEqual([users[0]]);
  });

  it("filters all types; what a type lacks has no value there", async () => {
    const source = await oneSource();
    const { users, groups, organization } = await everything(source);
    const cases: [string, readonly string[]][] = [
      ['meta.resourceType eq "User"', users],
      ['meta.resourceType eq "Group"', groups],
      ['meta.resourceType eq "Organization"', [organization]],
      ['meta.resourceType ne "Group"', [...users, organization]],
      ['not (meta.resourceType eq "User")', [...groups, organization]],
      ['meta.resourceType eq "Nothing"', []],
      ["meta.resourceType pr", [...users, ...groups, organization]],
      ['userName eq "USER-1"', users.slice(1, 2)],
      ['displayName sw "group"', groups],
      ['userName eq "user-0" or displayName eq "Group 2"', [users[0] ?? "", groups[2] ?? ""]],
      ['userName eq "user-0" and displayName pr', []],
      ["userName pr", users],
      ["not (userName pr)", [...groups, organization]],
      ['userName ne "user-0"', [...users.slice(1), ...groups, organization]],
      ["userName eq null", [...groups, organization]],
      [`members.value eq "${users[0]}"`, groups.slice(0, 1)],
      [`groups[value eq "${groups[0]}"]`, users.slice(0, 1)],
      [`id eq "${groups[1]}"`, groups.slice(1, 2)],
      [`${scim.GROUP}:displayName eq "group 1"`, groups.slice(1, 2)],
      [
        'meta.resourceType eq "User" and (title eq "t0" or members pr)',
        [0, 2, 4].map((i) => users[i] ?? ""),
      ],
    ];
    for (const [filter, ids] of cases) {
      const answer = await search(source, "", { filter });
      expect([filter, scim.idsOf(answer)]).toEqual([filter, ids]);
      expect(answer.body["totalResults"]).toBe(ids.length);
      expect(await walkSearch(source, "", { filter, count: 1 })).toEqual(ids);
      const path = `/?filter=${encodeURIComponent(filter)}&startIndex=2`;
      expect(scim.idsOf(await source.call("GET", path))).toEqual(ids.slice(1));
    }
  });

  it("answers invalidFilter to what no type has, and to what cannot be asked", async () => {
    const source = await oneSource();
    for (const filter of [
      'nothing eq "x"',
      'userName eq "x" or nothing pr',
      'password eq "x"',
      "userName gt 5",
      "members pr and userName gt 5",
      'meta.resourceType eq "User" and nothing pr',
      "(",
    ]) {
      scim.expectError(await search(source, "", { filter }), 400, "invalidFilter");
      const path = `/?filter=${encodeURIComponent(filter)}`;
      scim.expectError(await source.call("GET", path), 400, "invalidFilter");
    }
  });

  it("sorts all into one order", async () => {
    const source = await oneSource();
    const ids: string[] = [];
    for (const displayName of ["b", "d", ""]) {
      const body = { userName: `u${displayName}`, ...(displayName && { displayName }) };
      ids.push(scim.idAt(await scim.newUser(source, body)));
    }
    for (const name of ["C", "a", "d"]) ids.push(scim.idAt(await scim.newGroup(source, name)));
    const [userB, userD, nameless, groupC, groupA, groupD] = ids;
    // Its name begins with that of the profile.
    const organization = await targetOf(source);
    const up = [groupA, userB, groupC, userD, groupD, organization, nameless];
    const down = [nameless, organization, userD, groupD, groupC, userB, groupA];
    for (const [sortOrder, order] of Object.entries({ ascending: up, descending: down })) {
      const request = { sortBy: "displayName", sortOrder };
      for (const count of [1, 2, 4]) {
        expect(await walkSearch(source, "", { ...request, count })).toEqual(order);
      }
      for (const startIndex of [1, 3, 6, 7]) {
        const page = await search(source, "", { ...request, startIndex, count: 2 });
        expect(page.body["totalResults"]).toBe(7);
        expect(scim.idsOf(page)).toEqual(order.slice(startIndex - 1, startIndex + 1));
      }
    }
    // What groups lack, they have no value for.
    const names = await search(source, "", { sortBy: "userName" });
    expect(scim.idsOf(names)).toEqual([
      nameless,
      userB,
      userD,
      groupC,
      groupA,
      groupD,
      organization,
    ]);
    scim.expectError(await search(source, "", { sortBy: "nothing" }), 400, "invalidPath");
    const [edge, beyond] = [1_001, 1_002].map((startIndex) => ({ startIndex, sortBy: "id" }));
    expect((await search(source, "", edge ?? {})).status).toBe(200);
    scim.expectError(await search(source, "", beyond ?? {}), 400, "tooMany");
  });

  it("takes the permission to read what is asked for", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    const { users } = await everything(source);
    const permit = (permissions: readonly string[]) =>
      env.DB.prepare(
        "UPDATE data_sources SET config_version = config_version + 1, permissions = ? WHERE id = ?",
      )
        .bind(JSON.stringify(permissions), source.id)
        .run();
    await permit(["user:read"]);
    scim.expectError(await search(source, "", {}), 403);
    const filter = 'meta.resourceType eq "User"';
    expect(scim.idsOf(await search(source, "", { filter }))).toEqual(users);
    await permit([]);
    scim.expectError(await search(source, "", { filter }), 403);
    scim.expectError(await source.call("GET", "/"), 403);
  });

  it("refuses what is no SearchRequest, and other methods", async () => {
    const source = await oneSource("rfc");
    for (const body of [[], "x", null, { schemas: [] }]) {
      scim.expectError(await source.call("POST", "/.search", body), 400, "invalidSyntax");
    }
    scim.expectError(await source.call("GET", "/.search"), 405);
    scim.expectError(await source.call("POST", "/", {}), 405);
  });
});
