/** Which attributes are returned. RFC 7644 §3.4.2.5, §3.9. */
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/scim/json.ts";
import { claim, newSource, oneSource } from "../support/client.ts";
import { expectPage, search, usersIn } from "../support/lists.ts";
import * as scim from "../support/scim.ts";

describe("RFC 7644 §3.4.2.5 attributes", () => {
  const jane = {
    userName: "jane",
    name: { givenName: "J", familyName: "D" },
    emails: [{ value: "j@d.test", type: "work" }],
    [scim.ENTERPRISE]: { department: "R", division: "S" },
  };
  const always = ["schemas", "id"];

  /** Query, then the names (of the resource, and of one of its parts) that are returned. */
  const PROJECTIONS: [query: string, names: string[], part?: [string, Json]][] = [
    ["attributes=userName", ["userName"]],
    ["attributes=USERNAME,%20active", ["userName", "active"]],
    ["attributes=name.givenName", ["name"], ["name", { givenName: "J" }]],
    ["attributes=emails.value", ["emails"], ["emails", [{ value: "j@d.test" }]]],
    [
      `attributes=${scim.ENTERPRISE}:department`,
      [scim.ENTERPRISE],
      [scim.ENTERPRISE, { department: "R" }],
    ],
    [`attributes=${scim.ENTERPRISE.toUpperCase()}`, [scim.ENTERPRISE]],
    [`attributes=${scim.CORE}:userName`, ["userName"]],
    [`attributes=${scim.CORE}:name.givenName`, ["name"], ["name", { givenName: "J" }]],
    [
      `attributes=${scim.CORE.toUpperCase()}:EMAILS.Value`,
      ["emails"],
      ["emails", [{ value: "j@d.test" }]],
    ],
    ["attributes=name.givenName,NAME.familyname", ["name"], ["name", jane.name]],
    ["attributes=name.givenName&attributes=userName", ["name", "userName"]],
    ["attributes=emails.primary", []],
    ["excludedAttributes=emails.value,emails.type,meta,name,active", ["userName", scim.ENTERPRISE]],
    ["attributes=meta.version,color", ["meta"], ["meta", { version: 'W/"1"' }]],
    ["attributes=id", []],
    ["attributes=password", []],
    ["attributes=", ["userName", "name", "active", "emails", scim.ENTERPRISE, "meta"]],
    ["excludedAttributes=name,emails,meta,id,schemas", ["userName", "active", scim.ENTERPRISE]],
    [
      "excludedAttributes=name.givenName",
      ["userName", "name", "active", "emails", scim.ENTERPRISE, "meta"],
      ["name", { familyName: "D" }],
    ],
    [
      `excludedAttributes=${scim.ENTERPRISE}:department,meta`,
      ["userName", "name", "active", "emails", scim.ENTERPRISE],
      [scim.ENTERPRISE, { division: "S" }],
    ],
    [`excludedAttributes=${scim.ENTERPRISE},meta`, ["userName", "name", "active", "emails"]],
  ];

  it("returns what is asked for, in single answers, in lists and in searches", async () => {
    const source = await oneSource();
    const user = await scim.newUser(source, jane);
    for (const [query, names, part] of PROJECTIONS) {
      const [name = "", value = ""] = query.replace(/&\w+=/, ",").split("=");
      const listed = await source.call("GET", `/Users?${query}`);
      const searched = await search(source, "/Users", {
        [name]: decodeURIComponent(value).split(","),
      });
      const single = await source.call("GET", `${user}?${query}`);
      const [inList = {}] = scim.objectsIn(listed.body["Resources"]);
      const [inSearch = {}] = scim.objectsIn(searched.body["Resources"]);
      for (const resource of [single.body, inList, inSearch]) {
        expect([query, Object.keys(resource).sort()]).toEqual([
          query,
          [...always, ...names].sort(),
        ]);
        if (part !== undefined) expect([query, resource[part[0]]]).toEqual([query, part[1]]);
      }
    }
  });

  it("returns what is asked for of a write, too", async () => {
    const source = await oneSource();
    const posted = await source.call("POST", "/Users?attributes=userName", scim.userBody(jane));
    expect(Object.keys(posted.body)).toEqual([...always, "userName"]);
    expect(posted.headers.get("location")).toBe(
      `${source.base}/Users/${scim.textAt(posted.body, "id")}`,
    );
    const put = await source.call(
      "PUT",
      `/Users/${scim.textAt(posted.body, "id")}?excludedAttributes=meta,name`,
      scim.userBody({ userName: "jane" }),
    );
    expect(Object.keys(put.body)).toEqual([...always, "userName", "active"]);
    expect(put.headers.get("etag")).toBe('W/"2"');
  });

  it("refuses both parameters at once, in a GET, a search and before a write", async () => {
    const source = await oneSource();
    const query = "attributes=userName&excludedAttributes=name";
    scim.expectError(await source.call("GET", `/Users?${query}`), 400, "invalidValue");
    scim.expectError(
      await search(source, "/Users", { attributes: ["id"], excludedAttributes: ["name"] }),
      400,
      "invalidValue",
    );
    scim.expectError(
      await source.call("POST", `/Users?${query}`, scim.userBody(jane)),
      400,
      "invalidValue",
    );
    expectPage(await source.call("GET", "/Users"), { total: 0, startIndex: 1, ids: [] });
  });

  it.each([
    ["okta", false],
    ["entra", false],
    ["rfc", true],
  ] as const)("shows members in lists as the profile says: %s", async (profile, shown) => {
    const admin = await claim();
    const source = await newSource(admin, profile);
    const [ann = ""] = await usersIn(source, 1);
    const group = await scim.newGroup(source, "G", [ann]);
    const membersIn = async (query: string) => {
      const [first = {}] = scim.objectsIn(
        (await source.call("GET", `/Groups${query}`)).body["Resources"],
      );
      return "members" in first ? scim.valuesOf(first["members"]) : undefined;
    };
    expect(await membersIn("")).toEqual(shown ? [ann] : undefined);
    expect(await membersIn("?attributes=displayName,members")).toEqual([ann]);
    expect(await membersIn("?excludedAttributes=members")).toBeUndefined();
    expect(await scim.membersAt(source, group)).toEqual([ann]);
    expect(
      (await source.call("GET", `${group}?excludedAttributes=members`)).body,
    ).not.toHaveProperty("members");
  });

  it("shows groups of users in lists where they are asked for", async () => {
    const source = await oneSource();
    const [ann = "", bob = ""] = await usersIn(source, 2);
    const group = scim.idAt(await scim.newGroup(source, "G", [ann]));
    const { body } = await source.call("GET", "/Users?attributes=groups");
    const found = scim
      .objectsIn(body["Resources"])
      .map(({ id, groups }) => [id ?? "", scim.valuesOf(groups)]);
    expect(found).toEqual([
      [ann, [group]],
      [bob, []],
    ]);
    expect((await source.call("GET", `/Users/${ann}`)).body["groups"]).toEqual([
      { value: group, $ref: `${source.base}/Groups/${group}`, display: "G", type: "direct" },
    ]);
    expect((await source.call("GET", "/Users")).text).not.toContain('"groups"');
  });
});
