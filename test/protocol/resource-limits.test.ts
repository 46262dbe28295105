/** Limits of what a resource holds: what is allowed at n is refused at n + 1. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { oneSource, type Source } from "../support/client.ts";
import { insertMembers, testId } from "../support/directory-rows.ts";
import { insertMany, letters, limit, listOf, newest } from "../support/limits.ts";
import * as scim from "../support/scim.ts";

describe("members", () => {
  const most = LIMITS.membersPerRequest;
  const refusal: [number, string] = [413, "tooMany"];
  const id = (i: number) => testId(i);
  const values = (n: number): Json => listOf(n, (i) => ({ value: id(i) }));
  const member = (i: number) => ({ op: "add", path: "members", value: [{ value: id(i) }] });

  /** A group in a source that has one user more than a request may name. */
  async function groupIn(source: Source): Promise<string> {
    const { body } = await source.call("GET", "/Groups");
    const [group] = scim.objectsIn(body["Resources"]);
    if (group !== undefined) return `/Groups/${scim.textAt(group, "id")}`;
    await insertMany(source, most + 1);
    return scim.newGroup(source, "G");
  }

  limit("members in a POST", most, refusal, async (n, source) => {
    await groupIn(source);
    return source.call("POST", "/Groups", { ...scim.groupBody("H"), members: values(n) });
  });
  limit("members in a PUT", most, refusal, async (n, source) => {
    return source.call("PUT", await groupIn(source), {
      ...scim.groupBody("G"),
      members: values(n),
    });
  });
  for (const op of ["add", "replace"]) {
    limit(`members to ${op} in a PATCH`, most, refusal, async (n, source) => {
      return scim.patch(source, await groupIn(source), { op, path: "members", value: values(n) });
    });
  }
  limit("members in all operations of a PATCH together", most, refusal, async (n, source) => {
    const group = await groupIn(source);
    return scim.patch(
      source,
      group,
      { op: "add", path: "members", value: values(n - 9) },
      ...listOf(9, (i) => member(i)),
    );
  });

  it("takes 1000 members to remove by a list and no more", async () => {
    const source = await oneSource("okta");
    const group = await groupIn(source);
    const remove = (n: number) =>
      scim.patch(source, group, { op: "remove", path: "members", value: values(n) });
    await scim.patch(source, group, { op: "add", path: "members", value: values(most) });
    scim.expectError(await remove(most + 1), ...refusal);
    expect(await scim.membersAt(source, group)).toHaveLength(most);
    expect((await remove(most)).status).toBe(204);
    expect(await scim.membersAt(source, group)).toEqual([]);
  });
});

it("shows 20000 members of a group and no more, and answers a write without them", async () => {
  const source = await oneSource("okta");
  await insertMany(source, 20_001);
  const group = await scim.newGroup(source, "G");
  const pairsOf = (n: number) => listOf(n, (i) => ({ group: scim.idAt(group), user: testId(i) }));
  await insertMembers(env.DB, pairsOf(20_000));
  expect(await scim.membersAt(source, group)).toHaveLength(20_000);
  await insertMembers(env.DB, pairsOf(20_001).slice(-1));
  scim.expectError(await source.call("GET", group), 400, "tooMany");
  const excluding = await source.call("GET", `${group}?excludedAttributes=members`);
  expect(excluding.status).toBe(200);
  const posted = await source.call("POST", "/Groups", { ...scim.groupBody("G"), externalId: "1" });
  expect([posted.status, posted.body["externalId"]]).toEqual([200, "1"]);
  expect(posted.body).not.toHaveProperty("members");
}, 30_000);

describe("attributes", () => {
  const strings: [path: string, most: number, attributesOf: (text: string) => JsonObject][] = [
    ["userName", LIMITS.identifierLength, (userName) => ({ userName })],
    ["externalId", LIMITS.identifierLength, (externalId) => ({ externalId })],
    ["password", LIMITS.identifierLength, (password) => ({ password })],
    ["title", LIMITS.stringLength, (title) => ({ title })],
    ["name.givenName", LIMITS.stringLength, (givenName) => ({ name: { givenName } })],
    ["emails.value", LIMITS.stringLength, (value) => ({ emails: [{ value }] })],
    ["emails.type", LIMITS.stringLength, (type) => ({ emails: [{ value: "a", type }] })],
    ["profileUrl", LIMITS.stringLength, (profileUrl) => ({ profileUrl })],
    [
      `${scim.ENTERPRISE}:department`,
      LIMITS.stringLength,
      (department) => ({ [scim.ENTERPRISE]: { department } }),
    ],
  ];
  for (const [path, most, attributesOf] of strings) {
    limit(`characters of ${path}`, most, [400, "invalidValue"], (n, source) =>
      source.call("POST", "/Users", scim.userBody(attributesOf(letters(n)))),
    );
    if (path === "emails.type") continue;
    limit(`characters of ${path} in a PATCH`, most, [400, "invalidValue"], async (n, source) => {
      const place = path === "emails.value" ? 'emails[type eq "work"].value' : path;
      const user = await newest(source);
      return scim.patch(source, user, { op: "add", path: place, value: letters(n) });
    });
  }
  limit(
    "characters of a group's displayName",
    LIMITS.stringLength,
    [400, "invalidValue"],
    (n, source) => source.call("POST", "/Groups", scim.groupBody(letters(n))),
  );

  for (const name of [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
  ]) {
    const values = (n: number): Json =>
      listOf(n, (i) => ({ [name === "addresses" ? "formatted" : "value"]: `v${i}AA` }));
    limit(`${name}`, LIMITS.values, [400, "invalidValue"], (n, source) =>
      source.call("POST", "/Users", scim.userBody({ [name]: values(n) })),
    );
  }
  limit(
    "values, those that are there counted",
    LIMITS.values,
    [400, "invalidValue"],
    async (n, source) => {
      const user = await newest(source);
      await scim.patch(source, user, {
        op: "add",
        path: "roles",
        value: listOf(30, (i) => ({ value: `v${i}` })),
      });
      return scim.patch(source, user, {
        op: "add",
        path: "roles",
        value: listOf(n - 30, (i) => ({ value: `w${i}` })),
      });
    },
  );

  it.each(["okta", "rfc"])("take 65536 bytes of a resource and no more (%s)", async (profile) => {
    const source = await oneSource(profile);
    // Two bytes a character: it is bytes that count, as they are kept.
    const addresses = listOf(31, (i) => ({ formatted: `${i}${"é".repeat(1000)}` }));
    const bodyOf = (filler: number) => {
      const [title = "", nickName = "", userType = ""] = [0, 1000, 2000].map((from) =>
        letters(Math.max(1, Math.min(filler - from, 1000))),
      );
      return scim.userBody({ addresses, title, nickName, userType });
    };
    const user = await scim.newUser(source, bodyOf(2001));
    const stored = env.DB.prepare("SELECT length(CAST(attributes AS BLOB)) AS bytes FROM users");
    const most = 2001 + LIMITS.resourceBytes - ((await stored.first<number>("bytes")) ?? 0);
    expect((await source.call("PUT", user, bodyOf(most))).status).toBe(200);
    expect(await stored.first("bytes")).toBe(LIMITS.resourceBytes);
    const larger = [
      await source.call("PUT", user, bodyOf(most + 1)),
      await scim.patch(source, user, { op: "add", path: "locale", value: "x" }),
      await source.call("POST", "/Users", { ...bodyOf(most + 1), userName: "some@two.test" }),
    ];
    for (const answer of larger) scim.expectError(answer, 413, "tooMany");
    expect((await source.call("GET", user)).headers.get("etag")).toBe('W/"2"');
  });
});
