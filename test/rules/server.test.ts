/** Muster as a SCIM server: what clients do with it, and what two directories know of each other. */
/// <reference types="vite/types/importMeta.d.ts" />
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { fixture } from "../../src/cli/fixture.ts";
import { playSequence } from "../../src/cli/play.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { idOf } from "../support/answer.ts";
import { call, claim, newSource, type Admin, type Source } from "../support/client.ts";
import { differences, steadyDump } from "../support/unchanged.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { newOrganization } from "../support/tree.ts";

it("A1 creates, reads, updates and deletes users and groups for who has a token", async () => {
  const source = await newSource(await claim(), "standard");
  const user = await scim.newUser(source, { userName: "ann", displayName: "Ann" });
  const group = await scim.newGroup(source, "Staff", [scim.idAt(user)]);
  const renamed = { op: "replace", path: "displayName", value: "Renamed" };
  for (const path of [user, group]) {
    expect((await source.call("GET", path)).body["id"]).toBe(scim.idAt(path));
    await scim.patch(source, path, renamed);
    expect((await source.call("GET", path)).body["displayName"]).toBe("Renamed");
    expect((await source.call("DELETE", path)).status).toBe(204);
    expect((await source.call("GET", path)).status).toBe(404);
  }
  expect(await violations()).toEqual([]);
});

const flows = Object.entries(
  import.meta.glob<unknown>(
    [
      "../clients/okta/{connection-test,user-lifecycle,group-push}.json",
      "../clients/entra/{test-connection,create-and-match,disable-and-restore,group-members}.json",
    ],
    { import: "default", eager: true },
  ),
);

it("A2 takes the flows of Okta and Entra from end to end, all in one deployment", async () => {
  expect(flows).toHaveLength(7);
  const admin = await claim();
  for (const [file, recorded] of flows) {
    const sequence = fixture.parse(recorded);
    const directoryId = idOf(await admin("POST", "/directories", { name: file.slice(-40) }));
    const { base, token } = await newSource(admin, sequence.profile, { directoryId });
    const results = await playSequence(sequence, {
      baseUrl: base,
      fetch: (url, { headers, ...init }) =>
        exports.default.fetch(url, {
          ...init,
          headers: { authorization: `Bearer ${token}`, ...headers },
        }),
    });
    expect(results.length, file).toBeGreaterThan(0);
    expect(
      results.filter(({ problems }) => problems.length > 0),
      file,
    ).toEqual([]);
  }
  expect(await violations()).toEqual([]);
});

interface Tenant {
  readonly directoryId: string;
  readonly source: Source;
  readonly user: string;
  readonly group: string;
  readonly organization: string;
}

const PERSON: JsonObject = { userName: "ann@both.test", externalId: "1" };

async function tenant(admin: Admin, directoryId: string): Promise<Tenant> {
  const source = await newSource(admin, "okta", { directoryId });
  const user = await scim.newUser(source, PERSON);
  const group = await scim.newGroup(source, "Staff", [scim.idAt(user)]);
  const organization = await newOrganization(source, { displayName: "Sales" });
  return { directoryId, source, user, group, organization };
}

it.each(["00", "01"])(
  "A3 keeps two directories apart, whoever is in both (shard %s)",
  async (shard) => {
    const admin = await claim();
    const here = await tenant(admin, "default");
    const acme = idOf(await admin("POST", "/directories", { name: "Acme", shard }));
    const there = await tenant(admin, acme);
    const before = await steadyDump();
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      for (const path of [other.user, other.group, other.organization]) {
        expect((await one.source.call("GET", path)).status, path).toBe(404);
        expect((await one.source.call("DELETE", path)).status, path).toBe(404);
      }
      for (const [collection, path] of [
        ["/Users", one.user],
        ["/Groups", one.group],
      ] as const) {
        const listed = await one.source.call("GET", collection);
        expect(listed.body).toMatchObject({
          totalResults: 1,
          Resources: [{ id: scim.idAt(path) }],
        });
      }
      const foreign = { authorization: `Bearer ${other.source.token}` };
      expect((await call("GET", `${one.source.base}/Users`, { headers: foreign })).status).toBe(
        401,
      );
      const placed = scim.userBody({
        userName: "new",
        [scim.ENTERPRISE]: { organizationId: scim.idAt(other.organization) },
      });
      expect((await one.source.call("POST", "/Users", placed)).status).toBe(400);
      const joined = { op: "add", path: "members", value: [{ value: scim.idAt(other.user) }] };
      expect((await scim.patch(one.source, one.group, joined)).status).toBe(400);
      await expectOwnLog(admin, one, other);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  },
);

/** The events, people and sources of one directory, as its admins are told. */
async function expectOwnLog(admin: Admin, one: Tenant, other: Tenant): Promise<void> {
  for (const path of ["/events", "/users", "/groups", "/data-sources"]) {
    const { status, text } = await admin("GET", `${path}?directoryId=${one.directoryId}`);
    expect([path, status]).toEqual([path, 200]);
    expect(text, path).toContain(one.source.id);
    const theirs = [other.source.id, other.source.tokenId, other.user, other.group].map(scim.idAt);
    expect(theirs.filter((id) => text.includes(id))).toEqual([]);
  }
  for (const path of [other.user, other.group]) {
    const { status } = await admin("GET", `${path.toLowerCase()}?directoryId=${one.directoryId}`);
    expect([path, status]).toEqual([path, 404]);
  }
}

it("A37 is found at the base URL that each source shows, and only there", async () => {
  const admin = await claim();
  const one = await newSource(admin, "okta");
  const two = await newSource(admin, "okta");
  for (const { id, base } of [one, two]) {
    const { body } = await admin("GET", `/data-sources/${id}`);
    expect(body["scimBaseUrl"]).toBe(base);
    // Okta refuses a base URL with an underscore: test/clients/okta/connection-test.json.
    expect(base).toMatch(/^https:\/\/[^/_]+\/scim\/[a-z0-9-]+\/v2$/);
  }
  const user = await scim.newUser(one, { userName: "ann" });
  expect(scim.idsOf(await one.call("GET", "/Users"))).toEqual([scim.idAt(user)]);
  expect(scim.idsOf(await two.call("GET", "/Users"))).toEqual([]);
  const { headers, body } = await one.call("GET", user);
  expect(body).toMatchObject({ meta: { location: `${one.base}${user}` } });
  expect(headers.get("content-location") ?? `${one.base}${user}`).toBe(`${one.base}${user}`);
  const elsewhere = await call("GET", `${two.base}${user}`, { headers: scim.bearer(one) });
  expect(elsewhere.status).toBe(401);
});
