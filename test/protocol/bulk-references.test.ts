/** Operations that name what others of the same Bulk create. RFC 7644 §3.7.1, §3.7.2. */
import { describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import {
  bulk,
  managedBy,
  operationsIn,
  pathsIn,
  postGroup,
  postUser,
  statusesIn,
} from "../support/bulk.ts";
import { oneSource, type Source } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";

async function managerAt(source: Source, path: string): Promise<unknown> {
  const extension = (await source.call("GET", path)).body[scim.ENTERPRISE];
  const manager = isObject(extension) ? extension["manager"] : undefined;
  return isObject(manager) ? manager["value"] : undefined;
}

const addMember = (value: string): JsonObject =>
  scim.patchBody({ op: "add", path: "members", value: [{ value }] });

describe.each(["okta", "rfc"])("the example (%s) of RFC 7644", (profile) => {
  it("§3.7.2: a new user becomes a member of a new group", async () => {
    const source = await oneSource(profile);
    const group = postGroup("ytrewq");
    const members = [{ type: "User", value: "bulkId:qwerty" }];
    const answer = await bulk(source, [
      postUser("qwerty", { userName: "Alice" }),
      { ...group, data: { schemas: [scim.GROUP], displayName: "Tour Guides", members } },
    ]);
    expect(statusesIn(answer)).toEqual(["201", "201"]);
    const [alice = "", guides = ""] = pathsIn(answer, source);
    expect(await scim.membersAt(source, guides)).toEqual([scim.idAt(alice)]);
  });

  it("§3.7.2: a manager who comes later in the list", async () => {
    const source = await oneSource(profile);
    const answer = await bulk(source, [
      postUser("a", managedBy("bulkId:b")),
      postUser("b", { displayName: "Boss" }),
    ]);
    expect(statusesIn(answer)).toEqual(["201", "201"]);
    const [a = "", b = ""] = pathsIn(answer, source);
    expect(await managerAt(source, a)).toBe(scim.idAt(b));
  });

  it("§3.7.1: two who name each other, as people may and groups may not", async () => {
    const source = await oneSource(profile);
    const groups = ["qwerty", "ijklmnop"].map((bulkId, i, both) => ({
      ...postGroup(bulkId),
      data: {
        schemas: [scim.GROUP],
        displayName: `Group ${bulkId}`,
        members: [{ type: "Group", value: `bulkId:${both[1 - i]}` }],
      },
    }));
    // Groups have users as members; the refusal is about that, not about the circle.
    for (const operation of operationsIn(await bulk(source, groups))) {
      expect(operation).toMatchObject({ status: "400", response: { scimType: "invalidValue" } });
    }
    const answer = await bulk(source, [
      postUser("a", managedBy("bulkId:b")),
      postUser("b", managedBy("bulkId:a")),
      postUser("self", managedBy("bulkId:self")),
    ]);
    const [a = "", b = "", self = ""] = pathsIn(answer, source);
    expect(statusesIn(answer)).toEqual(["201", "201", "201"]);
    expect(await managerAt(source, a)).toBe(scim.idAt(b));
    expect(await managerAt(source, b)).toBe(scim.idAt(a));
    expect(await managerAt(source, self)).toBe(scim.idAt(self));
    expect(await violations()).toEqual([]);
  });
});

describe("a reference", () => {
  it("stands in paths, values and value filters alike", async () => {
    const source = await oneSource("okta");
    const remove = { op: "remove", path: 'members[value eq "bulkId:u" or value eq "bulkId:v"]' };
    const answer = await bulk(source, [
      { method: "PATCH", path: "/Groups/bulkId:g", data: addMember("bulkId:v") },
      { method: "PATCH", path: "Groups/bulkId:g", data: addMember("bulkId:w") },
      { method: "PATCH", path: "/groups/bulkId:g/", data: scim.patchBody(remove) },
      postGroup("g", ["bulkId:u", "bulkId:w"]),
      postUser("u", { [scim.ENTERPRISE]: { manager: "bulkId:w" } }),
      postUser("v", { [`${scim.ENTERPRISE}:manager`]: "bulkId:w" }),
      postUser("w", { [scim.ENTERPRISE]: { manager: { value: "x", $ref: "../Users/bulkId:u" } } }),
      postUser("x"),
      { method: "DELETE", path: "/Users/bulkId:x" },
      { method: "PUT", path: "/Users/bulkId:v", data: scim.userBody({ userName: "renamed" }) },
    ]);
    expect(statusesIn(answer)).toEqual([
      "200",
      "200",
      "200",
      "201",
      "201",
      "201",
      "201",
      "201",
      "204",
      "200",
    ]);
    const paths = pathsIn(answer, source);
    const [, , , group = "", u = "", v = "", w = "", x = ""] = paths;
    expect(paths).toEqual([group, group, group, group, u, v, w, x, x, v]);
    expect(await scim.membersAt(source, group)).toEqual([scim.idAt(w)]);
    expect(await managerAt(source, u)).toBe(scim.idAt(w));
    expect((await source.call("GET", w)).text).toContain(`../Users/${scim.idAt(u)}`);
    expect((await source.call("GET", v)).body).toMatchObject({ userName: "renamed" });
    scim.expectError(await source.call("GET", x), 404);
    expect(await violations()).toEqual([]);
  });

  it("to a POST that finds somebody leads to who is there", async () => {
    const source = await oneSource("okta");
    const [ann, gone] = [
      await scim.newUser(source, { userName: "ann", externalId: "1" }),
      await scim.newUser(source, { userName: "gone" }),
    ];
    await source.call("DELETE", gone);
    const answer = await bulk(source, [
      postGroup("g", ["bulkId:a", "bulkId:again", "bulkId:gone", scim.idAt(ann)]),
      postUser("boss", managedBy("bulkId:a")),
      postUser("a", { userName: "ann", ...managedBy("bulkId:boss") }),
      postUser("again", { userName: "ANN" }),
      postUser("gone", { userName: "gone", ...managedBy("bulkId:gone") }),
      { method: "PATCH", path: "/Users/bulkId:again", data: addTitle },
    ]);
    expect(statusesIn(answer)).toEqual(["201", "201", "200", "200", "201", "200"]);
    const [group = "", boss = "", ...others] = pathsIn(answer, source);
    expect(others).toEqual([ann, ann, gone, ann]);
    expect(await scim.membersAt(source, group)).toEqual([ann, gone].map(scim.idAt).sort());
    expect(await managerAt(source, boss)).toBe(scim.idAt(ann));
    expect(await managerAt(source, ann)).toBe(scim.idAt(boss));
    expect(await managerAt(source, gone)).toBe(scim.idAt(gone));
    expect((await source.call("GET", ann)).body).toMatchObject({ title: "T" });
    expect(await violations()).toEqual([]);
  });

  it("crosses groups of 64, also to somebody found", async () => {
    const source = await oneSource("okta");
    const ann = await scim.newUser(source, { userName: "ann" });
    const many = Array.from({ length: 90 }, (_, i) => postUser(`u${i}`, managedBy("bulkId:a")));
    const answer = await bulk(source, [
      postUser("a", { userName: "ann" }),
      ...many,
      postGroup("g", ["bulkId:a", "bulkId:u0", "bulkId:u89"]),
    ]);
    const paths = pathsIn(answer, source);
    expect(new Set(statusesIn(answer).slice(1))).toEqual(new Set(["201"]));
    expect(paths[0]).toBe(ann);
    expect(await managerAt(source, paths[80] ?? "")).toBe(scim.idAt(ann));
    expect(await scim.membersAt(source, paths[91] ?? "")).toHaveLength(3);
    expect(await violations()).toEqual([]);
  });

  it("may close a circle of a whole group, also one that another group cuts into", async () => {
    const source = await oneSource("okta");
    const circle = Array.from({ length: 64 }, (_, i) =>
      postUser(`c${i}`, managedBy(`bulkId:c${(i + 1) % 64}`)),
    );
    const before = Array.from({ length: 36 }, (_, i) => postUser(`u${i}`));
    const answer = await bulk(source, [...before, ...circle]);
    expect(new Set(statusesIn(answer))).toEqual(new Set(["201"]));
    const paths = pathsIn(answer, source);
    expect(await managerAt(source, paths[99] ?? "")).toBe(scim.idAt(paths[36] ?? ""));
  });

  it("in a circle larger than a group is refused, RFC 7644 §3.7.1, and nothing of it is done", async () => {
    const source = await oneSource("okta");
    const circle = Array.from({ length: 65 }, (_, i) =>
      postUser(`c${i}`, managedBy(`bulkId:c${(i + 1) % 65}`)),
    );
    const answer = await bulk(source, [...circle, postUser("u")]);
    expect(statusesIn(answer)).toEqual([...circle.map(() => "409"), "201"]);
  });
});

const addTitle = scim.patchBody({ op: "add", path: "title", value: "T" });

describe("a reference that leads nowhere", () => {
  it("is refused where it stands, and where that is needed", async () => {
    const source = await oneSource("okta");
    await scim.newUser(source, { userName: "ann", externalId: "1" });
    const answer = await bulk(source, [
      postUser("unknown", managedBy("bulkId:nobody")),
      postUser("a", managedBy("bulkId:unknown")),
      { method: "DELETE", path: "/Users/bulkId:nobody" },
      postUser("taken", { userName: "ann", externalId: "2" }),
      postGroup("g", ["bulkId:taken"]),
      { method: "PATCH", path: "/Groups/bulkId:g", data: addMember("bulkId:taken") },
      postUser("b", managedBy("bulkId:c")),
      postUser("c", { userName: "ann", externalId: "2", ...managedBy("bulkId:b") }),
      { method: "PUT", path: "/Users/none", bulkId: "put", data: scim.userBody({}) },
      postUser("d", managedBy("bulkId:put")),
      postUser("fine"),
    ]);
    expect(statusesIn(answer)).toEqual([
      "400",
      "409",
      "400",
      "409",
      "409",
      "409",
      "409",
      "409",
      "404",
      "400",
      "201",
    ]);
    const { body } = await source.call("GET", "/Users");
    expect(body["totalResults"]).toBe(2);
    expect(await violations()).toEqual([]);
  });

  it("settles where one of two who name each other stands in the other's way", async () => {
    const source = await oneSource("rfc");
    const both = { userName: "same@bulk.test" };
    const answer = await bulk(source, [
      postUser("a", { ...both, ...managedBy("bulkId:b") }),
      postUser("b", { ...both, ...managedBy("bulkId:a") }),
      postUser("c"),
    ]);
    expect(statusesIn(answer)).toEqual(["409", "409", "201"]);
    const { body } = await source.call("GET", "/Users");
    expect(body["totalResults"]).toBe(1);
  });
});
